//! The engine against a real database in memory: rules, and laws over random histories.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod claims;
mod doubts;
mod laws;
mod node;
mod refits;
mod remedies;

use domain::id::{NodeId, SeatId};
use domain::seating::{HOLD_MS, HOLD_TOTAL_MS, HoldRefused, SeatRefusal, SeatState};
use domain::time::Timestamp;

use node::{SCREENING, pair};

#[test]
fn a_party_sits_together_or_not_at_all() {
    let (mut hub, _) = pair();
    hub.hold(&[0]).unwrap();
    let refused = hub.hold(&[0, 1, 7, 99]).unwrap_err();
    let expected = vec![
        (SeatId(0), SeatRefusal::Taken),
        (SeatId(7), SeatRefusal::Elsewhere),
        (SeatId(99), SeatRefusal::Unknown),
    ];
    assert_eq!(refused, HoldRefused::Seats(expected));
    assert_eq!(hub.seat(1).state, SeatState::Free);
}

#[test]
fn an_expired_hold_is_taken_over_and_cannot_come_back() {
    let (mut hub, _) = pair();
    let late = hub.hold(&[0, 1]).unwrap();
    hub.now = Timestamp(HOLD_MS);
    let next = hub.hold(&[1]).unwrap();
    // The clock jumps back: the first hold would look alive, but a seat is gone.
    hub.now = Timestamp(HOLD_MS - 1);
    assert_eq!(hub.book(late), None);
    assert!(hub.book(next).is_some());
}

#[test]
fn a_hold_is_not_refreshed_for_ever() {
    let (mut hub, _) = pair();
    let hold = hub.hold(&[0]).unwrap();
    for minute in 1..14 {
        hub.now = Timestamp(minute * 60_000);
        hub.act(|tx, here| seats::refresh(tx, here, hold)).unwrap();
    }
    hub.now = Timestamp(HOLD_TOTAL_MS);
    assert!(hub.act(|tx, here| seats::refresh(tx, here, hold)).is_err());
    hub.hold(&[0]).unwrap();
}

#[test]
fn a_single_seat_is_not_stranded_while_the_house_is_empty() {
    let (mut hub, _) = pair();
    hub.hold(&[0]).unwrap();
    assert_eq!(hub.hold(&[2]), Err(HoldRefused::StrandsSingle(SeatId(1))));
    hub.hold(&[1]).unwrap();
}

#[test]
fn booking_twice_is_booking_once() {
    let (mut hub, _) = pair();
    let hold = hub.hold(&[0, 1]).unwrap();
    let first = hub.book(hold).unwrap();
    assert_eq!(hub.book(hold), Some(first));
    assert_eq!(hub.seat(0).state, SeatState::Booked { booking: first });
}

#[test]
fn the_database_itself_refuses_a_second_live_ticket() {
    let (mut hub, _) = pair();
    let hold = hub.hold(&[0]).unwrap();
    hub.book(hold).unwrap();
    let copied = hub.db.execute(
        "INSERT INTO tickets SELECT booking_id, randomblob(16), screening_id, seat_id, price_won,
                live, ours FROM tickets",
        [],
    );
    assert!(copied.unwrap_err().to_string().contains("UNIQUE"));
}

#[test]
fn a_granted_seat_is_never_in_two_hands() {
    let (mut hub, mut kiosk) = pair();
    let to = kiosk.node.clone();
    hub.act(|tx, here| seats::grant(tx, here, (SCREENING, &to), &[SeatId(0)]))
        .unwrap();
    // Sent, but not arrived: nobody can sell it.
    let elsewhere = HoldRefused::Seats(vec![(SeatId(0), SeatRefusal::Elsewhere)]);
    assert_eq!(hub.hold(&[0]), Err(elsewhere.clone()));
    assert_eq!(kiosk.hold(&[0]), Err(elsewhere));
    let batch = hub.batch(&kiosk.node, 0);
    kiosk.apply(&NodeId::hub(), &batch);
    kiosk.hold(&[0]).unwrap();
}

#[test]
fn what_a_node_says_back_of_the_hubs_own_is_known_and_no_conflict() {
    let (mut hub, mut kiosk) = pair();
    let hold = hub.hold(&[0, 1]).unwrap();
    hub.book(hold).unwrap();
    let batch = hub.batch(&kiosk.node, 0);
    kiosk.apply(&NodeId::hub(), &batch);
    hub.apply(&kiosk.node, &batch);
    assert_eq!(seats::sqlite::conflicts::all(&hub.db).unwrap(), []);
}

#[test]
fn a_row_that_its_sender_may_not_write_becomes_a_conflict_and_the_rest_goes_on() {
    let (mut hub, mut kiosk) = pair();
    let hold = kiosk.hold(&[6, 7]).unwrap();
    kiosk.book(hold).unwrap();
    let mut batch = kiosk.batch(&NodeId::hub(), 0);
    // The kiosk claims a seat of the hub's.
    let forged = batch.rows[0].clone();
    let body = forged.body.get().replace("\"seat\":6", "\"seat\":0");
    batch.rows.insert(
        0,
        protocol::row::Envelope {
            key: "1/0".to_owned(),
            version: (9, 9),
            body: serde_json::value::RawValue::from_string(body).unwrap(),
            ..forged
        },
    );
    batch.rows.insert(
        0,
        protocol::row::Envelope {
            kind: "popcorn".to_owned(),
            ..batch.rows[1].clone()
        },
    );
    let sender = kiosk.node.clone();
    hub.apply(&sender, &batch);
    assert_eq!(hub.seat(0).owner, NodeId::hub());
    assert_eq!(hub.seat(6).state, kiosk.seat(6).state);
    assert_eq!(seats::sqlite::conflicts::all(&hub.db).unwrap().len(), 2);
}
