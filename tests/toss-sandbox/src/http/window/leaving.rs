//! Back to the shop: the redirects with what they tell, and the same for a framed window.

use axum::response::{IntoResponse as _, Redirect, Response};
use reqwest::Url;
use serde_json::{Map, Value};

use super::pages;
use crate::app::App;
use crate::refusal::{PAY_PROCESS_CANCELED, Refusal};
use crate::rules::payment::{Payment, Surface, Visit};

/// How a window ended.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome<'a> {
    Yes(&'a Payment),
    /// With the order it was about.
    No(&'a Refusal, &'a str),
}

/// The customer has authenticated.
pub(super) fn success(app: &App, payment: &Payment) -> Response {
    match &payment.visit {
        Some(visit) => leave(app, visit, Outcome::Yes(payment)),
        None => pages::state(app, payment),
    }
}

/// Where the customer of an authenticated payment goes on, if that is a page.
pub(super) fn success_address(payment: &Payment) -> Option<String> {
    let visit = payment.visit.as_ref()?;
    let urls = visit.urls.as_ref()?;
    with(&urls.success, &told(visit.from, Outcome::Yes(payment)))
}

/// Goes back to where the window was opened.
pub(super) fn leave(app: &App, visit: &Visit, outcome: Outcome<'_>) -> Response {
    let told = told(visit.from, outcome);
    let urls = visit.urls.as_ref();
    let target = urls.map(|urls| match outcome {
        Outcome::Yes(_) => &urls.success,
        Outcome::No(..) => &urls.fail,
    });
    let goes_to = target.and_then(|url| with(url, &told));
    if let Some(origin) = &visit.frame {
        let told = match goes_to {
            Some(url) => [("goTo".to_owned(), url)].into(),
            None => told,
        };
        return pages::outcome(app, origin, &object(told));
    }
    match goes_to {
        Some(url) => Redirect::to(&url).into_response(),
        None => pages::nowhere(app, &told),
    }
}

/// Names and values, in the order that was seen.
fn told(from: Surface, outcome: Outcome<'_>) -> Vec<(String, String)> {
    let mut told = Vec::new();
    let mut add = |name: &str, value: &str| told.push((name.to_owned(), value.to_owned()));
    match outcome {
        Outcome::Yes(payment) => {
            if from == Surface::Widgets {
                add("paymentType", "NORMAL");
            }
            add("orderId", &payment.order_id);
            add("paymentKey", &payment.key);
            add("amount", &payment.amounts.total.to_string());
        }
        Outcome::No(refusal, order_id) => {
            add("code", &refusal.code);
            add("message", &refusal.message);
            // Documented: who closes the window comes back without an order.
            if refusal.code != PAY_PROCESS_CANCELED.code {
                add("orderId", order_id);
            }
        }
    }
    told
}

/// The address with `told` after what its query holds already.
fn with(url: &str, told: &[(String, String)]) -> Option<String> {
    let mut url = Url::parse(url).ok()?;
    // Nothing but a page of the shop: no script and no file of this machine.
    if !["http", "https"].contains(&url.scheme()) {
        return None;
    }
    url.query_pairs_mut().extend_pairs(told);
    Some(url.into())
}

fn object(told: Vec<(String, String)>) -> Value {
    let fields = told.into_iter().map(|(name, value)| (name, value.into()));
    Value::Object(fields.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::REJECT_CARD_COMPANY;
    use crate::rules::payment::tests::in_progress;

    #[track_caller]
    fn check(url: &str, from: Surface, outcome: Outcome<'_>, expected: Option<&str>) {
        assert_eq!(with(url, &told(from, outcome)).as_deref(), expected);
    }

    #[test]
    fn success_keeps_the_query_and_says_what_was_paid() {
        check(
            "https://shop.test/pay/7/success?lang=en&x=%20",
            Surface::Payment,
            Outcome::Yes(&in_progress()),
            Some(
                "https://shop.test/pay/7/success?lang=en&x=%20&orderId=ord_01HXYZ_1\
                 &paymentKey=sndbx20260301193000Ab3dE&amount=15000",
            ),
        );
        check(
            "http://127.0.0.1:4000/done#top",
            Surface::Widgets,
            Outcome::Yes(&in_progress()),
            Some(
                "http://127.0.0.1:4000/done?paymentType=NORMAL&orderId=ord_01HXYZ_1\
                 &paymentKey=sndbx20260301193000Ab3dE&amount=15000#top",
            ),
        );
    }

    #[test]
    fn who_closes_the_window_comes_back_without_an_order() {
        let declined = told(
            Surface::Payment,
            Outcome::No(&REJECT_CARD_COMPANY, "order_0001"),
        );
        let names = |told: &[(String, String)]| -> Vec<String> {
            told.iter().map(|(name, _)| name.clone()).collect()
        };
        assert_eq!(names(&declined), ["code", "message", "orderId"]);
        let closed = told(
            Surface::Payment,
            Outcome::No(&PAY_PROCESS_CANCELED, "order_0001"),
        );
        assert_eq!(names(&closed), ["code", "message"]);
    }

    #[test]
    fn a_window_leads_to_pages_only() {
        let payment = in_progress();
        for url in ["javascript:alert(1)", "file:///etc/passwd", "nonsense"] {
            check(url, Surface::Payment, Outcome::Yes(&payment), None);
        }
    }
}
