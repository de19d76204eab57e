//! Toss Payments over HTTPS. It sends once and never repeats by itself: whoever asked decides
//! what a lost answer means.

mod key;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, Method, RequestBuilder, Response, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{
    AccountCall, Answer, CancelCall, ConfirmCall, Gateway, ListCall, Listed, Lookup, Lost, Payment,
    Rejection,
};
pub use key::{KeyError, Live, SecretKey, check_client_key};

/// Who does not take the connection in this time is away.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);

/// A confirmation waits for the card's bank. After this time its outcome is unknown.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(40);

/// Lists take longer, says the gateway's documentation.
const LIST_WITHIN: Duration = Duration::from_secs(60);

/// An answer that is larger is not read.
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The longest code that is kept.
const CODE_CHARS_MAX: usize = 100;

/// Why the gateway cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TossError {
    #[error("the gateway's address is not understood")]
    Address(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the gateway's address must begin with https://, except on this machine")]
    NotSafe,
    #[error("no client for HTTPS can be made")]
    Client(#[from] reqwest::Error),
}

/// Toss Payments.
#[derive(Debug)]
pub struct Toss {
    client: Client,
    base: Url,
    secret: SecretKey,
}

impl Toss {
    /// The gateway at `base`, such as `https://api.tosspayments.com`.
    ///
    /// # Errors
    ///
    /// The address cannot be used. Without TLS only this machine itself is spoken to.
    pub fn new(base: &str, secret: SecretKey) -> Result<Self, TossError> {
        let base: Url = base
            .parse()
            .map_err(|error| TossError::Address(Box::new(error)))?;
        let is_this_machine = matches!(base.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
        if base.scheme() != "https" && !(base.scheme() == "http" && is_this_machine) {
            return Err(TossError::NotSafe);
        }
        let client = Client::builder()
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            // The secret goes to this address and to no other.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .user_agent(concat!("moding/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            client,
            base,
            secret,
        })
    }

    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = self.base.clone();
        // Each part is encoded: a key may hold anything.
        if let Ok(mut parts) = url.path_segments_mut() {
            parts.pop_if_empty().extend(path);
        }
        // The user name is the key, the password is empty; the colon between them is a must.
        let request = self.client.request(method, url);
        request.basic_auth(self.secret.expose(), Some(""))
    }

    fn post(&self, path: &[&str], idempotency_key: &str, body: &impl Serialize) -> RequestBuilder {
        self.request(Method::POST, path)
            .header("Idempotency-Key", idempotency_key)
            .json(body)
    }
}

#[async_trait]
impl Gateway for Toss {
    async fn confirm(&self, call: &ConfirmCall) -> Answer<Payment> {
        let body = wire::Confirm {
            payment_key: &call.payment_key,
            order_id: &call.gateway_order,
            amount: call.amount.0,
        };
        let request = self.post(&["v1", "payments", "confirm"], &call.idempotency_key, &body);
        let answer = payment(request).await;
        echoed(answer, |payment| {
            payment.payment_key == call.payment_key
                && payment.gateway_order == call.gateway_order
                && payment.amount == call.amount
        })
    }

    async fn query(&self, lookup: &Lookup) -> Answer<Payment> {
        let request = match lookup {
            Lookup::PaymentKey(key) => self.request(Method::GET, &["v1", "payments", key]),
            Lookup::GatewayOrder(order) => {
                self.request(Method::GET, &["v1", "payments", "orders", order])
            }
        };
        echoed(payment(request).await, |payment| match lookup {
            Lookup::PaymentKey(key) => payment.payment_key == *key,
            Lookup::GatewayOrder(order) => payment.gateway_order == *order,
        })
    }

    async fn cancel(&self, call: &CancelCall) -> Answer<Payment> {
        let body = wire::CancelBody {
            cancel_reason: &call.reason,
            cancel_amount: call.amount.0,
            refundable_amount: call.refundable.0,
            refund_receive_account: call.account.as_ref().map(|to| wire::ReceiveAccount {
                bank: &to.bank,
                account_number: &to.account_number,
                holder_name: &to.holder,
            }),
        };
        let path = ["v1", "payments", &call.payment_key, "cancel"];
        let request = self.post(&path, &call.idempotency_key, &body);
        echoed(payment(request).await, |payment| {
            payment.payment_key == call.payment_key
        })
    }

    async fn open_account(&self, call: &AccountCall) -> Answer<Payment> {
        let body = wire::OpenAccount {
            amount: call.amount.0,
            order_id: &call.gateway_order,
            order_name: &call.order_name,
            customer_name: call.customer_name.expose(),
            bank: &call.bank,
            valid_hours: call.valid_hours,
        };
        let request = self.post(&["v1", "virtual-accounts"], &call.idempotency_key, &body);
        echoed(payment(request).await, |payment| {
            payment.gateway_order == call.gateway_order && payment.amount == call.amount
        })
    }

    async fn transactions(&self, call: &ListCall) -> Answer<Vec<Listed>> {
        let mut query = vec![
            ("startDate", wire::local(call.from)),
            ("endDate", wire::local(call.until)),
            ("limit", call.limit.to_string()),
        ];
        if let Some(after) = &call.after {
            query.push(("startingAfter", after.clone()));
        }
        let request = self
            .request(Method::GET, &["v1", "transactions"])
            .query(&query)
            .timeout(LIST_WITHIN);
        let answer = send::<Vec<wire::Transaction>>(request).await;
        understood(answer, |rows| {
            rows.into_iter().map(wire::Transaction::read).collect()
        })
    }
}

async fn payment(request: RequestBuilder) -> Answer<Payment> {
    understood(send::<wire::Payment>(request).await, wire::Payment::read)
}

/// An answer that cannot be read says nothing.
fn understood<W, T>(
    answer: Answer<W>,
    read: impl FnOnce(W) -> Result<T, wire::NotUnderstood>,
) -> Answer<T> {
    match answer {
        Answer::Done(wire) => match read(wire) {
            Ok(read) => Answer::Done(read),
            Err(wrong) => Answer::Unknown(Lost(wrong.to_string())),
        },
        Answer::Rejected(rejection) => Answer::Rejected(rejection),
        Answer::Unknown(lost) => Answer::Unknown(lost),
    }
}

/// An answer about something else says nothing about what was asked: a key that was used for
/// two requests is answered with the first one's payment.
fn echoed(answer: Answer<Payment>, is_ours: impl FnOnce(&Payment) -> bool) -> Answer<Payment> {
    match answer {
        Answer::Done(payment) if !is_ours(&payment) => {
            tracing::error!(
                gateway_order = payment.gateway_order,
                "gateway.answered_about_another_payment"
            );
            Answer::Unknown(Lost("the answer is about another payment".to_owned()))
        }
        other @ (Answer::Done(_) | Answer::Rejected(_) | Answer::Unknown(_)) => other,
    }
}

async fn send<T: DeserializeOwned>(request: RequestBuilder) -> Answer<T> {
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) => return lost(&error),
    };
    let status = response.status();
    let trace = trace_id(&response);
    let body = match read(response).await {
        Ok(body) => body,
        Err(why) => return Answer::Unknown(why),
    };
    tracing::debug!(status = status.as_u16(), trace, "gateway.answered");
    if status.is_success() {
        return match serde_json::from_slice(&body) {
            Ok(answer) => Answer::Done(answer),
            Err(error) => Answer::Unknown(Lost(format!("not understood: {error}"))),
        };
    }
    let Ok(wire::Failure { code }) = serde_json::from_slice(&body) else {
        return Answer::Unknown(Lost(format!("status {} without a code", status.as_u16())));
    };
    tracing::info!(status = status.as_u16(), code, trace, "gateway.rejected");
    Answer::Rejected(Rejection {
        code: code.chars().take(CODE_CHARS_MAX).collect(),
        status: status.as_u16(),
    })
}

fn lost<T>(error: &reqwest::Error) -> Answer<T> {
    // Without the address: it may hold a payment key.
    let what = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    Answer::Unknown(Lost(what.to_owned()))
}

fn trace_id(response: &Response) -> String {
    let header = response.headers().get("x-tosspayments-trace-id");
    let text = header.and_then(|value| value.to_str().ok());
    text.unwrap_or_default().to_owned()
}

async fn read(mut response: Response) -> Result<Vec<u8>, Lost> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= ANSWER_BYTES_MAX => {
                body.extend_from_slice(&chunk);
            }
            Ok(Some(_)) => return Err(Lost("the answer is too large".to_owned())),
            Ok(None) => return Ok(body),
            Err(_) => return Err(Lost("the answer broke off".to_owned())),
        }
    }
}
