//! What the hub makes of rows in the middle of a feed, and of rows that nobody may send.

use domain::conflict::Conflict;
use domain::id::NodeId;
use domain::mutant::Mutant;
use domain::seating::SeatState;

use crate::evening::{Evening, HUB};
use crate::proof::holds;

/// k1 is cut off. Staff move the guest of B3 to B4, B3 is sold to somebody else, and the first
/// guest moves once more, to B5. A feed gives only a row's last state, at its last place: so the
/// hub learns first that B3 was sold again, and only later that the first guest has left it.
///
/// In between k2 told that it had nothing new. That was taken as the occasion to look at every
/// seat that seemed to be wrong, and B3 was put on the operator's list as sold twice.
///
/// Now a suspicion belongs to the sender whose feed gave rise to it, and is looked at when
/// that feed has been read to its head.
#[test]
fn a_suspicion_waits_for_the_end_of_the_feed_that_it_came_from() {
    holds(|| {
        let mut evening = Evening::begins();
        let first = evening.sells("k1", "B3");
        evening.meet("k1");
        evening.cut("k1");
        evening.reseats("k1", first, ("B3", "B4"));
        let second = evening.sells("k1", "B3");
        evening.reseats("k1", first, ("B4", "B5"));

        evening.sends_at_once(1);
        evening.meet_until("k1", |evening| evening.is_live(HUB, second));
        let moved = evening.booking(HUB, first).unwrap();
        assert_eq!(moved.tickets[0].seat, evening.id_of("B3"), "it comes later");
        evening.meet("k2");
        assert_eq!(evening.conflicts(HUB), vec![], "half a feed is no finding");

        evening.all_meet();
        evening.must_agree();
        assert_eq!(evening.conflicts(HUB), vec![]);
    });
}

/// A program at k1 has a fault, or somebody has changed it: it says that the hub has granted it
/// A1, which is not so. In the same batch it tells of an honest sale.
///
/// The hub keeps its seat, puts the claim on the operator's list, and goes on: a row that it
/// will never take must not stop everything behind it.
#[test]
fn a_claim_to_a_seat_of_the_hubs_is_refused_and_the_rest_goes_on() {
    holds(|| {
        let mut evening = Evening::begins();
        let honest = evening.sells("k1", "B3");
        evening.forges("k1", "A1");
        evening.all_meet();

        let seat = evening.seat(HUB, "A1");
        assert_eq!(seat.owner, NodeId::hub(), "the hub has lost its seat");
        assert!(evening.is_live(HUB, honest), "what stands behind is lost");
        let claim = Conflict::NotTheOwner {
            screening: evening.screening.screening,
            seat: seat.seat,
            owner: NodeId::hub(),
            sender: "k1".parse().unwrap(),
        };
        assert_eq!(evening.conflicts(HUB), vec![claim]);
        evening.must_agree();
    })
    .but_breaks(Mutant::TrustAnyone, "the hub has lost its seat")
    .but_breaks(Mutant::StopAtPoison, "what stands behind is lost");
}

/// The hub grants A1 to k1, and k1 sells it. That is no claim: a grant is the owner's last act,
/// with an epoch of its own, and from then on k1's word counts.
#[test]
fn a_granted_seat_is_the_new_owners_to_sell() {
    holds(|| {
        let mut evening = Evening::begins();
        evening.grants("A1", (HUB, "k1"));
        evening.meet("k1");
        let booking = evening.sells("k1", "A1");
        evening.all_meet();
        assert_eq!(evening.conflicts(HUB), vec![]);
        assert_eq!(evening.seat(HUB, "A1").state, SeatState::Booked { booking });
        evening.must_agree();
    });
}
