//! The object against golden files made from the documented samples, to the byte.

use domain::time::Timestamp;
use serde_json::Value;

use super::*;
use crate::rules::account::tests::waiting;
use crate::rules::cancel::{AskCancel, cancel};
use crate::rules::confirm::{Confirm, Confirmed, confirm};
use crate::rules::payment::tests::{in_progress, ready};
use crate::rules::payment::{Moment, Plan};
use crate::wire::korean_time;

const BASE: &str = "http://127.0.0.1:4000";

fn at(text: &str) -> Timestamp {
    korean_time::parse(text).unwrap()
}

fn confirmed() -> Payment {
    let requested_at = at("2026-03-01T19:30:00");
    let payment = Payment {
        requested_at,
        ..ready()
    };
    let payment = payment.authenticate(Means::Card, Plan::Approve, requested_at);
    let ask = Confirm {
        shop: "sndbxstore".to_owned(),
        order_id: "ord_01HXYZ_1".to_owned(),
        amount: 15_000,
    };
    let moment = Moment {
        now: at("2026-03-01T19:30:41"),
        transaction_key: "9F1C0B7E5A2D4C3E8B6A7D1F0E2C4B5A".to_owned(),
    };
    let mismatch = crate::refusal::INVALID_REQUEST;
    match confirm(payment.unwrap(), &ask, moment, &mismatch).unwrap() {
        Confirmed::Yes(payment) => payment,
        Confirmed::No(..) => panic!("it is declined"),
    }
}

fn text(payment: &Payment, occasion: Occasion) -> String {
    let view = View {
        now: Timestamp(0),
        base: BASE,
        occasion,
    };
    serde_json::to_string(&object(payment, &view)).unwrap()
}

fn json(payment: &Payment) -> Value {
    serde_json::from_str(&text(payment, Occasion::Seen)).unwrap()
}

#[test]
fn an_approved_card_payment_is_the_documented_sample_to_the_byte() {
    let golden = include_str!("../../../golden/confirmed.json").trim_end();
    assert_eq!(text(&confirmed(), Occasion::Issued), golden);
}

#[test]
fn a_partial_cancel_is_the_documented_sample() {
    let ask = AskCancel {
        reason: "고객 요청".to_owned(),
        amount: Some(5_000),
        refundable: Some(15_000),
        ..AskCancel::default()
    };
    let moment = Moment {
        now: at("2026-03-01T20:02:11"),
        transaction_key: "B0".to_owned(),
    };
    let object = json(&cancel(confirmed(), &ask, moment).unwrap());
    let golden: Value = serde_json::from_str(include_str!("../../../golden/cancels.json")).unwrap();
    assert_eq!(object["cancels"], golden);
    assert_eq!(object["status"], "PARTIAL_CANCELED");
    assert_eq!(object["totalAmount"], 15_000);
    assert_eq!(object["balanceAmount"], 10_000);
    assert_eq!(object["suppliedAmount"], 9_091);
    assert_eq!(object["vat"], 909);
    assert_eq!(object["lastTransactionKey"], "B0");
}

#[test]
fn an_expired_payment_looks_as_one_that_was_seen() {
    let expired = in_progress().at(Timestamp(i64::MAX));
    let object = json(&expired);
    assert_eq!(object["status"], "EXPIRED");
    assert_eq!(object["failure"]["code"], "EXPIRED_PAYMENT");
    for name in [
        "method",
        "card",
        "cancels",
        "approvedAt",
        "receipt",
        "secret",
        "lastTransactionKey",
        "useEscrow",
    ] {
        assert_eq!(object.get(name), Some(&Value::Null), "{name}");
    }
    assert!(object["checkout"]["url"].is_string());
    assert_eq!(object["isPartialCancelable"], true);
}

#[test]
fn an_account_that_waits_shows_no_approval_and_tells_its_secret_once() {
    let object = json(&waiting());
    let golden: Value = serde_json::from_str(include_str!("../../../golden/waiting.json")).unwrap();
    assert_eq!(object["virtualAccount"], golden);
    assert_eq!(object["status"], "WAITING_FOR_DEPOSIT");
    assert_eq!(object["method"], "가상계좌");
    assert_eq!(object["approvedAt"], Value::Null);
    assert_eq!(object["secret"], Value::Null);
    let issued: Value = serde_json::from_str(&text(&waiting(), Occasion::Issued)).unwrap();
    assert_eq!(issued["secret"], "ps_sandbox000000000000000001");
}

#[test]
fn each_way_to_pay_has_its_own_object() {
    let check = |means: Means, word: &str, filled: &[&str]| {
        let payment = Payment {
            means: Some(means),
            ..confirmed()
        };
        let object = json(&payment);
        assert_eq!(object["method"], word);
        for name in [
            "card",
            "virtualAccount",
            "transfer",
            "mobilePhone",
            "easyPay",
        ] {
            assert_eq!(object[name].is_object(), filled.contains(&name), "{name}");
        }
    };
    check(Means::Card, "카드", &["card"]);
    let provider = "토스페이".to_owned();
    check(
        Means::EasyPay { provider },
        "간편결제",
        &["card", "easyPay"],
    );
    let bank = "20".to_owned();
    check(Means::Transfer { bank }, "계좌이체", &["transfer"]);
    check(Means::MobilePhone, "휴대폰", &["mobilePhone"]);
    let account = waiting().means.unwrap();
    check(account, "가상계좌", &["virtualAccount"]);
}
