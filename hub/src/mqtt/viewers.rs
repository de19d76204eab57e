//! How many look on at the kiosks, and what they are told of those elsewhere.

use std::time::Duration;

use boxoffice::Shop;
use domain::id::NodeId;
use domain::presence::{Counts, TELL_EVERY_MS};
use protocol::message::{NodeState, ViewersElsewhere};
use protocol::topic::{Down, Topic};

use super::{Links, say};

/// Changes are told together.
const GATHER: Duration = Duration::from_millis(1_000);

/// Takes what a node says of its viewers. A node that is gone has none.
pub(super) fn heard(shop: &Shop, node: &NodeId, state: &NodeState) {
    let Some(viewers) = state.viewers.as_ref().filter(|_| state.online) else {
        return;
    };
    let known = viewers.iter().filter_map(|(subject, count)| {
        let subject = subject.parse().ok()?;
        Some((subject, *count))
    });
    let counts: Counts = known.collect();
    shop.viewers.told(node, counts, shop.clock.monotonic_ms());
}

/// Tells the nodes that have viewers how many look on elsewhere, for as long as it is polled.
pub(super) async fn tell(links: &Links, sender: &mqtt::Sender) {
    let viewers = &links.app.shop.viewers;
    let mut moves = viewers.moves();
    let every = Duration::from_millis(TELL_EVERY_MS.unsigned_abs());
    loop {
        for to in viewers.nodes() {
            let others = viewers.others(&to).into_iter();
            let others = others.map(|(subject, count)| (subject.to_string(), count));
            let told = ViewersElsewhere {
                viewers: others.collect(),
            };
            say(links, sender, &Topic::Down(to, Down::Viewers), &told);
        }
        tokio::time::sleep(GATHER).await;
        // When nothing moves it is said again all the same: what was told counts only so long.
        let _ = tokio::time::timeout(every, moves.changed()).await;
    }
}
