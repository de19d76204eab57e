//! Where money goes back that was paid into an account: the gateway has to be told, so the buyer
//! is asked. It is kept until the money has gone, and shown to nobody.

use domain::id::OrderId;
use domain::time::Timestamp;
use rusqlite::Transaction;

use super::Payments;
use super::api::{RefundAccount, RefundState, Refused};
use super::orders::{self, PaymentError};
use super::outcomes::{self, Changed};
use super::sqlite::{refund_accounts, refunds};

/// What the gateway says when money cannot go to the account it was told, and to another one
/// perhaps can.
const NOT_TO_THIS_ACCOUNT: [&str; 3] = [
    "INVALID_REFUND_ACCOUNT_INFO",
    "INVALID_REFUND_ACCOUNT_NUMBER",
    "INVALID_BANK",
];

impl Payments {
    /// Takes in where an order's money goes back to.
    ///
    /// # Errors
    ///
    /// See [`take`].
    pub async fn take_refund_account(
        &self,
        order: OrderId,
        account: RefundAccount,
    ) -> Result<(), PaymentError> {
        let now = self.now();
        let take = move |tx: &Transaction<'_>| take(tx, (order, &account), now);
        self.db().write(take).await?;
        self.nudge_refunds();
        Ok(())
    }
}

/// The buyer says where the order's money goes back to; refunds of it that wait for that go on.
///
/// # Errors
///
/// Refused when there is no such order, or the gateway would not take such an account.
pub fn take(
    tx: &Transaction<'_>,
    (order, account): (OrderId, &RefundAccount),
    now: Timestamp,
) -> Result<(), PaymentError> {
    if !account.is_sound() {
        return Err(Refused::Invalid.into());
    }
    orders::find(tx, order)?;
    let known = refunds::of_order(tx, order)?.into_iter();
    let waiting = known.filter(|refund| refund.state == RefundState::AwaitingAccount);
    refund_accounts::record(tx, (order, account), now)?;
    for refund in waiting {
        outcomes::changed(tx, &[Changed::Refund(refund.refund)])?;
    }
    Ok(())
}

/// Whether another account may help where the gateway says `code`.
#[must_use]
pub(super) fn is_of_account(code: &str) -> bool {
    NOT_TO_THIS_ACCOUNT.contains(&code)
}
