//! Names that say what a thing is to the programmer instead of what it knows.

use crate::source::Source;

const EMPTY: [&str; 14] = [
    "util",
    "utils",
    "utility",
    "utilities",
    "helper",
    "helpers",
    "common",
    "misc",
    "manager",
    "managers",
    "service",
    "services",
    "shared",
    "stuff",
];

/// Files, folders and modules with such a name.
pub(crate) fn empty_names(source: &Source) -> Vec<String> {
    let mut findings = Vec::new();
    // `shared/` at the root is the folder of packages that both programs use.
    let below = source.path.strip_prefix("shared/").unwrap_or(&source.path);
    for part in below.split('/') {
        let stem = part.split('.').next().unwrap_or_default();
        if is_empty_name(stem) {
            findings.push(source.path.clone());
        }
    }
    if source.is_rust() {
        for (number, line) in source.working_lines() {
            if declared_module(line).is_some_and(is_empty_name) {
                findings.push(format!("{}:{number}: {}", source.path, line.trim()));
            }
        }
    }
    findings
}

fn is_empty_name(name: &str) -> bool {
    name.split(['_', '-'])
        .any(|word| EMPTY.contains(&word.to_lowercase().as_str()))
}

fn declared_module(line: &str) -> Option<&str> {
    let line = line.trim();
    let rest = line
        .strip_prefix("mod ")
        .or_else(|| line.strip_prefix("pub mod "))
        .or_else(|| line.strip_prefix("pub(crate) mod "))?;
    rest.split([';', ' ', '{']).next()
}

#[test]
fn a_name_that_says_nothing_is_found() {
    let check = |path: &str, text: &str, found: usize| {
        let source = Source {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        assert_eq!(empty_names(&source).len(), found, "{path}");
    };
    check("hub/src/utils.rs", "//! Things.", 1);
    check("hub/src/seat_manager.rs", "//! Things.", 1);
    check("hub/web/src/helpers/time.ts", "", 1);
    check("hub/src/selling.rs", "//! Things.\nmod common;\n", 1);
    check(
        "shared/store/src/db.rs",
        "//! The writer.\nmod writer;\n",
        0,
    );
}
