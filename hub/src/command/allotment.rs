//! `moding-hub allotment …`

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use clap::Subcommand;
use domain::allotment::{Explanation, Grant, Holding, SellerShare, Standing, Why, explain};
use domain::id::ScreeningId;
use domain::link::LinkState;
use domain::seat_map::SeatKind;
use domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use hub::allotment::Scene;
use hub::config::Config;
use hub::sqlite::{screenings, theaters};
use seats::sqlite::recovery;
use store::StoreError;

use super::{Failure, in_database, say};

#[derive(Subcommand)]
pub(crate) enum Allotment {
    /// Say which node has which seats of a screening, how many it should have, and why
    ///
    /// Links are as the serving hub noted them last.
    Explain {
        /// The screening's number
        screening: i64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Why the plan is not run for a screening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Still {
    /// It is no longer on sale.
    Over,
    /// The hub was restored and does not know everything yet.
    Recovering,
}

pub(crate) fn allotment(path: &Path, command: &Allotment) -> Result<(), Failure> {
    let config = Config::load(path)?;
    let Allotment::Explain { screening, json } = *command;
    let id = ScreeningId(screening);
    let policy = config.allotment.policy();
    let explained = in_database(&config, move |tx, here| {
        let Some(screening) = screenings::find(tx, id)? else {
            return Ok(None);
        };
        let (map, version) = (screening.seat_map, screening.seat_map_version);
        let Some(map) = theaters::seat_map(tx, map, version)? else {
            return Ok(None);
        };
        let scene = Scene::load(tx, &screening, Arc::new(map), (&policy, here.now))?;
        let mut explained = explain(&scene.situation(), &policy);
        let still = recovery::is_closed(tx, id)?
            .then_some(Still::Recovering)
            .or((here.now >= screening.sale_until).then_some(Still::Over));
        if still.is_some() {
            explained.planned.clear();
        }
        Ok::<_, StoreError>(Some((explained, still)))
    })?;
    let (explained, still) = explained.ok_or_else(|| format!("there is no screening {id}"))?;
    if json {
        say(&serde_json::to_string_pretty(&explained)?);
    } else {
        say(text(id, &explained, still).trim_end());
    }
    Ok(())
}

fn text(id: ScreeningId, explained: &Explanation, still: Option<Still>) -> String {
    let mut text = format!("screening {id} {}\n\n", beginning(explained.before_show_ms));
    let sellers = explained.sellers.iter().map(seller_line);
    let header = ["node", "link", "sold lately", "share"].map(str::to_owned);
    table(&mut text, header, sellers);
    text.push('\n');
    let holdings = explained.holdings.iter().map(holding_line);
    let header = [
        "zone",
        "kind",
        "node",
        "seats",
        "free",
        "longest run",
        "why",
    ];
    table(&mut text, header.map(str::to_owned), holdings);
    text.push('\n');
    match still {
        Some(Still::Over) => text.push_str("nothing is moved any more: it is no longer on sale\n"),
        Some(Still::Recovering) => {
            text.push_str("nothing is moved: the restored hub waits for the theater's kiosks\n");
        }
        None if explained.planned.is_empty() => text.push_str("nothing is to be moved\n"),
        None => {}
    }
    for grant in &explained.planned {
        let _ = writeln!(text, "to be moved: {}", grant_line(grant));
    }
    text
}

fn beginning(before_show_ms: i64) -> String {
    let (verb, left) = if before_show_ms < 0 {
        ("began", -before_show_ms)
    } else {
        ("begins in", before_show_ms)
    };
    let (days, hours) = (left / DAY_MS, left % DAY_MS / HOUR_MS);
    let minutes = left % HOUR_MS / MINUTE_MS;
    let ago = if before_show_ms < 0 { " ago" } else { "" };
    format!("{verb} {days} d {hours} h {minutes} min{ago}")
}

fn seller_line(seller: &SellerShare) -> [String; 4] {
    let link = match seller.link {
        _ if seller.node.is_hub() => "-",
        LinkState::Online => "online",
        LinkState::Slow => "slow",
        LinkState::Offline => "dark",
    };
    let share = seller.share_percent;
    [
        seller.node.to_string(),
        link.to_owned(),
        seller.sold_lately.to_string(),
        share.map_or_else(|| "-".to_owned(), |percent| format!("{percent} %")),
    ]
}

fn holding_line(holding: &Holding) -> [String; 7] {
    let kind = match holding.kind {
        SeatKind::Standard => "standard",
        SeatKind::Couple => "couple",
        SeatKind::Wheelchair => "wheelchair",
        SeatKind::Companion => "companion",
    };
    [
        holding.zone.0.clone(),
        kind.to_owned(),
        holding.node.to_string(),
        holding.seats.to_string(),
        holding.free.to_string(),
        holding.longest_run.to_string(),
        standing(holding.standing),
    ]
}

fn standing(standing: Standing) -> String {
    match standing {
        Standing::Dark => "dark: keeps what it has, gets nothing".to_owned(),
        Standing::Alone => "no node of the theater can be asked: sells what it has".to_owned(),
        Standing::HandOver => "hand-over: the theater has what is free".to_owned(),
        Standing::Enough { share, low_water } => {
            format!("enough: its share is {share}, low below {low_water}")
        }
        Standing::Low { share, low_water } => {
            format!("low: its share is {share}, low below {low_water}")
        }
    }
}

fn grant_line(grant: &Grant) -> String {
    let Grant {
        from,
        to,
        seats,
        why,
    } = grant;
    let seats = seats.len();
    let why = match why {
        Why::RanLow {
            zone,
            free,
            low_water,
        } => format!("{to} has {free} free in {}, low below {low_water}", zone.0),
        Why::NoRun { zone, longest_run } => {
            format!("{to} can seat {longest_run} together in {} at most", zone.0)
        }
        Why::HandOver => "the show is near".to_owned(),
    };
    format!("{seats} seats from {from} to {to}: {why}")
}

/// Adds a table whose columns are as wide as what stands in them.
fn table<const N: usize>(
    text: &mut String,
    header: [String; N],
    lines: impl Iterator<Item = [String; N]>,
) {
    let lines: Vec<[String; N]> = std::iter::once(header).chain(lines).collect();
    let width = |column: usize| {
        let cells = lines.iter().map(|line| line[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    for line in &lines {
        let cells = line.iter().zip(widths);
        let padded: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        text.push_str(padded.join("  ").trim_end());
        text.push('\n');
    }
}
