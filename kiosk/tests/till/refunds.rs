//! Money back at the counter.

use domain::id::{BookingId, OrderId, RefundId};
use domain::money::Won;
use domain::order::TenderKind;
use domain::refund::{RefundRule, Step};
use domain::tender::GivenBackFor;
use domain::time::Timestamp;
use domain::version::Version;
use kiosk::devices::card_terminal::RefundRequest;
use kiosk::devices::simulated_terminal::Line;
use kiosk::http::look_after_refunds;
use kiosk::refunds::{self, AskRefund};
use protocol::row::{RefundRulesFacts, Row};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::stand::Kiosk;

const MINUTE_MS: i64 = 60_000;
/// From the stand's now to the beginning of the show.
const UNTIL_SHOW_MS: i64 = 10_000_000;

fn id(text: &Value) -> Uuid {
    text.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn cash_goes_back_from_the_drawer_and_the_seats_are_free() {
    let kiosk = Kiosk::new().await;
    let booking = kiosk.sell_for_cash(&[4, 5]).await;
    let number = json!({ "number": booking["number"] });
    let path = "/api/staff/refund-quotes";
    let (_, quote) = kiosk.staff("POST", path, &number).await;
    assert_eq!(
        (&quote["percent"], &quote["kind"]),
        (&json!(100), &json!("cash"))
    );
    assert_eq!(quote["tickets"][1]["back_won"], 12_000);

    let refund = kiosk.id();
    for _ in 0..2 {
        let (status, back) = kiosk.bring_back(refund, &booking, &[0, 1]).await;
        assert_eq!((status, &back["state"]), (200, &json!("done")), "{back}");
        assert_eq!(back["amount_won"], 24_000);
    }
    assert_eq!(kiosk.taken().await, 0);
    assert_eq!(kiosk.seat_state(4).await, "free");
    let tenders = kiosk.tenders().await;
    let back = tenders.iter().find(|it| it.gives_back.is_some()).unwrap();
    assert_eq!(
        (tenders.len(), back.kind, back.amount),
        (2, TenderKind::Cash, Won(-24_000))
    );
    assert_eq!(back.gives_back.unwrap().why, GivenBackFor::BookingCancelled);

    let (status, problem) = kiosk.staff("POST", path, &number).await;
    assert_eq!((status, &problem["code"]), (409, &json!("cannot_cancel")));
}

#[tokio::test]
async fn what_comes_back_is_the_rule_of_the_hour() {
    let kiosk = Kiosk::new().await;
    let booking = kiosk.sell_for_cash(&[4, 5]).await;
    kiosk.clock.advance_ms(UNTIL_SHOW_MS - 20 * MINUTE_MS + 1);
    let (_, back) = kiosk.bring_back(kiosk.id(), &booking, &[0]).await;
    assert_eq!(back["amount_won"], 6_000, "{back}");
    kiosk.clock.advance_ms(20 * MINUTE_MS - 1);
    let (status, problem) = kiosk.bring_back(kiosk.id(), &booking, &[1]).await;
    assert_eq!((status, &problem["code"]), (409, &json!("nothing_back")));
    assert_eq!(kiosk.seat_state(5).await, "sold");
    assert_eq!(kiosk.taken().await, 18_000);
}

#[tokio::test]
async fn tickets_come_back_one_by_one() {
    let kiosk = Kiosk::new().await;
    let booking = kiosk.sell_for_cash(&[4, 5]).await;
    kiosk.bring_back(kiosk.id(), &booking, &[1]).await;
    assert_eq!(kiosk.seat_state(4).await, "sold");
    assert_eq!(kiosk.seat_state(5).await, "free");
    assert_eq!(kiosk.taken().await, 12_000);
    // The same ticket in another refund is no money twice.
    let (status, _) = kiosk.bring_back(kiosk.id(), &booking, &[1]).await;
    assert_eq!(status, 409);
    kiosk.bring_back(kiosk.id(), &booking, &[0, 1]).await;
    assert_eq!(kiosk.taken().await, 0);
}

#[tokio::test]
async fn a_card_gets_its_money_back_through_the_terminal() {
    let kiosk = Kiosk::new().await;
    let paid = kiosk.sell_by_card(&[4]).await;
    let booking = &paid["booking"];
    kiosk.set_line(Line::Down);
    let refund = kiosk.id();
    let (status, problem) = kiosk.bring_back(refund, booking, &[0]).await;
    assert_eq!(
        (status, &problem["code"]),
        (503, &json!("acquirer_unreachable"))
    );
    assert_eq!(kiosk.seat_state(4).await, "sold");
    kiosk.set_line(Line::Up);
    for _ in 0..2 {
        let (_, back) = kiosk.bring_back(refund, booking, &[0]).await;
        assert_eq!(
            (&back["state"], &back["kind"]),
            (&json!("done"), &json!("card"))
        );
    }
    assert_eq!(kiosk.terminal_account().await, [12_000, -12_000]);
    assert_eq!(kiosk.taken().await, 0);
}

/// The kiosk dies after the refund was stored: before the terminal was asked, or after it had
/// given the money back.
#[tokio::test]
async fn a_refund_that_a_crash_cut_in_two_is_finished_once() {
    for terminal_was_asked in [false, true] {
        let mut kiosk = Kiosk::new().await;
        let paid = kiosk.sell_by_card(&[4]).await;
        let booking = BookingId(id(&paid["booking"]["booking"]));
        let ticket = domain::id::TicketId(id(&paid["booking"]["tickets"][0]["ticket"]));
        let refund = RefundId(kiosk.id());
        let shop = kiosk.app.shop.clone();
        let begun = kiosk.app.shop.db.write(move |tx| {
            let starts_at = shop.now().plus_ms(UNTIL_SHOW_MS);
            let asked = AskRefund {
                refund,
                booking,
                tickets: &[ticket],
                starts_at,
            };
            refunds::begin(tx, shop.here(), asked)
        });
        begun.await.unwrap();
        if terminal_was_asked {
            let request = RefundRequest {
                refund,
                order: OrderId(id(&paid["order"])),
                amount: Won(12_000),
            };
            kiosk.app.terminal.refund(request).await.unwrap();
        }
        kiosk.restart().await;
        assert_eq!(kiosk.taken().await, 12_000);
        for _ in 0..2 {
            look_after_refunds(kiosk.app.clone()).await.unwrap();
        }
        assert_eq!(kiosk.taken().await, 0);
        assert_eq!(kiosk.terminal_account().await, [12_000, -12_000]);
        assert_eq!(kiosk.tenders().await.len(), 2);
    }
}

#[tokio::test]
async fn what_the_terminal_refuses_for_good_is_paid_from_the_drawer_once() {
    let kiosk = Kiosk::new().await;
    let paid = kiosk.sell_by_card(&[4]).await;
    // Somebody took the charge back at the terminal itself.
    let order = OrderId(id(&paid["order"]));
    kiosk.app.terminal.reverse(order).await.unwrap();
    let refund = kiosk.id();
    let (_, refused) = kiosk.bring_back(refund, &paid["booking"], &[0]).await;
    assert_eq!(refused["state"], "refused");
    let (_, open) = kiosk.staff("GET", "/api/staff/refunds", &Value::Null).await;
    assert_eq!(open[0]["refund"], json!(refund));
    let path = format!("/api/staff/refunds/{refund}/cash");
    for _ in 0..2 {
        let (_, done) = kiosk.staff("POST", &path, &json!({})).await;
        assert_eq!(
            (&done["state"], &done["kind"]),
            (&json!("done"), &json!("cash"))
        );
    }
    assert_eq!(kiosk.taken().await, 0);
}

#[tokio::test]
async fn the_rules_are_the_hubs_as_soon_as_it_has_told_them() {
    let kiosk = Kiosk::new().await;
    let booking = kiosk.sell_for_cash(&[4]).await;
    let number = json!({ "number": booking["number"] });
    let quote = kiosk.staff("POST", "/api/staff/refund-quotes", &number);
    assert_eq!(quote.await.1["percent"], 100, "none has come yet");
    let steps = vec![Step {
        before_ms: 0,
        percent: 30,
    }];
    let rules = RefundRulesFacts {
        rules: vec![RefundRule {
            valid_from: Timestamp(0),
            steps,
        }],
    };
    let row = Row::RefundRules(rules, Version::FIRST);
    kiosk.hears(vec![row.to_envelope().unwrap()]).await;
    let quote = kiosk.staff("POST", "/api/staff/refund-quotes", &number);
    assert_eq!(quote.await.1["percent"], 30);
    // Rules that make no sense are not used.
    let nonsense = RefundRulesFacts { rules: Vec::new() };
    let row = Row::RefundRules(nonsense, Version::FIRST.next());
    kiosk.hears(vec![row.to_envelope().unwrap()]).await;
    let quote = kiosk.staff("POST", "/api/staff/refund-quotes", &number);
    assert_eq!(quote.await.1["percent"], 100);
}
