//! The one place of these commands that looks at a clock: to measure and to wait.

use std::time::Instant;

/// Now, on a clock that never goes back.
#[expect(
    clippy::disallowed_methods,
    reason = "these commands run on a console, not in the simulation"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}
