//! The hub as the kiosk's session sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use boxoffice::answers;
use domain::id::NodeId;
use domain::time::Timestamp;
use mqtt::pump::Peer;
use protocol::ask::{Answer, Ask, Asking};
use protocol::batch::Batch;
use protocol::message::{Command, Hello, Message, Welcome};
use protocol::topic::{Topic, Up};
use seats::Stretch;
use store::StoreError;
use tokio::sync::Notify;

use super::{HubLink, publish};
use crate::sync::{self, Heard};

/// The hub as the session sees it.
pub(super) struct HubPeer {
    pub(super) hub: HubLink,
    pub(super) sender: mqtt::Sender,
    pub(super) session: i64,
    /// The hub was restored and asks for every row.
    pub(super) restored_hub: AtomicBool,
    /// The hub's program knows how to answer questions.
    pub(super) answers: AtomicBool,
    /// Told when this kiosk has taken back everything.
    pub(super) recovered: Arc<Notify>,
}

impl HubPeer {
    fn answer(&self, ask: &Ask) {
        let (shop, ask) = (self.hub.shop.clone(), ask.clone());
        let (chain, sender) = (self.hub.chain.clone(), self.sender.clone());
        tokio::spawn(async move {
            let answer = Answer {
                ask: ask.ask,
                session: ask.session,
                outcome: answers::answer(&shop, ask.want).await,
            };
            let topic = Topic::Up(shop.node.clone(), Up::Ask);
            publish(&chain, &sender, &topic, &Asking::Answer(answer));
        });
    }

    pub(super) fn say(&self, topic: &Topic, message: &impl serde::Serialize) {
        publish(&self.hub.chain, &self.sender, topic, message);
    }
}

impl Peer for HubPeer {
    type Fault = StoreError;

    async fn read(&self, session: i64, after: i64) -> Result<Batch, StoreError> {
        let hub = self.hub.clone();
        let now = hub.shop.now();
        let everything = self.restored_hub.load(Ordering::Relaxed);
        let read = self.hub.shop.db.read(move |db| {
            sync::read_batch(
                db,
                &Stretch {
                    session,
                    incarnation: hub.incarnation.load(Ordering::Relaxed),
                    after,
                    scopes: None,
                    not_origin: (!everything).then_some(&NodeId::hub()),
                    now,
                },
            )
        });
        read.await
    }

    async fn apply(&self, batch: Batch) -> Result<(), StoreError> {
        let shop = self.hub.shop.clone();
        let applied = self
            .hub
            .shop
            .db
            .write(move |tx| sync::apply_batch(tx, shop.here(), &batch));
        let heard = applied.await?;
        self.hub.learn_theater().await;
        if heard == Heard::Everything {
            tracing::warn!("this kiosk has recovered; staff have to look at the seats in doubt");
            self.recovered.notify_one();
        }
        Ok(())
    }

    async fn keep(&self, welcome: Welcome) -> Result<(), StoreError> {
        self.restored_hub
            .store(welcome.recovering, Ordering::Relaxed);
        // Questions came with the ratchet.
        self.answers
            .store(welcome.token.is_some(), Ordering::Relaxed);
        self.hub
            .shop
            .db
            .write(move |tx| sync::keep(tx, &welcome))
            .await
    }

    async fn greet(&self, hello: Hello) -> Result<Welcome, StoreError> {
        // Only the hub is ever asked to greet; a node's session never says so.
        Err(StoreError::Inconsistent {
            table: "peers",
            reason: format!("{} greeted a kiosk", hello.node),
        })
    }

    fn send(&self, message: &Message) {
        let node = self.hub.node();
        match message {
            Message::Hello(hello) => self.say(&Topic::Up(node, Up::Hello), hello),
            Message::Rows(batch) => self.say(&Topic::Up(node, Up::Rows), batch),
            Message::Ack(ack) => self.say(&Topic::Up(node, Up::Ack), ack),
            Message::Ask(_) | Message::Answer(_) | Message::Command(_) => {}
        }
    }

    fn heard(&self, message: &Message) {
        if let Message::Command(Command::Welcome(welcome)) = message {
            let wall = self.hub.clock.wall();
            self.hub.clock.set_offset_ms(welcome.clock.since_ms(wall));
        }
        match message {
            Message::Ask(ask) if ask.session == self.session => self.answer(ask),
            Message::Answer(answer) => self.hub.shop.asks.answered(answer),
            Message::Hello(_)
            | Message::Command(_)
            | Message::Rows(_)
            | Message::Ack(_)
            | Message::Ask(_) => {}
        }
        self.hub.heard();
    }

    fn up(&self) {
        let (chain, sender) = (self.hub.chain.clone(), self.sender.clone());
        let topic = Topic::Up(self.hub.node(), Up::Ask);
        let line = move |ask: &Ask| publish(&chain, &sender, &topic, &Asking::Ask(ask.clone()));
        if self.answers.load(Ordering::Relaxed) {
            let asks = &self.hub.shop.asks;
            asks.connected(NodeId::hub(), self.session, Arc::new(line));
        }
        tracing::info!("the link to the hub is up");
    }

    fn now(&self) -> Timestamp {
        self.hub.shop.now()
    }
}
