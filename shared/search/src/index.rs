//! The index on the disk: built, opened, changed a little, and asked.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, RwLock};

use domain::id::MovieId;
use serde::{Deserialize, Serialize};
use tantivy::directory::MmapDirectory;
use tantivy::indexer::NoMergePolicy;
use tantivy::schema::Value as _;
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError, Term};

use crate::film::{Film, analysed, written};
use crate::query::{self, Found};
use crate::schema::{Fields, SCHEMA_VERSION};
use crate::snapshot::Snapshot;
use crate::table::Table;

/// Memory for building anew, in bytes.
const BUILD_BYTES: usize = 64 * 1024 * 1024;
/// Memory for a few changes, in bytes: the least that the writer takes.
const CHANGE_BYTES: usize = 15 * 1024 * 1024;
/// Blocks of films kept unpacked while the table is filled: they are read one behind the other.
const BLOCKS_KEPT: usize = 1;

/// What an index is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// [`SCHEMA_VERSION`] of the program that built it.
    pub schema: u32,
    /// Which catalogue: another database, or one that was restored, has another number.
    pub catalogue: i64,
    /// The place in the catalogue's change feed up to which it knows everything.
    pub position: i64,
}

impl Stamp {
    /// The stamp of an index that this program builds.
    #[must_use]
    pub fn new(catalogue: i64, position: i64) -> Self {
        Self {
            schema: SCHEMA_VERSION,
            catalogue,
            position,
        }
    }
}

/// Why an index cannot be used or written. It is always possible to build it anew.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error("the search index cannot be read or written")]
    Tantivy(#[from] TantivyError),
    #[error("the search index does not say what it is of")]
    NoStamp,
    #[error("the search index has schema {0}, this program has {SCHEMA_VERSION}")]
    OtherSchema(u32),
    #[error("the folder of the search index")]
    Folder(#[from] std::io::Error),
}

/// What became of a film.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new or has changed.
    Put(Film),
    Gone(MovieId),
}

/// An index that can be asked. Asking never waits for a change.
pub struct Index {
    inner: tantivy::Index,
    reader: IndexReader,
    /// What is asked now.
    now: RwLock<Arc<Snapshot>>,
    /// Held by who changes it.
    state: Mutex<State>,
}

struct State {
    stamp: Stamp,
    weights: BTreeMap<MovieId, u8>,
}

impl Index {
    /// Opens the index in `folder`.
    ///
    /// # Errors
    ///
    /// Fails when there is none, it is damaged, or another version of this program built it.
    pub fn open(folder: &Path) -> Result<Self, SearchError> {
        let inner = tantivy::Index::open_in_dir(folder)?;
        let payload = inner.load_metas()?.payload.ok_or(SearchError::NoStamp)?;
        let stamp: Stamp = serde_json::from_str(&payload).map_err(|_| SearchError::NoStamp)?;
        let (fields, schema) = Fields::new();
        if stamp.schema != SCHEMA_VERSION || inner.schema() != schema {
            return Err(SearchError::OtherSchema(stamp.schema));
        }
        let reader = inner
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        let table = Arc::new(read_table(&reader, &fields)?);
        let weights = BTreeMap::new();
        let now = Snapshot::new(reader.searcher(), fields, table, &weights)?;
        Ok(Self {
            inner,
            reader,
            now: RwLock::new(Arc::new(now)),
            state: Mutex::new(State { stamp, weights }),
        })
    }

    /// What it is of.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        self.state.lock().expect("no one panics inside").stamp
    }

    /// How many films it has.
    #[must_use]
    pub fn films(&self) -> u64 {
        self.snapshot().films()
    }

    /// Looks for what somebody has typed; at most `limit` films.
    ///
    /// # Errors
    ///
    /// Fails when the index cannot be read.
    pub fn search(&self, typed: &str, limit: usize) -> Result<Found, SearchError> {
        Ok(query::search(&self.snapshot(), typed, limit)?)
    }

    /// Films that fit equally well are shown in the order of their weights, the heaviest first;
    /// films that are not named weigh nothing.
    ///
    /// # Errors
    ///
    /// Fails when the index cannot be read.
    pub fn weigh(&self, weights: BTreeMap<MovieId, u8>) -> Result<(), SearchError> {
        let mut state = self.state.lock().expect("no one panics inside");
        if state.weights == weights {
            return Ok(());
        }
        let known = self.snapshot();
        let (searcher, table) = (known.searcher().clone(), known.table().clone());
        self.show(Snapshot::new(searcher, *known.fields(), table, &weights)?);
        state.weights = weights;
        Ok(())
    }

    /// Takes in what has changed up to `position` of the catalogue's feed.
    ///
    /// # Errors
    ///
    /// Fails when the index cannot be written; then nothing has changed.
    pub fn change(&self, changes: &[Change], position: i64) -> Result<(), SearchError> {
        let mut state = self.state.lock().expect("no one panics inside");
        let stamp = Stamp {
            position,
            ..state.stamp
        };
        let known = self.snapshot();
        let fields = *known.fields();
        let mut table = Table::clone(known.table());
        let mut writer: IndexWriter = self.inner.writer_with_num_threads(1, CHANGE_BYTES)?;
        for change in changes {
            match change {
                Change::Gone(movie) => {
                    writer.delete_term(Term::from_field_i64(fields.movie, movie.0));
                }
                Change::Put(film) => {
                    writer.delete_term(Term::from_field_i64(fields.movie, film.movie.0));
                    writer.add_document(fields.document(film))?;
                    table.put(film.movie, &written(&analysed(film)));
                }
            }
        }
        commit(&mut writer, stamp)?;
        writer.wait_merging_threads()?;
        self.reader.reload()?;
        let searcher = self.reader.searcher();
        self.show(Snapshot::new(
            searcher,
            fields,
            Arc::new(table),
            &state.weights,
        )?);
        state.stamp = stamp;
        Ok(())
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        self.now.read().expect("no one panics inside").clone()
    }

    fn show(&self, snapshot: Snapshot) {
        *self.now.write().expect("no one panics inside") = Arc::new(snapshot);
    }
}

/// An index that is being built, in a folder of its own.
pub(crate) struct Builder {
    writer: IndexWriter,
    fields: Fields,
}

impl Builder {
    /// Begins an index in the empty folder `folder`.
    ///
    /// # Errors
    ///
    /// Fails when it cannot be written there.
    pub(crate) fn begin(folder: &Path) -> Result<Self, SearchError> {
        let (fields, schema) = Fields::new();
        let directory = MmapDirectory::open(folder).map_err(TantivyError::from)?;
        let inner = tantivy::Index::create(directory, schema, tantivy::IndexSettings::default())?;
        let writer: IndexWriter = inner.writer_with_num_threads(1, BUILD_BYTES)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        Ok(Self { writer, fields })
    }

    /// Adds a film that is not there yet.
    ///
    /// # Errors
    ///
    /// Fails when the index cannot be written.
    pub(crate) fn add(&self, film: &Film) -> Result<(), SearchError> {
        self.writer.add_document(self.fields.document(film))?;
        Ok(())
    }

    /// Ends it: all in one piece, with its stamp.
    ///
    /// # Errors
    ///
    /// Fails when the index cannot be written.
    pub(crate) fn finish(mut self, stamp: Stamp) -> Result<(), SearchError> {
        commit(&mut self.writer, stamp)?;
        let pieces = self.writer.index().searchable_segment_ids()?;
        if pieces.len() > 1 {
            self.writer.merge(&pieces).wait()?;
        }
        self.writer.garbage_collect_files().wait()?;
        self.writer.wait_merging_threads()?;
        Ok(())
    }
}

fn commit(writer: &mut IndexWriter, stamp: Stamp) -> Result<(), SearchError> {
    let payload = serde_json::to_string(&stamp).map_err(|_| SearchError::NoStamp)?;
    let mut prepared = writer.prepare_commit()?;
    prepared.set_payload(&payload);
    prepared.commit()?;
    Ok(())
}

fn read_table(reader: &IndexReader, fields: &Fields) -> Result<Table, SearchError> {
    let mut table = Table::default();
    for segment in reader.searcher().segment_readers() {
        let store = segment.get_store_reader(BLOCKS_KEPT)?;
        for document in store.iter::<TantivyDocument>(segment.alive_bitset()) {
            let document = document?;
            let movie = document.get_first(fields.movie).and_then(|it| it.as_i64());
            let film = document.get_first(fields.film).and_then(|it| it.as_bytes());
            if let (Some(movie), Some(film)) = (movie, film) {
                table.put(MovieId(movie), film);
            }
        }
    }
    Ok(table)
}
