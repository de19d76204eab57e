//! Joining a campaign, with the hub or without it.

use domain::campaign::{Campaign, CampaignState, Offer, Planned};
use domain::id::{AuditoriumId, CampaignId, MovieId, NodeId, PledgeId, ScreeningId, TheaterId};
use domain::money::Won;
use domain::order::TenderKind;
use domain::pledge::{Pledge, PledgeState, ReturnReason};
use domain::tender::PaidFor;
use domain::time::{DAY_MS, MINUTE_MS};
use domain::version::Version;
use kiosk::devices::simulated_terminal::{Line, SimulatedCard};
use kiosk::http::look_after_orders;
use kiosk::sync;
use protocol::batch::Batch;
use protocol::row::Row;
use serde_json::{Value, json};

use crate::stand::{Kiosk, NOW};

const UNTIL_DEADLINE_MS: i64 = 60 * MINUTE_MS;

/// A campaign for the golden screening, which the hub has told this kiosk of.
async fn campaign(kiosk: &Kiosk, capacity: u32) {
    let offer = Offer {
        auditorium: AuditoriumId(2),
        starts_at: NOW.plus_ms(2 * DAY_MS),
        ends_at: NOW.plus_ms(3 * DAY_MS),
        goal: 2,
        capacity,
        price: Won(9_000),
        opens_at: NOW,
        deadline: NOW.plus_ms(UNTIL_DEADLINE_MS),
    };
    let screening = ScreeningId(5);
    let campaign = Campaign {
        campaign: CampaignId(1),
        movie: MovieId(4),
        theater: TheaterId(1),
        state: CampaignState::Open {
            planned: Planned { offer, screening },
        },
        paid_tickets: 0,
        backers: 0,
    };
    let row = Row::Campaign(campaign, Version::FIRST).to_envelope();
    kiosk.hears(vec![row.unwrap()]).await;
}

async fn join(kiosk: &Kiosk, body: &Value) -> (u16, Value) {
    kiosk.ask("POST", "/api/campaigns/1/pledges", body).await
}

/// Joins by card; the order that is paid.
async fn joined(kiosk: &Kiosk, tickets: u32) -> Value {
    let body = json!({ "tickets": tickets, "kind": "card" });
    let (status, begun) = join(kiosk, &body).await;
    assert_eq!(status, 202, "{begun}");
    let order = begun["order"].as_str().unwrap();
    kiosk.present(order, SimulatedCard::Approve).await;
    kiosk.reaches(order, "approved").await
}

async fn pledge(kiosk: &Kiosk, paid: &Value) -> Pledge {
    let id = PledgeId(paid["pledge"]["pledge"].as_str().unwrap().parse().unwrap());
    let db = &kiosk.app.shop.db;
    let found = db.read(move |db| seats::sqlite::pledges::find(db, id));
    found.await.unwrap().unwrap()
}

async fn seats_of(kiosk: &Kiosk, node: &NodeId) -> usize {
    let db = &kiosk.app.shop.db;
    let seats = db.read(|db| seats::sqlite::seats::of_screening(db, ScreeningId(5)));
    let seats = seats.await.unwrap();
    seats.values().filter(|seat| &seat.owner == node).count()
}

#[tokio::test]
async fn a_pledge_goes_to_the_hub_with_as_many_seats() {
    let kiosk = Kiosk::new().await;
    campaign(&kiosk, 100).await;
    let (_, list) = kiosk.ask("GET", "/api/campaigns", &Value::Null).await;
    // One of the seven seats is a wheelchair's.
    assert_eq!(
        (&list[0]["left_here"], &list[0]["takes_pledges"]),
        (&json!(6), &json!(true))
    );

    let paid = joined(&kiosk, 3).await;
    assert_eq!(paid["booking"], Value::Null);
    assert_eq!(
        (&paid["amount_won"], &paid["pledge"]["tickets"]),
        (&json!(27_000), &json!(3))
    );
    let pledge = pledge(&kiosk, &paid).await;
    assert!(pledge.is_written_by(&NodeId::hub()));
    assert_eq!(pledge.amount(), Won(27_000));
    assert_eq!(seats_of(&kiosk, &NodeId::hub()).await, 3);
    let tenders = kiosk.tenders().await;
    assert_eq!(tenders[0].paid_for, PaidFor::Pledge(pledge.pledge));
    assert_eq!(
        (tenders[0].kind, tenders[0].amount),
        (TenderKind::Card, Won(27_000))
    );

    let number = json!({ "number": paid["pledge"]["number"] });
    let (_, found) = kiosk.ask("POST", "/api/pledges/lookup", &number).await;
    assert_eq!(
        (&found["pledge"], &found["state"]),
        (&paid["pledge"]["pledge"], &json!("live"))
    );
    let (_, list) = kiosk.ask("GET", "/api/campaigns", &Value::Null).await;
    assert_eq!(list[0]["left_here"], 3);
}

#[tokio::test]
async fn nobody_pledges_more_than_this_kiosk_can_give() {
    let kiosk = Kiosk::new().await;
    campaign(&kiosk, 100).await;
    for (tickets, code) in [
        (0, "pledge_tickets"),
        (11, "pledge_tickets"),
        (7, "pledge_sold_out"),
    ] {
        let body = json!({ "tickets": tickets, "kind": "card" });
        let (_, problem) = join(&kiosk, &body).await;
        assert_eq!(problem["code"], code, "{tickets}");
    }
    joined(&kiosk, 6).await;
    let (_, problem) = join(&kiosk, &json!({ "tickets": 1, "kind": "card" })).await;
    assert_eq!(problem["code"], "pledge_sold_out");
}

#[tokio::test]
async fn own_pledges_count_against_the_capacity_before_the_hub_has_heard_of_them() {
    let kiosk = Kiosk::new().await;
    campaign(&kiosk, 3).await;
    joined(&kiosk, 2).await;
    let (_, problem) = join(&kiosk, &json!({ "tickets": 2, "kind": "card" })).await;
    assert_eq!(problem["code"], "pledge_sold_out");
    joined(&kiosk, 1).await;
}

#[tokio::test]
async fn at_the_deadline_no_pledge_starts_and_no_cash_is_taken_for_one() {
    let kiosk = Kiosk::new().await;
    campaign(&kiosk, 100).await;
    kiosk.clock.advance_ms(UNTIL_DEADLINE_MS - 1);
    let body = json!({ "tickets": 1, "kind": "cash", "phone": "010-1234-5678" });
    let (status, begun) = join(&kiosk, &body).await;
    assert_eq!(status, 202, "{begun}");
    let order = begun["order"].as_str().unwrap();
    let (status, by_card) = join(&kiosk, &json!({ "tickets": 1, "kind": "card" })).await;
    assert_eq!(status, 202);
    kiosk.clock.advance_ms(1);
    let (_, problem) = join(&kiosk, &json!({ "tickets": 1, "kind": "card" })).await;
    assert_eq!(problem["code"], "campaign_not_open");
    let (status, problem) = kiosk.take_cash(order, 9_000).await;
    assert_eq!(
        (status, &problem["code"]),
        (409, &json!("campaign_not_open"))
    );
    assert_eq!(kiosk.tenders().await, []);
    // The card that was on its way at the deadline counts.
    let by_card = by_card["order"].as_str().unwrap();
    kiosk.present(by_card, SimulatedCard::Approve).await;
    let paid = kiosk.reaches(by_card, "approved").await;
    let pledge = pledge(&kiosk, &paid).await;
    assert!(pledge.made_at < NOW.plus_ms(UNTIL_DEADLINE_MS));
}

#[tokio::test]
async fn cash_pays_for_a_pledge_and_the_phone_number_goes_with_it() {
    let kiosk = Kiosk::new().await;
    campaign(&kiosk, 100).await;
    let body = json!({ "tickets": 2, "kind": "cash", "phone": "010-1234-5678" });
    let (_, begun) = join(&kiosk, &body).await;
    let order = begun["order"].as_str().unwrap().to_owned();
    let (_, desk) = kiosk.staff("GET", "/api/staff/desk", &Value::Null).await;
    assert_eq!(desk["orders"][0]["pledge_tickets"], 2);
    assert_eq!(kiosk.take_cash(&order, 20_000).await.1["change_won"], 2_000);
    let paid = kiosk.reaches(&order, "approved").await;
    let pledge = pledge(&kiosk, &paid).await;
    assert_eq!(pledge.phone.as_deref(), Some("01012345678"));
    assert_eq!(kiosk.taken().await, 18_000);
}

#[tokio::test]
async fn a_pledge_that_is_not_paid_leaves_no_seat_behind() {
    let kiosk = Kiosk::new().await;
    campaign(&kiosk, 100).await;
    let body = json!({ "tickets": 6, "kind": "card" });
    let (_, begun) = join(&kiosk, &body).await;
    let order = begun["order"].as_str().unwrap();
    kiosk.present(order, SimulatedCard::Decline).await;
    kiosk.reaches(order, "declined").await;
    // Its seats are not on sale: nobody goes on to buy them with the same hold.
    let path = format!("/api/holds/{}/payment", begun["hold"].as_str().unwrap());
    let (status, _) = kiosk.ask("POST", &path, &json!({})).await;
    assert_eq!(status, 410);
    joined(&kiosk, 6).await;
}

#[tokio::test]
async fn a_pledge_whose_answer_was_lost_is_found_after_a_crash() {
    let mut kiosk = Kiosk::new().await;
    campaign(&kiosk, 100).await;
    let body = json!({ "tickets": 2, "kind": "card" });
    let (_, begun) = join(&kiosk, &body).await;
    let order = begun["order"].as_str().unwrap().to_owned();
    kiosk.present(&order, SimulatedCard::LoseAnswer).await;
    kiosk.is_unknown(&order).await;
    kiosk.clock.advance_ms(2 * UNTIL_DEADLINE_MS);
    kiosk.restart().await;
    look_after_orders(kiosk.app.clone()).await.unwrap();
    look_after_orders(kiosk.app.clone()).await.unwrap();
    kiosk.reaches(&order, "approved").await;
    assert_eq!(kiosk.tenders().await.len(), 1);
    assert_eq!(seats_of(&kiosk, &NodeId::hub()).await, 2);
}

#[tokio::test]
async fn with_the_line_down_a_pledge_is_paid_at_the_desk() {
    let kiosk = Kiosk::new().await;
    campaign(&kiosk, 100).await;
    kiosk.set_line(Line::Down);
    let (_, problem) = join(&kiosk, &json!({ "tickets": 1, "kind": "card" })).await;
    assert_eq!(problem["code"], "acquirer_unreachable");
    let (status, _) = join(&kiosk, &json!({ "tickets": 1, "kind": "cash" })).await;
    assert_eq!(status, 202);
}

#[tokio::test]
async fn the_rows_of_a_pledge_travel_together() {
    let kiosk = Kiosk::new().await;
    campaign(&kiosk, 100).await;
    joined(&kiosk, 2).await;
    let batch: Batch = kiosk.tells(sync::read_batch).await;
    let of_kind = |kind: &str| batch.rows.iter().filter(|row| row.kind == kind).count();
    assert_eq!(
        (of_kind("pledge"), of_kind("tender"), of_kind("seat")),
        (1, 1, 2)
    );
}

#[tokio::test]
async fn a_pledge_that_the_hub_gives_back_is_paid_back_where_it_was_paid_once() {
    for kind in ["card", "cash"] {
        let kiosk = Kiosk::new().await;
        campaign(&kiosk, 100).await;
        let (_, begun) = join(&kiosk, &json!({ "tickets": 2, "kind": kind })).await;
        let order = begun["order"].as_str().unwrap();
        match kind {
            "card" => kiosk.present(order, SimulatedCard::Approve).await,
            _ => drop(kiosk.take_cash(order, 20_000).await),
        }
        let paid = kiosk.reaches(order, "approved").await;
        let given = pledge(&kiosk, &paid).await;
        let path = format!("/api/staff/pledge-refunds/{}", kiosk.id());
        let body = json!({ "pledge": given.pledge });
        // As long as it counts nothing comes back.
        let (status, problem) = kiosk.staff("PUT", &path, &body).await;
        assert_eq!((status, &problem["code"]), (409, &json!("nothing_back")));

        let why = ReturnReason::CampaignFailed;
        let returning = Row::Pledge(given.changed_to(PledgeState::Returning { why }));
        kiosk.hears(vec![returning.to_envelope().unwrap()]).await;
        let number = json!({ "number": paid["pledge"]["number"] });
        let (_, found) = kiosk.ask("POST", "/api/pledges/lookup", &number).await;
        assert_eq!(found["back"], json!({ "kind": kind, "amount_won": 18_000 }));
        for _ in 0..2 {
            let (_, back) = kiosk.staff("PUT", &path, &body).await;
            assert_eq!(
                (&back["state"], &back["amount_won"]),
                (&json!("done"), &json!(18_000))
            );
        }
        let another = format!("/api/staff/pledge-refunds/{}", kiosk.id());
        let (status, _) = kiosk.staff("PUT", &another, &body).await;
        assert_eq!(status, 409);
        assert_eq!(kiosk.taken().await, 0);
        assert_eq!(kiosk.tenders().await.len(), 2);
    }
}
