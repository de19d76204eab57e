//! Kiosks whose clocks are wrong by hours.

use domain::mutant::Mutant;
use domain::time::MINUTE_MS;
use kiosk::sync::Standing;

use crate::evening::{Evening, HUB};
use crate::proof::holds;

/// k1 is cut off, and its clock is five hours ahead when it starts. Somebody takes B3 and
/// walks away. Then k1 is started again, with a clock that is right.
///
/// The hold was to end at a time that was five hours away now: B3 could not be sold for the
/// whole evening, by nobody's wish.
///
/// Now a start shortens every open hold to the time that a buyer may have at most, counted
/// from now.
#[test]
fn a_clock_that_goes_back_over_a_restart_keeps_no_seat_for_hours() {
    holds(|| {
        let mut evening = Evening::begins();
        evening.cut("k1");
        evening.clock("k1", 5);
        evening.restarts("k1");
        evening.holds("k1", "B3");
        evening.clock("k1", 0);
        evening.restarts("k1");

        evening.passes(8 * MINUTE_MS);
        evening.sells("k1", "B3");
    })
    .but_breaks(Mutant::LeaveHoldsBehind, "k1 cannot sell B3: Taken");
}

/// The same without a restart: the hub's first word sets the clock right, five hours back, and
/// the holds go with it. A buyer keeps the seven minutes that they were given, and no more.
#[test]
fn a_clock_that_is_put_right_takes_the_holds_with_it() {
    holds(|| {
        let mut evening = Evening::begins();
        evening.cut("k1");
        evening.clock("k1", 5);
        evening.restarts("k1");
        evening.holds("k1", "B3");
        evening.meet("k1");
        assert!(
            evening.tries("k1", "B3").is_err(),
            "the buyer has time left"
        );

        evening.passes(8 * MINUTE_MS);
        evening.sells("k1", "B3");
    })
    .but_breaks(Mutant::LeaveHoldsBehind, "k1 cannot sell B3: Taken");
}

/// k1 is restored from a copy, recovers and goes on. Its disk fails again and it is restored
/// from the same copy, this time with a clock that is five hours behind. An incarnation is the
/// time at which a life begins: so the third life had a lower one than the second, of which the
/// copy knows nothing.
///
/// The hub took it for a copy that somebody else had gone on from, and put it aside, for ever:
/// whatever it did, it chose a number that was too low.
///
/// Now a node that says itself that it is recovering is told which incarnation the hub has
/// seen, and chooses one above it.
#[test]
fn a_restored_kiosk_whose_clock_is_behind_comes_back_all_the_same() {
    holds(|| {
        let mut evening = Evening::begins();
        let copy = evening.copy("k1");
        evening.comes_back("k1", &copy);
        evening.meet("k1");
        evening.staff_look("k1", &[]);
        let booking = evening.sells("k1", "B3");
        evening.meet("k1");

        evening.clock("k1", -5);
        evening.comes_back("k1", &copy);
        evening.meet("k1");
        let standing = evening.standing("k1");
        assert_eq!(standing, Standing::Selling, "k1 is put aside for ever");
        evening.staff_look("k1", &[]);
        evening.all_meet();
        assert!(evening.is_live(HUB, booking));
        evening.must_agree();
    });
}
