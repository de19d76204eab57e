//! Answers to what another node asks of the rows that this node writes.

use domain::id::{BookingId, SeatId};
use domain::version::Version;
use protocol::ask::{AskRefused, Outcome, Want};
use rusqlite::Transaction;
use store::StoreError;

use crate::Shop;

/// Does what is wanted, or says why not. Done means durable.
pub async fn answer(shop: &Shop, want: Want) -> Outcome {
    let asked = shop.clone();
    let answered = shop.db.write(move |tx| carry_out(&asked, tx, &want));
    match answered.await {
        Ok(()) => Outcome::Done,
        Err(AnswerError::Refused(why)) => Outcome::Refused { why },
        Err(AnswerError::Store(fault)) => {
            let error = &fault as &dyn std::error::Error;
            tracing::error!(error, "a question could not be answered");
            Outcome::Refused {
                why: AskRefused::NotNow,
            }
        }
    }
}

/// A refusal rolls back what the operation had done up to there.
enum AnswerError {
    Refused(AskRefused),
    Store(StoreError),
}

impl From<StoreError> for AnswerError {
    fn from(fault: StoreError) -> Self {
        Self::Store(fault)
    }
}

fn carry_out(shop: &Shop, tx: &Transaction<'_>, want: &Want) -> Result<(), AnswerError> {
    let here = shop.here();
    let done = match want {
        Want::Grant {
            screening,
            seats,
            to,
        } => seats::grant_asked(tx, here, (*screening, to), seats)?,
        Want::Void { booking } => seats::void(tx, here, *booking)?.map(drop),
        // Orders on the web are the hub's.
        Want::GiveUp { .. } => Err(AskRefused::NotNow),
        Want::Reseat {
            booking,
            moves,
            known,
        } => {
            if !has_heard(tx, *booking, moves.iter().map(|(_, to)| *to).zip(known))? {
                return Err(AnswerError::Refused(AskRefused::Elsewhere));
            }
            seats::reseat(tx, here, *booking, moves)?.map(drop)
        }
    };
    done.map_err(AnswerError::Refused)
}

/// Whether the rows here are at least as late as those of the asker: a node that has just come
/// back may believe in seats that were taken from it.
fn has_heard<'a>(
    tx: &Transaction<'_>,
    booking: BookingId,
    known: impl Iterator<Item = (SeatId, &'a Version)>,
) -> Result<bool, StoreError> {
    let Some(booking) = seats::sqlite::bookings::find(tx, booking)? else {
        return Ok(true);
    };
    for (seat, version) in known {
        let row = seats::sqlite::seats::find(tx, booking.screening, seat)?;
        if row.is_none_or(|row| row.version < *version) {
            return Ok(false);
        }
    }
    Ok(true)
}
