//! Importing films: every known format, bad rows by name, and again without effect.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write as _;
use std::path::Path;

use hub::catalog::{self, Format, IMPORT_BYTES_MAX, Import, ImportError, ImportReport};
use hub::sqlite::MIGRATIONS;
use hub::sqlite::movies::{self, MovieQuery, MovieSort, PageError};
use rusqlite::Connection;
use store::change_feed;

const KOBIS_LIST: &str = r#"{"movieListResult":{"totCnt":2,"source":"x","movieList":[
  {"movieCd":"20183782","movieNm":"기생충","movieNmEn":"PARASITE","prdtYear":"2019",
   "openDt":"20190530","genreAlt":"드라마","directors":[{"peopleNm":"봉준호"}],"companys":[]},
  {"movieCd":"1","movieNm":"","prdtYear":"x"}
]}}"#;

const KOBIS_INFO: &str = r#"{"movieInfoResult":{"movieInfo":{"movieCd":"20183782",
  "movieNm":"기생충","movieNmEn":"PARASITE","movieNmOg":"","showTm":"131","prdtYear":"2019",
  "openDt":"20190530","genres":[{"genreNm":"드라마"}],"directors":[{"peopleNm":"봉준호"}],
  "actors":[{"peopleNm":"송강호","cast":"기택"}],
  "audits":[{"auditNo":"1","watchGradeNm":"15세이상관람가"}]}}}"#;

fn database() -> Connection {
    store::open_memory(MIGRATIONS).unwrap()
}

fn import(db: &mut Connection, import: &Import) -> ImportReport {
    let tx = db.transaction().unwrap();
    let report = catalog::import_movies(&tx, import).unwrap();
    tx.commit().unwrap();
    report
}

#[test]
fn kobis_answers_are_understood() {
    let list = catalog::parse(KOBIS_LIST.as_bytes()).unwrap();
    assert_eq!(list.format, Format::KobisList);
    assert_eq!(list.movies[0].movie.title, "기생충");
    assert_eq!((list.rejected[0].line, list.rejected[0].row), (4, 2));
    let info = catalog::parse(KOBIS_INFO.as_bytes()).unwrap();
    assert_eq!(info.format, Format::KobisInfo);
    assert_eq!(info.movies[0].movie.runtime_min, Some(131));
    assert_eq!(info.movies[0].movie.original_title, None);
    // The details are about the same film as the list.
    let mut db = database();
    assert_eq!(import(&mut db, &list).added, 1);
    assert_eq!(import(&mut db, &info).changed, 1);
    // The list says less, and takes nothing of the details away.
    assert_eq!(import(&mut db, &list).unchanged, 1);
    let page = movies::page(&db, &MovieQuery::default()).unwrap();
    assert_eq!(page.movies[0].runtime_min, Some(131));
}

#[test]
fn what_an_answer_leaves_out_is_not_known() {
    let text = r#"{"movieInfoResult":{"movieInfo":{"movieCd":"1","movieNm":"가","openDt":"",
        "showTm":"","prdtYear":null,"audits":null}}}"#;
    let read = catalog::parse(text.as_bytes()).unwrap();
    assert_eq!(read.rejected, []);
    assert_eq!(read.movies[0].movie.year, None);
}

#[test]
fn only_what_is_new_is_told_to_the_kiosks() {
    let mut db = database();
    let film = |minutes: i32| {
        let text = format!(
            r#"{{"format":"moding-catalogue","version":1,"movies":[
                {{"id":"a","title":"가","runtime_min":{minutes}}},
                {{"id":"b","title":"나","directors":["다"]}}]}}"#
        );
        catalog::parse(text.as_bytes()).unwrap()
    };
    import(&mut db, &film(100));
    let head = change_feed::head(&db).unwrap();
    assert_eq!(head, 2);
    assert_eq!(import(&mut db, &film(100)).unchanged, 2);
    assert_eq!(change_feed::head(&db).unwrap(), head);
    let report = import(&mut db, &film(101));
    assert_eq!((report.changed, report.unchanged), (1, 1));
    assert_eq!(change_feed::head(&db).unwrap(), head + 1);
    let [(movie, minutes)] = movies::showable(&db, 5).unwrap()[..] else {
        panic!("one film has a known length");
    };
    assert_eq!(minutes, 101);
    let row = movies::row(&db, movie).unwrap().unwrap();
    assert_eq!(row.version().revision, 1);
}

#[test]
fn a_thousand_bad_rows_are_each_named_and_the_good_ones_are_taken() {
    let mut text = "[\n".to_owned();
    for at in 0..2_000 {
        let minutes = if at % 2 == 0 { 100 } else { 0 };
        let comma = if at < 1_999 { "," } else { "" };
        writeln!(
            text,
            r#"{{"id": {at}, "title": "영화 {at}", "rating": "전체관람가",
 "released": "2000.01.02", "running_minutes": {minutes}, "genres": ["멜로"]}}{comma}"#
        )
        .unwrap();
    }
    text.push(']');
    let read = catalog::parse(text.as_bytes()).unwrap();
    assert_eq!((read.movies.len(), read.rejected.len()), (1_000, 1_000));
    for (at, rejected) in read.rejected.iter().enumerate() {
        assert_eq!(rejected.row, 2 * at + 2);
        assert_eq!(rejected.line, 2 + 2 * (rejected.row - 1));
        assert!(rejected.reason.contains("0 minutes"), "{}", rejected.reason);
    }
    assert_eq!(read.movies[0].movie.genres, ["멜로/로맨스"]);
}

#[test]
fn a_misspelt_key_of_our_own_format_is_named() {
    let text = r#"{"format":"moding-catalogue","version":1,"movies":[
        {"id":"a","title":"가","runtime":100},
        {"id":"b","title":"나"},
        {"id":"b","title":"다"}]}"#;
    let read = catalog::parse(text.as_bytes()).unwrap();
    assert_eq!(read.movies.len(), 1);
    assert!(
        read.rejected[0].reason.contains("runtime"),
        "{:?}",
        read.rejected
    );
    assert_eq!(read.rejected[1].reason, "b stands on line 3 already");
}

#[test]
fn what_is_no_catalogue_is_refused_whole() {
    let broken = catalog::parse(b"[\n{\"id\": 1,\n}]");
    assert!(
        matches!(broken, Err(ImportError::NotJson { line: 3, .. })),
        "{broken:?}"
    );
    for text in [r#"{"hello": 1}"#, "1", "null", r#"{"movies": []}"#] {
        let other = catalog::parse(text.as_bytes());
        assert!(matches!(other, Err(ImportError::UnknownFormat)), "{text}");
    }
    let newer = catalog::parse(br#"{"format":"moding-catalogue","version":2,"movies":[]}"#);
    assert!(matches!(newer, Err(ImportError::UnknownVersion(2))));
    let latin = catalog::parse(b"[\n \xe9]");
    let place = matches!(
        latin,
        Err(ImportError::NotJson {
            line: 2,
            column: 2,
            ..
        })
    );
    assert!(place, "{latin:?}");
    let large = catalog::parse(&vec![b' '; IMPORT_BYTES_MAX + 1]);
    assert!(matches!(large, Err(ImportError::TooLarge(_))));
}

#[test]
fn a_row_cannot_steer_the_terminal_it_is_shown_on() {
    let text = r#"[{"id":1,"title":"가","rating":"\u001b[2J"}]"#;
    let read = catalog::parse(text.as_bytes()).unwrap();
    assert!(
        !read.rejected[0].reason.contains('\u{1b}'),
        "{:?}",
        read.rejected
    );
}

#[test]
fn the_bundled_catalogue_is_good_and_imports_once() {
    let bundled = catalog::bundled().unwrap();
    let films: usize = bundled.iter().map(|import| import.movies.len()).sum();
    assert!(films >= 120, "{films} films");
    let mut db = database();
    for read in &bundled {
        assert_eq!(read.rejected, []);
        assert_eq!(import(&mut db, read).added, read.movies.len());
        assert_eq!(import(&mut db, read).unchanged, read.movies.len());
    }
}

#[test]
fn pages_follow_each_other_though_films_are_added_meanwhile() {
    let mut db = database();
    let mut films = 0;
    for read in &catalog::bundled().unwrap() {
        films += import(&mut db, read).added;
    }
    for sort in [MovieSort::Title, MovieSort::Newest] {
        let mut query = MovieQuery {
            sort,
            limit: 7,
            ..MovieQuery::default()
        };
        let (mut seen, mut pages) = (Vec::new(), 0);
        loop {
            let page = movies::page(&db, &query).unwrap();
            seen.extend(page.movies.iter().map(|movie| movie.movie));
            pages += 1;
            if pages == 2 {
                let extra = r#"[{"id":1,"title":"가","rating":"","running_minutes":90}]"#;
                import(&mut db, &catalog::parse(extra.as_bytes()).unwrap());
            }
            let Some(next) = page.next_cursor else { break };
            query.cursor = Some(next);
        }
        let all = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), all, "no film is shown twice");
        assert!(all >= films, "{all} of {films}");
    }
    let found = movies::page(
        &db,
        &MovieQuery {
            query: Some("인터 스텔라".to_owned()),
            limit: 5,
            ..MovieQuery::default()
        },
    );
    assert_eq!(found.unwrap().movies[0].title, "인터스텔라");
}

#[test]
fn a_list_is_narrowed_by_genre_and_a_foreign_cursor_is_refused() {
    let mut db = database();
    let text = r#"[{"id":1,"title":"가","genres":["멜로","로맨스","드라마"],"running_minutes":90},
        {"id":2,"title":"나","genres":["드라마"],"running_minutes":90},
        {"id":3,"title":"다","genres":["액션"],"running_minutes":90}]"#;
    import(&mut db, &catalog::parse(text.as_bytes()).unwrap());
    let asked = MovieQuery {
        genre: Some("로맨스".to_owned()),
        ..MovieQuery::default()
    };
    let page = movies::page(&db, &asked).unwrap();
    assert_eq!((page.total, page.movies.len()), (1, 1));
    assert_eq!(page.movies[0].genres, ["멜로/로맨스", "드라마"]);
    let counts = movies::genres(&db)
        .unwrap()
        .into_iter()
        .map(|it| (it.genre, it.movies));
    let counts: Vec<_> = counts.collect();
    assert_eq!(counts[0], ("드라마".to_owned(), 2));
    assert_eq!(counts.len(), 3);
    let first = movies::page(&db, &MovieQuery::default()).unwrap();
    for cursor in [first.next_cursor.unwrap(), "nonsense".to_owned()] {
        let asked = MovieQuery {
            sort: MovieSort::Newest,
            cursor: Some(cursor),
            ..MovieQuery::default()
        };
        let refused = movies::page(&db, &asked);
        assert!(matches!(refused, Err(PageError::Refused(_))), "{refused:?}");
    }
    let nothing = MovieQuery {
        query: Some("?!".to_owned()),
        ..MovieQuery::default()
    };
    assert_eq!(movies::page(&db, &nothing).unwrap().total, 0);
}

/// The real list of 2,155 films lies beside the project, not in it.
#[test]
fn a_real_list_is_taken_whole() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/movies.json");
    let Ok(text) = std::fs::read_to_string(file) else {
        return;
    };
    let read = catalog::parse(text.as_bytes()).unwrap();
    assert_eq!(read.format, Format::PlainList);
    assert_eq!(read.movies.len() + read.rejected.len(), 2_155);
    let mut db = database();
    assert_eq!(import(&mut db, &read).added, read.movies.len());
    let again = import(&mut db, &read);
    assert_eq!((again.added, again.changed), (0, 0));
}
