//! 실시간 검색 순위 and what else is ranked: facts are taken and counted as they come, and every
//! hour a board is published from them.

mod explain;
#[cfg(test)]
mod tests;

use std::net::IpAddr;

use boxoffice::searches::{self, Recorded, Searcher, table};
use domain::id::{MovieId, NodeId};
use domain::movie::fold;
use domain::mutant::{Mutant, is};
use domain::ranking::{
    Board, CampaignFigures, DAY_HOURS, Fact, Hour, MovieWishes, Place, SPEED_HOURS, Term,
    most_wanted, popular_campaigns, rank,
};
use domain::time::HOUR_MS;
use protocol::api::ranking::CommitSearch;
use rusqlite::{Connection, Transaction};
use seats::{Applied, Here};
use store::StoreError;

use crate::sqlite::audit::{self, Act};
use crate::sqlite::excluded_terms::{self, Excluded};
use crate::sqlite::{boards, campaigns, feed, movies, search_counts, words};

pub use explain::{Explained, Why, explain};

/// Boards and totals are kept this long, in hours: over a year, so that one can compare.
const KEPT_HOURS: i64 = 400 * 24;

/// Open campaigns that are looked at to find the most popular.
const CAMPAIGNS_MAX: u32 = 1_000;

/// Somebody searched on the web.
#[derive(Clone, Debug)]
pub struct WebSearch {
    pub search: CommitSearch,
    /// The browser's number.
    pub device: String,
    pub client: Option<IpAddr>,
}

/// Notes a committed search on the web. Noting it again in the same hour changes nothing.
///
/// # Errors
///
/// Fails when the store does.
pub fn note(
    tx: &Transaction<'_>,
    here: Here<'_>,
    fresh: [u8; 32],
    web: &WebSearch,
) -> Result<(), StoreError> {
    let Some(term) = meant(tx, &web.search)? else {
        return Ok(());
    };
    let searcher = Searcher::Device(web.device.clone());
    let fact = Fact {
        hour: Hour::of(here.now),
        term,
        actor: searches::actor(tx, fresh, &searcher)?,
        place: Place::Address(searches::address(tx, fresh, web.client)?),
    };
    add(tx, &fact).map(drop)
}

/// Takes a fact that a kiosk tells of. One that is too old is passed over; one of an hour whose
/// board is published enters the next board.
///
/// # Errors
///
/// Fails when the store does.
pub fn take(
    tx: &Transaction<'_>,
    here: Here<'_>,
    (sender, fact): (&NodeId, &Fact),
) -> Result<Applied, StoreError> {
    if !table::is_of(&fact.place, sender) {
        return Ok(Applied::NotOurs);
    }
    if !searches::is_taken(tx, fact.hour, here.now)? {
        return Ok(Applied::Known);
    }
    let last = boards::last(tx)?.map(|it| it.board);
    let late = last.as_ref().is_some_and(|last| fact.hour < last.hour);
    if late && is(Mutant::DropLateFacts) {
        return Ok(Applied::Known);
    }
    let recorded = add(tx, fact)?;
    if late
        && is(Mutant::OverwriteBoard)
        && let Some(last) = last
    {
        let again = made(tx, here, last.hour)?;
        boards::add(tx, &again, here.now)?;
    }
    Ok(match recorded {
        Recorded::New | Recorded::Moved { .. } => Applied::Changed,
        Recorded::Known => Applied::Known,
    })
}

fn add(tx: &Transaction<'_>, fact: &Fact) -> Result<Recorded, StoreError> {
    let recorded = table::record(tx, fact)?;
    match &recorded {
        Recorded::New => search_counts::add(tx, fact)?,
        Recorded::Moved { from } => search_counts::shift(tx, fact, from)?,
        Recorded::Known if is(Mutant::CountTwice) => search_counts::add(tx, fact)?,
        Recorded::Known => {}
    }
    Ok(recorded)
}

/// The film if one is meant: the one that was named, or the only one of this very title.
fn meant(db: &Connection, search: &CommitSearch) -> Result<Option<Term>, StoreError> {
    let named = match search.movie {
        Some(movie) if movies::facts(db, movie)?.is_some() => Some(movie),
        Some(_) | None => movies::only_with_title(db, &fold(&search.term))?,
    };
    let unnamed = CommitSearch {
        movie: named,
        ..search.clone()
    };
    Ok(searches::term(&unnamed))
}

/// Publishes the board that is due, if it is not there yet. What was missed while the hub was
/// down is not made up for: nobody knows any more which facts were there then.
///
/// # Errors
///
/// Fails when the store does.
pub fn publish(tx: &Transaction<'_>, here: Here<'_>) -> Result<Option<Board>, StoreError> {
    let due = Hour::due(here.now);
    if boards::last(tx)?.is_some_and(|last| last.board.hour >= due) {
        return Ok(None);
    }
    let board = made(tx, here, due)?;
    boards::add(tx, &board, here.now)?;
    feed::board_changed(tx)?;
    let (hour, lines, nodes) = (board.hour.0, board.lines.len(), board.nodes.len());
    tracing::info!(
        hour,
        lines,
        nodes,
        "the board of popular searches is published"
    );
    Ok(Some(board))
}

/// The board of `hour` from what is known now.
fn made(db: &Connection, here: Here<'_>, hour: Hour) -> Result<Board, StoreError> {
    let counts = search_counts::between(db, (hour.plus(-DAY_HOURS), hour))?;
    let excluded = excluded_terms::terms(db)?;
    let mut nodes = words::heard_since(db, hour.begins_at())?;
    nodes.insert(0, here.node.clone());
    let before = boards::before(db, hour)?.map(|it| it.board);
    Ok(rank(hour, &counts, &excluded, (nodes, before.as_ref())))
}

/// Whether the board that is due is not published yet.
///
/// # Errors
///
/// Fails when the store does.
pub fn is_due(db: &Connection, here: Here<'_>) -> Result<bool, StoreError> {
    let last = boards::last(db)?;
    Ok(last.is_none_or(|last| last.board.hour < Hour::due(here.now)))
}

/// Takes facts away after three days, and totals and boards after a year. Says how many facts
/// went.
///
/// # Errors
///
/// Fails when the store does.
pub fn forget_old(tx: &Transaction<'_>, here: Here<'_>) -> Result<usize, StoreError> {
    let gone = searches::forget_old(tx, here.now)?;
    let present = Hour::of(here.now);
    search_counts::close_before(tx, searches::taken_from(tx, present)?)?;
    search_counts::forget_before(tx, present.plus(-KEPT_HOURS))?;
    boards::forget_before(tx, present.plus(-KEPT_HOURS))?;
    Ok(gone.len())
}

/// An operator's word on a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub term: Term,
    pub by: String,
    pub note: String,
}

/// Shows a term on no board from the next one on; says whether it was shown before.
///
/// # Errors
///
/// Fails when the store does.
pub fn exclude(tx: &Transaction<'_>, here: Here<'_>, word: &Word) -> Result<bool, StoreError> {
    let excluded = Excluded {
        term: word.term.clone(),
        since: here.now,
        who: word.by.clone(),
        note: word.note.clone(),
    };
    let is_new = excluded_terms::add(tx, &excluded)?;
    if is_new {
        let act = Act::TermExcluded {
            term: word.term.to_string(),
            note: word.note.clone(),
        };
        audit::record(tx, here.now, &word.by, &act)?;
    }
    Ok(is_new)
}

/// Shows a term again; says whether it was excluded.
///
/// # Errors
///
/// Fails when the store does.
pub fn allow(tx: &Transaction<'_>, here: Here<'_>, word: &Word) -> Result<bool, StoreError> {
    let was = excluded_terms::remove(tx, &word.term)?;
    if was {
        let act = Act::TermAllowed {
            term: word.term.to_string(),
            note: word.note.clone(),
        };
        audit::record(tx, here.now, &word.by, &act)?;
    }
    Ok(was)
}

/// 지금 인기 있는 펀딩: the hottest open campaigns.
///
/// # Errors
///
/// Fails when the store does.
pub fn popular(
    db: &Connection,
    here: Here<'_>,
    max: usize,
) -> Result<Vec<CampaignFigures>, StoreError> {
    let since = here.now.plus_ms(-SPEED_HOURS * HOUR_MS);
    let open = campaigns::open_figures(db, since, CAMPAIGNS_MAX)?;
    Ok(popular_campaigns(open, max))
}

/// 요청 많은 영화: what most people ask for.
///
/// # Errors
///
/// Fails when the store does.
pub fn wanted(db: &Connection, max: usize) -> Result<Vec<MovieWishes>, StoreError> {
    let limit = u32::try_from(max).unwrap_or(u32::MAX);
    Ok(most_wanted(movies::most_requested(db, limit)?, max))
}

/// The films of a board are called what the catalogue calls them.
///
/// # Errors
///
/// Fails when the store does.
pub fn titles(
    db: &Connection,
    movie: MovieId,
) -> Result<Option<boxoffice::board_view::Titles>, StoreError> {
    let facts = movies::facts(db, movie)?;
    Ok(facts.map(|facts| boxoffice::board_view::Titles {
        title: facts.title,
        title_en: facts.title_en,
    }))
}
