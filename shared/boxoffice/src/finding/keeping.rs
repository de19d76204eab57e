//! The task that keeps the index: opens it, builds it where it is missing or of something else,
//! takes in what has changed, and weighs the films.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::id::MovieId;
use process::shutdown::Shutdown;
use process::task::{Task, spawn_periodic};
use process::telemetry::chain;
use protocol::row::RowKind;
use rusqlite::Connection;
use search::{Change, Index, SearchError, Shelf, Stamp};
use store::{StoreError, change_feed, meta};
use tokio::sync::Notify;
use tokio::task::{JoinError, spawn_blocking};

use super::{Films, to_be_found};
use crate::Shop;

/// Changes of the catalogue are looked for this often.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Films are weighed this often, in milliseconds.
const WEIGH_EVERY_MS: i64 = 10_000;
/// More changes than this are not taken in one by one: the index is built anew beside the old one.
const CHANGES_MAX: usize = 2_000;
/// Films that are read from the database at once.
const PAGE_FILMS: u32 = 500;
/// The number of this database, kept by the sync: a restored one has another.
const CATALOGUE: &str = "incarnation";

/// Why the index could not be kept up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeepingError {
    #[error(transparent)]
    Search(#[from] SearchError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the work on the index did not end")]
    Broken(#[from] JoinError),
}

/// What the task remembers from one look to the next.
#[derive(Clone, Copy, Default)]
struct Looked {
    /// Up to here in the feed everything is in the index.
    position: i64,
    weighed_at: i64,
}

/// Keeps the index of `shop`, until `shutdown`.
pub fn keep(shop: &Shop, shutdown: &Shutdown) -> Task {
    let (shop, never) = (shop.clone(), Arc::new(Notify::new()));
    let looked = Arc::new(Mutex::new(Looked::default()));
    spawn_periodic(
        "search index",
        LOOK_EVERY,
        never,
        shutdown.clone(),
        move || {
            let (shop, looked) = (shop.clone(), looked.clone());
            async move {
                let before = *looked.lock().expect("no one panics inside");
                let now = match look(&shop, before).await {
                    // A copy that is not there yet: it will be, and then nobody is to wait.
                    Err(KeepingError::Store(
                        StoreError::NoCopy | StoreError::OtherSchema { .. },
                    )) => return Ok(()),
                    looked => looked?,
                };
                *looked.lock().expect("no one panics inside") = now;
                Ok::<(), KeepingError>(())
            }
        },
    )
}

/// The catalogue as it is: its number, and the head of its feed.
fn state(db: &Connection) -> Result<(i64, i64), StoreError> {
    let catalogue = meta::get_i64(db, CATALOGUE)?.unwrap_or(0);
    Ok((catalogue, change_feed::head(db)?))
}

async fn look(shop: &Shop, looked: Looked) -> Result<Looked, KeepingError> {
    let Some(shelf) = shop.finder.0.shelf.clone() else {
        return Ok(looked);
    };
    let (catalogue, head) = shop.db.read(state).await?;
    let mut looked = looked;
    let known = match shop.finder.index() {
        Some(index) => Some(index),
        None => opened(shop, shelf.clone(), &mut looked).await?,
    };
    let fits = |index: &Arc<Index>| index.stamp().catalogue == catalogue && looked.position <= head;
    let index = match known.filter(fits) {
        Some(index) => index,
        None => {
            looked = Looked::default();
            looked.position = head;
            rebuild(shop, shelf, Stamp::new(catalogue, head)).await?
        }
    };
    if head > looked.position {
        take_in(shop, &index, (looked.position, head)).await?;
        looked.position = head;
    }
    let now = shop.now();
    if now.0 >= looked.weighed_at + WEIGH_EVERY_MS {
        let programme = shop.programme.clone();
        let demand = shop.db.read(move |db| programme.demand(db, now)).await?;
        spawn_blocking(move || index.weigh(demand.weights())).await??;
        looked.weighed_at = now.0;
    }
    Ok(looked)
}

/// The index that lies on the disk; none when there is none that can be used.
async fn opened(
    shop: &Shop,
    shelf: Shelf,
    looked: &mut Looked,
) -> Result<Option<Arc<Index>>, KeepingError> {
    match spawn_blocking(move || shelf.open()).await? {
        Ok(Some(index)) => {
            looked.position = index.stamp().position;
            looked.weighed_at = 0;
            Ok(Some(shop.finder.show(index)))
        }
        Ok(None) => Ok(None),
        // It is derived: whatever is wrong with it, another is built.
        Err(error) => {
            tracing::warn!(error = chain(&error), "search.index_unusable");
            Ok(None)
        }
    }
}

/// Builds another index beside the one in use, and puts it in its place.
async fn rebuild(shop: &Shop, shelf: Shelf, stamp: Stamp) -> Result<Arc<Index>, KeepingError> {
    let begun = shelf.clone();
    let mut building = spawn_blocking(move || begun.begin()).await??;
    let (mut after, mut films) = (MovieId(i64::MIN), 0_usize);
    loop {
        let programme = shop.programme.clone();
        let page = shop
            .db
            .read(move |db| programme.after(db, after, PAGE_FILMS));
        let page = page.await?;
        let Some(last) = page.last() else { break };
        after = last.movie;
        films += page.len();
        building = spawn_blocking(move || {
            for facts in page {
                building.add(&to_be_found(facts))?;
            }
            Ok::<_, SearchError>(building)
        })
        .await??;
    }
    let index = spawn_blocking(move || shelf.finish(building, stamp)).await??;
    tracing::info!(films, position = stamp.position, "search.index_built");
    Ok(shop.finder.show(index))
}

/// Takes in what has changed in `(from, head]`: one by one, or all anew if it is much.
async fn take_in(
    shop: &Shop,
    index: &Arc<Index>,
    (from, head): (i64, i64),
) -> Result<(), KeepingError> {
    let programme = shop.programme.clone();
    let changes = shop.db.read(move |db| {
        let kind = RowKind::Movie.code();
        let keys = change_feed::keys_of_kind(db, kind, (from, CHANGES_MAX + 1))?;
        if keys.len() > CHANGES_MAX {
            return Ok(None);
        }
        changes(programme.as_ref(), db, &keys).map(Some)
    });
    match changes.await? {
        Some(changes) if changes.is_empty() => Ok(()),
        Some(changes) => {
            let (index, films) = (index.clone(), changes.len());
            spawn_blocking(move || index.change(&changes, head)).await??;
            tracing::debug!(films, position = head, "search.index_changed");
            Ok(())
        }
        None => {
            let Some(shelf) = shop.finder.0.shelf.clone() else {
                return Ok(());
            };
            let stamp = Stamp::new(index.stamp().catalogue, head);
            rebuild(shop, shelf, stamp).await.map(drop)
        }
    }
}

fn changes(
    films: &(impl Films + ?Sized),
    db: &Connection,
    keys: &[String],
) -> Result<Vec<Change>, StoreError> {
    let mut changes = BTreeMap::new();
    for movie in keys.iter().filter_map(|key| key.parse().ok().map(MovieId)) {
        let change = match films.film(db, movie)? {
            Some(facts) => Change::Put(to_be_found(facts)),
            None => Change::Gone(movie),
        };
        changes.insert(movie, change);
    }
    Ok(changes.into_values().collect())
}
