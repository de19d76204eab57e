//! How many people look at something now (N명이 보고 있어요, R3): the live connections of this
//! node and what the others have told of theirs, which counts only for a while.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use crate::id::{CampaignId, NodeId, ScreeningId};

/// What a node has told counts this long, in milliseconds: told again well before, and gone
/// within half a minute when the node is.
pub const TOLD_FOR_MS: i64 = 25_000;

/// A node tells how many look on there at least this often, in milliseconds.
pub const TELL_EVERY_MS: i64 = 8_000;

/// The most subjects that one node is believed to have viewers of.
pub const SUBJECTS_MAX: usize = 512;

/// What people look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The seats of a screening.
    Screening(ScreeningId),
    /// A campaign.
    Campaign(CampaignId),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Screening(screening) => write!(f, "screening:{screening}"),
            Self::Campaign(campaign) => write!(f, "campaign:{campaign}"),
        }
    }
}

/// The text names nothing that people look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a subject is written screening:1 or campaign:1")]
pub struct SubjectInvalid;

impl FromStr for Subject {
    type Err = SubjectInvalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, id) = text.split_once(':').ok_or(SubjectInvalid)?;
        let id: i64 = id.parse().map_err(|_| SubjectInvalid)?;
        match kind {
            "screening" => Ok(Self::Screening(ScreeningId(id))),
            "campaign" => Ok(Self::Campaign(CampaignId(id))),
            _ => Err(SubjectInvalid),
        }
    }
}

/// Viewers by subject; none of zero.
pub type Counts = BTreeMap<Subject, u32>;

/// What another node has told.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    counts: Counts,
    /// By the monotonic clock.
    at_ms: i64,
}

/// Everybody who looks at something, as far as this node knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    own: Counts,
    told: BTreeMap<NodeId, Told>,
    /// Whose number is not what it was when somebody asked the last time.
    changed: BTreeSet<Subject>,
}

impl Presence {
    /// Somebody begins to look.
    pub fn joined(&mut self, subject: Subject) {
        *self.own.entry(subject).or_default() += 1;
        self.changed.insert(subject);
    }

    /// Somebody looks no longer.
    pub fn left(&mut self, subject: Subject) {
        if let Some(count) = self.own.get_mut(&subject) {
            *count -= 1;
            if *count == 0 {
                self.own.remove(&subject);
            }
            self.changed.insert(subject);
        }
    }

    /// `node` tells all of its numbers, at `at_ms` of the monotonic clock. Says whether any of
    /// them is new.
    pub fn told(&mut self, node: &NodeId, counts: Counts, at_ms: i64) -> bool {
        let counts: Counts = counts
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .take(SUBJECTS_MAX)
            .collect();
        let before = self.told.insert(
            node.clone(),
            Told {
                counts: counts.clone(),
                at_ms,
            },
        );
        let before = before.map(|told| told.counts).unwrap_or_default();
        let all: BTreeSet<&Subject> = before.keys().chain(counts.keys()).collect();
        let moved = all
            .into_iter()
            .filter(|subject| before.get(subject) != counts.get(subject));
        let moved: Vec<Subject> = moved.copied().collect();
        self.changed.extend(&moved);
        !moved.is_empty()
    }

    /// `node` is gone, and its viewers with it.
    pub fn gone(&mut self, node: &NodeId) {
        if let Some(told) = self.told.remove(node) {
            self.changed.extend(told.counts.into_keys());
        }
    }

    /// What was told too long before `now_ms` counts no more.
    pub fn expire(&mut self, now_ms: i64) {
        let old = |told: &Told| now_ms.saturating_sub(told.at_ms) > TOLD_FOR_MS;
        let gone: Vec<NodeId> = self
            .told
            .iter()
            .filter(|(_, told)| old(told))
            .map(|(node, _)| node.clone())
            .collect();
        for node in gone {
            self.gone(&node);
        }
    }

    /// How many look at `subject`.
    #[must_use]
    pub fn count(&self, subject: Subject) -> u32 {
        let told = self.told.values().filter_map(|it| it.counts.get(&subject));
        told.chain(self.own.get(&subject)).sum()
    }

    /// The viewers of this node itself.
    #[must_use]
    pub fn own(&self) -> &Counts {
        &self.own
    }

    /// The nodes whose numbers count now.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeId> {
        self.told.keys().cloned().collect()
    }

    /// How many look on elsewhere, for a node that has told of these subjects.
    #[must_use]
    pub fn others(&self, node: &NodeId) -> Counts {
        let Some(told) = self.told.get(node) else {
            return Counts::new();
        };
        let others = told.counts.iter().map(|(&subject, &theirs)| {
            let others = self.count(subject).saturating_sub(theirs);
            (subject, others)
        });
        others.filter(|(_, count)| *count > 0).collect()
    }

    /// What has changed since this was asked the last time.
    pub fn take_changed(&mut self) -> BTreeSet<Subject> {
        std::mem::take(&mut self.changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEATS: Subject = Subject::Screening(ScreeningId(5));
    const CAMPAIGN: Subject = Subject::Campaign(CampaignId(7));

    fn node(name: &str) -> NodeId {
        name.parse().unwrap()
    }

    fn counts(of: &[(Subject, u32)]) -> Counts {
        of.iter().copied().collect()
    }

    #[test]
    fn viewers_here_and_there_are_added_up() {
        let mut hub = Presence::default();
        hub.joined(SEATS);
        hub.joined(SEATS);
        hub.told(&node("seoul-1"), counts(&[(SEATS, 1), (CAMPAIGN, 2)]), 0);
        hub.told(&node("seoul-2"), counts(&[(SEATS, 4)]), 0);
        assert_eq!(hub.count(SEATS), 7);
        assert_eq!(hub.count(CAMPAIGN), 2);
        hub.left(SEATS);
        assert_eq!(hub.count(SEATS), 6);
        assert_eq!(hub.others(&node("seoul-1")), counts(&[(SEATS, 5)]));
        assert_eq!(hub.others(&node("seoul-3")), Counts::new());
    }

    #[test]
    fn a_node_that_tells_nothing_more_is_forgotten_within_half_a_minute() {
        let mut hub = Presence::default();
        hub.told(&node("seoul-1"), counts(&[(SEATS, 3)]), 1_000);
        hub.expire(1_000 + TOLD_FOR_MS);
        assert_eq!(hub.count(SEATS), 3);
        hub.take_changed();
        hub.expire(1_001 + TOLD_FOR_MS);
        assert_eq!(hub.count(SEATS), 0);
        assert_eq!(hub.take_changed(), BTreeSet::from([SEATS]));
        const { assert!(TOLD_FOR_MS + TELL_EVERY_MS / 2 < 30_000) };
    }

    #[test]
    fn what_a_node_tells_replaces_what_it_told_before() {
        let mut hub = Presence::default();
        hub.told(&node("seoul-1"), counts(&[(SEATS, 3), (CAMPAIGN, 1)]), 0);
        hub.take_changed();
        hub.told(&node("seoul-1"), counts(&[(SEATS, 3)]), 10);
        assert_eq!(hub.count(SEATS), 3);
        assert_eq!(hub.count(CAMPAIGN), 0);
        assert_eq!(hub.take_changed(), BTreeSet::from([CAMPAIGN]));
        hub.gone(&node("seoul-1"));
        assert_eq!(
            hub,
            Presence {
                changed: BTreeSet::from([SEATS]),
                ..Presence::default()
            }
        );
    }

    #[test]
    fn who_leaves_twice_is_not_counted_below_nobody() {
        let mut here = Presence::default();
        here.joined(SEATS);
        here.left(SEATS);
        here.left(SEATS);
        assert_eq!(here.count(SEATS), 0);
    }

    #[test]
    fn a_subject_is_read_as_it_is_written() {
        for subject in [SEATS, CAMPAIGN] {
            assert_eq!(subject.to_string().parse(), Ok(subject));
        }
        for text in ["", "screening", "screening:", "screening:x", "movie:1"] {
            assert_eq!(text.parse::<Subject>(), Err(SubjectInvalid), "{text}");
        }
    }
}
