//! Cash at the desk.

use domain::order::{DESK_WAIT_MS, TenderKind};
use kiosk::devices::simulated_terminal::SimulatedCard;
use kiosk::http::look_after_orders;
use serde_json::{Value, json};

use crate::stand::Kiosk;

#[tokio::test]
async fn cash_is_taken_at_the_desk_and_the_change_is_named() {
    let kiosk = Kiosk::new().await;
    let order = kiosk.to_desk(&kiosk.hold().await).await;
    let waiting = kiosk.reaches(&order, "waiting_at_desk").await;
    let (_, desk) = kiosk.staff("GET", "/api/staff/desk", &Value::Null).await;
    assert_eq!(desk["orders"][0]["order"], order);
    assert_eq!(desk["orders"][0]["desk_number"], waiting["desk_number"]);
    assert_eq!(desk["orders"][0]["amount_won"], 12_000);
    assert_eq!(desk["orders"][0]["seats"][0]["row"], "A");

    let (status, taken) = kiosk.take_cash(&order, 20_000).await;
    assert_eq!((status, &taken["change_won"]), (200, &json!(8_000)));
    let paid = kiosk.reaches(&order, "approved").await;
    assert_eq!(paid["booking"]["tender"], "cash");
    assert_eq!(paid["booking"]["paid"], true);
    assert_eq!(kiosk.seat().await, "sold");

    // Sent again, whatever it says: it was taken once.
    let (status, again) = kiosk.take_cash(&order, 50_000).await;
    assert_eq!((status, &again["change_won"]), (200, &json!(8_000)));
    let tenders = kiosk.tenders().await;
    assert_eq!(tenders.len(), 1);
    assert_eq!(tenders[0].kind, TenderKind::Cash);
    assert_eq!(kiosk.taken().await, 12_000);
}

#[tokio::test]
async fn too_little_cash_is_not_taken() {
    let kiosk = Kiosk::new().await;
    let order = kiosk.to_desk(&kiosk.hold().await).await;
    let (status, problem) = kiosk.take_cash(&order, 11_999).await;
    assert_eq!((status, &problem["code"]), (422, &json!("too_little_cash")));
    assert_eq!(kiosk.seat().await, "held");
    assert_eq!(kiosk.tenders().await, []);
}

#[tokio::test]
async fn what_the_staff_refuse_is_free_again() {
    let kiosk = Kiosk::new().await;
    let order = kiosk.to_desk(&kiosk.hold().await).await;
    let path = format!("/api/staff/desk/{order}/refusal");
    let (_, refused) = kiosk.staff("POST", &path, &json!({})).await;
    assert_eq!(refused["state"], "refused_at_desk");
    assert_eq!(kiosk.seat().await, "free");
    let (status, problem) = kiosk.take_cash(&order, 20_000).await;
    assert_eq!((status, &problem["code"]), (409, &json!("not_waiting")));
}

#[tokio::test]
async fn who_goes_back_to_the_screen_pays_by_card() {
    let kiosk = Kiosk::new().await;
    let hold = kiosk.hold().await;
    let order = kiosk.to_desk(&hold).await;
    // Choosing the card now finds the order that waits at the desk.
    assert_eq!(kiosk.pay(&hold).await, order);
    let path = format!("/api/orders/{order}/cancellation");
    kiosk.ask("POST", &path, &json!({})).await;
    kiosk.reaches(&order, "cancelled").await;
    assert_eq!(kiosk.seat().await, "held");
    let by_card = kiosk.pay(&hold).await;
    kiosk.present(&by_card, SimulatedCard::Approve).await;
    kiosk.reaches(&by_card, "approved").await;
    let (status, _) = kiosk.take_cash(&order, 20_000).await;
    assert_eq!(status, 409);
    assert_eq!(kiosk.taken().await, 12_000);
}

#[tokio::test]
async fn nobody_is_waited_for_at_the_desk_for_ever() {
    let kiosk = Kiosk::new().await;
    let order = kiosk.to_desk(&kiosk.hold().await).await;
    // Longer than a hold lasts: an order keeps its seats.
    kiosk.clock.advance_ms(DESK_WAIT_MS - 1);
    look_after_orders(kiosk.app.clone()).await.unwrap();
    kiosk.reaches(&order, "waiting_at_desk").await;
    assert_eq!(kiosk.seat().await, "held");
    kiosk.clock.advance_ms(1);
    look_after_orders(kiosk.app.clone()).await.unwrap();
    kiosk.reaches(&order, "timed_out").await;
    assert_eq!(kiosk.seat().await, "free");
}

#[tokio::test]
async fn an_order_at_the_desk_outlives_the_kiosks_death() {
    let mut kiosk = Kiosk::new().await;
    let order = kiosk.to_desk(&kiosk.hold().await).await;
    kiosk.restart().await;
    look_after_orders(kiosk.app.clone()).await.unwrap();
    let (status, _) = kiosk.take_cash(&order, 12_000).await;
    assert_eq!(status, 200);
    kiosk.restart().await;
    kiosk.take_cash(&order, 12_000).await;
    assert_eq!(kiosk.taken().await, 12_000);
}

#[tokio::test]
async fn only_the_staff_take_cash() {
    let kiosk = Kiosk::new().await;
    let order = kiosk.to_desk(&kiosk.hold().await).await;
    let path = format!("/api/staff/desk/{order}/cash");
    let (status, _) = kiosk
        .ask("POST", &path, &json!({ "given_won": 12_000 }))
        .await;
    assert_eq!(status, 401);
    assert_eq!(kiosk.tenders().await, []);
}
