//! Model check of the ownership of seats: the protocol by which the hub and two kiosks pass
//! seats to each other, in every state that crashes, a bad network and a fence can lead to.
//!
//! The simulation runs the real programs along many paths; this runs a model of their rules
//! along all paths. `Broken` breaks each rule once, and the checker has to find it.
#![expect(clippy::print_stdout, reason = "the counts are part of the result")]

#[path = "ownership_model/properties.rs"]
mod properties;
#[path = "ownership_model/protocol.rs"]
mod protocol;
#[path = "ownership_model/world.rs"]
mod world;

use std::collections::BTreeSet;

use properties::{
    ACCOUNTED_FOR, FENCED_ONLY, NO_FALSE_ALARM, NOT_FOR_NOBODY, ONE_OWNER, SAME_ROWS, SOLD_ONCE,
};
use protocol::{Broken, Node};
use stateright::{Checker, HasDiscoveries, Model};
use world::{Buyers, Operator, Ownership};

/// As many as the machine of the tests has.
const THREADS: usize = 2;

/// Two seats that may be granted to and fro.
fn two_seats() -> Ownership {
    Ownership {
        seats: vec![(Node::Kiosk1, 2), (Node::Hub, 2)],
        buyers: Buyers::Keep,
        operator: Operator::Sleeps,
        broken: Broken::Nothing,
    }
}

/// One seat that is sold, cancelled, granted and sold again elsewhere.
fn with_cancels() -> Ownership {
    Ownership {
        seats: vec![(Node::Kiosk1, 2)],
        buyers: Buyers::MayCancel,
        ..two_seats()
    }
}

/// Two seats of a kiosk that is fenced while it is alive.
fn with_fence() -> Ownership {
    Ownership {
        seats: vec![(Node::Kiosk1, 0), (Node::Kiosk1, 0)],
        operator: Operator::FencesKiosk1,
        ..two_seats()
    }
}

/// A seat that is granted before and after a fence of its kiosk, and one of the other kiosk.
fn with_fence_and_grants() -> Ownership {
    Ownership {
        seats: vec![(Node::Kiosk1, 2), (Node::Kiosk2, 0)],
        ..with_fence()
    }
}

/// One seat that is fenced, and sales that are cancelled on either side.
fn with_fence_and_cancels() -> Ownership {
    Ownership {
        seats: vec![(Node::Kiosk1, 1)],
        buyers: Buyers::MayCancel,
        ..with_fence()
    }
}

/// Explores everything. Fewer states than `states_min` mean that the model has lost something.
#[track_caller]
fn holds(model: Ownership, states_min: usize) {
    let said = format!("{model:?}");
    let checker = model.checker().threads(THREADS).spawn_bfs().join();
    let states = checker.unique_state_count();
    println!("{states} states, depth {}: {said}", checker.max_depth());
    checker.assert_properties();
    assert!(states >= states_min, "{states} states");
}

/// Breaks a rule, and the checker has to find a state in which `property` does not hold. One
/// thread, so that it finds the same one each time.
#[track_caller]
fn is_found(model: Ownership, broken: Broken, property: &'static str) {
    let model = Ownership { broken, ..model };
    let found = HasDiscoveries::AllOf(BTreeSet::from([property]));
    let checker = model.checker().finish_when(found).spawn_bfs().join();
    let way = checker.assert_any_discovery(property);
    println!(
        "{broken:?}: not \"{property}\" after {:?}, {} states",
        way.into_actions(),
        checker.unique_state_count()
    );
}

#[test]
fn no_seat_is_sold_twice_however_grants_and_crashes_fall() {
    holds(two_seats(), 100_000);
}

#[test]
fn a_cancelled_seat_is_sold_again_and_never_twice() {
    holds(with_cancels(), 200_000);
}

#[test]
fn what_a_fenced_kiosk_sells_meanwhile_is_kept_or_becomes_a_conflict() {
    holds(with_fence(), 300_000);
}

#[test]
fn a_fence_holds_among_many_grants() {
    holds(with_fence_and_grants(), 200_000);
}

#[test]
fn a_fence_holds_when_sales_are_cancelled() {
    holds(with_fence_and_cancels(), 900_000);
}

#[test]
fn a_grant_without_its_epoch_is_found() {
    is_found(two_seats(), Broken::ForgetsEpoch, SAME_ROWS);
}

#[test]
fn a_grant_that_is_sent_before_it_is_durable_is_found() {
    is_found(two_seats(), Broken::SendsTooEarly, ONE_OWNER);
    is_found(two_seats(), Broken::SendsTooEarly, SOLD_ONCE);
}

#[test]
fn taking_an_older_row_is_found() {
    is_found(two_seats(), Broken::TakesLower, ONE_OWNER);
    is_found(two_seats(), Broken::TakesLower, SOLD_ONCE);
}

#[test]
fn selling_after_a_grant_is_found() {
    is_found(two_seats(), Broken::SellsAfterGrant, SOLD_ONCE);
}

#[test]
fn believing_a_fenced_kiosk_is_found() {
    is_found(with_fence_and_grants(), Broken::TrustsFenced, ONE_OWNER);
    is_found(with_fence_and_grants(), Broken::TrustsFenced, FENCED_ONLY);
}

#[test]
fn a_fence_that_is_no_higher_than_a_grant_is_found() {
    is_found(with_fence_and_grants(), Broken::FencesLow, SAME_ROWS);
}

#[test]
fn not_looking_at_what_a_fenced_kiosk_sold_is_found() {
    is_found(with_fence(), Broken::IgnoresFencedSales, ACCOUNTED_FOR);
}

#[test]
fn keeping_a_seat_for_a_cancelled_booking_is_found() {
    let model = with_fence_and_cancels();
    is_found(model, Broken::KeepsForNobody, NOT_FOR_NOBODY);
}

#[test]
fn a_conflict_that_is_none_is_found() {
    is_found(with_cancels(), Broken::ExaminesTooEarly, NO_FALSE_ALARM);
}
