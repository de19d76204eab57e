//! The board of an hour, from the counts of the 24 hours before it.

use std::cmp::Reverse as More;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Counts, Hour, Term};
use crate::id::NodeId;

/// The algorithm, with its version: another one gives other boards.
pub const ALGORITHM: &str = "decay-24/1";

/// How many hours a board looks back.
pub const DAY_HOURS: i64 = 24;

/// What an actor weighs who searched one, two, … hours before: half in three hours.
pub const WEIGHTS: [i64; 24] = [
    1000, 794, 630, 500, 397, 315, 250, 198, 157, 125, 99, 79, 63, 50, 39, 31, 25, 20, 16, 12, 10,
    8, 6, 5,
];

/// A film is on the board when so many actors looked for it within the day.
pub const MOVIE_ACTORS_MIN: u32 = 3;

/// A text is on the board when so many actors typed it: few would mean that it is somebody's.
pub const TEXT_ACTORS_MIN: u32 = 5;

/// Lines that are kept: marks are found among them.
pub const LINES_MAX: usize = 20;

/// Lines that are shown.
pub const LINES_SHOWN: usize = 10;

/// Where a line was on the board before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "mark", rename_all = "snake_case")]
pub enum Mark {
    /// ▲n
    Up {
        by: u32,
    },
    /// ▼n
    Down {
        by: u32,
    },
    /// –
    Same,
    New,
    /// There is no board to compare it with.
    None,
}

/// One place of a board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub term: Term,
    pub score: i64,
    #[serde(flatten)]
    pub mark: Mark,
}

/// 실시간 검색 순위 of one hour. Once published it never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Board {
    /// It is of the 24 hours before this one.
    pub hour: Hour,
    pub algorithm: String,
    /// The nodes whose searches up to this hour were all known.
    pub nodes: Vec<NodeId>,
    /// A digest of all counts that it was made from, as hexadecimal digits.
    pub digest: String,
    /// The first place first; [`LINES_MAX`] at most.
    pub lines: Vec<Line>,
}

/// A term with what it is sorted by.
struct Ranked<'a> {
    term: &'a Term,
    score: i64,
    last_hour: u32,
    sum: u32,
    first_seen: Hour,
}

/// The board of `hour`. `before` is the board that was published last; `excluded` is never shown.
#[must_use]
pub fn rank(
    hour: Hour,
    counts: &Counts,
    excluded: &BTreeSet<Term>,
    (nodes, before): (Vec<NodeId>, Option<&Board>),
) -> Board {
    let mut terms: BTreeMap<&Term, Ranked<'_>> = BTreeMap::new();
    for ((at, term), &count) in window(hour, counts) {
        let ranked = terms.entry(term).or_insert_with(|| Ranked {
            term,
            score: 0,
            last_hour: 0,
            sum: 0,
            first_seen: *at,
        });
        ranked.score += weight(hour, *at) * i64::from(count);
        ranked.sum += count;
        if at.plus(1) == hour {
            ranked.last_hour = count;
        }
    }
    let mut ranked: Vec<Ranked<'_>> = terms.into_values().filter(is_enough).collect();
    ranked.retain(|ranked| !excluded.contains(ranked.term));
    ranked.sort_unstable_by(|a, b| order(a).cmp(&order(b)));
    ranked.truncate(LINES_MAX);
    let places = before.and_then(|before| places(before, hour));
    let lines = ranked.into_iter().enumerate().map(|(at, ranked)| Line {
        mark: mark(places.as_ref(), ranked.term, at),
        term: ranked.term.clone(),
        score: ranked.score,
    });
    Board {
        hour,
        algorithm: ALGORITHM.to_owned(),
        nodes,
        digest: digest(hour, counts),
        lines: lines.collect(),
    }
}

/// A digest of the counts that the board of `hour` is made from.
#[must_use]
pub fn digest(hour: Hour, counts: &Counts) -> String {
    let mut hash = Sha256::new();
    for ((at, term), count) in window(hour, counts) {
        hash.update(format!("{at}\t{term}\t{count}\n"));
    }
    let digest = hash.finalize();
    digest
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn window(hour: Hour, counts: &Counts) -> impl Iterator<Item = (&(Hour, Term), &u32)> {
    let first = hour.plus(-DAY_HOURS);
    let within = move |at: Hour| at >= first && at < hour;
    counts
        .iter()
        .filter(move |((at, _), count)| within(*at) && **count > 0)
}

/// What a count of the hour `at` weighs on the board of `hour`.
fn weight(hour: Hour, at: Hour) -> i64 {
    let hours_before = usize::try_from(hour.0 - at.0 - 1);
    hours_before
        .ok()
        .and_then(|before| WEIGHTS.get(before))
        .copied()
        .unwrap_or(0)
}

fn is_enough(ranked: &Ranked<'_>) -> bool {
    match ranked.term {
        Term::Movie(_) => ranked.sum >= MOVIE_ACTORS_MIN,
        Term::Text(_) => ranked.sum >= TEXT_ACTORS_MIN,
    }
}

/// The higher score first; then the livelier last hour, the larger sum, what was seen first, and
/// the term itself, of which there is only one.
fn order<'a>(ranked: &Ranked<'a>) -> impl Ord + use<'a> {
    let Ranked {
        term,
        score,
        last_hour,
        sum,
        first_seen,
    } = *ranked;
    (More(score), More(last_hour), More(sum), first_seen, term)
}

/// Where each term stood on the board before; none when that is no measure any more.
fn places(before: &Board, hour: Hour) -> Option<BTreeMap<&Term, usize>> {
    let age = hour.0 - before.hour.0;
    if !(1..=DAY_HOURS).contains(&age) {
        return None;
    }
    let places = before.lines.iter().enumerate();
    Some(places.map(|(at, line)| (&line.term, at)).collect())
}

fn mark(places: Option<&BTreeMap<&Term, usize>>, term: &Term, now: usize) -> Mark {
    let Some(places) = places else {
        return Mark::None;
    };
    let by = |far: usize| u32::try_from(far).unwrap_or(u32::MAX);
    match places.get(term) {
        None => Mark::New,
        Some(&before) if before > now => Mark::Up {
            by: by(before - now),
        },
        Some(&before) if before < now => Mark::Down {
            by: by(now - before),
        },
        Some(_) => Mark::Same,
    }
}

#[cfg(test)]
mod tests {
    use crate::id::MovieId;

    use super::*;

    const NOW: Hour = Hour(1_000);

    fn movie(id: i64) -> Term {
        Term::Movie(MovieId(id))
    }

    fn counts(of: &[(i64, i64, u32)]) -> Counts {
        let counts = of
            .iter()
            .map(|&(hours_before, id, count)| ((NOW.plus(-hours_before), movie(id)), count));
        counts.collect()
    }

    fn board(counts: &Counts, before: Option<&Board>) -> Board {
        rank(NOW, counts, &BTreeSet::new(), (Vec::new(), before))
    }

    fn terms(board: &Board) -> Vec<Term> {
        board.lines.iter().map(|line| line.term.clone()).collect()
    }

    #[test]
    fn the_last_hour_weighs_most_and_a_day_ago_weighs_nothing() {
        let counts = counts(&[
            (1, 1, 3),
            (4, 2, 5),
            (24, 3, 100),
            (25, 4, 1_000),
            (0, 5, 1_000),
        ]);
        let board = board(&counts, None);
        assert_eq!(terms(&board), [movie(1), movie(2), movie(3)]);
        let scores: Vec<i64> = board.lines.iter().map(|line| line.score).collect();
        assert_eq!(scores, [3_000, 2_500, 500]);
    }

    #[test]
    fn what_few_have_searched_for_is_not_shown() {
        let mut counts = counts(&[(1, 1, 2), (2, 1, 1), (1, 2, 2)]);
        let text = Term::text("기생충").unwrap();
        counts.insert((NOW.plus(-1), text.clone()), TEXT_ACTORS_MIN - 1);
        assert_eq!(terms(&board(&counts, None)), [movie(1)]);
        counts.insert((NOW.plus(-1), text.clone()), TEXT_ACTORS_MIN);
        assert_eq!(terms(&board(&counts, None)), [text, movie(1)]);
    }

    #[test]
    fn ties_are_broken_the_same_way_every_time() {
        // 630 = 500 + 125 + 5 by no chance; equal scores here by equal counts.
        let livelier = counts(&[(1, 9, 4), (1, 2, 4), (1, 5, 4)]);
        assert_eq!(
            terms(&board(&livelier, None)),
            [movie(2), movie(5), movie(9)]
        );
    }

    #[test]
    fn an_excluded_term_is_not_shown_and_leaves_no_gap() {
        let counts = counts(&[(1, 1, 9), (1, 2, 8), (1, 3, 7)]);
        let excluded = BTreeSet::from([movie(1)]);
        let board = rank(NOW, &counts, &excluded, (Vec::new(), None));
        assert_eq!(terms(&board), [movie(2), movie(3)]);
    }

    #[test]
    fn marks_are_against_the_board_before() {
        let old = counts(&[(1, 1, 9), (1, 2, 8), (1, 3, 7)]);
        let before = Board {
            hour: NOW.plus(-1),
            ..board(&old, None)
        };
        assert!(before.lines.iter().all(|line| line.mark == Mark::None));
        let new = counts(&[(1, 3, 9), (1, 4, 8), (1, 1, 7), (1, 5, 3)]);
        let marks: Vec<Mark> = board(&new, Some(&before))
            .lines
            .iter()
            .map(|it| it.mark)
            .collect();
        assert_eq!(
            marks,
            [
                Mark::Up { by: 2 },
                Mark::New,
                Mark::Down { by: 2 },
                Mark::New
            ]
        );
        let long_ago = Board {
            hour: NOW.plus(-25),
            ..before
        };
        let marks = board(&new, Some(&long_ago));
        assert!(marks.lines.iter().all(|line| line.mark == Mark::None));
    }

    #[test]
    fn the_digest_is_of_what_counts_and_of_nothing_else() {
        let some = counts(&[(1, 1, 9), (30, 2, 8)]);
        let others = counts(&[(1, 1, 9), (31, 2, 8), (0, 3, 1)]);
        assert_eq!(digest(NOW, &some), digest(NOW, &others));
        assert_ne!(digest(NOW, &some), digest(NOW, &counts(&[(1, 1, 8)])));
        assert_eq!(digest(NOW, &some).len(), 32);
    }
}
