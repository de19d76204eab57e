//! The bodies that the gateway sends of its own accord.

use domain::time::Timestamp;
use serde::Serialize;

use super::korean_time::{with_offset, without_offset};
use super::payment::{Occasion, PaymentObject, View, object};
use crate::rules::payment::{Payment, Status};

/// What is told about a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// To everybody who listens, with the whole payment.
    PaymentStatusChanged,
    /// About a virtual account, in an envelope of its own.
    DepositCallback,
}

impl Event {
    /// Its name in the developer centre.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PaymentStatusChanged => "PAYMENT_STATUS_CHANGED",
            Self::DepositCallback => "DEPOSIT_CALLBACK",
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatusChanged<'a> {
    event_type: &'static str,
    created_at: String,
    data: PaymentObject<'a>,
}

/// Flat, and without the name of the event or the payment's key.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DepositCallback<'a> {
    created_at: String,
    secret: &'a str,
    status: Status,
    transaction_key: Option<&'a str>,
    order_id: &'a str,
}

/// The body of `event` about `payment`.
///
/// # Errors
///
/// Never in practice: all of it can be written as JSON.
pub fn body(
    event: Event,
    payment: &Payment,
    now: Timestamp,
    base: &str,
) -> Result<String, serde_json::Error> {
    match event {
        Event::PaymentStatusChanged => {
            let occasion = Occasion::Seen;
            serde_json::to_string(&StatusChanged {
                event_type: event.name(),
                created_at: without_offset(now),
                data: object(
                    payment,
                    &View {
                        now,
                        base,
                        occasion,
                    },
                ),
            })
        }
        Event::DepositCallback => serde_json::to_string(&DepositCallback {
            created_at: with_offset(now),
            secret: &payment.secret,
            status: payment.status(),
            transaction_key: payment.last_transaction.as_deref(),
            order_id: &payment.order_id,
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::rules::account::tests::waiting;

    #[test]
    fn a_change_of_status_carries_the_whole_payment_and_no_offset() {
        let at = Timestamp(1_772_361_041_512);
        let body = body(
            Event::PaymentStatusChanged,
            &waiting(),
            at,
            "http://sandbox",
        )
        .unwrap();
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["eventType"], "PAYMENT_STATUS_CHANGED");
        assert_eq!(body["createdAt"], "2026-03-01T19:30:41.512000");
        assert_eq!(body["data"]["status"], "WAITING_FOR_DEPOSIT");
        assert_eq!(body["data"]["secret"], Value::Null);
    }

    #[test]
    fn a_deposit_is_told_flatly_with_the_secret() {
        let at = Timestamp(1_772_361_041_512);
        let body = body(Event::DepositCallback, &waiting(), at, "http://sandbox").unwrap();
        let expected = json!({
            "createdAt": "2026-03-01T19:30:41+09:00",
            "secret": "ps_sandbox000000000000000001",
            "status": "WAITING_FOR_DEPOSIT",
            "transactionKey": "A",
            "orderId": "ord_01HXYZ_1",
        });
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), expected);
    }
}
