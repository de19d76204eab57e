//! What goes wrong with the next calls, because somebody asked for it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Faults that are planned at a time, at most.
pub const PLANNED_MAX: usize = 10_000;

/// What a caller asks of the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    Confirm,
    Query,
    Cancel,
    IssueAccount,
    Transactions,
}

/// A fault that waits for its call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Planned {
    /// Any without it.
    pub operation: Option<Operation>,
    /// Only calls about this payment.
    pub payment_key: Option<String>,
    /// How many calls.
    #[serde(default = "once")]
    pub times: u32,
    #[serde(flatten)]
    pub fault: Fault,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// The connection is cut before anything is done.
    DropBefore,
    /// It is done, and the connection is cut instead of an answer.
    DropAfter,
    /// It is done, and the answer is cut in the middle.
    Truncate,
    /// It waits before it is done.
    Delay { ms: u64 },
    /// It is done, and the answer waits.
    DelayAnswer { ms: u64 },
    /// It is not done, and this is the answer; 500 without a code.
    Refuse {
        code: Option<String>,
        status: Option<u16>,
        message: Option<String>,
    },
    /// It is done, and the answer is 500. Whether a repeat under the same idempotency key
    /// gets that again, or what was done, is documented nowhere.
    FailAfter {
        #[serde(default)]
        repeat: Repeat,
    },
    /// It is done, and something in the answer is another: `/status`, `/card/cardType`, `/new`.
    Replace { pointer: String, value: Value },
}

/// What a repeat of a call that failed after it was done gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// What was done.
    #[default]
    Done,
    /// The failure.
    Failure,
}

/// A fault that waits for its webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedWebhook {
    /// How many webhooks.
    #[serde(default = "once")]
    pub times: u32,
    #[serde(flatten)]
    pub fault: WebhookFault,
}

/// What goes wrong with a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WebhookFault {
    /// It is never sent.
    Lose,
    /// It is sent this many times more.
    Duplicate { more: u32 },
    /// It is sent later, by the sandbox's clock.
    Late { ms: i64 },
    /// The first of them is sent last: one each `step_ms`.
    Reorder { step_ms: i64 },
}

/// All that is planned. It is forgotten when the sandbox stops.
#[derive(Debug, Default)]
pub struct Faults {
    calls: Mutex<Vec<Planned>>,
    webhooks: Mutex<Vec<PlannedWebhook>>,
}

fn once() -> u32 {
    1
}

/// Nothing here is left half done by a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Faults {
    /// Plans one more; none when too many wait.
    #[must_use]
    pub fn plan(&self, planned: Planned) -> Option<()> {
        let mut calls = lock(&self.calls);
        (calls.len() < PLANNED_MAX).then(|| calls.push(planned))
    }

    /// Plans one more; none when too many wait.
    #[must_use]
    pub fn plan_webhook(&self, planned: PlannedWebhook) -> Option<()> {
        let mut webhooks = lock(&self.webhooks);
        (webhooks.len() < PLANNED_MAX).then(|| webhooks.push(planned))
    }

    /// What waits for a call.
    #[must_use]
    pub fn planned(&self) -> Vec<Planned> {
        lock(&self.calls).clone()
    }

    /// Forgets everything.
    pub fn clear(&self) {
        lock(&self.calls).clear();
        lock(&self.webhooks).clear();
    }

    /// What goes wrong with this call: one of each that was planned.
    #[must_use]
    pub fn meet(&self, operation: Operation, payment_key: Option<&str>) -> Vec<Fault> {
        let mut calls = lock(&self.calls);
        let mut met = Vec::new();
        for planned in calls.iter_mut() {
            let about = planned.payment_key.as_deref();
            let is_meant = planned.operation.is_none_or(|it| it == operation)
                && (about.is_none() || about == payment_key);
            if is_meant && planned.times > 0 {
                planned.times -= 1;
                met.push(planned.fault.clone());
            }
        }
        calls.retain(|planned| planned.times > 0);
        met
    }

    /// What goes wrong with the next webhook, and how many after it have the same fault.
    #[must_use]
    pub fn meet_webhook(&self) -> Option<PlannedWebhook> {
        let mut webhooks = lock(&self.webhooks);
        let planned = webhooks.first_mut()?;
        planned.times = planned.times.saturating_sub(1);
        let met = *planned;
        if met.times == 0 {
            webhooks.remove(0);
        }
        Some(met)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn planned(value: Value) -> Planned {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_fault_meets_the_calls_it_was_planned_for() {
        let faults = Faults::default();
        let drops = json!({"operation": "confirm", "times": 2, "kind": "drop_after"});
        faults.plan(planned(drops)).unwrap();
        let slow = json!({"payment_key": "p1", "kind": "delay", "ms": 5});
        faults.plan(planned(slow)).unwrap();
        assert_eq!(faults.meet(Operation::Query, None), []);
        let both = faults.meet(Operation::Confirm, Some("p1"));
        assert_eq!(both, [Fault::DropAfter, Fault::Delay { ms: 5 }]);
        assert_eq!(
            faults.meet(Operation::Confirm, Some("p1")),
            [Fault::DropAfter]
        );
        assert_eq!(faults.meet(Operation::Confirm, Some("p1")), []);
        assert_eq!(faults.planned(), []);
    }

    #[test]
    fn a_webhook_learns_how_many_follow_it() {
        let faults = Faults::default();
        let fault = WebhookFault::Reorder { step_ms: 10 };
        faults
            .plan_webhook(PlannedWebhook { times: 2, fault })
            .unwrap();
        let follow = || faults.meet_webhook().map(|met| met.times);
        assert_eq!((follow(), follow(), follow()), (Some(1), Some(0), None));
    }

    #[test]
    fn what_nobody_knows_is_no_fault() {
        let strange = json!({"operation": "confirm", "kind": "explode"});
        assert!(serde_json::from_value::<Planned>(strange).is_err());
        let strange = json!({"operation": "refund", "kind": "drop_after"});
        assert!(serde_json::from_value::<Planned>(strange).is_err());
    }
}
