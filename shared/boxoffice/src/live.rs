//! Live events (server-sent): one stream for everything that changes by itself.
//!
//! An event's id is a place in the change feed. The feed holds state, so a client that comes
//! back with any earlier id gets the present state of what changed since, however long it was
//! away; and so does a client that is too slow for what is told. Of what is not in the feed
//! (viewers, links, a campaign's numbers, the ranking) the present state is told at once.

mod changes;
mod frame;
mod rooms;
mod telling;
mod topic;

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use domain::id::ScreeningId;
use domain::presence::Subject;
use futures_util::stream;
use protocol::api::screening::SeatsChanged;
use protocol::error::{ErrorCode, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Shop;
use crate::problem::{ApiError, Speaks};
use crate::viewers::Watching;
use frame::Kind;
use rooms::{Listener, Next, Rooms};
pub use telling::{Tiding, tell};
pub use topic::Topic;

/// A quiet stream says so often that it is alive. With the connection's own patience
/// (`limits::connections`) a client that is gone without a word is noticed within half a minute.
const BEAT_EVERY: Duration = Duration::from_secs(8);

/// Everybody who listens. Cheap to clone.
#[derive(Clone, Default)]
pub struct Live {
    rooms: Rooms,
}

/// What a client wants to hear of.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    /// Separated by commas: `screening:1`, `campaign:1`, `link:1` (a theater), `ranking`.
    #[param(example = "screening:1,link:1")]
    topics: String,
    /// Where to go on, for clients that cannot set the `Last-Event-ID` header.
    last_event_id: Option<i64>,
}

/// What changes, as it changes
///
/// Server-sent events, by topic: `seats` (a `SeatsChanged`), `link` (a `LinkChanged`),
/// `progress` (a `CampaignProgress`), `ranking` (a `BoardView`), `viewers` (a
/// `ViewersChanged`), `beat` when nothing else was said for some seconds, and `reset`, after
/// which what the topic is about has to be fetched anew. Who listens to a screening or a campaign
/// is one of its viewers.
#[utoipa::path(get, operation_id = "listen_to_events",
    path = "/api/events", tag = "live", params(EventsQuery),
    responses((status = 200, content_type = "text/event-stream", body = SeatsChanged),
              (status = 422, body = Problem)))]
pub(crate) async fn events(
    State(shop): State<Shop>,
    Query(query): Query<EventsQuery>,
    headers: HeaderMap,
    speaks: Speaks,
) -> Result<Response, ApiError> {
    let topics = topic::list(&query.topics).map_err(|wrong| {
        let error = ApiError::new(ErrorCode::InvalidRequest).speaking(speaks);
        error.detail(wrong.to_string())
    })?;
    let header = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let after = header
        .and_then(|id| id.parse().ok())
        .or(query.last_event_id);
    let client = Client::enter(shop, topics, after).await?;
    let body = Body::from_stream(stream::unfold(client, Client::step));
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    let text = HeaderValue::from_static("text/event-stream");
    headers.insert(header::CONTENT_TYPE, text);
    // Proxies are not to keep it, to change it or to wait until there is more of it.
    let unchanged = HeaderValue::from_static("no-cache, no-transform");
    headers.insert(header::CACHE_CONTROL, unchanged);
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// One stream. When it is dropped (the client went away) it leaves its rooms and is a viewer
/// no longer.
struct Client {
    shop: Shop,
    listener: Listener,
    /// What is said first.
    opening: Option<(Bytes, Goes)>,
    goes: Goes,
    _watching: Vec<Watching>,
}

/// Whether a stream goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goes {
    On,
    Over,
}

impl Client {
    /// Takes a place before the past is read: nothing falls between.
    async fn enter(shop: Shop, topics: Vec<Topic>, after: Option<i64>) -> Result<Self, ApiError> {
        let watching = topics.iter().filter_map(|topic| match topic {
            Topic::Subject(subject) => Some(shop.viewers.watch(*subject)),
            Topic::Link(_) | Topic::Ranking => None,
        });
        let watching = watching.collect();
        let listener = shop.live.rooms.enter(topics);
        let mut client = Self {
            shop,
            listener,
            opening: None,
            goes: Goes::On,
            _watching: watching,
        };
        let (mut bytes, mut goes) = (BytesMut::from(frame::OPENING), Goes::On);
        if let Some(after) = after {
            client.listener.caught_up(after);
            let (missed, then) = client.missed().await?;
            bytes.extend_from_slice(&missed);
            goes = then;
        }
        client.opening = Some((bytes.freeze(), goes));
        Ok(client)
    }

    /// What comes next.
    async fn step(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        if let Some((bytes, goes)) = self.opening.take() {
            self.goes = goes;
            return Some((Ok(bytes), self));
        }
        if self.goes == Goes::Over {
            return None;
        }
        loop {
            let beat = tokio::time::sleep(BEAT_EVERY);
            let next = tokio::select! {
                next = self.listener.next() => next,
                () = beat => Next::Send(Bytes::from_static(frame::BEAT)),
            };
            match next {
                Next::Send(bytes) => return Some((Ok(bytes), self)),
                Next::Last(bytes) => {
                    self.goes = Goes::Over;
                    return Some((Ok(bytes), self));
                }
                Next::CatchUp => {
                    // A client that cannot be told what it missed comes back for it.
                    let (bytes, goes) = self.missed().await.ok()?;
                    self.goes = goes;
                    if !bytes.is_empty() {
                        return Some((Ok(bytes), self));
                    }
                }
                Next::Over => return None,
            }
        }
    }

    /// Reads what this client does not know yet.
    async fn missed(&mut self) -> Result<(Bytes, Goes), ApiError> {
        let (asked, after) = (self.shop.clone(), self.listener.known_up_to());
        let screenings: Vec<ScreeningId> = self.screenings().collect();
        let read = self
            .shop
            .db
            .read(move |db| changes::missed(&asked, db, (&screenings, after)));
        let told = read.await?;
        self.listener.caught_up(told.seq);
        let mut bytes = BytesMut::new();
        let mut goes = Goes::On;
        for frame in told.frames {
            bytes.extend_from_slice(&frame.bytes);
            if matches!(frame.kind, Kind::Reset { .. }) {
                goes = Goes::Over;
            }
        }
        Ok((bytes.freeze(), goes))
    }

    fn screenings(&self) -> impl Iterator<Item = ScreeningId> {
        let topics = self.listener.topics().iter();
        topics.filter_map(|topic| match topic {
            Topic::Subject(Subject::Screening(screening)) => Some(*screening),
            Topic::Subject(Subject::Campaign(_)) | Topic::Link(_) | Topic::Ranking => None,
        })
    }
}
