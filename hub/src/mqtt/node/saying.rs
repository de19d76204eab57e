//! What a node's session says, and what it notes of the link.

use boxoffice::round_trips::Trip;
use protocol::ask::{Answer, Ask, Asking};
use protocol::topic::{Down, Topic};

use super::NodePeer;
use crate::mqtt::{asking, say};

impl NodePeer {
    pub(super) fn is_there(&self) {
        let shop = &self.links.app.shop;
        let theater = Some(self.known.theater);
        shop.links.heard(&self.known.node, theater, shop.now());
    }

    pub(super) fn called(&self, trip: Option<Trip>) {
        let (shop, node) = (&self.links.app.shop, &self.known.node);
        match trip {
            None => {}
            Some(Trip::Took { ms }) => {
                let took = (ms, self.links.monotonic_ms());
                shop.links.answered(node, took, shop.now());
            }
            Some(Trip::Failed) => shop.links.failed(node, shop.now()),
        }
    }

    pub(super) fn answer(&self, ask: &Ask) {
        let (app, known, ask) = (self.links.app.clone(), self.known.clone(), ask.clone());
        let (links, sender) = (self.links.clone(), self.sender.clone());
        tokio::spawn(async move {
            let outcome = asking::answer(&app, &known, ask.want).await;
            // What was granted must not be lost with this disk. If it may be, nobody is told.
            if app.shop.db.until_replicated().await.is_err() {
                return;
            }
            let answer = Answer {
                ask: ask.ask,
                session: ask.session,
                outcome,
            };
            let topic = Topic::Down(known.node, Down::Ask);
            say(&links, &sender, &topic, &Asking::Answer(answer));
        });
    }

    pub(super) fn say(&self, topic: &Topic, message: &impl serde::Serialize) {
        say(&self.links, &self.sender, topic, message);
    }
}
