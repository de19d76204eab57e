//! The layers of the house: who may use whom, where SQL may stand, what an operation is.

use std::process::Command;

use serde_json::Value;

use crate::source::{Source, root};

/// Every package, and those of ours that it may use.
const MAY_USE: [(&str, &[&str]); 14] = [
    ("domain", &[]),
    ("protocol", &["domain"]),
    ("process", &["domain"]),
    ("store", &["domain", "protocol"]),
    ("seats", &["domain", "protocol", "store"]),
    ("mqtt", &["domain", "protocol"]),
    ("search", &["domain"]),
    (
        "boxoffice",
        &["domain", "protocol", "process", "store", "seats", "search"],
    ),
    ("kiosk", SHARED),
    ("hub", SHARED),
    (
        "tests",
        &[
            "domain",
            "protocol",
            "process",
            "store",
            "seats",
            "mqtt",
            "boxoffice",
            "kiosk",
            "hub",
            "toss-sandbox",
        ],
    ),
    // Not of the product: how good and how fast the search is.
    ("finding", &["domain", "search"]),
    // Not of the product: a gateway to try it against.
    ("toss-sandbox", &["domain", "process", "store"]),
    ("xtask", &[]),
];
const SHARED: &[&str] = &[
    "domain",
    "protocol",
    "process",
    "store",
    "seats",
    "mqtt",
    "search",
    "boxoffice",
];

/// The pure packages, and what reaches the world and so is not for them.
const PURE: [&str; 2] = ["domain", "protocol"];
const WORLD: [&str; 7] = [
    "tokio", "axum", "rumqttc", "rusqlite", "reqwest", "rand", "tempfile",
];

/// Files at a program's root that are its asynchronous shell. All others there are operations.
const SHELL: [&str; 14] = [
    "main",
    "lib",
    "app",
    "config",
    "metrics",
    "tasks",
    "http",
    "sqlite",
    "broker",
    "devices",
    "mqtt",
    "link",
    "sync_driver",
    "command",
];
const OUTSIDE: [&str; 7] = [
    "async ",
    ".await",
    "axum::",
    "rumqttc::",
    "rmqtt::",
    "tokio::",
    "tantivy::",
];

/// Starts of SQL statements, as they are written here.
const STATEMENTS: [&str; 9] = [
    "SELECT ",
    "INSERT INTO ",
    "INSERT OR ",
    "UPDATE ",
    "DELETE FROM ",
    "CREATE TABLE ",
    "CREATE INDEX ",
    "CREATE UNIQUE ",
    "PRAGMA ",
];

/// Dependencies on a package that does not lie below.
pub(crate) fn wrong_dependencies() -> Vec<String> {
    let mut findings = Vec::new();
    for (package, uses) in dependencies() {
        let Some((_, may)) = MAY_USE.iter().find(|(name, _)| *name == package) else {
            findings.push(format!("{package} has no place among the layers yet"));
            continue;
        };
        let ours = uses
            .iter()
            .filter(|name| MAY_USE.iter().any(|(own, _)| own == name));
        for name in ours.filter(|name| !may.contains(&name.as_str())) {
            findings.push(format!("{package} uses {name}"));
        }
    }
    findings
}

/// Dependencies of pure packages on what reaches the world.
pub(crate) fn impure_dependencies() -> Vec<String> {
    let mut findings = Vec::new();
    for (package, uses) in dependencies() {
        if PURE.contains(&package.as_str()) {
            let world = uses.iter().filter(|name| WORLD.contains(&name.as_str()));
            findings.extend(world.map(|name| format!("{package} uses {name}")));
        }
    }
    findings
}

/// SQL outside of the folders and packages that are for it.
pub(crate) fn stray_sql(source: &Source) -> Vec<String> {
    let path = &source.path;
    let at_home = path.contains("/sqlite/")
        || path.ends_with("/sqlite.rs")
        || path.starts_with("shared/store/")
        || path.starts_with("tests/")
        || is_test(path);
    if at_home || !source.is_rust() {
        return Vec::new();
    }
    lines_with(source, |line| {
        STATEMENTS.iter().any(|statement| {
            let start = line
                .trim_start()
                .trim_start_matches("r#")
                .trim_start_matches('"');
            start.starts_with(statement) || line.contains(&format!("\"{statement}"))
        })
    })
}

/// What is asynchronous or knows the network, in an operation.
pub(crate) fn outside_in_operation(source: &Source) -> Vec<String> {
    if !is_operation(&source.path) {
        return Vec::new();
    }
    lines_with(source, |line| {
        OUTSIDE.iter().any(|word| line.contains(word))
    })
}

/// Imports from one program's screens, or from the tests, into another's.
pub(crate) fn screens_sideways(source: &Source) -> Vec<String> {
    let homes = ["hub/web/", "kiosk/ui/", "shared/ui/", "tests/e2e/"];
    let Some(home) = homes.iter().find(|home| source.path.starts_with(**home)) else {
        return Vec::new();
    };
    let others = ["hub/web", "kiosk/ui", "@moding/web", "@moding/kiosk-ui"];
    lines_with(source, |line| {
        let imports = line.contains(" from '") || line.contains(" from \"");
        imports
            && others
                .iter()
                .any(|other| line.contains(other) && !home.contains(other))
    })
}

fn lines_with(source: &Source, is_bad: impl Fn(&str) -> bool) -> Vec<String> {
    source
        .working_lines()
        .filter(|(_, line)| is_bad(line))
        .map(|(number, line)| format!("{}:{number}: {}", source.path, line.trim()))
        .collect()
}

/// Files at a program's root say what it does; the seat engine is operations all through.
fn is_operation(path: &str) -> bool {
    if path.starts_with("shared/seats/src/") {
        return path.ends_with(".rs");
    }
    ["hub/src/", "kiosk/src/"].iter().any(|folder| {
        path.strip_prefix(folder)
            .and_then(|file| file.strip_suffix(".rs"))
            .is_some_and(|file| !file.contains('/') && !SHELL.contains(&file))
    })
}

fn is_test(path: &str) -> bool {
    ["/tests/", "/examples/", "/benches/"]
        .iter()
        .any(|folder| path.contains(folder))
        || path.ends_with("/tests.rs")
}

/// Each package of ours with all that it names in its Cargo.toml, for tests too.
fn dependencies() -> Vec<(String, Vec<String>)> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let uses = package["dependencies"].as_array().unwrap();
            (
                text(&package["name"]),
                uses.iter().map(|one| text(&one["name"])).collect(),
            )
        })
        .collect()
}

#[test]
fn a_breach_of_the_layers_is_found() {
    let check = |path: &str, text: &str, sql: usize, outside: usize| {
        let source = Source {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let seen = (
            stray_sql(&source).len(),
            outside_in_operation(&source).len(),
        );
        assert_eq!(seen, (sql, outside), "{path}");
    };
    let sql = "//! Sells.\nlet q = tx.prepare_cached(\"SELECT id FROM seats\")?;\n";
    check("hub/src/selling.rs", sql, 1, 0);
    check("hub/src/sqlite/seats.rs", sql, 0, 0);
    let network = "//! Sells.\nuse tokio::net::TcpStream;\n";
    check("kiosk/src/selling.rs", network, 0, 1);
    check("kiosk/src/tasks.rs", network, 0, 0);
    check("kiosk/src/http/holds.rs", network, 0, 0);
    check(
        "hub/src/selling.rs",
        "//! Sells.\n// SELECT nothing, no async either\n",
        0,
        0,
    );
}
