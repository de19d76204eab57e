//! The receiving half: one batch is applied at a time, a few may wait, a gap is told at once.

use std::collections::VecDeque;

use domain::mutant::{Mutant, is};

use crate::batch::Batch;

/// The most batches that wait to be applied: a sender keeps fewer than these in flight.
pub const WAITING_MAX: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Inbound {
    /// The peer's incarnation.
    incarnation: i64,
    /// Applied and durable up to here.
    cursor: i64,
    /// Being applied: its `last`.
    applying: Option<i64>,
    waiting: VecDeque<Batch>,
}

/// What becomes of a batch.
pub(super) enum Offered {
    Apply(Batch),
    /// It waits for its turn.
    Waiting,
    /// Everything in it was applied before.
    Known {
        seq: i64,
    },
    /// Something before it was missed.
    Gap {
        wanted: i64,
    },
    /// Too many wait; the sender will send it again.
    Dropped,
    /// The peer is not who it was.
    OtherIncarnation,
}

impl Inbound {
    pub(super) fn after(incarnation: i64, seq: i64) -> Self {
        Self {
            incarnation,
            cursor: seq,
            applying: None,
            waiting: VecDeque::new(),
        }
    }

    pub(super) fn incarnation(&self) -> i64 {
        self.incarnation
    }

    pub(super) fn cursor(&self) -> i64 {
        self.cursor
    }

    pub(super) fn offer(&mut self, batch: Batch) -> Offered {
        if batch.incarnation != self.incarnation {
            return Offered::OtherIncarnation;
        }
        if batch.last <= self.cursor && (batch.watermark.is_none() || batch.last < self.cursor) {
            return Offered::Known { seq: self.cursor };
        }
        let expected = self.waiting.back().map(|batch| batch.last);
        let expected = expected.or(self.applying).unwrap_or(self.cursor);
        if batch.base > expected && !is(Mutant::ApplyOverGap) {
            return Offered::Gap {
                wanted: self.cursor,
            };
        }
        if self.applying.is_none() {
            self.applying = Some(batch.last);
            return Offered::Apply(batch);
        }
        if self.waiting.len() >= WAITING_MAX {
            return Offered::Dropped;
        }
        self.waiting.push_back(batch);
        Offered::Waiting
    }

    /// The batch up to `seq` is done; the next one to apply, if one waits.
    pub(super) fn applied(&mut self, seq: i64) -> Option<Batch> {
        self.applying = None;
        self.cursor = self.cursor.max(seq);
        let next = self.waiting.pop_front()?;
        self.applying = Some(next.last);
        Some(next)
    }
}
