//! Carrying refunds out: paced, several payments at a time, resumed after a crash, each once.

use process::shutdown::Shutdown;
use rusqlite::Transaction;
use tokio::task::JoinSet;

use super::Payments;
use super::gateway::Lookup;
use super::judging::{self, Cancelled, Found};
use super::orders::PaymentError;
use super::refunds::{self, Tried, Try};

/// Refunds that are under way at a time.
const IN_FLIGHT_MAX: u32 = 16;

/// What a refund is told when the gateway's balance is not what we believe.
const BALANCE_DIFFERS: &str = "BALANCE_DIFFERS";

impl Payments {
    /// Carries out every refund that is due.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    pub async fn carry_out_refunds(&self, shutdown: &Shutdown) -> Result<(), PaymentError> {
        while !shutdown.is_requested() {
            let now = self.now();
            let take = move |tx: &Transaction<'_>| refunds::take_due(tx, now, IN_FLIGHT_MAX);
            let due = self.db().write(take).await?;
            if due.is_empty() {
                break;
            }
            let mut running = JoinSet::new();
            for one in due {
                let payments = self.clone();
                running.spawn(async move { payments.carry_out(one).await });
            }
            while let Some(done) = running.join_next().await {
                // One that panicked keeps its lease, and is due again after it.
                done.unwrap_or_else(|_| Err(store::StoreError::Stopped.into()))?;
            }
        }
        Ok(())
    }

    async fn carry_out(&self, one: Try) -> Result<(), PaymentError> {
        let tried = self.try_refund(&one).await;
        let now = self.now();
        let settle = move |tx: &Transaction<'_>| refunds::settle(tx, one.refund, tried, now);
        self.db().write(settle).await?;
        Ok(())
    }

    async fn try_refund(&self, one: &Try) -> Tried {
        if one.was_sent {
            match self.find_refund(one).await {
                Found::Tried(tried) => return tried,
                Found::Nothing => return Tried::Unknown,
                Found::BalanceDiffers => return balance_differs(),
                Found::NoEffect => {}
            }
        }
        let answer = self.calls().cancel(&one.call).await;
        let otherwise = match judging::of_cancel(answer, one.refund) {
            Cancelled::Tried(tried) => return tried,
            Cancelled::Ask { otherwise } => otherwise,
        };
        match (self.find_refund(one).await, otherwise) {
            (Found::Tried(tried), _) => tried,
            (Found::NoEffect, otherwise) => otherwise,
            (Found::BalanceDiffers, Tried::Refused { code }) => Tried::Refused { code },
            (Found::BalanceDiffers, Tried::Done { .. } | Tried::Unknown | Tried::Failed) => {
                balance_differs()
            }
            // It was refused for a reason that no answer changes, or nobody knows.
            (Found::Nothing, Tried::Refused { code }) if is_plain_no(&code) => {
                Tried::Refused { code }
            }
            (Found::Nothing, _) => Tried::Unknown,
        }
    }

    async fn find_refund(&self, one: &Try) -> Found {
        let lookup = Lookup::PaymentKey(one.call.payment_key.clone());
        let answer = self.calls().query(&lookup).await;
        judging::of_refund_query(&answer, one.refund, one.call.refundable)
    }
}

fn balance_differs() -> Tried {
    Tried::Refused {
        code: BALANCE_DIFFERS.to_owned(),
    }
}

/// Whether a refusal cannot be our own earlier success.
fn is_plain_no(code: &str) -> bool {
    use domain::payment::code::{Call, Meaning, meaning};
    meaning(Call::Cancel, code, 400) == Meaning::Final
}
