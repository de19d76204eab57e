//! Keeps the house in order: sizes, layers, names and the places where things may stand.
//! What the compiler, rustfmt and clippy check already is left to them.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "tidy/layers.rs"]
mod layers;
#[path = "tidy/money.rs"]
mod money;
#[path = "tidy/names.rs"]
mod names;
#[path = "tidy/source.rs"]
mod source;
#[path = "tidy/words.rs"]
mod words;

use source::{Source, sources};

/// A file that is longer has more than one subject.
const FILE_LINES_MAX: usize = 400;

/// Fails with every finding, each on a line of its own.
#[track_caller]
fn assert_none(what: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{what}:\n  {}", findings.join("\n  "));
}

/// What `look` finds in the Rust and TypeScript of this project.
fn in_code(look: impl Fn(&Source) -> Vec<String>) -> Vec<String> {
    sources()
        .iter()
        .filter(|source| source.is_rust() || source.is_typescript())
        .filter(|source| !source.is_generated())
        .flat_map(look)
        .collect()
}

#[test]
fn no_file_is_too_long() {
    let findings = in_code(|source| {
        let lines = source.text.lines().count();
        if lines <= FILE_LINES_MAX {
            return Vec::new();
        }
        vec![format!("{} has {lines} lines", source.path)]
    });
    assert_none("files of more than 400 lines", &findings);
}

#[test]
fn every_rust_file_opens_with_what_it_knows() {
    let findings = in_code(|source| {
        if !source.is_rust() || source.text.starts_with("//!") {
            return Vec::new();
        }
        vec![source.path.clone()]
    });
    assert_none("files that do not open with `//!`", &findings);
}

#[test]
fn nothing_is_named_for_what_it_is_to_the_programmer() {
    assert_none("names that say nothing", &in_code(names::empty_names));
}

#[test]
fn nothing_is_left_unfinished() {
    assert_none("unfinished marks", &in_code(words::unfinished));
}

#[test]
fn no_machines_own_path_stands_in_a_file() {
    let findings: Vec<String> = sources().iter().flat_map(words::machine_paths).collect();
    assert_none("paths of somebody's machine", &findings);
}

#[test]
fn sql_stands_in_sqlite_folders_only() {
    assert_none("SQL outside of its place", &in_code(layers::stray_sql));
}

#[test]
fn operations_are_synchronous_and_know_no_network() {
    assert_none(
        "operations that reach outside",
        &in_code(layers::outside_in_operation),
    );
}

#[test]
fn the_payments_are_reached_through_their_router() {
    assert_none(
        "ways past the payments router",
        &in_code(money::past_the_router),
    );
}

#[test]
fn screens_use_only_what_is_shared() {
    assert_none(
        "screens that use each other",
        &in_code(layers::screens_sideways),
    );
}

#[test]
fn packages_use_only_what_lies_below_them() {
    assert_none(
        "dependencies upward or sideways",
        &layers::wrong_dependencies(),
    );
}

#[test]
fn pure_packages_touch_nothing() {
    assert_none(
        "pure packages that touch the world",
        &layers::impure_dependencies(),
    );
}
