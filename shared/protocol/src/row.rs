//! The rows that nodes tell each other of. Each has exactly one writer at any time.

mod key;

use domain::booking::Booking;
use domain::campaign::Campaign;
use domain::daily_close::DailyClose;
use domain::hand_off::HandOff;
use domain::id::{MovieId, NodeId};
use domain::movie::Rating;
use domain::pledge::Pledge;
use domain::ranking::{Board, Fact};
use domain::refund::RefundRule;
use domain::screening::Screening;
use domain::seat_map::SeatMapFacts;
use domain::seating::ScreeningSeat;
use domain::tender::KioskTender;
use domain::theater::{Auditorium, Theater};
use domain::ticket_fact::TicketFact;
use domain::version::Version;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

pub use key::{RANKING_KEY, TicketFactKey, close_key, search_key};

/// What a kiosk needs to know of a film.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovieFacts {
    pub movie: MovieId,
    pub title: String,
    pub original_title: Option<String>,
    pub title_en: Option<String>,
    pub year: Option<i32>,
    pub rating: Rating,
    pub runtime_min: Option<i32>,
    pub genres: Vec<String>,
    /// Who made it, for finding it. Older writers do not say it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
}

/// How money changed hands, and at which node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenderFact {
    pub node: NodeId,
    #[serde(flatten)]
    pub tender: KioskTender,
}

/// What comes back for tickets that are returned, everywhere in the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRulesFacts {
    /// The earliest first.
    pub rules: Vec<RefundRule>,
}

/// The key of the refund rules: there is one such row.
pub const REFUND_RULES_KEY: &str = "1";

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $code:literal $name:literal),* $(,)?) => {
        /// The kinds of rows. Codes and names are for good: they stand in databases and on
        /// the wire.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum RowKind {
            $($(#[$doc])* $kind,)*
        }

        impl RowKind {
            /// The number in a change feed.
            #[must_use]
            pub fn code(self) -> i64 {
                match self { $(Self::$kind => $code,)* }
            }

            /// The name on the wire.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }

            /// The kind with this number.
            #[must_use]
            pub fn from_code(code: i64) -> Option<Self> {
                match code { $($code => Some(Self::$kind),)* _ => None }
            }

            /// The kind with this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$kind),)* _ => None }
            }
        }
    };
}

kinds! {
    Theater = 1 "theater",
    Auditorium = 2 "auditorium",
    SeatMap = 3 "seat_map",
    Movie = 4 "movie",
    Screening = 5 "screening",
    Campaign = 6 "campaign",
    RefundRules = 8 "refund_rules",
    Seat = 10 "seat",
    Booking = 11 "booking",
    Tender = 12 "tender",
    Pledge = 13 "pledge",
    DailyClose = 15 "daily_close",
    SearchFact = 16 "search_fact",
    Ranking = 17 "ranking",
    HandOff = 18 "hand_off",
    TicketFact = 19 "ticket_fact",
}

impl RowKind {
    /// The kinds that have come since the first version of the protocol. A node says at its
    /// hello which of them it knows; the others are not told to it.
    pub const NEWER: [Self; 8] = [
        Self::Campaign,
        Self::Pledge,
        Self::DailyClose,
        Self::HandOff,
        Self::RefundRules,
        Self::SearchFact,
        Self::Ranking,
        Self::TicketFact,
    ];

    /// The kinds that a node tells only to a hub that says at its welcome that it knows them. A
    /// hub of before says nothing, and knows those that came before this rule.
    pub const ASKED_FOR: [Self; 1] = [Self::SearchFact];

    /// Whether a node that says it knows `kinds` can read rows of this kind.
    #[must_use]
    pub fn is_known_with(self, kinds: &[String]) -> bool {
        !Self::NEWER.contains(&self) || kinds.iter().any(|kind| kind == self.name())
    }

    /// Whether a hub that says at its welcome that it knows `kinds` can read rows of this kind.
    #[must_use]
    pub fn is_welcome_with(self, kinds: &[String]) -> bool {
        !Self::ASKED_FOR.contains(&self) || kinds.iter().any(|kind| kind == self.name())
    }

    /// What this program says at its hello.
    #[must_use]
    pub fn newer_names() -> Vec<String> {
        Self::NEWER.map(|kind| kind.name().to_owned()).to_vec()
    }
}

/// A row as it is at present.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    Theater(Theater, Version),
    Auditorium(Auditorium, Version),
    SeatMap(SeatMapFacts, Version),
    Movie(MovieFacts, Version),
    Screening(Screening, Version),
    Campaign(Campaign, Version),
    RefundRules(RefundRulesFacts, Version),
    Seat(ScreeningSeat),
    Booking(Booking),
    Tender(TenderFact),
    Pledge(Pledge),
    DailyClose(DailyClose),
    HandOff(HandOff),
    SearchFact(Fact),
    /// The board of popular searches that was published last.
    Ranking(Board, Version),
    TicketFact(TicketFact),
}

/// A row on the wire. The body is read only once its kind is known, so that one row that a
/// receiver cannot read does not spoil the batch.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Envelope {
    pub kind: String,
    pub key: String,
    /// Epoch and revision.
    #[serde(rename = "v")]
    pub version: (i64, i64),
    pub body: Box<RawValue>,
}

/// Why a row on the wire cannot be read: it will never be, so it must not block the feed.
#[derive(Debug, thiserror::Error)]
pub enum RowUnreadable {
    #[error("rows of kind {0} are not known to this program")]
    UnknownKind(String),
    #[error("the row does not have the expected form")]
    Body(#[from] serde_json::Error),
    #[error("the row's key does not fit its body")]
    Key,
}

impl Envelope {
    /// Whether a hub that says at its welcome that it knows `kinds` can read the row.
    #[must_use]
    pub fn is_welcome_with(&self, kinds: &[String]) -> bool {
        RowKind::from_name(&self.kind).is_some_and(|kind| kind.is_welcome_with(kinds))
    }

    /// Whether a node that says it knows `kinds` can read the row.
    #[must_use]
    pub fn is_known_with(&self, kinds: &[String]) -> bool {
        RowKind::from_name(&self.kind).is_some_and(|kind| kind.is_known_with(kinds))
    }
}

impl Row {
    /// What kind of row it is.
    #[must_use]
    pub fn kind(&self) -> RowKind {
        match self {
            Self::Theater(..) => RowKind::Theater,
            Self::Auditorium(..) => RowKind::Auditorium,
            Self::SeatMap(..) => RowKind::SeatMap,
            Self::Movie(..) => RowKind::Movie,
            Self::Screening(..) => RowKind::Screening,
            Self::Campaign(..) => RowKind::Campaign,
            Self::RefundRules(..) => RowKind::RefundRules,
            Self::Seat(_) => RowKind::Seat,
            Self::Booking(_) => RowKind::Booking,
            Self::Tender(_) => RowKind::Tender,
            Self::Pledge(_) => RowKind::Pledge,
            Self::DailyClose(_) => RowKind::DailyClose,
            Self::HandOff(_) => RowKind::HandOff,
            Self::SearchFact(_) => RowKind::SearchFact,
            Self::Ranking(..) => RowKind::Ranking,
            Self::TicketFact(_) => RowKind::TicketFact,
        }
    }

    /// The key, unique within its kind.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Theater(theater, _) => theater.theater.to_string(),
            Self::Auditorium(auditorium, _) => auditorium.auditorium.to_string(),
            Self::SeatMap(map, _) => format!("{}/{}", map.id, map.version),
            Self::Movie(movie, _) => movie.movie.to_string(),
            Self::Screening(screening, _) => screening.screening.to_string(),
            Self::Campaign(campaign, _) => campaign.campaign.to_string(),
            Self::RefundRules(..) => REFUND_RULES_KEY.to_owned(),
            Self::Seat(seat) => format!("{}/{}", seat.screening, seat.seat),
            Self::Booking(booking) => booking.booking.to_string(),
            Self::Tender(tender) => tender.tender.order.to_string(),
            Self::Pledge(pledge) => pledge.pledge.to_string(),
            Self::DailyClose(close) => close_key(&close.node, close.closed_at),
            Self::HandOff(hand_off) => hand_off.order.to_string(),
            Self::SearchFact(fact) => search_key(fact),
            Self::Ranking(..) => RANKING_KEY.to_owned(),
            Self::TicketFact(fact) => TicketFactKey::of(fact).to_string(),
        }
    }

    /// The version by which a receiver knows the later of two copies.
    #[must_use]
    pub fn version(&self) -> Version {
        match self {
            Self::Theater(_, version)
            | Self::Auditorium(_, version)
            | Self::SeatMap(_, version)
            | Self::Movie(_, version)
            | Self::Screening(_, version)
            | Self::Campaign(_, version)
            | Self::RefundRules(_, version)
            | Self::Ranking(_, version) => *version,
            Self::Seat(seat) => seat.version,
            Self::Booking(booking) => booking.version,
            Self::Pledge(pledge) => pledge.version,
            Self::HandOff(hand_off) => hand_off.version,
            // A fact never changes.
            Self::Tender(_) | Self::DailyClose(_) | Self::SearchFact(_) | Self::TicketFact(_) => {
                Version::FIRST
            }
        }
    }

    /// The row as it goes on the wire.
    ///
    /// # Errors
    ///
    /// Fails only when the body cannot be written as JSON.
    pub fn to_envelope(&self) -> Result<Envelope, serde_json::Error> {
        let body = match self {
            Self::Theater(body, _) => serde_json::value::to_raw_value(body),
            Self::Auditorium(body, _) => serde_json::value::to_raw_value(body),
            Self::SeatMap(body, _) => serde_json::value::to_raw_value(body),
            Self::Movie(body, _) => serde_json::value::to_raw_value(body),
            Self::Screening(body, _) => serde_json::value::to_raw_value(body),
            Self::Campaign(body, _) => serde_json::value::to_raw_value(body),
            Self::RefundRules(body, _) => serde_json::value::to_raw_value(body),
            Self::Seat(body) => serde_json::value::to_raw_value(body),
            Self::Booking(body) => serde_json::value::to_raw_value(body),
            Self::Tender(body) => serde_json::value::to_raw_value(body),
            Self::Pledge(body) => serde_json::value::to_raw_value(body),
            Self::DailyClose(body) => serde_json::value::to_raw_value(body),
            Self::HandOff(body) => serde_json::value::to_raw_value(body),
            Self::SearchFact(body) => serde_json::value::to_raw_value(body),
            Self::Ranking(body, _) => serde_json::value::to_raw_value(body),
            Self::TicketFact(body) => serde_json::value::to_raw_value(body),
        }?;
        let version = self.version();
        Ok(Envelope {
            kind: self.kind().name().to_owned(),
            key: self.key(),
            version: (version.epoch, version.revision),
            body,
        })
    }

    /// Reads a row from the wire. Fields that this program does not know are passed over:
    /// a newer writer may say more.
    ///
    /// # Errors
    ///
    /// Fails on a kind or form that this program does not know.
    pub fn from_envelope(envelope: &Envelope) -> Result<Self, RowUnreadable> {
        let kind = RowKind::from_name(&envelope.kind)
            .ok_or_else(|| RowUnreadable::UnknownKind(envelope.kind.clone()))?;
        let (epoch, revision) = envelope.version;
        let version = Version { epoch, revision };
        let body = envelope.body.get();
        let row = match kind {
            RowKind::Theater => Self::Theater(serde_json::from_str(body)?, version),
            RowKind::Auditorium => Self::Auditorium(serde_json::from_str(body)?, version),
            RowKind::SeatMap => Self::SeatMap(serde_json::from_str(body)?, version),
            RowKind::Movie => Self::Movie(serde_json::from_str(body)?, version),
            RowKind::Screening => Self::Screening(serde_json::from_str(body)?, version),
            RowKind::Campaign => Self::Campaign(serde_json::from_str(body)?, version),
            RowKind::RefundRules => Self::RefundRules(serde_json::from_str(body)?, version),
            RowKind::Seat => Self::Seat(ScreeningSeat {
                version,
                ..serde_json::from_str(body)?
            }),
            RowKind::Booking => Self::Booking(Booking {
                version,
                ..serde_json::from_str(body)?
            }),
            RowKind::Tender => Self::Tender(serde_json::from_str(body)?),
            RowKind::Pledge => Self::Pledge(Pledge {
                version,
                ..serde_json::from_str(body)?
            }),
            RowKind::DailyClose => Self::DailyClose(serde_json::from_str(body)?),
            RowKind::TicketFact => Self::TicketFact(serde_json::from_str(body)?),
            RowKind::HandOff => Self::HandOff(HandOff {
                version,
                ..serde_json::from_str(body)?
            }),
            RowKind::SearchFact => Self::SearchFact(serde_json::from_str(body)?),
            RowKind::Ranking => Self::Ranking(serde_json::from_str(body)?, version),
        };
        if row.key() != envelope.key {
            return Err(RowUnreadable::Key);
        }
        Ok(row)
    }
}
