//! What is on in this theater, from the kiosk's mirror of the hub's catalogue.

use std::collections::{BTreeMap, BTreeSet};

use boxoffice::board_view::board_view;
use boxoffice::finding::{Demand, Films};
use boxoffice::live::{Tiding, Topic};
use boxoffice::{Placed, Programme, ProgrammeQuery, Shop};
use domain::campaign::{Campaign, Phase};
use domain::id::{MovieId, ScreeningId, SeatMapId, TheaterId};
use domain::screening::{Sale, Screening};
use domain::seat_map::SeatMap;
use domain::theater::{Auditorium, Theater};
use domain::time::{DAY_MS, HOUR_MS, Timestamp};
use protocol::api::catalog::MovieSummary;
use protocol::api::screening::{ScreeningList, ScreeningSummary};
use protocol::row::{MovieFacts, RowKind};
use rusqlite::Connection;
use store::StoreError;

use crate::http::titles;
use crate::searching;
use crate::sqlite::documents;

/// A kiosk shows what begins from one hour ago …
const SHOWN_BEFORE_MS: i64 = HOUR_MS;
/// … up to two weeks ahead.
const SHOWN_AHEAD_MS: i64 = 14 * DAY_MS;

/// The mirror.
pub struct Mirror;

/// The theater that this kiosk stands in; none until the hub has told.
///
/// # Errors
///
/// Fails when the store does.
pub fn theater(db: &Connection) -> Result<Option<Theater>, StoreError> {
    documents::find_only(db, RowKind::Theater)
}

impl Films for Mirror {
    fn after(
        &self,
        db: &Connection,
        after: MovieId,
        max: u32,
    ) -> Result<Vec<MovieFacts>, StoreError> {
        documents::films_after(db, after, max)
    }

    fn film(&self, db: &Connection, id: MovieId) -> Result<Option<MovieFacts>, StoreError> {
        documents::find(db, RowKind::Movie, &id.to_string())
    }

    /// Wishes are the hub's alone.
    fn demand(&self, db: &Connection, now: Timestamp) -> Result<Demand, StoreError> {
        let campaigns: Vec<Campaign> = documents::all(db, RowKind::Campaign)?;
        let open = campaigns
            .iter()
            .filter(|it| it.state.phase() == Phase::Open);
        let screenings = documents::screenings_between(db, now, now.plus_ms(SHOWN_AHEAD_MS))?;
        let sold = screenings.iter().filter(|it| it.sale(now) == Sale::Open);
        Ok(Demand {
            wishes: BTreeMap::new(),
            funded: open.map(|campaign| campaign.movie).collect(),
            on_sale: sold.map(|screening| screening.movie).collect(),
        })
    }
}

impl Programme for Mirror {
    fn screening(&self, db: &Connection, id: ScreeningId) -> Result<Option<Screening>, StoreError> {
        documents::screening(db, id)
    }

    fn seat_map(
        &self,
        db: &Connection,
        id: SeatMapId,
        version: i64,
    ) -> Result<Option<SeatMap>, StoreError> {
        documents::find(db, RowKind::SeatMap, &format!("{id}/{version}"))
    }

    fn summary(
        &self,
        shop: &Shop,
        db: &Connection,
        screening: &Screening,
    ) -> Result<Option<ScreeningSummary>, StoreError> {
        let key = screening.movie.to_string();
        let movie: Option<MovieFacts> = documents::find(db, RowKind::Movie, &key)?;
        let key = screening.auditorium.to_string();
        let room: Option<Auditorium> = documents::find(db, RowKind::Auditorium, &key)?;
        let (Some(theater), Some(movie), Some(room)) = (theater(db)?, movie, room) else {
            return Ok(None);
        };
        let placed = Placed {
            movie: MovieSummary::from(movie),
            theater,
            room,
        };
        boxoffice::screening_summary(shop, db, screening, placed).map(Some)
    }

    fn list(
        &self,
        shop: &Shop,
        db: &Connection,
        query: &ProgrammeQuery,
    ) -> Result<ScreeningList, StoreError> {
        let (now, mut dates, mut screenings) = (shop.now(), BTreeSet::new(), Vec::new());
        let from = now.plus_ms(-SHOWN_BEFORE_MS);
        for screening in documents::screenings_between(db, from, now.plus_ms(SHOWN_AHEAD_MS))? {
            let movie_fits = query.movie.is_none_or(|movie| movie == screening.movie);
            let theater_fits = query.theater.is_none_or(|it| it == screening.theater);
            if !movie_fits || !theater_fits || !screening.is_sold() {
                continue;
            }
            let Some(summary) = self.summary(shop, db, &screening)? else {
                continue;
            };
            dates.insert(summary.business_date.clone());
            if query
                .date
                .as_ref()
                .is_none_or(|date| date == &summary.business_date)
            {
                screenings.push(summary);
            }
        }
        Ok(ScreeningList {
            dates: dates.into_iter().collect(),
            screenings,
        })
    }

    fn tiding(
        &self,
        shop: &Shop,
        db: &Connection,
        topic: Topic,
    ) -> Result<Option<Tiding>, StoreError> {
        let board = match topic {
            Topic::Ranking => searching::board(db)?,
            Topic::Subject(_) | Topic::Link(_) => None,
        };
        let Some(board) = board else {
            return Ok(None);
        };
        let view = board_view(&board, shop.now(), |movie| titles(db, movie))?;
        Ok(Some(Tiding::new("ranking", &view, &board.hour)))
    }
}

/// A link that concerns no theater yet: the kiosk does not know where it stands.
pub const NOWHERE: TheaterId = TheaterId(0);
