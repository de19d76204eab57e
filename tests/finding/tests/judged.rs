//! The search finds what people mean: judged queries by class, held against falls, and above
//! what SQLite's own full-text search finds.

#![expect(clippy::unwrap_used, reason = "a test may panic")]
#![expect(clippy::print_stdout, reason = "the figures are a result")]

use domain::id::MovieId;
use finding::trigram::Trigram;
use finding::{ANSWERS, Judgement, Query, derived, films, judge, judged, table};
use search::{Film, Index};

/// No class may fall below these: hit@1, hit@5 and mean reciprocal rank, in thousandths. They are
/// what was measured, but for one query.
const BUNDLED_FLOORS: [(&str, [u16; 3]); 21] = [
    ("as people write", [986, 986, 986]),
    ("english", [966, 966, 966]),
    ("english begun", [959, 959, 959]),
    ("exact", [966, 1000, 966]),
    ("half composed", [951, 975, 959]),
    ("in the middle", [959, 959, 959]),
    ("initials", [966, 966, 966]),
    ("initials begun", [931, 931, 931]),
    ("initials mixed", [949, 949, 949]),
    ("keyboard hangul", [967, 967, 967]),
    ("keyboard latin", [967, 967, 967]),
    ("keyboard latin begun", [931, 931, 931]),
    ("later word", [966, 966, 966]),
    ("no spaces", [967, 967, 967]),
    ("numerals", [959, 959, 959]),
    ("one slip", [961, 980, 971]),
    ("original", [955, 955, 955]),
    ("people", [962, 981, 972]),
    ("prefix", [966, 966, 966]),
    ("words", [969, 969, 969]),
    ("wrong spaces", [959, 959, 959]),
];
const BESIDE_FLOORS: [(&str, [u16; 3]); 11] = [
    ("exact", [987, 1000, 987]),
    ("half composed", [874, 987, 923]),
    ("in the middle", [937, 987, 962]),
    ("initials", [987, 987, 987]),
    ("initials mixed", [987, 987, 987]),
    ("keyboard latin", [987, 987, 987]),
    ("later word", [649, 887, 752]),
    ("no spaces", [975, 987, 981]),
    ("one slip", [987, 987, 987]),
    ("prefix", [962, 987, 972]),
    ("wrong spaces", [987, 987, 987]),
];

fn judged_by_both(films: &[Film], queries: &[Query]) -> (Judgement, Judgement) {
    let folder = tempfile::tempdir().unwrap();
    let index = films::indexed(folder.path(), films);
    let ours = judge(queries, |text| found(&index, text));
    let mut trigram = Trigram::new();
    trigram.add(films);
    let theirs = judge(queries, |text| trigram.search(text, ANSWERS));
    println!("{}", table(&ours, &theirs));
    for query in &ours.missed {
        println!("not among five: {} `{}`", query.class, query.text);
    }
    (ours, theirs)
}

/// What somebody sees: films, or guesses where there is none.
fn found(index: &Index, text: &str) -> Vec<MovieId> {
    let found = index.search(text, ANSWERS).unwrap();
    let all = found.hits.iter().chain(&found.guesses);
    all.map(|hit| hit.movie).collect()
}

#[track_caller]
fn hold(floors: &[(&str, [u16; 3])], ours: &Judgement, theirs: &Judgement) {
    let mut fallen = Vec::new();
    for (class, score) in &ours.classes {
        let Some((_, floor)) = floors.iter().find(|(name, _)| name == class) else {
            fallen.push(format!("{class} has no floor"));
            continue;
        };
        let seen = [score.hit1(), score.hit5(), score.mrr()];
        for (what, (seen, floor)) in ["hit@1", "hit@5", "MRR"].iter().zip(seen.iter().zip(floor)) {
            if *seen < f64::from(*floor) / 1_000.0 - 1e-9 {
                fallen.push(format!(
                    "{class}: {what} {seen:.3} is below {floor} thousandths"
                ));
            }
        }
        let theirs = &theirs.classes[class];
        let theirs = [theirs.hit1(), theirs.hit5(), theirs.mrr()];
        if seen.iter().zip(&theirs).any(|(seen, theirs)| seen < theirs) {
            fallen.push(format!("{class}: trigrams are better ({theirs:.3?})"));
        }
    }
    assert!(fallen.is_empty(), "{}", fallen.join("\n"));
}

#[test]
fn judged_queries_over_the_bundled_films_are_answered() {
    let (films, ids) = films::bundled();
    let queries = judged::bundled(&ids);
    assert!(queries.len() >= 300);
    let (ours, theirs) = judged_by_both(&films, &queries);
    hold(&BUNDLED_FLOORS, &ours, &theirs);
}

#[test]
fn queries_made_of_the_films_beside_the_project_are_answered() {
    let Some(films) = films::beside() else {
        println!("no films beside the project");
        return;
    };
    let queries = derived::queries(&films, 5);
    let (ours, theirs) = judged_by_both(&films, &queries);
    hold(&BESIDE_FLOORS, &ours, &theirs);
}
