//! How a campaign is tallied (집계): when every word is in, or the grace is over, the result is
//! decided once (C3).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Offer;
use crate::id::NodeId;
use crate::time::{HOUR_MS, MINUTE_MS, Timestamp};

/// After the deadline nobody is waited for longer than this.
pub const GRACE_MS: i64 = 6 * HOUR_MS;

/// A payment at a kiosk that was begun just before the deadline is over this much later: what a
/// node's watermark must have passed, too.
pub const IN_FLIGHT_MS: i64 = 5 * MINUTE_MS;

/// What is known of a node that could sell pledges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub node: NodeId,
    /// Everything it did up to here is known at the hub; none when it was never heard.
    pub watermark: Option<Timestamp>,
}

/// Everything that the result depends on, as the hub knows it now.
#[derive(Clone, Copy, Debug)]
pub struct Poll<'a> {
    pub now: Timestamp,
    /// Tickets of live pledges: paid, not attempted (C2).
    pub paid_tickets: u32,
    pub backers: u32,
    /// Payments of pledges whose outcome is not known.
    pub in_flight: u32,
    /// Every node that could sell pledges.
    pub words: &'a [Word],
}

/// The result, with the numbers that it was decided on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub decided_at: Timestamp,
    pub goal: u32,
    pub paid_tickets: u32,
    pub backers: u32,
    /// Payments that were still unknown when the grace was over.
    pub in_flight: u32,
    /// Up to when each node was known that was waited for.
    pub heard: BTreeMap<NodeId, Timestamp>,
    /// Nodes that were waited for in vain.
    pub unheard: Vec<NodeId>,
}

/// Why there is no result yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "waits_for", rename_all = "snake_case")]
pub enum Waiting {
    Deadline,
    /// So many payments are under way.
    Payments {
        count: u32,
    },
    /// These nodes may have sold pledges that the hub has not heard of.
    Nodes {
        nodes: Vec<NodeId>,
    },
}

impl Tally {
    /// Whether the screening will be (C2).
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.paid_tickets >= self.goal
    }
}

/// Decides the result, if it can be decided at `poll.now` (C3).
///
/// # Errors
///
/// Says what it waits for.
pub fn tally(offer: &Offer, poll: &Poll<'_>) -> Result<Tally, Waiting> {
    if poll.now < offer.deadline {
        return Err(Waiting::Deadline);
    }
    let needed = offer.deadline.plus_ms(IN_FLIGHT_MS);
    let is_in = |word: &&Word| word.watermark.is_some_and(|at| at >= needed);
    let unheard = poll.words.iter().filter(|word| !is_in(word));
    let unheard: Vec<NodeId> = unheard.map(|word| word.node.clone()).collect();
    if poll.now < offer.deadline.plus_ms(GRACE_MS) {
        if poll.in_flight > 0 {
            let count = poll.in_flight;
            return Err(Waiting::Payments { count });
        }
        if !unheard.is_empty() {
            return Err(Waiting::Nodes { nodes: unheard });
        }
    }
    let heard = poll.words.iter();
    let heard = heard.filter_map(|word| Some((word.node.clone(), word.watermark?)));
    Ok(Tally {
        decided_at: poll.now,
        goal: offer.goal,
        paid_tickets: poll.paid_tickets,
        backers: poll.backers,
        in_flight: poll.in_flight,
        heard: heard.collect(),
        unheard,
    })
}

#[cfg(test)]
mod tests {
    use super::super::offer::tests::offer;
    use super::*;

    fn word(watermark: Option<i64>) -> Word {
        let at = |after_ms| offer().deadline.plus_ms(after_ms);
        Word {
            node: "seoul-1".parse().unwrap(),
            watermark: watermark.map(at),
        }
    }

    #[test]
    fn the_result_waits_for_payments_and_for_kiosks_but_not_for_ever() {
        let nodes = vec!["seoul-1".parse().unwrap()];
        let kiosk = || {
            Err(Waiting::Nodes {
                nodes: nodes.clone(),
            })
        };
        let paying = |count| Err(Waiting::Payments { count });
        let cases = [
            (-1, 0, Some(IN_FLIGHT_MS), Err(Waiting::Deadline)),
            (0, 0, Some(IN_FLIGHT_MS), Ok(0)),
            (0, 2, Some(IN_FLIGHT_MS), paying(2)),
            // Before the last payment at the kiosk could be over.
            (0, 0, Some(IN_FLIGHT_MS - 1), kiosk()),
            (GRACE_MS - 1, 0, None, kiosk()),
            (GRACE_MS - 1, 1, None, paying(1)),
            (GRACE_MS, 1, None, Ok(1)),
            (GRACE_MS, 0, Some(-1), Ok(1)),
        ];
        for (after_ms, in_flight, watermark, expected) in cases {
            let words = [word(watermark)];
            let poll = Poll {
                now: offer().deadline.plus_ms(after_ms),
                paid_tickets: 30,
                backers: 9,
                in_flight,
                words: &words,
            };
            let unheard = tally(&offer(), &poll).map(|tally| tally.unheard.len());
            assert_eq!(unheard, expected, "{after_ms} {in_flight} {watermark:?}");
        }
    }

    #[test]
    fn exactly_the_goal_is_enough() {
        for (paid_tickets, success) in [(0, false), (29, false), (30, true), (31, true)] {
            let poll = Poll {
                now: offer().deadline,
                paid_tickets,
                backers: 1,
                in_flight: 0,
                words: &[],
            };
            let tally = tally(&offer(), &poll).unwrap();
            assert_eq!(tally.is_success(), success, "{paid_tickets}");
        }
    }
}
