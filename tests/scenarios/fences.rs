//! Kiosks that the operator has given up, and that come back all the same.

use domain::id::NodeId;
use domain::mutant::Mutant;
use domain::seating::SeatState;

use crate::evening::{Evening, HUB, KIOSKS};
use crate::proof::holds;

/// k1 has sold B3, and the hub knows. The line is cut. While the operator fences k1, the
/// customer gives the ticket back there.
///
/// When k1 came back, its booking was cancelled, but the seat was the hub's by then: what k1
/// says of it no longer counts. So B3 stayed booked by a booking that nobody has, for ever.
///
/// Now a cancelled booking that its seat does not know of makes the seat suspect, too, and the
/// hub frees its own seat when nobody has it.
#[test]
fn a_cancellation_that_crosses_a_fence_frees_the_seat() {
    holds(|| {
        let mut evening = Evening::begins();
        let booking = evening.sells("k1", "B3");
        evening.meet("k1");
        evening.cut("k1");
        evening.fences("k1");
        evening.cancels("k1", booking);

        evening.all_meet();
        evening.must_agree();
        let seat = evening.seat(HUB, "B3");
        assert_eq!((seat.owner, seat.state), (NodeId::hub(), SeatState::Free));
        assert_eq!(evening.conflicts(HUB), vec![]);
        evening.sells(HUB, "B3");
    })
    .but_breaks(Mutant::IgnoreFencedSales, "is kept for nobody");
}

/// k1 is cut off and sells B3. The operator fences it, and nobody has bought B3 on the web
/// meanwhile.
///
/// The customer has a ticket in hand: when k1 comes back the hub gives them their seat, and
/// nothing lies on the operator's list.
#[test]
fn what_a_fenced_kiosk_sold_stays_sold_if_its_seat_is_free() {
    holds(|| {
        let mut evening = Evening::begins();
        evening.cut("k1");
        let booking = evening.sells("k1", "B3");
        evening.fences("k1");

        evening.all_meet();
        evening.must_agree();
        assert_eq!(evening.seat(HUB, "B3").state, SeatState::Booked { booking });
        assert_eq!(evening.conflicts(HUB), vec![]);
    })
    .but_breaks(Mutant::IgnoreFencedSales, "a booking has lost its seat");
}

/// The same, but B3 was sold on the web before k1 came back. Two customers have a ticket for
/// one seat: that is for the operator to decide, and never silent.
#[test]
fn what_a_fenced_kiosk_sold_is_a_conflict_if_its_seat_is_gone() {
    holds(|| {
        let mut evening = Evening::begins();
        evening.cut("k1");
        let theirs = evening.sells("k1", "B3");
        evening.fences("k1");
        let ours = evening.sells(HUB, "B3");

        evening.all_meet();
        evening.must_agree();
        let known = [theirs, ours].map(|booking| evening.is_live(HUB, booking));
        assert_eq!(known, [true, true], "both customers are known");
        assert!(evening.is_known_as_sold_twice("B3"), "the operator knows");
    })
    .but_breaks(Mutant::IgnoreFencedSales, "a booking has lost its seat");
}

/// The hub sells A1 on the web, and k1 mirrors the booking. Then the hub's disk burns down; the
/// copy is from before. The restored hub waits for the word of both kiosks. k1 is somewhere
/// without a line, so the operator fences it.
///
/// That was taken for k1's word. When k1 came after all and told what the hub itself had
/// written before the loss, it was not believed, and the web customer's booking was gone.
///
/// Now a fence ends only the waiting. What the node has told before is still believed when it
/// comes.
#[test]
fn a_restored_hub_still_believes_what_a_fenced_kiosk_was_told_before() {
    holds(|| {
        let mut evening = Evening::begins();
        let copy = evening.copy(HUB);
        let booking = evening.sells(HUB, "A1");
        evening.meet("k1");
        evening.comes_back(HUB, &copy);
        evening.fences("k1");
        evening.meet("k2");
        assert!(evening.hub_sells(), "the hub waits for nobody any more");

        evening.all_meet();
        assert!(evening.is_live(HUB, booking), "the web booking is lost");
        assert_eq!(evening.seat(HUB, "A1").state, SeatState::Booked { booking });
        assert_eq!(evening.conflicts(HUB), vec![]);
        evening.must_agree();
    })
    .but_breaks(Mutant::RefuseOwnRowsBack, "the web booking is lost");
}

/// The hub's disk burns down. After the copy was made, k1 gave B3 to k2. Before k2 has said so
/// to the restored hub, the operator fences k1.
///
/// The hub took back everything that the copy says is k1's, B3 with it, and far above k2's
/// version. So the hub and k2 both owned B3, and each could sell it, though nobody had fenced
/// k2 (seed 943).
///
/// Now the seats of a fenced kiosk come back when the others have been heard.
#[test]
fn a_fence_on_a_restored_hub_waits_for_those_who_are_not_fenced() {
    holds(|| {
        let mut evening = Evening::begins();
        let copy = evening.copy(HUB);
        evening.grants("B3", ("k1", "k2"));
        evening.all_meet();
        evening.comes_back(HUB, &copy);
        evening.fences("k1");
        let known = evening.seat(HUB, "B3").owner;
        assert_ne!(known, NodeId::hub(), "the hub owns it, too");
        let booking = evening.sells("k2", "B3");

        evening.all_meet();
        evening.must_agree();
        assert_eq!(evening.seat(HUB, "B3").state, SeatState::Booked { booking });
        let k2: NodeId = "k2".parse().unwrap();
        assert_eq!(evening.seat(HUB, "B3").owner, k2);
        let rest = evening.seat(HUB, "B1").owner;
        assert_eq!(rest, NodeId::hub(), "what k1 still had has come back");
    });
}

/// The hub gives A1 to k1, and is restored from a copy from before. k1 has no line, the operator
/// fences it, and the hub goes on with A1 as its own. Then k1 comes, and reads of the fence before
/// it has told of A1.
///
/// When it has, A1 comes back to the hub like what else k1 had: nobody owns it beside the hub.
/// (The simulation thought that k1 had heard of its fence by then: seed 13984.)
#[test]
fn a_fence_also_takes_back_what_a_restored_hub_had_forgotten_to_have_given() {
    holds(|| {
        let mut evening = Evening::begins();
        let copy = evening.copy(HUB);
        evening.grants("A1", (HUB, "k1"));
        evening.meet("k1");
        evening.comes_back(HUB, &copy);
        evening.fences("k1");
        evening.meet("k2");
        assert!(evening.hub_sells(), "the hub waits for nobody any more");
        let booking = evening.sells("k1", "A1");

        evening.all_meet();
        evening.must_agree();
        assert!(evening.owns(HUB, "A1"));
        assert_eq!(evening.seat(HUB, "A1").state, SeatState::Booked { booking });
    })
    .but_breaks(
        Mutant::RefuseOwnRowsBack,
        "k1 and the hub do not have the same rows",
    );
}

/// The hub is restored, and the operator fences k1 and then k2: the hub waits for nobody any more.
///
/// It took back what k2 had, and what k1 had only if somebody else came to report, which nobody
/// did. Now it takes back both.
#[test]
fn a_hub_whose_last_kiosk_is_fenced_takes_back_what_all_of_them_had() {
    holds(|| {
        let mut evening = Evening::begins();
        let copy = evening.copy(HUB);
        evening.comes_back(HUB, &copy);
        for kiosk in KIOSKS {
            evening.fences(kiosk);
        }
        assert!(evening.owns(HUB, "B3") && evening.owns(HUB, "C3"));
    });
}
