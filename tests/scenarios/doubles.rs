//! Seats that were sold twice: each of the two bookings may have its writer at one node and its
//! seat at another.

use domain::id::{BookingId, NodeId};
use domain::mutant::Mutant;
use domain::seating::SeatState;

use crate::evening::{Evening, HUB};
use crate::proof::holds;

/// The hub has given A1 to k1 and was rolled back without a word; both sell it. k1's customer gives
/// the ticket back, so k1 has left its seat to the hub's booking.
fn left_to_the_hubs_booking() -> (Evening, BookingId) {
    let mut evening = Evening::begins();
    evening.all_meet();
    let copy = evening.copy(HUB);
    evening.grants("A1", (HUB, "k1"));
    evening.meet("k1");
    let ours = evening.sells("k1", "A1");
    evening.comes_back_silently(HUB, &copy);
    let theirs = evening.sells(HUB, "A1");
    evening.all_meet();
    assert!(evening.is_known_as_sold_twice("A1"), "the operator knows");
    assert!(evening.owns("k1", "A1"), "k1 was given it first");

    evening.cancels("k1", ours);
    evening.all_meet();
    let sold = SeatState::Booked { booking: theirs };
    assert_eq!(evening.seat("k1", "A1").state, sold);
    (evening, theirs)
}

/// A1 is k1's, and the hub has sold it, too. The ticket of k1 is given back, then that of the hub.
///
/// The hub may not free a seat of k1's, and k1 looked at its seats only when a booking of its own
/// ended. So A1 stayed booked by a booking that nobody has, for ever (seeds 12881 and 19988).
///
/// Now whoever owns a seat frees it when it hears that the booking is gone that it was left to.
#[test]
fn a_seat_that_was_left_to_the_hubs_booking_is_free_when_that_is_gone() {
    holds(|| {
        let (mut evening, theirs) = left_to_the_hubs_booking();
        evening.cancels(HUB, theirs);
        evening.all_meet();
        evening.must_agree();
        assert_eq!(evening.seat(HUB, "A1").state, SeatState::Free);
        evening.sells("k1", "A1");
    })
    .but_breaks(Mutant::KeepForGone, "is kept for nobody");
}

/// k1 is fenced while it is cut off; the hub gives B3 to k2, which sells it. Then k1 comes with a
/// ticket for it, too. k2's is given back, and then k1's.
///
/// The same between two kiosks: k2 had left its seat to k1's booking, and kept it for that
/// (seed 31951).
#[test]
fn a_seat_that_was_left_to_another_kiosks_booking_is_free_when_that_is_gone() {
    holds(|| {
        let mut evening = Evening::begins();
        evening.cut("k1");
        let theirs = evening.sells("k1", "B3");
        evening.fences("k1");
        evening.grants("B3", (HUB, "k2"));
        evening.meet("k2");
        let ours = evening.sells("k2", "B3");
        evening.all_meet();
        assert!(evening.is_known_as_sold_twice("B3"), "the operator knows");

        evening.cancels("k2", ours);
        evening.all_meet();
        evening.cancels("k1", theirs);
        evening.all_meet();
        evening.must_agree();
        assert_eq!(evening.seat(HUB, "B3").state, SeatState::Free);
    })
    .but_breaks(Mutant::KeepForGone, "is kept for nobody");
}

/// The same as with the hub's booking, but the operator puts it on another seat. A booking that
/// lives and has no ticket for A1 any more kept it as one that was cancelled did.
#[test]
fn a_seat_that_was_left_to_a_booking_is_free_when_that_is_put_elsewhere() {
    holds(|| {
        let (mut evening, theirs) = left_to_the_hubs_booking();
        evening.reseats(HUB, theirs, ("A1", "A2"));
        evening.all_meet();
        evening.must_agree();
        let state = evening.seat(HUB, "A1").state;
        assert_eq!(state, SeatState::Free, "A1 is kept for nobody");
    })
    .but_breaks(Mutant::KeepForGone, "is kept for nobody");
}

/// The hub's booking ends while k1 is cut off, and k1 is fenced before it has heard of that. The
/// hub takes A1 back without the booking that is gone.
#[test]
fn a_fence_takes_no_seat_back_for_a_booking_that_is_gone() {
    holds(|| {
        let (mut evening, theirs) = left_to_the_hubs_booking();
        evening.cut("k1");
        evening.cancels(HUB, theirs);
        evening.fences("k1");
        let seat = evening.seat(HUB, "A1");
        let free = (NodeId::hub(), SeatState::Free);
        assert_eq!((seat.owner, seat.state), free, "A1 is kept for nobody");
        evening.all_meet();
        evening.must_agree();
    })
    .but_breaks(Mutant::KeepForGone, "is kept for nobody");
}

/// k1 has left A1 to the hub's booking, and recovers. Its own bookings say nothing of A1, so it was
/// in doubt, and for sale when staff had found nothing on their paper: the seat that was sold twice
/// was sold a third time.
///
/// Now a booking that lives keeps its seat, whoever made it.
#[test]
fn a_seat_that_was_left_to_the_hubs_booking_is_not_in_doubt() {
    holds(|| {
        let (mut evening, theirs) = left_to_the_hubs_booking();
        evening.is_told_to_recover("k1");
        evening.all_meet();
        evening.staff_look("k1", &[]);
        evening.all_meet();
        let sold = SeatState::Booked { booking: theirs };
        assert_eq!(evening.seat(HUB, "A1").state, sold, "A1 is for sale");
        evening.must_agree();
    });
}
