//! The hub as the kiosk's session sees it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use boxoffice::round_trips::{RoundTrips, Trip};
use boxoffice::{answers, timekeeping};
use domain::id::NodeId;
use domain::time::Timestamp;
use mqtt::pump::Peer;
use process::clock::Word;
use protocol::ask::{Answer, Ask, Asking};
use protocol::batch::Batch;
use protocol::message::{Command, Hello, Message, Welcome};
use protocol::topic::{Topic, Up};
use seats::Stretch;
use store::StoreError;
use tokio::sync::Notify;

use super::{HubLink, publish};
use crate::sync::{self, Heard};
use crate::work_offline;

/// The hub as the session sees it.
pub(super) struct HubPeer {
    pub(super) hub: HubLink,
    pub(super) sender: mqtt::Sender,
    pub(super) session: i64,
    /// The hub was restored and asks for every row.
    pub(super) restored_hub: AtomicBool,
    /// The hub's program knows how to answer questions.
    pub(super) answers: AtomicBool,
    /// The kinds of rows that the hub said it knows.
    kinds: Mutex<Vec<String>>,
    /// Told when this kiosk has taken back everything.
    pub(super) recovered: Arc<Notify>,
    trips: RoundTrips,
    /// When the first hello went out, by the monotonic clock: whichever of them was answered,
    /// the hub looked at its clock after that.
    hello_ms: OnceLock<i64>,
    /// When the hub told the time, by the monotonic clock.
    welcome_ms: OnceLock<i64>,
}

impl HubPeer {
    pub(super) fn new(
        hub: HubLink,
        sender: mqtt::Sender,
        (session, recovered): (i64, Arc<Notify>),
    ) -> Self {
        Self {
            hub,
            sender,
            session,
            restored_hub: AtomicBool::new(false),
            answers: AtomicBool::new(false),
            kinds: Mutex::default(),
            recovered,
            trips: RoundTrips::default(),
            hello_ms: OnceLock::new(),
            welcome_ms: OnceLock::new(),
        }
    }

    /// What the welcome says of the time. The hub looked at its clock between hello and
    /// welcome; the middle is wrong by half of that at most.
    fn word(&self, welcome: &Welcome) -> Word {
        let now_ms = self.hub.clock_ms();
        let welcome_ms = *self.welcome_ms.get().unwrap_or(&now_ms);
        let hello_ms = *self.hello_ms.get().unwrap_or(&welcome_ms);
        let half_ms = (welcome_ms - hello_ms) / 2;
        Word {
            time: welcome.clock,
            at_ms: hello_ms + half_ms,
            within_ms: half_ms + 1,
        }
    }

    fn called(&self, trip: Option<Trip>) {
        let (links, now) = (&self.hub.shop.links, self.hub.shop.now());
        match trip {
            None => {}
            Some(Trip::Took { ms }) => {
                links.answered(&NodeId::hub(), (ms, self.hub.clock_ms()), now);
            }
            Some(Trip::Failed) => links.failed(&NodeId::hub(), now),
        }
    }

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
        let mut batch = read.await?;
        let kinds = self.kinds.lock().expect("no one panics inside");
        batch.rows.retain(|row| row.is_welcome_with(&kinds));
        Ok(batch)
    }

    async fn apply(&self, batch: Batch) -> Result<(), StoreError> {
        let shop = self.hub.shop.clone();
        let applied = self
            .hub
            .shop
            .db
            .write_long(move |tx| sync::apply_batch(tx, shop.here(), &batch));
        let heard = applied.await?;
        self.hub.learn_theater().await;
        // The very first rows say which theater the link concerns.
        self.hub.heard();
        if heard == Heard::Everything {
            tracing::warn!("this kiosk has recovered; staff have to look at the seats in doubt");
            self.recovered.notify_one();
        }
        Ok(())
    }

    async fn keep(&self, welcome: Welcome) -> Result<(), StoreError> {
        self.restored_hub
            .store(welcome.recovering, Ordering::Relaxed);
        self.kinds
            .lock()
            .expect("no one panics inside")
            .clone_from(&welcome.kinds);
        // Questions came with the ratchet.
        self.answers
            .store(welcome.token.is_some(), Ordering::Relaxed);
        let (hub, word) = (self.hub.clone(), self.word(&welcome));
        let kept = self.hub.shop.db.write(move |tx| {
            sync::keep(tx, &welcome)?;
            // In here, so that no operation sees the new time with the old holds.
            let by_ms = hub.clock.told(word);
            let moved_ms = timekeeping::put_right(tx, &hub.shop, &hub.clock, by_ms)?;
            work_offline::shift(tx, moved_ms)
        });
        kept.await
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
            Message::Hello(hello) => {
                self.hello_ms.get_or_init(|| self.hub.clock_ms());
                self.say(&Topic::Up(node, Up::Hello), hello);
            }
            Message::Rows(batch) => {
                self.called(self.trips.sent(batch, self.hub.clock_ms()));
                self.say(&Topic::Up(node, Up::Rows), batch);
            }
            Message::Ack(ack) => self.say(&Topic::Up(node, Up::Ack), ack),
            Message::Ask(_) | Message::Answer(_) | Message::Command(_) => {}
        }
    }

    fn heard(&self, message: &Message) {
        match message {
            Message::Command(Command::Welcome(welcome)) if welcome.session == self.session => {
                self.welcome_ms.get_or_init(|| self.hub.clock_ms());
            }
            Message::Ack(ack) if ack.session == self.session => {
                self.called(self.trips.heard(ack, self.hub.clock_ms()));
            }
            Message::Ask(ask) if ask.session == self.session => self.answer(ask),
            Message::Answer(answer) => self.hub.shop.asks.answered(answer),
            Message::Hello(_)
            | Message::Command(_)
            | Message::Rows(_)
            | Message::Ack(_)
            | Message::Ask(_) => {}
        }
        match message {
            // Not before the session is up: who is shown to be there can be asked.
            Message::Hello(_) | Message::Command(_) => {}
            Message::Rows(_) | Message::Ack(_) | Message::Ask(_) | Message::Answer(_) => {
                self.hub.heard();
            }
        }
    }

    fn up(&self) {
        let (chain, sender) = (self.hub.chain.clone(), self.sender.clone());
        let topic = Topic::Up(self.hub.node(), Up::Ask);
        let line = move |ask: &Ask| publish(&chain, &sender, &topic, &Asking::Ask(ask.clone()));
        if self.answers.load(Ordering::Relaxed) {
            let asks = &self.hub.shop.asks;
            asks.connected(NodeId::hub(), self.session, Arc::new(line));
        }
        self.hub.heard();
        tracing::info!("the link to the hub is up");
    }

    fn now(&self) -> Timestamp {
        self.hub.session_time()
    }
}
