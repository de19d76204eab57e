//! Keeps a replica short: merges files, makes snapshots, and removes what nobody needs for a
//! restore any more. It reads and writes the replica alone, never the database.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::file::{Decoder, FileError};
use super::merge::{Merge, MergeError};
use super::name::{FileInfo, FileName, LEVEL_SNAPSHOT, Level, Span};
use super::plan::{self, Until};
use super::target::{ReplicaTarget, TargetError, list_all};
use super::{Gate, Replication};
use crate::stats::instant;

/// Why a replica could not be kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeepError {
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error(transparent)]
    Merge(#[from] MergeError),
}

/// Who keeps a replica.
pub(crate) struct Keeper {
    gate: Arc<Gate>,
    replication: Replication,
    merged: [Option<Instant>; 3],
    /// Why the last round failed.
    trouble: Option<String>,
    stop: std::sync::mpsc::Receiver<()>,
}

/// How often it looks whether something is due.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl Keeper {
    /// Ends when the other side of `stop` is dropped.
    pub(crate) fn new(
        gate: Arc<Gate>,
        replication: Replication,
        stop: std::sync::mpsc::Receiver<()>,
    ) -> Self {
        Self {
            gate,
            replication,
            merged: [None; 3],
            trouble: None,
            stop,
        }
    }

    pub(crate) fn run(mut self) {
        let every = LOOK_EVERY.min(self.replication.policy.merge_every[0]);
        while self.stop.recv_timeout(every) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            if self.gate.is_stopped() {
                return;
            }
            let failed = self.round().err();
            if matches!(failed, Some(KeepError::Merge(_))) {
                self.gate.ask_for_image();
            }
            let trouble = failed.map(|error| error.to_string());
            if let Some(error) = &trouble
                && self.trouble != trouble
            {
                tracing::warn!(error, "the replica cannot be tidied up");
            }
            self.trouble = trouble;
        }
    }

    /// Does what is due.
    fn round(&mut self) -> Result<(), KeepError> {
        let every = self.replication.policy.merge_every;
        let mut due = false;
        for (level, (last, every)) in (1..).zip(self.merged.iter_mut().zip(every)) {
            if last.is_none_or(|last| last.elapsed() >= every) {
                *last = Some(instant());
                due = true;
                let target = self.replication.target.as_ref();
                merge_level(target, Level(level))?;
            }
        }
        if due {
            let now_ms = (self.replication.clock)();
            let target = self.replication.target.as_ref();
            let snapshot = snapshot(target, now_ms, self.replication.policy.snapshot_every)?;
            self.gate.snapshot_at(snapshot);
            remove_expired(target, now_ms, self.replication.policy.retention)?;
        }
        Ok(())
    }
}

/// Merges what the level below has into one file of `level`, if there is something.
pub(crate) fn merge_level(target: &dyn ReplicaTarget, level: Level) -> Result<(), KeepError> {
    let mut files = target.list(Level(level.0 - 1))?;
    files.extend(target.list(level)?);
    if let Some(run) = plan::merge(&files, level) {
        merged(target, &run, level)?;
    }
    Ok(())
}

/// Makes a snapshot when the newest one is older than `every`, and says when it was made.
pub(crate) fn snapshot(
    target: &dyn ReplicaTarget,
    now_ms: i64,
    every: Duration,
) -> Result<Option<i64>, KeepError> {
    let files = list_all(target)?;
    let newest = files
        .iter()
        .filter(|file| file.name.level == LEVEL_SNAPSHOT)
        .max_by_key(|file| file.name.span.max)
        .map(|file| file.written_at_ms);
    let every_ms = i64::try_from(every.as_millis()).unwrap_or(i64::MAX);
    if newest.is_some_and(|newest| now_ms.saturating_sub(newest) < every_ms) {
        return Ok(newest);
    }
    let Ok(plan) = plan::restore(&files, Until::Newest) else {
        return Err(KeepError::Merge(MergeError::Gap));
    };
    if plan.len() == 1 && plan[0].level == LEVEL_SNAPSHOT {
        return Ok(newest);
    }
    let written_at_ms = merged(target, &plan, LEVEL_SNAPSHOT)?;
    Ok(Some(written_at_ms))
}

/// Removes what no restore needs.
pub(crate) fn remove_expired(
    target: &dyn ReplicaTarget,
    now_ms: i64,
    retention: plan::Retention,
) -> Result<(), KeepError> {
    let files: Vec<FileInfo> = list_all(target)?;
    for name in plan::expired(&files, now_ms, retention) {
        target.remove(name)?;
    }
    Ok(())
}

/// Makes one file of `run` and says its time, which is that of the last one.
fn merged(target: &dyn ReplicaTarget, run: &[FileName], level: Level) -> Result<i64, KeepError> {
    let open = || -> Result<_, KeepError> {
        let mut inputs = Vec::with_capacity(run.len());
        for name in run {
            inputs.push(target.open(*name)?);
        }
        Ok(Merge::new(inputs)?)
    };
    let first = match open() {
        Err(KeepError::Merge(error)) => {
            set_aside_damaged(target, run)?;
            return Err(error.into());
        }
        opened => opened?,
    };
    let header = *first.header();
    let name = FileName {
        level,
        span: Span {
            min: header.span.min,
            max: header.span.max,
        },
    };
    let mut next = Some(first);
    let mut broken = None;
    let created = target.create(name, header.written_at_ms, &mut |out| {
        // Read anew when the target tries again.
        let merge = match next.take() {
            Some(merge) => merge,
            None => open().map_err(std::io::Error::other)?,
        };
        let written = merge.into_file(out).map_err(|error| match error {
            MergeError::Write(error) => error,
            MergeError::File(_)
            | MergeError::Gap
            | MergeError::PageSize
            | MergeError::PageMissing(_) => {
                let said = std::io::Error::other(error.to_string());
                broken = Some(error);
                said
            }
        });
        written?.flush()
    });
    if let Some(error) = broken {
        set_aside_damaged(target, run)?;
        return Err(error.into());
    }
    match created {
        // Made before a crash, or by a program that has taken over: the same content.
        Ok(()) | Err(TargetError::AlreadyThere(_)) => Ok(header.written_at_ms),
        Err(error) => Err(error.into()),
    }
}

/// What is damaged must not stand in the way of every merge to come. The hole is mended with
/// the whole database.
fn set_aside_damaged(target: &dyn ReplicaTarget, run: &[FileName]) -> Result<(), KeepError> {
    for name in run {
        let file = target.open(*name)?;
        match Decoder::new(file).and_then(Decoder::verify) {
            Ok(_) | Err(FileError::Io(_)) => {}
            Err(error) => {
                tracing::error!(file = %name, %error, "a file of the replica is damaged");
                target.set_aside(*name)?;
            }
        }
    }
    Ok(())
}
