//! One state of the index, with the films in memory and their order: what a query looks at from
//! its beginning to its end, whatever changes meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::id::MovieId;
use tantivy::query::{BooleanQuery, FuzzyTermQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet as _, Searcher, TERMINATED, Term};

use crate::collect::{FirstByRank, NO_RANK};
use crate::schema::Fields;
use crate::table::Table;

/// Candidates that are looked at in one step of a query.
pub(crate) const CANDIDATES_MAX: usize = 64;

/// Trigrams that one query looks for.
const TRIGRAMS_MAX: usize = 24;

/// One state of the index.
#[derive(Clone)]
pub(crate) struct Snapshot {
    searcher: Searcher,
    fields: Fields,
    table: Arc<Table>,
    /// The row of the table that has each rank.
    order: Arc<Vec<u32>>,
    /// The weight of each rank; falling.
    weights: Arc<Vec<u8>>,
    /// For each segment the rank of each document.
    ranks: Vec<Arc<Vec<u32>>>,
}

impl Snapshot {
    /// The state that `searcher` sees, with the films of `table` in the order of `weights`.
    pub(crate) fn new(
        searcher: Searcher,
        fields: Fields,
        table: Arc<Table>,
        weights: &BTreeMap<MovieId, u8>,
    ) -> tantivy::Result<Self> {
        let (order, weights): (Vec<u32>, Vec<u8>) = table.order(weights).into_iter().unzip();
        let mut rank_of_row = vec![NO_RANK; table.len()];
        for (rank, row) in (0_u32..).zip(&order) {
            rank_of_row[*row as usize] = rank;
        }
        let mut ranks = Vec::with_capacity(searcher.segment_readers().len());
        for segment in searcher.segment_readers() {
            let movies = segment.fast_fields().i64("movie")?;
            let of_documents = (0..segment.max_doc()).map(|doc| {
                let movie = movies.first(doc).map(MovieId);
                let row = movie.and_then(|movie| table.row(movie));
                row.map_or(NO_RANK, |row| rank_of_row[row as usize])
            });
            ranks.push(Arc::new(of_documents.collect()));
        }
        Ok(Self {
            searcher,
            fields,
            table,
            order: Arc::new(order),
            weights: Arc::new(weights),
            ranks,
        })
    }

    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    pub(crate) fn table(&self) -> &Arc<Table> {
        &self.table
    }

    pub(crate) fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    /// How many films there are.
    pub(crate) fn films(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// The film with this rank.
    pub(crate) fn film(&self, rank: u32) -> (MovieId, &[u8]) {
        self.table.film(self.order[rank as usize])
    }

    /// How heavy the film with this rank is.
    pub(crate) fn weight(&self, rank: u32) -> u8 {
        self.weights[rank as usize]
    }

    /// The first films by rank that have the term.
    pub(crate) fn with_term(&self, field: Field, term: &str) -> tantivy::Result<Vec<u32>> {
        self.first(&term_query(field, term))
    }

    /// The first films by rank that have, for each of `words`, one of `fields` with it.
    pub(crate) fn with_words(
        &self,
        fields: &[(Field, usize)],
        words: &[&str],
    ) -> tantivy::Result<Vec<u32>> {
        let each = words.iter().map(|word| {
            let any = fields.iter().map(|(field, keys_max)| {
                let term = crate::schema::beginning_of(word, *keys_max);
                let query: Box<dyn Query> = Box::new(term_query(*field, term));
                (Occur::Should, query)
            });
            let any: Box<dyn Query> = Box::new(BooleanQuery::new(any.collect()));
            (Occur::Must, any)
        });
        self.first(&BooleanQuery::new(each.collect()))
    }

    /// The first films by rank that have all the trigrams.
    pub(crate) fn with_trigrams(&self, trigrams: &[String]) -> tantivy::Result<Vec<u32>> {
        let all = trigrams.iter().take(TRIGRAMS_MAX).map(|three| {
            let query: Box<dyn Query> = Box::new(term_query(self.fields.trigram, three));
            (Occur::Must, query)
        });
        self.first(&BooleanQuery::new(all.collect()))
    }

    /// The first films by rank with a term that begins, but for `slips` slips, as `keys`; for
    /// `whole` that is it, but for the slips.
    pub(crate) fn with_slips(
        &self,
        field: Field,
        keys: &str,
        (slips, whole): (u8, bool),
    ) -> tantivy::Result<Vec<u32>> {
        let term = Term::from_field_text(field, keys);
        self.first(&if whole {
            FuzzyTermQuery::new(term, slips, true)
        } else {
            FuzzyTermQuery::new_prefix(term, slips, true)
        })
    }

    /// The films that share most of the trigrams, at least `min`: those with most first, of
    /// equal ones by rank.
    pub(crate) fn sharing_trigrams(
        &self,
        trigrams: &[String],
        min: usize,
    ) -> tantivy::Result<Vec<u32>> {
        let mut found: Vec<(u8, u32)> = Vec::new();
        for (segment, ranks) in self.searcher.segment_readers().iter().zip(&self.ranks) {
            let terms = segment.inverted_index(self.fields.trigram)?;
            let mut shared = vec![0_u8; ranks.len()];
            for three in trigrams.iter().take(TRIGRAMS_MAX) {
                let term = Term::from_field_text(self.fields.trigram, three);
                let Some(mut postings) = terms.read_postings(&term, IndexRecordOption::Basic)?
                else {
                    continue;
                };
                let mut doc = postings.doc();
                while doc != TERMINATED {
                    shared[doc as usize] += 1;
                    doc = postings.advance();
                }
            }
            for (doc, (shared, rank)) in (0_u32..).zip(shared.iter().zip(ranks.iter())) {
                if usize::from(*shared) >= min.max(1)
                    && *rank != NO_RANK
                    && !segment.is_deleted(doc)
                {
                    found.push((*shared, *rank));
                }
            }
        }
        let order = |(shared, rank): &(u8, u32)| (std::cmp::Reverse(*shared), *rank);
        if found.len() > CANDIDATES_MAX {
            found.select_nth_unstable_by_key(CANDIDATES_MAX, order);
            found.truncate(CANDIDATES_MAX);
        }
        found.sort_unstable_by_key(order);
        Ok(found.into_iter().map(|(_, rank)| rank).collect())
    }

    fn first(&self, query: &dyn Query) -> tantivy::Result<Vec<u32>> {
        let first = FirstByRank {
            ranks: self.ranks.clone(),
            max: CANDIDATES_MAX,
        };
        self.searcher.search(query, &first)
    }
}

fn term_query(field: Field, term: &str) -> TermQuery {
    TermQuery::new(Term::from_field_text(field, term), IndexRecordOption::Basic)
}
