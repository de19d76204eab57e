//! Campaigns that are called off.

use domain::campaign::Phase;
use domain::pledge::{PledgeState, ReturnReason};

use super::stage::Stage;

#[test]
fn called_off_after_its_success_everybody_is_paid_back_and_no_ticket_is_left() {
    let mut stage = Stage::open();
    let (placed, _) = stage.pledges(1, 4).unwrap();
    let (waiting, _) = stage.pledges(2, 2).unwrap();
    stage.lets_backers_choose();
    let seats = stage.together(4);
    let booking = stage.place(placed, &seats).unwrap().booking;
    stage.cancel().unwrap();
    assert_eq!(stage.tick(), Phase::Cancelled);
    assert!(!stage.booking(booking).is_live());
    assert!(!stage.screening().is_sold());
    let why = ReturnReason::CampaignCancelled;
    for pledge in [placed, waiting] {
        assert_eq!(stage.pledge(pledge).state, PledgeState::Returning { why });
    }
    stage.refunds_arrive();
    assert_eq!(stage.tick(), Phase::Refunded);
    assert!(stage.cancel().is_err(), "what is over is over");
}

#[test]
fn a_plan_that_nobody_has_paid_for_is_over_at_once() {
    let mut stage = Stage::offered();
    stage.cancel().unwrap();
    assert_eq!(stage.tick(), Phase::Refunded);
}

#[test]
fn money_for_what_was_called_off_goes_back_whenever_it_comes() {
    let mut stage = Stage::open();
    let order = stage.begins(1, 2).unwrap();
    let sold = stage.kiosk_sells(2, 2);
    stage.cancel().unwrap();
    assert_eq!(stage.tick(), Phase::Cancelled, "a payment is under way");
    let why = ReturnReason::CampaignCancelled;
    assert_eq!(
        stage.paid(order),
        crate::pledging::PledgeOutcome::PaidBack(why)
    );
    stage.refunds_arrive();
    assert_eq!(stage.tick(), Phase::Refunded);
    // The kiosk comes back when nobody thinks of it any more.
    stage.kiosk_is_back();
    assert_eq!(stage.pledge(sold).state, PledgeState::Returning { why });
    stage.counter_gives_back(sold);
    assert!(!stage.pledge(sold).is_live());
    let returned_at = stage.now;
    let returned = PledgeState::Returned { why, returned_at };
    assert_eq!(stage.pledge(sold).state, returned);
}
