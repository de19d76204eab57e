//! Likes and requests are counted where they are noted, and films are listed by them.

use domain::id::NodeId;
use domain::movie::{Movie, MovieSource, Rating};
use domain::time::Timestamp;
use rusqlite::Connection;

use super::*;
use crate::sqlite::movies::{self, MovieQuery, MovieSort};
use crate::sqlite::{MIGRATIONS, requests};

fn here(node: &NodeId) -> Here<'_> {
    Here {
        node,
        now: Timestamp(1_000),
    }
}

fn films(db: &mut Connection, count: i64) -> Vec<MovieId> {
    let tx = db.transaction().unwrap();
    let films = (0..count).map(|number| film(&tx, number)).collect();
    tx.commit().unwrap();
    films
}

fn film(tx: &Transaction<'_>, number: i64) -> MovieId {
    let source = MovieSource {
        source: "test".to_owned(),
        id: number.to_string(),
    };
    let movie = Movie {
        title: format!("영화 {number}"),
        original_title: None,
        title_en: None,
        year: Some(2000),
        released: None,
        runtime_min: None,
        rating: Rating::All,
        genres: vec!["드라마".to_owned()],
        people: Vec::new(),
        synopsis: None,
    };
    movies::add(tx, &source, &movie).unwrap()
}

#[test]
fn a_browser_likes_a_film_once_and_may_take_it_back() {
    let mut db = store::open_memory(MIGRATIONS).unwrap();
    let film = films(&mut db, 1)[0];
    let node = NodeId::hub();
    let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let tx = db.transaction().unwrap();
    let likes = |view: LikeView| (view.liked, view.likes);
    assert_eq!(
        likes(like(&tx, here(&node), (film, one)).unwrap()),
        (true, 1)
    );
    assert_eq!(
        likes(like(&tx, here(&node), (film, one)).unwrap()),
        (true, 1)
    );
    assert_eq!(
        likes(like(&tx, here(&node), (film, other)).unwrap()),
        (true, 2)
    );
    assert_eq!(likes(unlike(&tx, (film, Some(one))).unwrap()), (false, 1));
    assert_eq!(likes(unlike(&tx, (film, Some(one))).unwrap()), (false, 1));
    assert_eq!(likes(unlike(&tx, (film, None)).unwrap()), (false, 1));
    let nowhere = like(&tx, here(&node), (MovieId(film.0 + 1), one));
    assert!(matches!(nowhere, Err(LikeError::UnknownMovie)));
}

fn page(db: &Connection, sort: MovieSort, cursor: Option<String>) -> (Vec<i64>, Option<String>) {
    let query = MovieQuery {
        sort,
        cursor,
        limit: 3,
        genre: Some("드라마·로맨스".to_owned()),
        ..MovieQuery::default()
    };
    let page = movies::page(db, &query).unwrap();
    let films = page.movies.iter().map(|movie| movie.movie.0).collect();
    (films, page.next_cursor)
}

#[test]
fn films_are_listed_by_likes_and_by_requests_and_a_new_film_moves_no_page() {
    let mut db = store::open_memory(MIGRATIONS).unwrap();
    let films = films(&mut db, 6);
    let node = NodeId::hub();
    let tx = db.transaction().unwrap();
    for (at, &film) in films.iter().enumerate() {
        for device in 0..at % 3 {
            let device = Uuid::from_u128(u128::try_from(device).unwrap());
            like(&tx, here(&node), (film, device)).unwrap();
        }
    }
    let slot = domain::request::Slot::Any;
    for phone in ["1", "2"] {
        requests::record(&tx, (films[1], phone), ("강남", slot), Timestamp(1)).unwrap();
    }
    requests::record(&tx, (films[4], "1"), ("강남", slot), Timestamp(1)).unwrap();
    requests::record(&tx, (films[5], "1"), ("강남", slot), Timestamp(1)).unwrap();
    requests::withdraw(&tx, (films[5], "1"), Timestamp(2)).unwrap();
    tx.commit().unwrap();
    let (first, next) = page(&db, MovieSort::Likes, None);
    assert_eq!(first, [films[5].0, films[2].0, films[4].0]);
    let tx = db.transaction().unwrap();
    film(&tx, 99);
    tx.commit().unwrap();
    let (second, next) = page(&db, MovieSort::Likes, next);
    assert_eq!(
        second[0], films[1].0,
        "the new film moves nobody to another page"
    );
    assert!(second.contains(&films[3].0) && next.is_some());
    let (wanted, _) = page(&db, MovieSort::Requests, None);
    assert_eq!(wanted[..2], [films[1].0, films[4].0]);
}

#[test]
fn the_counts_are_those_of_the_rows_whatever_was_done() {
    let mut db = store::open_memory(MIGRATIONS).unwrap();
    let film = films(&mut db, 1)[0];
    let tx = db.transaction().unwrap();
    let slot = domain::request::Slot::Night;
    for phone in ["1", "2", "3"] {
        requests::record(&tx, (film, phone), ("강남", slot), Timestamp(1)).unwrap();
        requests::record(&tx, (film, phone), ("홍대", slot), Timestamp(2)).unwrap();
    }
    requests::withdraw(&tx, (film, "1"), Timestamp(3)).unwrap();
    requests::withdraw(&tx, (film, "1"), Timestamp(3)).unwrap();
    let wanted = movies::most_requested(&tx, 5).unwrap();
    assert_eq!(wanted[0].requesters, 2);
}
