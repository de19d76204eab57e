//! The sending half: reads our feed batch by batch, keeps a window in flight, goes back to
//! what was acknowledged when something was lost.

use std::collections::VecDeque;

use domain::time::Timestamp;

use super::HEARTBEAT_MS;
use crate::batch::Batch;
use crate::message::Ack;

/// The most batches on their way at once.
pub const IN_FLIGHT_MAX: usize = 8;

/// With batches on their way and no progress for this long, they are sent again.
pub const RESEND_MS: i64 = 3_000;

#[derive(Debug)]
pub(super) struct Outbound {
    /// The peer has applied everything up to here.
    acked: i64,
    /// The peer has been told everything up to here.
    told: i64,
    /// Looked through up to here: between `told` and this nothing concerned the peer.
    looked: i64,
    /// The `last` of each batch on its way.
    in_flight: VecDeque<i64>,
    /// A read of the feed is under way; it began after this.
    reading: Option<i64>,
    sent_at: Timestamp,
    progress_at: Timestamp,
}

impl Default for Outbound {
    fn default() -> Self {
        Self::after(0, Timestamp(0))
    }
}

impl Outbound {
    /// Goes on after `seq`. The first batch is sent at once, if only for its watermark.
    pub(super) fn after(seq: i64, now: Timestamp) -> Self {
        Self {
            acked: seq,
            told: seq,
            looked: seq,
            in_flight: VecDeque::new(),
            reading: None,
            sent_at: now.plus_ms(-HEARTBEAT_MS),
            progress_at: now,
        }
    }

    pub(super) fn acked(&self) -> i64 {
        self.acked
    }

    /// Where to read on, if something should be sent now.
    pub(super) fn wants(&mut self, head: i64, now: Timestamp) -> Option<i64> {
        let due = self.looked < head || self.heartbeat_due(now);
        if self.reading.is_some() || self.in_flight.len() >= IN_FLIGHT_MAX || !due {
            return None;
        }
        self.reading = Some(self.looked);
        Some(self.looked)
    }

    fn heartbeat_due(&self, now: Timestamp) -> bool {
        self.in_flight.is_empty() && now.since_ms(self.sent_at) >= HEARTBEAT_MS
    }

    /// The batch that was read, if it is to be sent. One in which nothing concerns the peer
    /// is sent only as a sign of life: otherwise every commit would be told to every node.
    pub(super) fn read(&mut self, batch: Batch, now: Timestamp) -> Option<Batch> {
        let asked = self.reading.take()?;
        if asked != self.looked || batch.base != asked {
            // Rewound while the read was under way.
            return None;
        }
        self.looked = batch.last;
        if batch.rows.is_empty() && !self.heartbeat_due(now) {
            return None;
        }
        if self.in_flight.is_empty() {
            self.progress_at = now;
        }
        let base = std::mem::replace(&mut self.told, batch.last);
        self.sent_at = now;
        self.in_flight.push_back(batch.last);
        Some(Batch { base, ..batch })
    }

    pub(super) fn acknowledged(&mut self, ack: Ack, now: Timestamp) {
        self.progress_at = now;
        if ack.gap {
            self.rewind_to(ack.seq);
            return;
        }
        self.acked = self.acked.max(ack.seq);
        self.told = self.told.max(self.acked);
        self.looked = self.looked.max(self.told);
        while self
            .in_flight
            .front()
            .is_some_and(|&last| last <= self.acked)
        {
            self.in_flight.pop_front();
        }
    }

    pub(super) fn tick(&mut self, now: Timestamp) {
        if !self.in_flight.is_empty() && now.since_ms(self.progress_at) >= RESEND_MS {
            self.progress_at = now;
            self.rewind_to(self.acked);
        }
    }

    fn rewind_to(&mut self, seq: i64) {
        self.acked = seq;
        self.told = seq;
        self.looked = seq;
        self.in_flight.clear();
        self.sent_at = self.sent_at.plus_ms(-HEARTBEAT_MS);
    }
}
