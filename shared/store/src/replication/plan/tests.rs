//! Listings and what is planned for them.

use proptest::prelude::*;

use super::*;

fn file(level: u8, min: u64, max: u64) -> FileInfo {
    FileInfo {
        name: FileName {
            level: Level(level),
            span: Span { min, max },
        },
        bytes: 1,
        written_at_ms: i64::try_from(max).unwrap() * 1000,
    }
}

/// Files as `level:min-max`.
fn listing(text: &str) -> Vec<FileInfo> {
    let parse = |word: &str| {
        let (level, span) = word.split_once(':').unwrap();
        let (min, max) = span.split_once('-').unwrap_or((span, span));
        file(
            level.parse().unwrap(),
            min.parse().unwrap(),
            max.parse().unwrap(),
        )
    };
    text.split_whitespace().map(parse).collect()
}

fn said(names: &[FileName]) -> String {
    let say = |name: &FileName| format!("{}:{}-{}", name.level.0, name.span.min, name.span.max);
    names.iter().map(say).collect::<Vec<_>>().join(" ")
}

fn check(files: &str, until: Until, expected: Result<&str, PlanError>) {
    let plan = restore(&listing(files), until).map(|plan| said(&plan));
    assert_eq!(plan, expected.map(str::to_owned), "{files} {until:?}");
}

#[test]
fn a_restore_takes_the_snapshot_and_what_reaches_furthest() {
    use Until::{Newest, Transaction};
    check("0:1 0:2 0:3", Newest, Ok("0:1-1 0:2-2 0:3-3"));
    check("9:1-2 0:1 0:2 0:3", Newest, Ok("9:1-2 0:3-3"));
    check("9:1-2 9:1-4 1:1-5 0:5 0:6", Newest, Ok("9:1-4 1:1-5 0:6-6"));
    check(
        "9:1-2 2:3-8 1:3-5 1:6-9 0:10",
        Newest,
        Ok("9:1-2 2:3-8 1:6-9 0:10-10"),
    );
    check("9:1-4 1:1-3 0:4 0:5", Transaction(4), Ok("9:1-4"));
    check("9:1-4 1:1-3 0:4 0:5", Transaction(3), Ok("1:1-3"));
    check("9:1-4 1:1-3 0:4 0:5", Transaction(5), Ok("9:1-4 0:5-5"));
}

#[test]
fn what_cannot_be_restored_is_refused_and_told_why() {
    use Until::{Newest, Transaction};
    check("", Newest, Err(PlanError::NoBeginning));
    check("0:2 0:3", Newest, Err(PlanError::NoBeginning));
    check(
        "0:1 0:2 0:4",
        Newest,
        Err(PlanError::Gap {
            reached: 2,
            next: 4,
        }),
    );
    check("0:1 0:2 0:4", Transaction(2), Ok("0:1-1 0:2-2"));
    let missing = PlanError::NotThere {
        wanted: 4,
        reached: 3,
    };
    check("0:1 1:2-3 1:4-6", Transaction(4), Err(missing));
}

#[test]
fn files_are_merged_in_runs_without_gaps() {
    let check = |files: &str, level, expected: &str| {
        let run = merge(&listing(files), Level(level)).unwrap_or_default();
        assert_eq!(said(&run), expected, "{files}");
    };
    check("0:1 0:2 0:3", 1, "0:1-1 0:2-2 0:3-3");
    check("0:1 0:2 0:3 1:1-2", 1, "0:3-3");
    check("0:1 0:2 1:1-2", 1, "");
    check("0:4 0:5 0:7 1:1-2", 1, "0:4-4 0:5-5");
    check("0:9 1:1-2 1:3-8", 2, "1:1-2 1:3-8");
}

#[test]
fn raw_files_go_when_they_are_merged_and_old_but_never_the_newest() {
    let keep = Retention {
        raw_ms: 5_000,
        snapshot_ms: 100_000,
    };
    let check = |files: &str, now_s: i64, expected: &str| {
        let gone = expired(&listing(files), now_s * 1000, keep);
        assert_eq!(said(&gone), expected, "{files} at {now_s}");
    };
    check("0:1 0:2 0:3 1:1-3", 9, "0:1-1 0:2-2");
    check("0:1 0:2 0:3 1:1-3", 7, "0:1-1");
    check("0:1 0:2 0:3", 99, "");
    check("9:1-2 9:1-4 1:1-2 1:3-4 1:5-6 0:6", 9, "1:1-2");
    check("9:1-2 9:1-4 9:1-6 0:6 0:7", 50, "");
    check("9:1-2 9:1-4 9:1-6 1:3-4 0:6 0:7", 103, "9:1-2 1:3-4");
}

/// A replica after some rounds of copying, merging, snapshots and cleaning up.
fn lived(rounds: &[(u8, bool)]) -> (Vec<FileInfo>, u64) {
    let keep = Retention {
        raw_ms: 3_000,
        snapshot_ms: 9_000,
    };
    let mut files: Vec<FileInfo> = Vec::new();
    let mut tx = 0;
    for (work, clean) in rounds {
        for _ in 0..=work % 4 {
            tx += 1;
            files.push(file(0, tx, tx));
        }
        let level = work / 4 % 4;
        if level > 0
            && let Some(run) = merge(&files, Level(level))
        {
            files.push(file(level, run[0].span.min, run[run.len() - 1].span.max));
        }
        if work % 5 == 0 {
            files.push(file(9, 1, tx));
        }
        if *clean {
            let gone = expired(&files, i64::try_from(tx).unwrap() * 1000, keep);
            files.retain(|file| !gone.contains(&file.name));
        }
    }
    (files, tx)
}

proptest! {
    #[test]
    fn merging_and_cleaning_up_never_lose_a_transaction(
        rounds in proptest::collection::vec(any::<(u8, bool)>(), 1..60),
    ) {
        let (files, tx) = lived(&rounds);
        let plan = restore(&files, Until::Newest).unwrap();
        prop_assert_eq!(plan.last().unwrap().span.max, tx);
        let mut reached = 0;
        for name in plan {
            prop_assert!(name.span.min <= reached + 1 && name.span.max > reached);
            reached = name.span.max;
        }
        let newest = FileName { level: LEVEL_RAW, span: Span::of(tx) };
        let stays = files.iter().any(|file| file.name == newest);
        prop_assert!(stays);
    }
}
