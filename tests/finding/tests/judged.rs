//! The search finds what people mean: judged queries by class, held against falls, and above
//! what SQLite's own full-text search finds.

#![expect(clippy::unwrap_used, reason = "a test may panic")]
#![expect(clippy::print_stdout, reason = "the figures are a result")]

use domain::id::MovieId;
use finding::trigram::Trigram;
use finding::{ANSWERS, Judgement, Query, derived, films, judge, judged, table};
use search::{Film, Index};

/// No class may fall below these: hit@1, hit@5 and mean reciprocal rank, in thousandths. Those of
/// hit@5 are what a good search of Korean titles reaches.
const BUNDLED_FLOORS: [(&str, [u16; 3]); 21] = [
    ("exact", [0, 1000, 0]),
    ("prefix", [0, 953, 0]),
    ("half composed", [0, 977, 0]),
    ("no spaces", [0, 1000, 0]),
    ("wrong spaces", [0, 1000, 0]),
    ("initials", [0, 1000, 0]),
    ("initials begun", [0, 995, 0]),
    ("initials mixed", [0, 990, 0]),
    ("one slip", [0, 1000, 0]),
    ("keyboard latin", [0, 1000, 0]),
    ("keyboard latin begun", [0, 953, 0]),
    ("keyboard hangul", [0, 990, 0]),
    ("english", [0, 997, 0]),
    ("english begun", [0, 997, 0]),
    ("original", [0, 953, 0]),
    ("people", [0, 953, 0]),
    ("later word", [0, 868, 0]),
    ("in the middle", [0, 977, 0]),
    ("words", [0, 953, 0]),
    ("numerals", [0, 1000, 0]),
    ("as people write", [0, 685, 0]),
];
const BESIDE_FLOORS: [(&str, [u16; 3]); 11] = [
    ("exact", [0, 1000, 0]),
    ("prefix", [0, 953, 0]),
    ("half composed", [0, 977, 0]),
    ("no spaces", [0, 1000, 0]),
    ("wrong spaces", [0, 1000, 0]),
    ("initials", [0, 1000, 0]),
    ("initials mixed", [0, 990, 0]),
    ("one slip", [0, 1000, 0]),
    ("keyboard latin", [0, 1000, 0]),
    ("later word", [0, 868, 0]),
    ("in the middle", [0, 977, 0]),
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
        let theirs = theirs.classes[class].hit5();
        if score.hit5() < theirs {
            fallen.push(format!("{class}: trigrams find more ({theirs:.3})"));
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
