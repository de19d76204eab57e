//! How much of what is free each seller should have: what the policy expects at this time,
//! moved by what each has sold lately.

use super::floor::Class;
use super::{Policy, Situation};
use crate::id::NodeId;
use crate::link::LinkState;

/// Where the screening stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Both sides sell.
    Shared,
    /// The theater has what is free; the web asks for seats one by one.
    HandOver,
}

/// How much of a class each seller should have.
#[derive(Clone, Debug)]
pub(super) struct Marks {
    /// Each seller's share of what is free, in seats.
    pub(super) fair: Vec<usize>,
    /// Below this a seller is low.
    pub(super) low_water: Vec<usize>,
}

/// The hub and the nodes that it can ask now, by name, the hub first.
pub(super) fn reachable<'a>(situation: &Situation<'a>) -> Vec<&'a NodeId> {
    let hub = situation.sellers.keys().filter(|node| node.is_hub());
    let online = situation.sellers.iter().filter(|(node, seller)| {
        !node.is_hub()
            && match seller.link {
                // Slow is no hindrance: grants are for later, nobody waits for them.
                LinkState::Online | LinkState::Slow => true,
                LinkState::Offline => false,
            }
    });
    hub.chain(online.map(|(node, _)| node)).collect()
}

pub(super) fn phase(situation: &Situation<'_>, policy: &Policy) -> Phase {
    let before_ms = situation.starts_at.since_ms(situation.now);
    match policy.hand_over_ms {
        Some(hand_over_ms) if before_ms <= hand_over_ms => Phase::HandOver,
        Some(_) | None => Phase::Shared,
    }
}

/// The part of the free seats that `policy` wants in the theater at `before_ms`, in percent.
fn theater_percent(policy: &Policy, before_ms: i64) -> u64 {
    let begun = policy
        .theater_shares
        .iter()
        .rev()
        .find(|step| before_ms <= step.before_ms);
    begun.map_or(0, |step| u64::from(step.percent.min(100)))
}

/// How much each of `sellers` counts: expected and lately sold. The hub counts nothing from
/// the hand-over on.
pub(super) fn weights(situation: &Situation<'_>, policy: &Policy, sellers: &[&NodeId]) -> Vec<u64> {
    let before_ms = situation.starts_at.since_ms(situation.now);
    let expected = expected_weights(policy, before_ms, sellers);
    let phase = phase(situation, policy);
    let nodes = sellers.iter().filter(|node| !node.is_hub()).count();
    let weight = |(node, expected): (&&NodeId, u64)| {
        if node.is_hub() && phase == Phase::HandOver {
            return 0;
        }
        let sold = situation.sellers.get(node).map_or(0, |s| s.sold_lately);
        // Expected weights are percent times the number of nodes.
        expected * u64::from(policy.expected_weight)
            + u64::from(sold) * 100 * u64::try_from(nodes).unwrap_or(1)
    };
    sellers.iter().zip(expected).map(weight).collect()
}

/// What the policy expects of each of `sellers` before anything is sold.
pub(super) fn expected_weights(policy: &Policy, before_ms: i64, sellers: &[&NodeId]) -> Vec<u64> {
    let theater = theater_percent(policy, before_ms);
    let nodes = sellers.iter().filter(|node| !node.is_hub()).count();
    let nodes = u64::try_from(nodes).unwrap_or(1).max(1);
    let weight = |node: &&NodeId| {
        if node.is_hub() {
            (100 - theater) * nodes
        } else {
            theater
        }
    };
    sellers.iter().map(weight).collect()
}

/// The marks for a class, from how many seats of it the sellers have free.
pub(super) fn marks(class: &Class, weights: &[u64], policy: &Policy) -> Marks {
    let free = (0..weights.len()).map(|seller| class.free(seller)).sum();
    let mut fair = apportion(free, class.usage.unit(), weights);
    if is_big(class, weights.len(), policy) {
        raise_to(&mut fair, weights, class.run_min(policy.run_min));
    }
    let percent = usize::try_from(policy.low_water_percent.min(100)).unwrap_or(100);
    let low_water = fair.iter().map(|seats| seats * percent / 100).collect();
    Marks { fair, low_water }
}

/// Whether every one of `sellers` could have two groups of its own in the class.
pub(super) fn is_big(class: &Class, sellers: usize, policy: &Policy) -> bool {
    let free: usize = (0..sellers).map(|seller| class.free(seller)).sum();
    free >= 2 * class.run_min(policy.run_min) * sellers
}

/// Splits `seats` by `weights` in whole units; what is left over goes to those who would lose
/// most by rounding.
fn apportion(seats: usize, unit: usize, weights: &[u64]) -> Vec<usize> {
    let sum: u64 = weights.iter().sum();
    let units = u64::try_from(seats / unit).unwrap_or(0);
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let mut parts: Vec<u64> = weights.iter().map(|weight| units * weight / sum).collect();
    let mut by_loss: Vec<usize> = (0..weights.len()).collect();
    by_loss.sort_by_key(|&at| std::cmp::Reverse(units * weights[at] % sum));
    let left = units - parts.iter().sum::<u64>();
    for &at in by_loss.iter().take(usize::try_from(left).unwrap_or(0)) {
        parts[at] += 1;
    }
    let seats = |part| usize::try_from(part).unwrap_or(0) * unit;
    parts.into_iter().map(seats).collect()
}

/// Gives everyone who counts at all at least `least`, from whoever has most.
fn raise_to(fair: &mut [usize], weights: &[u64], least: usize) {
    for at in 0..fair.len() {
        let missing = least.saturating_sub(fair[at]);
        let most = (0..fair.len()).max_by_key(|&other| (fair[other], std::cmp::Reverse(other)));
        if let Some(most) = most
            && weights[at] > 0
            && most != at
        {
            let given = missing.min(fair[most].saturating_sub(least));
            fair[most] -= given;
            fair[at] += given;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_are_split_by_weight_in_whole_units() {
        check(10, 1, &[60, 40], &[6, 4]);
        check(12, 2, &[60, 40], &[8, 4]);
        check(4, 2, &[60, 40], &[2, 2]);
        check(2, 2, &[60, 40], &[2, 0]);
        check(5, 2, &[50, 50], &[2, 2]);
        check(7, 1, &[0, 1, 1], &[0, 4, 3]);
        check(7, 1, &[0], &[0]);
    }

    #[track_caller]
    fn check(seats: usize, unit: usize, weights: &[u64], expected: &[usize]) {
        assert_eq!(apportion(seats, unit, weights), expected);
    }

    #[test]
    fn everyone_who_counts_gets_a_group() {
        let mut fair = [29, 1, 0];
        raise_to(&mut fair, &[20, 1, 0], 4);
        assert_eq!(fair, [26, 4, 0]);
    }
}
