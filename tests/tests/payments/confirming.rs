//! Paying: once, for the order's amount, as often as it is tried.

use domain::ledger::Account;
use domain::money::Won;
use domain::time::HOUR_MS;
use hub::payments::api::{Confirm, PaymentState, Refused};
use serde_json::json;
use toss_sandbox::admin::{Method, NewPayment};

use crate::stage::{AMOUNT, CAMPAIGN, Stage, THEATER, both_ways, is_paid, pledge, seats};

both_ways!(
    an_order_is_paid_once_however_often_it_is_confirmed,
    a_pledge_is_put_into_escrow,
    a_declined_card_lets_another_attempt_begin,
    another_amount_is_refused_without_asking_the_gateway,
    somebody_elses_key_pays_nothing,
    an_id_means_one_order,
    a_closed_order_is_not_paid,
    a_second_tab_does_not_charge_again,
    a_virtual_account_waits_for_its_money,
);

async fn an_order_is_paid_once_however_often_it_is_confirmed(stage: &Stage) {
    let order = stage.open(seats()).await;
    let confirm = stage.authorise(order).await;
    let (first, second) = tokio::join!(
        stage.client.confirm(order, &confirm),
        stage.client.confirm(order, &confirm),
    );
    let views = [first.unwrap(), second.unwrap()];
    assert!(views.iter().any(is_paid), "{views:?}");
    for _ in 0..3 {
        let again = stage.client.confirm(order, &confirm).await.unwrap();
        assert!(is_paid(&again), "{again:?}");
    }
    assert_eq!(stage.balance(Account::GatewayReceivable).await, AMOUNT);
    assert_eq!(
        stage.balance(Account::TheaterPayable(THEATER)).await,
        AMOUNT
    );
    let refused = stage.client.begin_attempt(order).await.unwrap_err();
    assert_eq!(refused.refused(), Some(Refused::NotOpen));
    stage.tend().await;
}

async fn a_pledge_is_put_into_escrow(stage: &Stage) {
    stage.paid(pledge()).await;
    assert_eq!(stage.balance(Account::Escrow(CAMPAIGN)).await, AMOUNT);
    assert_eq!(
        stage.balance(Account::TheaterPayable(THEATER)).await,
        Won(0)
    );
}

async fn a_declined_card_lets_another_attempt_begin(stage: &Stage) {
    let order = stage.open(seats()).await;
    let how = stage.client.begin_attempt(order).await.unwrap();
    let mut new = NewPayment::new(&how.gateway_order, how.amount.0);
    let refusal = json!({ "code": "REJECT_CARD_PAYMENT", "status": 403, "message": "한도초과" });
    let plan = json!({ "at_confirmation": "decline", "refusal": refusal });
    new.plan = serde_json::from_value(plan).unwrap();
    let made = stage.admin.make(&new).await.unwrap();
    let confirm = Confirm {
        payment_key: made.payment_key,
        gateway_order: made.order_id,
        amount: AMOUNT,
    };
    for _ in 0..2 {
        let view = stage.client.confirm(order, &confirm).await.unwrap();
        let code = "REJECT_CARD_PAYMENT".to_owned();
        assert_eq!(view.payment, PaymentState::NotPaid { code });
    }
    assert_eq!(stage.balance(Account::GatewayReceivable).await, Won(0));
    let again = stage.authorise(order).await;
    assert_ne!(again.gateway_order, confirm.gateway_order);
    assert!(is_paid(&stage.client.confirm(order, &again).await.unwrap()));
    assert_eq!(stage.balance(Account::GatewayReceivable).await, AMOUNT);
}

async fn another_amount_is_refused_without_asking_the_gateway(stage: &Stage) {
    let order = stage.open(seats()).await;
    let mut confirm = stage.authorise(order).await;
    confirm.amount = Won(100);
    let refused = stage.client.confirm(order, &confirm).await.unwrap_err();
    assert_eq!(refused.refused(), Some(Refused::AmountDiffers));
    assert_eq!(stage.state(order).await, PaymentState::Open);
    let status = &stage.at_gateway(&confirm.payment_key).await["status"];
    assert_eq!(status, "IN_PROGRESS");
}

async fn somebody_elses_key_pays_nothing(stage: &Stage) {
    let (_, key) = stage.paid(seats()).await;
    let order = stage.open(seats()).await;
    let mut confirm = stage.authorise(order).await;
    confirm.payment_key = key;
    let refused = stage.client.confirm(order, &confirm).await.unwrap_err();
    assert_eq!(refused.refused(), Some(Refused::Invalid));
    confirm.payment_key = "../cancel?x=무".to_owned();
    let refused = stage.client.confirm(order, &confirm).await.unwrap_err();
    assert_eq!(refused.refused(), Some(Refused::Invalid));
    confirm.payment_key = "made-up/..%2f".to_owned();
    let view = stage.client.confirm(order, &confirm).await.unwrap();
    assert!(matches!(view.payment, PaymentState::NotPaid { .. }));
    assert_eq!(stage.balance(Account::GatewayReceivable).await, AMOUNT);
}

async fn an_id_means_one_order(stage: &Stage) {
    let order = stage.open(seats()).await;
    let again = stage.client.open_order(order, &stage.asked(seats())).await;
    assert_eq!(again.unwrap().payment, PaymentState::Open);
    let other = stage.client.open_order(order, &stage.asked(pledge())).await;
    assert_eq!(other.unwrap_err().refused(), Some(Refused::Differs));
    let mut nothing = stage.asked(seats());
    nothing.amount = Won(0);
    let other = domain::id::OrderId(uuid::Uuid::from_u128(5));
    let refused = stage.client.open_order(other, &nothing).await.unwrap_err();
    assert_eq!(refused.refused(), Some(Refused::Invalid));
    let refused = stage.client.order(other).await.unwrap_err();
    assert_eq!(refused.refused(), Some(Refused::NotFound));
}

async fn a_closed_order_is_not_paid(stage: &Stage) {
    let order = stage.open(seats()).await;
    let confirm = stage.authorise(order).await;
    let view = stage.client.close(order).await.unwrap();
    assert_eq!(view.payment, PaymentState::Closed);
    let view = stage.client.confirm(order, &confirm).await.unwrap();
    assert_eq!(view.payment, PaymentState::Closed);
    let refused = stage.client.begin_attempt(order).await.unwrap_err();
    assert_eq!(refused.refused(), Some(Refused::NotOpen));
    // Its time being over lets nothing begin either, but takes what was authorised in time.
    let order = stage.open(seats()).await;
    let confirm = stage.authorise(order).await;
    stage.clock.advance_ms(HOUR_MS);
    let refused = stage.client.begin_attempt(order).await.unwrap_err();
    assert_eq!(refused.refused(), Some(Refused::NotOpen));
    assert!(is_paid(
        &stage.client.confirm(order, &confirm).await.unwrap()
    ));
}

async fn a_second_tab_does_not_charge_again(stage: &Stage) {
    let order = stage.open(seats()).await;
    let (one, two) = (stage.authorise(order).await, stage.authorise(order).await);
    assert!(is_paid(&stage.client.confirm(order, &one).await.unwrap()));
    assert!(is_paid(&stage.client.confirm(order, &two).await.unwrap()));
    assert_eq!(stage.balance(Account::GatewayReceivable).await, AMOUNT);
    let status = &stage.at_gateway(&two.payment_key).await["status"];
    assert_eq!(status, "IN_PROGRESS");
}

async fn a_virtual_account_waits_for_its_money(stage: &Stage) {
    let order = stage.open(seats()).await;
    let how = stage.client.begin_attempt(order).await.unwrap();
    let confirm = stage.authorise_as(&how, Method::VirtualAccount).await;
    let view = stage.client.confirm(order, &confirm).await.unwrap();
    let PaymentState::WaitingForDeposit(deposit) = view.payment else {
        panic!("{view:?}");
    };
    assert!(!deposit.account_number.is_empty() && deposit.due.is_some());
    assert_eq!(stage.balance(Account::GatewayReceivable).await, Won(0));
    let refused = stage.client.begin_attempt(order).await.unwrap_err();
    assert_eq!(refused.refused(), Some(Refused::UnderWay));
    stage.admin.deposit(&confirm.payment_key).await.unwrap();
    stage.tend_after_ms(HOUR_MS).await;
    assert!(is_paid(&stage.client.order(order).await.unwrap()));
    assert_eq!(stage.balance(Account::GatewayReceivable).await, AMOUNT);
}
