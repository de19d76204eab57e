//! The whole database as one transaction: at the beginning, and when the log does not tell all.

use std::io::{self, Write};

use super::{Chain, Ship, ShipError};
use crate::replication::file::{Encoder, Header, WalSpan};
use crate::replication::gate::Place;
use crate::replication::name::{LEVEL_RAW, LEVEL_SNAPSHOT, Span};
use crate::replication::plan::{self, Until};
use crate::replication::restore;
use crate::replication::source::Pinned;
use crate::replication::target::list_all;
use crate::replication::wal::WAL_HEADER_BYTES;

impl Ship {
    /// Ships the whole database as the next transaction.
    pub(super) fn image(&mut self) -> Result<(), ShipError> {
        tracing::info!(tx = self.tx + 1, "the replica gets the whole database");
        self.gate.reading_all(true);
        let done = self.publish_image();
        self.gate.reading_all(false);
        let (header, chain, settled) = done?;
        self.mend_due = false;
        self.gate.set_settled(settled);
        self.advance(&header, chain);
        restore::forget(&self.restored)?;
        Ok(())
    }

    fn publish_image(&mut self) -> Result<(Header, Chain, Option<Place>), ShipError> {
        let written_at_ms = self.stamp();
        let pinned = self.source.pin()?;
        let wal = pinned.look.log.as_ref().map(|(_, wal)| WalSpan {
            offset: WAL_HEADER_BYTES,
            bytes: pinned.look.end() - WAL_HEADER_BYTES,
            salts: wal.salts,
        });
        let header = Header {
            page_size: pinned.page_size,
            commit: pinned.pages,
            span: Span::of(self.tx + 1),
            written_at_ms,
            wal,
            writer: self.replication.writer,
        };
        self.publish(&header, LEVEL_RAW, &mut |out| {
            write_image(&pinned, header, out)
        })?;
        self.mend(&pinned, header)?;
        let chain = match &pinned.look.log {
            None => None,
            Some((log, wal)) => {
                let all = wal.changes(log, wal.start(), pinned.look.end(), u64::MAX)?;
                let end = all.map_or(wal.start(), |all| all.end);
                Some((wal.salts, end))
            }
        };
        let whole = pinned.look.settled == pinned.look.frames;
        let settled = chain
            .filter(|_| whole)
            .map(|(salts, at)| (salts, at.offset));
        Ok((header, Chain::At(chain), settled))
    }

    /// A replica with a hole is whole again with a snapshot of what comes behind it.
    fn mend(&self, pinned: &Pinned<'_>, header: Header) -> Result<(), ShipError> {
        let files = list_all(self.replication.target.as_ref())?;
        if !self.mend_due && plan::restore(&files, Until::Newest).is_ok() {
            return Ok(());
        }
        let snapshot = Header {
            span: Span {
                min: 1,
                max: header.span.max,
            },
            wal: None,
            writer: 0,
            ..header
        };
        self.publish(&snapshot, LEVEL_SNAPSHOT, &mut |out| {
            write_image(pinned, snapshot, out)
        })
    }
}

fn write_image(pinned: &Pinned<'_>, header: Header, out: &mut dyn Write) -> io::Result<()> {
    let mut encoder = Encoder::new(out, header)?;
    let mut page = Vec::new();
    for number in 1..=header.commit {
        pinned.read(number, &mut page)?;
        encoder.page(number, &page)?;
    }
    encoder.finish()?;
    Ok(())
}
