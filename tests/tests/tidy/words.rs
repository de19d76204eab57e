//! Words that must not be kept: marks of unfinished work, and paths of one machine.

use crate::source::Source;

/// Written in halves, so that this file does not find itself.
const UNFINISHED: [&str; 6] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("dbg", "!("),
];
const MACHINE_PATHS: [&str; 4] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/t", "mp/"),
];

/// Marks of unfinished work.
pub(crate) fn unfinished(source: &Source) -> Vec<String> {
    found(source, |line| {
        UNFINISHED.iter().any(|mark| has_word(line, mark))
    })
}

/// Paths that are there on one machine only.
pub(crate) fn machine_paths(source: &Source) -> Vec<String> {
    found(source, |line| {
        MACHINE_PATHS.iter().any(|path| starts_a_path(line, path))
    })
}

fn found(source: &Source, is_bad: impl Fn(&str) -> bool) -> Vec<String> {
    (1..)
        .zip(source.text.lines())
        .filter(|(_, line)| is_bad(line))
        .map(|(number, line)| format!("{}:{number}: {}", source.path, line.trim()))
        .collect()
}

/// Whether `word` stands in `line` and is not the middle of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    positions(line, word).any(|at| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let open = word.ends_with('(') || !after.is_some_and(char::is_alphanumeric);
        open && !before.is_some_and(char::is_alphanumeric)
    })
}

/// Whether an absolute path starts with `folder`, and not one such as `api/work/`.
fn starts_a_path(line: &str, folder: &str) -> bool {
    positions(line, folder).any(|at| {
        let before = line[..at].chars().next_back();
        let after = line[at + folder.len()..].chars().next();
        let inner = before.is_some_and(|letter| {
            letter.is_alphanumeric() || ['.', '_', '-', '}', '*', '~', ')'].contains(&letter)
        });
        !inner && after.is_some_and(char::is_alphanumeric)
    })
}

fn positions<'a>(line: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    line.match_indices(word).map(|(at, _)| at)
}

#[test]
fn marks_and_paths_are_found_and_words_like_them_are_not() {
    let check = |text: &str, marks: usize, paths: usize| {
        let source = Source {
            path: "a.rs".to_owned(),
            text: text.to_owned(),
        };
        let seen = (unfinished(&source).len(), machine_paths(&source).len());
        assert_eq!(seen, (marks, paths), "{text}");
    };
    check(&format!("// {} later", UNFINISHED[0]), 1, 0);
    check(&format!("{}x)", UNFINISHED[5]), 1, 0);
    check(&format!("let mas{}y = 1;", UNFINISHED[0]), 0, 0);
    check(&format!("open(\"{}main\")", MACHINE_PATHS[0]), 0, 1);
    check(&format!("get(\"/api{}7\")", MACHINE_PATHS[0]), 0, 0);
    check(&format!("import \"..{}seat\"", MACHINE_PATHS[2]), 0, 0);
}
