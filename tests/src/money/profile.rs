//! What a run is like. The seed chooses: some are calm, some are awful.

use domain::time::MINUTE_MS;

use crate::world::random::Random;

/// How a run is made.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    /// People who buy seats, and people who pledge.
    pub(super) buyers: usize,
    pub(super) backers: usize,
    /// Who comes to the kiosk.
    pub(super) passers_by: usize,
    pub(super) goal: u32,
    /// From the opening of the campaign to its deadline.
    pub(super) open_ms: i64,
    /// Calls to the gateway that go wrong, per thousand, and how long the others take.
    pub(super) gateway_trouble: u32,
    pub(super) gateway_ms: i64,
    /// Requests to the payments module that get lost, per thousand.
    pub(super) wire_trouble: u32,
    /// Hub and payments are two programs, and die apart.
    pub(super) apart: bool,
    /// Commits from one power cut to the next, at most; none in a run without.
    pub(super) cuts_every: Option<usize>,
    /// Payments that give nothing back whatever is asked, per thousand.
    pub(super) keepers: u32,
    /// Webhooks that get lost, come twice, or are forged, per thousand.
    pub(super) webhook_trouble: u32,
    /// How long the kiosk is without the network at a time; none when it never is.
    pub(super) offline_ms: Option<i64>,
    /// Somebody calls the campaign off.
    pub(super) called_off: bool,
}

impl Profile {
    /// What the seed of `random` chooses.
    pub(super) fn draw(random: &mut Random) -> Self {
        let open_ms = random.between(10, 30) * MINUTE_MS;
        let calm = random.chance(100);
        let per_mille = |random: &mut Random, often, most| {
            if calm || !random.chance(often) {
                return 0;
            }
            u32::try_from(random.below(most)).unwrap_or(0)
        };
        Self {
            buyers: 1 + random.below(4),
            backers: 1 + random.below(5),
            passers_by: random.below(4),
            goal: u32::try_from(1 + random.below(9)).unwrap_or(1),
            open_ms,
            gateway_trouble: per_mille(random, 850, 500),
            gateway_ms: random.between(2, 3_000),
            wire_trouble: per_mille(random, 500, 200),
            apart: random.chance(500),
            cuts_every: (!calm && random.chance(600)).then(|| 2 + random.below(60)),
            keepers: per_mille(random, 300, 300),
            webhook_trouble: match per_mille(random, 600, 500) {
                // None ever comes.
                1.. if random.chance(400) => 1_000,
                trouble => trouble,
            },
            offline_ms: (!calm && random.chance(600))
                .then(|| random.between(1, 7 * 60) * MINUTE_MS),
            called_off: random.chance(120),
        }
    }
}
