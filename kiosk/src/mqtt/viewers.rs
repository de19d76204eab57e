//! How many look on at this kiosk, as the hub is told, and how many elsewhere, as it tells.

use std::time::Duration;

use boxoffice::Shop;
use domain::id::NodeId;
use domain::presence::{Counts, TELL_EVERY_MS};
use protocol::message::{NodeState, ViewersElsewhere};
use protocol::topic::{Topic, Up};

use super::peer::HubPeer;

/// Changes are told together.
const GATHER: Duration = Duration::from_millis(500);

/// Takes what the hub says of those elsewhere.
pub(super) fn heard(shop: &Shop, told: &ViewersElsewhere) {
    let known = told.viewers.iter().filter_map(|(subject, count)| {
        let subject = subject.parse().ok()?;
        Some((subject, *count))
    });
    let counts: Counts = known.collect();
    let now_ms = shop.clock.monotonic_ms();
    shop.viewers.told(&NodeId::hub(), counts, now_ms);
}

/// Tells the hub of this kiosk's viewers, for as long as it is polled.
pub(super) async fn tell(peer: &HubPeer) {
    let shop = &peer.hub.shop;
    let mut moves = shop.viewers.moves();
    let every = Duration::from_millis(TELL_EVERY_MS.unsigned_abs());
    let mut told = Counts::new();
    loop {
        let own = shop.viewers.own();
        let viewers = own.iter();
        let viewers = viewers.map(|(subject, count)| (subject.to_string(), *count));
        let state = NodeState {
            online: true,
            session: peer.session,
            viewers: Some(viewers.collect()),
        };
        // A kiosk that nobody stands at says so once.
        if !(own.is_empty() && told.is_empty()) {
            peer.say(&Topic::Up(shop.node.clone(), Up::State), &state);
        }
        told = own;
        tokio::time::sleep(GATHER).await;
        let _ = tokio::time::timeout(every, moves.changed()).await;
    }
}
