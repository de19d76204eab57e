//! Two machines that run from copies of one disk, and disks that were rolled back without
//! anybody saying so.

use domain::conflict::Conflict;
use domain::mutant::Mutant;
use kiosk::sync::Standing;

use crate::evening::{Evening, HUB};
use crate::proof::holds;

/// Whether the operator's list says that a copy of k1 was found.
fn is_found(evening: &Evening) -> bool {
    let found = evening.conflicts(HUB);
    found
        .iter()
        .any(|conflict| matches!(conflict, Conflict::CopyFound { .. }))
}

/// Somebody copies k1's disk into a second machine, and both run. The second one shows the token
/// that the hub handed out last, is welcome and is handed another one. Then k1 comes with the
/// token that counts no more.
///
/// It has to recover, in an incarnation of its own, and from then on the other one is put
/// aside: of two machines with one name only one sells, and the operator knows.
#[test]
fn of_two_machines_with_one_disk_only_one_goes_on_selling() {
    holds(|| {
        let mut evening = Evening::begins();
        evening.clones("k1", "the second k1");
        for machine in ["the second k1", "k1", "the second k1"] {
            evening.meet(machine);
        }
        let standings = ["k1", "the second k1"].map(|machine| evening.standing(machine));
        let one = [Standing::Selling, Standing::PutAside];
        assert_eq!(standings, one, "both go on selling");
        assert!(is_found(&evening), "the operator knows");
    })
    .but_breaks(Mutant::AcceptOldToken, "both go on selling");
}

/// A second machine runs from k1's disk, meets the hub and tells it of a sale. Then k1 comes
/// back: it shows the token from before, and its feed is no shorter, because it has sold too.
///
/// It was taken in, since a crash may fall between a token and its being stored. The hub went
/// on reading behind what the second machine had told, and never heard of k1's first sale.
/// Whoever tells rows has stored its token; the one before counts no more.
#[test]
fn the_token_before_counts_no_more_once_rows_have_come() {
    holds(|| {
        let mut evening = Evening::begins();
        evening.clones("k1", "the second k1");
        let theirs = evening.sells("the second k1", "B3");
        evening.meet("the second k1");
        let ours = ["B4", "B5"].map(|seat| evening.sells("k1", seat));
        evening.meet("k1");
        evening.meet("k1");
        for booking in ours {
            assert!(
                evening.is_live(HUB, booking),
                "the hub never hears of a sale"
            );
        }
        assert!(evening.is_live("k1", theirs), "k1 never hears of a sale");
        assert!(is_found(&evening), "the operator knows");
    })
    .but_breaks(Mutant::KeepTokenBefore, "the hub never hears of a sale");
}

/// k1 recovers, and the line is cut when it has heard everything and told nothing. Meanwhile a
/// second machine meets the hub, with k1's disk from before.
///
/// The hub knew of k1's later life by its rows alone. It let the earlier one go on, and what that
/// one did after k1 had recovered k1 never heard of. A life counts from its first welcome.
#[test]
fn a_later_life_that_was_welcome_puts_the_earlier_one_aside_at_once() {
    holds(|| {
        let mut evening = Evening::begins();
        evening.clones("k1", "the second k1");
        evening.is_told_to_recover("k1");
        evening.meet_until("k1", |evening| evening.standing("k1") == Standing::Selling);
        evening.cut("k1");
        evening.meet("the second k1");
        let standing = evening.standing("the second k1");
        assert_eq!(standing, Standing::PutAside, "the earlier life goes on");
    });
}

/// k1 has recovered and a second machine with its disk from before was put aside. Then the hub
/// comes back from a copy that knows neither, and hears the second machine first.
///
/// Of what that one told k1 heard nothing: the rows had k1's own name, and it was not recovering
/// any more. Now it has to recover once more, and takes in what the other one did.
#[test]
fn who_comes_after_an_earlier_life_of_its_own_has_to_recover() {
    holds(|| {
        let mut evening = Evening::begins();
        let copy = evening.copy(HUB);
        evening.clones("k1", "the second k1");
        let theirs = evening.sells("the second k1", "B3");
        evening.is_told_to_recover("k1");
        evening.all_meet();
        evening.staff_look("k1", &["B3"]);
        evening.comes_back(HUB, &copy);
        for machine in ["the second k1", "k1", "k2", "k1"] {
            evening.meet(machine);
        }
        assert!(evening.is_live(HUB, theirs), "the hub has heard");
        assert!(evening.is_live("k1", theirs), "k1 never hears of a sale");
    });
}

/// k1's disk is rolled back by an hour, and nobody says so. Its feed is shorter than what it
/// has told the hub already.
///
/// It would sell B3 a second time, and worse: its new rows stand at places of its feed that
/// the hub has read, so that the hub would never hear of them. It has to recover before it
/// sells anything.
#[test]
fn a_disk_that_has_forgotten_what_it_told_has_to_recover() {
    holds(|| {
        let mut evening = Evening::begins();
        let copy = evening.copy("k1");
        let booking = evening.sells("k1", "B3");
        evening.meet("k1");
        evening.comes_back_silently("k1", &copy);
        evening.meet("k1");
        assert!(evening.is_live("k1", booking), "k1 has forgotten a sale");
        assert!(is_found(&evening), "the operator knows");
        evening.staff_look("k1", &[]);
        evening.all_meet();
        evening.must_agree();
    })
    .but_breaks(Mutant::IgnoreShortFeed, "k1 has forgotten a sale");
}

/// Two machines run from k1's disk, and before anybody notices each of them sells B3. The
/// second one has told the hub, so k1 has to recover: it takes back what the hub knows of k1,
/// and that is the second machine's sale.
///
/// By its name that was a booking of its own, and its tables refuse a second live ticket of
/// one's own for a seat. The row was refused, and would have been refused for ever: the kiosk
/// never knew of the second customer.
///
/// Now only what this database sold itself counts as its own. The rest is mirrored, and that
/// two have the seat is found at the hub and decided by the operator.
#[test]
fn a_double_sale_of_a_node_and_its_clone_becomes_a_conflict() {
    holds(|| {
        let mut evening = Evening::begins();
        evening.clones("k1", "the second k1");
        evening.meet("the second k1");
        let theirs = evening.sells("the second k1", "B3");
        evening.meet("the second k1");
        let ours = evening.sells("k1", "B3");
        evening.meet("k1");
        evening.all_meet();
        let refused = evening.conflicts("k1");
        assert_eq!(refused, vec![], "k1 refuses a sale of its own");
        for booking in [theirs, ours] {
            assert!(evening.is_live("k1", booking) && evening.is_live(HUB, booking));
        }
        assert!(evening.is_known_as_sold_twice("B3"), "the operator knows");
        evening.staff_look("k1", &[]);
        evening.all_meet();
        evening.must_agree();
    });
}

/// Two machines run from k1's disk, and each gives B3 away as its last act on it: one to k2, which
/// the hub hears of, and the other one, which has no line, to the hub.
///
/// The two rows have one version. When the other one came back and recovered it kept its own, and
/// the hub never took that: for the rest of the evening k1 took B3 for the hub's, and it was k2's
/// (seed 17024).
///
/// Now a grant of one's own that the hub does not know gives way to the one that it knows.
#[test]
fn of_two_grants_by_two_copies_the_one_that_the_hub_knows_counts() {
    holds(|| {
        let mut evening = Evening::begins();
        evening.clones("k1", "the second k1");
        evening.grants("B3", ("the second k1", "k2"));
        evening.meet("the second k1");
        evening.grants("B3", ("k1", HUB));
        evening.all_meet();
        evening.staff_look("k1", &[]);
        evening.all_meet();
        assert!(evening.owns("k2", "B3"));
        evening.must_agree();
    })
    .but_breaks(
        Mutant::KeepUnheardGrant,
        "k1 and the hub do not have the same rows",
    );
}

/// A second machine runs from k1's disk, where nobody sees it. k1 recovers, goes on and gives B3
/// to the hub, which sells it; only k1 hears of that. Then the hub comes back from a copy from
/// before and hears the second machine, for which B3 is k1's.
///
/// That counted as k1's word. When the later life came the hub had it recover, and asked it for
/// k1's own rows alone. For the hub B3 was k1's, for k1 it was the hub's, and the booking was lost
/// (seed 30361).
///
/// Now whoever was there before the hub's loss and has not told this hub yet is asked for
/// everything, even if another copy has told it.
#[test]
fn a_restored_hub_listens_to_a_later_life_although_it_has_heard_an_earlier_one() {
    holds(|| {
        let mut evening = Evening::begins();
        let copy = evening.copy(HUB);
        evening.clones("k1", "the second k1");
        evening.is_told_to_recover("k1");
        evening.all_meet();
        evening.staff_look("k1", &[]);
        evening.cut("k2");
        evening.grants("B3", ("k1", HUB));
        evening.meet("k1");
        let booking = evening.sells(HUB, "B3");
        evening.meet("k1");

        evening.comes_back(HUB, &copy);
        evening.meet("the second k1");
        evening.meet("k2");
        assert!(evening.hub_sells(), "it has heard everybody, it thinks");
        evening.all_meet();
        evening.staff_look("k1", &[]);
        evening.all_meet();
        assert!(evening.owns(HUB, "B3"), "B3 is nobody's");
        assert!(evening.is_live(HUB, booking), "the web booking is lost");
        evening.must_agree();
    })
    .but_breaks(Mutant::HearOneCopy, "B3 is nobody's");
}

/// A second machine runs from k1's disk. k1 gives B3 to the hub and gets it back; then the hub comes
/// back from a copy from before. k1 is welcome there and its line breaks before it has told anything;
/// the second machine tells all that it knows.
///
/// When k1 came again it had to recover, and its token was of this life of the hub: it was not
/// asked for more than its own, and its row of B3 was refused for ever (seed 35912).
///
/// Now whoever recovers because a copy of it came between is asked for everything.
#[test]
fn a_restored_hub_listens_to_whoever_a_copy_came_before() {
    holds(|| {
        let mut evening = Evening::begins();
        let copy = evening.copy(HUB);
        evening.clones("k1", "the second k1");
        evening.grants("B3", ("k1", HUB));
        evening.meet("k1");
        evening.grants("B3", (HUB, "k1"));
        evening.meet("k1");

        evening.comes_back(HUB, &copy);
        evening.meet_until("k1", |evening| evening.is_welcome("k1"));
        evening.cut("k1");
        evening.meet("the second k1");
        evening.meet("k2");
        assert!(evening.hub_sells(), "it has heard everybody, it thinks");
        evening.all_meet();
        evening.staff_look("k1", &[]);
        evening.all_meet();
        assert!(evening.owns("k1", "B3"), "B3 is k1's");
        evening.must_agree();
    })
    .but_breaks(
        Mutant::HearOneCopy,
        "k1 and the hub do not have the same rows",
    );
}
