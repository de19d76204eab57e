//! What was searched for at a kiosk is a row of its feed, once, and is forgotten in three days.

use domain::id::{MovieId, NodeId};
use domain::ranking::{Committed, Term};
use domain::time::{DAY_MS, Timestamp};
use protocol::row::Row;
use seats::Stretch;

use super::*;
use crate::sqlite::MIGRATIONS;

const FRESH: [u8; 32] = [1; 32];

fn search(movie: i64) -> CommitSearch {
    CommitSearch {
        term: "기생충".to_owned(),
        movie: Some(MovieId(movie)),
        from: Committed::Suggestion,
    }
}

fn told(db: &Connection, node: &NodeId) -> Vec<Fact> {
    let stretch = Stretch {
        session: 1,
        incarnation: 1,
        after: 0,
        scopes: None,
        not_origin: Some(&NodeId::hub()),
        now: Timestamp(0),
    };
    let batch = crate::sync::read_batch(db, &stretch).unwrap();
    let rows = batch
        .rows
        .iter()
        .map(|row| Row::from_envelope(row).unwrap());
    let facts = rows.map(|row| {
        let Row::SearchFact(fact) = row else {
            panic!("{row:?} of {node}")
        };
        fact
    });
    facts.collect()
}

#[test]
fn a_visit_counts_once_for_a_film_in_an_hour_and_the_hub_is_told() {
    let mut db = store::open_memory(MIGRATIONS).unwrap();
    let node: NodeId = "seoul-1".parse().unwrap();
    let now = Timestamp(1_700_000_000_000);
    let here = Here { node: &node, now };
    let tx = db.transaction().unwrap();
    for visit in ["one", "one", "two"] {
        note(&tx, here, (FRESH, visit), &search(7)).unwrap();
    }
    let nothing = CommitSearch {
        movie: None,
        term: "ㄱ".to_owned(),
        ..search(7)
    };
    note(&tx, here, (FRESH, "one"), &nothing).unwrap();
    tx.commit().unwrap();
    let facts = told(&db, &node);
    assert_eq!(facts.len(), 2);
    assert!(
        facts
            .iter()
            .all(|fact| fact.term == Term::Movie(MovieId(7)))
    );
    assert!(
        facts
            .iter()
            .all(|fact| fact.place == Place::Kiosk(node.clone()))
    );
    assert_ne!(facts[0].actor, facts[1].actor);
    let later = Here {
        now: now.plus_ms(4 * DAY_MS),
        ..here
    };
    let tx = db.transaction().unwrap();
    assert_eq!(forget_old(&tx, later).unwrap(), 2);
    tx.commit().unwrap();
    assert!(told(&db, &node).is_empty());
}
