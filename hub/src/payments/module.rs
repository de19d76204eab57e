//! The handles that every request and task of the payments module gets.

use std::sync::Arc;

use domain::id::OrderId;
use domain::time::Timestamp;
use process::clock::Clock;
use process::ids::Ids;
use store::Db;

use super::api::{HowToPay, OpenOrder, OrderView};
use super::orders::{self, NewAttempt, PaymentError};

/// What a buyer who has no account is called.
const ANONYMOUS: &str = "@@ANONYMOUS";

/// What the browser is told about the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Public, unlike the secret key.
    pub client_key: String,
    /// The address of the gateway's script.
    pub script: String,
}

/// What the module is made of.
pub struct Parts {
    /// The payment database.
    pub db: Db,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub shown: Shown,
}

/// The payments module. Cheap to clone.
#[derive(Clone)]
pub struct Payments {
    parts: Arc<Parts>,
}

impl Payments {
    /// The module, made of its parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            parts: Arc::new(parts),
        }
    }

    /// The payment database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.parts.db
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    /// Opens an order.
    ///
    /// # Errors
    ///
    /// See [`orders::open`].
    pub async fn open_order(
        &self,
        order: OrderId,
        asked: OpenOrder,
    ) -> Result<OrderView, PaymentError> {
        let now = self.now();
        let open = move |tx: &rusqlite::Transaction<'_>| orders::open(tx, order, &asked, now);
        self.parts.db.write(open).await
    }

    /// How the order stands.
    ///
    /// # Errors
    ///
    /// See [`orders::view`].
    pub async fn order(&self, order: OrderId) -> Result<OrderView, PaymentError> {
        let now = self.now();
        let look = move |db: &rusqlite::Connection| orders::view(db, order, now);
        self.parts.db.read(look).await
    }

    /// Begins another attempt to pay the order.
    ///
    /// # Errors
    ///
    /// See [`orders::begin_attempt`].
    pub async fn begin_attempt(&self, order: OrderId) -> Result<HowToPay, PaymentError> {
        let now = self.now();
        let gateway_order = self.parts.ids.uuid(now).simple().to_string();
        let new = NewAttempt {
            gateway_order: gateway_order.clone(),
            idempotency_key: self.parts.ids.uuid(now).to_string(),
        };
        let begin =
            move |tx: &rusqlite::Transaction<'_>| orders::begin_attempt(tx, order, new, now);
        let order = self.parts.db.write(begin).await?;
        Ok(HowToPay {
            gateway_order,
            client_key: self.parts.shown.client_key.clone(),
            script: self.parts.shown.script.clone(),
            customer_key: ANONYMOUS.to_owned(),
            amount: order.asked.amount,
            name: order.asked.name,
        })
    }

    /// No new attempt begins.
    ///
    /// # Errors
    ///
    /// See [`orders::close`].
    pub async fn close(&self, order: OrderId) -> Result<OrderView, PaymentError> {
        let now = self.now();
        let close = move |tx: &rusqlite::Transaction<'_>| orders::close(tx, order, now);
        self.parts.db.write(close).await
    }
}
