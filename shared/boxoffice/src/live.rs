//! Live events (server-sent): what changed about a screening's seats, and whether the other
//! side can be reached.
//!
//! An event's id is a place in the change feed. The feed holds state, so a client that comes
//! back with any earlier id gets the present state of what changed since, however long it
//! was away. One task reads the feed and tells all clients; a client that is too slow is
//! told to fetch everything anew instead of being buffered for.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use domain::id::{ScreeningId, SeatId, TheaterId};
use domain::link::Link;
use process::shutdown::Shutdown;
use protocol::api::screening::{LinkChanged, SeatsChanged};
use protocol::row::RowKind;
use rusqlite::Connection;
use serde::Deserialize;
use store::StoreError;
use store::change_feed::{self, FeedQuery};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::IntoParams;

use crate::Shop;
use crate::problem::ApiError;
use crate::seats_view::look;

/// Events that wait for a slow client before it is told to start over.
const CLIENT_EVENTS_MAX: usize = 256;

/// Changes that are read in one go.
const CHANGES_MAX: usize = 5_000;

/// A comment this often keeps proxies from closing a quiet stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What all clients are told, each taking what concerns it. Cheap to clone.
#[derive(Clone)]
pub struct Live {
    news: broadcast::Sender<News>,
}

#[derive(Clone)]
enum News {
    Seats {
        seq: i64,
        screening: ScreeningId,
        seats: std::sync::Arc<SeatsChanged>,
    },
    /// The screening has another seat map, or begins at another time.
    Anew {
        seq: i64,
        screening: ScreeningId,
    },
    Link(LinkChanged),
    /// The program ends: so do the streams, or it would wait for them.
    Over,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            news: broadcast::Sender::new(CLIENT_EVENTS_MAX),
        }
    }
}

/// What a client wants to hear of.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventsQuery {
    /// Only the seats of this screening; links are always told.
    screening: Option<ScreeningId>,
    /// Where to go on, for clients that cannot set the `Last-Event-ID` header.
    last_event_id: Option<i64>,
}

/// Seats and links as they change
///
/// Server-sent events: `seats` (a `SeatsChanged`), `link` (a `LinkChanged`), and `reset`,
/// after which everything has to be fetched anew.
#[utoipa::path(get, operation_id = "listen_to_events",
    path = "/api/events", tag = "live", params(EventsQuery),
    responses((status = 200, content_type = "text/event-stream", body = SeatsChanged)))]
pub(crate) async fn events(
    State(shop): State<Shop>,
    Query(query): Query<EventsQuery>,
    headers: HeaderMap,
) -> Result<Sse<impl tokio_stream::Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let header = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let after = header
        .and_then(|id| id.parse().ok())
        .or(query.last_event_id);
    // Subscribed before the past is read: nothing falls between.
    let news = shop.live.news.subscribe();
    let past = match (query.screening, after) {
        (Some(screening), Some(after)) => past(&shop, screening, after).await?,
        _ => Past::default(),
    };
    let (sender, receiver) = mpsc::channel(CLIENT_EVENTS_MAX);
    tokio::spawn(forward(query.screening, past, news, sender));
    let stream = ReceiverStream::new(receiver).map(Ok);
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// What a client missed.
#[derive(Default)]
struct Past {
    events: Vec<Event>,
    /// News up to here is in `events`.
    seq: i64,
}

async fn past(shop: &Shop, screening: ScreeningId, after: i64) -> Result<Past, ApiError> {
    let asked = shop.clone();
    let read = shop.db.read(move |db| changed_since(&asked, db, after));
    let (seq, changed) = read.await?;
    let Some(seq) = seq else {
        // Too much was missed, or the id is not from this feed.
        return Ok(Past {
            events: vec![reset()],
            seq: 0,
        });
    };
    if changed.anew.contains(&screening) {
        let events = vec![reset()];
        return Ok(Past { events, seq });
    }
    let ours = changed
        .seats
        .into_iter()
        .filter(|seats| seats.screening == screening);
    let events = ours.filter_map(|seats| seats_event(seq, &seats));
    Ok(Past {
        events: events.collect(),
        seq,
    })
}

async fn forward(
    wanted: Option<ScreeningId>,
    past: Past,
    mut news: broadcast::Receiver<News>,
    client: mpsc::Sender<Event>,
) {
    for event in past.events {
        if client.send(event).await.is_err() {
            return;
        }
    }
    loop {
        let heard = tokio::select! {
            heard = news.recv() => heard,
            () = client.closed() => return,
        };
        let event = match heard {
            Ok(News::Seats {
                seq,
                screening,
                seats,
            }) => {
                if Some(screening) != wanted || seq <= past.seq {
                    continue;
                }
                seats_event(seq, &seats)
            }
            Ok(News::Anew { seq, screening }) => {
                if Some(screening) != wanted || seq <= past.seq {
                    continue;
                }
                Some(reset())
            }
            Ok(News::Link(link)) => Event::default().event("link").json_data(&link).ok(),
            Err(RecvError::Lagged(_)) => Some(reset()),
            Ok(News::Over) | Err(RecvError::Closed) => return,
        };
        let Some(event) = event else { continue };
        if client.send(event).await.is_err() {
            return;
        }
    }
}

/// After it everything has to be fetched anew.
fn reset() -> Event {
    Event::default().event("reset").data("{}")
}

fn seats_event(seq: i64, seats: &SeatsChanged) -> Option<Event> {
    let event = Event::default().event("seats").id(seq.to_string());
    event.json_data(seats).ok()
}

/// Reads the feed after every commit and tells all clients, until `shutdown`.
pub async fn tell(shop: Shop, shutdown: Shutdown) {
    let mut commits = shop.db.commits();
    let mut links = shop.links.watch();
    let mut known: BTreeMap<TheaterId, Link> = shop.links.by_theater();
    let mut seq = shop.db.read(change_feed::head).await.unwrap_or(0);
    let over = shutdown.requested();
    tokio::pin!(over);
    loop {
        tokio::select! {
            () = &mut over => {
                let _ = shop.live.news.send(News::Over);
                return;
            }
            changed = commits.changed() => {
                if changed.is_err() {
                    return;
                }
                seq = tell_seats(&shop, seq).await.unwrap_or(seq);
            }
            changed = links.next() => {
                let Some(now) = changed else { return };
                tell_links(&shop, &known, &now);
                known = now;
            }
        }
    }
}

async fn tell_seats(shop: &Shop, after: i64) -> Option<i64> {
    let asked = shop.clone();
    if shop.live.news.receiver_count() == 0 {
        return shop.db.read(change_feed::head).await.ok();
    }
    let read = shop
        .db
        .read(move |db| changed_since(&asked, db, after))
        .await;
    let (seq, changed) = match read {
        Ok(read) => read,
        Err(fault) => {
            tracing::warn!(
                error = &fault as &dyn std::error::Error,
                "live events stand still"
            );
            return None;
        }
    };
    let Some(seq) = seq else {
        return shop.db.read(change_feed::head).await.ok();
    };
    for screening in changed.anew {
        let _ = shop.live.news.send(News::Anew { seq, screening });
    }
    for seats in changed.seats {
        let news = News::Seats {
            seq,
            screening: seats.screening,
            seats: std::sync::Arc::new(seats),
        };
        // Nobody listening is fine.
        let _ = shop.live.news.send(news);
    }
    Some(seq)
}

fn tell_links(shop: &Shop, known: &BTreeMap<TheaterId, Link>, now: &BTreeMap<TheaterId, Link>) {
    for (&theater, &link) in now {
        if known.get(&theater).map(|known| known.state) != Some(link.state) {
            let _ = shop
                .live
                .news
                .send(News::Link(LinkChanged { theater, link }));
        }
    }
}

/// What a stretch of the feed tells.
#[derive(Default)]
struct Changed {
    seats: Vec<SeatsChanged>,
    /// Screenings that are not what they were.
    anew: BTreeSet<ScreeningId>,
}

/// The present state of what changed after `after`, and up to where; nowhere when that is too
/// much to tell.
fn changed_since(
    shop: &Shop,
    db: &Connection,
    after: i64,
) -> Result<(Option<i64>, Changed), StoreError> {
    let head = change_feed::head(db)?;
    if after > head || head - after > i64::try_from(CHANGES_MAX).unwrap_or(i64::MAX) {
        return Ok((None, Changed::default()));
    }
    let page = change_feed::read(
        db,
        &FeedQuery {
            after,
            limit: CHANGES_MAX,
            scopes: None,
            not_origin: None,
        },
    )?;
    let anew = page
        .entries
        .iter()
        .filter(|it| it.kind == RowKind::Screening.code());
    let anew = anew.filter_map(|entry| entry.key.parse().ok().map(ScreeningId));
    let mut told = Changed {
        anew: anew.collect(),
        ..Changed::default()
    };
    let mut changed: BTreeMap<ScreeningId, BTreeSet<SeatId>> = BTreeMap::new();
    for entry in page
        .entries
        .iter()
        .filter(|it| it.kind == RowKind::Seat.code())
    {
        let (screening, seat) = entry.key.split_once('/').unwrap_or_default();
        if let (Ok(screening), Ok(seat)) = (screening.parse(), seat.parse()) {
            let seats = changed.entry(ScreeningId(screening)).or_default();
            seats.insert(SeatId(seat));
        }
    }
    let now = shop.now();
    for (screening, seats) in changed {
        let mut views = Vec::new();
        for seat in seats {
            let seat = seats::sqlite::seats::find(db, screening, seat)?;
            views.extend(seat.map(|seat| look(&seat, &shop.node, now)));
        }
        told.seats.push(SeatsChanged {
            screening,
            as_of: now,
            seats: views,
        });
    }
    Ok((Some(page.last), told))
}
