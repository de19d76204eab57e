//! 실시간 검색 순위: what counts as a search, how searches are counted, and how the board of an
//! hour follows from the counts.
//!
//! A fact is (hour, term, actor) with set semantics: repeats, late and doubled deliveries change
//! nothing. A board is a pure function of the counts of the 24 hours before it ("decay-24",
//! docs/decisions/0012-rankings.md): whole numbers only, so that it is the same on every machine.

mod board;
mod counting;
#[cfg(test)]
mod laws;
mod popular;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::{MovieId, NodeId};
use crate::time::{HOUR_MS, Timestamp};

pub use board::{
    ALGORITHM, Board, DAY_HOURS, LINES_MAX, LINES_SHOWN, Line, MOVIE_ACTORS_MIN, Mark,
    TEXT_ACTORS_MIN, WEIGHTS, digest, rank,
};
pub use counting::{
    ACTOR_TERMS_MAX, ADDRESS_ACTORS_MAX, Counts, Facts, KIOSK_ACTORS_MAX, counted, merge,
};
pub use popular::{
    CampaignFigures, MovieWishes, SPEED_HOURS, heat, most_wanted, popular_campaigns,
};

/// A fact is taken and kept so many hours after its own.
pub const LATE_HOURS_MAX: i64 = 72;

/// A fact of so many hours ahead is taken: its node's clock was wrong, and it counts when its
/// hour has come. Anything beyond is a mistake.
pub const EARLY_HOURS_MAX: i64 = 24;

/// A board is published so long after its hour began, in milliseconds.
pub const PUBLISH_AFTER_MS: i64 = 2 * 60_000;

/// The shortest text that is counted, in characters after folding.
pub const TEXT_CHARS_MIN: usize = 2;

/// The longest text that is counted.
pub const TEXT_CHARS_MAX: usize = 40;

/// A text with so many digits is somebody's number and nobody's film.
pub const TEXT_DIGITS_MAX: usize = 6;

/// An hour of UTC: whole hours since the Unix epoch.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(transparent)]
pub struct Hour(pub i64);

impl Hour {
    /// The hour that `at` lies in.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        Self(at.0.div_euclid(HOUR_MS))
    }

    /// Its first instant.
    #[must_use]
    pub fn begins_at(self) -> Timestamp {
        Timestamp(self.0.saturating_mul(HOUR_MS))
    }

    /// This hour moved by `hours`, which may be negative.
    #[must_use]
    pub fn plus(self, hours: i64) -> Self {
        Self(self.0.saturating_add(hours))
    }

    /// The hour whose board is the newest that is due at `now`.
    #[must_use]
    pub fn due(now: Timestamp) -> Self {
        Self::of(now.plus_ms(-PUBLISH_AFTER_MS))
    }

    /// Whether a fact of this hour is taken at `now`.
    #[must_use]
    pub fn is_taken(self, now: Timestamp) -> bool {
        let present = Self::of(now);
        self >= present.plus(-LATE_HOURS_MAX) && self <= present.plus(EARLY_HOURS_MAX)
    }
}

impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What was searched for: the film if one was meant, else the text, folded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Term {
    Movie(MovieId),
    Text(String),
}

/// The text is no term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a term is written movie:1 or text:…, folded, with {TEXT_CHARS_MIN} to {TEXT_CHARS_MAX} letters"
)]
pub struct TermInvalid;

impl Term {
    /// A folded text as a term; none when it is too short or long to be counted, or is somebody's
    /// number.
    #[must_use]
    pub fn text(folded: &str) -> Option<Self> {
        let chars = folded.chars().count();
        let digits = folded.chars().filter(char::is_ascii_digit).count();
        let fits = (TEXT_CHARS_MIN..=TEXT_CHARS_MAX).contains(&chars) && digits <= TEXT_DIGITS_MAX;
        let plain = !folded.chars().any(|c| c.is_control() || c.is_whitespace());
        (fits && plain).then(|| Self::Text(folded.to_owned()))
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Movie(movie) => write!(f, "movie:{movie}"),
            Self::Text(text) => write!(f, "text:{text}"),
        }
    }
}

impl FromStr for Term {
    type Err = TermInvalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("movie", id)) => {
                let id = id.parse().map_err(|_| TermInvalid)?;
                Ok(Self::Movie(MovieId(id)))
            }
            Some(("text", text)) => Self::text(text).ok_or(TermInvalid),
            Some(_) | None => Err(TermInvalid),
        }
    }
}

impl From<Term> for String {
    fn from(term: Term) -> Self {
        term.to_string()
    }
}

impl TryFrom<String> for Term {
    type Error = TermInvalid;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Who searched, as nobody can read it: a keyed hash of a member, a device or a visit at a kiosk.
/// The key never leaves its node.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Hashed(pub [u8; 16]);

/// The text is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash is written as 32 hexadecimal digits")]
pub struct HashedInvalid;

impl fmt::Display for Hashed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hashed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hashed {
    type Err = HashedInvalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 16];
        if text.len() != 32 || !text.is_ascii() {
            return Err(HashedInvalid);
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            let digits = &text[2 * at..2 * at + 2];
            *byte = u8::from_str_radix(digits, 16).map_err(|_| HashedInvalid)?;
        }
        Ok(Self(bytes))
    }
}

impl From<Hashed> for String {
    fn from(hashed: Hashed) -> Self {
        hashed.to_string()
    }
}

impl TryFrom<String> for Hashed {
    type Error = HashedInvalid;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Where a search came from: what many actors at one place can do to a count has its limit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// One network address of guests, hashed.
    Address(Hashed),
    Kiosk(NodeId),
    /// Somebody who has signed in: no limit but their own.
    Member,
}

/// The text names no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a place is written address:…, kiosk:… or member")]
pub struct PlaceInvalid;

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "address:{address}"),
            Self::Kiosk(node) => write!(f, "kiosk:{}", node.as_str()),
            Self::Member => f.write_str("member"),
        }
    }
}

impl FromStr for Place {
    type Err = PlaceInvalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            Some(("address", hash)) => hash.parse().map(Self::Address).map_err(|_| PlaceInvalid),
            Some(("kiosk", node)) => node.parse().map(Self::Kiosk).map_err(|_| PlaceInvalid),
            None if text == "member" => Ok(Self::Member),
            Some(_) | None => Err(PlaceInvalid),
        }
    }
}

/// Somebody searched for something in some hour.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Fact {
    pub hour: Hour,
    pub term: Term,
    pub actor: Hashed,
    pub place: Place,
}

/// Why a search was committed. Keystrokes are not, and clicks on the board itself neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Committed {
    /// The search key, or the button.
    Key,
    /// A suggestion was chosen.
    Suggestion,
    /// A result was opened.
    Result,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_read_as_it_is_written() {
        let texts = ["movie:12", "text:기생충", "text:a:b"];
        for text in texts {
            assert_eq!(text.parse::<Term>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "movie:",
            "movie:x",
            "text:a",
            "text:a b",
            "기생충",
            "text:01012345678",
        ] {
            assert_eq!(text.parse::<Term>(), Err(TermInvalid), "{text}");
        }
    }

    #[test]
    fn an_hour_is_the_same_everywhere() {
        let at = Timestamp(1_700_000_000_000);
        assert_eq!(Hour::of(at), Hour(472_222));
        assert!(Hour::of(at).begins_at() <= at);
        assert!(at < Hour::of(at).plus(1).begins_at());
        assert_eq!(Hour::of(Timestamp(-1)), Hour(-1));
    }

    #[test]
    fn a_board_is_due_two_minutes_after_its_hour_began() {
        let begins = Hour(100).begins_at();
        assert_eq!(Hour::due(begins.plus_ms(PUBLISH_AFTER_MS - 1)), Hour(99));
        assert_eq!(Hour::due(begins.plus_ms(PUBLISH_AFTER_MS)), Hour(100));
    }

    #[test]
    fn a_fact_is_taken_for_three_days() {
        let now = Hour(1_000).begins_at().plus_ms(1);
        for (hour, taken) in [
            (927, false),
            (928, true),
            (1_000, true),
            (1_024, true),
            (1_025, false),
        ] {
            assert_eq!(Hour(hour).is_taken(now), taken, "{hour}");
        }
    }

    #[test]
    fn a_hash_is_read_as_it_is_written() {
        let hashed = Hashed([0xa5; 16]);
        assert_eq!(hashed.to_string().parse(), Ok(hashed));
        assert_eq!("é5".repeat(8).parse::<Hashed>(), Err(HashedInvalid));
    }
}
