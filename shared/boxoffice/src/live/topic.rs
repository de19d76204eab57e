//! What a client can listen to.

use std::fmt;
use std::str::FromStr;

use domain::id::TheaterId;
use domain::presence::Subject;

/// The most topics of one stream.
pub(crate) const TOPICS_MAX: usize = 16;

/// One thing that changes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// A screening's seats, or a campaign's numbers; and how many look at it. Who listens is
    /// one of those.
    Subject(Subject),
    /// Whether the other side of a theater can be reached.
    Link(TheaterId),
    /// The board of popular searches (실시간 검색 순위).
    Ranking,
}

/// The text names no topic.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no topic: screening:1, campaign:1, link:1 (a theater) or ranking")]
pub struct TopicInvalid(String);

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subject(subject) => subject.fmt(f),
            Self::Link(theater) => write!(f, "link:{theater}"),
            Self::Ranking => f.write_str("ranking"),
        }
    }
}

impl FromStr for Topic {
    type Err = TopicInvalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || TopicInvalid(text.to_owned());
        if text == "ranking" {
            return Ok(Self::Ranking);
        }
        if let Some(theater) = text.strip_prefix("link:") {
            return Ok(Self::Link(TheaterId(
                theater.parse().map_err(|_| invalid())?,
            )));
        }
        text.parse().map(Self::Subject).map_err(|_| invalid())
    }
}

/// The topics of a comma-separated list.
///
/// # Errors
///
/// Fails on what is no topic, on none at all, and on more than [`TOPICS_MAX`].
pub(crate) fn list(text: &str) -> Result<Vec<Topic>, TopicInvalid> {
    let topics = text.split(',').map(str::trim).map(str::parse);
    let mut topics: Vec<Topic> = topics.collect::<Result<_, _>>()?;
    topics.sort_unstable();
    topics.dedup();
    if topics.len() > TOPICS_MAX {
        return Err(TopicInvalid(format!("more than {TOPICS_MAX}")));
    }
    Ok(topics)
}

#[cfg(test)]
mod tests {
    use domain::id::{CampaignId, ScreeningId};

    use super::*;

    #[test]
    fn topics_are_read_as_they_are_written() {
        let wanted = [
            Topic::Subject(Subject::Screening(ScreeningId(3))),
            Topic::Subject(Subject::Campaign(CampaignId(4))),
            Topic::Link(TheaterId(1)),
            Topic::Ranking,
        ];
        assert_eq!(
            list("ranking, screening:3,campaign:4,link:1,ranking"),
            Ok(wanted.to_vec())
        );
    }

    #[test]
    fn what_is_no_topic_is_refused() {
        for text in ["", "screening", "link:x", "rankings", "ranking,,ranking"] {
            assert!(list(text).is_err(), "{text}");
        }
        let many: Vec<String> = (0..=TOPICS_MAX)
            .map(|id| format!("screening:{id}"))
            .collect();
        assert!(list(&many.join(",")).is_err());
    }
}
