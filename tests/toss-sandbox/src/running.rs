//! What is being worked on at this moment, and how often each key has called.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::time::{MINUTE_MS, Timestamp};

use crate::faults::Operation;
use crate::policy::{Concurrent, Policy};
use crate::refusal::{self, Refusal};
use crate::sqlite::answers::Identity;

/// Forgotten by a crash, and rightly so: what was not committed was not done.
#[derive(Debug, Default)]
pub(crate) struct Running {
    now: Mutex<Now>,
    calls: Mutex<HashMap<(String, Operation), Minute>>,
}

#[derive(Debug, Default)]
struct Now {
    identities: HashSet<Identity>,
    payments: HashMap<String, u32>,
}

/// The calls of one minute.
#[derive(Clone, Copy, Debug, Default)]
struct Minute {
    number: i64,
    calls: u32,
}

/// A call that runs, until it is dropped.
pub(crate) struct Guard {
    running: Arc<Running>,
    identity: Option<Identity>,
    payment: Option<String>,
}

impl Running {
    /// A call begins.
    ///
    /// # Errors
    ///
    /// The same call runs already, or another one about the same payment where that is
    /// forbidden.
    pub(crate) fn begin(
        self: &Arc<Self>,
        identity: Option<Identity>,
        payment: Option<String>,
        concurrent: Concurrent,
    ) -> Result<Guard, Refusal> {
        let mut now = lock(&self.now);
        if let Some(identity) = &identity
            && now.identities.contains(identity)
        {
            return Err(refusal::IDEMPOTENT_REQUEST_PROCESSING);
        }
        let taken = payment
            .as_ref()
            .is_some_and(|it| now.payments.contains_key(it));
        if taken && concurrent == Concurrent::Forbid {
            return Err(refusal::FORBIDDEN_CONSECUTIVE_REQUEST);
        }
        if let Some(identity) = &identity {
            now.identities.insert(identity.clone());
        }
        if let Some(payment) = &payment {
            *now.payments.entry(payment.clone()).or_default() += 1;
        }
        Ok(Guard {
            running: self.clone(),
            identity,
            payment,
        })
    }

    /// Counts a call.
    ///
    /// # Errors
    ///
    /// There were as many in this minute as are allowed.
    pub(crate) fn count(
        &self,
        api_key: &str,
        operation: Operation,
        (policy, now): (&Policy, Timestamp),
    ) -> Result<(), Refusal> {
        let Some(most) = policy.requests_per_minute else {
            return Ok(());
        };
        let mut calls = lock(&self.calls);
        let minute = calls.entry((api_key.to_owned(), operation)).or_default();
        let number = now.0.div_euclid(MINUTE_MS);
        if minute.number != number {
            *minute = Minute { number, calls: 0 };
        }
        if minute.calls >= most {
            return Err(refusal::TOO_MANY_REQUESTS);
        }
        minute.calls += 1;
        Ok(())
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let mut now = lock(&self.running.now);
        if let Some(identity) = &self.identity {
            now.identities.remove(identity);
        }
        if let Some(payment) = &self.payment
            && let Some(calls) = now.payments.get_mut(payment)
        {
            *calls -= 1;
            if *calls == 0 {
                now.payments.remove(payment);
            }
        }
    }
}

/// Nothing here is left half done by a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(key: &str) -> Identity {
        Identity {
            api_key: "test_sk_a".to_owned(),
            method: "POST".to_owned(),
            url: "/v1/payments/confirm".to_owned(),
            key: key.to_owned(),
        }
    }

    #[test]
    fn the_same_call_does_not_run_twice_at_a_time() {
        let running = Arc::new(Running::default());
        let begin = |key: &str| running.begin(Some(identity(key)), None, Concurrent::Queue);
        let first = begin("a").ok();
        assert!(begin("b").is_ok());
        let second = begin("a").err();
        assert_eq!(second, Some(refusal::IDEMPOTENT_REQUEST_PROCESSING));
        drop(first);
        assert!(begin("a").is_ok());
    }

    #[test]
    fn two_calls_about_one_payment_are_forbidden_where_that_is_wanted() {
        let running = Arc::new(Running::default());
        let begin = |concurrent| running.begin(None, Some("p".to_owned()), concurrent);
        let first = begin(Concurrent::Forbid);
        assert!(first.is_ok());
        assert!(begin(Concurrent::Queue).is_ok());
        let second = begin(Concurrent::Forbid).err();
        assert_eq!(second, Some(refusal::FORBIDDEN_CONSECUTIVE_REQUEST));
        drop(first);
        assert!(begin(Concurrent::Forbid).is_ok());
    }

    #[test]
    fn a_key_calls_as_often_in_a_minute_as_is_allowed() {
        let running = Running::default();
        let policy = Policy {
            requests_per_minute: Some(2),
            ..Policy::default()
        };
        let call = |now: i64| {
            let circumstances = (&policy, Timestamp(now));
            running.count("k", Operation::Cancel, circumstances).is_ok()
        };
        assert_eq!([call(0), call(1), call(2)], [true, true, false]);
        assert_eq!([call(MINUTE_MS), call(MINUTE_MS)], [true, true]);
    }
}
