//! Seeded chance (SplitMix64): the same seed gives the same customers and links everywhere.

/// A stream of numbers from one seed.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + i64::try_from(self.next() % (high - low + 1).unsigned_abs()).unwrap()
    }

    /// True in `percent` of a hundred draws.
    pub(crate) fn happens(&mut self, percent: i64) -> bool {
        self.between(0, 99) < percent
    }

    /// A length with the mean `mean_ms`, often short and sometimes long.
    pub(crate) fn length_ms(&mut self, mean_ms: i64) -> i64 {
        // The geometric law in steps of a tenth: integers give the same on every machine.
        let step = mean_ms / 10;
        let mut length_ms = step;
        while length_ms < 10 * mean_ms && self.happens(90) {
            length_ms += step;
        }
        length_ms
    }
}

/// A number that looks random for each different one.
pub(crate) fn mixed(number: u64) -> u64 {
    let mut z = number;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
