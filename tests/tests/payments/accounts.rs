//! Refunds of money that was paid into an account: they wait until the buyer has said where to.

use domain::id::RefundId;
use domain::money::Won;
use domain::time::{DAY_MS, HOUR_MS};
use hub::payments::api::{RefundAccount, RefundState, Refused};
use hub::payments::sqlite::refund_accounts;
use rusqlite::Connection;
use toss_sandbox::admin::Method;
use uuid::Uuid;

use crate::stage::{AMOUNT, Stage, ask, both_ways, is_done, seats};

both_ways!(
    a_refund_waits_until_the_buyer_has_named_an_account,
    an_account_that_the_gateway_does_not_take_is_asked_for_again,
    an_account_that_was_named_for_nothing_is_forgotten,
);

fn to(bank: &str) -> RefundAccount {
    RefundAccount {
        bank: bank.to_owned(),
        account_number: "110123456789".to_owned(),
        holder: "김토스".to_owned(),
    }
}

/// An order that was paid into an account, and its payment's key.
async fn deposited(stage: &Stage) -> (domain::id::OrderId, String) {
    let order = stage.open(seats()).await;
    let how = stage.client.begin_attempt(order).await.unwrap();
    let confirm = stage.authorise_as(&how, Method::VirtualAccount).await;
    stage.client.confirm(order, &confirm).await.unwrap();
    stage.admin.deposit(&confirm.payment_key).await.unwrap();
    stage.tend_after_ms(HOUR_MS).await;
    let known = stage.client.order(order).await.unwrap();
    assert!(known.needs_account);
    (order, confirm.payment_key)
}

async fn a_refund_waits_until_the_buyer_has_named_an_account(stage: &Stage) {
    let (card, _) = stage.paid(seats()).await;
    assert!(!stage.client.order(card).await.unwrap().needs_account);
    let (order, key) = deposited(stage).await;
    let [first, second] = [1, 2].map(|number| RefundId(Uuid::from_u128(number)));
    let view = stage.client.refund(first, &ask(order, 5_000)).await;
    assert_eq!(view.unwrap().progress, RefundState::AwaitingAccount);
    // It waits for days, and the gateway is not bothered.
    stage.tend_after_ms(3 * DAY_MS).await;
    assert_eq!(
        stage.refund_state(first).await,
        RefundState::AwaitingAccount
    );
    assert!(stage.cancels(&key).await.is_empty());

    for wrong in [
        to("8"),
        to("KB"),
        RefundAccount {
            account_number: "1-2".to_owned(),
            ..to("88")
        },
        RefundAccount {
            account_number: "1".repeat(21),
            ..to("88")
        },
        RefundAccount {
            holder: " ".to_owned(),
            ..to("88")
        },
        RefundAccount {
            holder: "가".repeat(61),
            ..to("88")
        },
    ] {
        let refused = stage.client.refund_account(order, &wrong).await;
        assert_eq!(refused.unwrap_err().refused(), Some(Refused::Invalid));
    }
    stage.client.refund_account(order, &to("88")).await.unwrap();
    assert_eq!(stage.refund_state(first).await, RefundState::Pending);
    stage.tend().await;
    assert!(is_done(&stage.refund_state(first).await));
    let at_gateway = stage.at_gateway(&key).await;
    let account = &at_gateway["virtualAccount"]["refundReceiveAccount"];
    assert_eq!(account["bankCode"], "88", "{at_gateway}");

    // It is kept no longer than it takes.
    let view = stage.client.refund(second, &ask(order, 10_000)).await;
    assert_eq!(view.unwrap().progress, RefundState::AwaitingAccount);
    stage.client.refund_account(order, &to("20")).await.unwrap();
    stage.tend().await;
    assert_eq!(stage.cancels(&key).await, [5_000, 10_000]);
    assert_eq!(stage.client.order(order).await.unwrap().refunded, AMOUNT);
}

async fn an_account_that_the_gateway_does_not_take_is_asked_for_again(stage: &Stage) {
    let (order, key) = deposited(stage).await;
    let refund = RefundId(Uuid::from_u128(1));
    // It looks like a bank's number, and is none.
    stage.client.refund_account(order, &to("99")).await.unwrap();
    let view = stage.client.refund(refund, &ask(order, 15_000)).await;
    assert_eq!(view.unwrap().progress, RefundState::Pending);
    stage.tend().await;
    assert_eq!(
        stage.refund_state(refund).await,
        RefundState::AwaitingAccount
    );
    stage.tend_after_ms(HOUR_MS).await;
    assert_eq!(
        stage.refund_state(refund).await,
        RefundState::AwaitingAccount
    );
    stage.client.refund_account(order, &to("88")).await.unwrap();
    stage.tend().await;
    assert!(is_done(&stage.refund_state(refund).await));
    assert_eq!(stage.cancels(&key).await, [AMOUNT.0]);
    assert_eq!(
        stage.client.order(order).await.unwrap().refunded,
        Won(15_000)
    );
}

async fn an_account_that_was_named_for_nothing_is_forgotten(stage: &Stage) {
    let (order, _) = deposited(stage).await;
    stage.client.refund_account(order, &to("88")).await.unwrap();
    let now = stage.payments.now();
    let kept = move |db: &Connection| refund_accounts::find(db, order);
    stage
        .payments
        .db()
        .write(move |tx| refund_accounts::prune(tx, now))
        .await
        .unwrap();
    assert!(stage.payments.db().read(kept).await.unwrap().is_some());
    let later = now.plus_ms(1);
    stage
        .payments
        .db()
        .write(move |tx| refund_accounts::prune(tx, later))
        .await
        .unwrap();
    assert_eq!(stage.payments.db().read(kept).await.unwrap(), None);
}

#[test]
fn an_account_is_not_shown_in_any_log() {
    let shown = format!("{:?}", to("88"));
    assert!(
        !shown.contains("110") && !shown.contains("김토스"),
        "{shown}"
    );
}
