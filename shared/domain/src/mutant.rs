//! Rules that are broken on purpose, to see that the simulation notices.
//!
//! A test that cannot fail proves nothing. Each mutant breaks one rule at the place where the
//! rule stands; the simulation must catch it. The switch is there only in programs that are
//! built with debug assertions, is off in every thread until a test turns it on, and cannot
//! be reached from any configuration.

#[cfg(debug_assertions)]
use std::cell::Cell;

macro_rules! mutants {
    ($($(#[$list_doc:meta])* $list:ident: { $($(#[$doc:meta])* $name:ident),* $(,)? })*) => {
        /// A rule that can be broken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Mutant {
            $($($(#[$doc])* $name,)*)*
        }

        impl Mutant {
            $(
                $(#[$list_doc])*
                pub const $list: &'static [Self] = &[$(Self::$name,)*];
            )*

            /// Its name.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $($(Self::$name => stringify!($name),)*)* }
            }
        }
    };
}

mutants! {
    /// Rules of seats and of the sync.
    SEATS: {
        /// A grant does not raise the epoch.
        ForgetEpoch,
        /// A seat is granted although somebody holds it.
        GrantHeldSeat,
        /// A hold does not ask who owns the seat.
        SellElsewhere,
        /// A hold takes seats that somebody has.
        SellTaken,
        /// An expired hold is booked although the next buyer has its seats.
        BookExpired,
        /// A customer is answered before the commit is durable.
        AnswerBeforeDurable,
        /// A batch is acknowledged before it is durable.
        AcknowledgeBeforeDurable,
        /// Rows are sent before they are durable.
        SendBeforeDurable,
        /// A copy with an older version replaces the newer one.
        ApplyOlder,
        /// The hub believes rows of a node that does not own the seat.
        TrustAnyone,
        /// A cancelled booking is not told to anybody.
        ForgetToTell,
        /// A batch is applied although one before it was missed.
        ApplyOverGap,
        /// A cursor that counts in another incarnation is believed.
        KeepOldCursor,
        /// A database shows any token and is welcome.
        AcceptOldToken,
        /// The token before the last one counts although rows have come with the last one.
        KeepTokenBefore,
        /// Nobody asks whether a node's feed is shorter than what it has already told.
        IgnoreShortFeed,
        /// A node sells while it is recovering.
        SellWhileRecovering,
        /// A recovering node is not told what it once wrote itself.
        KeepOwnRowsBack,
        /// Seats that may have been sold are sold after a recovery without anybody's word.
        TrustRestoredSeats,
        /// A fence raises the epoch no more than a grant does.
        LowFence,
        /// What a fenced node sold is not looked at.
        IgnoreFencedSales,
        /// A restored hub sells before the nodes have reported.
        SellBeforeReports,
        /// A restored hub does not take its own rows back from the nodes.
        RefuseOwnRowsBack,
        /// A row that is refused stops everything behind it.
        StopAtPoison,
        /// The hold's end follows the clock when the clock is put right.
        LeaveHoldsBehind,
        /// A fact that is told again is counted again.
        CountTwice,
        /// The hub takes no fact of an hour whose board is published.
        DropLateFacts,
        /// A late fact changes a board that is published.
        OverwriteBoard,
        /// What was searched for at a kiosk is forgotten when it is offline.
        ForgetSearches,
        /// A hub that waits for its nodes tells one what it gave it before it was found out.
        TellUnprovenGrants,
    }
    /// Rules that hardly any simulated evening comes upon: a scenario notices each.
    RARE: {
        /// A restored hub keeps a grant of its own although a node has the seat from an earlier one.
        KeepOwnGrant,
        /// A seat that was sold twice is for sale when one of the two is cancelled.
        SellDoubleAgain,
        /// A seat stays booked by another node's booking that no longer has it.
        KeepForGone,
        /// A restored hub that has heard one copy of a node does not listen to another.
        HearOneCopy,
        /// A copy of a node keeps its grant although the hub knows another one of that seat.
        KeepUnheardGrant,
        /// A grant of the hub's counts no more when it was told than when it is kept back.
        TakeToldGrant,
        /// A restored hub does not note that a node has heard of a grant.
        ForgetWhoHasIt,
    }
    /// Rules of money.
    MONEY: {
        /// Another attempt is confirmed while one is under way, and what is paid twice is kept.
        ConfirmTwice,
        /// A lost answer to a confirmation is taken for a no.
        UnknownIsNo,
        /// A payment is posted when it is begun, and again when it is paid.
        PostTwice,
        /// Nobody asks what became of a confirmation whose answer a crash has lost.
        ForgetPending,
        /// Payments under way count for the result.
        CountAttemptsAsPaid,
        /// The result does not wait for kiosks.
        CloseBeforeWatermark,
        /// The result does not wait for payments.
        CloseWhilePaying,
        /// A refund that is asked for again is another refund.
        RefundTwice,
        /// A lost answer to a refund is taken for a yes.
        RefundOnTimeout,
        /// What a webhook says is believed.
        TrustWebhook,
        /// Money for an order that was given up is kept.
        IgnoreLateMoney,
        /// Seats stay kept for a pledge that goes back.
        KeepClaimOfRefunded,
        /// A tender that is told again counts again.
        CountTenderAgain,
        /// A pledge that is lowered gives nothing back.
        ForgetDifference,
    }
    /// Rules of replicas.
    OF_REPLICAS: {
        /// A commit is answered before its file is in the replica.
        AnswerBeforeReplica,
        /// A log that was begun anew is followed although not all of the old one was copied.
        TrustLogBegunAnew,
        /// A file that somebody else has published is written over.
        OverwriteOthersFile,
        /// A log that ends before the replica does is taken for a new one.
        ForgetLogIsOlder,
        /// A database whose log is another one writes to the replica without proof that it is not
        /// an older copy.
        SkipProofOfProgress,
        /// Pages that grew and that nobody wrote are left out of a file.
        ForgetLastPage,
        /// Files are removed before they are merged.
        RemoveUnmerged,
        /// The replica's last file is believed unseen after a start.
        BelieveLastFile,
        /// A leader goes on writing when its lease is over.
        WriteWithoutLease,
        /// A lease is taken although it is not over.
        TakeLiveLease,
    }
}

#[cfg(debug_assertions)]
thread_local! {
    static ACTIVE: Cell<Option<Mutant>> = const { Cell::new(None) };
}

/// Whether `mutant` is turned on in this thread. Always no in a release build.
#[must_use]
#[inline]
pub fn is(mutant: Mutant) -> bool {
    #[cfg(debug_assertions)]
    return ACTIVE.get() == Some(mutant);
    #[cfg(not(debug_assertions))]
    {
        let _ = mutant;
        false
    }
}

/// Runs `run` with the mutant turned on in this thread.
#[cfg(debug_assertions)]
pub fn with<T>(mutant: Option<Mutant>, run: impl FnOnce() -> T) -> T {
    struct Restore(Option<Mutant>);
    impl Drop for Restore {
        fn drop(&mut self) {
            ACTIVE.set(self.0);
        }
    }
    let _restore = Restore(ACTIVE.replace(mutant));
    run()
}

/// Runs `run`. There are no mutants in a release build.
///
/// # Panics
///
/// When one is asked for.
#[cfg(not(debug_assertions))]
pub fn with<T>(mutant: Option<Mutant>, run: impl FnOnce() -> T) -> T {
    assert!(
        mutant.is_none(),
        "mutants need a build with debug assertions"
    );
    run()
}

#[cfg(all(test, debug_assertions))]
mod tests {
    use super::*;

    #[test]
    fn a_mutant_lives_only_as_long_as_its_test() {
        assert!(!is(Mutant::ForgetEpoch));
        with(Some(Mutant::ForgetEpoch), || {
            assert!(is(Mutant::ForgetEpoch));
            assert!(!is(Mutant::ApplyOlder));
        });
        assert!(!is(Mutant::ForgetEpoch));
    }
}
