//! One task watches what can change and tells all who listen.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use domain::id::{ScreeningId, TheaterId};
use domain::link::Link;
use domain::presence::Subject;
use process::shutdown::Shutdown;
use protocol::api::live::ViewersChanged;
use protocol::api::screening::LinkChanged;
use serde::Serialize;
use store::{StoreError, change_feed};
use tokio::time::{MissedTickBehavior, interval};

use super::changes;
use super::frame::{Frame, json};
use super::topic::Topic;
use crate::Shop;

/// States that are derived are told no more often than this.
const STATES_EVERY: Duration = Duration::from_millis(500);

/// Numbers of viewers are told every so many times: each of them who comes changes the number
/// for all of them.
const VIEWERS_EVERY: u32 = 2;

/// What the program tells of a topic that is not the shop's own: a campaign, a ranking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiding {
    /// The event's name.
    pub event: &'static str,
    /// JSON.
    pub data: String,
    /// The same without what changes all the time (the hour it was read at, say): nothing is
    /// told while this stays.
    pub essence: String,
}

impl Tiding {
    /// `data` is told when `essence` is not what it was.
    #[must_use]
    pub fn new(event: &'static str, data: &impl Serialize, essence: &impl Serialize) -> Self {
        Self {
            event,
            data: json(data),
            essence: json(essence),
        }
    }
}

/// Watches and tells until `shutdown`, then ends all streams.
pub async fn tell(shop: Shop, shutdown: Shutdown) {
    let mut teller = Teller {
        seq: shop.db.read(change_feed::head).await.unwrap_or(0),
        links: shop.links.by_theater(),
        told: HashMap::new(),
        stale: true,
        shop,
    };
    let mut commits = teller.shop.db.commits();
    let mut links = teller.shop.links.watch();
    let rooms = teller.shop.live.rooms.clone();
    let mut ticks = interval(STATES_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut round = 0_u32;
    let over = shutdown.requested();
    tokio::pin!(over);
    loop {
        tokio::select! {
            () = &mut over => break,
            changed = commits.changed() => {
                if changed.is_err() {
                    break;
                }
                teller.stale = true;
                note(teller.tell_seats().await);
            }
            changed = links.next() => {
                let Some(now) = changed else { break };
                teller.tell_links(now);
            }
            () = rooms.entered() => {
                note(teller.tell_states(Which::Untold).await);
            }
            _ = ticks.tick() => {
                round = round.wrapping_add(1);
                if round.is_multiple_of(VIEWERS_EVERY) {
                    teller.tell_viewers();
                }
                if std::mem::take(&mut teller.stale) {
                    note(teller.tell_states(Which::All).await);
                }
            }
        }
    }
    rooms.close();
}

fn note(told: Result<(), StoreError>) {
    if let Err(fault) = told {
        let error = &fault as &dyn std::error::Error;
        tracing::warn!(error, "live events stand still");
    }
}

/// Which states to look at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    All,
    /// Those that nobody was told yet.
    Untold,
}

struct Teller {
    shop: Shop,
    /// The feed is told up to here.
    seq: i64,
    links: BTreeMap<TheaterId, Link>,
    /// What is known to those who listen: the essence of each state.
    told: HashMap<Topic, String>,
    /// Something was committed since the states were looked at.
    stale: bool,
}

impl Teller {
    async fn tell_seats(&mut self) -> Result<(), StoreError> {
        loop {
            let wanted: BTreeSet<ScreeningId> = self.screenings().collect();
            let (shop, after) = (self.shop.clone(), self.seq);
            if wanted.is_empty() {
                self.seq = shop.db.read(change_feed::head).await?;
                return Ok(());
            }
            let read = self
                .shop
                .db
                .read(move |db| changes::since(&shop, db, (&wanted, after)));
            let told = read.await?;
            for frame in &told.frames {
                self.shop.live.rooms.tell(frame);
            }
            self.seq = told.seq;
            if !told.more {
                return Ok(());
            }
        }
    }

    fn screenings(&self) -> impl Iterator<Item = ScreeningId> {
        let topics = self.shop.live.rooms.topics().into_iter();
        topics.filter_map(|topic| match topic {
            Topic::Subject(Subject::Screening(screening)) => Some(screening),
            Topic::Subject(Subject::Campaign(_)) | Topic::Link(_) | Topic::Ranking => None,
        })
    }

    fn tell_links(&mut self, now: BTreeMap<TheaterId, Link>) {
        for (&theater, &link) in &now {
            if self.links.get(&theater).map(|known| known.state) != Some(link.state) {
                let data = json(&LinkChanged { theater, link });
                let frame = Frame::state(Topic::Link(theater), "link", &data);
                self.shop.live.rooms.tell(&frame);
            }
        }
        self.links = now;
    }

    /// Tells the numbers of viewers that have changed.
    fn tell_viewers(&mut self) {
        for (subject, viewers) in self.shop.viewers.changed(self.shop.clock.monotonic_ms()) {
            let topic = Topic::Subject(subject);
            let data = json(&ViewersChanged {
                topic: topic.to_string(),
                viewers,
            });
            self.shop
                .live
                .rooms
                .tell(&Frame::state(topic, "viewers", &data));
        }
    }

    /// Tells the states that the program itself knows of: campaigns, the ranking.
    async fn tell_states(&mut self, which: Which) -> Result<(), StoreError> {
        let mut topics = self.shop.live.rooms.topics();
        self.told.retain(|topic, _| topics.contains(topic));
        topics.retain(|topic| match topic {
            Topic::Subject(Subject::Screening(_)) | Topic::Link(_) => false,
            Topic::Subject(Subject::Campaign(_)) | Topic::Ranking => {
                which == Which::All || !self.told.contains_key(topic)
            }
        });
        if topics.is_empty() {
            return Ok(());
        }
        let (shop, began_ms) = (self.shop.clone(), self.shop.clock.monotonic_ms());
        let read = self.shop.db.read(move |db| {
            let mut tidings = Vec::with_capacity(topics.len());
            for topic in topics {
                tidings.push((topic, shop.programme.tiding(&shop, db, topic)?));
            }
            Ok::<_, StoreError>(tidings)
        });
        for (topic, tiding) in read.await? {
            let Some(tiding) = tiding else { continue };
            if self.told.get(&topic) != Some(&tiding.essence) {
                let frame = Frame::state(topic, tiding.event, &tiding.data);
                self.shop.live.rooms.tell(&frame);
                self.told.insert(topic, tiding.essence);
            }
        }
        let took_ms = self.shop.clock.monotonic_ms() - began_ms;
        if u128::from(took_ms.unsigned_abs()) > STATES_EVERY.as_millis() {
            tracing::warn!(took_ms, "the states of live topics take long to read");
        }
        Ok(())
    }
}
