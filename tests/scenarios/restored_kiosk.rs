//! Kiosks that come back from an older copy of their disk.

use domain::mutant::Mutant;
use domain::seating::{HoldState, SeatState};

use crate::evening::{Evening, HUB};
use crate::proof::holds;

/// k1 sells B3. The seat's row has reached the hub, and the booking's row has not, when the
/// disk of k1 dies. The copy knows of neither.
///
/// k1 took back its seat, booked by a booking that nobody knew: B3 stayed so for ever, neither
/// sold nor for sale.
///
/// Now such a seat is in doubt like one that looks free. Staff look at the printed journal and
/// say whether it was sold.
#[test]
fn a_sale_of_which_only_the_seat_was_told_leaves_the_seat_in_doubt() {
    holds(|| {
        let mut evening = Evening::begins();
        let copy = evening.copy("k1");
        evening.cut("k1");
        let booking = evening.sells("k1", "B3");
        evening.sends_at_once(1);
        let sold = SeatState::Booked { booking };
        evening.meet_until("k1", |evening| {
            matches!(evening.seat(HUB, "B3").state, SeatState::Booked { .. })
        });
        assert_eq!(evening.seat(HUB, "B3").state, sold);
        assert_eq!(evening.booking(HUB, booking), None, "it comes later");

        evening.comes_back("k1", &copy);
        evening.all_meet();
        evening.must_agree();
        assert_eq!(evening.seat(HUB, "B3").state, SeatState::Blocked);
        evening.staff_look("k1", &["B3"]);
        evening.all_meet();
        assert_eq!(evening.seat(HUB, "B3").state, SeatState::Blocked);
        assert_eq!(evening.seat(HUB, "B4").state, SeatState::Free);
    })
    .but_breaks(Mutant::TrustRestoredSeats, "is kept for nobody");
}

/// A customer gives B3 back. That the booking is cancelled has reached the hub, and that the
/// seat is free has not, when the disk of k1 dies. The copy still knows the booking as sold.
///
/// The booking's row came back cancelled, and the seat's row said that it has the seat: again a
/// seat that is kept for nobody.
#[test]
fn a_cancellation_of_which_only_the_booking_was_told_leaves_the_seat_in_doubt() {
    holds(|| {
        let mut evening = Evening::begins();
        let booking = evening.sells("k1", "B3");
        evening.meet("k1");
        let copy = evening.copy("k1");
        evening.cut("k1");
        evening.cancels("k1", booking);
        evening.sends_at_once(1);
        evening.meet_until("k1", |evening| !evening.is_live(HUB, booking));
        assert_eq!(evening.seat(HUB, "B3").state, SeatState::Booked { booking });

        evening.comes_back("k1", &copy);
        evening.all_meet();
        evening.must_agree();
        let state = evening.seat(HUB, "B3").state;
        assert_eq!(state, SeatState::Blocked, "B3 is not in doubt");
        evening.staff_look("k1", &[]);
        evening.sells("k1", "B3");
        evening.all_meet();
        evening.must_agree();
    })
    .but_breaks(Mutant::TrustRestoredSeats, "B3 is not in doubt");
}

/// k1 has sold B3, and the hub knows, when its disk is rolled back to the time before, and
/// nobody says so. Customers come and take B3 and leave it and take it again. So the seat's row
/// has a higher revision than the one with which it was sold.
///
/// When the hub found the rolled-back disk and k1 took its rows back, the booking came, and the
/// seat's row did not: it looked older. The seat was in doubt, then free, and sold again.
///
/// Now a seat that a live booking has is sold, whatever its own row says.
#[test]
fn a_booking_that_comes_back_has_its_seat_whatever_was_done_to_it_meanwhile() {
    holds(|| {
        let mut evening = Evening::begins();
        let copy = evening.copy("k1");
        let booking = evening.sells("k1", "B3");
        evening.meet("k1");
        evening.comes_back_silently("k1", &copy);
        let hold = evening.holds("k1", "B3");
        evening.releases("k1", hold);
        evening.holds("k1", "B3");
        let (here, there) = (evening.seat(HUB, "B3"), evening.seat("k1", "B3"));
        assert!(here.version < there.version, "it looks older");

        evening.all_meet();
        evening.must_agree();
        let seat = evening.seat(HUB, "B3");
        let sold = SeatState::Booked { booking };
        assert_eq!(seat.state, sold, "the booking has lost its seat");
        evening.staff_look("k1", &[]);
        assert!(evening.tries("k1", "B3").is_err(), "B3 is sold");
    })
    .but_breaks(Mutant::TrustRestoredSeats, "the booking has lost its seat");
}

/// A copy of k1's disk is made while somebody pays for B3. The payment fails, the seat is sold to
/// somebody else, and the disk dies. The restored k1 takes the sale back, and asks the
/// terminal what came of the payment that its copy knows of: nothing was paid.
///
/// The hold had no seats any more, so nothing was done, and it was asked again, for ever.
///
/// Now such a hold is over.
#[test]
fn a_payment_whose_seats_are_gone_is_over_when_it_fails() {
    holds(|| {
        let mut evening = Evening::begins();
        let paying = evening.holds("k1", "B3");
        evening.begins_to_pay("k1", paying);
        let copy = evening.copy("k1");
        evening.is_not_paid("k1", paying);
        evening.releases("k1", paying);
        let booking = evening.sells("k1", "B3");
        evening.meet("k1");

        evening.comes_back("k1", &copy);
        evening.meet("k1");
        assert_eq!(evening.hold_state("k1", paying), HoldState::Paying);
        evening.is_not_paid("k1", paying);
        assert_eq!(evening.hold_state("k1", paying), HoldState::Released);
        evening.all_meet();
        evening.must_agree();
        assert_eq!(evening.seat(HUB, "B3").state, SeatState::Booked { booking });
    });
}

/// k1 has sold B3, and the hub knows, when its disk is rolled back, and nobody says so. A party
/// takes B3 and B4 and puts the card in. Then the hub finds the rolled-back disk. (Simulation,
/// seed 411.)
///
/// The payment failed without its seats, so the hold was over, and B4 stayed kept for it: neither
/// sold nor for sale.
///
/// Now a seat whose hold has lost another one is in doubt like one that looks free.
#[test]
fn a_payment_that_has_lost_one_of_its_seats_keeps_none_of_the_others() {
    holds(|| {
        let mut evening = Evening::begins();
        let copy = evening.copy("k1");
        let booking = evening.sells("k1", "B3");
        evening.meet("k1");
        evening.comes_back_silently("k1", &copy);
        let paying = evening.holds_together("k1", &["B3", "B4"]);
        evening.begins_to_pay("k1", paying);

        evening.all_meet();
        assert_eq!(
            evening.seat("k1", "B3").state,
            SeatState::Booked { booking }
        );
        evening.is_not_paid("k1", paying);
        assert_eq!(evening.hold_state("k1", paying), HoldState::Released);
        evening.staff_look("k1", &[]);
        evening.all_meet();
        evening.must_agree();
        assert_eq!(evening.seat(HUB, "B4").state, SeatState::Free, "B4 is kept");
    });
}
