//! A shop that calls the gateway, and where that gateway is.
//!
//! By default each test starts a sandbox of its own. With `TOSS_URL` and `TOSS_SECRET_KEY` the
//! contract tests ask that server instead, for example the real test API (which needs a
//! `reqwest` with TLS, and a `test_sk_` key); what only a sandbox can do is skipped then.

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use toss_sandbox::admin::{Admin, NewPayment};
use toss_sandbox::policy::Policy;
use toss_sandbox::{Sandbox, Settings};

/// A shop with its secret key.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) http: reqwest::Client,
    pub(crate) base: String,
    pub(crate) secret: String,
}

/// What the gateway said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) status: StatusCode,
    pub(crate) trace: String,
    pub(crate) key: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

/// A shop and the sandbox that is its own.
pub(crate) struct Stand {
    pub(crate) shop: Shop,
    pub(crate) admin: Admin,
    pub(crate) sandbox: Sandbox,
    _folder: TempDir,
}

impl Stand {
    pub(crate) async fn new() -> Self {
        Self::with(Policy::default()).await
    }

    pub(crate) async fn with(policy: Policy) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            policy,
            ..Settings::new(folder.path())
        };
        let sandbox = Sandbox::start(settings).await.unwrap();
        Self {
            shop: Shop::at(&sandbox.url(), &sandbox.keys().secret),
            admin: sandbox.admin(),
            sandbox,
            _folder: folder,
        }
    }

    /// A card payment of 15,000 won that was confirmed; its key.
    pub(crate) async fn paid(&self, order: &str) -> String {
        let key = self.admin.authenticated(order, 15_000).await.unwrap();
        let said = self.shop.confirm(&key, order, 15_000).await;
        assert_eq!(said.status, StatusCode::OK, "{said:?}");
        key
    }

    pub(crate) async fn plan(&self, fault: Value) {
        let fault = serde_json::from_value(fault).unwrap();
        self.admin.plan(&fault).await.unwrap();
    }
}

impl Shop {
    pub(crate) fn at(base: &str, secret: &str) -> Self {
        Self {
            http: reqwest::Client::new(),
            base: base.trim_end_matches('/').to_owned(),
            secret: secret.to_owned(),
        }
    }

    pub(crate) fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.base))
            .basic_auth(&self.secret, Some(""))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.call(Method::POST, path).json(body)
    }

    pub(crate) async fn get(&self, path: &str) -> Said {
        said(self.call(Method::GET, path)).await
    }

    pub(crate) fn confirming(&self, key: &str, order: &str, amount: i64) -> RequestBuilder {
        let body = json!({"paymentKey": key, "orderId": order, "amount": amount});
        self.post("/v1/payments/confirm", &body)
    }

    pub(crate) async fn confirm(&self, key: &str, order: &str, amount: i64) -> Said {
        said(self.confirming(key, order, amount)).await
    }

    pub(crate) fn cancelling(&self, key: &str, body: &Value) -> RequestBuilder {
        self.post(&format!("/v1/payments/{key}/cancel"), body)
    }

    pub(crate) async fn cancel(&self, key: &str, body: Value) -> Said {
        said(self.cancelling(key, &body)).await
    }

    pub(crate) async fn payment(&self, key: &str) -> Said {
        self.get(&format!("/v1/payments/{key}")).await
    }
}

/// Sends a call that is answered.
pub(crate) async fn said(request: RequestBuilder) -> Said {
    let answer = request.send().await.unwrap();
    let header = |name: &str| {
        let value = answer.headers().get(name)?;
        Some(value.to_str().unwrap().to_owned())
    };
    Said {
        status: answer.status(),
        trace: header("x-tosspayments-trace-id").unwrap_or_default(),
        key: header("idempotency-key"),
        bytes: answer.bytes().await.unwrap().to_vec(),
    }
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    /// `200 DONE`, `404 NOT_FOUND_PAYMENT`
    pub(crate) fn short(&self) -> String {
        let body = self.json();
        let word = body["code"].as_str().or(body["status"].as_str());
        format!("{} {}", self.status.as_u16(), word.unwrap_or_default())
    }
}

/// A payment that is paid into a virtual account, and was confirmed.
pub(crate) async fn waiting(stand: &Stand, order: &str) -> (String, Value) {
    let payment = NewPayment {
        method: toss_sandbox::admin::Method::VirtualAccount,
        ..NewPayment::new(order, 15_000)
    };
    let key = stand.admin.make(&payment).await.unwrap().payment_key;
    let said = stand.shop.confirm(&key, order, 15_000).await;
    assert_eq!(said.short(), "200 WAITING_FOR_DEPOSIT");
    (key, said.json())
}
