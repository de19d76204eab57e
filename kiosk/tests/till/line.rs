//! The terminal cannot reach the acquirer: no card is stored to be charged later.

use domain::id::OrderId;
use domain::money::Won;
use kiosk::checkout::{self, Charge, NewBooking, Outcome};
use kiosk::devices::simulated_terminal::{Line, SimulatedCard};
use kiosk::http::look_after_orders;
use serde_json::{Value, json};

use crate::stand::Kiosk;

#[tokio::test]
async fn a_card_is_refused_before_anybody_presents_one_and_the_desk_is_offered() {
    let kiosk = Kiosk::new().await;
    kiosk.set_line(Line::Down);
    let hold = kiosk.hold().await;
    let (status, problem) = kiosk
        .ask("POST", &format!("/api/holds/{hold}/payment"), &json!({}))
        .await;
    assert_eq!(
        (status, &problem["code"]),
        (503, &json!("acquirer_unreachable"))
    );
    assert!(kiosk.app.simulator.as_ref().unwrap().waiting().is_none());
    let (_, view) = kiosk.ask("GET", "/api/kiosk", &Value::Null).await;
    assert_eq!(view["terminal"]["line_down"], true);
    assert_eq!(
        (&view["terminal"]["ready"], &view["desk"]),
        (&json!(false), &json!(true))
    );
    // What works still works.
    let order = kiosk.to_desk(&hold).await;
    assert_eq!(kiosk.take_cash(&order, 12_000).await.0, 200);
}

#[tokio::test]
async fn a_line_that_breaks_while_the_terminal_waits_charges_nothing_ever() {
    let kiosk = Kiosk::new().await;
    let order = kiosk.pay(&kiosk.hold().await).await;
    let simulator = kiosk.app.simulator.clone().unwrap();
    kiosk
        .until(|| async { simulator.waiting().map(drop) })
        .await;
    kiosk.set_line(Line::Down);
    kiosk.present(&order, SimulatedCard::Approve).await;
    let unpaid = kiosk.reaches(&order, "unavailable").await;
    assert_eq!(unpaid["reason"], "acquirer_unreachable");
    kiosk.set_line(Line::Up);
    look_after_orders(kiosk.app.clone()).await.unwrap();
    assert_eq!(kiosk.terminal_account().await, [0_i64; 0]);
    assert_eq!(kiosk.seat().await, "held");
}

/// The card is charged, but the seats cannot be given: the terminal charged another amount than
/// it was told, which is not believed.
#[tokio::test]
async fn a_charge_that_comes_to_nothing_is_reversed_until_the_terminal_confirms() {
    let mut kiosk = Kiosk::new().await;
    let order = kiosk.pay(&kiosk.hold().await).await;
    kiosk.present(&order, SimulatedCard::LoseAnswer).await;
    kiosk.is_unknown(&order).await;
    kiosk.set_line(Line::Down);
    let id = OrderId(order.parse().unwrap());
    let shop = kiosk.app.shop.clone();
    let charge = Charge {
        approval_no: "00000001".to_owned(),
        approved_at: shop.now(),
        amount: Won(11_000),
    };
    let new = NewBooking {
        booking: domain::id::BookingId(kiosk.id()),
        number: "123456789012".parse().unwrap(),
        tickets: Vec::new(),
    };
    let settled = kiosk.app.shop.db.write(move |tx| {
        checkout::settle(tx, shop.here(), id, &Outcome::Charged(charge), (new, &[]))
    });
    settled.await.unwrap();
    for _ in 0..3 {
        look_after_orders(kiosk.app.clone()).await.unwrap();
        kiosk.reaches(&order, "unknown").await;
        assert_eq!(kiosk.seat().await, "held");
    }
    // Also over the kiosk's death; the terminal's line is up again with its own restart.
    kiosk.restart().await;
    look_after_orders(kiosk.app.clone()).await.unwrap();
    kiosk.reaches(&order, "reversed").await;
    assert_eq!(kiosk.terminal_account().await, [12_000, -12_000]);
    assert_eq!(kiosk.tenders().await, []);
}
