//! What is on in every theater, from the hub's own tables.

use std::collections::{BTreeMap, BTreeSet};

use boxoffice::board_view::board_view;
use boxoffice::finding::{Demand, Films};
use boxoffice::live::{Tiding, Topic};
use boxoffice::{Placed, Programme, ProgrammeQuery, Shop};
use domain::id::{AuditoriumId, CampaignId, MovieId, ScreeningId, SeatMapId, TheaterId};
use domain::presence::Subject;
use domain::screening::Screening;
use domain::seat_map::SeatMap;
use domain::theater::{Auditorium, Theater};
use domain::time::{DAY_MS, HOUR_MS, Timestamp};
use protocol::api::campaign::CampaignProgress;
use protocol::api::catalog::MovieSummary;
use protocol::api::screening::{ScreeningList, ScreeningSummary};
use protocol::row::MovieFacts;
use rusqlite::Connection;
use store::StoreError;

use crate::campaigns::view;
use crate::ranking;
use crate::sqlite::screenings::Wanted;
use crate::sqlite::{boards, campaigns, movies, screenings, theaters};

/// The web shows what begins from one hour ago …
const SHOWN_BEFORE_MS: i64 = HOUR_MS;
/// … up to two weeks ahead.
const SHOWN_AHEAD_MS: i64 = 14 * DAY_MS;

/// The hub's catalogue.
pub struct Catalogue;

/// What several screenings of one list share, so that each is read once.
#[derive(Default)]
struct Known {
    movies: BTreeMap<MovieId, Option<MovieSummary>>,
    theaters: BTreeMap<TheaterId, Option<Theater>>,
    rooms: BTreeMap<AuditoriumId, Option<Auditorium>>,
}

impl Films for Catalogue {
    fn after(
        &self,
        db: &Connection,
        after: MovieId,
        max: u32,
    ) -> Result<Vec<MovieFacts>, StoreError> {
        movies::after(db, after, max)
    }

    fn film(&self, db: &Connection, id: MovieId) -> Result<Option<MovieFacts>, StoreError> {
        movies::facts(db, id)
    }

    fn demand(&self, db: &Connection, now: Timestamp) -> Result<Demand, StoreError> {
        let (funded, on_sale) = movies::offered(db, now)?;
        Ok(Demand {
            wishes: movies::wishes(db)?,
            funded,
            on_sale,
        })
    }
}

impl Programme for Catalogue {
    fn screening(&self, db: &Connection, id: ScreeningId) -> Result<Option<Screening>, StoreError> {
        screenings::find(db, id)
    }

    fn seat_map(
        &self,
        db: &Connection,
        id: SeatMapId,
        version: i64,
    ) -> Result<Option<SeatMap>, StoreError> {
        theaters::seat_map(db, id, version)
    }

    fn summary(
        &self,
        shop: &Shop,
        db: &Connection,
        screening: &Screening,
    ) -> Result<Option<ScreeningSummary>, StoreError> {
        Known::default().summary(shop, db, screening)
    }

    fn list(
        &self,
        shop: &Shop,
        db: &Connection,
        query: &ProgrammeQuery,
    ) -> Result<ScreeningList, StoreError> {
        let now = shop.now();
        let wanted = Wanted {
            from: now.plus_ms(-SHOWN_BEFORE_MS),
            until: now.plus_ms(SHOWN_AHEAD_MS),
            theater: query.theater,
            movie: query.movie,
        };
        let (mut known, mut dates, mut list) = (Known::default(), BTreeSet::new(), Vec::new());
        for screening in screenings::list(db, &wanted)? {
            if !screening.is_sold() {
                continue;
            }
            let Some(theater) = known.theater(db, screening.theater)? else {
                continue;
            };
            let date = theater
                .utc_offset
                .business_date(screening.starts_at)
                .to_string();
            let fits = query.date.as_ref().is_none_or(|wanted| wanted == &date);
            dates.insert(date);
            if fits {
                list.extend(known.summary(shop, db, &screening)?);
            }
        }
        Ok(ScreeningList {
            dates: dates.into_iter().collect(),
            screenings: list,
        })
    }

    fn tiding(
        &self,
        shop: &Shop,
        db: &Connection,
        topic: Topic,
    ) -> Result<Option<Tiding>, StoreError> {
        match topic {
            Topic::Subject(Subject::Campaign(campaign)) => progress(shop, db, campaign),
            Topic::Ranking => board(shop, db),
            Topic::Subject(Subject::Screening(_)) | Topic::Link(_) => Ok(None),
        }
    }
}

/// The board that was published last.
fn board(shop: &Shop, db: &Connection) -> Result<Option<Tiding>, StoreError> {
    let Some(last) = boards::last(db)? else {
        return Ok(None);
    };
    let view = board_view(&last.board, shop.now(), |id| ranking::titles(db, id))?;
    Ok(Some(Tiding::new("ranking", &view, &last.board.hour)))
}

/// A campaign's numbers, unless it is not for everybody to see.
fn progress(shop: &Shop, db: &Connection, id: CampaignId) -> Result<Option<Tiding>, StoreError> {
    let campaign = campaigns::find(db, id)?.filter(view::is_public);
    let Some(campaign) = campaign else {
        return Ok(None);
    };
    let progress = view::progress(db, shop.here(), &campaign)?;
    let essence = CampaignProgress {
        now: Timestamp(0),
        ..progress.clone()
    };
    Ok(Some(Tiding::new("progress", &progress, &essence)))
}

impl Known {
    fn summary(
        &mut self,
        shop: &Shop,
        db: &Connection,
        screening: &Screening,
    ) -> Result<Option<ScreeningSummary>, StoreError> {
        let movie = self.movie(db, screening.movie)?;
        let theater = self.theater(db, screening.theater)?;
        let room = self.room(db, screening.auditorium)?;
        let (Some(movie), Some(theater), Some(room)) = (movie, theater, room) else {
            return Ok(None);
        };
        let placed = Placed {
            movie,
            theater,
            room,
        };
        boxoffice::screening_summary(shop, db, screening, placed).map(Some)
    }

    fn movie(&mut self, db: &Connection, id: MovieId) -> Result<Option<MovieSummary>, StoreError> {
        if let Some(known) = self.movies.get(&id) {
            return Ok(known.clone());
        }
        let movie = movies::facts(db, id)?.map(MovieSummary::from);
        self.movies.insert(id, movie.clone());
        Ok(movie)
    }

    fn theater(&mut self, db: &Connection, id: TheaterId) -> Result<Option<Theater>, StoreError> {
        if let Some(known) = self.theaters.get(&id) {
            return Ok(known.clone());
        }
        let theater = theaters::find(db, id)?;
        self.theaters.insert(id, theater.clone());
        Ok(theater)
    }

    fn room(
        &mut self,
        db: &Connection,
        id: AuditoriumId,
    ) -> Result<Option<Auditorium>, StoreError> {
        if let Some(known) = self.rooms.get(&id) {
            return Ok(known.clone());
        }
        let room = theaters::auditorium(db, id)?;
        self.rooms.insert(id, room.clone());
        Ok(room)
    }
}
