//! Committed searches at this kiosk: facts that the hub hears of with the feed, when it can. The
//! board itself is the hub's; a kiosk shows the last one that it was told.

use boxoffice::searches::{self, Recorded, Searcher, table};
use domain::mutant::{Mutant, is};
use domain::ranking::{Board, Fact, Hour, Place};
use protocol::api::ranking::CommitSearch;
use protocol::row::{RANKING_KEY, RowKind};
use rusqlite::{Connection, Transaction};
use seats::{HUB_ONLY, Here};
use store::StoreError;
use store::change_feed::{self, Change};

use crate::sqlite::documents;

/// Notes a committed search. Noting it again in the same visit and hour changes nothing.
///
/// # Errors
///
/// Fails when the store does.
pub fn note(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (fresh, visit): ([u8; 32], &str),
    search: &CommitSearch,
) -> Result<(), StoreError> {
    let Some(term) = searches::term(search) else {
        return Ok(());
    };
    let searcher = Searcher::Visit(visit.to_owned());
    let fact = Fact {
        hour: Hour::of(here.now),
        term,
        actor: searches::actor(tx, fresh, &searcher)?,
        place: Place::Kiosk(here.node.clone()),
    };
    if table::record(tx, &fact)? != Recorded::New || is(Mutant::ForgetSearches) {
        return Ok(());
    }
    let change = Change {
        kind: RowKind::SearchFact.code(),
        key: &table::key(&fact),
        scope: HUB_ONLY,
    };
    change_feed::record(tx, here.node.as_str(), &[change])?;
    Ok(())
}

/// The board that the hub has published last, as far as this kiosk was told.
///
/// # Errors
///
/// Fails when the store does.
pub fn board(db: &Connection) -> Result<Option<Board>, StoreError> {
    documents::find(db, RowKind::Ranking, RANKING_KEY)
}

/// Forgets facts that the hub takes no more. Says how many.
///
/// # Errors
///
/// Fails when the store does.
pub fn forget_old(tx: &Transaction<'_>, here: Here<'_>) -> Result<usize, StoreError> {
    let gone = searches::forget_old(tx, here.now)?;
    for fact in &gone {
        // The entry at the head stays until another comes; it then names nothing, which is fine.
        change_feed::forget(tx, RowKind::SearchFact.code(), &table::key(fact))?;
    }
    Ok(gone.len())
}

#[cfg(test)]
mod tests;
