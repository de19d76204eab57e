//! What must hold over all databases when everything is at rest.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::Connection;

use super::THEATERS;
use super::programs::Programs;
use crate::client::Promise;
use crate::ledger::{self, Rows};

/// What was looked at, and what was found; nothing is good.
pub(super) type Check = (String, Vec<String>);

/// So many findings of a check are told.
const TOLD_MAX: usize = 10;

/// Whether all databases hold the same rows of each theater.
pub(super) fn agree(programs: &Programs) -> bool {
    differences(programs).is_empty()
}

/// Looks at everything, over databases that nobody writes.
pub(super) fn all(programs: &Programs, promises: &[(i64, Promise)]) -> Vec<Check> {
    let mut checks = vec![("all hold the same rows".to_owned(), differences(programs))];
    for (name, theater, database) in programs.databases() {
        let sold = ledger::sold_twice(&database);
        let sold = sold
            .iter()
            .map(|seat| format!("screening and seat {seat:?}"));
        checks.push((format!("{name}: no seat is sold twice"), sold.collect()));
        let conflicts = ledger::conflicts(&database);
        checks.push((format!("{name}: no conflict"), conflicts.clone()));
        let known = promises.iter();
        let known = known.filter(|(of, _)| theater.is_none_or(|theater| theater == *of));
        let known: Vec<Promise> = known.map(|(_, promise)| promise.clone()).collect();
        let mut broken = ledger::broken(&database, &known);
        // Its owner is told; that it is there at all is another check's finding.
        broken.retain(|promise| !conflicts.iter().any(|body| body.contains(&promise.booking)));
        let broken = broken.iter().map(|promise| format!("{promise:?}"));
        let what = format!("{name}: {} promises are kept", known.len());
        checks.push((what, broken.collect()));
    }
    checks.push((
        "each seat has one owner and one ticket at most".to_owned(),
        owners(programs),
    ));
    checks
}

/// Prints what was looked at; how much of it was good, and how much was not.
pub(super) fn tell(checks: &[Check], say: impl Fn(&str)) -> (usize, usize) {
    for (what, findings) in checks {
        let word = if findings.is_empty() { "ok" } else { "FAILED" };
        say(&format!("  {word:<7} {what}"));
        for finding in findings.iter().take(TOLD_MAX) {
            say(&format!("          {finding}"));
        }
        if findings.len() > TOLD_MAX {
            say(&format!("          … {} in all", findings.len()));
        }
    }
    let failed = checks.iter().filter(|(_, findings)| !findings.is_empty());
    let failed = failed.count();
    (checks.len() - failed, failed)
}

/// The rows that only one of a kiosk and the hub has.
fn differences(programs: &Programs) -> Vec<String> {
    let hub = &programs.hub.hub;
    let mut of_hub: BTreeMap<i64, Rows> = BTreeMap::new();
    let mut found = Vec::new();
    for (kiosk, theater) in programs.kiosks.iter().zip(THEATERS) {
        let hubs = of_hub
            .entry(theater)
            .or_insert_with(|| ledger::rows(&hub.database, theater));
        let own = ledger::rows(&kiosk.database, theater);
        if own.is_empty() {
            found.push(format!("{} knows nothing", kiosk.name()));
        }
        for (name, rows) in [
            (hub.name(), hubs.difference(&own)),
            (kiosk.name(), own.difference(hubs)),
        ] {
            found.extend(rows.map(|row| format!("{}: only {name} has {row}", kiosk.name())));
        }
    }
    found
}

/// The seats whose owner is told otherwise somewhere, or is a stranger, and those for which
/// there are several live tickets in whichever databases.
fn owners(programs: &Programs) -> Vec<String> {
    let mut owners: BTreeMap<(i64, i64), BTreeSet<String>> = BTreeMap::new();
    let mut tickets: BTreeMap<(i64, i64), BTreeSet<String>> = BTreeMap::new();
    let names: BTreeSet<String> = programs.databases().into_iter().map(|it| it.0).collect();
    for (_, _, database) in programs.databases() {
        for (seat, owner) in read(
            &database,
            "SELECT screening_id, seat_id, owner FROM seats
               JOIN seatings USING (screening_id) WHERE theater_id IN (?1, ?2)",
        ) {
            owners.entry(seat).or_default().insert(owner);
        }
        for (seat, ticket) in read(
            &database,
            "SELECT screening_id, seat_id, hex(ticket_id) FROM tickets
               JOIN seatings USING (screening_id) WHERE live = 1 AND theater_id IN (?1, ?2)",
        ) {
            tickets.entry(seat).or_default().insert(ticket);
        }
    }
    let owners = owners
        .into_iter()
        .filter(|(_, owners)| owners.len() != 1 || !owners.is_subset(&names))
        .map(|(seat, owners)| format!("screening and seat {seat:?} belong to {owners:?}"));
    let tickets = tickets
        .into_iter()
        .filter(|(_, tickets)| tickets.len() != 1)
        .map(|(seat, tickets)| format!("screening and seat {seat:?} have tickets {tickets:?}"));
    owners.chain(tickets).collect()
}

fn read(database: &Path, query: &str) -> Vec<((i64, i64), String)> {
    let db = Connection::open(database).expect("the database is there");
    let mut statement = db.prepare(query).expect("the tables are there");
    let rows = statement.query_map([THEATERS[0], THEATERS[2]], |row| {
        Ok(((row.get(0)?, row.get(1)?), row.get(2)?))
    });
    let rows = rows.expect("it can be read");
    rows.map(|row| row.expect("a seat and a text")).collect()
}
