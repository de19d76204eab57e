//! What an operator decides about a booking, and what the seats are like afterwards.

use domain::conflict::{Conflict, Decision, Outcome, Remedy};
use domain::id::{BookingId, NodeId, SeatId};
use domain::seating::SeatState;
use domain::time::Timestamp;
use protocol::ask::AskRefused;
use seats::sqlite::{bookings, conflicts};
use store::StoreError;

use super::node::{Node, SCREENING, pair};

/// A kiosk that was fenced has told what it sold meanwhile: seat 7, which the hub has sold as
/// well; says both bookings.
fn doubled() -> (Node, Node, BookingId, BookingId) {
    let (mut hub, mut kiosk) = pair();
    let hold = kiosk.hold(&[6, 7]).unwrap();
    let theirs = kiosk.book(hold).unwrap();
    let fenced = kiosk.node.clone();
    hub.act(|tx, here| seats::take_back(tx, here, &fenced))
        .unwrap();
    let hold = hub.hold(&[7, 8]).unwrap();
    let ours = hub.book(hold).unwrap();
    let batch = kiosk.batch(&NodeId::hub(), 0);
    hub.apply(&fenced, &batch);
    (hub, kiosk, ours, theirs)
}

fn live(node: &Node, seat: u32) -> Vec<BookingId> {
    bookings::live_on_seat(&node.db, SCREENING, SeatId(seat)).unwrap()
}

#[test]
fn only_who_writes_a_booking_reseats_it_and_the_hub_after_taking_it_over() {
    let (mut hub, mut kiosk, ours, theirs) = doubled();
    assert_eq!(live(&hub, 7).len(), 2);
    let moves = [(SeatId(7), SeatId(5))];
    let early = hub.act(|tx, here| seats::reseat(tx, here, theirs, &moves));
    assert_eq!(early.unwrap(), Err(AskRefused::Elsewhere));
    for _ in 0..2 {
        hub.act(|tx, here| seats::take_over(tx, here, theirs))
            .unwrap();
    }
    let moved = hub.act(|tx, here| seats::reseat(tx, here, theirs, &moves));
    assert!(moved.unwrap().is_ok());
    assert_eq!((live(&hub, 7), live(&hub, 5)), (vec![ours], vec![theirs]));
    let sold = SeatState::Booked { booking: theirs };
    assert_eq!((hub.seat(5).state, hub.seat(6).state), (sold, sold));

    // The kiosk learns of it, and cannot change the booking any more.
    let batch = hub.batch(&kiosk.node, 0);
    kiosk.apply(&NodeId::hub(), &batch);
    assert_eq!(live(&kiosk, 5), vec![theirs]);
    let late = kiosk.act(|tx, here| seats::void(tx, here, theirs));
    assert_eq!(late.unwrap(), Err(AskRefused::Elsewhere));
}

#[test]
fn what_a_fenced_kiosk_still_does_to_its_booking_does_not_reach_the_hub() {
    let (mut hub, mut kiosk, ours, theirs) = doubled();
    hub.act(|tx, here| {
        seats::take_over(tx, here, theirs)?;
        seats::void(tx, here, theirs)
    })
    .unwrap()
    .unwrap();
    // It has not heard of that.
    let moves = [(SeatId(7), SeatId(9))];
    let moved = kiosk.act(|tx, here| seats::reseat(tx, here, theirs, &moves));
    assert!(moved.unwrap().is_ok());
    let (batch, sender) = (kiosk.batch(&NodeId::hub(), 0), kiosk.node.clone());
    hub.apply(&sender, &batch);
    assert_eq!((live(&hub, 7), live(&hub, 9)), (vec![ours], Vec::new()));
}

#[test]
fn whoever_is_left_has_the_seat() {
    let (mut hub, _, ours, theirs) = doubled();
    // The hub's own booking ends: its seat would be free, but somebody else wants it.
    let ended = hub.act(|tx, here| seats::void(tx, here, ours));
    assert!(ended.unwrap().is_ok());
    hub.act(|tx, here| seats::look_again(tx, here, (SCREENING, SeatId(7))))
        .unwrap();
    assert_eq!(hub.seat(7).state, SeatState::Booked { booking: theirs });
}

#[test]
fn a_decided_conflict_about_a_seat_is_a_new_one_when_it_is_found_again() {
    let (mut hub, ..) = doubled();
    let found = conflicts::open(&hub.db, 10).unwrap();
    let [open] = found.as_slice() else {
        panic!("{found:?}");
    };
    let (conflict, key) = (open.conflict.clone(), open.conflict.key());
    let refused = Conflict::RowRefused {
        sender: NodeId::hub(),
        row: "seat".to_owned(),
        key: "1/1".to_owned(),
        reason: String::new(),
    };
    let decision = Decision {
        remedy: Remedy::Dismiss,
        by: "operator".to_owned(),
        note: "seen".to_owned(),
        outcome: Outcome::Dismissed,
    };
    hub.act(|tx, here| {
        conflicts::record(tx, &refused, here.now)?;
        for key in [&key, &refused.key()] {
            assert!(conflicts::decide(tx, key, &decision, here.now)?);
            assert!(!conflicts::decide(tx, key, &decision, here.now)?);
        }
        Ok::<_, StoreError>(())
    })
    .unwrap();
    assert_eq!(conflicts::count(&hub.db).unwrap().open, 0);
    hub.now = Timestamp(1);
    hub.act(|tx, here| {
        conflicts::record(tx, &refused, here.now)?;
        conflicts::record(tx, &conflict, here.now)
    })
    .unwrap();
    let open = conflicts::open(&hub.db, 10).unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].conflict.key(), open[0].found_at), (key, hub.now));
}
