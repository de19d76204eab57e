//! Ships commits: copies what is new in the log into one raw file, publishes it, and tells the
//! gate. It knows only what the replica and the log say, so it may die at any moment.

mod image;
mod resume;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::mutant::{Mutant, is};

use super::file::{Encoder, Header, WalSpan};
use super::gate::Work;
use super::name::{FileName, LEVEL_RAW, LEVEL_SNAPSHOT, Span};
use super::restore::RestoreError;
use super::source::{Look, Source, SourceError};
use super::target::{HeaderError, TargetError};
use super::wal::{Changes, Position, ReadAt as _};
use super::{Gate, Replication};
use crate::error::StoreError;

/// Bytes of the log that one file takes, at most.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Pauses between tries to reach the target.
const PAUSE_MIN: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(5);

/// Tries that are made when the database is closed.
const LAST_TRIES: usize = 3;

/// Why nothing was shipped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ShipError {
    /// The database could not be read, or the target not be reached: it is tried again.
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error("the replica could not be compared with the database")]
    Compare(#[from] RestoreError),
    /// An earlier try of this process has come through without our hearing of it.
    #[error("the file is there already")]
    CameThrough,
    /// It must not go on.
    #[error(transparent)]
    Stop(StoreError),
}

impl From<io::Error> for ShipError {
    fn from(error: io::Error) -> Self {
        Self::Source(error.into())
    }
}

impl From<HeaderError> for ShipError {
    fn from(error: HeaderError) -> Self {
        match error {
            HeaderError::Target(error) => error.into(),
            HeaderError::File(error) => Self::Source(io::Error::other(error).into()),
        }
    }
}

/// Where the replica stands in relation to the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chain {
    /// Nobody has looked yet.
    Unknown,
    /// The next file is the whole database.
    ImageDue,
    /// The next file begins here; none when the log did not exist then.
    At(Option<((u32, u32), Position)>),
}

/// Who ships.
pub(crate) struct Ship {
    gate: Arc<Gate>,
    replication: Replication,
    source: Source,
    restored: std::path::PathBuf,
    chain: Chain,
    /// The newest transaction in the replica.
    tx: u64,
    /// Pages of the database after it.
    pages: u32,
    written_at_ms: i64,
    /// The next image is a snapshot, too: what is before it cannot be restored.
    mend_due: bool,
}

impl Ship {
    /// Ships the database at `path`, which is open and has its schema.
    ///
    /// # Errors
    ///
    /// The database cannot be read.
    pub(crate) fn new(
        gate: Arc<Gate>,
        replication: Replication,
        path: &Path,
    ) -> Result<Self, StoreError> {
        let source = Source::open(path).map_err(|error| match error {
            SourceError::Store(error) => error,
            SourceError::Io(error) => StoreError::io(path, error),
            SourceError::Restless => StoreError::Busy,
        })?;
        Ok(Self {
            gate,
            replication,
            source,
            restored: super::restore::marker(path),
            chain: Chain::Unknown,
            tx: 0,
            pages: 0,
            written_at_ms: 0,
            mend_due: false,
        })
    }

    /// The first look, before anything is committed: a copy that is older than its replica is
    /// found here. A target that cannot be reached is looked for later.
    ///
    /// # Errors
    ///
    /// The database must not be used.
    pub(crate) fn begin(&mut self) -> Result<(), StoreError> {
        match self.ship(0) {
            Ok(()) => Ok(()),
            Err(ShipError::Stop(error)) => Err(error),
            Err(error) => {
                self.report(&error);
                Ok(())
            }
        }
    }

    /// Works until the gate is closed.
    pub(crate) fn run(mut self) {
        let mut pause = Duration::ZERO;
        loop {
            match self.gate.wait(pause) {
                Work::Ship(commit) => pause = self.attempt(commit, pause),
                Work::End(commit) => {
                    for _ in 0..LAST_TRIES {
                        if self.gate.is_stopped() || self.attempt(commit, PAUSE_MIN).is_zero() {
                            break;
                        }
                    }
                    break;
                }
            }
            if self.gate.is_stopped() {
                break;
            }
        }
        self.gate.end();
    }

    /// Ships once, and says how long to pause before the next try: not at all when it worked.
    pub(crate) fn attempt(&mut self, commit: u64, pause: Duration) -> Duration {
        match self.ship(commit) {
            Ok(()) => Duration::ZERO,
            Err(ShipError::Stop(error)) => {
                tracing::error!(%error, "the replica was stopped");
                self.gate.stop(&error);
                Duration::ZERO
            }
            Err(error) => {
                self.report(&error);
                (pause * 2).clamp(PAUSE_MIN, PAUSE_MAX)
            }
        }
    }

    fn report(&self, error: &ShipError) {
        let mut reason = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(inner) = source {
            reason = format!("{reason}: {inner}");
            source = inner.source();
        }
        if self.gate.failed(reason.clone()) {
            tracing::warn!(reason, "commits cannot be shipped to the replica");
        } else {
            tracing::debug!(reason, "nor can they now");
        }
    }

    fn ship(&mut self, commit: u64) -> Result<(), ShipError> {
        loop {
            match self.ship_once(commit) {
                Err(ShipError::CameThrough) => self.chain = Chain::Unknown,
                done => return done,
            }
        }
    }

    fn ship_once(&mut self, commit: u64) -> Result<(), ShipError> {
        if self.chain == Chain::Unknown {
            self.resume()?;
        }
        if self.gate.take_image_due() {
            self.chain = Chain::ImageDue;
            self.mend_due = true;
        }
        if is(Mutant::AnswerBeforeReplica) {
            self.gate.shipped(commit, None, self.tx);
        }
        let place = loop {
            let look = self.source.look()?;
            let Some(at) = self.follow(&look)? else {
                continue;
            };
            let (Some((log, header)), Some(at)) = (&look.log, at) else {
                break None;
            };
            let place = (header.salts, at.offset);
            self.gate.lags(look.end().saturating_sub(at.offset));
            let changes = header.changes(log, at, look.end(), FILE_BYTES_MAX)?;
            let Some(changes) = changes else {
                break Some(place);
            };
            self.publish_changes(&look, at, &changes)?;
        };
        self.gate.shipped(commit, place, self.tx);
        Ok(())
    }

    /// Where to go on in the log; none when the whole database was shipped first.
    #[expect(
        clippy::option_option,
        reason = "no place yet, and no log yet, are two things"
    )]
    fn follow(&mut self, look: &Look) -> Result<Option<Option<Position>>, ShipError> {
        let before = match self.chain {
            Chain::At(before) => before,
            Chain::Unknown | Chain::ImageDue => {
                self.image()?;
                return Ok(None);
            }
        };
        let Some((_, header)) = &look.log else {
            return Ok(Some(None));
        };
        let Some((salts, at)) = before else {
            self.chain = Chain::At(Some((header.salts, header.start())));
            return Ok(Some(Some(header.start())));
        };
        if salts == header.salts {
            return Ok(Some(Some(at)));
        }
        // The log was begun anew. That is fine if we have all that it had.
        let next = header.salts.0 == salts.0.wrapping_add(1);
        let whole = self.gate.may_begin_anew((salts, at.offset));
        if (next && whole) || is(Mutant::TrustLogBegunAnew) {
            self.gate.set_settled(None);
            self.chain = Chain::At(Some((header.salts, header.start())));
            return Ok(Some(Some(header.start())));
        }
        tracing::warn!("the log was begun anew before it was shipped: the replica gets it all");
        self.chain = Chain::ImageDue;
        self.image()?;
        Ok(None)
    }

    fn publish_changes(
        &mut self,
        look: &Look,
        from: Position,
        changes: &Changes,
    ) -> Result<(), ShipError> {
        let Some((log, wal)) = &look.log else {
            return Ok(());
        };
        let least = self.pages.min(changes.commit_least);
        // Pages that the database has grown by and that nobody wrote are empty.
        let mut sources: std::collections::BTreeMap<u32, Option<u64>> = (least + 1
            ..=changes.commit)
            .map(|number| (number, None))
            .collect();
        sources.extend(
            changes
                .pages
                .iter()
                .map(|(number, at)| (*number, Some(*at))),
        );
        if is(Mutant::ForgetLastPage) && sources.len() > 1 {
            sources.pop_last();
        }
        let header = Header {
            page_size: wal.page_size,
            commit: changes.commit,
            span: Span::of(self.tx + 1),
            written_at_ms: self.stamp(),
            wal: Some(WalSpan {
                offset: from.offset,
                bytes: changes.end.offset - from.offset,
                salts: wal.salts,
            }),
            writer: self.replication.writer,
        };
        let mut encoder = Encoder::new(Vec::new(), header)?;
        let mut page = vec![0; usize::try_from(wal.page_size).expect("a page fits")];
        for (number, at) in sources {
            page.fill(0);
            if let Some(at) = at {
                log.read_at(&mut page, at)?;
            }
            encoder.page(number, &page)?;
        }
        let bytes = encoder.finish()?;
        self.publish(&header, LEVEL_RAW, &mut |out| out.write_all(&bytes))?;
        self.gate.counted(bytes.len() as u64);
        self.advance(&header, Chain::At(Some((wal.salts, changes.end))));
        Ok(())
    }

    fn publish(
        &self,
        header: &Header,
        level: super::name::Level,
        produce: super::target::Produce<'_>,
    ) -> Result<(), ShipError> {
        let name = FileName {
            level,
            span: header.span,
        };
        let target = self.replication.target.as_ref();
        match target.create(name, header.written_at_ms, produce) {
            Ok(()) => Ok(()),
            Err(TargetError::AlreadyThere(_)) => {
                if level == LEVEL_SNAPSHOT {
                    return Ok(());
                }
                if super::target::header(target, name)?.writer == self.replication.writer {
                    return Err(ShipError::CameThrough);
                }
                if is(Mutant::OverwriteOthersFile) {
                    target.remove(name)?;
                    return Ok(target.create(name, header.written_at_ms, produce)?);
                }
                Err(ShipError::Stop(StoreError::Fenced {
                    place: target.place(),
                    tx: header.span.max,
                }))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn advance(&mut self, header: &Header, chain: Chain) {
        self.tx = header.span.max;
        self.pages = header.commit;
        self.written_at_ms = header.written_at_ms;
        self.chain = chain;
    }

    /// The present time, and never before that of the last file.
    fn stamp(&self) -> i64 {
        (self.replication.clock)().max(self.written_at_ms)
    }
}
