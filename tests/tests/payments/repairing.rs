//! What operators decide about differences: each carried out once.

use domain::ledger::Account;
use domain::money::Won;
use domain::time::{DAY_MS, HOUR_MS};
use hub::payments::api::Refused;
use hub::payments::api::books::{
    Decision, Mismatch, Progress, ReconciliationView, RepairView, Repaired, Window,
};
use serde_json::json;

use crate::stage::{AMOUNT, Stage, THEATER, both_ways, seats};

both_ways!(
    a_refund_that_somebody_gave_past_us_is_entered_once,
    a_charge_that_is_none_of_ours_is_cancelled_once,
    what_the_gateway_refuses_can_be_decided_again,
    what_is_set_aside_is_not_asked_about_again,
);

/// Compares everything up to now, to the end.
async fn compare(stage: &Stage) -> ReconciliationView {
    stage.keep_up();
    stage.clock.advance_ms(1_000);
    let now = stage.payments.now();
    let window = Window {
        from: now.plus_ms(-2 * DAY_MS),
        until: now,
    };
    let asked = stage.client.reconcile(&window).await.unwrap();
    for _ in 0..3 {
        stage.tend_after_ms(2 * HOUR_MS).await;
    }
    let view = stage.client.reconciliation(asked.reconciliation);
    let view = view.await.unwrap();
    assert!(matches!(view.progress, Progress::Finished { .. }));
    view
}

async fn carry_out(stage: &Stage, view: &ReconciliationView) -> RepairView {
    let of = (view.reconciliation, 1);
    stage.client.repair(of, Decision::CarryOut).await.unwrap()
}

async fn a_refund_that_somebody_gave_past_us_is_entered_once(stage: &Stage) {
    let (order, key) = stage.paid(seats()).await;
    stage.refund_past_us(&key, Won(700)).await;
    let view = compare(stage).await;
    let found = &view.differences[0];
    assert_eq!(
        found.mismatch,
        Mismatch::RefundMissingHere { amount: Won(700) }
    );
    for _ in 0..2 {
        let done = carry_out(stage, &view).await;
        assert!(matches!(done.progress, Repaired::Done { .. }), "{done:?}");
    }
    let otherwise = (view.reconciliation, 1);
    let refused = stage.client.repair(otherwise, Decision::SetAside).await;
    assert_eq!(refused.unwrap_err().refused(), Some(Refused::Differs));
    stage.tend().await;
    assert_eq!(
        stage.cancels(&key).await,
        [700],
        "nothing more was given back"
    );
    assert_eq!(stage.client.order(order).await.unwrap().refunded, Won(700));
    let owed = stage.balance(Account::TheaterPayable(THEATER)).await;
    assert_eq!(owed, AMOUNT - Won(700));
    assert_eq!(stage.balance(Account::RefundsInTransit).await, Won(0));
    assert_eq!(compare(stage).await.differences, []);
    // What is left can still go back.
    stage.ask_refund(order, 14_300).await;
    stage.tend().await;
    assert_eq!(stage.cancels(&key).await, [700, 14_300]);
}

async fn a_charge_that_is_none_of_ours_is_cancelled_once(stage: &Stage) {
    let key = stage.charge_past_us("not-one-of-ours").await;
    let view = compare(stage).await;
    let decided = carry_out(stage, &view).await;
    assert_eq!(decided.progress, Repaired::Decided);
    // The answer is lost, and so is what is asked after it.
    stage
        .plan(json!({ "operation": "cancel", "kind": "drop_after" }))
        .await;
    stage.tend().await;
    let known = stage.client.reconciliation(view.reconciliation).await;
    let known = known.unwrap().differences.remove(0).decided.unwrap();
    assert_eq!(known.progress, Repaired::Decided);
    stage.tend().await;
    stage.tend().await;
    assert_eq!(stage.cancels(&key).await, [9_000]);
    let again = carry_out(stage, &view).await;
    assert!(matches!(again.progress, Repaired::Done { .. }), "{again:?}");
    stage.tend().await;
    assert_eq!(stage.cancels(&key).await, [9_000]);
    // Nothing of it was ever in the books, and nothing differs any more.
    assert_eq!(stage.balance(Account::GatewayReceivable).await, Won(0));
    assert_eq!(compare(stage).await.differences, []);
}

async fn what_the_gateway_refuses_can_be_decided_again(stage: &Stage) {
    let key = stage.charge_past_us("not-one-of-ours").await;
    let view = compare(stage).await;
    let no = json!({ "operation": "cancel", "kind": "refuse", "code": "NOT_CANCELABLE_PAYMENT",
                     "status": 403 });
    stage.plan(no).await;
    carry_out(stage, &view).await;
    stage.tend().await;
    let known = stage.client.reconciliation(view.reconciliation).await;
    let known = known.unwrap().differences.remove(0).decided.unwrap();
    assert!(
        matches!(known.progress, Repaired::Refused { .. }),
        "{known:?}"
    );
    carry_out(stage, &view).await;
    stage.tend().await;
    assert_eq!(stage.cancels(&key).await, [9_000]);
}

async fn what_is_set_aside_is_not_asked_about_again(stage: &Stage) {
    let key = stage.charge_past_us("not-one-of-ours").await;
    let view = compare(stage).await;
    for number in [0, 2] {
        let of = (view.reconciliation, number);
        let refused = stage.client.repair(of, Decision::SetAside).await;
        assert_eq!(refused.unwrap_err().refused(), Some(Refused::NotFound));
    }
    let of = (view.reconciliation, 1);
    let done = stage.client.repair(of, Decision::SetAside).await.unwrap();
    assert!(matches!(done.progress, Repaired::Done { .. }));
    stage.tend().await;
    assert!(stage.cancels(&key).await.is_empty());
    assert_eq!(compare(stage).await.differences, []);
}
