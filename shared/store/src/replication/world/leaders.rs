//! Two leaders with clocks that are apart, and one lease.

use super::notes::Chance;
use crate::replication::lease::simulated::Store;
use crate::replication::lease::{Asked, DRIFT_MS, Held, ask, give_back, renew};

/// How long a lease is, in milliseconds.
const FOR_MS: i64 = 10_000;

struct Leader {
    name: &'static str,
    /// How far its clock is from the true one.
    skew_ms: i64,
    held: Option<Held>,
    /// It does nothing until then, but believes what it knew.
    frozen_until: i64,
}

impl Leader {
    fn tick(&mut self, store: &Store, true_ms: i64, chance: &mut Chance) -> Result<bool, String> {
        if true_ms < self.frozen_until {
            return Ok(false);
        }
        let now = (true_ms + self.skew_ms, FOR_MS);
        let said = |error: super::super::target::TargetError| error.to_string();
        let unheard = chance.one_in(4);
        match &self.held {
            None => {
                if let Asked::Ours(held) = ask(store, self.name, now).map_err(said)? {
                    self.held = Some(held);
                }
            }
            // The store cannot be reached: it goes on with what it has.
            Some(_) if unheard => {}
            Some(held) if chance.one_in(60) => {
                give_back(store, held).map_err(said)?;
                self.held = None;
            }
            Some(held) => {
                let due = now.0 + FOR_MS / 2 > held.lease.expires_at;
                if due {
                    self.held = renew(store, held, now).map_err(said)?;
                }
            }
        }
        if chance.one_in(20) {
            self.frozen_until = true_ms + i64::try_from(chance.below(30_000)).unwrap_or(0);
        }
        Ok(self.held.as_ref().is_some_and(|held| held.may_write(now.0)))
    }
}

/// Runs one seed.
pub(super) fn run(seed: u64) -> Result<(), String> {
    let mut chance = Chance::new(seed ^ 0x1ead);
    let store = Store::default();
    let mut skew =
        || i64::try_from(chance.below(DRIFT_MS.unsigned_abs())).unwrap_or(0) - DRIFT_MS / 2;
    let mut leaders = [("a", skew()), ("b", skew())].map(|(name, skew_ms)| Leader {
        name,
        skew_ms,
        held: None,
        frozen_until: 0,
    });
    let mut true_ms = 1_000_000;
    for _ in 0..300 {
        true_ms += 50 + i64::try_from(chance.below(1_500)).unwrap_or(0);
        let mut writing = 0;
        for leader in &mut leaders {
            writing += u32::from(leader.tick(&store, true_ms, &mut chance)?);
        }
        if writing > 1 {
            return Err(format!("seed {seed}: both write at {true_ms}"));
        }
    }
    Ok(())
}
