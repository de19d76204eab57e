//! The feed's laws: any history, read from any cursor, gives the present set of changes.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use rusqlite::Connection;

use super::*;
use crate::{Migration, open_memory};

fn open() -> Connection {
    open_memory(&[Migration::new("0001_changes", SCHEMA)]).unwrap()
}

fn change(key: &str, scope: i64) -> Change<'_> {
    Change {
        kind: 1,
        key,
        scope,
    }
}

/// Records one operation of `origin`, all rows in scope 0.
fn op(connection: &mut Connection, origin: &str, keys: &[&str]) -> Range<i64> {
    let tx = connection.transaction().unwrap();
    let changes: Vec<_> = keys.iter().map(|key| change(key, 0)).collect();
    let range = record(&tx, origin, &changes).unwrap();
    tx.commit().unwrap();
    range
}

#[test]
fn what_is_asked_after_every_commit_looks_at_what_is_new_alone() {
    let db = open();
    for asked in [GROUPS, KEYS_OF_KIND, ALL] {
        let mut plan = db.prepare(&format!("EXPLAIN QUERY PLAN {asked}")).unwrap();
        let mut rows = plan.raw_query();
        let first: String = rows.next().unwrap().unwrap().get("detail").unwrap();
        assert!(
            first.starts_with("SEARCH changes USING INTEGER PRIMARY KEY"),
            "{first}"
        );
    }
}

fn query(after: i64, limit: usize) -> FeedQuery<'static> {
    FeedQuery {
        after,
        limit,
        scopes: None,
        not_origin: None,
    }
}

/// `"a1 b2 | 2"`: keys with their places, then the cursor; `.` when the head was reached.
fn show(page: &FeedPage) -> String {
    let entries: Vec<_> = page
        .entries
        .iter()
        .map(|entry| format!("{}{}", entry.key, entry.seq))
        .collect();
    let end = if page.reached_head { "." } else { "" };
    format!("{} | {}{end}", entries.join(" "), page.last)
}

#[test]
fn a_row_that_replaces_the_head_comes_above_it() {
    let mut connection = open();
    assert_eq!(head(&connection).unwrap(), 0);
    assert_eq!(op(&mut connection, "hub", &["a"]), 1..2);
    for n in 2..10 {
        assert_eq!(op(&mut connection, "hub", &["a"]), n..n + 1);
        assert_eq!(head(&connection).unwrap(), n);
    }
    let page = read(&connection, &query(0, 10)).unwrap();
    assert_eq!(show(&page), "a9 | 9.");
}

#[test]
fn a_row_that_one_operation_names_twice_stands_at_its_last_place() {
    let mut connection = open();
    assert_eq!(op(&mut connection, "hub", &["a", "b", "a"]), 1..4);
    let page = read(&connection, &query(0, 10)).unwrap();
    assert_eq!(show(&page), "b2 a3 | 3.");
    assert_eq!(op(&mut connection, "hub", &[]), 4..4);
    assert_eq!(head(&connection).unwrap(), 3);
}

#[test]
fn a_page_ends_where_an_operation_ends_unless_it_is_larger_than_the_page() {
    let mut connection = open();
    op(&mut connection, "hub", &["a", "b"]);
    op(&mut connection, "hub", &["c", "d", "e"]);
    let check = |after, limit, expected: &str| {
        let page = read(&connection, &query(after, limit)).unwrap();
        assert_eq!(show(&page), expected, "after {after}, {limit} at most");
    };
    check(0, 0, "a1 | 1");
    check(0, 1, "a1 | 1");
    check(0, 2, "a1 b2 | 2");
    check(0, 3, "a1 b2 | 2");
    check(0, 4, "a1 b2 | 2");
    check(0, 5, "a1 b2 c3 d4 e5 | 5.");
    check(2, 2, "c3 d4 | 4");
    check(4, 2, "e5 | 5.");
    check(5, 2, " | 5.");
    check(77, 2, " | 5.");
}

#[test]
fn what_is_skipped_moves_the_cursor() {
    let mut connection = open();
    op(&mut connection, "k1", &["a"]);
    op(&mut connection, "hub", &["b"]);
    op(&mut connection, "k1", &["c", "d"]);
    let not_k1 = FeedQuery {
        not_origin: Some("k1"),
        ..query(0, 1)
    };
    assert_eq!(show(&read(&connection, &not_k1).unwrap()), "b2 | 4.");
    let elsewhere = FeedQuery {
        scopes: Some(&[7]),
        ..query(0, 1)
    };
    assert_eq!(show(&read(&connection, &elsewhere).unwrap()), " | 4.");
}

#[test]
fn a_long_stretch_of_own_rows_is_passed_in_bounded_steps() {
    let mut connection = open();
    let keys: Vec<String> = (0..SKIPS_MAX + 10).map(|n| n.to_string()).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    op(&mut connection, "k1", &keys);
    op(&mut connection, "hub", &["last"]);
    let mut not_k1 = FeedQuery {
        not_origin: Some("k1"),
        ..query(0, 10)
    };
    let page = read(&connection, &not_k1).unwrap();
    assert_eq!(show(&page), format!(" | {SKIPS_MAX}"));
    not_k1.after = page.last;
    let page = read(&connection, &not_k1).unwrap();
    let head = SKIPS_MAX + 11;
    assert_eq!(show(&page), format!("last{head} | {head}."));
}

#[test]
fn the_head_cannot_go_away_and_others_can() {
    let mut connection = open();
    op(&mut connection, "hub", &["a", "b"]);
    let tx = connection.transaction().unwrap();
    assert!(forget(&tx, 1, "a").unwrap());
    assert!(!forget(&tx, 1, "b").unwrap());
    assert!(forget(&tx, 1, "never there").unwrap());
    assert!(tx.execute("DELETE FROM changes", []).is_err());
    assert_eq!(head(&tx).unwrap(), 2);
}

#[test]
fn every_statement_walks_an_index() {
    let connection = open();
    let plan = |sql: &str| -> String {
        let mut statement = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap();
        let mut rows = statement.raw_query();
        let mut lines = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            lines.push(row.get::<_, String>(3).unwrap());
        }
        lines.join("; ")
    };
    assert_eq!(
        plan(ONE_SCOPE),
        "SEARCH changes USING INDEX changes_by_scope (scope=? AND seq>? AND seq<?)"
    );
    assert_eq!(
        plan(ALL),
        "SEARCH changes USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"
    );
}

/// What happens to the feed: an operation of `origin` on `(key, scope)`, or a page is read.
#[derive(Debug, Clone)]
enum Step {
    Record(u8, Vec<(u8, i64)>),
    Read(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..3_u8, vec((0..12_u8, 0..4_i64), 0..6))
            .prop_map(|(origin, rows)| Step::Record(origin, rows)),
        (1..5_usize).prop_map(Step::Read),
    ]
}

/// The latest change of each row, as a list of all changes gives it.
#[derive(Default)]
struct Model {
    seq: i64,
    rows: BTreeMap<String, Entry>,
}

impl Model {
    fn record(&mut self, origin: &str, rows: &[(String, i64)]) {
        let op = self.seq + 1;
        for (key, scope) in rows {
            self.seq += 1;
            let entry = Entry {
                seq: self.seq,
                op,
                kind: 1,
                key: key.clone(),
                scope: *scope,
                origin: origin.to_owned(),
            };
            self.rows.insert(key.clone(), entry);
        }
    }

    fn after(&self, query: &FeedQuery<'_>) -> Vec<Entry> {
        let mut entries: Vec<Entry> = self
            .rows
            .values()
            .filter(|entry| entry.seq > query.after)
            .filter(|entry| {
                query
                    .scopes
                    .is_none_or(|scopes| scopes.contains(&entry.scope))
            })
            .filter(|entry| query.not_origin != Some(entry.origin.as_str()))
            .cloned()
            .collect();
        entries.sort_by_key(|entry| entry.seq);
        entries
    }
}

fn do_record(connection: &mut Connection, model: &mut Model, origin: u8, rows: &[(u8, i64)]) {
    let rows: Vec<(String, i64)> = rows
        .iter()
        .map(|(key, scope)| (format!("row {key}"), *scope))
        .collect();
    let origin = format!("k{origin}");
    let changes: Vec<_> = rows
        .iter()
        .map(|(key, scope)| change(key, *scope))
        .collect();
    let tx = connection.transaction().unwrap();
    record(&tx, &origin, &changes).unwrap();
    tx.commit().unwrap();
    model.record(&origin, &rows);
}

/// One page against the model: in order, nothing left out, cut where an operation ends.
fn check_page(model: &Model, query: &FeedQuery<'_>, page: &FeedPage) {
    let all = model.after(query);
    let (now, later) = all.split_at(page.entries.len());
    assert_eq!(page.entries, now);
    assert!(page.entries.len() <= query.limit);
    assert_eq!(page.reached_head, page.last == model.seq);
    if let Some(last) = now.last() {
        assert!(last.seq <= page.last);
    }
    let Some(next) = later.first() else {
        return;
    };
    assert!(page.last < next.seq && page.last > query.after);
    let cut_inside = now.last().is_some_and(|last| last.op == next.op);
    assert!(
        !cut_inside || now[0].op == next.op,
        "cut inside an operation"
    );
}

proptest! {
    #[test]
    fn any_history_read_from_any_cursor_gives_every_row_that_changed_since(
        steps in vec(step(), 0..40),
        start in 0..60_i64,
        limit in 1..9_usize,
        scopes in proptest::option::of(proptest::sample::subsequence(vec![0, 1, 2, 3], 0..=4)),
        not_origin in proptest::option::of(prop_oneof![Just("k0"), Just("k1")]),
    ) {
        let (mut connection, mut model) = (open(), Model::default());
        for step in &steps {
            if let Step::Record(origin, rows) = step {
                do_record(&mut connection, &mut model, *origin, rows);
            }
        }
        let after = start.min(model.seq);
        let mut query = FeedQuery { after, limit, scopes: scopes.as_deref(), not_origin };
        let expected = model.after(&query);
        let mut seen = Vec::new();
        loop {
            let page = read(&connection, &query).unwrap();
            check_page(&model, &query, &page);
            seen.extend(page.entries);
            query.after = page.last;
            if page.reached_head {
                break;
            }
        }
        prop_assert_eq!(seen, expected);
        prop_assert_eq!(query.after, model.seq);
    }

    #[test]
    fn a_reader_that_lags_ends_with_the_latest_place_of_every_row(
        steps in vec(step(), 0..60),
    ) {
        let (mut connection, mut model) = (open(), Model::default());
        let (mut cursor, mut mirror) = (0, BTreeMap::new());
        let steps = steps.into_iter().chain((0..200).map(|_| Step::Read(3)));
        for step in steps {
            match step {
                Step::Record(origin, rows) => {
                    do_record(&mut connection, &mut model, origin, &rows);
                }
                Step::Read(limit) => {
                    let page = read(&connection, &query(cursor, limit)).unwrap();
                    check_page(&model, &query(cursor, limit), &page);
                    cursor = page.last;
                    mirror.extend(page.entries.into_iter().map(|e| (e.key.clone(), e)));
                }
            }
        }
        prop_assert_eq!(cursor, model.seq);
        prop_assert_eq!(mirror, model.rows);
    }
}
