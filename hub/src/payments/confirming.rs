//! Begin → call → settle: taking the buyer's money, and finding out what became of it when the
//! answer was lost.

use domain::id::OrderId;
use domain::payment::{AttemptState, Word};
use process::shutdown::Shutdown;
use rusqlite::Transaction;

use super::Payments;
use super::api::{Confirm, OrderView};
use super::attempts::{self, Begun, ToCheck, Told, WINDOWS_MS};
use super::gateway::{ConfirmCall, Lookup};
use super::judging::{self, Asked, Confirmed, Earlier, Known};
use super::orders::PaymentError;
use super::sqlite;

/// Attempts that are looked at in one run, at most.
const CHECKS_MAX: i64 = 100;

/// What an attempt is told when the gateway knows nothing of it after all its windows.
const NEVER_THERE: &str = "NOT_FOUND_PAYMENT";

impl Payments {
    /// Has the gateway take the money. Whoever asks may go away: it is finished all the same.
    ///
    /// # Errors
    ///
    /// See [`attempts::begin`].
    pub async fn confirm(
        &self,
        order: OrderId,
        confirm: Confirm,
    ) -> Result<OrderView, PaymentError> {
        let now = self.now();
        let begin = move |tx: &Transaction<'_>| attempts::begin(tx, order, &confirm, now);
        let call = match self.db().write(begin).await? {
            Begun::Stands(view) => return Ok(view),
            Begun::Call(call) => call,
        };
        let payments = self.clone();
        let carried = tokio::spawn(async move { payments.call_and_settle(call).await });
        // It panicked: the attempt is still confirming, and the task asks what became of it.
        carried
            .await
            .unwrap_or_else(|_| Err(store::StoreError::Stopped.into()))
    }

    async fn call_and_settle(&self, call: ConfirmCall) -> Result<OrderView, PaymentError> {
        let told = self.call(&call, Earlier::None).await;
        self.settle(call.gateway_order, told).await
    }

    /// Sends a confirmation; if its answer says nothing, asks once what became of it.
    async fn call(&self, call: &ConfirmCall, earlier: Earlier) -> Told {
        let asked = Asked {
            gateway_order: &call.gateway_order,
            amount: call.amount,
        };
        let answer = self.calls().confirm(call).await;
        let otherwise = match judging::of_confirm(answer, asked, self.now()) {
            Confirmed::Told(told) => return told,
            Confirmed::Ask { otherwise } => otherwise,
        };
        let lookup = Lookup::PaymentKey(call.payment_key.clone());
        let answer = self.calls().query_now(&lookup).await;
        let known = judging::of_query(answer, asked, self.now());
        judging::after_no(known, earlier, otherwise)
    }

    async fn settle(&self, gateway_order: String, told: Told) -> Result<OrderView, PaymentError> {
        let now = self.now();
        let settle = move |tx: &Transaction<'_>| attempts::settle(tx, &gateway_order, told, now);
        let view = self.db().write(settle).await?;
        // A second payment of an order begins a refund.
        self.nudge_refunds();
        Ok(view)
    }

    /// Asks the gateway about every attempt that is due: those whose answer was lost, that a
    /// crash has left confirming, that wait for a deposit, and that a webhook hints at.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    pub async fn look_after_attempts(&self, shutdown: &Shutdown) -> Result<(), PaymentError> {
        let now = self.now();
        let due = self
            .db()
            .read(move |db| sqlite::attempts::to_check(db, now, CHECKS_MAX));
        let due = due.await.map_err(|fault: store::StoreError| fault)?;
        for gateway_order in due {
            if shutdown.is_requested() {
                break;
            }
            self.look_after(gateway_order).await?;
        }
        Ok(())
    }

    async fn look_after(&self, gateway_order: String) -> Result<(), PaymentError> {
        let now = self.now();
        let name = gateway_order.clone();
        let take = move |tx: &Transaction<'_>| attempts::take_to_check(tx, &name, now);
        let Some(due) = self.db().write(take).await? else {
            return Ok(());
        };
        let told = match self.ask_about(&due).await {
            Known::Told(told) => told,
            Known::Nothing => Told::word(Word::Nothing),
            Known::NotThere => Told::word(never_there(&due, self.now())),
            Known::Unconfirmed => match self.call_again(&due).await? {
                Some(call) => self.call(&call, Earlier::MayArrive).await,
                None => Told::word(Word::Nothing),
            },
        };
        self.settle(gateway_order, told).await?;
        Ok(())
    }

    /// By its key, and where that is not known, or not known there, by our name for it.
    async fn ask_about(&self, due: &ToCheck) -> Known {
        let asked = Asked {
            gateway_order: &due.attempt.gateway_order,
            amount: due.order.asked.amount,
        };
        if let Some(key) = &due.attempt.payment_key {
            let lookup = Lookup::PaymentKey(key.clone());
            let known = judging::of_query(self.calls().query(&lookup).await, asked, self.now());
            if !matches!(known, Known::NotThere) {
                return known;
            }
        }
        let lookup = Lookup::GatewayOrder(due.attempt.gateway_order.clone());
        judging::of_query(self.calls().query(&lookup).await, asked, self.now())
    }

    /// The confirmation of an attempt that was authorised and never confirmed. The first time
    /// under its own key: the request may still be on its way.
    async fn call_again(&self, due: &ToCheck) -> Result<Option<ConfirmCall>, PaymentError> {
        let is_open = matches!(
            due.attempt.state,
            AttemptState::Confirming | AttemptState::Unknown
        );
        if !is_open || due.attempt.payment_key.is_none() {
            return Ok(None);
        }
        if due.attempt.checks <= 1 {
            return Ok(Some(attempts::call_of(&due.order, &due.attempt)?));
        }
        let name = due.attempt.gateway_order.clone();
        let renew = move |tx: &Transaction<'_>| attempts::confirm_under_new_key(tx, &name);
        self.db().write(renew).await
    }
}

/// A payment that the gateway does not know, by neither name, never becomes one after all its
/// windows; before that it says nothing.
fn never_there(due: &ToCheck, now: domain::time::Timestamp) -> Word {
    let since = due.attempt.confirming_at;
    if since.is_some_and(|since| now.since_ms(since) >= WINDOWS_MS) {
        return Word::NotPaid {
            code: NEVER_THERE.to_owned(),
        };
    }
    Word::Nothing
}
