//! Boards from facts, over SQLite: counted as they come, published once, never changed.

use std::collections::BTreeSet;

use boxoffice::searches::table;
use domain::id::{MovieId, NodeId};
use domain::movie::{Movie, MovieSource, Rating};
use domain::ranking::{Committed, Counts, DAY_HOURS, Hashed, PUBLISH_AFTER_MS, counted};
use domain::time::Timestamp;
use proptest::prelude::*;
use rusqlite::Connection;

use super::*;
use crate::sqlite::{MIGRATIONS, movies as films};

const FRESH: [u8; 32] = [7; 32];

struct Hub {
    db: Connection,
    now: Timestamp,
}

impl Hub {
    /// In the middle of hour 1,000.
    fn new() -> Self {
        Self {
            db: store::open_memory(MIGRATIONS).unwrap(),
            now: Hour(1_000).begins_at().plus_ms(HOUR_MS / 2),
        }
    }

    fn tx<T>(&mut self, work: impl FnOnce(&Transaction<'_>, Here<'_>) -> T) -> T {
        let node = NodeId::hub();
        let tx = self.db.transaction().unwrap();
        let done = work(
            &tx,
            Here {
                node: &node,
                now: self.now,
            },
        );
        tx.commit().unwrap();
        done
    }

    fn film(&mut self, title: &str) -> MovieId {
        let source = MovieSource {
            source: "test".to_owned(),
            id: title.to_owned(),
        };
        let movie = Movie {
            title: title.to_owned(),
            original_title: None,
            title_en: None,
            year: Some(2019),
            released: None,
            runtime_min: Some(120),
            rating: Rating::All,
            genres: Vec::new(),
            people: Vec::new(),
            synopsis: None,
        };
        self.tx(|tx, _| films::add(tx, &source, &movie).unwrap())
    }

    /// A browser at an address of its own.
    fn searches(&mut self, device: u8, text: &str, movie: Option<MovieId>) {
        let web = WebSearch {
            search: CommitSearch {
                term: text.to_owned(),
                movie,
                from: Committed::Key,
            },
            device: device.to_string(),
            client: Some([10, 0, 0, device].into()),
        };
        self.tx(|tx, here| note(tx, here, FRESH, &web).unwrap());
    }

    fn hears(&mut self, fact: &Fact) -> Applied {
        let sender: NodeId = "seoul-1".parse().unwrap();
        self.tx(|tx, here| take(tx, here, (&sender, fact)).unwrap())
    }

    fn publishes(&mut self) -> Option<Board> {
        self.tx(|tx, here| publish(tx, here).unwrap())
    }

    fn goes_to(&mut self, hour: i64) {
        self.now = Hour(hour).begins_at().plus_ms(PUBLISH_AFTER_MS);
    }

    /// The board of `hour` as the pure function of the facts that are here now.
    fn pure(&self, hour: Hour, before: Option<&Board>) -> Board {
        let facts = table::between(&self.db, (hour.plus(-DAY_HOURS), hour)).unwrap();
        let nodes = vec![NodeId::hub()];
        rank(hour, &counted(&facts), &BTreeSet::new(), (nodes, before))
    }
}

fn from_kiosk(hour: i64, movie: MovieId, visit: u8) -> Fact {
    Fact {
        hour: Hour(hour),
        term: Term::Movie(movie),
        actor: Hashed([visit; 16]),
        place: Place::Kiosk("seoul-1".parse().unwrap()),
    }
}

#[test]
fn a_board_is_published_once_an_hour_and_says_what_it_is_of() {
    let mut hub = Hub::new();
    let film = hub.film("기생충");
    for device in 1..=4 {
        hub.searches(device, "기생충", None);
        hub.searches(device, "기생 충", Some(film));
    }
    let first = hub.publishes().unwrap();
    assert_eq!((first.hour, first.lines.len()), (Hour(1_000), 0));
    assert_eq!(hub.publishes(), None);
    hub.goes_to(1_001);
    let board = hub.publishes().unwrap();
    assert_eq!(board.lines[0].term, Term::Movie(film));
    assert_eq!(board.lines[0].score, 4_000);
    assert_eq!(board, hub.pure(Hour(1_001), Some(&first)));
    assert_eq!(board.nodes, [NodeId::hub()]);
}

#[test]
fn hours_that_were_missed_are_not_made_up_for() {
    let mut hub = Hub::new();
    hub.publishes().unwrap();
    hub.goes_to(1_009);
    assert_eq!(hub.publishes().unwrap().hour, Hour(1_009));
    assert_eq!(boards::all(&hub.db).unwrap().len(), 2);
    // A clock that goes back publishes nothing twice.
    hub.goes_to(1_004);
    assert_eq!(hub.publishes(), None);
}

#[test]
fn late_facts_enter_the_next_board_and_change_none_before() {
    let mut hub = Hub::new();
    let film = hub.film("봄날은 간다");
    hub.goes_to(1_001);
    let before = hub.publishes().unwrap();
    for visit in 0..5 {
        assert_eq!(hub.hears(&from_kiosk(1_000, film, visit)), Applied::Changed);
        assert_eq!(hub.hears(&from_kiosk(1_000, film, visit)), Applied::Known);
    }
    assert_eq!(
        boards::find(&hub.db, Hour(1_001)).unwrap().unwrap().board,
        before
    );
    hub.goes_to(1_002);
    let next = hub.publishes().unwrap();
    assert_eq!(next.lines[0].score, 5 * 794);
    assert_eq!(next, hub.pure(Hour(1_002), Some(&before)));
}

#[test]
fn a_published_board_cannot_be_changed_even_by_mistake() {
    let mut hub = Hub::new();
    hub.publishes().unwrap();
    let changed = hub.db.execute("UPDATE boards SET body = '{}'", []);
    assert!(changed.is_err());
}

#[test]
fn facts_of_others_and_of_long_ago_are_not_taken() {
    let mut hub = Hub::new();
    let film = hub.film("러브레터");
    let other = Fact {
        place: Place::Kiosk("busan-1".parse().unwrap()),
        ..from_kiosk(1_000, film, 1)
    };
    assert_eq!(hub.hears(&other), Applied::NotOurs);
    assert_eq!(hub.hears(&from_kiosk(927, film, 1)), Applied::Known);
    assert!(
        table::between(&hub.db, (Hour(0), Hour(2_000)))
            .unwrap()
            .is_empty()
    );
    assert_eq!(hub.hears(&from_kiosk(928, film, 1)), Applied::Changed);
}

#[test]
fn three_days_later_nobody_knows_who_searched_and_how_many_is_still_known() {
    let mut hub = Hub::new();
    let film = hub.film("러브레터");
    for device in 1..=3 {
        hub.searches(device, "러브레터", Some(film));
    }
    hub.goes_to(1_073);
    assert_eq!(hub.tx(|tx, here| forget_old(tx, here).unwrap()), 3);
    assert!(
        table::between(&hub.db, (Hour(0), Hour(2_000)))
            .unwrap()
            .is_empty()
    );
    let totals = search_counts::between(&hub.db, (Hour(1_000), Hour(1_001))).unwrap();
    assert_eq!(
        totals,
        Counts::from([((Hour(1_000), Term::Movie(film)), 3)])
    );
    // What is forgotten is not taken again, whatever the clock says.
    hub.goes_to(1_001);
    assert_eq!(hub.hears(&from_kiosk(1_000, film, 9)), Applied::Known);
}

#[test]
fn what_an_operator_excludes_is_on_no_board_from_the_next_one_on() {
    let mut hub = Hub::new();
    let film = hub.film("광고");
    for device in 1..=5 {
        hub.searches(device, "광고", Some(film));
    }
    hub.goes_to(1_001);
    let shown = hub.publishes().unwrap();
    assert_eq!(shown.lines.len(), 1);
    let word = Word {
        term: Term::Movie(film),
        by: "kim".to_owned(),
        note: "an advertisement".to_owned(),
    };
    assert!(hub.tx(|tx, here| exclude(tx, here, &word).unwrap()));
    assert!(!hub.tx(|tx, here| exclude(tx, here, &word).unwrap()));
    assert_eq!(
        boards::find(&hub.db, Hour(1_001)).unwrap().unwrap().board,
        shown
    );
    hub.goes_to(1_002);
    assert!(hub.publishes().unwrap().lines.is_empty());
    let audited: i64 = hub
        .db
        .query_row("SELECT count(*) FROM audit WHERE who = 'kim'", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(audited, 1);
    assert!(hub.tx(|tx, here| allow(tx, here, &word).unwrap()));
    hub.goes_to(1_003);
    assert_eq!(hub.publishes().unwrap().lines.len(), 1);
}

#[test]
fn the_only_film_of_a_title_is_meant_by_it() {
    let mut hub = Hub::new();
    let film = hub.film("기생충");
    let search = |term: &str, movie| CommitSearch {
        term: term.to_owned(),
        movie,
        from: Committed::Result,
    };
    let meant = |search| meant(&hub.db, &search).unwrap();
    assert_eq!(meant(search(" 기 생 충 ", None)), Some(Term::Movie(film)));
    assert_eq!(meant(search("기생", Some(film))), Some(Term::Movie(film)));
    assert_eq!(
        meant(search("기생", None)),
        Some(Term::Text("기생".to_owned()))
    );
    let unknown = Some(MovieId(film.0 + 1));
    assert_eq!(
        meant(search("없는 영화", unknown)),
        Some(Term::Text("없는영화".to_owned()))
    );
}

#[test]
fn why_a_term_stands_where_it_does_is_explained() {
    let mut hub = Hub::new();
    assert!(explain(&hub.db, None, None).unwrap().is_none());
    let film = hub.film("기생충");
    for device in 1..=4 {
        hub.searches(device, "기생충", None);
    }
    hub.goes_to(1_001);
    hub.publishes().unwrap();
    hub.hears(&from_kiosk(1_000, film, 9));
    let explained = explain(&hub.db, None, Some(&Term::Movie(film)))
        .unwrap()
        .unwrap();
    assert_ne!(
        explained.digest.as_ref(),
        Some(&explained.digest_now),
        "a fact came later"
    );
    let why = &explained.terms[0];
    assert_eq!(
        (why.place, why.published_score, why.score),
        (Some(1), Some(4_000), 5_000)
    );
    assert_eq!(why.hours, [(1, 5, 1_000)]);
}

#[test]
fn the_most_popular_campaigns_are_found_by_an_index_and_not_by_reading_all_payments() {
    let hub = Hub::new();
    let mut statement = hub
        .db
        .prepare(
            "EXPLAIN QUERY PLAN SELECT sum(tickets) FROM pledge_orders
              WHERE campaign_id = 1 AND state = 'paid' AND paid_at > 5",
        )
        .unwrap();
    let plan: Vec<String> = statement
        .query_map([], |row| row.get("detail"))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(
        plan[0].contains("COVERING INDEX pledge_orders_paid"),
        "{plan:?}"
    );
}

fn any_fact() -> impl Strategy<Value = Fact> {
    let place = prop_oneof![
        Just(Place::Member),
        (0_u8..3).prop_map(|address| Place::Address(Hashed([address; 16]))),
        Just(Place::Kiosk("seoul-1".parse().unwrap())),
    ];
    (990_i64..1_001, 1_i64..26, 0_u8..30, place).prop_map(|(hour, movie, actor, place)| Fact {
        hour: Hour(hour),
        term: Term::Movie(MovieId(movie)),
        actor: Hashed([actor; 16]),
        place,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_counted_as_it_comes_is_what_the_facts_count(
        facts in prop::collection::vec(any_fact(), 0..400),
        program in 0_u8..30,
    ) {
        let mut hub = Hub::new();
        // One actor who searches for everything, so that it is a program sooner or later.
        let many = (1..26).map(|movie| Fact {
            hour: Hour(1_000),
            term: Term::Movie(MovieId(movie)),
            actor: Hashed([program; 16]),
            place: Place::Member,
        });
        let facts: Vec<Fact> = facts.into_iter().chain(many).collect();
        hub.tx(|tx, _| facts.iter().for_each(|fact| drop(add(tx, fact).unwrap())));
        let kept = table::between(&hub.db, (Hour(0), Hour(2_000))).unwrap();
        let mut merged = domain::ranking::Facts::new();
        facts.into_iter().for_each(|fact| domain::ranking::merge(&mut merged, fact));
        prop_assert_eq!(&kept, &merged);
        let counts = search_counts::between(&hub.db, (Hour(0), Hour(2_000))).unwrap();
        prop_assert_eq!(counts, counted(&kept));
    }
}
