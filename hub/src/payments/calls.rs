//! Calling the gateway: at our pace, counted, and never inside a transaction.

use std::sync::Arc;

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

use super::gateway::{Answer, CancelCall, ConfirmCall, Gateway, ListCall, Listed, Lookup, Payment};
use super::pace::Pace;

/// What was asked and how it was answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    call: &'static str,
    answer: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
enum Kind {
    Done,
    Rejected,
    Unknown,
}

/// The gateway, as the module calls it.
pub struct Calls {
    gateway: Arc<dyn Gateway>,
    pace: Pace,
    counts: Family<Labels, Counter>,
}

impl Calls {
    /// The gateway, called by the tasks at this pace.
    #[must_use]
    pub fn new(gateway: Arc<dyn Gateway>, pace: Pace) -> Self {
        Self {
            gateway,
            pace,
            counts: Family::default(),
        }
    }

    /// Makes its counts known.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "moding_gateway_calls",
            "Calls to the payment gateway, by answer",
            self.counts.clone(),
        );
    }

    /// Charges a payment. A buyer waits: it has its turn at once.
    pub async fn confirm(&self, call: &ConfirmCall) -> Answer<Payment> {
        self.count("confirm", self.gateway.confirm(call).await)
    }

    /// How a payment stands, for a buyer who waits.
    pub async fn query_now(&self, lookup: &Lookup) -> Answer<Payment> {
        self.count("query", self.gateway.query(lookup).await)
    }

    /// How a payment stands.
    pub async fn query(&self, lookup: &Lookup) -> Answer<Payment> {
        self.pace.turn().await;
        self.query_now(lookup).await
    }

    /// Gives money back.
    pub async fn cancel(&self, call: &CancelCall) -> Answer<Payment> {
        self.pace.turn().await;
        self.count("cancel", self.gateway.cancel(call).await)
    }

    /// A page of the gateway's list.
    pub async fn transactions(&self, call: &ListCall) -> Answer<Vec<Listed>> {
        self.pace.turn().await;
        self.count("transactions", self.gateway.transactions(call).await)
    }

    fn count<T>(&self, call: &'static str, answer: Answer<T>) -> Answer<T> {
        let kind = match &answer {
            Answer::Done(_) => Kind::Done,
            Answer::Rejected(_) => Kind::Rejected,
            Answer::Unknown(_) => Kind::Unknown,
        };
        let labels = Labels { call, answer: kind };
        self.counts.get_or_create(&labels).inc();
        answer
    }
}
