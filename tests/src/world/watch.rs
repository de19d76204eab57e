//! One seat's row at every device, followed through a run: what people want to see first when
//! a run has found something.

use domain::id::{ScreeningId, SeatId};
use domain::seating::ScreeningSeat;

use super::{BEGINNING_MS, World};

/// The seat, and its row at each device when it was looked at last.
pub(super) struct Watch {
    screening: ScreeningId,
    seat: SeatId,
    rows: Vec<Option<ScreeningSeat>>,
}

impl Watch {
    pub(super) fn new(screening: ScreeningId, seat: SeatId) -> Self {
        Self {
            screening,
            seat,
            rows: Vec::new(),
        }
    }
}

impl World {
    /// Adds a line for each device at which the watched seat has changed. The run's number is
    /// the same with and without these lines.
    pub(super) fn look_at_watched_seat(&mut self) {
        let Some(watch) = &mut self.watch else {
            return;
        };
        watch.rows.resize(self.devices.len(), None);
        for (device, seen) in self.devices.iter().zip(&mut watch.rows) {
            let row = seats::sqlite::seats::find(&device.db, watch.screening, watch.seat);
            let row = row.expect("a seat is read");
            if row != *seen {
                let text = match &row {
                    None => "no row".to_owned(),
                    Some(row) => format!("{} {:?} {:?}", row.owner, row.version, row.state),
                };
                let at_ms = self.now_ms - BEGINNING_MS;
                let node = &device.node;
                self.transcript
                    .remark(at_ms, format_args!("    at {node}: {text}"));
                *seen = row;
            }
        }
    }
}
