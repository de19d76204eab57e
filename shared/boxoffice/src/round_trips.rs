//! How long the other side takes to acknowledge rows: what a customer would wait for an answer.

use std::sync::{Mutex, MutexGuard};

use protocol::batch::Batch;
use protocol::message::Ack;
use protocol::session::RESEND_MS;

/// A batch with more rows than this measures the other side's disk rather than the link.
const MEASURED_ROWS_MAX: usize = 32;

/// Measures the round trips of one session. Only what is alone on its way is measured: of a
/// row of batches the last one waits for all the others, and the first sync of a morning would
/// look like a slow link.
#[derive(Debug, Default)]
pub struct RoundTrips(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Acknowledged up to here.
    acked: i64,
    /// Sent up to here.
    sent: i64,
    measured: Option<Measured>,
}

#[derive(Clone, Copy, Debug)]
struct Measured {
    last: i64,
    at_ms: i64,
}

/// What is known of a call at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trip {
    Took { ms: i64 },
    Failed,
}

impl RoundTrips {
    /// A batch goes out at `now_ms` of the monotonic clock. Fails what was measured so far when
    /// that should have come back long ago.
    pub fn sent(&self, batch: &Batch, now_ms: i64) -> Option<Trip> {
        let mut state = self.state();
        let failed = state
            .measured
            .take_if(|measured| now_ms - measured.at_ms >= RESEND_MS);
        let alone = state.measured.is_none() && state.acked >= state.sent;
        if (alone || failed.is_some()) && batch.rows.len() <= MEASURED_ROWS_MAX {
            state.measured = Some(Measured {
                last: batch.last,
                at_ms: now_ms,
            });
        }
        state.sent = state.sent.max(batch.last);
        failed.map(|_| Trip::Failed)
    }

    /// The other side has acknowledged at `now_ms` of the monotonic clock. Says how long what
    /// was measured took, if that is it.
    pub fn heard(&self, ack: &Ack, now_ms: i64) -> Option<Trip> {
        let mut state = self.state();
        if ack.gap {
            // Something was lost; what comes now is no answer to what was measured.
            state.measured = None;
            state.sent = ack.seq;
        }
        state.acked = state.acked.max(ack.seq);
        let measured = state
            .measured
            .take_if(|measured| measured.last <= ack.seq)?;
        Some(Trip::Took {
            ms: now_ms - measured.at_ms,
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no one panics inside")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(base: i64, last: i64) -> Batch {
        Batch {
            session: 1,
            incarnation: 1,
            base,
            last,
            watermark: None,
            rows: Vec::new(),
        }
    }

    fn ack(seq: i64) -> Ack {
        Ack {
            session: 1,
            incarnation: 1,
            seq,
            gap: false,
        }
    }

    #[test]
    fn what_is_alone_on_its_way_is_measured() {
        let trips = RoundTrips::default();
        assert_eq!(trips.sent(&batch(0, 5), 100), None);
        // These two wait for the first.
        assert_eq!(trips.sent(&batch(5, 8), 110), None);
        assert_eq!(trips.sent(&batch(8, 9), 120), None);
        assert_eq!(trips.heard(&ack(5), 150), Some(Trip::Took { ms: 50 }));
        assert_eq!(trips.heard(&ack(8), 400), None);
        assert_eq!(trips.sent(&batch(9, 10), 410), None);
        assert_eq!(trips.heard(&ack(9), 420), None);
        assert_eq!(trips.heard(&ack(10), 430), None);
        // A sign of life has no rows and is acknowledged all the same.
        assert_eq!(trips.sent(&batch(10, 10), 2_430), None);
        assert_eq!(trips.heard(&ack(10), 2_450), Some(Trip::Took { ms: 20 }));
    }

    #[test]
    fn what_is_not_acknowledged_in_time_has_failed() {
        let trips = RoundTrips::default();
        assert_eq!(trips.sent(&batch(0, 5), 0), None);
        assert_eq!(trips.sent(&batch(0, 5), RESEND_MS), Some(Trip::Failed));
        let late = trips.heard(&ack(5), RESEND_MS + 10);
        assert_eq!(late, Some(Trip::Took { ms: 10 }));
    }

    #[test]
    fn after_a_gap_nothing_is_taken_for_an_answer() {
        let trips = RoundTrips::default();
        assert_eq!(trips.sent(&batch(3, 5), 0), None);
        let gap = Ack {
            gap: true,
            ..ack(2)
        };
        assert_eq!(trips.heard(&gap, 10), None);
        assert_eq!(trips.heard(&ack(5), 20), None);
        assert_eq!(trips.sent(&batch(5, 6), 30), None);
        assert_eq!(trips.heard(&ack(6), 45), Some(Trip::Took { ms: 15 }));
    }
}
