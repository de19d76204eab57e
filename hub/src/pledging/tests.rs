//! Pledges of people who change their minds, pay twice, or pay too late.

use domain::money::Won;
use domain::pledge::{PledgeRefused, PledgeState, ReturnReason};
use domain::time::DAY_MS;
use proptest::prelude::*;

use super::{PledgeError, PledgeOutcome};
use crate::campaigns::tests::stage::{CAPACITY, Stage, phone, terms};

fn refused<T: std::fmt::Debug>(done: Result<T, PledgeError>) -> PledgeRefused {
    match done.unwrap_err() {
        PledgeError::Refused(refused) => refused,
        PledgeError::Store(fault) => panic!("{fault}"),
    }
}

#[test]
fn a_person_has_one_live_pledge_and_may_raise_it() {
    let mut stage = Stage::open();
    let (pledge, _) = stage.pledges(1, 2).unwrap();
    assert_eq!(refused(stage.begins(1, 1)), PledgeRefused::PledgedAlready);
    let raise = stage.begins_more((1, 3), Some(pledge)).unwrap();
    assert_eq!(stage.pledge(pledge).tickets, 2, "not before it is paid");
    assert!(matches!(stage.paid(raise), PledgeOutcome::Accepted(_)));
    assert_eq!(stage.pledge(pledge).tickets, 5);
    assert_eq!(
        (stage.campaign().paid_tickets, stage.campaign().backers),
        (5, 1)
    );
    assert_eq!(
        refused(stage.begins_more((1, 6), Some(pledge))),
        PledgeRefused::Tickets
    );
    // Another person cannot raise it.
    let stranger = stage.begins_more((2, 1), Some(pledge));
    assert_eq!(refused(stranger), PledgeRefused::Unknown);
}

#[test]
fn lowering_gives_the_last_raise_back_and_withdrawing_all_of_it() {
    let mut stage = Stage::open();
    let (pledge, first) = stage.pledges(1, 2).unwrap();
    let raise = stage.begins_more((1, 3), Some(pledge)).unwrap();
    stage.paid(raise);
    stage.lowers((1, pledge), 1).unwrap();
    let pieces = |stage: &Stage| -> Vec<_> {
        let wanted = stage.wanted_back().into_iter();
        let mut pieces: Vec<_> = wanted.map(|it| (it.order, it.amount.0)).collect();
        pieces.sort_unstable();
        pieces
    };
    assert_eq!(pieces(&stage), [(first, 12_000), (raise, 36_000)]);
    stage.lowers((1, pledge), 1).unwrap();
    assert_eq!(pieces(&stage).len(), 2, "again it changes nothing");
    stage.lowers((1, pledge), 0).unwrap();
    let all: i64 = pieces(&stage).iter().map(|piece| piece.1).sum();
    assert_eq!(all, 60_000);
    assert_eq!(stage.campaign().backers, 0);
    stage.refunds_arrive();
    let why = ReturnReason::Withdrawn;
    let returned_at = stage.now;
    assert_eq!(
        stage.pledge(pledge).state,
        PledgeState::Returned { why, returned_at }
    );
    // And may come again.
    stage.pledges(1, 1).unwrap();
}

#[test]
fn a_kiosk_is_told_what_goes_back_at_its_counter_although_the_pledge_was_raised_again() {
    let mut stage = Stage::open();
    let sold = stage.kiosk_sells(1, 2);
    stage.kiosk_is_back();
    stage.lowers((1, sold), 1).unwrap();
    let told = |stage: &Stage| stage.pledge(sold).back_at_counter;
    assert_eq!(told(&stage), Won(12_000));
    let raise = stage.begins_more((1, 4), Some(sold)).unwrap();
    stage.paid(raise);
    assert_eq!(told(&stage), Won(12_000));
    stage.lowers((1, sold), 0).unwrap();
    assert_eq!(told(&stage), Won(24_000), "and no more than it took");
}

/// The money for a raise comes when the pledge has been withdrawn: wherever it was sold, it is a
/// pledge again, and everybody hears of it.
#[test]
fn money_for_a_withdrawn_pledge_makes_it_a_pledge_again() {
    for sold_at_kiosk in [false, true] {
        let mut stage = Stage::open();
        let pledge = if sold_at_kiosk {
            let sold = stage.kiosk_sells(1, 2);
            stage.kiosk_is_back();
            sold
        } else {
            stage.pledges(1, 2).unwrap().0
        };
        let raise = stage.begins_more((1, 3), Some(pledge)).unwrap();
        stage.lowers((1, pledge), 0).unwrap();
        let withdrawn = stage.pledge(pledge);
        stage.paid(raise);
        let again = stage.pledge(pledge);
        assert!(again.version > withdrawn.version, "a copy takes it");
        assert_eq!((again.tickets, again.state), (3, PledgeState::Live));
        let campaign = stage.campaign();
        assert_eq!((campaign.paid_tickets, campaign.backers), (3, 1));
        assert_eq!(refused(stage.begins(1, 1)), PledgeRefused::PledgedAlready);
        stage.cancel().unwrap();
        stage.tick();
        assert!(!stage.pledge(pledge).is_live());
    }
}

#[test]
fn money_for_a_pledge_that_has_its_seats_goes_back_and_the_seats_stay() {
    let mut stage = Stage::open();
    let (pledge, _) = stage.pledges(1, 4).unwrap();
    stage.pledges(2, 2).unwrap();
    let raise = stage.begins_more((1, 3), Some(pledge)).unwrap();
    stage.gives_up(raise);
    stage.lets_backers_choose();
    let seats = stage.together(4);
    stage.place(pledge, &seats).unwrap();
    let placed = stage.pledge(pledge);
    let outcome = stage.paid(raise);
    assert_eq!(outcome, PledgeOutcome::PaidBack(ReturnReason::NoSeat));
    assert_eq!(stage.pledge(pledge), placed);
}

#[test]
fn a_stranger_changes_nothing_and_nobody_does_after_the_deadline() {
    let mut stage = Stage::open();
    let (pledge, _) = stage.pledges(1, 2).unwrap();
    assert_eq!(
        refused(stage.lowers((2, pledge), 0)),
        PledgeRefused::Unknown
    );
    stage.now = terms().deadline;
    assert_eq!(
        refused(stage.lowers((1, pledge), 0)),
        PledgeRefused::NotOpen
    );
    assert_eq!(refused(stage.begins(3, 1)), PledgeRefused::NotOpen);
    stage.now = terms().deadline.plus_ms(-1);
    stage.begins(3, 1).unwrap();
}

#[test]
fn who_pays_twice_at_a_time_has_one_pledge_with_both() {
    let mut stage = Stage::open();
    let (one, two) = (stage.begins(1, 2).unwrap(), stage.begins(1, 3).unwrap());
    let PledgeOutcome::Accepted(first) = stage.paid(one) else {
        panic!("it is a pledge");
    };
    let PledgeOutcome::Accepted(both) = stage.paid(two) else {
        panic!("it raises the pledge");
    };
    assert_eq!((both.pledge, both.tickets), (first.pledge, 5));
    assert_eq!(stage.campaign().backers, 1);
    stage.lowers((1, both.pledge), 0).unwrap();
    let back: Won = stage.wanted_back().iter().map(|it| it.amount).sum();
    assert_eq!(back, terms().amount(5));
}

#[test]
fn tickets_in_payment_are_nobody_elses_until_they_are_given_up() {
    let mut stage = Stage::open();
    let at_hub = u32::try_from(stage.free_at_hub().len()).unwrap();
    assert!(at_hub < CAPACITY, "the kiosk has some");
    let orders: Vec<_> = (0..at_hub).map(|it| stage.begins(it, 1).unwrap()).collect();
    assert_eq!(
        refused(stage.begins(99, 1)),
        PledgeRefused::SoldOut { left: 0 }
    );
    stage.gives_up(orders[0]);
    stage.gives_up(orders[0]);
    stage.begins(99, 1).unwrap();
    // The money for what was given up comes all the same.
    let outcome = stage.paid(orders[0]);
    assert_eq!(outcome, PledgeOutcome::PaidBack(ReturnReason::NoSeat));
    assert!(matches!(stage.paid(orders[1]), PledgeOutcome::Accepted(_)));
}

#[test]
fn told_twice_a_payment_is_one_pledge() {
    let mut stage = Stage::open();
    let order = stage.begins(1, 2).unwrap();
    let first = stage.paid(order);
    assert_eq!(stage.paid(order), first);
    stage.gives_up(order);
    assert_eq!(stage.campaign().paid_tickets, 2);
    assert_eq!(stage.wanted_back(), []);
}

#[test]
fn a_second_pledge_of_a_person_from_a_kiosk_is_honoured() {
    let mut stage = Stage::open();
    let (web, _) = stage.pledges(1, 2).unwrap();
    let sold = stage.kiosk_sells(1, 2);
    stage.kiosk_is_back();
    assert_eq!(stage.campaign().paid_tickets, 4);
    for pledge in [web, sold] {
        let number = stage.pledge(pledge).number;
        let found = super::of_person(&stage.db, &number, &phone(1)).unwrap();
        assert_eq!(found.map(|it| it.pledge), Some(pledge));
        assert_eq!(
            super::of_person(&stage.db, &number, &phone(2)).unwrap(),
            None
        );
    }
}

/// What somebody does.
#[derive(Clone, Copy, Debug)]
enum Step {
    Begin { person: u32, tickets: u32 },
    Raise { person: u32, tickets: u32 },
    Pay { order: usize },
    GiveUp { order: usize },
    Lower { person: u32, tickets: u32 },
    KioskSells { person: u32, tickets: u32 },
    KioskIsBack,
    Arrive,
    Pass { days: i64 },
    Cancel,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = 1_u32..5;
    let step = prop_oneof![
        4 => (who.clone(), 1_u32..5).prop_map(|(person, tickets)| Step::Begin { person, tickets }),
        2 => (who.clone(), 1_u32..4).prop_map(|(person, tickets)| Step::Raise { person, tickets }),
        6 => (0_usize..12).prop_map(|order| Step::Pay { order }),
        2 => (0_usize..12).prop_map(|order| Step::GiveUp { order }),
        2 => (who.clone(), 0_u32..4).prop_map(|(person, tickets)| Step::Lower { person, tickets }),
        2 => (who, 1_u32..3).prop_map(|(person, tickets)| Step::KioskSells { person, tickets }),
        2 => Just(Step::KioskIsBack),
        2 => Just(Step::Arrive),
        2 => (0_i64..3).prop_map(|days| Step::Pass { days }),
        1 => Just(Step::Cancel),
    ];
    prop::collection::vec(step, 1..50)
}

/// A campaign, and what a test remembers of it.
struct World {
    stage: Stage,
    orders: Vec<domain::id::OrderId>,
    kiosk_tickets: u32,
}

impl World {
    fn live(&self, person: u32) -> Option<domain::id::PledgeId> {
        let campaign = self.stage.campaign().campaign;
        crate::sqlite::backers::live_pledge(&self.stage.db, campaign, phone(person).digits())
            .unwrap()
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Begin { person, tickets } => {
                self.orders.extend(self.stage.begins(person, tickets).ok());
            }
            Step::Raise { person, tickets } => {
                if let Some(pledge) = self.live(person) {
                    let begun = self.stage.begins_more((person, tickets), Some(pledge));
                    self.orders.extend(begun.ok());
                }
            }
            Step::Pay { order } => {
                if let Some(&order) = self.orders.get(order) {
                    self.stage.paid(order);
                }
            }
            Step::GiveUp { order } => {
                if let Some(&order) = self.orders.get(order) {
                    self.stage.gives_up(order);
                }
            }
            Step::Lower { person, tickets } => {
                if let Some(pledge) = self.live(person) {
                    let _ = self.stage.lowers((person, pledge), tickets);
                }
            }
            Step::KioskSells { person, tickets } => {
                if self.kiosk_tickets + tickets <= 5 {
                    self.kiosk_tickets += tickets;
                    self.stage.kiosk_sells(person, tickets);
                }
            }
            Step::KioskIsBack => self.stage.kiosk_is_back(),
            Step::Arrive => self.stage.refunds_arrive(),
            Step::Pass { days } => {
                self.stage.now = self.stage.now.plus_ms(days * DAY_MS);
                self.stage.tick();
            }
            Step::Cancel => {
                let _ = self.stage.cancel();
                self.stage.tick();
            }
        }
    }

    /// What is paid and not on its way back is what live pledges cost; they have what they need.
    fn check(&mut self) {
        let campaign = self.stage.campaign();
        let sum = |query: &str| -> i64 {
            self.stage
                .db
                .query_row(query, [], |row| row.get(0))
                .unwrap()
        };
        let escrow = sum(
            "SELECT coalesce(sum(amount_won - back_won), 0) FROM pledge_orders
              WHERE state = 'paid'",
        );
        let live = sum("SELECT coalesce(sum(tickets * price_won), 0) FROM pledges
              WHERE state IN ('live', 'placed')");
        assert_eq!(escrow, live, "the escrow is the live pledges");
        let refunds = sum("SELECT coalesce(sum(amount_won), 0) FROM pledge_refunds");
        let back = sum("SELECT coalesce(sum(back_won), 0) FROM pledge_orders");
        assert_eq!(refunds, back);
        let tickets =
            sum("SELECT coalesce(sum(tickets), 0) FROM pledges WHERE state IN ('live', 'placed')");
        let ended = campaign.state.phase() > domain::campaign::Phase::Settled;
        assert!(ended || tickets == i64::from(campaign.paid_tickets));
        let claims = sum("SELECT coalesce(sum(tickets), 0) FROM pledges WHERE state = 'live'");
        let paying =
            sum("SELECT coalesce(sum(tickets), 0) FROM pledge_orders WHERE state = 'paying'");
        let kept = sum("SELECT coalesce(sum(seats), 0) FROM kept_claims");
        assert_eq!(
            kept,
            claims + paying,
            "every claim is kept a seat, and nothing else"
        );
        let screening = self.stage.screening().screening;
        let left = self
            .stage
            .act(|tx, here| seats::unclaimed(tx, here, screening));
        assert!(left.unwrap() >= 0, "S6: there is a seat for every claim");
        let conflicts = seats::sqlite::conflicts::all(&self.stage.db).unwrap();
        assert_eq!(conflicts, []);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// S6, C4, C5, C7 and I5 for any history of one campaign.
    #[test]
    fn money_seats_and_pledges_agree_whatever_people_do(steps in steps()) {
        let mut world = World { stage: Stage::open(), orders: Vec::new(), kiosk_tickets: 0 };
        for step in steps {
            world.step(step);
            world.check();
        }
    }
}
