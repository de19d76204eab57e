//! What kiosks have taken, settlements and payouts, statements, and books that are wrong.

use domain::id::{NodeId, OrderId};
use domain::ledger::{Account, Phase};
use domain::money::Won;
use domain::order::TenderKind;
use domain::time::{Timestamp, UtcOffset};
use hub::payments::api::books::{DayTotal, Entry};
use hub::payments::api::{Refused, TakenAtKiosk};
use hub::payments::opening::{self, OpenError};
use serde_json::json;
use uuid::Uuid;

use crate::stage::{AMOUNT, CAMPAIGN, Stage, THEATER, Way, both_ways, pledge, seats};

both_ways!(
    a_tender_reaches_the_books_once,
    money_of_a_tender_is_given_back_once,
    a_campaign_is_settled_once_and_paid_out,
    a_statement_tells_what_moved,
    the_figures_name_nobody,
);

fn node() -> NodeId {
    "seoul-1".parse().unwrap()
}

fn taken(kind: TenderKind, amount: i64, taken_at: Timestamp) -> TakenAtKiosk {
    TakenAtKiosk {
        node: node(),
        kind,
        amount: Won(amount),
        purpose: seats(),
        taken_at,
    }
}

async fn a_tender_reaches_the_books_once(stage: &Stage) {
    let at = |date: &str, minutes| UtcOffset::SEOUL.at_minutes(date.parse().unwrap(), minutes);
    // Half past two at night is still the evening before.
    let tenders = [
        (
            1,
            taken(TenderKind::Card, 12_000, at("2026-11-22", 20 * 60)),
        ),
        (2, taken(TenderKind::Card, 24_000, at("2026-11-23", 150))),
        (3, taken(TenderKind::Cash, 10_000, at("2026-11-22", 600))),
        (4, taken(TenderKind::Cash, 9_000, at("2026-11-23", 600))),
    ];
    for _ in 0..2 {
        for (id, taken) in &tenders {
            let order = OrderId(Uuid::from_u128(*id));
            stage.client.tender(order, taken).await.unwrap();
        }
    }
    let order = OrderId(Uuid::from_u128(1));
    let other = taken(TenderKind::Cash, 12_000, tenders[0].1.taken_at);
    let refused = stage.client.tender(order, &other).await.unwrap_err();
    assert_eq!(refused.refused(), Some(Refused::Differs));
    let date = |text: &str| text.parse().unwrap();
    let totals = stage
        .client
        .totals(&node(), date("2026-11-22"), date("2026-11-22"))
        .await
        .unwrap();
    let total = |kind, tenders, amount| DayTotal {
        business_date: "2026-11-22".to_owned(),
        kind,
        tenders,
        amount: Won(amount),
    };
    assert_eq!(
        totals,
        [
            total(TenderKind::Card, 2, 36_000),
            total(TenderKind::Cash, 1, 10_000)
        ]
    );
    let payable = Account::TheaterPayable(THEATER);
    assert_eq!(stage.balance(payable).await, Won(55_000));
    let till = |kind| Account::Tenders { node: node(), kind };
    assert_eq!(stage.balance(till(TenderKind::Cash)).await, Won(19_000));
    let banked = Entry::TendersBanked {
        node: node(),
        kind: TenderKind::Cash,
        amount: Won(19_000),
    };
    let entered = stage.client.enter(Uuid::from_u128(1), &banked).await;
    assert_eq!(entered.unwrap().moved, Won(19_000));
    assert_eq!(stage.balance(till(TenderKind::Cash)).await, Won(0));
    stage.tend().await;
}

async fn money_of_a_tender_is_given_back_once(stage: &Stage) {
    let order = OrderId(Uuid::from_u128(1));
    let card = taken(TenderKind::Card, 12_000, stage.payments.now());
    stage.client.tender(order, &card).await.unwrap();
    let given_back = |amount| Entry::TenderGivenBack {
        order,
        node: node(),
        kind: TenderKind::Card,
        amount: Won(amount),
    };
    for (id, amount, expected) in [
        (11, 5_000, None),
        (11, 5_000, None),
        (12, 7_001, Some(Refused::MoreThanPaid)),
        (13, 7_000, None),
        (14, 1, Some(Refused::MoreThanPaid)),
    ] {
        let id = Uuid::from_u128(id);
        let entered = stage.client.enter(id, &given_back(amount)).await;
        assert_eq!(entered.err().and_then(|no| no.refused()), expected);
    }
    let payable = Account::TheaterPayable(THEATER);
    assert_eq!(stage.balance(payable).await, Won(0));
    stage.tend().await;
}

async fn a_campaign_is_settled_once_and_paid_out(stage: &Stage) {
    for _ in 0..2 {
        stage.paid(pledge()).await;
    }
    let settled = Entry::CampaignSettled {
        campaign: CAMPAIGN,
        theater: THEATER,
    };
    for _ in 0..2 {
        let entered = stage.client.enter(Uuid::from_u128(1), &settled).await;
        assert_eq!(entered.unwrap().moved, Won(30_000));
    }
    let again = stage.client.enter(Uuid::from_u128(2), &settled).await;
    assert_eq!(again.unwrap().moved, Won(0));
    assert_eq!(stage.balance(Account::Escrow(CAMPAIGN)).await, Won(0));
    let paid_out = |amount| Entry::TheaterPaidOut {
        theater: THEATER,
        amount: Won(amount),
    };
    let id = Uuid::from_u128(3);
    let refused = stage.client.enter(id, &paid_out(30_001)).await;
    let refused = refused.unwrap_err().refused();
    assert_eq!(refused, Some(Refused::NotAvailable));
    let from_gateway = Entry::GatewayPaidOut {
        amount: Won(29_000),
        fees: Won(1_000),
    };
    let id = Uuid::from_u128(4);
    stage.client.enter(id, &from_gateway).await.unwrap();
    let id = Uuid::from_u128(5);
    stage.client.enter(id, &paid_out(30_000)).await.unwrap();
    let other = stage.client.enter(id, &paid_out(1)).await.unwrap_err();
    assert_eq!(other.refused(), Some(Refused::Differs));
    assert_eq!(stage.balance(Account::GatewayReceivable).await, Won(0));
    assert_eq!(stage.balance(Account::GatewayFees).await, Won(1_000));
    assert_eq!(stage.balance(Account::Bank).await, Won(-1_000));
    let payable = Account::TheaterPayable(THEATER);
    assert_eq!(stage.balance(payable).await, Won(0));
    let accounts = stage.client.accounts().await.unwrap();
    let sum: Won = accounts.iter().map(|account| account.sums.signed()).sum();
    assert_eq!(sum, Won(0));
    stage.tend().await;
}

async fn a_statement_tells_what_moved(stage: &Stage) {
    let (order, _) = stage.paid(pledge()).await;
    let refund = stage.ask_refund(order, 5_000).await;
    let escrow = Account::Escrow(CAMPAIGN);
    let statement = stage.client.statement(&escrow, 0, 100).await.unwrap();
    let lines = statement.lines.iter();
    let lines: Vec<_> = lines
        .map(|line| (&*line.cause, line.amount, &line.other, line.phase))
        .collect();
    let (gateway, transit) = (Account::GatewayReceivable, Account::RefundsInTransit);
    assert_eq!(
        lines,
        [
            ("payment", -AMOUNT, &gateway, Phase::Posted),
            ("refund_owed", Won(5_000), &transit, Phase::Posted),
        ]
    );
    assert_eq!(statement.lines[1].subject, refund.to_string());
    let rest = stage.client.statement(&escrow, statement.last, 100).await;
    assert_eq!(rest.unwrap().lines, []);
    let page = stage.client.statement(&transit, 0, 1).await.unwrap();
    assert_eq!(page.lines.len(), 1);
}

async fn the_figures_name_nobody(stage: &Stage) {
    let (order, key) = stage.paid(seats()).await;
    stage.ask_refund(order, 5_000).await;
    let fault = json!({ "operation": "cancel", "kind": "refuse", "status": 403,
                        "code": "NOT_CANCELABLE_PAYMENT" });
    stage.plan(fault).await;
    stage.tend().await;
    let text = stage.client.metrics().await.unwrap();
    for figure in [
        "moding_gateway_calls_total{call=\"confirm\",answer=\"Done\"} 1",
        "moding_payments_refunds_open{state=\"refused\"} 1",
        "moding_books_wrong 0",
        "moding_account_won{account=\"refunds\"} 5000",
    ] {
        assert!(text.contains(figure), "{figure}: {text}");
    }
    assert!(text.ends_with("# EOF\n"));
    for secret in [&*key, &order.to_string(), "test_sk_", "test_ck_"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn books_that_are_wrong_are_found_and_nothing_is_charged() {
    let stage = Stage::new(Way::InProcess).await;
    stage.paid(seats()).await;
    let file = stage.folder.path().join("payments.sqlite");
    let by_hand = rusqlite::Connection::open(&file).unwrap();
    for forbidden in [
        "UPDATE transfers SET amount = 1",
        "UPDATE transfers SET phase = 'voided'",
        "DELETE FROM transfers",
    ] {
        assert!(by_hand.execute_batch(forbidden).is_err(), "{forbidden}");
    }
    assert_eq!(stage.payments.check_books().await.unwrap().len(), 0);
    by_hand
        .execute_batch(
            "INSERT INTO transfers (cause, subject, debit, credit, amount, phase, made_at,
                                    settled_at)
             VALUES ('payment', 'made up', 'gateway', 'theater:3', 7, 'posted', 1, 1)",
        )
        .unwrap();
    let wrong = stage.payments.check_books().await.unwrap();
    assert_eq!(wrong, ["transfers that belong to nothing: 1"]);
    let started = opening::start(&stage.payments).await;
    assert!(matches!(started, Err(OpenError::Books(_))));
}
