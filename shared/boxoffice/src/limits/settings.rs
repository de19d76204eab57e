//! `[limits]`: what the limits are, with measures that a busy evening does not reach.

use std::net::IpAddr;
use std::num::NonZeroU32;

use serde::Deserialize;

/// How often one client may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    pub per_minute: NonZeroU32,
    /// So many at once after a pause.
    pub burst: NonZeroU32,
}

/// The limits. Behind one address of a mobile network stand many people; the measures for one
/// client are for them all.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Connections at the same time. More are told to come again.
    pub connections_max: usize,
    /// Requests at the same time. Fewer than the database's writer can have waiting, so that
    /// the sync of the kiosks always finds a place.
    pub in_flight_max: usize,
    /// So many more for those who are paying.
    pub in_flight_paying_max: usize,
    /// The proxies that are believed when they say (`X-Forwarded-For`) for whom they ask. None:
    /// every client speaks for itself. Who asks from this machine without a proxy is not
    /// counted.
    pub proxies: Vec<IpAddr>,
    pub looking: Rate,
    pub buying: Rate,
    pub paying: Rate,
    /// Showing a booking number with a phone number.
    pub proving: Rate,
    pub webhooks: Rate,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connections_max: 16_384,
            in_flight_max: 512,
            in_flight_paying_max: 128,
            proxies: Vec::new(),
            looking: rate(3_000, 1_000),
            buying: rate(600, 200),
            paying: rate(600, 200),
            proving: rate(30, 10),
            webhooks: rate(3_000, 1_000),
        }
    }
}

fn rate(per_minute: u32, burst: u32) -> Rate {
    let positive = |number| NonZeroU32::new(number).expect("the measures are positive");
    Rate {
        per_minute: positive(per_minute),
        burst: positive(burst),
    }
}

/// Requests that may wait for the writer at most: the queue has room for 1,024, and past three
/// quarters of it requests are turned away.
const WAITING_MAX: usize = 700;

impl Settings {
    /// What cannot be, and what to write instead.
    #[must_use]
    pub fn wrong(&self) -> Option<(&'static str, String)> {
        if self.connections_max == 0 {
            return Some(("connections_max", "at least 1".to_owned()));
        }
        let in_flight = self.in_flight_max.saturating_add(self.in_flight_paying_max);
        if self.in_flight_max == 0 || in_flight > WAITING_MAX {
            let instead = format!("with in_flight_paying_max between 1 and {WAITING_MAX}");
            return Some(("in_flight_max", instead));
        }
        None
    }
}
