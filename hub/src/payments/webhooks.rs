//! What the gateway posts to us. Anybody can post it: at most it makes us ask the gateway, and
//! what the gateway then answers is what counts.

use domain::mutant::{Mutant, is};
use domain::payment::{AttemptState, Word};
use domain::time::Timestamp;
use process::config::Secret;
use rusqlite::Transaction;
use serde::Deserialize;
use store::StoreError;
use subtle::ConstantTimeEq as _;

use super::sqlite::attempts::{self, Attempt};
use super::sqlite::webhooks;

/// A webhook that is larger is not read.
pub const WEBHOOK_BYTES_MAX: usize = 64 * 1024;

/// So many of the last webhooks are kept.
pub const WEBHOOKS_KEPT_MAX: i64 = 100_000;

/// The longest text that is kept of one.
const TEXT_CHARS_MAX: usize = 100;

/// The event of a deposit: it has an envelope of its own, without a name.
const DEPOSIT: &str = "DEPOSIT_CALLBACK";

/// What a webhook is about. Its amounts and states are not even read.
#[derive(Clone, Debug)]
pub struct Hint {
    pub event: String,
    pub gateway_order: Option<String>,
    pub payment_key: Option<String>,
    /// Only in a deposit's callback.
    pub secret: Option<Secret>,
    /// The gateway's number of this sending; for the log.
    pub transmission_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    event_type: Option<String>,
    data: Option<Data>,
    secret: Option<String>,
    order_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    payment_key: Option<String>,
    order_id: Option<String>,
}

impl Hint {
    /// What a body hints at; nothing when it is none of the gateway's.
    #[must_use]
    pub fn read(body: &[u8], transmission_id: Option<&str>) -> Option<Self> {
        let envelope: Envelope = serde_json::from_slice(body).ok()?;
        let transmission_id = transmission_id.map(short);
        let (event, data) = match (envelope.event_type, envelope.data) {
            (Some(event), data) => (event, data),
            (None, _) => {
                return Some(Self {
                    event: DEPOSIT.to_owned(),
                    gateway_order: Some(envelope.order_id?),
                    payment_key: None,
                    secret: Some(Secret::new(envelope.secret?)),
                    transmission_id,
                });
            }
        };
        let (payment_key, gateway_order) =
            data.map_or((None, None), |data| (data.payment_key, data.order_id));
        Some(Self {
            event: short(&event),
            gateway_order,
            payment_key,
            secret: None,
            transmission_id,
        })
    }
}

fn short(text: &str) -> String {
    text.chars().take(TEXT_CHARS_MAX).collect()
}

/// What was made of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenAs {
    /// The gateway is asked what is so.
    Hint,
    /// It tells nothing new.
    Known,
    /// It is about nothing of ours.
    Stranger,
    /// It lacks the secret that the gateway has.
    Forged,
}

impl TakenAs {
    /// Its name in the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Known => "known",
            Self::Stranger => "stranger",
            Self::Forged => "forged",
        }
    }
}

/// Takes a webhook: notes it, and has the gateway asked where that can bring something new.
///
/// # Errors
///
/// Fails when the store does.
pub fn take(tx: &Transaction<'_>, hint: &Hint, now: Timestamp) -> Result<TakenAs, StoreError> {
    let attempt = find(tx, hint)?;
    let taken = attempt
        .as_ref()
        .map_or(TakenAs::Stranger, |attempt| judge(attempt, hint));
    let is_due = |attempt: &Attempt| attempt.next_check_at.is_some_and(|at| at <= now);
    if let (TakenAs::Hint, Some(attempt)) = (taken, &attempt)
        && !is_due(attempt)
    {
        attempts::check_at(tx, &attempt.gateway_order, now)?;
    }
    if let (TakenAs::Hint, Some(attempt), true) = (taken, &attempt, is(Mutant::TrustWebhook)) {
        let (paid_at, method) = (now, hint.event.clone());
        let told = super::attempts::Told::word(Word::Paid { paid_at, method });
        // A refusal is not what this breaks.
        let _ = super::attempts::settle(tx, &attempt.gateway_order, told, now);
    }
    if taken == TakenAs::Forged {
        tracing::warn!(event = hint.event, "webhook.forged");
    }
    let gateway_order = attempt.as_ref().map(|attempt| &*attempt.gateway_order);
    webhooks::add(tx, hint, (gateway_order, taken.name()), now)?;
    Ok(taken)
}

fn find(tx: &Transaction<'_>, hint: &Hint) -> Result<Option<Attempt>, StoreError> {
    if let Some(gateway_order) = &hint.gateway_order {
        let found = attempts::find(tx, gateway_order)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    match &hint.payment_key {
        Some(key) => attempts::find_by_key(tx, key),
        None => Ok(None),
    }
}

fn judge(attempt: &Attempt, hint: &Hint) -> TakenAs {
    let is_proven = match (&hint.secret, &attempt.secret) {
        (Some(shown), Some(known)) => {
            let (shown, known) = (shown.expose().as_bytes(), known.expose().as_bytes());
            if !bool::from(shown.ct_eq(known)) {
                return TakenAs::Forged;
            }
            true
        }
        (Some(_) | None, _) => false,
    };
    match attempt.state {
        AttemptState::Prepared
        | AttemptState::Confirming
        | AttemptState::Unknown
        | AttemptState::WaitingForDeposit(_)
        | AttemptState::NotPaid { .. } => TakenAs::Hint,
        // A bank may take a deposit back: worth a question when it surely is the gateway.
        AttemptState::Paid { .. } if is_proven => TakenAs::Hint,
        AttemptState::Paid { .. } => TakenAs::Known,
    }
}

/// Forgets the oldest webhooks where there are too many.
///
/// # Errors
///
/// Fails when the store does.
pub fn prune(tx: &Transaction<'_>) -> Result<usize, StoreError> {
    webhooks::prune(tx, WEBHOOKS_KEPT_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_read_for_what_it_is_about() {
        let read = |text: &str| Hint::read(text.as_bytes(), Some("t-1"));
        let changed = read(
            r#"{"eventType":"PAYMENT_STATUS_CHANGED","createdAt":"2026-03-01T19:30:41.51234",
                "data":{"paymentKey":"pk","orderId":"go","status":"DONE","new":[1]}}"#,
        )
        .unwrap();
        assert_eq!(changed.event, "PAYMENT_STATUS_CHANGED");
        assert_eq!(changed.payment_key.as_deref(), Some("pk"));
        assert_eq!(changed.gateway_order.as_deref(), Some("go"));
        let deposit = read(
            r#"{"createdAt":"2026-03-01T19:40:09+09:00","secret":"ps_1","status":"DONE",
                "transactionKey":"9F1C","orderId":"go"}"#,
        )
        .unwrap();
        assert_eq!(deposit.event, DEPOSIT);
        assert_eq!(deposit.secret.unwrap().expose(), "ps_1");
        for wrong in ["", "[]", "{}", r#"{"orderId":"go"}"#, "\u{0}", "null"] {
            assert!(read(wrong).is_none(), "{wrong}");
        }
    }
}
