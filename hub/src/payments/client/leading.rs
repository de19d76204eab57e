//! Telling a payments process with a lease of its own that the hub beside it leads.

use axum::http::Method;

use super::{ClientError, PaymentsClient, json};
use crate::payments::api::HubLeads;

impl PaymentsClient {
    /// Says that this hub leads.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn hub_leads(&self, word: HubLeads) -> Result<(), ClientError> {
        self.ask(Method::PUT, "/leading", json(&word)?).await?;
        Ok(())
    }
}
