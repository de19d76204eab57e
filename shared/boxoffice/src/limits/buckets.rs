//! How often each client has asked: one bucket for each client and class.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use process::clock::Clock;

use super::client::{EVERYBODY, known_as};
use super::{Class, Rate, Settings};

/// More clients than this share one bucket: memory has a limit, too.
const CLIENTS_MAX: usize = 100_000;

/// Clients that have not asked for a while are forgotten after so many requests.
const FORGET_EVERY: u32 = 4_096;

/// The program's own clock, so that tests turn it.
#[derive(Clone)]
struct Monotonic(Arc<dyn Clock>);

impl GovernorClock for Monotonic {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_millis(self.0.monotonic_ms().unsigned_abs())
    }
}

type Limiter = RateLimiter<IpAddr, DashMapStateStore<IpAddr>, Monotonic, NoOpMiddleware<Duration>>;

pub(super) struct Buckets {
    clock: Monotonic,
    looking: Limiter,
    buying: Limiter,
    paying: Limiter,
    proving: Limiter,
    webhooks: Limiter,
    asked: AtomicU32,
}

impl Buckets {
    pub(super) fn new(settings: &Settings, clock: Arc<dyn Clock>) -> Self {
        let clock = Monotonic(clock);
        let limiter = |rate: Rate| {
            let quota = Quota::per_minute(rate.per_minute).allow_burst(rate.burst);
            RateLimiter::dashmap_with_clock(quota, clock.clone())
        };
        Self {
            looking: limiter(settings.looking),
            buying: limiter(settings.buying),
            paying: limiter(settings.paying),
            proving: limiter(settings.proving),
            webhooks: limiter(settings.webhooks),
            asked: AtomicU32::new(0),
            clock,
        }
    }

    /// Takes one out of the client's bucket; else says in how many seconds there is one again.
    pub(super) fn take(&self, class: Class, client: IpAddr) -> Result<(), u64> {
        let limiter = match class {
            Class::Screens => return Ok(()),
            Class::Looking => &self.looking,
            Class::Buying => &self.buying,
            Class::Paying => &self.paying,
            Class::Proving => &self.proving,
            Class::Webhooks => &self.webhooks,
        };
        if self.asked.fetch_add(1, Ordering::Relaxed) % FORGET_EVERY == FORGET_EVERY - 1 {
            self.forget();
        }
        let client = if limiter.len() < CLIENTS_MAX {
            known_as(client)
        } else {
            EVERYBODY
        };
        limiter.check_key(&client).map_err(|until| {
            let wait_ms = until.wait_time_from(self.clock.now()).as_millis();
            u64::try_from(wait_ms.div_ceil(1_000).max(1)).unwrap_or(u64::MAX)
        })
    }

    fn forget(&self) {
        for limiter in [
            &self.looking,
            &self.buying,
            &self.paying,
            &self.proving,
            &self.webhooks,
        ] {
            limiter.retain_recent();
        }
    }
}
