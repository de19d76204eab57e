//! People who buy on the web and at the kiosks, whatever happens to the network.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;

use super::THEATERS;
use super::network::{HUB, KIOSKS, Node, WEB};
use crate::client::{Client, Promise};
use crate::world::random::Random;

/// Nobody waits longer for an answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// People look at the screenings with the most free seats, so that they meet.
const SCREENINGS_MAX: usize = 6;
/// The shortest pause between two tries, in milliseconds, and the longest of a short run; …
const PAUSE_MS: (i64, i64) = (30, 300);
/// … in a long run there are longer ones, so that the seats last to its end.
const PAUSE_MS_PER_SECOND: i64 = 2;
/// The largest party.
const PARTY_MAX: usize = 4;

/// What happened to those of one channel.
#[derive(Clone, Debug, Default)]
pub(super) struct Purchases {
    pub(super) tries: u64,
    /// What was confirmed, with its theater: none of it may get lost.
    pub(super) promises: Vec<(i64, Promise)>,
    /// Those who held seats and went.
    pub(super) walked_away: u64,
    /// Tries that came to nothing, by reason.
    pub(super) refused: BTreeMap<String, u64>,
}

impl Purchases {
    pub(super) fn add(&mut self, other: Self) {
        self.tries += other.tries;
        self.promises.extend(other.promises);
        self.walked_away += other.walked_away;
        for (reason, times) in other.refused {
            *self.refused.entry(reason).or_default() += times;
        }
    }
}

/// Somebody who buys again and again.
pub(super) struct Customer {
    client: Client,
    channel: Channel,
    theaters: Vec<i64>,
    random: Random,
    pub(super) purchases: Purchases,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Channel {
    Web,
    Kiosk,
}

impl Customer {
    pub(super) fn on_the_web(random: Random) -> Self {
        Self::new(HUB, Channel::Web, vec![THEATERS[0], THEATERS[2]], random)
    }

    pub(super) fn at_kiosk(at: usize, random: Random) -> Self {
        Self::new(KIOSKS[at], Channel::Kiosk, vec![THEATERS[at]], random)
    }

    fn new(node: Node, channel: Channel, theaters: Vec<i64>, random: Random) -> Self {
        Self {
            client: Client::at(node.address(WEB)),
            channel,
            theaters,
            random,
            purchases: Purchases::default(),
        }
    }

    /// Buys until it is over, after about `length`.
    pub(super) async fn buy_until(mut self, over: &AtomicBool, length: Duration) -> Self {
        let seconds = i64::try_from(length.as_secs()).unwrap_or(i64::MAX / PAUSE_MS_PER_SECOND);
        let pause_max = PAUSE_MS.1.max(seconds * PAUSE_MS_PER_SECOND);
        while !over.load(Ordering::Relaxed) {
            let outcome = tokio::time::timeout(PATIENCE, self.buy()).await;
            let outcome = outcome.unwrap_or_else(|_| Err("no answer in time".to_owned()));
            let purchases = &mut self.purchases;
            match outcome {
                Ok(Some(promise)) => purchases.promises.push(promise),
                Ok(None) => purchases.walked_away += 1,
                Err(reason) => *purchases.refused.entry(reason).or_default() += 1,
            }
            let pause = self.random.between(PAUSE_MS.0, pause_max).unsigned_abs();
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        self
    }

    /// What was confirmed; nothing for somebody who leaves before that.
    async fn buy(&mut self) -> Result<Option<(i64, Promise)>, String> {
        self.purchases.tries += 1;
        let theaters = &self.theaters;
        let theater = |it: &Value| it["theater"]["theater"].as_i64().unwrap_or(0);
        let mut on_sale = self.client.on_sale().await;
        on_sale.retain(|it| theaters.contains(&theater(it)));
        on_sale.truncate(SCREENINGS_MAX);
        let screening = self
            .random
            .pick(&on_sale)
            .ok_or("nothing on sale, or no answer")?;
        let theater = theater(screening);
        let screening = screening["screening"].as_i64().unwrap_or(0);
        let seats = self.choose(screening).await?;
        let hold = self.client.hold(screening, &seats).await;
        let hold = hold
            .map_err(|code| format!("hold: {}", if code.is_empty() { "no code" } else { &code }))?;
        if self.random.chance(30) {
            return Ok(None);
        }
        let promise = match self.channel {
            Channel::Web => self.client.book(&hold).await.ok_or("booking: none"),
            Channel::Kiosk => self.client.pay(&hold).await.ok_or("payment: none"),
        };
        let mut promise = promise?;
        promise.seats.sort_unstable();
        Ok(Some((theater, promise)))
    }

    /// Seats beside each other in the list: mostly those that are sold here, sometimes those
    /// of the other side, or some of each.
    async fn choose(&mut self, screening: i64) -> Result<Vec<i64>, String> {
        let mut seats = match self.random.below(8) {
            0 => self.client.seats(screening, "elsewhere").await,
            1 => {
                let mut all = self.client.seats(screening, "elsewhere").await;
                all.extend(self.client.seats(screening, "free").await);
                all.sort_unstable();
                all
            }
            _ => self.client.seats(screening, "free").await,
        };
        if seats.is_empty() {
            return Err("no such seat".to_owned());
        }
        let party = 1 + self.random.below(PARTY_MAX);
        let from = self.random.below(seats.len());
        seats.drain(..from);
        seats.truncate(party);
        Ok(seats)
    }
}
