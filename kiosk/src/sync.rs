//! The kiosk's side of the sync: which of its rows go to the hub, and what it takes from it.

use domain::id::NodeId;
use domain::pledge::Pledge;
use protocol::batch::Batch;
use protocol::message::{Cursor, Token, Welcome};
use protocol::row::{Row, RowKind};
use rusqlite::{Connection, Transaction};
use seats::{Applied, ApplyError, EVERY_NODE, Here, Stretch};
use store::change_feed::{self, Change};
use store::{StoreError, cursor, meta};

use crate::hand_off;
use crate::sqlite::documents;
use crate::work_offline;

/// Who this database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Grows when the database is made anew or restored.
    pub incarnation: i64,
    pub standing: Standing,
}

/// Whether this kiosk may sell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Selling,
    /// It takes back from the hub what it has lost.
    Recovering,
    /// Another copy of it has gone on; somebody has to decide which of the two it is.
    PutAside,
}

const INCARNATION: &str = "incarnation";
const SESSION: &str = "session";
/// The numbers among which luck chooses that of the next session.
const SESSION_NUMBERS: u64 = 1 << 16;
const TOKEN: &str = "token";
const TOKEN_OF: &str = "token_of";
/// The feed's head at the first start since the last welcome; [`PROVEN`] when this program has
/// been welcome since it was started.
const RESUMED: &str = "resumed";
const PROVEN: i64 = -1;
/// 0, or 1 while recovering, or 2 while put aside.
const STANDING: &str = "standing";
/// The incarnation of another copy that has gone on.
const SUPERSEDED_BY: &str = "superseded_by";
/// The session in which everything is read again; what an earlier one still brings is not the
/// whole.
const RECOVERING_IN: &str = "recovering_in";

/// The identity of this database at the start of the program; a new one is given its
/// incarnation.
///
/// # Errors
///
/// Fails when the store does.
pub fn identify(tx: &Transaction<'_>, here: Here<'_>) -> Result<Identity, StoreError> {
    let incarnation = match meta::get_i64(tx, INCARNATION)? {
        Some(incarnation) => incarnation,
        None => {
            // A later database has a higher number, wherever its file came from.
            meta::set_i64(tx, INCARNATION, here.now.0)?;
            here.now.0
        }
    };
    if meta::get_i64(tx, RESUMED)?.unwrap_or(PROVEN) == PROVEN {
        meta::set_i64(tx, RESUMED, change_feed::head(tx)?)?;
    }
    seats::shift_holds(tx, here, 0)?;
    let standing = standing(tx)?;
    Ok(Identity {
        incarnation,
        standing,
    })
}

/// Whether this kiosk may sell.
///
/// # Errors
///
/// Fails when the store does.
pub fn standing(db: &Connection) -> Result<Standing, StoreError> {
    Ok(match meta::get_i64(db, STANDING)?.unwrap_or(0) {
        0 => Standing::Selling,
        1 => Standing::Recovering,
        _ => Standing::PutAside,
    })
}

/// This database is an older copy of itself. From here on nothing is sold until everything
/// that the hub knows of this node has been taken back; says the new incarnation, which is
/// above its own and `above`.
///
/// # Errors
///
/// Fails when the store does.
pub fn begin_recovery(tx: &Transaction<'_>, here: Here<'_>, above: i64) -> Result<i64, StoreError> {
    let known = meta::get_i64(tx, INCARNATION)?.unwrap_or(0);
    let heard = meta::get_i64(tx, SUPERSEDED_BY)?.unwrap_or(0);
    let incarnation = here.now.0.max(known.max(heard).max(above) + 1);
    meta::set_i64(tx, INCARNATION, incarnation)?;
    meta::set_i64(tx, STANDING, 1)?;
    meta::set_i64(tx, RECOVERING_IN, 0)?;
    meta::set_i64(tx, RESUMED, change_feed::head(tx)?)?;
    seats::close_all(tx)?;
    // What staff said was said of the link of another day.
    work_offline::end(tx)?;
    Ok(incarnation)
}

/// Another copy of this node has gone on, with the incarnation `above`: nothing is sold until
/// somebody has decided.
///
/// # Errors
///
/// Fails when the store does.
pub fn put_aside(tx: &Transaction<'_>, above: i64) -> Result<(), StoreError> {
    meta::raise_i64(tx, SUPERSEDED_BY, above)?;
    meta::set_i64(tx, STANDING, 2)?;
    seats::close_all(tx)
}

/// What a hello has to say of this database, with a new and higher session number. It takes
/// `luck`: two machines that run from copies of one disk must not open the same session.
///
/// # Errors
///
/// Fails when the store does.
pub fn open_session(
    tx: &Transaction<'_>,
    here: Here<'_>,
    luck: u64,
) -> Result<Opening, StoreError> {
    let last = meta::get_i64(tx, SESSION)?.unwrap_or(0);
    let luck = i64::try_from(luck % SESSION_NUMBERS).expect("a small number");
    let session = (last + 1).max(here.now.0) + luck;
    meta::set_i64(tx, SESSION, session)?;
    let recovering = standing(tx)? == Standing::Recovering;
    if recovering {
        meta::set_i64(tx, RECOVERING_IN, session)?;
    }
    let known = cursor::get(tx, NodeId::hub().as_str())?;
    let known = Some(known).filter(|known| known.incarnation > 0 && !recovering);
    let resumed = meta::get_i64(tx, RESUMED)?.unwrap_or(PROVEN);
    let head = change_feed::head(tx)?;
    Ok(Opening {
        session,
        incarnation: meta::get_i64(tx, INCARNATION)?.unwrap_or(0),
        head,
        cursor: known.map(|known| Cursor {
            incarnation: known.incarnation,
            seq: known.applied_seq,
        }),
        token: token(tx)?,
        resumed: if resumed == PROVEN { head } else { resumed },
        recovering,
    })
}

/// Where this node stands when a session opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    pub session: i64,
    pub incarnation: i64,
    pub head: i64,
    pub cursor: Option<Cursor>,
    pub token: Option<Token>,
    pub resumed: i64,
    pub recovering: bool,
}

/// Keeps what the hub has handed out, before anything is sent.
///
/// # Errors
///
/// Fails when the store does.
pub fn keep(tx: &Transaction<'_>, welcome: &Welcome) -> Result<(), StoreError> {
    if let Some(token) = welcome.token {
        meta::set_text(tx, TOKEN, &token.value.to_string())?;
        meta::set_i64(tx, TOKEN_OF, token.hub)?;
    }
    hand_off::keep_address(tx, welcome.pays_at.as_deref())?;
    meta::set_i64(tx, RESUMED, PROVEN)
}

fn token(db: &Connection) -> Result<Option<Token>, StoreError> {
    let (Some(value), Some(hub)) = (meta::get_text(db, TOKEN)?, meta::get_i64(db, TOKEN_OF)?)
    else {
        return Ok(None);
    };
    let value = value.parse().map_err(|error| StoreError::Inconsistent {
        table: "meta",
        reason: format!("{TOKEN}: {error}"),
    })?;
    Ok(Some(Token { hub, value }))
}

/// Reads the next batch for the hub: everything that the hub did not write itself. A hub that
/// was restored gets all.
///
/// # Errors
///
/// Fails when the store does.
pub fn read_batch(db: &Connection, stretch: &Stretch<'_>) -> Result<Batch, StoreError> {
    seats::read_batch(db, stretch, documents::load_row)
}

/// Applies a batch from the hub with its cursor, in the caller's transaction. Says whether a
/// recovery is over with it.
///
/// # Errors
///
/// Fails when the store does; then nothing is applied.
pub fn apply_batch(
    tx: &Transaction<'_>,
    here: Here<'_>,
    batch: &Batch,
) -> Result<Heard, StoreError> {
    let hub = NodeId::hub();
    seats::apply_batch(tx, here, &hub, batch, |row| apply_document(tx, &hub, row))?;
    match standing(tx)? {
        Standing::Selling => return Ok(Heard::Rows),
        Standing::PutAside => {
            // A screening that was learnt of just now is closed, too.
            seats::close_all(tx)?;
            return Ok(Heard::Rows);
        }
        Standing::Recovering => {}
    }
    let whole = meta::get_i64(tx, RECOVERING_IN)? == Some(batch.session);
    if whole && batch.watermark.is_some() {
        meta::set_i64(tx, STANDING, 0)?;
        seats::finish_recovery(tx, here)?;
        return Ok(Heard::Everything);
    }
    seats::close_all(tx)?;
    Ok(Heard::Rows)
}

/// What was heard with a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    Rows,
    /// This node was restored, and now has everything that the hub knows.
    Everything,
}

fn apply_document(tx: &Transaction<'_>, hub: &NodeId, row: &Row) -> Result<Applied, StoreError> {
    let (kind, key) = (row.kind(), row.key());
    let newer = match row {
        Row::Theater(body, version) => documents::record(tx, (kind, &key), *version, body)?,
        Row::Auditorium(body, version) => documents::record(tx, (kind, &key), *version, body)?,
        Row::SeatMap(body, version) => documents::record(tx, (kind, &key), *version, body)?,
        Row::Movie(body, version) => documents::record(tx, (kind, &key), *version, body)?,
        Row::Screening(body, version) => {
            let newer = documents::record_screening(tx, body, *version)?;
            seats::sqlite::seats::record_seating(tx, body.screening, body.theater)?;
            newer
        }
        Row::Campaign(body, version) => documents::record(tx, (kind, &key), *version, body)?,
        Row::RefundRules(body, version) => documents::record(tx, (kind, &key), *version, body)?,
        Row::Pledge(pledge) => return take_pledge(tx, hub, pledge),
        Row::HandOff(given) => return hand_off::take(tx, hub, given),
        Row::Ranking(body, version) => documents::record(tx, (kind, &key), *version, body)?,
        Row::Seat(_)
        | Row::Booking(_)
        | Row::Tender(_)
        | Row::DailyClose(_)
        | Row::SearchFact(_)
        | Row::TicketFact(_) => return Ok(Applied::NotOurs),
    };
    if !newer {
        return Ok(Applied::Known);
    }
    let (code, scope) = (RowKind::code(kind), EVERY_NODE);
    let change = Change {
        kind: code,
        key: &key,
        scope,
    };
    change_feed::record(tx, hub.as_str(), &[change])?;
    Ok(Applied::Changed)
}

/// What the hub says of a pledge; one that this kiosk sold comes back without the phone number.
fn take_pledge(tx: &Transaction<'_>, hub: &NodeId, pledge: &Pledge) -> Result<Applied, StoreError> {
    match seats::apply_pledge(tx, hub, pledge) {
        Ok(applied) => Ok(applied),
        Err(ApplyError::Refused(_)) => Ok(Applied::NotOurs),
        Err(ApplyError::Store(fault)) => Err(fault),
    }
}
