//! Committed searches, as hub and kiosk note them: what counts as a term, and who searched as
//! nobody can read it.

use std::net::IpAddr;

use domain::movie::fold;
use domain::ranking::{EARLY_HOURS_MAX, Fact, Hashed, Hour, LATE_HOURS_MAX, Term};
use domain::time::Timestamp;
use hmac::{Hmac, Mac as _};
use protocol::api::ranking::CommitSearch;
use rusqlite::{Connection, Transaction};
use sha2::Sha256;
use store::{StoreError, meta};

pub use crate::sqlite::searches::{self as table, Recorded};

/// The table of facts; it stands in the program's own list of migrations.
pub const SCHEMA: &str = include_str!("../migrations/0001_searches.sql");

/// The key with which this node hashes who searched. It stays in this database.
const KEY: &str = "search_key";

/// Facts before this hour are gone: one that comes again would be counted again.
const FORGOTTEN: &str = "searches_forgotten_before";

/// Facts that are forgotten in one go.
pub const FORGET_MAX: u32 = 5_000;

/// Who searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Searcher {
    /// A browser, known by its cookie.
    Device(String),
    /// One person's visit at this kiosk.
    Visit(String),
}

/// The term that was searched for; none when it is nothing to count.
#[must_use]
pub fn term(search: &CommitSearch) -> Option<Term> {
    match search.movie {
        Some(movie) => Some(Term::Movie(movie)),
        None => Term::text(&fold(&search.term)),
    }
}

/// Hashes who searched with this node's key, which is made of `fresh` bytes when there is none.
///
/// # Errors
///
/// Fails when the store does.
pub fn actor(
    tx: &Transaction<'_>,
    fresh: [u8; 32],
    searcher: &Searcher,
) -> Result<Hashed, StoreError> {
    let text = match searcher {
        Searcher::Device(device) => format!("device:{device}"),
        Searcher::Visit(visit) => format!("visit:{visit}"),
    };
    Ok(hashed(&key(tx, fresh)?, &text))
}

/// Hashes the network that somebody asked from: one address, or what one household has of IPv6.
///
/// # Errors
///
/// Fails when the store does.
pub fn address(
    tx: &Transaction<'_>,
    fresh: [u8; 32],
    client: Option<IpAddr>,
) -> Result<Hashed, StoreError> {
    let network = match client {
        None => "this machine".to_owned(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::")
        }
    };
    Ok(hashed(&key(tx, fresh)?, &format!("address:{network}")))
}

/// The first hour of which facts are taken at `hour`: not older than three days, and not one
/// whose facts are forgotten already.
///
/// # Errors
///
/// Fails when the store does.
pub fn taken_from(db: &Connection, hour: Hour) -> Result<Hour, StoreError> {
    let forgotten = meta::get_i64(db, FORGOTTEN)?.unwrap_or(i64::MIN);
    Ok(hour.plus(-LATE_HOURS_MAX).max(Hour(forgotten)))
}

/// Whether a fact of `hour` is taken at `now`.
///
/// # Errors
///
/// Fails when the store does.
pub fn is_taken(db: &Connection, hour: Hour, now: Timestamp) -> Result<bool, StoreError> {
    let present = Hour::of(now);
    Ok(hour >= taken_from(db, present)? && hour <= present.plus(EARLY_HOURS_MAX))
}

/// Takes facts that are older than three days away, [`FORGET_MAX`] of them at most, and says which.
///
/// # Errors
///
/// Fails when the store does.
pub fn forget_old(tx: &Transaction<'_>, now: Timestamp) -> Result<Vec<Fact>, StoreError> {
    let before = Hour::of(now).plus(-LATE_HOURS_MAX);
    let facts = table::take_before(tx, before, FORGET_MAX)?;
    if !facts.is_empty() {
        meta::raise_i64(tx, FORGOTTEN, before.0)?;
    }
    Ok(facts)
}

fn key(tx: &Transaction<'_>, fresh: [u8; 32]) -> Result<String, StoreError> {
    if let Some(key) = meta::get_text(tx, KEY)? {
        return Ok(key);
    }
    let key: String = fresh.iter().map(|byte| format!("{byte:02x}")).collect();
    meta::set_text(tx, KEY, &key)?;
    Ok(key)
}

fn hashed(key: &str, text: &str) -> Hashed {
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes());
    let mut mac = mac.expect("a key of any length is one");
    mac.update(text.as_bytes());
    let digest = mac.finalize().into_bytes();
    let mut short = [0; 16];
    short.copy_from_slice(&digest[..16]);
    Hashed(short)
}

#[cfg(test)]
mod tests {
    use domain::id::MovieId;
    use domain::ranking::Committed;

    use super::*;

    fn search(term: &str, movie: Option<i64>) -> CommitSearch {
        CommitSearch {
            term: term.to_owned(),
            movie: movie.map(MovieId),
            from: Committed::Key,
        }
    }

    #[test]
    fn the_film_counts_if_one_is_meant_and_else_the_text_folded() {
        assert_eq!(
            term(&search("기생충", Some(3))),
            Some(Term::Movie(MovieId(3)))
        );
        let text = term(&search(" 어벤져스: 엔드게임 ", None));
        assert_eq!(text, Some(Term::Text("어벤져스엔드게임".to_owned())));
        for nothing in ["", "ㄱ", "!!", "010-1234-5678", &"가".repeat(41)] {
            assert_eq!(term(&search(nothing, None)), None, "{nothing}");
        }
    }

    #[test]
    fn who_searched_cannot_be_read_and_is_known_again_only_with_the_same_key() {
        let one = hashed("a key", "device:1");
        assert_eq!(one, hashed("a key", "device:1"));
        assert_ne!(one, hashed("a key", "device:2"));
        assert_ne!(one, hashed("another key", "device:1"));
    }
}
