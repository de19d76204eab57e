//! Seats in doubt after a recovery, and after another one before anybody has looked.

use domain::id::SeatId;
use domain::seating::SeatState;
use seats::sqlite::recovery;
use store::StoreError;

use super::node::{Node, SCREENING, pair};

fn recovers(kiosk: &mut Node) -> usize {
    kiosk
        .act(|tx, here| {
            seats::close_all(tx)?;
            seats::finish_recovery(tx, here)
        })
        .unwrap();
    recovery::doubts(&kiosk.db).unwrap().len()
}

#[test]
fn what_was_in_doubt_in_a_copy_that_is_gone_is_in_doubt_again() {
    let (_hub, mut kiosk) = pair();
    let hold = kiosk.hold(&[6, 7]).unwrap();
    let booking = kiosk.book(hold).unwrap();
    let doubted = recovers(&mut kiosk);
    assert!(doubted > 0);
    assert_eq!(kiosk.seat(8).state, SeatState::Blocked);
    // The list went with the disk; the blocked seats came back from the hub.
    kiosk
        .act(|tx, _| {
            tx.execute("DELETE FROM doubts", [])?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(recovers(&mut kiosk), doubted);
    let free = kiosk.act(|tx, here| seats::settle_doubts(tx, here, SCREENING, &[SeatId(8)]));
    assert_eq!(free.unwrap(), doubted - 1);
    assert_eq!(kiosk.seat(8).state, SeatState::Blocked);
    assert_eq!(kiosk.seat(6).state, SeatState::Booked { booking });
}
