//! The handles that every request and task of the payments module gets.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::id::{OrderId, RefundId};
use domain::time::Timestamp;
use process::clock::Clock;
use process::ids::Ids;
use process::shutdown::Shutdown;
use rusqlite::{Connection, Transaction};
use store::{Db, StoreError};
use tokio::sync::Notify;

use super::api::{AskRefund, HowToPay, OpenOrder, OrderView, RefundView, TakenAtKiosk};
use super::calls::Calls;
use super::orders::{self, PaymentError};
use super::{books, refunds, tenders};

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
    pub calls: Calls,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub shown: Shown,
    /// Whoever waits for news is let go when it is pulled.
    pub shutdown: Shutdown,
}

/// The payments module. Cheap to clone.
#[derive(Clone)]
pub struct Payments {
    parts: Arc<Parts>,
    nudges: Arc<Nudges>,
    wrong: Arc<AtomicUsize>,
}

/// How the tasks are told that there is something to do.
#[derive(Default)]
pub struct Nudges {
    pub attempts: Arc<Notify>,
    pub refunds: Arc<Notify>,
    pub reconciliations: Arc<Notify>,
}

impl Payments {
    /// The module, made of its parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            parts: Arc::new(parts),
            nudges: Arc::default(),
            wrong: Arc::default(),
        }
    }

    /// Pulled when the module stops.
    #[must_use]
    pub fn shutdown(&self) -> &Shutdown {
        &self.parts.shutdown
    }

    /// How much was wrong with the books when they were checked last.
    #[must_use]
    pub fn books_wrong(&self) -> usize {
        self.wrong.load(Ordering::Relaxed)
    }

    /// Everything that is wrong with the books.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    pub async fn check_books(&self) -> Result<Vec<String>, StoreError> {
        let wrong = self.db().read(books::check).await?;
        self.wrong.store(wrong.len(), Ordering::Relaxed);
        Ok(wrong)
    }

    /// The payment database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.parts.db
    }

    /// The gateway.
    #[must_use]
    pub fn calls(&self) -> &Calls {
        &self.parts.calls
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        self.parts.clock.clone()
    }

    /// How the tasks are told.
    #[must_use]
    pub fn nudges(&self) -> &Nudges {
        &self.nudges
    }

    pub(super) fn nudge_refunds(&self) {
        self.nudges.refunds.notify_one();
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
        let open = move |tx: &Transaction<'_>| orders::open(tx, order, &asked, now);
        self.db().write(open).await
    }

    /// How the order stands.
    ///
    /// # Errors
    ///
    /// See [`orders::view`].
    pub async fn order(&self, order: OrderId) -> Result<OrderView, PaymentError> {
        let now = self.now();
        let look = move |db: &Connection| orders::view(db, order, now);
        self.db().read(look).await
    }

    /// Begins another attempt to pay the order.
    ///
    /// # Errors
    ///
    /// See [`orders::begin_attempt`].
    pub async fn begin_attempt(&self, order: OrderId) -> Result<HowToPay, PaymentError> {
        let now = self.now();
        let gateway_order = self.parts.ids.uuid(now).simple().to_string();
        let name = gateway_order.clone();
        let begin = move |tx: &Transaction<'_>| orders::begin_attempt(tx, order, name, now);
        let order = self.db().write(begin).await?;
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
        let close = move |tx: &Transaction<'_>| orders::close(tx, order, now);
        self.db().write(close).await
    }

    /// Has money go back. A task does it.
    ///
    /// # Errors
    ///
    /// See [`refunds::ask`].
    pub async fn refund(
        &self,
        refund: RefundId,
        asked: AskRefund,
    ) -> Result<RefundView, PaymentError> {
        let now = self.now();
        let ask = move |tx: &Transaction<'_>| refunds::ask(tx, refund, &asked, now);
        let view = self.db().write(ask).await?;
        self.nudge_refunds();
        Ok(view)
    }

    /// Tries a refused refund again.
    ///
    /// # Errors
    ///
    /// See [`refunds::try_again`].
    pub async fn retry_refund(&self, refund: RefundId) -> Result<RefundView, PaymentError> {
        let now = self.now();
        let again = move |tx: &Transaction<'_>| refunds::try_again(tx, refund, now);
        let view = self.db().write(again).await?;
        self.nudge_refunds();
        Ok(view)
    }

    /// How the refund stands.
    ///
    /// # Errors
    ///
    /// See [`refunds::view`].
    pub async fn refund_view(&self, refund: RefundId) -> Result<RefundView, PaymentError> {
        let look = move |db: &Connection| refunds::view(db, refund);
        self.db().read(look).await
    }

    /// Takes what a kiosk has taken into the books.
    ///
    /// # Errors
    ///
    /// See [`tenders::take`].
    pub async fn tender(&self, order: OrderId, taken: TakenAtKiosk) -> Result<(), PaymentError> {
        let now = self.now();
        let take = move |tx: &Transaction<'_>| tenders::take(tx, order, &taken, now);
        self.db().write(take).await
    }
}
