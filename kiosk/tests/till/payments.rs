//! Paying at the card terminal through the web API, with every way it can go wrong.

use insta::assert_snapshot;
use kiosk::devices::simulated_terminal::SimulatedCard;
use kiosk::http::look_after_orders;
use serde_json::{Value, json};

use crate::stand::Kiosk;

#[tokio::test]
async fn a_declined_card_leaves_the_seat_to_try_another() {
    let kiosk = Kiosk::new().await;
    let hold = kiosk.hold().await;
    let order = kiosk.pay(&hold).await;
    kiosk.present(&order, SimulatedCard::Decline).await;
    let declined = kiosk.reaches(&order, "declined").await;
    assert_eq!(declined["reason"], "declined");
    assert_eq!(kiosk.seat().await, "held");
    let again = kiosk.pay(&hold).await;
    kiosk.present(&again, SimulatedCard::Approve).await;
    let approved = kiosk.reaches(&again, "approved").await;
    assert_snapshot!(
        approved["booking"]["tickets"].to_string(),
        @r#"[{"kind":"wheelchair","number":1,"price_won":12000,"row":"A","seat":1,"ticket":"018bcfe5-6800-76c6-b8f5-bd0adf81fdb5","zone":"standard"}]"#
    );
    assert_eq!(approved["booking"]["amount_won"], 12_000);
    assert_eq!(kiosk.seat().await, "sold");
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_and_the_seat_stays_kept() {
    let kiosk = Kiosk::new().await;
    let order = kiosk.pay(&kiosk.hold().await).await;
    kiosk.present(&order, SimulatedCard::LoseAnswer).await;
    kiosk.is_unknown(&order).await;
    // Long after any hold would have run out.
    kiosk.clock.advance_ms(3_600_000);
    assert_eq!(kiosk.seat().await, "held");
    look_after_orders(kiosk.app.clone()).await.unwrap();
    kiosk.reaches(&order, "approved").await;
    assert_eq!(kiosk.seat().await, "sold");
}

#[tokio::test]
async fn a_crash_after_the_charge_still_gives_the_seat() {
    let mut kiosk = Kiosk::new().await;
    let order = kiosk.pay(&kiosk.hold().await).await;
    kiosk.present(&order, SimulatedCard::LoseAnswer).await;
    kiosk.is_unknown(&order).await;
    kiosk.restart().await;
    look_after_orders(kiosk.app.clone()).await.unwrap();
    kiosk.reaches(&order, "approved").await;
}

#[tokio::test]
async fn a_cancelled_payment_charges_nothing() {
    let kiosk = Kiosk::new().await;
    let order = kiosk.pay(&kiosk.hold().await).await;
    let simulator = kiosk.app.simulator.clone().unwrap();
    kiosk
        .until(|| async { simulator.waiting().map(drop) })
        .await;
    kiosk
        .ask(
            "POST",
            &format!("/api/orders/{order}/cancellation"),
            &json!({}),
        )
        .await;
    let cancelled = kiosk.reaches(&order, "cancelled").await;
    assert_eq!(cancelled["booking"], Value::Null);
    assert_eq!(kiosk.seat().await, "held");
}

#[tokio::test]
async fn asking_to_pay_twice_is_one_order() {
    let kiosk = Kiosk::new().await;
    let hold = kiosk.hold().await;
    assert_eq!(kiosk.pay(&hold).await, kiosk.pay(&hold).await);
}

#[tokio::test]
async fn a_problem_says_what_to_do_and_names_the_seat() {
    let kiosk = Kiosk::new().await;
    kiosk.hold().await;
    let again = kiosk
        .ask("POST", "/api/screenings/5/holds", &json!({ "seats": [1] }))
        .await;
    assert_snapshot!(again.0, @"409");
    assert_snapshot!(
        again.1.to_string(),
        @r#"{"code":"seat_taken","detail":"Somebody else has this seat. Please choose another","seats":[{"number":1,"reason":"taken","row":"A","seat":1}],"status":409,"title":"Somebody else has this seat. Please choose another","type":"urn:moding:problem:seat_taken"}"#
    );
    let empty = kiosk
        .ask("POST", "/api/screenings/5/holds", &json!({ "seats": "A1" }))
        .await;
    assert_snapshot!(empty.0, @"422");
    let gone = kiosk
        .ask("GET", "/api/screenings/99/seats", &Value::Null)
        .await;
    assert_snapshot!(gone.0, @"404");
}
