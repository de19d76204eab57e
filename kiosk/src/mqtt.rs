//! The kiosk's link to the hub: connect, run one session to its end, wait, again.

mod peer;
mod viewers;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use boxoffice::{Shop, upkeep};
use domain::id::{NodeId, TheaterId};
use domain::time::Timestamp;
use mqtt::pump::{self, End};
use mqtt::{Backoff, Endpoint, Incoming, Link, LinkError, Retain, Will};
use process::clock::SystemClock;
use process::shutdown::Shutdown;
use protocol::ask::Asking;
use protocol::codec;
use protocol::message::{Hello, HubState, Message, NodeState, PROTOCOL};
use protocol::session::{DownReason, Session};
use protocol::topic::{Chain, Down, Topic, Up};
use tokio::sync::{Notify, mpsc, watch};

use crate::{programme, sqlite, sync};
use peer::HubPeer;

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Messages that wait for the session.
const INBOX_MAX: usize = 64;

/// What the link needs besides the shop.
#[derive(Clone)]
pub struct HubLink {
    pub shop: Shop,
    pub chain: Chain,
    pub endpoints: Arc<Endpoints>,
    /// Grows when the database was restored, also while the program runs.
    pub incarnation: Arc<AtomicI64>,
    /// Corrected by the hub's time.
    pub clock: Arc<SystemClock>,
    /// The theater that this kiosk stands in; 0 until the hub has told.
    pub theater: Arc<AtomicI64>,
}

/// The hub, and those that may take over from it. Each is tried in turn.
pub struct Endpoints {
    all: Vec<Endpoint>,
    turn: AtomicUsize,
}

impl Endpoints {
    /// The first one is tried first; there is one.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[must_use]
    pub fn new(all: Vec<Endpoint>) -> Self {
        assert!(!all.is_empty(), "there is a hub");
        let turn = AtomicUsize::new(0);
        Self { all, turn }
    }

    fn current(&self) -> &Endpoint {
        &self.all[self.turn.load(Ordering::Relaxed) % self.all.len()]
    }

    /// The next one's turn.
    fn advance(&self) {
        self.turn.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether somebody else is left to try after so many could not be reached in a row.
    fn has_more(&self, unreached: usize) -> bool {
        !unreached.is_multiple_of(self.all.len())
    }
}

/// Keeps the link to the hub, until `shutdown`.
pub async fn keep_link(hub: HubLink, shutdown: Shutdown) {
    hub.learn_theater().await;
    let head = upkeep::watch_head(&hub.shop, shutdown.clone()).await;
    let mut backoff = Backoff::new();
    // How many could not be reached in a row.
    let mut unreached = 0;
    while !shutdown.is_requested() {
        let ended = tokio::select! {
            ended = one_link(&hub, head.clone(), &mut backoff) => ended,
            () = shutdown.requested() => return,
        };
        hub.lost();
        // A hub that wants to hear everything anew is the one that is in service.
        if !matches!(ended, Ended::Again(_) | Ended::Forgotten) {
            hub.endpoints.advance();
        }
        unreached = if matches!(ended, Ended::Unreachable(_)) {
            unreached + 1
        } else {
            0
        };
        match &ended {
            Ended::Unreachable(reason) => {
                tracing::info!(reason, "the hub cannot be reached");
                if hub.endpoints.has_more(unreached) {
                    continue;
                }
            }
            Ended::Forgotten => tracing::info!("the hub wants to hear this kiosk anew"),
            Ended::Refused(reason) => {
                tracing::error!(reason, "the hub refuses this kiosk; somebody has to act");
                backoff.refused();
            }
            Ended::Lost(reason) => tracing::info!(reason, "the link to the hub is down"),
            Ended::Again(reason) => {
                tracing::warn!(reason, "the link to the hub begins anew");
                continue;
            }
            Ended::GoingDown => backoff.hub_goes_down(),
        }
        let wait = backoff.next_wait(hub.clock_ms(), hub.shop.ids.random_u64());
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = shutdown.requested() => return,
        }
    }
}

/// Why a link ended.
enum Ended {
    /// There was none.
    Unreachable(String),
    Refused(String),
    /// The hub asks this kiosk to say hello once more.
    Forgotten,
    Lost(String),
    GoingDown,
    /// Something has changed at this end: at once a new session.
    Again(String),
}

async fn one_link(hub: &HubLink, mut head: watch::Receiver<i64>, backoff: &mut Backoff) -> Ended {
    let (shop, luck) = (hub.shop.clone(), hub.shop.ids.random_u64());
    let opening = hub
        .shop
        .db
        .write(move |tx| sync::open_session(tx, shop.here(), luck))
        .await;
    let opening = match opening {
        Ok(opening) => opening,
        Err(fault) => return Ended::Lost(fault.to_string()),
    };
    let mut link = match hub.connect(opening.session).await {
        Ok(link) => link,
        Err(error) if error.is_refusal() => return Ended::Refused(error.to_string()),
        Err(error) => return Ended::Unreachable(error.to_string()),
    };
    backoff.connected(hub.clock_ms());
    let recovered = Arc::new(Notify::new());
    let peer = Arc::new(HubPeer::new(
        hub.clone(),
        link.sender(),
        (opening.session, recovered.clone()),
    ));
    peer.say(
        &Topic::Up(hub.node(), Up::State),
        &NodeState {
            online: true,
            session: opening.session,
            viewers: None,
        },
    );
    let session = Session::of_node(hub.hello(opening), hub.session_time());
    let (inbox, mut messages) = mpsc::channel(INBOX_MAX);
    let session = pump::run(session, peer.clone(), &mut messages, &mut head);
    let ended = tokio::select! {
        end = session => match end {
            End::Down(DownReason::Refused { reason }) => Ended::Refused(reason),
            End::Down(DownReason::MustRecover { reason, above }) => {
                hub.begin_recovery(reason, above).await
            }
            End::Down(DownReason::PutAside { reason, above }) => {
                hub.put_aside(reason, above).await
            }
            End::Down(reason) => {
                hub.ended(&reason);
                if matches!(reason, DownReason::Forgotten) {
                    Ended::Forgotten
                } else {
                    Ended::Lost(format!("{reason:?}"))
                }
            }
            End::Superseded(_) | End::Closed => Ended::Lost("closed".to_owned()),
            End::Fault(fault) => Ended::Lost(fault.to_string()),
        },
        ended = listen(hub, &mut link, inbox) => ended,
        () = viewers::tell(&peer) => Ended::Lost("nobody looks on".to_owned()),
        () = recovered.notified() => Ended::Again("this kiosk has recovered".to_owned()),
    };
    hub.shop.asks.gone(&NodeId::hub(), opening.session);
    peer.say(
        &Topic::Up(hub.node(), Up::State),
        &NodeState {
            online: false,
            session: opening.session,
            viewers: None,
        },
    );
    link.close().await;
    ended
}

/// Hands what the hub says to the session, until the link is dead.
async fn listen(hub: &HubLink, link: &mut Link, inbox: mpsc::Sender<Message>) -> Ended {
    let mut seen: Option<HubState> = None;
    while let Some(incoming) = link.recv().await {
        match hub.read(&incoming) {
            Heard::Message(message) => {
                // A full inbox loses it; the hub says it again.
                let _ = inbox.try_send(message);
            }
            Heard::Hub(state) if state.going_down => return Ended::GoingDown,
            Heard::Hub(state) => {
                // The hub's program was started anew behind the same broker.
                if seen.is_some_and(|seen| !seen.online && state.online) {
                    return Ended::Lost("the hub came back".to_owned());
                }
                seen = Some(state);
            }
            Heard::Nothing => {}
        }
    }
    Ended::Lost("the connection broke".to_owned())
}

enum Heard {
    Message(Message),
    Hub(HubState),
    Nothing,
}

impl HubLink {
    fn node(&self) -> NodeId {
        self.shop.node.clone()
    }

    fn clock_ms(&self) -> i64 {
        process::clock::Clock::monotonic_ms(self.clock.as_ref())
    }

    /// What a session goes by: its patience does not end because a clock is put right.
    fn session_time(&self) -> Timestamp {
        Timestamp(self.clock_ms())
    }

    fn hello(&self, opening: sync::Opening) -> Hello {
        Hello {
            protocol: PROTOCOL,
            node: self.node(),
            incarnation: opening.incarnation,
            session: opening.session,
            software: env!("CARGO_PKG_VERSION").to_owned(),
            schema: i64::try_from(sqlite::MIGRATIONS.len()).unwrap_or(0),
            head: opening.head,
            cursor: opening.cursor,
            clock: self.shop.now(),
            token: opening.token,
            resumed: Some(opening.resumed),
            recovering: opening.recovering,
            kinds: protocol::row::RowKind::newer_names(),
        }
    }

    /// The hub says that this database is an older copy: nothing is sold until it has
    /// recovered.
    async fn begin_recovery(&self, reason: String, above: i64) -> Ended {
        let shop = self.shop.clone();
        let begun = self
            .shop
            .db
            .write(move |tx| sync::begin_recovery(tx, shop.here(), above));
        match begun.await {
            Ok(incarnation) => {
                self.incarnation.store(incarnation, Ordering::Relaxed);
                Ended::Again(reason)
            }
            Err(fault) => Ended::Refused(fault.to_string()),
        }
    }

    async fn put_aside(&self, reason: String, above: i64) -> Ended {
        let put_aside = self.shop.db.write(move |tx| sync::put_aside(tx, above));
        match put_aside.await {
            Ok(()) => Ended::Refused(reason),
            Err(fault) => Ended::Refused(fault.to_string()),
        }
    }

    async fn connect(&self, session: i64) -> Result<Link, LinkError> {
        let online = false;
        let will = codec::encode(&NodeState {
            online,
            session,
            viewers: None,
        })
        .unwrap_or_default();
        let will = Will {
            topic: self.chain.write(&Topic::Up(self.node(), Up::State)),
            payload: will,
            retain: Retain::Keep,
        };
        let filters = self.chain.node_filters(&self.shop.node);
        let endpoint = self.endpoints.current();
        Link::open(endpoint, Some(will), &filters, CONNECT_TIMEOUT).await
    }

    fn read(&self, incoming: &Incoming) -> Heard {
        let heard = match self.chain.read(&incoming.topic) {
            Some(Topic::Down(_, Down::Rows)) => {
                codec::decode(&incoming.payload).map(|rows| Heard::Message(Message::Rows(rows)))
            }
            Some(Topic::Down(_, Down::Ack)) => {
                codec::decode(&incoming.payload).map(|ack| Heard::Message(Message::Ack(ack)))
            }
            Some(Topic::Down(_, Down::Command)) => codec::decode(&incoming.payload)
                .map(|command| Heard::Message(Message::Command(command))),
            Some(Topic::Down(_, Down::Viewers)) => codec::decode(&incoming.payload).map(|told| {
                viewers::heard(&self.shop, &told);
                Heard::Nothing
            }),
            Some(Topic::HubState) => codec::decode(&incoming.payload).map(Heard::Hub),
            Some(Topic::Down(_, Down::Ask)) => codec::decode(&incoming.payload).map(|asking| {
                Heard::Message(match asking {
                    Asking::Ask(ask) => Message::Ask(ask),
                    Asking::Answer(answer) => Message::Answer(answer),
                })
            }),
            Some(Topic::Up(..)) | None => Ok(Heard::Nothing),
        };
        heard.unwrap_or_else(|error| {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, topic = incoming.topic, "a message cannot be read");
            Heard::Nothing
        })
    }

    /// Looks up which theater this is, until the hub has told.
    async fn learn_theater(&self) {
        if self.theater() != programme::NOWHERE {
            return;
        }
        if let Ok(Some(theater)) = self.shop.db.read(programme::theater).await {
            self.theater.store(theater.theater.0, Ordering::Relaxed);
        }
    }

    fn theater(&self) -> TheaterId {
        TheaterId(self.theater.load(Ordering::Relaxed))
    }

    fn lost(&self) {
        self.shop.links.lost(&NodeId::hub(), self.shop.now());
        self.shop.viewers.gone(&NodeId::hub());
    }

    fn heard(&self) {
        let theater = Some(self.theater()).filter(|it| *it != programme::NOWHERE);
        let links = &self.shop.links;
        links.heard(&NodeId::hub(), theater, self.shop.now());
    }

    /// A hub that fell silent did not answer. One that went otherwise may be back at once.
    fn ended(&self, reason: &DownReason) {
        if *reason == DownReason::Silent {
            self.shop.links.failed(&NodeId::hub(), self.shop.now());
        }
    }
}

fn publish(chain: &Chain, sender: &mqtt::Sender, topic: &Topic, message: &impl serde::Serialize) {
    let retain = match topic {
        Topic::Up(_, Up::State) => Retain::Keep,
        Topic::Up(..) | Topic::Down(..) | Topic::HubState => Retain::Drop,
    };
    let said = codec::encode(message)
        .map(|payload| sender.try_publish(&chain.write(topic), payload, retain));
    match said {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "a message did not go out"),
        Err(error) => tracing::error!(%error, "a message cannot be written"),
    }
}
