//! A scenario that cannot fail proves nothing: each is told once as it is and once more with
//! the rule broken, and then it must fail, for the right reason.

use std::panic::{AssertUnwindSafe, catch_unwind};

use domain::mutant::{self, Mutant};

/// The story holds.
pub(crate) struct Holds(fn());

/// Tells a story, which must hold.
pub(crate) fn holds(story: fn()) -> Holds {
    story();
    Holds(story)
}

impl Holds {
    /// With this rule broken the story fails, and says so with these words.
    pub(crate) fn but_breaks(self, rule: Mutant, words: &str) -> Self {
        let told = || mutant::with(Some(rule), self.0);
        let Err(panic) = catch_unwind(AssertUnwindSafe(told)) else {
            panic!("the story holds although {} breaks its rule", rule.name());
        };
        let said = panic.downcast_ref::<String>().cloned();
        let said = said.or_else(|| panic.downcast_ref::<&str>().map(|it| (*it).to_owned()));
        let said = said.unwrap_or_default();
        assert!(
            said.contains(words),
            "with {} broken the story fails for another reason: {said}",
            rule.name()
        );
        self
    }
}
