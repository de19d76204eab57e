//! A hub that comes back from an older copy of its disk.

use domain::mutant::Mutant;
use domain::seating::SeatState;
use protocol::message::{Command, Message};

use crate::evening::{Evening, HUB, KIOSKS};
use crate::proof::holds;

/// The hub's disk burns down, and the copy is a minute old. In that minute A1 was sold on the
/// web, and k1 knows.
///
/// The restored hub sells nothing until both kiosks have told what they know; by then it has
/// its own booking back.
#[test]
fn a_restored_hub_sells_nothing_before_every_kiosk_has_reported() {
    holds(|| {
        let mut evening = Evening::begins();
        let copy = evening.copy(HUB);
        let booking = evening.sells(HUB, "A1");
        evening.meet("k1");
        evening.comes_back(HUB, &copy);
        assert!(!evening.hub_sells(), "the hub sells before it knows");
        evening.meet("k2");
        assert!(!evening.hub_sells());
        evening.meet("k1");
        assert!(evening.hub_sells());
        evening.all_meet();
        evening.must_agree();
        assert_eq!(evening.seat(HUB, "A1").state, SeatState::Booked { booking });
    })
    .but_breaks(Mutant::SellBeforeReports, "the hub sells before it knows");
}

/// A restored hub asks each kiosk for everything, the hub's own rows too. When k1 has told
/// everything, the hub says so with a word that makes k1 say hello again. That word was lost.
///
/// The session lived on: k1 went on to tell the hub the hub's own rows, which are not k1's to
/// write any more. Each seat that was sold on the web came back and lay on the operator's list
/// as a row that was refused.
///
/// Now the hub ends such a session itself, whether its word arrives or not. What k1 says next
/// belongs to no session, and it is told to say hello once more.
#[test]
fn a_session_in_which_everything_was_told_ends_even_if_that_word_is_lost() {
    holds(|| {
        let mut evening = Evening::begins();
        let copy = evening.copy(HUB);
        evening.comes_back(HUB, &copy);
        evening.meet("k2");
        evening.loses(|message| matches!(message, Message::Command(Command::SayHello)));
        evening.meet("k1");
        assert!(evening.hub_sells(), "k1 has told everything");

        evening.sells(HUB, "A1");
        evening.all_meet();
        evening.all_meet();
        assert_eq!(evening.conflicts(HUB), vec![], "the hub hears its own rows");
        evening.must_agree();
    });
}

/// Both kiosks are fenced, so that a restored hub waits for nobody. It has had a bad night and
/// was restored three times within minutes. A copy is made, and the hub comes back from it
/// twice. In the life between, a customer held A1, and k2 heard of it.
///
/// A restored writer counted on from the present time, if that was more than what the copy
/// said, else by a fixed step. After that night the steps were ahead of the time, so both lives
/// began with the same versions. What k2 had heard was above the last life's row, and A1 was
/// held for good by a hold that nobody has (seed 2292).
///
/// Now the present time is the revision of everything that a recovery changes, and a fixed step
/// is left to a clock that is behind.
#[test]
fn a_later_life_is_above_an_earlier_one_however_often_the_hub_was_restored_before() {
    holds(|| {
        let mut evening = Evening::begins();
        for kiosk in KIOSKS {
            evening.fences(kiosk);
        }
        evening.all_meet();
        for _ in 0..3 {
            let copy = evening.copy(HUB);
            evening.comes_back(HUB, &copy);
        }
        let copy = evening.copy(HUB);
        evening.comes_back(HUB, &copy);
        evening.holds(HUB, "A1");
        evening.meet("k2");

        evening.passes(60_000);
        evening.comes_back(HUB, &copy);
        evening.all_meet();
        assert_eq!(evening.seat(HUB, "A1").state, SeatState::Free);
        evening.must_agree();
    });
}

/// Every kiosk of the theater is fenced. The hub sells A1, and k1, which is there all the same,
/// hears of it. The hub is restored from a copy from before.
///
/// There was nobody to wait for, so nothing was done at all: the hub sold A1 to somebody else
/// under the very version that k1 had heard before. k1 kept showing the first sale, and no row
/// of the hub's would ever have changed that.
///
/// Now a theater in which nobody is waited for goes on at once, above everything that the hub
/// may have written and has forgotten. That the seat is sold twice is found when k1 reports.
#[test]
fn a_hub_that_waits_for_nobody_uses_no_version_twice() {
    holds(|| {
        let mut evening = Evening::begins();
        for kiosk in KIOSKS {
            evening.fences(kiosk);
        }
        evening.all_meet();
        let copy = evening.copy(HUB);
        evening.sells(HUB, "A1");
        evening.meet("k1");

        evening.comes_back(HUB, &copy);
        assert!(evening.hub_sells());
        evening.sells(HUB, "A1");
        evening.all_meet();
        assert!(evening.is_known_as_sold_twice("A1"), "the operator knows");
        evening.must_agree();
    });
}

/// The hub is restored; the operator does not wait for the kiosks and says go. It sells A1,
/// and k2 hears of it. Then it is restored a second time, from the same copy, and the operator
/// says go again.
///
/// Both lives counted on from the copy's versions by the same step. So the second life sold A1
/// under the version of the first one's sale, and k2 would have believed the first for ever.
///
/// Now a restored writer counts on from the present time, if that is more: a later life is
/// above every earlier one.
#[test]
fn a_second_life_from_the_same_copy_is_above_the_first() {
    holds(|| {
        let mut evening = Evening::begins();
        let copy = evening.copy(HUB);
        evening.comes_back(HUB, &copy);
        evening.says_go();
        evening.sells(HUB, "A1");
        evening.meet("k2");

        evening.comes_back(HUB, &copy);
        evening.says_go();
        evening.sells(HUB, "A1");
        evening.all_meet();
        assert!(evening.is_known_as_sold_twice("A1"), "the operator knows");
        evening.must_agree();
    });
}

/// The hub's disk is rolled back, and nobody says so. k1 has read of a sale that the hub has
/// forgotten: its cursor is beyond the end of the hub's feed. But before k1 comes, k2 tells so
/// much that the feed grows over that cursor, and nothing looks wrong any more.
///
/// The hub went on without its sale, and k1 passed over rows that it had never read.
///
/// Now the hub notes at its start how long its feed is. Who has read more than there was then
/// and has not been met since has read what this database does not know: the hub is behind, and
/// recovers.
#[test]
fn a_hub_that_was_rolled_back_is_found_although_its_feed_has_grown_since() {
    holds(|| {
        let mut evening = Evening::begins();
        let copy = evening.copy(HUB);
        let booking = evening.sells(HUB, "A1");
        evening.meet("k1");
        let read = evening.feed_length(HUB);
        evening.cut("k2");
        let more = ["C1", "C2", "C3"].map(|seat| evening.sells("k2", seat));
        evening.comes_back_silently(HUB, &copy);
        evening.meet("k2");
        assert!(evening.feed_length(HUB) > read, "nothing looks wrong");
        assert!(!evening.is_live(HUB, booking));

        evening.all_meet();
        assert!(evening.is_live(HUB, booking), "the web booking is lost");
        assert!(more.iter().all(|&sold| evening.is_live(HUB, sold)));
        assert!(evening.hub_sells());
        assert_eq!(evening.conflicts(HUB), vec![]);
        evening.must_agree();
    });
}

/// The hub has given A1 to k1, was rolled back without a word, and has given A1 to k2 as well.
fn given_twice() -> Evening {
    let mut evening = Evening::begins();
    evening.all_meet();
    let copy = evening.copy(HUB);
    evening.grants("A1", (HUB, "k1"));
    evening.meet("k1");
    evening.comes_back_silently(HUB, &copy);
    evening.grants("A1", (HUB, "k2"));
    evening
}

/// The hub gives A1 to k1. Then it is rolled back without a word, and gives A1 to k2 as well,
/// with the same version: nothing looks wrong until k1 says hello. The hub recovers, and k2 meets
/// it first.
///
/// k2 was told of its seat at once; the two owned it until k1 was heard, and for ever if k1 had
/// not touched it: the two rows had one version, and the hub kept its own (seed 896).
///
/// Now a hub that waits for its nodes gives nothing away, and believes the node that has it.
#[test]
fn a_seat_that_was_given_away_before_a_roll_back_is_not_given_to_another() {
    holds(|| {
        let mut evening = given_twice();
        evening.meet_until("k1", |evening| !evening.hub_sells());
        evening.meet("k2");
        assert!(!evening.owns("k2", "A1"), "k2 is given the seat of k1");

        evening.all_meet();
        assert!(evening.owns("k1", "A1") && evening.owns(HUB, "A2"));
        evening.must_agree();
    })
    .but_breaks(Mutant::TellUnprovenGrants, "k2 is given the seat of k1")
    .but_breaks(Mutant::KeepOwnGrant, "do not have the same rows");
}

/// The same, but k2 hears of its seat before k1 says hello, and both sell it. Nobody could have
/// known. When both have been heard the seat is the hub's again, above what either says, and the
/// operator knows that it was sold twice.
#[test]
fn a_seat_that_two_nodes_were_given_comes_back_to_the_hub() {
    holds(|| {
        let mut evening = given_twice();
        evening.meet("k2");
        for kiosk in KIOSKS {
            evening.sells(kiosk, "A1");
        }
        evening.all_meet();
        assert!(evening.owns(HUB, "A1"));
        assert!(evening.is_known_as_sold_twice("A1"), "the operator knows");
        evening.must_agree();
    });
}

/// The same, but k2 does nothing with its seat, and the restored hub hears it first.
///
/// That k2 has the seat was nothing new to the hub; it took its grant for one that it had kept
/// back, and believed k1: the two owned A1.
///
/// Now it notes who says that a seat is theirs.
#[test]
fn a_seat_that_two_nodes_have_comes_back_to_the_hub_even_if_nobody_has_sold_it() {
    holds(|| {
        let mut evening = given_twice();
        evening.meet("k2");
        evening.meet_until("k1", |evening| !evening.hub_sells());
        evening.meet("k2");
        evening.all_meet();
        evening.must_agree();
        assert!(evening.owns(HUB, "A1"));
    })
    .but_breaks(Mutant::ForgetWhoHasIt, "do not have the same rows");
}

/// The hub gives A1 to k1 and is restored from a copy from before. The operator does not wait for
/// k1 and says go, and the hub gives A1 to k2, which hears of it. Then k1 comes.
///
/// A hub that waits keeps its grants back, so it may believe k1; this one did not wait, and k1 and
/// k2 both owned A1. Now it takes A1 back, above both.
#[test]
fn a_seat_that_is_given_away_after_the_operator_said_go_comes_back_to_the_hub() {
    holds(|| {
        let mut evening = Evening::begins();
        let copy = evening.copy(HUB);
        evening.grants("A1", (HUB, "k1"));
        evening.meet("k1");
        evening.comes_back(HUB, &copy);
        evening.says_go();
        evening.grants("A1", (HUB, "k2"));
        evening.meet("k2");
        evening.all_meet();
        evening.must_agree();
        assert!(evening.owns(HUB, "A1"));
    })
    .but_breaks(Mutant::TakeToldGrant, "do not have the same rows");
}

/// Both kiosks are fenced, so that a restored hub waits for nobody. A1 is sold, the hub is restored
/// from before and sells it again, and is restored once more. Then k1 tells of both bookings.
///
/// The operator knew that A1 was sold twice, and it was for sale all the same: a third customer
/// bought it (seed 6002).
///
/// Now the first of the two has the seat until the operator has decided, and if one is cancelled
/// the other has it.
#[test]
fn a_seat_that_was_sold_twice_is_not_sold_a_third_time() {
    holds(|| {
        let mut evening = Evening::begins();
        for kiosk in KIOSKS {
            evening.fences(kiosk);
        }
        evening.all_meet();
        let copy = evening.copy(HUB);
        let one = evening.sells(HUB, "A1");
        evening.meet("k1");
        evening.comes_back(HUB, &copy);
        evening.sells(HUB, "A1");
        evening.all_meet();
        evening.comes_back(HUB, &copy);
        evening.meet("k1");
        assert!(evening.is_known_as_sold_twice("A1"), "the operator knows");
        assert!(evening.tries(HUB, "A1").is_err(), "A1 is for sale");

        evening.cancels(HUB, one);
        assert!(evening.tries(HUB, "A1").is_err(), "A1 is for sale");
        evening.all_meet();
        evening.must_agree();
    })
    .but_breaks(Mutant::SellDoubleAgain, "A1 is for sale");
}

/// The hub sells A1. The seat's row has reached k1, and the booking's row has not, when the hub
/// is restored from a copy from before.
///
/// k1 gives the seat back, booked by a booking that nobody knows. Somebody has a ticket for it:
/// it is not for sale until the operator has found out who.
#[test]
fn a_seat_whose_sale_is_lost_with_the_hub_is_not_sold_again() {
    holds(|| {
        let mut evening = Evening::begins();
        let copy = evening.copy(HUB);
        evening.cut("k1");
        let booking = evening.sells(HUB, "A1");
        evening.sends_at_once(1);
        evening.meet_until("k1", |evening| {
            evening.seat("k1", "A1").state == SeatState::Booked { booking }
        });
        assert_eq!(evening.booking("k1", booking), None, "it comes later");

        evening.comes_back(HUB, &copy);
        evening.all_meet();
        evening.must_agree();
        assert_eq!(evening.seat(HUB, "A1").state, SeatState::Blocked);
    });
}
