//! `/__sandbox`: what no gateway has, and every test needs.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use serde::Deserialize;
use serde_json::{Value, json};
use store::StoreError;

use super::broken;
use crate::admin::{
    Advance, Authentication, ClockView, Deposit, MadePayment, Method, NewPayment, Stage,
};
use crate::app::App;
use crate::asking::{is_order_id, is_order_name};
use crate::faults::{Planned, PlannedWebhook};
use crate::here::Here;
use crate::issuing::{self, Begin};
use crate::policy::Policy;
use crate::refusal::{self, Refusal};
use crate::rules::payment::{Amounts, Means, Payment};
use crate::sending;
use crate::sqlite::{facts, payments, webhooks};
use crate::turning::{BankDoes, bank};
use crate::wire::korean_time;

/// What is shown of a list, unless somebody asks for more.
const SHOWN: usize = 100;
/// What is shown of a list, at most.
const SHOWN_MAX: usize = 10_000;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/payments", get(list).post(make))
        .route("/payments/{key}", get(one))
        .route("/payments/{key}/authentication", post(authenticate))
        .route("/payments/{key}/deposit", post(deposit))
        .route("/payments/{key}/deposit-reversal", post(reverse))
        .route("/clock", get(clock))
        .route("/clock/advance", post(advance))
        .route("/policy", get(policy).patch(set_policy))
        .route("/faults", get(faults).post(plan).delete(clear))
        .route("/webhook-faults", post(plan_webhook))
        .route("/webhooks", get(sent))
        .route("/webhooks/{id}/resend", post(resend))
}

/// Why something is not done.
pub(super) enum No {
    Refused(Refusal),
    Broken(StoreError),
}

impl From<StoreError> for No {
    fn from(error: StoreError) -> Self {
        Self::Broken(error)
    }
}

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl IntoResponse for No {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(refusal) => {
                let status = StatusCode::from_u16(refusal.status);
                let status = status.unwrap_or(StatusCode::BAD_REQUEST);
                (status, Json(refusal.failure())).into_response()
            }
            Self::Broken(error) => broken(&error),
        }
    }
}

#[derive(Deserialize)]
struct Limit {
    limit: Option<usize>,
}

impl Limit {
    fn get(&self) -> usize {
        self.limit.unwrap_or(SHOWN).min(SHOWN_MAX)
    }
}

async fn list(State(app): State<App>, Query(limit): Query<Limit>) -> Result<Json<Value>, No> {
    let now = app.clock.now();
    let (payments, counts) = app
        .db
        .read(move |db| {
            let latest = payments::latest(db, limit.get())?;
            Ok::<_, StoreError>((latest, payments::counts(db)?))
        })
        .await?;
    let shown: Vec<_> = payments.into_iter().map(|it| shown(it.at(now))).collect();
    let counts: serde_json::Map<_, _> = counts
        .into_iter()
        .map(|(status, number)| (status, number.into()))
        .collect();
    Ok(Json(json!({ "payments": shown, "counts": counts })))
}

async fn one(State(app): State<App>, Path(key): Path<String>) -> Result<Json<Value>, No> {
    let found = app.db.read(move |db| payments::find(db, &key)).await?;
    let payment = found.ok_or(refusal::NOT_FOUND_PAYMENT)?;
    Ok(Json(shown(payment.at(app.clock.now()))))
}

async fn make(
    State(app): State<App>,
    Json(new): Json<NewPayment>,
) -> Result<(StatusCode, Json<MadePayment>), No> {
    let set = match &new.client_key {
        None => app.keys.first(),
        Some(key) => app.keys.by_client(key).ok_or(refusal::UNAUTHORIZED_KEY)?,
    };
    if !is_order_id(&new.order_id) || !is_order_name(&new.order_name) || new.amount <= 0 {
        return Err(refusal::INVALID_REQUEST.into());
    }
    let (shop, here) = (set.shop.clone(), app.here());
    let made = app
        .db
        .write(move |tx| {
            let begin = Begin {
                shop,
                order_id: new.order_id,
                order_name: new.order_name,
                amounts: Amounts {
                    total: new.amount,
                    tax_free: new.tax_free_amount,
                    tax_exemption: new.tax_exemption_amount,
                },
                customer_name: new.customer_name,
                metadata: new.metadata,
                visit: None,
            };
            let payment = issuing::begin(tx, &here, begin)??;
            if new.stage == Stage::Ready {
                return Ok(payment);
            }
            let means = means(&here, new.method, payment.customer_name.as_deref());
            Ok::<_, No>(issuing::authenticate(
                tx,
                &here,
                payment,
                (means, new.plan),
            )??)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(made_payment(&made))))
}

async fn authenticate(
    State(app): State<App>,
    Path(key): Path<String>,
    Json(how): Json<Authentication>,
) -> Result<Json<MadePayment>, No> {
    let here = app.here();
    let payment = app
        .db
        .write(move |tx| {
            let payment = payments::find(tx, &key)?.ok_or(refusal::NOT_FOUND_PAYMENT)?;
            let means = means(&here, how.method, payment.customer_name.as_deref());
            Ok::<_, No>(issuing::authenticate(
                tx,
                &here,
                payment,
                (means, how.plan),
            )??)
        })
        .await?;
    Ok(Json(made_payment(&payment)))
}

async fn deposit(
    State(app): State<App>,
    Path(key): Path<String>,
    Json(deposit): Json<Deposit>,
) -> Result<Json<MadePayment>, No> {
    let from = deposit.from.unwrap_or_else(|| "김토스".to_owned());
    bank_does(&app, key, BankDoes::Deposit { from }).await
}

async fn reverse(State(app): State<App>, Path(key): Path<String>) -> Result<Json<MadePayment>, No> {
    bank_does(&app, key, BankDoes::Reverse).await
}

async fn bank_does(app: &App, key: String, does: BankDoes) -> Result<Json<MadePayment>, No> {
    let here = app.here();
    let changed = app.db.write(move |tx| bank(tx, &here, &key, &does));
    let payment = changed.await??;
    app.nudge.notify_one();
    Ok(Json(made_payment(&payment)))
}

async fn clock(State(app): State<App>) -> Json<ClockView> {
    Json(clock_view(&app))
}

async fn advance(State(app): State<App>, Json(by): Json<Advance>) -> Result<Json<ClockView>, No> {
    let ms = by.ms + by.minutes * MINUTE_MS + by.hours * HOUR_MS + by.days * DAY_MS;
    if ms < 0 {
        return Err(refusal::INVALID_REQUEST.into());
    }
    let ahead = app
        .db
        .write(move |tx| {
            let ahead = facts::get(tx, facts::CLOCK_AHEAD_MS)? + ms;
            facts::set(tx, facts::CLOCK_AHEAD_MS, ahead)?;
            Ok::<_, StoreError>(ahead)
        })
        .await?;
    app.clock.set_ahead_ms(ahead);
    sending::catch_up(&app).await?;
    Ok(Json(clock_view(&app)))
}

async fn policy(State(app): State<App>) -> Json<Policy> {
    Json((*app.policy()).clone())
}

/// Changes only what is named.
async fn set_policy(
    State(app): State<App>,
    Json(some): Json<serde_json::Map<String, Value>>,
) -> Result<Json<Policy>, No> {
    let invalid = |_| refusal::INVALID_REQUEST;
    let mut whole = serde_json::to_value(&*app.policy()).map_err(invalid)?;
    if let Value::Object(fields) = &mut whole {
        fields.extend(some);
    }
    let policy: Policy = serde_json::from_value(whole).map_err(invalid)?;
    app.set_policy(policy.clone());
    Ok(Json(policy))
}

async fn faults(State(app): State<App>) -> Json<Vec<Planned>> {
    Json(app.faults.planned())
}

async fn plan(State(app): State<App>, Json(planned): Json<Planned>) -> Result<Response, No> {
    let kept = app.faults.plan(planned);
    kept.ok_or(refusal::TOO_MANY_REQUESTS)?;
    Ok((StatusCode::CREATED, Json(json!({}))).into_response())
}

async fn plan_webhook(
    State(app): State<App>,
    Json(planned): Json<PlannedWebhook>,
) -> Result<Response, No> {
    let kept = app.faults.plan_webhook(planned);
    kept.ok_or(refusal::TOO_MANY_REQUESTS)?;
    Ok((StatusCode::CREATED, Json(json!({}))).into_response())
}

async fn clear(State(app): State<App>) -> StatusCode {
    app.faults.clear();
    StatusCode::NO_CONTENT
}

async fn sent(State(app): State<App>, Query(limit): Query<Limit>) -> Result<Response, No> {
    let latest = app
        .db
        .read(move |db| webhooks::latest(db, limit.get()))
        .await?;
    Ok(Json(json!({ "webhooks": latest })).into_response())
}

async fn resend(State(app): State<App>, Path(id): Path<i64>) -> Result<StatusCode, No> {
    let now = app.clock.now();
    let found = app
        .db
        .write(move |tx| webhooks::resend(tx, id, now))
        .await?;
    if !found {
        return Err(refusal::NOT_FOUND.into());
    }
    sending::catch_up(&app).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A way to pay, with everything that the sandbox makes up about it.
pub(super) fn means(here: &Here, method: Method, customer: Option<&str>) -> Means {
    let bank = "20";
    match method {
        Method::Card => Means::Card,
        Method::EasyPay => Means::EasyPay {
            provider: "토스페이".to_owned(),
        },
        Method::VirtualAccount => {
            let customer = customer.unwrap_or("김토스");
            Means::VirtualAccount(issuing::account(here, bank, customer, None))
        }
        Method::Transfer => Means::Transfer {
            bank: bank.to_owned(),
        },
        Method::MobilePhone => Means::MobilePhone,
    }
}

fn made_payment(payment: &Payment) -> MadePayment {
    MadePayment {
        payment_key: payment.key.clone(),
        order_id: payment.order_id.clone(),
        amount: payment.amounts.total,
        status: payment.status(),
    }
}

/// Everything that is known of a payment, its secret too.
fn shown(payment: Payment) -> Value {
    let (status, balance) = (payment.status(), payment.balance());
    let mut shown = serde_json::to_value(payment).unwrap_or_default();
    shown["status"] = json!(status);
    shown["balance"] = json!(balance);
    shown
}

fn clock_view(app: &App) -> ClockView {
    let now = app.clock.now();
    ClockView {
        now_ms: now.0,
        now: korean_time::with_offset(now),
        ahead_ms: app.clock.ahead_ms(),
    }
}
