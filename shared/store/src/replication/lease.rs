//! The right to write a replica, for a while: one small object that is changed only by who has
//! seen its latest version. Litestream's `lock.json` has the same form.
//!
//! It only keeps two from trying. What makes a late write harmless is that every file is made
//! once (`target`).

use domain::mutant::{Mutant, is};
use serde::{Deserialize, Serialize};

use super::target::{Bucket, Tagged, TargetError};

/// The object's name.
const LOCK: &str = "lock.json";

/// An object that the probe makes and removes.
const PROBE: &str = "probe.json";

/// How far two clocks may be apart, in milliseconds. A leader stops so much before its lease is
/// over; whoever takes it over waits so much longer.
pub const DRIFT_MS: i64 = 1_000;

/// A place for small objects that are changed only by who has seen their latest version.
pub trait LeaseStore: Send + Sync {
    /// Reads an object; none when it is not there.
    ///
    /// # Errors
    ///
    /// The store cannot be reached.
    fn read(&self, name: &str) -> Result<Option<Tagged>, TargetError>;

    /// Writes an object if it is as it was seen, and says its new tag; none when it is not.
    ///
    /// # Errors
    ///
    /// The store cannot be reached; then it may be written or not.
    fn write_if(
        &self,
        name: &str,
        seen: Option<&str>,
        bytes: &[u8],
    ) -> Result<Option<String>, TargetError>;

    /// Removes an object.
    ///
    /// # Errors
    ///
    /// The store cannot be reached.
    fn erase(&self, name: &str) -> Result<(), TargetError>;
}

impl LeaseStore for Bucket {
    fn read(&self, name: &str) -> Result<Option<Tagged>, TargetError> {
        Self::read(self, name)
    }

    fn write_if(
        &self,
        name: &str,
        seen: Option<&str>,
        bytes: &[u8],
    ) -> Result<Option<String>, TargetError> {
        Self::write_if(self, name, seen, bytes)
    }

    fn erase(&self, name: &str) -> Result<(), TargetError> {
        Self::erase(self, name)
    }
}

/// Who may write, and until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Grows with each that takes it.
    pub generation: u64,
    #[serde(with = "instant")]
    pub expires_at: i64,
    pub owner: String,
}

/// A lease that is ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub lease: Lease,
    tag: String,
}

impl Held {
    /// Whether a leader whose clock says `now_ms` may begin to write: also the fastest other
    /// clock must not think that the lease is over.
    #[must_use]
    pub fn may_write(&self, now_ms: i64) -> bool {
        now_ms + DRIFT_MS < self.lease.expires_at || is(Mutant::WriteWithoutLease)
    }
}

/// What came of asking for the lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    Ours(Held),
    /// Somebody has it, or was faster.
    Others(Option<Lease>),
}

/// Asks for the lease. It is given when nobody has it, or whoever had it has let it run out.
///
/// # Errors
///
/// The store cannot be reached. Then it may be ours all the same; it runs out by itself.
pub fn ask(
    store: &dyn LeaseStore,
    owner: &str,
    (now_ms, for_ms): (i64, i64),
) -> Result<Asked, TargetError> {
    let (found, lease) = found(store)?;
    if let Some(lease) = &lease
        && lease.expires_at + DRIFT_MS > now_ms
        && !is(Mutant::TakeLiveLease)
    {
        return Ok(Asked::Others(Some(lease.clone())));
    }
    take(store, owner, (now_ms, for_ms), (found, lease))
}

/// Asks for the lease for an owner that had it last, which need not be over then: the one that
/// had it is gone. It is not given when anybody else has had it since.
///
/// # Errors
///
/// As [`ask`].
pub fn ask_again(
    store: &dyn LeaseStore,
    owner: &str,
    times: (i64, i64),
) -> Result<Asked, TargetError> {
    let (found, lease) = found(store)?;
    match lease {
        Some(lease) if lease.owner != owner => Ok(Asked::Others(Some(lease))),
        lease => take(store, owner, times, (found, lease)),
    }
}

/// Who has the lease, or had it last.
///
/// # Errors
///
/// The store cannot be reached.
pub fn look(store: &dyn LeaseStore) -> Result<Option<Lease>, TargetError> {
    Ok(found(store)?.1)
}

/// What lies there. What is no lease cannot be anybody's.
fn found(store: &dyn LeaseStore) -> Result<(Option<Tagged>, Option<Lease>), TargetError> {
    let found = store.read(LOCK)?;
    let lease = found
        .as_ref()
        .and_then(|found| serde_json::from_slice(&found.bytes).ok());
    Ok((found, lease))
}

fn take(
    store: &dyn LeaseStore,
    owner: &str,
    (now_ms, for_ms): (i64, i64),
    (found, lease): (Option<Tagged>, Option<Lease>),
) -> Result<Asked, TargetError> {
    let next = Lease {
        generation: lease.map_or(0, |lease| lease.generation) + 1,
        expires_at: now_ms + for_ms,
        owner: owner.to_owned(),
    };
    let seen = found.as_ref().map(|found| found.tag.as_str());
    Ok(match store.write_if(LOCK, seen, &bytes(&next))? {
        Some(tag) => Asked::Ours(Held { lease: next, tag }),
        None => Asked::Others(None),
    })
}

/// Makes the lease last longer; none when it is not ours any more.
///
/// # Errors
///
/// The store cannot be reached. Then it may have been made longer or not.
pub fn renew(
    store: &dyn LeaseStore,
    held: &Held,
    (now_ms, for_ms): (i64, i64),
) -> Result<Option<Held>, TargetError> {
    let next = Lease {
        expires_at: now_ms + for_ms,
        ..held.lease.clone()
    };
    if let Some(tag) = store.write_if(LOCK, Some(&held.tag), &bytes(&next))? {
        return Ok(Some(Held { lease: next, tag }));
    }
    // An earlier try may have come through without our hearing of it.
    let found = store.read(LOCK)?;
    let same = |lease: &Lease| {
        lease.generation == held.lease.generation && lease.owner == held.lease.owner
    };
    Ok(found.and_then(|found| {
        let lease: Lease = serde_json::from_slice(&found.bytes).ok()?;
        same(&lease).then_some(Held {
            lease,
            tag: found.tag,
        })
    }))
}

/// Gives the lease back: whoever asks next has it at once.
///
/// # Errors
///
/// The store cannot be reached; the lease then runs out by itself.
pub fn give_back(store: &dyn LeaseStore, held: &Held) -> Result<(), TargetError> {
    let over = Lease {
        expires_at: 0,
        ..held.lease.clone()
    };
    store.write_if(LOCK, Some(&held.tag), &bytes(&over))?;
    Ok(())
}

/// Why a store cannot keep a lease.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error("the store writes over an object that was to be made only once (If-None-Match)")]
    MakesTwice,
    #[error("the store changes an object for who has not seen its latest version (If-Match)")]
    ChangesUnseen,
    #[error("the store does not make an object that is not there")]
    MakesNothing,
}

/// Tries whether the store keeps what a lease rests on.
///
/// # Errors
///
/// It does not, or cannot be reached.
pub fn probe(store: &dyn LeaseStore) -> Result<(), Unfit> {
    store.erase(PROBE)?;
    let Some(first) = store.write_if(PROBE, None, b"1")? else {
        return Err(Unfit::MakesNothing);
    };
    if store.write_if(PROBE, None, b"2")?.is_some() {
        return Err(Unfit::MakesTwice);
    }
    let Some(second) = store.write_if(PROBE, Some(&first), b"3")? else {
        return Err(Unfit::MakesNothing);
    };
    if second == first || store.write_if(PROBE, Some(&first), b"4")?.is_some() {
        return Err(Unfit::ChangesUnseen);
    }
    store.erase(PROBE)?;
    Ok(())
}

fn bytes(lease: &Lease) -> Vec<u8> {
    serde_json::to_vec(lease).expect("a lease is plain")
}

/// Times as Litestream writes them.
mod instant {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's own form")]
    pub(super) fn serialize<S: Serializer>(ms: &i64, to: S) -> Result<S::Ok, S::Error> {
        let time = jiff::Timestamp::from_millisecond(*ms).unwrap_or_default();
        to.serialize_str(&time.to_string())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
        let text = String::deserialize(from)?;
        let time: jiff::Timestamp = text.parse().map_err(D::Error::custom)?;
        Ok(time.as_millisecond())
    }
}

#[cfg(test)]
pub(crate) mod simulated {
    //! A store in memory that is as strict as it is told to be.

    use std::collections::BTreeMap;
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    pub(crate) struct Store {
        pub(crate) objects: Mutex<BTreeMap<String, (u64, Vec<u8>)>>,
        pub(crate) ignores_create: bool,
        pub(crate) ignores_match: bool,
    }

    impl LeaseStore for Store {
        fn read(&self, name: &str) -> Result<Option<Tagged>, TargetError> {
            let objects = self.objects.lock().unwrap();
            Ok(objects.get(name).map(|(tag, bytes)| Tagged {
                bytes: bytes.clone(),
                tag: tag.to_string(),
            }))
        }

        fn write_if(
            &self,
            name: &str,
            seen: Option<&str>,
            bytes: &[u8],
        ) -> Result<Option<String>, TargetError> {
            let mut objects = self.objects.lock().unwrap();
            let there = objects.get(name).map(|(tag, _)| *tag);
            let allowed = match seen {
                None => there.is_none() || self.ignores_create,
                Some(seen) => {
                    there.map(|tag| tag.to_string()).as_deref() == Some(seen) || self.ignores_match
                }
            };
            if !allowed {
                return Ok(None);
            }
            let tag = there.unwrap_or(0) + 1;
            objects.insert(name.to_owned(), (tag, bytes.to_vec()));
            Ok(Some(tag.to_string()))
        }

        fn erase(&self, name: &str) -> Result<(), TargetError> {
            self.objects.lock().unwrap().remove(name);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests;
