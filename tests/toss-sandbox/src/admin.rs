//! How tests set a sandbox: the bodies of `/__sandbox`, and somebody who sends them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::faults::{Planned, PlannedWebhook};
use crate::policy::Policy;
use crate::rules::payment::{Plan, Status};

/// A payment that is to be made without a browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewPayment {
    pub order_id: String,
    pub amount: i64,
    #[serde(default = "order_name")]
    pub order_name: String,
    #[serde(default)]
    pub method: Method,
    #[serde(default)]
    pub stage: Stage,
    #[serde(default)]
    pub plan: Plan,
    #[serde(default)]
    pub tax_free_amount: i64,
    #[serde(default)]
    pub tax_exemption_amount: i64,
    pub customer_name: Option<String>,
    pub metadata: Option<BTreeMap<String, String>>,
    /// Whose payment it is; the first merchant's without it.
    pub client_key: Option<String>,
}

/// How the customer pays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    #[default]
    Card,
    EasyPay,
    VirtualAccount,
    Transfer,
    MobilePhone,
}

/// How far it is to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The window is open.
    Ready,
    /// It can be confirmed.
    #[default]
    Authenticated,
}

/// A payment that was made without a browser: what the success page would be called with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadePayment {
    pub payment_key: String,
    pub order_id: String,
    pub amount: i64,
    pub status: Status,
}

/// How the customer of an open window goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Authentication {
    pub method: Method,
    pub plan: Plan,
}

/// Money that is paid into a virtual account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Deposit {
    /// The name of whoever pays; the customer's without it.
    pub from: Option<String>,
}

/// What time it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockView {
    pub now_ms: i64,
    /// As the gateway writes it.
    pub now: String,
    /// How far ahead of the machine's clock.
    pub ahead_ms: i64,
}

/// By how much the clock is turned on: the sum of all that is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Advance {
    pub ms: i64,
    pub minutes: i64,
    pub hours: i64,
    pub days: i64,
}

fn order_name() -> String {
    "성인 1매".to_owned()
}

impl NewPayment {
    /// A card payment that can be confirmed.
    #[must_use]
    pub fn new(order_id: &str, amount: i64) -> Self {
        Self {
            order_id: order_id.to_owned(),
            amount,
            order_name: order_name(),
            method: Method::Card,
            stage: Stage::Authenticated,
            plan: Plan::Approve,
            tax_free_amount: 0,
            tax_exemption_amount: 0,
            customer_name: None,
            metadata: None,
            client_key: None,
        }
    }
}

/// Somebody who sets a sandbox, over HTTP like anybody else.
#[derive(Clone, Debug)]
pub struct Admin {
    http: reqwest::Client,
    base: String,
}

/// Why a sandbox was not set.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    #[error("the sandbox does not answer")]
    Unreachable(#[from] reqwest::Error),
    #[error("the sandbox says {status}: {body}")]
    Refused { status: u16, body: String },
}

impl Admin {
    /// Of the sandbox at this address, such as `http://127.0.0.1:4010`.
    #[must_use]
    pub fn at(base: &str) -> Self {
        Self {
            http: direct(),
            base: format!("{}/__sandbox", base.trim_end_matches('/')),
        }
    }

    /// Makes a payment that can be confirmed; its key.
    ///
    /// # Errors
    ///
    /// The sandbox refuses or does not answer.
    pub async fn authenticated(&self, order_id: &str, amount: i64) -> Result<String, AdminError> {
        let made = self.make(&NewPayment::new(order_id, amount)).await?;
        Ok(made.payment_key)
    }

    /// Makes a payment.
    ///
    /// # Errors
    ///
    /// The sandbox refuses or does not answer.
    pub async fn make(&self, payment: &NewPayment) -> Result<MadePayment, AdminError> {
        self.post("/payments", payment).await
    }

    /// Pays into the virtual account of a payment.
    ///
    /// # Errors
    ///
    /// The sandbox refuses or does not answer.
    pub async fn deposit(&self, payment_key: &str) -> Result<MadePayment, AdminError> {
        let path = format!("/payments/{payment_key}/deposit");
        self.post(&path, &Deposit::default()).await
    }

    /// Takes a deposit back, as a bank does that has reported it by mistake.
    ///
    /// # Errors
    ///
    /// The sandbox refuses or does not answer.
    pub async fn reverse(&self, payment_key: &str) -> Result<MadePayment, AdminError> {
        let path = format!("/payments/{payment_key}/deposit-reversal");
        self.post(&path, &json!({})).await
    }

    /// Turns the clock on; what was due by then is done when this returns, and every webhook
    /// that was due has been sent.
    ///
    /// # Errors
    ///
    /// The sandbox refuses or does not answer.
    pub async fn advance(&self, by: Advance) -> Result<ClockView, AdminError> {
        self.post("/clock/advance", &by).await
    }

    /// Plans a fault of calls.
    ///
    /// # Errors
    ///
    /// The sandbox refuses or does not answer.
    pub async fn plan(&self, fault: &Planned) -> Result<(), AdminError> {
        let _: Value = self.post("/faults", fault).await?;
        Ok(())
    }

    /// Plans a fault of webhooks.
    ///
    /// # Errors
    ///
    /// The sandbox refuses or does not answer.
    pub async fn plan_webhook(&self, fault: &PlannedWebhook) -> Result<(), AdminError> {
        let _: Value = self.post("/webhook-faults", fault).await?;
        Ok(())
    }

    /// Changes some settings, such as `{"latency_ms": 50}`.
    ///
    /// # Errors
    ///
    /// The sandbox refuses or does not answer.
    pub async fn set(&self, some: &Value) -> Result<Policy, AdminError> {
        let request = self.http.patch(format!("{}/policy", self.base)).json(some);
        answered(request).await
    }

    /// What stands at a path below `/__sandbox`, such as `/payments` or `/webhooks`.
    ///
    /// # Errors
    ///
    /// The sandbox refuses or does not answer.
    pub async fn get(&self, path: &str) -> Result<Value, AdminError> {
        answered(self.http.get(format!("{}{path}", self.base))).await
    }

    async fn post<B: Serialize, T: for<'de> Deserialize<'de>>(
        &self,
        path: &str,
        body: &B,
    ) -> Result<T, AdminError> {
        answered(self.http.post(format!("{}{path}", self.base)).json(body)).await
    }
}

/// Somebody who calls this machine, whatever proxy is set for calls to the world.
pub(crate) fn direct() -> reqwest::Client {
    let redirects = reqwest::redirect::Policy::none();
    let client = reqwest::Client::builder().no_proxy().redirect(redirects);
    client
        .build()
        .expect("a client without TLS has nothing to fail at")
}

async fn answered<T: for<'de> Deserialize<'de>>(
    request: reqwest::RequestBuilder,
) -> Result<T, AdminError> {
    let answer = request.send().await?;
    let status = answer.status();
    if status.is_success() {
        return Ok(answer.json().await?);
    }
    Err(AdminError::Refused {
        status: status.as_u16(),
        body: answer.text().await?,
    })
}
