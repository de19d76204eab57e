//! A secret that has to be shown before anything is done, and a limit on wrong guesses.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

use domain::time::MINUTE_MS;
use process::config::Secret;
use protocol::error::ErrorCode;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::problem::ApiError;

/// So many wrong secrets are looked at …
pub const WRONG_MAX: usize = 10;
/// … in this time.
pub const WRONG_WITHIN_MS: i64 = MINUTE_MS;

/// How hard a secret is to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// Nobody guesses it, however often: the right one is always welcome, so that somebody who
    /// guesses keeps nobody out.
    Long,
    /// A few digits: after too many wrong ones nobody gets in for a while.
    Short,
}

/// Why somebody is not let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// No secret has been set up: nobody is let through.
    NotSet,
    Wrong,
    TooMany,
}

/// Knows one secret by its digest.
pub struct Guard {
    digest: Option<[u8; 32]>,
    strength: Strength,
    /// When the last wrong ones were shown, by the monotonic clock.
    wrong: Mutex<VecDeque<i64>>,
}

impl Guard {
    /// Guards with `secret`; without one nobody is let through.
    #[must_use]
    pub fn new(secret: Option<&Secret>, strength: Strength) -> Self {
        let digest = secret.map(|secret| Sha256::digest(secret.expose().as_bytes()).into());
        Self {
            digest,
            strength,
            wrong: Mutex::default(),
        }
    }

    /// Whether a secret has been set up at all.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.digest.is_some()
    }

    /// Looks at the secret that is `shown` at `now_ms` of the monotonic clock.
    ///
    /// # Errors
    ///
    /// Says why it is not enough.
    pub fn check(&self, shown: Option<&str>, now_ms: i64) -> Result<(), Stopped> {
        let digest = self.digest.ok_or(Stopped::NotSet)?;
        let mut wrong = self.wrong();
        while wrong
            .front()
            .is_some_and(|at| now_ms - at >= WRONG_WITHIN_MS)
        {
            wrong.pop_front();
        }
        let full = wrong.len() >= WRONG_MAX;
        if full && self.strength == Strength::Short {
            return Err(Stopped::TooMany);
        }
        let shown: [u8; 32] = Sha256::digest(shown.unwrap_or_default().as_bytes()).into();
        if digest.ct_eq(&shown).into() {
            return Ok(());
        }
        if full {
            return Err(Stopped::TooMany);
        }
        wrong.push_back(now_ms);
        Err(Stopped::Wrong)
    }

    fn wrong(&self) -> MutexGuard<'_, VecDeque<i64>> {
        self.wrong.lock().expect("no one panics inside")
    }
}

impl Stopped {
    /// The problem that is answered; `setting` is what somebody has to set up.
    #[must_use]
    pub fn problem(self, setting: &str) -> ApiError {
        match self {
            Self::NotSet => {
                ApiError::new(ErrorCode::Forbidden).detail(format!("set up {setting} first"))
            }
            Self::Wrong => ApiError::new(ErrorCode::WrongCredential),
            Self::TooMany => ApiError::new(ErrorCode::TooManyAttempts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(strength: Strength) -> Guard {
        Guard::new(Some(&Secret::new("1357")), strength)
    }

    #[test]
    fn without_a_secret_nobody_is_let_through() {
        let guard = Guard::new(None, Strength::Long);
        assert_eq!(guard.check(Some(""), 0), Err(Stopped::NotSet));
        assert_eq!(guard.check(None, 0), Err(Stopped::NotSet));
    }

    #[test]
    fn a_short_secret_cannot_be_guessed_for_long() {
        let guard = guard(Strength::Short);
        for at in 0..10 {
            assert_eq!(guard.check(Some("0000"), at), Err(Stopped::Wrong));
        }
        assert_eq!(guard.check(Some("1357"), 10), Err(Stopped::TooMany));
        assert_eq!(guard.check(Some("1357"), WRONG_WITHIN_MS), Ok(()));
    }

    #[test]
    fn who_guesses_a_long_secret_keeps_nobody_out() {
        let guard = guard(Strength::Long);
        for at in 0..10 {
            assert_eq!(guard.check(None, at), Err(Stopped::Wrong));
        }
        assert_eq!(guard.check(Some("0000"), 10), Err(Stopped::TooMany));
        assert_eq!(guard.check(Some("1357"), 10), Ok(()));
    }
}
