//! The files of this project as text: what is kept, without what is made of it.

use std::fs;
use std::path::{Path, PathBuf};

/// One file that is kept.
pub(crate) struct Source {
    /// Below the project's root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Folders that hold what is made or fetched.
const MADE: [&str; 6] = [
    "target",
    "node_modules",
    "dist",
    ".git",
    "demo-data",
    "artifacts",
];
/// Endings of files that are text and written by hand.
const TEXT: [&str; 17] = [
    "rs", "ts", "tsx", "js", "css", "html", "json", "toml", "md", "sql", "txt", "yml", "yaml",
    "service", "conf", "sh", "snap",
];

impl Source {
    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub(crate) fn is_typescript(&self) -> bool {
        self.path.ends_with(".ts") || self.path.ends_with(".tsx")
    }

    pub(crate) fn is_generated(&self) -> bool {
        self.path.contains("/generated/")
    }

    /// Its lines that do something: neither comments nor, in Rust, the tests at its end.
    pub(crate) fn working_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let tests = if self.is_rust() {
            "#[cfg(test)]\nmod tests"
        } else {
            "\u{0}"
        };
        let working = self.text.split(tests).next().unwrap_or_default();
        (1..)
            .zip(working.lines())
            .map(|(number, line)| (number, line.split(" // ").next().unwrap_or_default()))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

/// All files that are kept as text.
pub(crate) fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root(), &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The project's root folder.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn collect(folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            if !MADE.contains(&name) {
                collect(&path, found);
            }
        } else if is_text(&path) && name != "package-lock.json" {
            // A file that another process removes meanwhile is none of ours.
            let Ok(text) = fs::read_to_string(&path) else {
                continue;
            };
            let path = path
                .strip_prefix(root())
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            found.push(Source { path, text });
        }
    }
}

fn is_text(path: &Path) -> bool {
    let Some(ending) = path.extension().and_then(|ending| ending.to_str()) else {
        return path.ends_with(".ci/run");
    };
    TEXT.contains(&ending)
}
