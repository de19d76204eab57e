//! The gateway's list against the books.

use domain::money::Won;
use domain::time::{DAY_MS, HOUR_MS, Timestamp};
use hub::payments::api::Refused;
use hub::payments::api::books::{Mismatch, Progress, ReconciliationView, Repair, Window};
use serde_json::json;

use crate::stage::{AMOUNT, Stage, both_ways, is_paid, pledge, seats};

both_ways!(
    books_that_agree_have_no_differences,
    what_differs_is_named_with_a_repair,
    a_list_that_comes_late_is_read_again,
    a_window_that_is_not_over_is_refused,
    a_window_is_of_whole_seconds,
);

/// Compares everything up to now.
async fn compare(stage: &Stage) -> ReconciliationView {
    stage.keep_up();
    stage.clock.advance_ms(1_000);
    let now = stage.payments.now();
    let window = Window {
        from: now.plus_ms(-DAY_MS),
        until: now,
    };
    let view = stage.client.reconcile(&window).await.unwrap();
    assert!(matches!(view.progress, Progress::Asked { .. }));
    stage.tend_after_ms(2 * HOUR_MS).await;
    let view = stage.client.reconciliation(view.reconciliation);
    view.await.unwrap()
}

async fn books_that_agree_have_no_differences(stage: &Stage) {
    for _ in 0..3 {
        let (order, _) = stage.paid(pledge()).await;
        stage.ask_refund(order, 5_000).await;
        stage.ask_refund(order, 10_000).await;
    }
    let rows = json!({ "cancel_rows": "negative" });
    stage.tend().await;
    let view = compare(stage).await;
    assert_eq!((view.transactions, view.differences), (9, vec![]));
    assert!(matches!(view.progress, Progress::Finished { .. }));
    stage.admin.set(&rows).await.unwrap();
    assert_eq!(compare(stage).await.differences, []);
}

async fn what_differs_is_named_with_a_repair(stage: &Stage) {
    stage.charge_past_us("not-one-of-ours").await;
    let (order, key) = stage.paid(seats()).await;
    stage.refund_past_us(&key, Won(700)).await;
    let view = compare(stage).await;
    assert!(matches!(view.progress, Progress::Reread { .. }));
    stage.tend_after_ms(2 * HOUR_MS).await;
    let view = stage.client.reconciliation(view.reconciliation);
    let view = view.await.unwrap();
    assert!(matches!(view.progress, Progress::Finished { .. }));
    let found: Vec<_> = view
        .differences
        .iter()
        .map(|one| (&one.mismatch, one.repair, one.order))
        .collect();
    let charge = Mismatch::ChargeMissingHere { amount: Won(9_000) };
    let back = Mismatch::RefundMissingHere { amount: Won(700) };
    assert_eq!(
        found,
        [
            (&charge, Repair::CancelAtTheGateway, None),
            (&back, Repair::EnterTheRefund, Some(order)),
        ]
    );
    assert_eq!(view.differences[1].payment_key, key);
}

async fn a_list_that_comes_late_is_read_again(stage: &Stage) {
    let late = json!({ "transactions_delay_ms": 10 * HOUR_MS });
    stage.admin.set(&late).await.unwrap();
    stage.paid(seats()).await;
    let view = compare(stage).await;
    let missing = Mismatch::ChargeMissingThere { amount: AMOUNT };
    assert_eq!(view.differences[0].mismatch, missing);
    assert!(matches!(view.progress, Progress::Reread { .. }));
    let now = json!({ "transactions_delay_ms": 0 });
    stage.admin.set(&now).await.unwrap();
    // The list cannot be read at all, and is read later.
    let fault = json!({ "operation": "transactions", "kind": "drop_before" });
    stage.plan(fault).await;
    stage.tend_after_ms(HOUR_MS).await;
    stage.tend_after_ms(HOUR_MS).await;
    let view = stage.client.reconciliation(view.reconciliation);
    let view = view.await.unwrap();
    assert_eq!(view.differences, []);
    assert!(matches!(view.progress, Progress::Finished { .. }));
}

async fn a_window_that_is_not_over_is_refused(stage: &Stage) {
    let now = stage.payments.now();
    for (from, until) in [(-DAY_MS, 1), (0, 0), (-40 * DAY_MS, 0)] {
        let window = Window {
            from: now.plus_ms(from),
            until: now.plus_ms(until),
        };
        let refused = stage.client.reconcile(&window).await.unwrap_err();
        assert_eq!(refused.refused(), Some(Refused::Invalid));
    }
    let (order, _) = stage.paid(seats()).await;
    assert!(is_paid(&stage.client.order(order).await.unwrap()));
}

/// The gateway tells times, and is asked for times, without what is less than a second.
async fn a_window_is_of_whole_seconds(stage: &Stage) {
    stage.clock.set(Timestamp(1_800_000_000_700));
    let window = Window {
        from: Timestamp(1_799_999_000_300),
        until: Timestamp(1_800_000_000_650),
    };
    let view = stage.client.reconcile(&window).await.unwrap();
    let whole = Window {
        from: Timestamp(1_799_999_000_000),
        until: Timestamp(1_800_000_000_000),
    };
    assert_eq!(view.window, whole);
    let none = Window {
        from: Timestamp(1_800_000_000_100),
        until: Timestamp(1_800_000_000_200),
    };
    let refused = stage.client.reconcile(&none).await.unwrap_err();
    assert_eq!(refused.refused(), Some(Refused::Invalid));
}
