//! The browser's library, and the window in which the customer of a sandbox decides how a
//! payment goes. Plain forms: it works with a keyboard and without scripts.

mod leaving;
mod opening;
mod pages;

use axum::Form;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use store::StoreError;

use super::admin::{No, means};
use crate::admin::Method;
use crate::app::App;
use crate::issuing;
use crate::refusal;
use crate::rules::payment::{Means, Payment, Plan, Status};
use crate::rules::{account, bank};
use crate::sqlite::payments;
use crate::turning::{self, BankDoes};
use leaving::Outcome;
use opening::OpenWindow;

/// Payments that the overview shows.
const OVERVIEW_MAX: usize = 50;

pub(super) fn routes() -> Router<App> {
    let css = "text/css; charset=utf-8";
    let script = "text/javascript; charset=utf-8";
    let file = |kind, text| get(move || async move { asset(kind, text) });
    Router::new()
        .route(
            "/v2/standard",
            file(script, include_str!("../../assets/standard.js")),
        )
        .route(
            "/v2/outcome.js",
            file(script, include_str!("../../assets/outcome.js")),
        )
        .route(
            "/v2/page.css",
            file(css, include_str!("../../assets/page.css")),
        )
        .route("/v2/window", get(open))
        .route("/v1/payments/{key}/checkout", get(window).post(choose))
        .route("/receipt/{key}", get(receipt))
        .route("/", get(overview))
}

/// Opens a payment and shows its window; an order that cannot be paid goes back at once.
async fn open(State(app): State<App>, Query(open): Query<OpenWindow>) -> Response {
    let back = open.visit();
    let order_id = open.order_id.clone();
    let begin = match open.begin(&app.keys) {
        Ok(begin) => begin,
        Err(refusal) => return leaving::leave(&app, &back, Outcome::No(&refusal, &order_id)),
    };
    let here = app.here();
    let begun = app
        .db
        .write(move |tx| Ok::<_, No>(issuing::begin(tx, &here, begin)??))
        .await;
    match begun {
        Ok(payment) => {
            let page = format!("{}/v1/payments/{}/checkout", app.base, payment.key);
            let method = open.method.as_deref().unwrap_or_default();
            Redirect::to(&format!("{page}?method={method}")).into_response()
        }
        Err(No::Refused(refusal)) => leaving::leave(&app, &back, Outcome::No(&refusal, &order_id)),
        Err(broken @ No::Broken(_)) => broken.into_response(),
    }
}

#[derive(Deserialize)]
struct Asked {
    method: Option<String>,
}

async fn window(
    State(app): State<App>,
    Path(key): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, No> {
    let payment = payment(&app, key).await?;
    Ok(match payment.status() {
        Status::Ready => pages::window(&app, &payment, asked.method.as_deref()),
        Status::InProgress
        | Status::WaitingForDeposit
        | Status::Done
        | Status::Canceled
        | Status::PartialCanceled
        | Status::Aborted
        | Status::Expired => pages::state(&app, &payment),
    })
}

/// What the customer has pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Choice {
    Approve,
    Decline,
    OverLimit,
    Slow,
    LoseAnswer,
    Abort,
    Close,
    /// Of an account that waits: somebody pays in.
    Deposit,
}

#[derive(Deserialize)]
struct Decision {
    choice: Choice,
    #[serde(default)]
    way: Method,
    bank: Option<String>,
    holder: Option<String>,
}

async fn choose(
    State(app): State<App>,
    Path(key): Path<String>,
    Form(decision): Form<Decision>,
) -> Result<Response, No> {
    let opened = payment(&app, key).await?;
    let plan = match decision.choice {
        Choice::Approve => Plan::Approve,
        Choice::OverLimit => Plan::Decline {
            refusal: refusal::REJECT_CARD_PAYMENT,
        },
        Choice::Slow => Plan::Slowly {
            ms: app.policy().slow_ms,
        },
        Choice::LoseAnswer => Plan::LoseAnswer,
        Choice::Decline => return Ok(back(&app, &opened, &refusal::REJECT_CARD_COMPANY)),
        Choice::Abort => return Ok(back(&app, &opened, &refusal::PAY_PROCESS_ABORTED)),
        Choice::Close => return Ok(back(&app, &opened, &refusal::PAY_PROCESS_CANCELED)),
        Choice::Deposit => return deposit(&app, opened).await,
    };
    let here = app.here();
    let means = chosen(&app, &opened, &decision);
    let page = format!("{}/v1/payments/{}/checkout", app.base, opened.key);
    let authenticated = app
        .db
        .write(move |tx| {
            let payment = payments::find(tx, &opened.key)?.ok_or(refusal::NOT_FOUND_PAYMENT)?;
            Ok::<_, No>(issuing::authenticate(tx, &here, payment, (means, plan))??)
        })
        .await;
    match authenticated {
        Ok(payment) => Ok(leaving::success(&app, &payment)),
        // Run out, or used in another tab: the page says which.
        Err(No::Refused(_)) => Ok(Redirect::to(&page).into_response()),
        Err(broken @ No::Broken(_)) => Err(broken),
    }
}

/// The way to pay that was chosen, with the account that the customer has named.
fn chosen(app: &App, payment: &Payment, decision: &Decision) -> Means {
    let mut means = means(&app.here(), decision.way, payment.customer_name.as_deref());
    if let Means::VirtualAccount(account) = &mut means {
        if let Some(bank) = decision.bank.as_deref().and_then(bank::code) {
            account.bank = bank.to_owned();
        }
        if let Some(holder) = decision.holder.as_deref().filter(|it| !it.is_empty()) {
            account.customer_name = holder.to_owned();
        }
        let hours = payment.visit.as_ref().and_then(|visit| visit.valid_hours);
        account.valid_ms = account::valid_ms(hours);
    }
    means
}

async fn deposit(app: &App, payment: Payment) -> Result<Response, No> {
    let here = app.here();
    let from = payment
        .account()
        .map_or_else(String::new, |account| account.customer_name.clone());
    let key = payment.key.clone();
    let does = BankDoes::Deposit { from };
    let paid = app
        .db
        .write(move |tx| turning::bank(tx, &here, &key, &does))
        .await?;
    app.nudge.notify_one();
    match paid {
        Ok(payment) => Ok(pages::state(app, &payment)),
        Err(_) => Ok(pages::state(app, &payment)),
    }
}

/// Back to the shop without having paid. The window can still be used until it runs out.
fn back(app: &App, payment: &Payment, refusal: &refusal::Refusal) -> Response {
    match &payment.visit {
        Some(visit) => leaving::leave(app, visit, Outcome::No(refusal, &payment.order_id)),
        None => pages::state(app, payment),
    }
}

async fn receipt(State(app): State<App>, Path(key): Path<String>) -> Result<Response, No> {
    let payment = payment(&app, key).await?;
    Ok(pages::state(&app, &payment))
}

async fn overview(State(app): State<App>) -> Result<Response, No> {
    let now = app.clock.now();
    let latest = app.db.read(|db| payments::latest(db, OVERVIEW_MAX)).await?;
    let latest: Vec<_> = latest.into_iter().map(|payment| payment.at(now)).collect();
    Ok(pages::overview(&app, &latest))
}

async fn payment(app: &App, key: String) -> Result<Payment, No> {
    let now = app.clock.now();
    let found = app.db.read(move |db| payments::find(db, &key)).await;
    let found: Option<Payment> = found.map_err(|error: StoreError| No::from(error))?;
    Ok(found.ok_or(refusal::NOT_FOUND_PAYMENT)?.at(now))
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "no-cache"),
        // Shops load the library from elsewhere, whatever they isolate themselves with.
        (
            axum::http::HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
    ];
    (StatusCode::OK, headers, text).into_response()
}
