//! An index from its building to its end: it finds, it changes, it is thrown away when it cannot
//! be used, and another takes its place while it is asked.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::path::Path;

use domain::id::MovieId;
use search::{Change, Film, How, Index, Kind, SearchError, Shelf, Stamp};

fn film(movie: i64, title: &str, year: i32) -> Film {
    Film {
        movie: MovieId(movie),
        title: title.to_owned(),
        original_title: None,
        title_en: None,
        year: Some(year),
        people: Vec::new(),
    }
}

fn films() -> Vec<Film> {
    vec![
        Film {
            title_en: Some("Parasite".to_owned()),
            people: vec!["봉준호".to_owned(), "송강호".to_owned()],
            ..film(1, "기생충", 2019)
        },
        Film {
            people: vec!["봉준호".to_owned(), "송강호".to_owned()],
            ..film(2, "괴물", 2006)
        },
        film(3, "괴물", 2023),
        film(4, "어벤져스: 엔드게임", 2019),
        film(5, "터미네이터 2", 1991),
    ]
}

fn built(folder: &Path, films: &[Film], stamp: Stamp) -> Index {
    let shelf = Shelf::new(folder.to_owned());
    let building = shelf.begin().unwrap();
    for film in films {
        building.add(film).unwrap();
    }
    shelf.finish(building, stamp).unwrap()
}

fn found(index: &Index, typed: &str) -> Vec<i64> {
    let found = index.search(typed, 10).unwrap();
    found.hits.iter().map(|hit| hit.movie.0).collect()
}

#[test]
fn films_are_found_as_people_type() {
    let folder = tempfile::tempdir().unwrap();
    let index = built(folder.path(), &films(), Stamp::new(1, 0));
    for (typed, expected) in [
        ("기새", 1),
        ("ㄱㅅㅊ", 1),
        ("어벤져스엔드게임", 4),
        ("기셍츙", 1),
        ("rltodcnd", 1),
        ("ㅔㅁㄱㅁ냣ㄷ", 1),
        ("터미네이터 II", 5),
        ("PARASITE", 1),
        ("드게임", 4),
        ("봉준호 기생충", 1),
    ] {
        assert_eq!(found(&index, typed).first(), Some(&expected), "{typed}");
    }
    for nothing in ["", "  ", "!?", "쀍뛟쿫"] {
        assert_eq!(found(&index, nothing), [0; 0], "{nothing}");
    }
}

#[test]
fn what_matched_is_marked_and_a_slip_of_the_keyboard_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let index = built(folder.path(), &films(), Stamp::new(1, 0));
    let found = index.search("thdrkdgh", 10).unwrap();
    assert_eq!(found.read_as.as_deref(), Some("송강호"));
    let hit = &found.hits[0];
    assert_eq!((hit.title.as_str(), hit.how), ("기생충", How::Beside));
    let marks = hit.marks.iter();
    let marks: Vec<_> = marks
        .map(|it| (it.kind, it.text.as_str(), it.ranges.clone()))
        .collect();
    let whole = std::iter::once(0..3).collect::<Vec<_>>();
    assert_eq!(marks, [(Kind::Person, "송강호", whole)]);
}

#[test]
fn films_that_fit_equally_well_stand_in_the_order_of_their_weights() {
    let folder = tempfile::tempdir().unwrap();
    let index = built(folder.path(), &films(), Stamp::new(1, 0));
    assert_eq!(found(&index, "괴물"), [3, 2], "the newer one");
    index.weigh(BTreeMap::from([(MovieId(2), 3)])).unwrap();
    assert_eq!(found(&index, "괴물"), [2, 3], "the one that people want");
}

#[test]
fn in_which_order_films_came_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let other = tempfile::tempdir().unwrap();
    let one = built(folder.path(), &films(), Stamp::new(1, 0));
    let turned: Vec<Film> = films().into_iter().rev().collect();
    let two = built(other.path(), &turned, Stamp::new(1, 0));
    for typed in ["ㄱ", "괴물", "2019", "송강호", "e", "2", "게임"] {
        let (one, two) = (
            one.search(typed, 10).unwrap(),
            two.search(typed, 10).unwrap(),
        );
        assert_eq!(one, two, "{typed}");
    }
}

#[test]
fn changes_are_taken_in_and_stay_when_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let index = built(folder.path(), &films(), Stamp::new(7, 0));
    let changes = [
        Change::Put(film(6, "기생수", 2014)),
        Change::Put(film(2, "해무", 2014)),
        Change::Gone(MovieId(3)),
    ];
    index.change(&changes, 12).unwrap();
    let check = |index: &Index| {
        assert_eq!(found(index, "기생"), [1, 6]);
        assert_eq!(found(index, "괴물"), [0; 0]);
        assert_eq!(found(index, "해무"), [2]);
        assert_eq!(index.stamp(), Stamp::new(7, 12));
        assert_eq!(index.films(), 5);
    };
    check(&index);
    drop(index);
    check(
        &Shelf::new(folder.path().to_owned())
            .open()
            .unwrap()
            .unwrap(),
    );
}

#[test]
fn another_index_takes_the_place_of_one_that_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let before = built(folder.path(), &films(), Stamp::new(1, 0));
    let after = built(folder.path(), &films()[..1], Stamp::new(2, 0));
    assert_eq!(found(&before, "괴물"), [3, 2], "who asks it still can");
    assert_eq!(found(&after, "괴물"), [0; 0]);
    let opened = Shelf::new(folder.path().to_owned())
        .open()
        .unwrap()
        .unwrap();
    assert_eq!(opened.stamp(), Stamp::new(2, 0));
}

#[test]
fn one_that_was_never_finished_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(folder.path().to_owned());
    let building = shelf.begin().unwrap();
    building.add(&film(1, "기생충", 2019)).unwrap();
    drop(building);
    assert!(shelf.open().unwrap().is_none());
    let again = built(folder.path(), &films(), Stamp::new(1, 0));
    assert_eq!(again.films(), 5);
}

#[test]
fn one_that_is_damaged_or_of_another_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let old = Stamp {
        schema: 0,
        ..Stamp::new(1, 0)
    };
    let shelf = Shelf::new(folder.path().to_owned());
    let building = shelf.begin().unwrap();
    let refused = shelf.finish(building, old).map(|index| index.films());
    assert!(
        matches!(refused, Err(SearchError::OtherSchema(0))),
        "{refused:?}"
    );

    drop(built(folder.path(), &films(), Stamp::new(1, 0)));
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let meta = entry.unwrap().path().join("meta.json");
        if meta.exists() {
            std::fs::write(meta, b"{}").unwrap();
        }
    }
    assert!(shelf.open().is_err());
    let again = built(folder.path(), &films(), Stamp::new(1, 0));
    assert_eq!(found(&again, "기생충"), [1]);
}
