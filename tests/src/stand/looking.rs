//! Waiting for what must happen.

use std::time::Duration;

/// How long anything may take that must happen. Generous: speed is measured elsewhere.
const DEADLINE: Duration = Duration::from_secs(60);

/// How often a condition is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Looks at a condition until it holds.
///
/// # Panics
///
/// Gives up after a generous deadline.
pub async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    look: impl FnMut() -> F,
) -> T {
    let seen = look_until(look).await;
    seen.unwrap_or_else(|| panic!("waited in vain: {what}"))
}

/// The same, but none when the deadline has passed.
pub(crate) async fn look_until<T, F: Future<Output = Option<T>>>(
    mut look: impl FnMut() -> F,
) -> Option<T> {
    let looking = async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    tokio::time::timeout(DEADLINE, looking).await.ok()
}
