//! How good the search is: queries that somebody has judged, queries that are made of titles, and
//! what SQLite's own full-text search makes of the same.

pub mod derived;
pub mod films;
pub mod judged;
pub mod random;
pub mod trigram;

use std::collections::BTreeMap;

use domain::id::MovieId;

/// A query and the films of which one should be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What kind of query it is.
    pub class: String,
    pub text: String,
    pub expected: Vec<MovieId>,
}

/// How well the queries of one class were answered.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    pub queries: u32,
    /// How often an expected film came first.
    pub first: u32,
    /// How often it was among the first five.
    pub among_five: u32,
    /// The sum of one through its place, up to the tenth.
    pub reciprocal: f64,
}

impl Score {
    /// The share of queries whose film came first.
    #[must_use]
    pub fn hit1(&self) -> f64 {
        f64::from(self.first) / f64::from(self.queries.max(1))
    }

    /// The share of queries whose film was among the first five.
    #[must_use]
    pub fn hit5(&self) -> f64 {
        f64::from(self.among_five) / f64::from(self.queries.max(1))
    }

    /// The mean reciprocal rank.
    #[must_use]
    pub fn mrr(&self) -> f64 {
        self.reciprocal / f64::from(self.queries.max(1))
    }

    fn count(&mut self, place: Option<usize>) {
        self.queries += 1;
        let Some(place) = place else { return };
        self.first += u32::from(place == 0);
        self.among_five += u32::from(place < 5);
        let place = u32::try_from(place + 1).unwrap_or(u32::MAX);
        self.reciprocal += 1.0 / f64::from(place);
    }
}

/// Scores by class, and the queries whose film was not among the first five.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    pub classes: BTreeMap<String, Score>,
    pub missed: Vec<Query>,
}

/// So many answers are looked at.
pub const ANSWERS: usize = 10;

/// Asks every query and judges the answers of `ask`.
pub fn judge(queries: &[Query], mut ask: impl FnMut(&str) -> Vec<MovieId>) -> Judgement {
    let mut judgement = Judgement::default();
    for query in queries {
        let answers = ask(&query.text);
        let mut answers = answers.iter().take(ANSWERS);
        let place = answers.position(|movie| query.expected.contains(movie));
        let score = judgement.classes.entry(query.class.clone()).or_default();
        score.count(place);
        if place.is_none_or(|place| place >= 5) {
            judgement.missed.push(query.clone());
        }
    }
    judgement
}

/// Two judgements of the same queries, side by side.
#[must_use]
pub fn table(ours: &Judgement, theirs: &Judgement) -> String {
    let mut lines = vec![
        "| class | queries | hit@1 | hit@5 | MRR | trigram hit@1 | hit@5 | MRR |".to_owned(),
        "|---|---|---|---|---|---|---|---|".to_owned(),
    ];
    for (class, our) in &ours.classes {
        let their = theirs.classes.get(class).copied().unwrap_or_default();
        lines.push(format!(
            "| {class} | {} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} |",
            our.queries,
            our.hit1(),
            our.hit5(),
            our.mrr(),
            their.hit1(),
            their.hit5(),
            their.mrr(),
        ));
    }
    lines.join("\n")
}
