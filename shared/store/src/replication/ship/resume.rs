//! After a start: where the replica ends, and whether the log goes on from there.

use super::{Chain, Ship, ShipError};
use crate::error::StoreError;
use crate::replication::file::{Decoder, FileError, Header};
use crate::replication::name::{FileName, LEVEL_RAW};
use crate::replication::plan::{self, PlanError, Until};
use crate::replication::restore::{self, RestoreError, Wanted};
use crate::replication::target::{ReplicaTarget, TargetError, list_all};
use domain::mutant::{Mutant, is};

impl Ship {
    /// Finds the end of the replica and the place in the log that belongs to it.
    pub(super) fn resume(&mut self) -> Result<(), ShipError> {
        let target = self.replication.target.clone();
        let (newest, last) = loop {
            let files = list_all(target.as_ref())?;
            let newest = files
                .iter()
                .map(|file| file.name.span.max)
                .max()
                .unwrap_or(0);
            let raw = files.iter().map(|file| file.name);
            let last = raw
                .filter(|name| name.level == LEVEL_RAW)
                .max_by_key(|name| name.span.max);
            let Some(name) = last else {
                break (newest, None);
            };
            match verified(target.as_ref(), name) {
                Ok(header) => break (newest, Some(header)),
                Err(Unusable::Target(error)) => return Err(error.into()),
                Err(Unusable::Damaged(error)) => {
                    tracing::error!(file = %name, %error, "the replica's last file is damaged");
                    target.set_aside(name)?;
                }
            }
        };
        self.tx = newest;
        self.written_at_ms = last.as_ref().map_or(0, |header| header.written_at_ms);
        let Some(last) = last.filter(|header| header.span.max == newest) else {
            if newest > 0 {
                self.prove_not_older(newest)?;
            }
            self.chain = Chain::ImageDue;
            return Ok(());
        };
        self.pages = last.commit;
        self.chain = match self.find(&last)? {
            Some(chain) => chain,
            None => {
                self.prove_not_older(newest)?;
                Chain::ImageDue
            }
        };
        Ok(())
    }

    /// The place in the log where `last` ends; none when the log is another one.
    fn find(&self, last: &Header) -> Result<Option<Chain>, ShipError> {
        let look = self.source.look()?;
        let (Some((log, header)), Some(wal)) = (&look.log, last.wal) else {
            return Ok(None);
        };
        if header.page_size != last.page_size {
            return Ok(None);
        }
        let older = StoreError::OlderThanReplica {
            place: self.replication.target.place(),
        };
        if is(Mutant::ForgetLogIsOlder) {
            // falls through to the image
        } else if header.salts.0.wrapping_add(1) == wal.salts.0 {
            return Err(ShipError::Stop(older));
        }
        if header.salts != wal.salts {
            return Ok(None);
        }
        let at = if wal.end() == header.start().offset {
            Some(header.start())
        } else {
            let changes = header.changes(log, header.start(), wal.end(), u64::MAX)?;
            changes
                .map(|changes| changes.end)
                .filter(|end| end.offset == wal.end())
        };
        match at {
            Some(at) => Ok(Some(Chain::At(Some((header.salts, at))))),
            None if is(Mutant::ForgetLogIsOlder) => Ok(None),
            None => Err(ShipError::Stop(older)),
        }
    }

    /// The log does not say how this database and its replica belong together: what they know
    /// must. Restores the replica beside the database to see.
    fn prove_not_older(&mut self, newest: u64) -> Result<(), ShipError> {
        if is(Mutant::SkipProofOfProgress) || restore::noted(&self.restored)? == Some(newest) {
            return Ok(());
        }
        let target = self.replication.target.clone();
        let target = target.as_ref();
        let files = list_all(target)?;
        let wanted = match plan::restore(&files, Until::Newest) {
            Ok(_) => Wanted::Newest,
            Err(PlanError::Gap { reached, .. }) => Wanted::Transaction(reached),
            Err(PlanError::NoBeginning | PlanError::NotThere { .. }) => return Ok(()),
        };
        let draft = self.restored.with_extension("compared");
        let known = restore::progress(target, wanted, &draft, self.replication.progress);
        let known = match known {
            Ok(known) => known,
            Err(RestoreError::Merge(error)) => {
                tracing::error!(%error, "the replica is damaged: it gets the whole database");
                self.mend_due = true;
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        let own = (self.replication.progress)(self.source.reader())
            .map_err(crate::replication::source::SourceError::Store)?;
        if own < known {
            return Err(ShipError::Stop(StoreError::OlderThanReplica {
                place: target.place(),
            }));
        }
        Ok(())
    }
}

enum Unusable {
    Target(TargetError),
    Damaged(FileError),
}

fn verified(target: &dyn ReplicaTarget, name: FileName) -> Result<Header, Unusable> {
    let file = target.open(name).map_err(Unusable::Target)?;
    if is(Mutant::BelieveLastFile) {
        return Decoder::new(file)
            .map(|decoder| *decoder.header())
            .map_err(Unusable::Damaged);
    }
    Decoder::new(file)
        .and_then(Decoder::verify)
        .map_err(|error| match error {
            FileError::Io(source) => Unusable::Target(TargetError::Unreachable {
                place: target.place(),
                source,
            }),
            FileError::Truncated | FileError::Damaged(_) | FileError::Unknown(_) => {
                Unusable::Damaged(error)
            }
        })
}
