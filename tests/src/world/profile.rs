//! What may go wrong in a run. The seed chooses: some runs are clean, some are awful.

use super::random::Random;

/// How a run is made.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub theaters: i64,
    /// Kiosks in each theater.
    pub kiosks: usize,
    pub screenings: i64,
    /// Rows of six seats.
    pub rows: usize,
    /// How long customers come and things go wrong.
    pub length_ms: i64,
    /// The mean time between two steps of a customer.
    pub customer_every_ms: i64,
    /// The mean time between two faults; none in a clean run.
    pub fault_every_ms: Option<i64>,
    /// Per thousand messages.
    pub loss: u32,
    pub doubling: u32,
    pub reordering: u32,
    pub delay_ms: i64,
    /// Faults that may happen, as often as they stand here.
    pub faults: Vec<FaultKind>,
    /// A crash may lose what was not yet durable.
    pub lossy_crashes: bool,
}

/// What may go wrong besides the network's everyday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FaultKind {
    /// No message passes in either direction for a while.
    Cut,
    /// Messages pass in one direction only.
    CutOneWay,
    CrashKiosk,
    CrashHub,
    /// A kiosk's clock is set by hand.
    ClockJump,
    /// A row comes that the hub can never take.
    Poison,
    /// A kiosk's program claims a seat that is not its own.
    Forge,
    /// The operator fences a kiosk, which may be alive.
    Fence,
    /// A kiosk comes back from an older copy, and says so.
    RestoreKiosk,
    /// A kiosk comes back from an older copy, and nobody says so.
    RollBackKiosk,
    /// A second device runs from a copy of a kiosk's disk.
    CloneKiosk,
    /// The hub comes back from an older copy, and says so.
    RestoreHub,
    /// The hub comes back from an older copy, and nobody says so.
    RollBackHub,
}

impl Profile {
    /// What the seed of `random` chooses.
    #[must_use]
    pub(super) fn draw(random: &mut Random) -> Self {
        use FaultKind::{
            ClockJump, CloneKiosk, CrashHub, CrashKiosk, Cut, CutOneWay, Fence, Forge, Poison,
            RestoreHub, RestoreKiosk, RollBackHub, RollBackKiosk,
        };
        let mut faults = Vec::new();
        let mut profile = Self {
            theaters: random.between(1, 3),
            kiosks: 1 + random.below(3),
            screenings: random.between(1, 3),
            rows: 2 + random.below(3),
            length_ms: random.between(60_000, 1_200_000),
            customer_every_ms: random.between(300, 4_000),
            fault_every_ms: None,
            loss: 0,
            doubling: 0,
            reordering: 0,
            delay_ms: random.between(1, 40),
            faults: Vec::new(),
            lossy_crashes: random.chance(600),
        };
        if random.chance(100) {
            // A clean run: whatever is wrong then is wrong by itself.
            return profile;
        }
        if random.chance(700) {
            profile.loss = u32::try_from(random.below(200)).unwrap_or(0);
            profile.doubling = u32::try_from(random.below(200)).unwrap_or(0);
            profile.reordering = u32::try_from(random.below(200)).unwrap_or(0);
            profile.delay_ms = random.between(1, 1_500);
        }
        let every = random.between(5_000, 120_000);
        profile.fault_every_ms = Some(every);
        for (kinds, often) in [
            (&[Cut, CutOneWay][..], 800),
            (&[CrashKiosk, CrashKiosk][..], 600),
            (&[CrashHub][..], 500),
            (&[ClockJump][..], 300),
            (&[Poison, Forge][..], 200),
            (&[Fence][..], 200),
            (&[RestoreKiosk][..], 250),
            (&[RollBackKiosk][..], 200),
            (&[CloneKiosk][..], 120),
            (&[RestoreHub][..], 200),
            (&[RollBackHub][..], 100),
        ] {
            if random.chance(often) {
                faults.extend_from_slice(kinds);
            }
        }
        profile.faults = faults;
        profile
    }
}
