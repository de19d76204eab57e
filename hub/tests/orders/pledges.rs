//! Joining a campaign on the web with money: crashes between the steps, money that comes after the
//! deadline, two tabs, and a pledge that is raised and lowered.

use domain::campaign::{Offer, Phase};
use domain::id::{AuditoriumId, CampaignId, MovieId, TheaterId};
use domain::money::Won;
use domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use hub::campaigns::keeping::Keeper;
use hub::campaigns::{self, Signed};
use hub::orders::{self, Attempt, Fresh};
use hub::payments::api::Confirm;
use hub::sqlite::{campaigns as table, theaters};
use serde_json::{Value, json};
use store::StoreError;

use crate::accounts::name_account;
use crate::gateway::Say;
use crate::stage::{NOW, PHONE, Stage, order_id};

const PRICE: i64 = 12_000;
const ANOTHER: &str = "010-8765-4321";

/// A stage on which people pledge.
pub(crate) async fn open() -> (Stage, CampaignId) {
    let stage = Stage::new().await;
    let shop = stage.app.shop.clone();
    let made = stage.app.shop.db.write(move |tx| {
        let here = shop.here();
        let signed = Signed {
            by: "Kim",
            note: "",
        };
        let subject = (MovieId(1), TheaterId(1));
        let made = campaigns::request(tx, here, subject, signed).unwrap();
        let room = theaters::auditoriums_of(tx, TheaterId(1))?.remove(0);
        let terms = terms(room.0.auditorium);
        campaigns::offer(tx, here, (made.campaign, &terms), signed).unwrap();
        campaigns::approve(tx, here, made.campaign, signed).unwrap();
        Ok::<_, StoreError>(made.campaign)
    });
    let campaign = made.await.unwrap();
    stage.clock.advance_ms(HOUR_MS);
    assert_eq!(round(&stage, campaign).await, Phase::Open);
    (stage, campaign)
}

/// Two tickets make it happen.
fn terms(auditorium: AuditoriumId) -> Offer {
    Offer {
        auditorium,
        starts_at: NOW.plus_ms(10 * DAY_MS),
        ends_at: NOW.plus_ms(10 * DAY_MS + 2 * HOUR_MS),
        goal: 2,
        capacity: 20,
        price: Won(PRICE),
        opens_at: NOW.plus_ms(HOUR_MS),
        deadline: NOW.plus_ms(2 * DAY_MS),
    }
}

/// What the task that keeps campaigns does when it runs once.
pub(crate) async fn round(stage: &Stage, campaign: CampaignId) -> Phase {
    let keeper = Keeper {
        shop: stage.app.shop.clone(),
        payments: Some(stage.paying().client.clone()),
    };
    keeper.round().await.unwrap();
    let found = stage.app.shop.db.read(move |db| table::find(db, campaign));
    found.await.unwrap().unwrap().state.phase()
}

async fn order(stage: &Stage, campaign: CampaignId, body: Value) -> Value {
    let path = format!("/api/campaigns/{campaign}/order");
    stage.done("POST", &path, body).await
}

pub(crate) async fn two(stage: &Stage, campaign: CampaignId) -> Value {
    let body = json!({ "phone": PHONE, "tickets": 2 });
    order(stage, campaign, body).await
}

async fn paid_tickets(stage: &Stage, campaign: CampaignId) -> (u64, u64) {
    let path = format!("/api/campaigns/{campaign}");
    let shown = stage.done("GET", &path, Value::Null).await;
    let number = |key: &str| shown[key].as_u64().unwrap();
    (number("paid_tickets"), number("backers"))
}

/// The first half of a confirmation: what the hub stores before it asks.
async fn begin(stage: &Stage, order: &Value, success: &Value) {
    let (shop, order) = (stage.app.shop.clone(), order_id(order));
    let attempt = Attempt {
        name: success["gateway_order"].as_str().unwrap().to_owned(),
        amount: Won(success["amount"].as_i64().unwrap()),
    };
    let begun = stage.app.shop.db.write(move |tx| {
        let fresh = Fresh::draw(shop.ids.as_ref(), shop.now());
        orders::begin(tx, shop.here(), order, &attempt, &fresh)
    });
    begun.await.unwrap();
}

fn asked(success: &Value) -> Confirm {
    let text = |key: &str| success[key].as_str().unwrap().to_owned();
    Confirm {
        payment_key: text("payment_key"),
        gateway_order: text("gateway_order"),
        amount: Won(success["amount"].as_i64().unwrap()),
    }
}

#[tokio::test]
async fn a_crash_before_the_call_charges_nothing_and_the_tickets_are_for_others() {
    let (stage, campaign) = open().await;
    let order = two(&stage, campaign).await;
    let success = stage.authorise(&order, "key-1").await;
    begin(&stage, &order, &success).await;
    stage.clock.advance_ms(2 * MINUTE_MS);
    stage.tasks().await;
    assert_eq!(stage.show(&order).await["why"], "broken_off");
    assert_eq!(stage.gateway.charged(), Won(0));
    assert_eq!(paid_tickets(&stage, campaign).await, (0, 0));
    let again = two(&stage, campaign).await;
    assert_eq!(stage.pay(&again, "key-2").await["state"], "pledged");
}

#[tokio::test]
async fn a_crash_before_settling_loses_no_pledge_and_makes_no_second_one() {
    let (stage, campaign) = open().await;
    let order = two(&stage, campaign).await;
    let success = stage.authorise(&order, "key-1").await;
    begin(&stage, &order, &success).await;
    let asked = asked(&success);
    let confirmed = stage.paying().client.confirm(order_id(&order), &asked);
    confirmed.await.unwrap();
    // The hub was gone before it heard of it.
    assert_eq!(paid_tickets(&stage, campaign).await, (0, 0));
    stage.tasks().await;
    let pledged = stage.show(&order).await;
    assert_eq!(pledged["state"], "pledged");
    assert_eq!(stage.confirm(&order, &success).await["state"], "pledged");
    stage.tasks().await;
    assert_eq!(paid_tickets(&stage, campaign).await, (2, 1));
    assert_eq!(stage.gateway.charged(), Won(2 * PRICE));
}

#[tokio::test]
async fn the_result_waits_for_money_that_was_under_way_at_the_deadline() {
    let (stage, campaign) = open().await;
    let order = two(&stage, campaign).await;
    let success = stage.authorise(&order, "key-1").await;
    stage.gateway.say(Say::LostAfterCharge);
    stage.confirm(&order, &success).await;
    stage.clock.set(terms(AuditoriumId(1)).deadline);
    assert_eq!(round(&stage, campaign).await, Phase::Tallying);
    let body = json!({ "phone": ANOTHER, "tickets": 1 });
    let path = format!("/api/campaigns/{campaign}/order");
    assert_eq!(
        stage.refused("POST", &path, body).await,
        "campaign_not_open"
    );
    stage.clock.advance_ms(2 * MINUTE_MS);
    stage.tasks().await;
    assert_eq!(stage.show(&order).await["state"], "pledged");
    stage.clock.advance_ms(HOUR_MS);
    assert_eq!(round(&stage, campaign).await, Phase::Succeeded);
}

#[tokio::test]
async fn money_that_comes_when_it_has_failed_goes_back() {
    let (stage, campaign) = open().await;
    let order = two(&stage, campaign).await;
    let success = stage.authorise(&order, "key-1").await;
    stage.gateway.say(Say::Deposit);
    let waits = stage.confirm(&order, &success).await;
    assert_eq!(waits["state"], "waiting_for_deposit");
    stage
        .clock
        .set(terms(AuditoriumId(1)).deadline.plus_ms(HOUR_MS));
    stage.tasks().await;
    assert_eq!(stage.show(&order).await["state"], "over");
    let ended = round(&stage, campaign).await;
    assert!(
        matches!(ended, Phase::Failed | Phase::Refunded),
        "{ended:?}"
    );
    stage.gateway.deposit("key-1");
    let hint = json!({
        "eventType": "PAYMENT_STATUS_CHANGED",
        "data": { "paymentKey": "key-1" },
    });
    stage.ask("POST", "/api/webhooks/toss", hint).await;
    stage.tasks().await;
    assert_eq!(stage.show(&order).await["state"], "refunding");
    round(&stage, campaign).await;
    stage.tasks().await;
    assert_eq!(stage.show(&order).await["awaiting_account"], true);
    name_account(&stage, &order).await;
    stage.tasks().await;
    round(&stage, campaign).await;
    assert_eq!(stage.gateway.charged(), Won(0));
    assert_eq!(paid_tickets(&stage, campaign).await, (0, 0));
}

#[tokio::test]
async fn two_tabs_that_both_pay_are_one_pledge_of_all_tickets() {
    let (stage, campaign) = open().await;
    let (one, other) = (two(&stage, campaign).await, two(&stage, campaign).await);
    let first = stage.pay(&one, "key-1").await;
    let second = stage.pay(&other, "key-2").await;
    assert_eq!(first["number"], second["number"]);
    assert_eq!(paid_tickets(&stage, campaign).await, (4, 1));
    // A third tab is told before anything is charged.
    let body = json!({ "phone": PHONE, "tickets": 1 });
    let path = format!("/api/campaigns/{campaign}/order");
    assert_eq!(stage.refused("POST", &path, body).await, "pledged_already");
}

#[tokio::test]
async fn a_pledge_is_raised_lowered_and_withdrawn_and_every_won_is_somewhere() {
    let (stage, campaign) = open().await;
    let first = two(&stage, campaign).await;
    let pledged = stage.pay(&first, "key-1").await;
    let body = json!({ "phone": PHONE, "tickets": 1, "raises": pledged["number"] });
    let more = order(&stage, campaign, body).await;
    assert_eq!(more["amount_won"], PRICE);
    let raised = stage.pay(&more, "key-2").await;
    assert_eq!(raised["number"], pledged["number"]);
    assert_eq!(paid_tickets(&stage, campaign).await, (3, 1));

    let body = json!({ "number": pledged["number"], "phone": PHONE });
    let shown = stage.done("POST", "/api/pledges/lookup", body).await;
    let pledge = shown["pledge"].as_str().unwrap().to_owned();
    let path = format!("/api/pledges/{pledge}/lowering");
    let body = json!({ "phone": PHONE, "tickets": 1 });
    let lowered = stage.done("POST", &path, body).await;
    assert_eq!(lowered["tickets"], 1);
    let paying_back = || async {
        round(&stage, campaign).await;
        stage.tasks().await;
        round(&stage, campaign).await;
    };
    paying_back().await;
    assert_eq!(stage.gateway.charged(), Won(PRICE));
    assert_eq!(paid_tickets(&stage, campaign).await, (1, 1));
    let path = format!("/api/pledges/{pledge}/withdrawal");
    stage.done("POST", &path, json!({ "phone": PHONE })).await;
    paying_back().await;
    assert_eq!(stage.gateway.charged(), Won(0));
    assert_eq!(paid_tickets(&stage, campaign).await, (0, 0));
}
