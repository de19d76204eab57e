//! `moding-hub ranking …`

use std::fmt::Write as _;
use std::path::Path;

use clap::Subcommand;
use domain::movie::fold;
use domain::ranking::{CampaignFigures, Hour, MovieWishes, SPEED_HOURS, Term, heat};
use domain::time::UtcOffset;
use hub::config::Config;
use hub::ranking::{Explained, Why, explain, popular, titles, wanted};
use store::StoreError;

use super::{Failure, in_database, say};

/// Terms that are told without being asked for.
const TERMS_MAX: usize = 30;

/// Campaigns and films that are told.
const LINES_MAX: usize = 10;

#[derive(Subcommand)]
pub(crate) enum Ranking {
    /// Say why the rankings are as they are: popular searches, campaigns and requested films
    ///
    /// Popular searches are of one hour; campaigns and films are of now.
    Explain {
        /// The hour of the board, since the Unix epoch (its number stands in every board); the
        /// last one without it
        #[arg(long)]
        hour: Option<i64>,
        /// One term alone: `movie:1`, or a text as anybody types it
        term: Option<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

pub(crate) fn ranking(path: &Path, command: Ranking) -> Result<(), Failure> {
    let config = Config::load(path)?;
    let Ranking::Explain { hour, term, json } = command;
    let term = term.as_deref().map(read).transpose()?;
    let named = term.clone();
    let (explained, campaigns, movies) = in_database(&config, move |tx, here| {
        let explained = explain(tx, hour.map(Hour), term.as_ref())?;
        let campaigns = popular(tx, here, LINES_MAX)?;
        let mut movies = Vec::new();
        for wishes in wanted(tx, LINES_MAX)? {
            let title = titles(tx, wishes.movie)?.map(|titles| titles.title);
            movies.push((wishes, title.unwrap_or_default()));
        }
        Ok::<_, StoreError>((explained, campaigns, movies))
    })?;
    if json {
        say(&serde_json::to_string_pretty(&explained)?);
        return Ok(());
    }
    match &explained {
        None => say("no board was published yet"),
        Some(explained) => say(board(explained, named.as_ref()).trim_end()),
    }
    if named.is_none() {
        say(others(&campaigns, &movies).trim_end());
    }
    Ok(())
}

fn read(text: &str) -> Result<Term, Failure> {
    let written = text.parse().ok();
    let term = written.or_else(|| Term::text(&fold(text)));
    term.ok_or_else(|| format!("{text} is no term: movie:1, or two letters or more").into())
}

fn board(explained: &Explained, term: Option<&Term>) -> String {
    let begins = UtcOffset::SEOUL.time_label(explained.hour.begins_at());
    let mut text = format!(
        "popular searches, board {} ({begins} KST), {}\n",
        explained.hour, explained.algorithm
    );
    match explained.published_at {
        Some(at) => {
            let at = UtcOffset::SEOUL.time_label(at);
            let nodes = explained.nodes.join(", ");
            let _ = writeln!(text, "published {at}; heard of everything from: {nodes}");
        }
        None => text += "never published; these are today's counts\n",
    }
    if explained
        .digest
        .as_ref()
        .is_some_and(|it| *it != explained.digest_now)
    {
        text +=
            "facts came after it was published: they do not change it, and count for the next\n";
    }
    if explained.terms.is_empty() {
        text += match term {
            Some(_) => "nobody searched for it in these 24 hours\n",
            None => "nobody searched for anything in these 24 hours\n",
        };
    }
    for why in explained.terms.iter().take(TERMS_MAX) {
        text += &line(why, term.is_some());
    }
    text
}

fn line(why: &Why, whole: bool) -> String {
    let name = why.title.as_deref().unwrap_or_default();
    let place = match (why.place, why.excluded) {
        (Some(place), _) => format!("place {place}"),
        (None, true) => "excluded".to_owned(),
        (None, false) if why.actors < why.needed => format!("needs {} actors", why.needed),
        (None, false) => "behind".to_owned(),
    };
    let mut text = format!(
        "  {:<18} {:>7} = {} actors  {place}  {name}\n",
        why.term.to_string(),
        why.score,
        why.actors
    );
    if let Some(published) = why.published_score.filter(|score| *score != why.score) {
        let _ = writeln!(text, "      published with {published}");
    }
    if whole {
        for (before, actors, weight) in &why.hours {
            let _ = writeln!(text, "      {before:>2} h before: {actors} × {weight}");
        }
    }
    text
}

fn others(campaigns: &[CampaignFigures], movies: &[(MovieWishes, String)]) -> String {
    let mut text =
        String::from("\npopular campaigns: progress + 3 × speed, in thousandths of the goal\n");
    for figures in campaigns {
        let _ = writeln!(
            text,
            "  campaign {:<8} {:>5}: {} of {} tickets, {} in the last {SPEED_HOURS} h",
            figures.campaign.0,
            heat(figures),
            figures.paid_tickets,
            figures.goal,
            figures.paid_lately
        );
    }
    text += "\nrequested films: people with an open request\n";
    for (wishes, title) in movies {
        let _ = writeln!(
            text,
            "  {:>5}  movie:{:<8} {title}",
            wishes.requesters, wishes.movie.0
        );
    }
    text
}
