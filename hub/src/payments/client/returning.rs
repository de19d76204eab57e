//! Asking the payments module to give money back.

use axum::http::Method;
use domain::id::{OrderId, RefundId};

use super::{ClientError, PaymentsClient, json};
use crate::payments::api::{AskRefund, RefundAccount, RefundView};

impl PaymentsClient {
    /// Says where an order's money goes back to that was paid into an account; refunds of it that
    /// wait for that go on.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn refund_account(
        &self,
        order: OrderId,
        account: &RefundAccount,
    ) -> Result<(), ClientError> {
        let path = format!("/orders/{order}/refund-account");
        self.ask(Method::PUT, &path, json(account)?).await?;
        Ok(())
    }

    /// Has money go back; the same again is the same refund.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn refund(
        &self,
        refund: RefundId,
        asked: &AskRefund,
    ) -> Result<RefundView, ClientError> {
        self.send(Method::PUT, format!("/refunds/{refund}"), asked)
            .await
    }

    /// How the refund stands.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn refund_view(&self, refund: RefundId) -> Result<RefundView, ClientError> {
        self.get(format!("/refunds/{refund}")).await
    }

    /// Tries a refund again that the gateway refused; any other stays as it is.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn retry_refund(&self, refund: RefundId) -> Result<RefundView, ClientError> {
        self.post(format!("/refunds/{refund}/retry")).await
    }
}
