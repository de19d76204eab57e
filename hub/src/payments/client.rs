//! Asking the payments module, wherever it runs: in this process, or in one of its own behind
//! a Unix socket. The answers are the same.

mod leading;
mod returning;
mod socket;

use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{Method, Request, Response, StatusCode, header};
use domain::id::{NodeId, OrderId};
use domain::ledger::Account;
use jiff::civil::Date;
use protocol::error::{ErrorCode, Problem};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower::ServiceExt as _;
use uuid::Uuid;

use super::api::books::{
    AccountView, DayTotal, Decide, Decision, Entered, Entry, ReconciliationView, RepairView,
    Statement, Window,
};
use super::api::{
    Confirm, HowToPay, OpenOrder, OrderView, Outcomes, Refusal, Refused, TakenAtKiosk,
};

/// A larger answer is none of ours.
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Longer than the gateway may take, with a question after a lost answer. What has no answer by
/// then comes by the outcome feed.
const ANSWER_WITHIN: Duration = Duration::from_secs(90);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// An expected no.
    #[error("the payments module refuses: {detail}")]
    Refused { refused: Refused, detail: String },
    /// The module could not be reached or stands by, or its answer was lost: what was asked may
    /// have been done. Every request can be sent again.
    #[error("the payments module does not answer")]
    NoAnswer(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The module's machinery failed; its own log says how.
    #[error("the payments module failed ({0})")]
    Fault(StatusCode),
}

impl ClientError {
    /// The refusal, if it is one.
    #[must_use]
    pub fn refused(&self) -> Option<Refused> {
        match self {
            Self::Refused { refused, .. } => Some(*refused),
            Self::NoAnswer(_) | Self::Fault(_) => None,
        }
    }
}

/// Asks the payments module. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PaymentsClient {
    transport: Transport,
}

#[derive(Clone, Debug)]
enum Transport {
    InProcess(Router),
    Socket(PathBuf),
}

impl PaymentsClient {
    /// The module that runs in this process.
    #[must_use]
    pub fn in_process(router: Router) -> Self {
        Self {
            transport: Transport::InProcess(router),
        }
    }

    /// The module that serves at this Unix socket.
    #[must_use]
    pub fn over_socket(path: PathBuf) -> Self {
        Self {
            transport: Transport::Socket(path),
        }
    }

    /// Opens an order that is to be paid; the same again is the same order.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn open_order(
        &self,
        order: OrderId,
        asked: &OpenOrder,
    ) -> Result<OrderView, ClientError> {
        self.send(Method::PUT, format!("/orders/{order}"), asked)
            .await
    }

    /// How the order stands.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn order(&self, order: OrderId) -> Result<OrderView, ClientError> {
        self.get(format!("/orders/{order}")).await
    }

    /// Begins another attempt to pay the order.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn begin_attempt(&self, order: OrderId) -> Result<HowToPay, ClientError> {
        self.post(format!("/orders/{order}/attempts")).await
    }

    /// Has the gateway take the money. Sent again, it charges nothing more.
    ///
    /// # Errors
    ///
    /// See [`ClientError`]; without an answer the outcome comes by the feed.
    pub async fn confirm(
        &self,
        order: OrderId,
        confirm: &Confirm,
    ) -> Result<OrderView, ClientError> {
        self.send(
            Method::POST,
            format!("/orders/{order}/confirmation"),
            confirm,
        )
        .await
    }

    /// No new attempt begins.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn close(&self, order: OrderId) -> Result<OrderView, ClientError> {
        self.post(format!("/orders/{order}/closing")).await
    }

    /// What has changed after `after`, at most `limit`; waits up to `wait_ms` if nothing has.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn outcomes(
        &self,
        after: i64,
        limit: u32,
        wait_ms: u32,
    ) -> Result<Outcomes, ClientError> {
        self.get(format!(
            "/outcomes?after={after}&limit={limit}&wait_ms={wait_ms}"
        ))
        .await
    }

    /// Tells what a kiosk has taken; the same again changes nothing.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn tender(&self, order: OrderId, taken: &TakenAtKiosk) -> Result<(), ClientError> {
        let path = format!("/tenders/{order}");
        self.ask(Method::PUT, &path, json(taken)?).await?;
        Ok(())
    }

    /// Hands on what the gateway posted, as it came.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn webhook(
        &self,
        transmission_id: Option<&str>,
        body: Bytes,
    ) -> Result<(), ClientError> {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri("/webhooks/toss");
        if let Some(id) = transmission_id {
            request = request.header(super::http::TRANSMISSION_ID, id);
        }
        let request = request.body(Body::from(body)).map_err(no_answer)?;
        self.carry(request).await?;
        Ok(())
    }

    /// Every account and what is on it.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn accounts(&self) -> Result<Vec<AccountView>, ClientError> {
        self.get("/accounts".to_owned()).await
    }

    /// One account; an account that nothing has touched has nothing on it.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn account(&self, account: &Account) -> Result<AccountView, ClientError> {
        self.get(format!("/accounts/{account}")).await
    }

    /// A stretch of an account's transfers.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn statement(
        &self,
        account: &Account,
        after: i64,
        limit: u32,
    ) -> Result<Statement, ClientError> {
        self.get(format!(
            "/accounts/{account}/statement?after={after}&limit={limit}"
        ))
        .await
    }

    /// Enters something into the books; the same again is the same entry.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn enter(&self, id: Uuid, entry: &Entry) -> Result<Entered, ClientError> {
        self.send(Method::PUT, format!("/entries/{id}"), entry)
            .await
    }

    /// What a kiosk took from one business date to another, both included.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn totals(
        &self,
        node: &NodeId,
        from: Date,
        to: Date,
    ) -> Result<Vec<DayTotal>, ClientError> {
        self.get(format!("/nodes/{node}/totals?from={from}&to={to}"))
            .await
    }

    /// Has the gateway's list compared with the ledger.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn reconcile(&self, window: &Window) -> Result<ReconciliationView, ClientError> {
        self.send(Method::POST, "/reconciliations".to_owned(), window)
            .await
    }

    /// Decides about a difference that a comparison has found; the same again changes nothing.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn repair(
        &self,
        (reconciliation, number): (i64, u32),
        decision: Decision,
    ) -> Result<RepairView, ClientError> {
        let path = format!("/reconciliations/{reconciliation}/differences/{number}/decision");
        self.send(Method::POST, path, &Decide { decision }).await
    }

    /// How far a comparison has come, and what it has found.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn reconciliation(&self, id: i64) -> Result<ReconciliationView, ClientError> {
        self.get(format!("/reconciliations/{id}")).await
    }

    /// The module's figures, in the text form that Prometheus reads.
    ///
    /// # Errors
    ///
    /// See [`ClientError`].
    pub async fn metrics(&self) -> Result<String, ClientError> {
        let answer = self.ask(Method::GET, "/metrics", Body::empty()).await?;
        String::from_utf8(answer.into()).map_err(no_answer)
    }

    async fn get<T: DeserializeOwned>(&self, path: String) -> Result<T, ClientError> {
        let answer = self.ask(Method::GET, &path, Body::empty()).await?;
        serde_json::from_slice(&answer).map_err(no_answer)
    }

    async fn post<T: DeserializeOwned>(&self, path: String) -> Result<T, ClientError> {
        let answer = self.ask(Method::POST, &path, Body::empty()).await?;
        serde_json::from_slice(&answer).map_err(no_answer)
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: String,
        body: &impl Serialize,
    ) -> Result<T, ClientError> {
        let answer = self.ask(method, &path, json(body)?).await?;
        serde_json::from_slice(&answer).map_err(no_answer)
    }

    async fn ask(&self, method: Method, path: &str, body: Body) -> Result<Bytes, ClientError> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(body)
            .map_err(no_answer)?;
        self.carry(request).await
    }

    async fn carry(&self, request: Request<Body>) -> Result<Bytes, ClientError> {
        let answer = tokio::time::timeout(ANSWER_WITHIN, async {
            let response = match &self.transport {
                Transport::InProcess(router) => match router.clone().oneshot(request).await {
                    Ok(response) => response,
                    Err(never) => match never {},
                },
                Transport::Socket(path) => socket::carry(path, request).await?,
            };
            read(response).await
        });
        answer.await.map_err(no_answer)?
    }
}

async fn read(response: Response<Body>) -> Result<Bytes, ClientError> {
    let (head, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, ANSWER_BYTES_MAX)
        .await
        .map_err(no_answer)?;
    if head.status.is_success() {
        return Ok(bytes);
    }
    if let Ok(Refusal { refused, detail }) = serde_json::from_slice(&bytes) {
        return Err(ClientError::Refused { refused, detail });
    }
    // It stands by, and says so.
    match serde_json::from_slice::<Problem>(&bytes) {
        Ok(problem) if problem.code == ErrorCode::PaymentsUnavailable => {
            Err(no_answer(problem.detail))
        }
        Ok(_) | Err(_) => Err(ClientError::Fault(head.status)),
    }
}

fn json(body: &impl Serialize) -> Result<Body, ClientError> {
    let bytes = serde_json::to_vec(body).map_err(no_answer)?;
    Ok(Body::from(bytes))
}

fn no_answer(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ClientError {
    ClientError::NoAnswer(error.into())
}
