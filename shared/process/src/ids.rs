//! Everything random: identifiers, booking numbers and secrets, from the operating system
//! or, for tests and the simulation, from a seed.

use std::sync::{Mutex, PoisonError};

use domain::time::Timestamp;
use rand::rngs::{SysRng, Xoshiro256PlusPlus};
use rand::{Rng as _, SeedableRng as _, TryRng as _};
use uuid::{Builder, Uuid};

/// How many booking numbers of twelve digits there are.
const NUMBERS: u64 = 1_000_000_000_000;

/// Makes what must not repeat and what must not be guessed.
pub trait Ids: Send + Sync {
    /// Fills `bytes` with random ones.
    fn fill(&self, bytes: &mut [u8]);

    /// A new `UUIDv7`: unique anywhere, ordered by `now`.
    fn uuid(&self, now: Timestamp) -> Uuid {
        let mut random = [0; 10];
        self.fill(&mut random);
        let ms = u64::try_from(now.0).unwrap_or(0);
        Builder::from_unix_timestamp_millis(ms, &random).into_uuid()
    }

    /// A booking number: twelve random digits.
    fn digits12(&self) -> String {
        // The remainder favours some numbers by less than one in ten million.
        format!("{:012}", self.random_u64() % NUMBERS)
    }

    /// A random number, for jitter and choices.
    fn random_u64(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A secret that nobody can guess.
    fn secret32(&self) -> [u8; 32] {
        let mut secret = [0; 32];
        self.fill(&mut secret);
        secret
    }
}

/// Randomness from the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsIds;

impl Ids for OsIds {
    fn fill(&self, bytes: &mut [u8]) {
        rand::fill(bytes);
    }

    fn secret32(&self) -> [u8; 32] {
        let mut secret = [0; 32];
        SysRng
            .try_fill_bytes(&mut secret)
            .expect("the operating system gives random bytes");
        secret
    }
}

/// The same seed gives the same answers, in this and in later versions of the program.
/// Never for secrets that guard anything.
#[derive(Debug)]
pub struct SeededIds {
    random: Mutex<Xoshiro256PlusPlus>,
}

impl SeededIds {
    /// Answers that follow from `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            random: Mutex::new(Xoshiro256PlusPlus::seed_from_u64(seed)),
        }
    }
}

impl Ids for SeededIds {
    fn fill(&self, bytes: &mut [u8]) {
        // A panic elsewhere cannot leave a generator half-stepped in a way that matters.
        self.random
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_carries_the_time_it_was_made() {
        let ids = OsIds;
        let early = ids.uuid(Timestamp(1_000));
        let late = ids.uuid(Timestamp(1_001));
        assert_eq!(early.get_version_num(), 7);
        assert!(early < late);
        assert_eq!(early.as_u128() >> 80, 1_000);
    }

    #[test]
    fn the_same_seed_gives_the_same_answers() {
        let answers = |seed| {
            let ids = SeededIds::new(seed);
            (
                ids.uuid(Timestamp(7)),
                ids.digits12(),
                ids.random_u64(),
                ids.secret32(),
            )
        };
        assert_eq!(answers(1), answers(1));
        assert_ne!(answers(1), answers(2));
    }

    #[test]
    fn a_booking_number_has_twelve_digits() {
        let ids = SeededIds::new(3);
        for _ in 0..1_000 {
            let number = ids.digits12();
            assert!(
                number.len() == 12 && number.bytes().all(|b| b.is_ascii_digit()),
                "{number}"
            );
        }
    }

    #[test]
    fn the_system_does_not_repeat_itself() {
        assert_ne!(OsIds.secret32(), OsIds.secret32());
        assert_ne!(OsIds.uuid(Timestamp(1)), OsIds.uuid(Timestamp(1)));
    }
}
