//! The way of every call of the API: who calls, what goes wrong on purpose, whether it was
//! answered before, and how the answer goes out.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method, Response as HttpResponse, StatusCode};
use axum::response::Response;
use serde_json::Value;
use tokio::time::sleep;

use super::broken;
use super::connection::HangUp;
use crate::answering::{Answer, Order, Way, carry_out, look_up};
use crate::app::App;
use crate::asking::Target;
use crate::faults::{Fault, Repeat};
use crate::naming;
use crate::refusal::{self, Refusal};
use crate::sqlite::answers::Identity;

/// The largest body of a call.
const BODY_BYTES_MAX: usize = 1 << 20;
/// The longest idempotency key.
const KEY_MAX: usize = 300;

const IDEMPOTENCY_KEY: &str = "idempotency-key";
const TEST_CODE: &str = "tosspayments-test-code";
const TRACE_ID: &str = "x-tosspayments-trace-id";

/// A call as it came in.
struct Call {
    target: Target,
    method: Method,
    /// Path and query.
    url: String,
    query: String,
    authorization: Option<String>,
    test_code: Option<String>,
    idempotency_key: Option<String>,
    body: Vec<u8>,
}

/// Answers a call. What was begun is done even if the caller hangs up meanwhile.
pub(super) async fn pass(app: App, target: Target, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_BYTES_MAX).await else {
        return cut();
    };
    let text = |name: &str| header(&parts.headers, name);
    let url = parts.uri.path_and_query();
    let call = Call {
        target,
        url: url.map_or_else(String::new, ToString::to_string),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        authorization: text(AUTHORIZATION.as_str()),
        test_code: text(TEST_CODE),
        // Ignored where nothing is changed.
        idempotency_key: text(IDEMPOTENCY_KEY).filter(|_| parts.method == Method::POST),
        method: parts.method,
        body: body.into(),
    };
    let answered = tokio::spawn(answer(app, call)).await;
    answered.unwrap_or_else(|_panic| cut())
}

/// The response that carries `answer`.
pub(super) fn response(answer: Answer, trace: &str, key: Option<&str>) -> Response {
    let trace = match &answer.first_trace {
        None => trace.to_owned(),
        Some(first) => format!("{trace},{first}"),
    };
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = HttpResponse::new(Body::from(answer.body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let mut insert = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    insert(TRACE_ID, &trace);
    if let Some(key) = key {
        insert(IDEMPOTENCY_KEY, key);
    }
    response
}

async fn answer(app: App, call: Call) -> Response {
    let operation = call.target.operation();
    let payment = call.target.payment_key(&call.body);
    let faults = app.faults.meet(operation, payment.as_deref());
    if faults.contains(&Fault::DropBefore) {
        return cut();
    }
    let trace = naming::trace_id(&*app.ids);
    let key = call.idempotency_key.clone();
    let answered = match let_in(&app, &call) {
        Err(refusal) => Ok(Answer::no(&refusal)),
        Ok(caller) => {
            let work = Work {
                app: &app,
                faults: &faults,
                payment,
                trace: &trace,
            };
            work.carry_out(caller, call).await
        }
    };
    let answer = match answered {
        Ok(answer) => answer,
        Err(error) => return broken(&error),
    };
    send(answer, &faults, (&trace, key.as_deref())).await
}

/// Who calls, and under which identity.
struct Caller {
    shop: String,
    identity: Option<Identity>,
}

/// The checks before anything is looked at, in the order that was measured.
fn let_in(app: &App, call: &Call) -> Result<Caller, Refusal> {
    let set = app.keys.who(call.authorization.as_deref())?;
    if let Some(code) = &call.test_code {
        return Err(Refusal::documented(code).unwrap_or(refusal::INVALID_REQUEST));
    }
    let circumstances = (&*app.policy(), app.clock.now());
    let operation = call.target.operation();
    app.running.count(&set.secret, operation, circumstances)?;
    if let Some(key) = &call.idempotency_key
        && (key.is_empty() || key.chars().count() > KEY_MAX)
    {
        return Err(refusal::INVALID_IDEMPOTENCY_KEY);
    }
    Ok(Caller {
        shop: set.shop.clone(),
        identity: call.idempotency_key.clone().map(|key| Identity {
            api_key: set.secret.clone(),
            method: call.method.to_string(),
            url: call.url.clone(),
            key,
        }),
    })
}

/// One call that was let in.
struct Work<'a> {
    app: &'a App,
    faults: &'a [Fault],
    payment: Option<String>,
    trace: &'a str,
}

impl Work<'_> {
    async fn carry_out(self, caller: Caller, call: Call) -> Result<Answer, store::StoreError> {
        let app = self.app;
        let policy = app.policy();
        let payment = self.payment.clone().filter(|_| call.method == Method::POST);
        let identity = caller.identity.clone();
        // Until the answer is on its way: a repeat in the meantime is told to ask again.
        let _guard = match app.running.begin(identity, payment, policy.concurrent) {
            Ok(guard) => guard,
            Err(refusal) => return Ok(Answer::no(&refusal)),
        };
        pause(policy.latency_ms).await;
        for fault in self.faults {
            if let Fault::Delay { ms } = fault {
                pause(*ms).await;
            }
        }
        let mut ask = call.target.ask(&call.query, &call.body);
        if let Some(refusal) = self.refused() {
            if is_passing(&refusal) {
                return Ok(Answer::no(&refusal));
            }
            ask = Err(refusal);
        }
        let here = app.here();
        let answer = if call.method == Method::GET {
            match ask {
                Err(refusal) => Answer::no(&refusal),
                Ok(ask) => {
                    let shop = caller.shop;
                    app.db
                        .read(move |db| look_up(db, &here, &shop, &ask))
                        .await?
                }
            }
        } else {
            let order = Order {
                shop: caller.shop,
                ask,
                identity: caller.identity,
                trace: self.trace.to_owned(),
                instead: self.remembered_failure(),
            };
            let answer = app.db.write(move |tx| carry_out(tx, &here, &order)).await?;
            app.nudge.notify_one();
            answer
        };
        if let Way::Slow { ms } = answer.way {
            pause(ms).await;
        }
        for fault in self.faults {
            if let Fault::DelayAnswer { ms } = fault {
                pause(*ms).await;
            }
        }
        Ok(answer)
    }

    /// The no that somebody has planned.
    fn refused(&self) -> Option<Refusal> {
        self.faults.iter().find_map(|fault| {
            let Fault::Refuse {
                code,
                status,
                message,
            } = fault
            else {
                return None;
            };
            let Some(code) = code else {
                return Some(refusal::FAILED_INTERNAL_SYSTEM_PROCESSING);
            };
            let mut refusal = Refusal::documented(code)
                .unwrap_or_else(|| Refusal::undocumented(400, code, "샌드박스가 거절했습니다."));
            if let Some(status) = status {
                refusal.status = *status;
            }
            if let Some(message) = message {
                refusal.message = message.clone().into();
            }
            Some(refusal)
        })
    }

    fn remembered_failure(&self) -> Option<Refusal> {
        let repeat = Repeat::Failure;
        let planned = self.faults.contains(&Fault::FailAfter { repeat });
        planned.then_some(refusal::FAILED_INTERNAL_SYSTEM_PROCESSING)
    }
}

/// Whether a no says nothing about the request, so that it is not remembered.
fn is_passing(refusal: &Refusal) -> bool {
    refusal.status >= 500 || refusal.status == 429 || refusal.status == 409
}

/// Sends an answer, or what the faults make of it.
async fn send(answer: Answer, faults: &[Fault], names: (&str, Option<&str>)) -> Response {
    if answer.way == Way::Lost || faults.contains(&Fault::DropAfter) {
        return cut();
    }
    let mut answer = answer;
    for fault in faults {
        match fault {
            Fault::FailAfter { .. } => {
                answer = Answer::no(&refusal::FAILED_INTERNAL_SYSTEM_PROCESSING);
            }
            Fault::Replace { pointer, value } => replace(&mut answer.body, pointer, value),
            Fault::DropBefore
            | Fault::DropAfter
            | Fault::Truncate
            | Fault::Delay { .. }
            | Fault::DelayAnswer { .. }
            | Fault::Refuse { .. } => {}
        }
    }
    let response = response(answer, names.0, names.1);
    if faults.contains(&Fault::Truncate) {
        return truncated(response).await;
    }
    response
}

/// Puts `value` where `pointer` points, also where nothing was.
fn replace(body: &mut Vec<u8>, pointer: &str, value: &Value) {
    let Ok(mut whole) = serde_json::from_slice::<Value>(body) else {
        return;
    };
    let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", pointer));
    match whole.pointer_mut(parent) {
        Some(Value::Object(fields)) => {
            fields.insert(name.to_owned(), value.clone());
        }
        Some(_) | None => {
            if let Some(place) = whole.pointer_mut(pointer) {
                *place = value.clone();
            }
        }
    }
    if let Ok(replaced) = serde_json::to_vec(&whole) {
        *body = replaced;
    }
}

/// The same response, whose body ends in the middle.
async fn truncated(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
        return cut();
    };
    parts.headers.insert(CONTENT_LENGTH, body.len().into());
    let half = body.slice(..body.len() / 2);
    let (pieces, stream) = tokio::sync::mpsc::channel(1);
    tokio::spawn(async move {
        let gone = || std::io::Error::other("the body is cut on purpose");
        if pieces.send(Ok(half)).await.is_ok() {
            // Only when the half was taken is there room for the end.
            let _ = pieces.send(Err(gone())).await;
        }
    });
    let stream = tokio_stream::wrappers::ReceiverStream::new(stream);
    Response::from_parts(parts, Body::from_stream(stream))
}

fn cut() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(HangUp);
    response
}

async fn pause(ms: u64) {
    if ms > 0 {
        sleep(Duration::from_millis(ms)).await;
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn anything_in_an_answer_can_be_another() {
        let check = |pointer: &str, value: Value, expected: Value| {
            let body = json!({"status": "DONE", "card": {"cardType": "신용"}, "cancels": [1]});
            let mut body = body.to_string().into_bytes();
            replace(&mut body, pointer, &value);
            let body: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(body, expected, "{pointer}");
        };
        check(
            "/status",
            json!("FROZEN"),
            json!({"status": "FROZEN", "card": {"cardType": "신용"}, "cancels": [1]}),
        );
        check(
            "/card/new",
            json!({"a": 1}),
            json!({"status": "DONE", "card": {"cardType": "신용", "new": {"a": 1}},
                   "cancels": [1]}),
        );
        check(
            "/cancels/0",
            json!(null),
            json!({"status": "DONE", "card": {"cardType": "신용"}, "cancels": [null]}),
        );
    }
}
