//! The search index of this node: derived from its films, built and kept up by a task, asked by
//! the requests. An index that cannot be used is built anew; until then the one before is asked,
//! or, if there is none, everybody is told that it is being built.

mod keeping;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, RwLock};

use domain::id::MovieId;
use domain::time::Timestamp;
use protocol::api::catalog::MovieSummary;
use protocol::row::MovieFacts;
use rusqlite::Connection;
use search::{Film, Index, Shelf};
use store::StoreError;

pub use keeping::keep;

/// Where a program keeps its films: the hub in its catalogue, a kiosk in its mirror of it.
pub trait Films: Send + Sync {
    /// Up to `max` films after `after`, in an order of the program's own that begins behind
    /// [`i64::MIN`].
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    fn after(
        &self,
        db: &Connection,
        after: MovieId,
        max: u32,
    ) -> Result<Vec<MovieFacts>, StoreError>;

    /// The film with this id.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    fn film(&self, db: &Connection, id: MovieId) -> Result<Option<MovieFacts>, StoreError>;

    /// Which films people want and can have now.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    fn demand(&self, db: &Connection, now: Timestamp) -> Result<Demand, StoreError>;
}

/// Which films people want and can have, as far as this node knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// How many people wish to see it again.
    pub wishes: BTreeMap<MovieId, u32>,
    /// There is a campaign for it that can be joined.
    pub funded: BTreeSet<MovieId>,
    /// Tickets for it are sold.
    pub on_sale: BTreeSet<MovieId>,
}

/// What an open campaign weighs, in doublings of the number of wishes.
const FUNDED_WEIGHT: u8 = 4;
/// What a screening on sale weighs.
const ON_SALE_WEIGHT: u8 = 3;

impl Demand {
    /// What each film weighs among films that fit a search equally well: the doublings of its
    /// wishes, and something for a campaign and for a screening. Films that are not named weigh
    /// nothing.
    #[must_use]
    pub fn weights(&self) -> BTreeMap<MovieId, u8> {
        let mut weights: BTreeMap<MovieId, u8> = BTreeMap::new();
        for (movie, wishes) in &self.wishes {
            let doublings = u32::BITS - wishes.leading_zeros();
            weights.insert(*movie, u8::try_from(doublings).unwrap_or(u8::MAX));
        }
        for (movies, weight) in [
            (&self.funded, FUNDED_WEIGHT),
            (&self.on_sale, ON_SALE_WEIGHT),
        ] {
            for movie in movies {
                *weights.entry(*movie).or_default() += weight;
            }
        }
        weights
    }
}

/// The index of this node. Cheap to clone.
#[derive(Clone, Default)]
pub struct Finder(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// None: this node has no index.
    shelf: Option<Shelf>,
    index: RwLock<Option<Arc<Index>>>,
}

impl Finder {
    /// A finder whose index lies in `folder`.
    #[must_use]
    pub fn in_folder(folder: PathBuf) -> Self {
        Self(Arc::new(Inner {
            shelf: Some(Shelf::new(folder)),
            index: RwLock::default(),
        }))
    }

    /// The index; none while it is being built for the first time.
    #[must_use]
    pub fn index(&self) -> Option<Arc<Index>> {
        self.0.index.read().expect("no one panics inside").clone()
    }

    fn show(&self, index: Index) -> Arc<Index> {
        let index = Arc::new(index);
        *self.0.index.write().expect("no one panics inside") = Some(index.clone());
        index
    }
}

/// What the search knows of a film.
fn to_be_found(facts: MovieFacts) -> Film {
    Film {
        movie: facts.movie,
        title: facts.title,
        original_title: facts.original_title,
        title_en: facts.title_en,
        year: facts.year,
        people: facts.people,
    }
}

/// What is shown of a film.
///
/// # Errors
///
/// Fails when the store does.
pub(crate) fn summary(
    films: &dyn Films,
    db: &Connection,
    movie: MovieId,
) -> Result<Option<MovieSummary>, StoreError> {
    Ok(films.film(db, movie)?.map(MovieSummary::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_joined_or_seen_weighs_more_than_a_few_wishes() {
        let demand = Demand {
            wishes: BTreeMap::from([(MovieId(1), 1), (MovieId(2), 100), (MovieId(3), 7)]),
            funded: BTreeSet::from([MovieId(3), MovieId(4)]),
            on_sale: BTreeSet::from([MovieId(4), MovieId(5)]),
        };
        let weights = demand.weights();
        let mut order: Vec<i64> = weights.keys().map(|movie| movie.0).collect();
        order.sort_by_key(|movie| std::cmp::Reverse(weights[&MovieId(*movie)]));
        assert_eq!(order, [2, 3, 4, 5, 1]);
    }
}
