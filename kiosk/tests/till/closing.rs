//! The daily close.

use domain::id::OrderId;
use domain::money::Won;
use kiosk::devices::card_terminal::AuthorizeRequest;
use kiosk::devices::simulated_terminal::SimulatedCard;
use kiosk::http::look_after_orders;
use kiosk::sync;
use serde_json::{Value, json};

use crate::stand::Kiosk;

async fn close(kiosk: &Kiosk, counted: i64) -> Value {
    let body = json!({ "counted_cash_won": counted });
    let (status, closed) = kiosk.staff("POST", "/api/staff/close", &body).await;
    assert_eq!(status, 200, "{closed}");
    closed
}

#[tokio::test]
async fn a_day_on_which_everything_is_right_is_closed_without_differences() {
    let kiosk = Kiosk::new().await;
    let booking = kiosk.sell_for_cash(&[4, 5]).await;
    kiosk.sell_by_card(&[7]).await;
    kiosk.bring_back(kiosk.id(), &booking, &[0]).await;
    let closed = close(&kiosk, 12_000).await;
    assert_eq!(closed["differences"], json!([]));
    assert_eq!(closed["business_date"], "2023-11-15");
    assert_eq!(closed["cash"]["taken_won"], 24_000);
    assert_eq!(closed["cash"]["given_back_won"], 12_000);
    assert_eq!(closed["card"], closed["terminal"]);
    assert_eq!(closed["card"]["taken_count"], 1);

    // What comes later belongs to the next.
    kiosk.sell_for_cash(&[1]).await;
    let next = close(&kiosk, 12_000).await;
    assert_eq!(next["differences"], json!([]));
    assert_eq!(next["cash"]["taken_won"], 12_000);
    assert_eq!(next["card"]["taken_won"], 0);
    let (_, list) = kiosk.staff("GET", "/api/staff/close", &Value::Null).await;
    assert_eq!(list["closes"], json!([next, closed]));
}

#[tokio::test]
async fn money_that_is_missing_is_named() {
    let kiosk = Kiosk::new().await;
    kiosk.sell_for_cash(&[1]).await;
    // The terminal charged a card of which the kiosk knows nothing.
    let order = OrderId(kiosk.id());
    let terminal = kiosk.app.terminal.clone();
    let amount = Won(9_000);
    let charged =
        tokio::spawn(async move { terminal.authorize(AuthorizeRequest { order, amount }).await });
    kiosk
        .present(&order.to_string(), SimulatedCard::Approve)
        .await;
    charged.await.unwrap().unwrap();
    let closed = close(&kiosk, 11_000).await;
    let differences = json!([
        {
            "what": "only_at_terminal", "order": order, "approval_no": "00000001",
            "amount_won": 9_000,
        },
        { "what": "cash_differs", "expected_won": 12_000, "counted_won": 11_000 },
    ]);
    assert_eq!(closed["differences"], differences);
}

#[tokio::test]
async fn a_payment_that_is_open_at_the_close_is_explained_by_the_next() {
    let kiosk = Kiosk::new().await;
    let order = kiosk.pay(&kiosk.hold().await).await;
    kiosk.present(&order, SimulatedCard::LoseAnswer).await;
    kiosk.is_unknown(&order).await;
    let closed = close(&kiosk, 0).await;
    let open = json!([{ "what": "still_open", "order": order, "amount_won": 12_000 }]);
    assert_eq!(closed["differences"], open);
    look_after_orders(kiosk.app.clone()).await.unwrap();
    kiosk.reaches(&order, "approved").await;
    let next = close(&kiosk, 0).await;
    assert_eq!(next["differences"], json!([]));
    assert_eq!(next["card"]["taken_won"], 12_000);
}

#[tokio::test]
async fn closes_and_tenders_go_to_the_hub() {
    let kiosk = Kiosk::new().await;
    let booking = kiosk.sell_for_cash(&[1]).await;
    kiosk.bring_back(kiosk.id(), &booking, &[0]).await;
    close(&kiosk, 0).await;
    let batch = kiosk.tells(sync::read_batch).await;
    let of_kind = |kind: &str| batch.rows.iter().filter(|row| row.kind == kind).count();
    assert_eq!((of_kind("tender"), of_kind("daily_close")), (2, 1));
}
