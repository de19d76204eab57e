//! How much is taken in: requests of one client, requests at the same time, and connections. A
//! rush ends in clear refusals, not in a queue without an end; and whoever is paying for seats
//! is let through when others are asked to wait.
//!
//! The kiosks' sync does not come in here. It shares the database's writer with the requests, so
//! these are turned away before the writer's queue is full.

mod buckets;
mod client;
mod connections;
mod settings;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use process::clock::Clock;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;
use protocol::error::{ErrorCode, Language};
use store::Db;
use tokio::sync::{Semaphore, SemaphorePermit};

pub use connections::{AskedFrom, Capped, Peer};
pub use settings::{Rate, Settings};

use crate::problem::{ApiError, Speaks};
use buckets::Buckets;

/// What kind of request it is: each has a measure of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The built screens: files that cost little.
    Screens,
    Looking,
    /// Holding, booking, ordering.
    Buying,
    /// Paying for what is held already: let in when others have to wait.
    Paying,
    /// Showing a number and a phone number: nobody may try many.
    Proving,
    /// What the gateway posts.
    Webhooks,
}

impl Class {
    /// The class of a request.
    #[must_use]
    pub fn of(method: &Method, path: &str) -> Self {
        let Some(path) = path.strip_prefix("/api/") else {
            return Self::Screens;
        };
        if path.starts_with("webhooks/") {
            return Self::Webhooks;
        }
        if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
            return Self::Looking;
        }
        if path.starts_with("orders/") {
            return Self::Paying;
        }
        if path.starts_with("bookings/") {
            return Self::Proving;
        }
        Self::Buying
    }

    fn name(self) -> &'static str {
        match self {
            Self::Screens => "screens",
            Self::Looking => "looking",
            Self::Buying => "buying",
            Self::Paying => "paying",
            Self::Proving => "proving",
            Self::Webhooks => "webhooks",
        }
    }

    /// Whether it may have the database's writer do something.
    fn writes(self) -> bool {
        match self {
            Self::Screens | Self::Looking => false,
            Self::Buying | Self::Paying | Self::Proving | Self::Webhooks => true,
        }
    }
}

/// How many requests were turned away.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Turned {
    class: &'static str,
    why: &'static str,
}

/// The limits of one program. Cheap to clone.
#[derive(Clone)]
pub struct Limits(Arc<Inner>);

struct Inner {
    settings: Settings,
    buckets: Buckets,
    in_flight: Semaphore,
    /// For those who pay, when everything else is taken.
    reserve: Semaphore,
    db: Db,
    turned_away: Family<Turned, Counter>,
    refused_connections: Counter,
}

impl Limits {
    /// Limits by `settings`, over the database that the requests share with the sync.
    #[must_use]
    pub fn new(settings: Settings, clock: Arc<dyn Clock>, db: Db) -> Self {
        Self(Arc::new(Inner {
            buckets: Buckets::new(&settings, clock),
            in_flight: Semaphore::new(settings.in_flight_max),
            reserve: Semaphore::new(settings.in_flight_paying_max),
            settings,
            db,
            turned_away: Family::default(),
            refused_connections: Counter::default(),
        }))
    }

    /// How many connections there may be at the same time.
    #[must_use]
    pub fn connections_max(&self) -> usize {
        self.0.settings.connections_max
    }

    /// Puts what is counted into the program's figures.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "moding_requests_turned_away",
            "Requests that were turned away, by class and reason",
            self.0.turned_away.clone(),
        );
        registry.register(
            "moding_connections_refused",
            "Connections that were refused because there were too many",
            self.0.refused_connections.clone(),
        );
    }

    /// The address of the client behind a request; none for somebody on this machine whom no
    /// proxy speaks for.
    #[must_use]
    pub fn client(&self, peer: Option<Peer>, headers: &HeaderMap) -> Option<std::net::IpAddr> {
        client_of(self, peer.map(|Peer(address)| address), headers)
    }

    pub(crate) fn connection_refused(&self) {
        self.0.refused_connections.inc();
    }

    /// Lets one more request in; none when there are too many.
    fn enter(&self, class: Class) -> Option<SemaphorePermit<'_>> {
        let inner = &*self.0;
        if class.writes() && inner.db.is_crowded() {
            return None;
        }
        match (inner.in_flight.try_acquire(), class) {
            (Ok(permit), _) => Some(permit),
            (Err(_), Class::Paying | Class::Webhooks) => inner.reserve.try_acquire().ok(),
            (Err(_), Class::Screens | Class::Looking | Class::Buying | Class::Proving) => None,
        }
    }

    fn turn_away(&self, class: Class, why: &'static str) {
        let class = class.name();
        self.0
            .turned_away
            .get_or_create(&Turned { class, why })
            .inc();
    }
}

/// Turns a request away when its client asks too often or too much is under way. A stream of
/// events is counted until it begins: it waits without work.
pub async fn guard(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let class = Class::of(request.method(), request.uri().path());
    let peer = request.extensions().get::<ConnectInfo<Peer>>();
    let peer = peer.map(|ConnectInfo(Peer(address))| *address);
    let client = client_of(&limits, peer, request.headers());
    let speaks = speaks(request.headers());
    if let Some(client) = client
        && let Err(after_s) = limits.0.buckets.take(class, client)
    {
        limits.turn_away(class, "client");
        let error = ApiError::new(ErrorCode::TooManyRequests).retry_after(after_s);
        return error.speaking(speaks).into_response();
    }
    let Some(_permit) = limits.enter(class) else {
        limits.turn_away(class, "load");
        return ApiError::new(ErrorCode::Overloaded)
            .speaking(speaks)
            .into_response();
    };
    next.run(request).await
}

fn client_of(
    limits: &Limits,
    peer: Option<SocketAddr>,
    headers: &HeaderMap,
) -> Option<std::net::IpAddr> {
    let proxies = &limits.0.settings.proxies;
    client::address(peer?.ip(), headers, proxies)
}

fn speaks(headers: &HeaderMap) -> Speaks {
    let accepted = headers.get(header::ACCEPT_LANGUAGE);
    let accepted = accepted.and_then(|text| text.to_str().ok());
    Speaks(Language::accepted(accepted.unwrap_or_default()))
}
