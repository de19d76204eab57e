//! Whole lives of campaigns over a database in memory, with a clock driven by hand.

mod called_off;
mod ends;
pub(crate) mod stage;

use domain::campaign::{BACKERS_WAIT_MS, GRACE_MS, IN_FLIGHT_MS, PLACE_BEFORE_MS, Phase};
use domain::claim::ClaimRefused;
use domain::id::PledgeId;
use domain::pledge::{PledgeState, ReturnReason};
use domain::seating::{HoldRefused, SeatState};
use domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};

use crate::claims::PlaceError;
use crate::pledging::PledgeOutcome;
use crate::sqlite::audit;
use crate::sqlite::backers::{self, Told};

use stage::{CAPACITY, Stage, phone, terms};

#[test]
fn from_the_wish_to_the_settlement() {
    let mut stage = Stage::offered();
    stage.approve();
    assert_eq!(stage.tick(), Phase::Scheduled);
    stage.now = terms().opens_at;
    assert_eq!(stage.tick(), Phase::Open);
    assert!(
        !stage.screening().is_sold(),
        "nobody buys what backers fund"
    );
    let (early, _) = stage.pledges(1, 4).unwrap();
    let (late, _) = stage.pledges(2, 2).unwrap();
    assert_eq!(stage.campaign().paid_tickets, 6);

    stage.now = terms().deadline;
    stage.kiosk_says(IN_FLIGHT_MS);
    assert_eq!(stage.tick(), Phase::Succeeded);
    backers_choose_first(&mut stage, early);

    // The rest is sold to everybody.
    let two = stage.together(2);
    let not_yet = HoldRefused::SaleNotOpen(stage.screening().screening);
    assert_eq!(stage.buy(&two), Err(not_yet));
    stage.now = stage.windows().public_from;
    stage.buy(&two).unwrap();

    // Three hours before the show the other backer is given seats, and told.
    stage.now = terms().starts_at.plus_ms(-PLACE_BEFORE_MS);
    stage.tick();
    let PledgeState::Placed { booking } = stage.pledge(late).state else {
        panic!("the claim has seats: {:?}", stage.pledge(late));
    };
    let seats = stage.booking(booking).tickets;
    assert_eq!(seats.len(), 2);
    assert_eq!(
        seats[0].seat.0 + 1,
        seats[1].seat.0,
        "the group sits together"
    );
    assert_eq!(stage.told(late)[0], Told::PlacedByItself { booking });

    stage.now = terms().ends_at;
    assert_eq!(stage.tick(), Phase::Screened);
    stage.settle();
    assert_eq!(stage.tick(), Phase::Settled);
    let steps = [
        "requested",
        "offered",
        "scheduled",
        "open",
        "tallying",
        "succeeded",
        "booking",
        "screened",
        "settled",
    ];
    assert_eq!(stage.steps(), steps);
}

/// The backer may choose seats from the window on, exactly as many as were pledged.
fn backers_choose_first(stage: &mut Stage, early: PledgeId) {
    let decided = stage.now;
    let four = stage.together(4);
    let first = stage.place(early, &four);
    let from = decided.plus_ms(BACKERS_WAIT_MS);
    assert!(
        matches!(first, Err(PlaceError::Refused(ClaimRefused::NotYet { from: at })) if at == from)
    );
    assert_eq!(stage.told(early), vec![Told::Succeeded { from }]);

    // Backers choose first; others wait.
    stage.now = from;
    assert_eq!(stage.tick(), Phase::Booking);
    let wrong = stage.place(early, &four[..2]);
    assert!(matches!(
        wrong,
        Err(PlaceError::Refused(ClaimRefused::Count { tickets: 4 }))
    ));
    let booking = stage.place(early, &four).unwrap();
    assert_eq!(
        stage.place(early, &four).unwrap(),
        booking,
        "again is the same"
    );
    assert_eq!(booking.number, stage.pledge(early).number);
}

#[test]
fn every_step_says_who_when_and_why() {
    let mut stage = Stage::open();
    stage.now = terms().deadline;
    stage.kiosk_says(IN_FLIGHT_MS);
    stage.tick();
    let id = stage.campaign().campaign;
    let trail = audit::of_campaign(&stage.db, id).unwrap();
    let who: Vec<&str> = trail.iter().map(|entry| entry.who.as_str()).collect();
    assert_eq!(who, ["Kim", "Kim", "Lee", "hub", "hub", "hub", "hub"]);
    let decided = &trail[5].act;
    assert!(decided.contains("\"to\":\"failed\""), "{decided}");
    assert!(
        decided.contains("\"goal\":6"),
        "with the numbers it was decided on: {decided}"
    );
}

#[test]
fn what_fails_pays_everybody_back_and_is_not_shown() {
    let mut stage = Stage::open();
    let (pledge, order) = stage.pledges(1, 3).unwrap();
    stage.now = terms().deadline;
    stage.kiosk_says(IN_FLIGHT_MS);
    assert_eq!(stage.tick(), Phase::Failed);
    assert!(!stage.screening().is_sold());
    let why = ReturnReason::CampaignFailed;
    assert_eq!(stage.pledge(pledge).state, PledgeState::Returning { why });
    let wanted = stage.wanted_back();
    assert_eq!(wanted.len(), 1);
    assert_eq!(
        (wanted[0].order, wanted[0].amount),
        (order, terms().amount(3))
    );
    assert_eq!(stage.tick(), Phase::Failed, "nobody has the money yet");
    stage.refunds_arrive();
    assert_eq!(stage.tick(), Phase::Refunded);
    assert_eq!(stage.told(pledge).len(), 2);
}

#[test]
fn a_dark_kiosk_can_still_make_it_happen_within_the_grace() {
    let mut stage = Stage::open();
    stage.pledges(1, 2).unwrap();
    // Without the network, within its own seats.
    let sold = stage.kiosk_sells(2, 4);
    stage.now = terms().deadline.plus_ms(HOUR_MS);
    assert_eq!(
        stage.tick(),
        Phase::Tallying,
        "the kiosk may have sold some"
    );
    stage.kiosk_is_back();
    assert_eq!(stage.tick(), Phase::Succeeded);
    let pledge = stage.pledge(sold);
    assert_eq!(pledge.state, PledgeState::Live);
    assert!(pledge.is_written_by(&stage.node));
    assert_eq!(pledge.phone, None, "the hub keeps the number to itself");
    let known = backers::phone_of(&stage.db, sold).unwrap();
    assert_eq!(known.as_deref(), Some(phone(2).digits()));
    let left = stage.act(|tx, here| {
        let screening = seats::sqlite::pledges::find(tx, sold)?.unwrap().screening;
        seats::unclaimed(tx, here, screening)
    });
    assert!(left.unwrap() >= 0, "its seats came with it");
}

#[test]
fn after_the_grace_it_is_decided_without_the_kiosk_and_stays_so() {
    let mut stage = Stage::open();
    stage.pledges(1, 2).unwrap();
    let sold = stage.kiosk_sells(2, 4);
    stage.now = terms().deadline.plus_ms(GRACE_MS - 1);
    assert_eq!(stage.tick(), Phase::Tallying);
    stage.now = terms().deadline.plus_ms(GRACE_MS + MINUTE_MS);
    assert_eq!(stage.tick(), Phase::Failed);
    let unheard = stage.campaign().state.result().unwrap().unheard.clone();
    assert_eq!(unheard, [stage.kiosk.node.clone()]);
    stage.kiosk_is_back();
    let why = ReturnReason::CampaignFailed;
    assert_eq!(stage.pledge(sold).state, PledgeState::Returning { why });
    assert_eq!(stage.wanted_back().len(), 1);
    stage.refunds_arrive();
    assert_eq!(stage.tick(), Phase::Failed);
    // What the kiosk has taken is given back at its counter.
    stage.counter_gives_back(sold);
    stage.now = stage.now.plus_ms(MINUTE_MS);
    assert_eq!(stage.tick(), Phase::Refunded);
}

#[test]
fn a_payment_that_is_under_way_holds_the_result_up() {
    let mut stage = Stage::open();
    stage.pledges(1, 5).unwrap();
    let order = stage.begins(2, 1).unwrap();
    stage.now = terms().deadline;
    stage.kiosk_says(IN_FLIGHT_MS);
    assert_eq!(stage.tick(), Phase::Tallying);
    assert!(matches!(stage.paid(order), PledgeOutcome::Accepted(_)));
    assert_eq!(stage.tick(), Phase::Succeeded);
}

#[test]
fn money_that_comes_after_the_result_is_honoured_if_a_seat_is_left() {
    let mut stage = Stage::open();
    stage.pledges(1, 6).unwrap();
    let (honoured, gone) = (stage.begins(2, 1).unwrap(), stage.begins(3, 2).unwrap());
    stage.now = terms().deadline.plus_ms(GRACE_MS);
    assert_eq!(stage.tick(), Phase::Succeeded);
    assert!(matches!(stage.paid(honoured), PledgeOutcome::Accepted(_)));
    // Its tickets were given up, and others have taken what was left.
    stage.gives_up(gone);
    stage.now = stage.windows().public_from;
    stage.tick();
    stage.buy_everything();
    let back = PledgeOutcome::PaidBack(ReturnReason::NoSeat);
    assert_eq!(stage.paid(gone), back);
    assert_eq!(stage.paid(gone), back, "told again it is the same");
    assert_eq!(stage.wanted_back().len(), 1);
}

#[test]
fn nobody_can_take_the_seats_that_backers_have_a_claim_to() {
    let mut stage = Stage::open();
    stage.pledges(1, 6).unwrap();
    stage.now = terms().deadline;
    stage.kiosk_says(IN_FLIGHT_MS);
    stage.tick();
    stage.now = stage.windows().public_from;
    stage.tick();
    stage.buy_everything();
    let screening = stage.screening().screening;
    let free: Vec<_> = stage.free_at_hub();
    assert_eq!(free.len(), 6, "as many as the claim");
    let refused = stage.buy(&[free[0].0, free[1].0]);
    assert_eq!(refused, Err(HoldRefused::KeptForBackers(screening)));
    let to = stage.kiosk.node.clone();
    let granted = stage.act(|tx, here| seats::grant(tx, here, (screening, &to), &free[..1]));
    assert!(granted.is_err());
    stage.now = terms().starts_at.plus_ms(-PLACE_BEFORE_MS);
    stage.tick();
    assert_eq!(stage.free_at_hub(), []);
}

#[test]
fn a_campaign_does_not_open_in_a_room_that_is_in_use() {
    let mut stage = Stage::offered();
    stage.approve();
    stage.somebody_plans_the_room();
    stage.now = terms().opens_at;
    assert_eq!(stage.tick(), Phase::Refunded);
    assert_eq!(stage.steps().last().copied(), Some("refunded"));
}

#[test]
fn nobody_offers_a_room_twice_or_more_seats_than_it_has() {
    let mut stage = Stage::offered();
    stage.approve();
    let other = stage.request();
    assert!(
        stage.offer(other, &terms()).is_err(),
        "the room is promised"
    );
    let mut later = terms();
    later.starts_at = later.starts_at.plus_ms(DAY_MS);
    later.ends_at = later.ends_at.plus_ms(DAY_MS);
    stage.offer(other, &later).unwrap();
    later.capacity = CAPACITY + 1;
    assert!(
        stage.offer(other, &later).is_err(),
        "wheelchair places are no tickets"
    );
}

#[test]
fn the_seats_are_dealt_but_blocked_for_nobody() {
    let stage = Stage::open();
    let seats = seats::sqlite::seats::of_screening(&stage.db, stage.screening().screening);
    let seats = seats.unwrap();
    assert!(seats.values().all(|seat| seat.state == SeatState::Free));
    assert!(seats.values().any(|seat| seat.owner == stage.kiosk.node));
    assert!(seats.values().any(|seat| seat.owner.is_hub()));
}

#[test]
fn a_kiosk_that_does_not_know_campaigns_is_not_told_of_them_and_nobody_waits_for_it() {
    let mut stage = Stage::open();
    stage.pledges(1, 6).unwrap();
    let told = |stage: &Stage| {
        let mut kinds = stage.told_to_kiosk();
        kinds.retain(|kind| kind == "campaign" || kind == "pledge");
        kinds.sort_unstable();
        kinds
    };
    assert_eq!(told(&stage), ["campaign", "pledge"]);
    stage.kiosk_is_of_the_first_version();
    assert_eq!(told(&stage), Vec::<String>::new());
    stage.now = terms().deadline;
    assert_eq!(stage.tick(), Phase::Succeeded);
}
