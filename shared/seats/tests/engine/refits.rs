//! A seat map that changes while seats are sold: nobody loses one, and no version is used
//! twice.

use domain::id::{NodeId, SeatId};
use domain::seat_map::change::Change;
use domain::seating::{HOLD_MS, SeatState};
use domain::time::Timestamp;
use domain::version::Version;
use seats::{OwnError, OwnRefused};

use super::node::{Node, SCREENING, pair};

fn ids(seats: &[u32]) -> Vec<SeatId> {
    seats.iter().copied().map(SeatId).collect()
}

fn refit(hub: &mut Node, removed: &[u32], added: &[u32]) -> Result<(), OwnRefused> {
    let change = Change {
        kept: Vec::new(),
        added: ids(added),
        removed: ids(removed),
    };
    match hub.act(|tx, here| seats::refit(tx, here, SCREENING, &change)) {
        Ok(()) => Ok(()),
        Err(OwnError::Refused(refused)) => Err(refused),
        Err(OwnError::Store(fault)) => panic!("{fault}"),
    }
}

#[test]
fn seats_that_go_are_blocked_for_good_and_seats_that_come_are_the_hubs() {
    let (mut hub, mut kiosk) = pair();
    refit(&mut hub, &[0, 1], &[20]).unwrap();
    assert_eq!(hub.seat(0).state, SeatState::Blocked);
    let new = hub.seat(20);
    let fresh = (NodeId::hub(), Version::FIRST, SeatState::Free);
    assert_eq!((new.owner, new.version, new.state), fresh);
    // The kiosk hears of all of it.
    let batch = hub.batch(&kiosk.node, 0);
    kiosk.apply(&NodeId::hub(), &batch);
    assert_eq!(kiosk.seat(1).state, SeatState::Blocked);
    assert_eq!(kiosk.seat(20), hub.seat(20));
    // A blocked seat is granted to nobody.
    let to = kiosk.node.clone();
    let granted = hub.act(|tx, here| seats::grant(tx, here, (SCREENING, &to), &ids(&[0])));
    assert!(granted.is_err());
}

#[test]
fn a_seat_that_somebody_has_stays_and_so_does_everything_else() {
    let (mut hub, _) = pair();
    let hold = hub.hold(&[0, 1]).unwrap();
    assert_eq!(
        refit(&mut hub, &[5, 0], &[20]),
        Err(OwnRefused::Taken(SeatId(0)))
    );
    hub.book(hold).unwrap();
    hub.now = Timestamp(HOLD_MS);
    assert_eq!(
        refit(&mut hub, &[5, 1], &[20]),
        Err(OwnRefused::Taken(SeatId(1)))
    );
    assert_eq!(
        refit(&mut hub, &[5, 6], &[20]),
        Err(OwnRefused::NotOurs(SeatId(6)))
    );
    assert_eq!(hub.seat(5).state, SeatState::Free);
    let added = seats::sqlite::seats::find(&hub.db, SCREENING, SeatId(20)).unwrap();
    assert_eq!(added, None);
}

#[test]
fn a_hold_that_has_run_out_keeps_no_seat_in_the_map() {
    let (mut hub, _) = pair();
    let late = hub.hold(&[0, 1]).unwrap();
    hub.now = Timestamp(HOLD_MS);
    refit(&mut hub, &[0], &[]).unwrap();
    assert_eq!(hub.book(late), None);
}

#[test]
fn a_seat_that_comes_back_is_above_everything_that_was_told_of_it() {
    let (mut hub, mut kiosk) = pair();
    refit(&mut hub, &[0], &[]).unwrap();
    let gone = hub.seat(0).version;
    let batch = hub.batch(&kiosk.node, 0);
    kiosk.apply(&NodeId::hub(), &batch);
    refit(&mut hub, &[1], &[0]).unwrap();
    assert!(hub.seat(0).version > gone);
    let batch = hub.batch(&kiosk.node, batch.last);
    kiosk.apply(&NodeId::hub(), &batch);
    assert_eq!(kiosk.seat(0).state, SeatState::Free);
    hub.hold(&[0]).unwrap();
}

#[test]
fn a_ticket_that_is_ahead_of_its_seat_is_not_lost_either() {
    let (mut hub, mut kiosk) = pair();
    let hold = kiosk.hold(&[6]).unwrap();
    kiosk.book(hold).unwrap();
    let mut batch = kiosk.batch(&NodeId::hub(), 0);
    batch.rows.retain(|row| row.kind == "booking");
    let sender = kiosk.node.clone();
    hub.apply(&sender, &batch);
    // The hub has taken the seat back meanwhile, and it looks free.
    hub.act(|tx, here| seats::take_back(tx, here, &sender))
        .unwrap();
    let refused = refit(&mut hub, &[6], &[]);
    assert_eq!(refused, Err(OwnRefused::Taken(SeatId(6))));
}
