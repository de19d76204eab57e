//! The program stops between the steps: what was begun is finished after the next start.

use domain::ledger::Account;
use domain::money::Won;
use hub::payments::api::PaymentState;
use hub::payments::attempts::{self, Begun};
use hub::payments::gateway::{Answer, ConfirmCall, Gateway as _};
use hub::payments::refunds;
use rusqlite::Transaction;

use crate::stage::{AMOUNT, Stage, Way, is_done, is_paid, pledge, seats};

/// The first transaction of a confirmation, as if the program stopped after it.
async fn begin_only(stage: &Stage) -> (domain::id::OrderId, ConfirmCall) {
    let order = stage.open(seats()).await;
    let confirm = stage.authorise(order).await;
    let now = stage.payments.now();
    let begin = move |tx: &Transaction<'_>| attempts::begin(tx, order, &confirm, now);
    let Begun::Call(call) = stage.payments.db().write(begin).await.unwrap() else {
        panic!("the order was open");
    };
    (order, call)
}

#[tokio::test]
async fn a_crash_before_the_call_is_finished_after_the_start() {
    let mut stage = Stage::new(Way::InProcess).await;
    let (order, _) = begin_only(&stage).await;
    stage.restart().await;
    assert_eq!(stage.state(order).await, PaymentState::Confirming);
    stage.tend().await;
    assert!(is_paid(&stage.client.order(order).await.unwrap()));
    assert_eq!(stage.balance(Account::GatewayReceivable).await, AMOUNT);
}

#[tokio::test]
async fn a_crash_after_the_call_is_settled_after_the_start() {
    let mut stage = Stage::new(Way::InProcess).await;
    let (order, call) = begin_only(&stage).await;
    let answer = stage.toss().confirm(&call).await;
    assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
    stage.restart().await;
    stage.restart().await;
    stage.tend().await;
    stage.tend().await;
    assert!(is_paid(&stage.client.order(order).await.unwrap()));
    assert_eq!(stage.balance(Account::GatewayReceivable).await, AMOUNT);
}

#[tokio::test]
async fn a_refund_that_a_crash_interrupts_is_made_once() {
    let mut stage = Stage::new(Way::InProcess).await;
    for is_called in [false, true] {
        let (order, key) = stage.paid(pledge()).await;
        let refund = stage.ask_refund(order, 6_000).await;
        let now = stage.payments.now();
        let take = move |tx: &Transaction<'_>| refunds::take_due(tx, now, 10);
        let due = stage.payments.db().write(take).await.unwrap();
        assert_eq!(due.len(), 1);
        if is_called {
            let answer = stage.toss().cancel(&due[0].call).await;
            assert!(matches!(answer, Answer::Done(_)), "{answer:?}");
        }
        stage.restart().await;
        stage.tend().await;
        stage.tend().await;
        assert!(is_done(&stage.refund_state(refund).await));
        assert_eq!(stage.cancels(&key).await, [6_000]);
    }
    assert_eq!(stage.balance(Account::RefundsInTransit).await, Won(0));
    let left = Won(2 * (AMOUNT.0 - 6_000));
    assert_eq!(stage.balance(Account::GatewayReceivable).await, left);
}
