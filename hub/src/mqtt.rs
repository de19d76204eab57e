//! The hub's end of the links to its nodes.
//!
//! The hub is an ordinary client of the broker, embedded or not. Every node has its own task
//! that runs one session at a time; this file hands each message to the right one.

mod asking;
pub mod heads;
pub mod hellos;
mod node;
mod viewers;

use std::collections::BTreeMap;
use std::time::Duration;

use domain::id::NodeId;
use domain::time::Timestamp;
use mqtt::{Backoff, Endpoint, Incoming, Link, LinkError, Retain, Will};
use process::shutdown::Shutdown;
use protocol::ask::Asking;
use protocol::codec::{self, DecodeError};
use protocol::message::{HubState, Message, NodeState};
use protocol::topic::{Chain, Topic, Up};
use tokio::sync::mpsc;

use crate::app::App;
use heads::Heads;
use node::NodeTask;

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Messages that wait for one node's session; more are lost and said again.
const INBOX_MAX: usize = 64;

/// What the links need besides the app.
#[derive(Clone)]
pub struct Links {
    pub app: App,
    pub chain: Chain,
    pub endpoint: Endpoint,
    /// The head of the hub's feed, as far as it concerns each node.
    pub heads: Heads,
    /// The hub ends when it finds that its database is an older copy: it recovers at its next
    /// start.
    pub shutdown: Shutdown,
}

/// What a node's task is told.
enum Told {
    Message(Message),
    State(NodeState),
}

/// Keeps the hub's own connection to the broker, until `shutdown`.
pub async fn keep_links(links: Links, shutdown: Shutdown) {
    let mut backoff = Backoff::new();
    while !shutdown.is_requested() {
        match links.connect().await {
            Ok(link) => {
                backoff.connected(links.monotonic_ms());
                tracing::info!("the hub is connected to the broker");
                links.serve(link, &shutdown).await;
            }
            Err(error) => {
                if error.is_refusal() {
                    backoff.refused();
                }
                let error = &error as &dyn std::error::Error;
                tracing::error!(
                    error,
                    "the broker cannot be used; kiosks cannot reach the hub"
                );
            }
        }
        let wait = backoff.next_wait(links.monotonic_ms(), links.app.shop.ids.random_u64());
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = shutdown.requested() => return,
        }
    }
}

impl Links {
    fn monotonic_ms(&self) -> i64 {
        self.app.shop.clock.monotonic_ms()
    }

    /// What a session goes by: its patience does not end because a clock is put right.
    fn session_time(&self) -> Timestamp {
        Timestamp(self.monotonic_ms())
    }

    fn state(&self, online: bool, going_down: bool) -> Vec<u8> {
        let state = HubState {
            online,
            incarnation: self.app.incarnation,
            going_down,
        };
        codec::encode(&state).unwrap_or_default()
    }

    async fn connect(&self) -> Result<Link, LinkError> {
        let will = Will {
            topic: self.chain.write(&Topic::HubState),
            payload: self.state(false, false),
            retain: Retain::Keep,
        };
        let filters = self.chain.hub_filters();
        Link::open(&self.endpoint, Some(will), &filters, CONNECT_TIMEOUT).await
    }

    /// Serves every node over this connection until it breaks.
    async fn serve(&self, mut link: Link, shutdown: &Shutdown) {
        let topic = self.chain.write(&Topic::HubState);
        let sender = link.sender();
        let _ = sender.try_publish(&topic, self.state(true, false), Retain::Keep);
        let mut nodes: BTreeMap<NodeId, mpsc::Sender<Told>> = BTreeMap::new();
        let telling = viewers::tell(self, &sender);
        tokio::pin!(telling);
        loop {
            let incoming = tokio::select! {
                incoming = link.recv() => incoming,
                () = &mut telling => return,
                () = shutdown.requested() => break,
            };
            let Some(incoming) = incoming else {
                tracing::warn!("the connection to the broker broke");
                return;
            };
            let Some(Topic::Up(node, up)) = self.chain.read(&incoming.topic) else {
                continue;
            };
            let told = match read(up, &incoming) {
                Ok(told) => told,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, %node, "a message cannot be read");
                    continue;
                }
            };
            if let Told::State(state) = &told {
                viewers::heard(&self.app.shop, &node, state);
            }
            let inbox = nodes.entry(node.clone()).or_insert_with(|| {
                let (inbox, messages) = mpsc::channel(INBOX_MAX);
                let task = NodeTask::new(self.clone(), node, sender.clone());
                tokio::spawn(task.run(messages));
                inbox
            });
            // A full inbox loses it; the node says it again.
            let _ = inbox.try_send(told);
        }
        let _ = sender.try_publish(&topic, self.state(false, true), Retain::Keep);
        link.close().await;
    }
}

fn read(up: Up, incoming: &Incoming) -> Result<Told, DecodeError> {
    let payload = &incoming.payload;
    Ok(match up {
        Up::Hello => Told::Message(Message::Hello(codec::decode(payload)?)),
        Up::Rows => Told::Message(Message::Rows(codec::decode(payload)?)),
        Up::Ack => Told::Message(Message::Ack(codec::decode(payload)?)),
        Up::State => Told::State(codec::decode(payload)?),
        Up::Ask => Told::Message(match codec::decode(payload)? {
            Asking::Ask(ask) => Message::Ask(ask),
            Asking::Answer(answer) => Message::Answer(answer),
        }),
    })
}

fn say(links: &Links, sender: &mqtt::Sender, topic: &Topic, message: &impl serde::Serialize) {
    let said = codec::encode(message)
        .map(|payload| sender.try_publish(&links.chain.write(topic), payload, Retain::Drop));
    match said {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "a message did not go out"),
        Err(error) => tracing::error!(%error, "a message cannot be written"),
    }
}
