//! One node's end at the hub: judges its hello, runs its session, knows whether it is there.

mod saying;

use std::sync::Arc;

use boxoffice::Shop;
use boxoffice::round_trips::RoundTrips;
use domain::id::NodeId;
use domain::time::Timestamp;
use mqtt::pump::{self, End, Peer};
use protocol::ask::{Ask, Asking};
use protocol::batch::Batch;
use protocol::message::{Command, Hello, Message, Welcome};
use protocol::session::{DownReason, Session};
use protocol::topic::{Down, Topic};
use seats::Stretch;
use store::StoreError;
use tokio::sync::{Notify, mpsc};

use super::{INBOX_MAX, Links, Told, say};
use crate::sqlite::nodes::{self, KnownNode};
use crate::sync::{self, Heard, Unwelcome};

/// The task of one node.
pub(super) struct NodeTask {
    links: Links,
    node: NodeId,
    sender: mqtt::Sender,
}

/// What ended a session.
enum Ended {
    /// A newer one begins.
    By(Hello),
    /// It is over; the node says hello when it likes.
    Over,
    /// The hub's connection is gone.
    Closed,
}

impl NodeTask {
    pub(super) fn new(links: Links, node: NodeId, sender: mqtt::Sender) -> Self {
        Self {
            links,
            node,
            sender,
        }
    }

    /// Runs the node's sessions one after the other, until the hub's connection is gone.
    pub(super) async fn run(self, mut told: mpsc::Receiver<Told>) {
        let mut next: Option<Hello> = None;
        loop {
            let hello = match next.take() {
                Some(hello) => hello,
                None => match told.recv().await {
                    None => return,
                    Some(Told::Message(Message::Hello(hello))) => hello,
                    // The hub was started anew and does not know the session.
                    Some(Told::Message(_)) => {
                        self.command(&Command::SayHello);
                        continue;
                    }
                    Some(Told::State(_)) => continue,
                },
            };
            let ended = match self.judge(&hello).await {
                Ok(Some(known)) => self.session(known, hello, &mut told).await,
                Ok(None) => Ended::Over,
                Err(fault) => {
                    let error = &fault as &dyn std::error::Error;
                    tracing::error!(error, node = %self.node, "a node cannot be greeted");
                    Ended::Over
                }
            };
            match ended {
                Ended::By(hello) => next = Some(hello),
                Ended::Over => {}
                Ended::Closed => return,
            }
        }
    }

    /// The node, if the hub speaks with it; else it is told why not.
    async fn judge(&self, hello: &Hello) -> Result<Option<KnownNode>, StoreError> {
        let (node, asked, app) = (self.node.clone(), hello.clone(), self.links.app.clone());
        let judged = self.links.app.shop.db.write(move |tx| {
            let known = nodes::find(tx, &node)?;
            let verdict = sync::judge(tx, app.shop.here(), app.incarnation, &asked)?;
            if let Err(Unwelcome::HubBehind { seen }) = verdict {
                sync::mark_restored(tx, seen)?;
            }
            Ok::<_, StoreError>((known, verdict))
        });
        let session = hello.session;
        let (hellos, now) = (&self.links.app.hellos, self.links.app.shop.now());
        let (known, verdict) = judged.await?;
        if let (Some(_), Err(unwelcome)) = (&known, &verdict) {
            hellos.turned_away(&self.node, unwelcome, now);
        }
        let command = match (known, verdict) {
            (Some(known), Ok(())) => {
                hellos.welcomed(hello, now);
                return Ok(Some(known));
            }
            (None, _) => Command::Refused {
                session,
                reason: "this node is not in the hub's list: `moding-hub node add`".to_owned(),
            },
            (Some(_), Err(behind @ Unwelcome::HubBehind { .. })) => {
                let node = &self.node;
                tracing::error!(%node, "this database is an older copy; starting to recover");
                self.links.shutdown.request();
                behind.command(session)
            }
            (Some(_), Err(unwelcome)) => unwelcome.command(session),
        };
        tracing::error!(node = %self.node, ?command, "a node is not welcome");
        self.command(&command);
        Ok(None)
    }

    async fn session(
        &self,
        known: KnownNode,
        hello: Hello,
        told: &mut mpsc::Receiver<Told>,
    ) -> Ended {
        let shop = &self.links.app.shop;
        let (theater, id) = (known.theater, hello.session);
        let reachable = Reachable {
            shop: shop.clone(),
            node: self.node.clone(),
            session: id,
        };
        let told_everything = Arc::new(Notify::new());
        let again = self.links.app.hellos.again(&self.node);
        let peer = Arc::new(NodePeer {
            links: self.links.clone(),
            known,
            sender: self.sender.clone(),
            session: id,
            told_everything: told_everything.clone(),
            trips: RoundTrips::default(),
            recovering: hello.recovering,
            // Questions came with the ratchet.
            answers: hello.resumed.is_some(),
        });
        let session = Session::of_hub(hello, self.links.session_time());
        let (inbox, mut messages) = mpsc::channel(INBOX_MAX);
        let mut head = self.links.heads.of(&self.node, theater);
        let ended = {
            let pumped = pump::run(session, peer, &mut messages, &mut head);
            tokio::pin!(pumped);
            loop {
                tokio::select! {
                    end = &mut pumped => break end,
                    // From here on it need not tell the hub the hub's own rows.
                    () = told_everything.notified() => {
                        self.command(&Command::SayHello);
                        return Ended::Over;
                    }
                    // An operator has ordered something that is carried out at a hello.
                    () = again.notified() => {
                        self.command(&Command::SayHello);
                        return Ended::Over;
                    }
                    heard = told.recv() => match heard {
                        None => break End::Closed,
                        Some(Told::Message(message)) => drop(inbox.try_send(message)),
                        Some(Told::State(state)) if state.session == id && !state.online => {
                            drop(reachable);
                            shop.links.lost(&self.node, shop.now());
                            tracing::info!(node = %self.node, "a node is gone");
                            return Ended::Over;
                        }
                        // A late will of an earlier session kills nothing.
                        Some(Told::State(_)) => {}
                    },
                }
            }
        };
        drop(reachable);
        self.ended(ended)
    }

    /// What becomes of the link when a session has ended.
    fn ended(&self, end: End<StoreError>) -> Ended {
        let shop = &self.links.app.shop;
        match end {
            End::Superseded(hello) => Ended::By(hello),
            End::Down(reason) => {
                if reason == DownReason::Silent {
                    shop.links.failed(&self.node, shop.now());
                }
                shop.links.lost(&self.node, shop.now());
                tracing::info!(node = %self.node, ?reason, "a session is over");
                Ended::Over
            }
            End::Closed => {
                shop.links.lost(&self.node, shop.now());
                Ended::Closed
            }
            End::Fault(fault) => {
                let error = &fault as &dyn std::error::Error;
                tracing::error!(error, node = %self.node, "a node's session failed");
                shop.links.lost(&self.node, shop.now());
                self.command(&Command::SayHello);
                Ended::Over
            }
        }
    }

    fn command(&self, command: &Command) {
        say(
            &self.links,
            &self.sender,
            &Topic::Down(self.node.clone(), Down::Command),
            command,
        );
    }
}

/// While it lives the node may be asked; whatever ends the session ends that.
struct Reachable {
    shop: Shop,
    node: NodeId,
    session: i64,
}

impl Drop for Reachable {
    fn drop(&mut self) {
        self.shop.asks.gone(&self.node, self.session);
        self.shop.viewers.gone(&self.node);
    }
}

/// A node as the session sees it.
struct NodePeer {
    links: Links,
    known: KnownNode,
    sender: mqtt::Sender,
    session: i64,
    /// Told when the node has told a restored hub all it knows.
    told_everything: Arc<Notify>,
    trips: RoundTrips,
    /// The node was restored and asks for its own rows, too.
    recovering: bool,
    /// The node's program knows how to answer questions.
    answers: bool,
}

impl Peer for NodePeer {
    type Fault = StoreError;

    async fn read(&self, session: i64, after: i64) -> Result<Batch, StoreError> {
        let (app, known) = (self.links.app.clone(), self.known.clone());
        let (now, recovering) = (app.shop.now(), self.recovering);
        let read = self.links.app.shop.db.read(move |db| {
            let stretch = Stretch {
                session,
                incarnation: app.incarnation,
                after,
                scopes: None,
                not_origin: None,
                now,
            };
            sync::read_batch(db, (&known, recovering), &stretch)
        });
        let batch = read.await?;
        // What a node knows must not be lost with this disk: a grant above all.
        self.links.app.shop.db.until_replicated().await?;
        Ok(batch)
    }

    async fn apply(&self, batch: Batch) -> Result<(), StoreError> {
        let (shop, node) = (self.links.app.shop.clone(), self.known.node.clone());
        let applied = self
            .links
            .app
            .shop
            .db
            .write_long(move |tx| sync::apply_batch(tx, shop.here(), &node, &batch));
        let heard = applied.await?;
        // A node keeps what was not acknowledged, and nothing else.
        self.links.app.shop.db.until_replicated().await?;
        if heard == Heard::Everything {
            tracing::warn!(node = %self.known.node, "a node has told the restored hub everything");
            self.told_everything.notify_one();
        }
        Ok(())
    }

    async fn keep(&self, welcome: Welcome) -> Result<(), StoreError> {
        // Only a node is ever asked to keep; the hub's session never says so.
        Err(StoreError::Inconsistent {
            table: "tokens",
            reason: format!("session {} was welcomed at the hub", welcome.session),
        })
    }

    async fn greet(&self, hello: Hello) -> Result<Welcome, StoreError> {
        let app = self.links.app.clone();
        let greeted = self.links.app.shop.db.write(move |tx| {
            let fresh = app.shop.ids.uuid(app.shop.now());
            sync::greet(tx, app.shop.here(), (app.incarnation, fresh), &hello)
        });
        let welcome = self.links.app.announce(greeted.await?);
        self.links.app.shop.db.until_replicated().await?;
        Ok(welcome)
    }

    fn send(&self, message: &Message) {
        let node = self.known.node.clone();
        match message {
            Message::Rows(batch) => {
                self.called(self.trips.sent(batch, self.links.monotonic_ms()));
                self.say(&Topic::Down(node, Down::Rows), batch);
            }
            Message::Ack(ack) => self.say(&Topic::Down(node, Down::Ack), ack),
            Message::Command(command) => self.say(&Topic::Down(node, Down::Command), command),
            Message::Ask(_) | Message::Answer(_) | Message::Hello(_) => {}
        }
    }

    fn heard(&self, message: &Message) {
        let shop = &self.links.app.shop;
        match message {
            Message::Ack(ack) if ack.session == self.session => {
                self.called(self.trips.heard(ack, self.links.monotonic_ms()));
            }
            Message::Ask(ask) if ask.session == self.session => self.answer(ask),
            Message::Answer(answer) => shop.asks.answered(answer),
            Message::Hello(_)
            | Message::Command(_)
            | Message::Rows(_)
            | Message::Ack(_)
            | Message::Ask(_) => {}
        }
        self.is_there();
    }

    fn up(&self) {
        let shop = &self.links.app.shop;
        let (links, sender) = (self.links.clone(), self.sender.clone());
        let topic = Topic::Down(self.known.node.clone(), Down::Ask);
        let line = move |ask: &Ask| say(&links, &sender, &topic, &Asking::Ask(ask.clone()));
        let node = self.known.node.clone();
        if self.answers {
            shop.asks.connected(node, self.session, Arc::new(line));
        }
        self.is_there();
        tracing::info!(node = %self.known.node, "a node is there");
    }

    fn now(&self) -> Timestamp {
        self.links.session_time()
    }
}
