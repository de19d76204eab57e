//! `moding-hub seat-map …`

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Args, Subcommand};
use domain::conflict::remedy::Move;
use domain::id::{ScreeningId, SeatId};
use domain::seat_map::{SeatMap, SeatMapFacts};
use hub::config::Config;
use hub::sqlite::{screenings, theaters};
use protocol::api::operator::PlaceView;
use protocol::api::seat_map::{
    BookingMoveView, ChangeMode, ChangeReach, ChangeSeatMap, SeatMapChangeView, WaitKind, WaitView,
};
use store::StoreError;

use super::{COMMAND_LINE, Failure, in_database, running, say};

#[derive(Subcommand)]
pub(crate) enum SeatMapCommand {
    /// Print a screening's seat map, to be changed and given to `change`
    Show {
        /// The screening's number
        screening: i64,
    },
    /// Give a screening that is on sale another seat map; nobody who has a seat loses it
    ///
    /// Says what stays, comes and goes, and who has to move where. With --move it is carried
    /// out by the hub that serves on this machine: it asks kiosks for seats and moves bookings,
    /// and switches the screening when nothing is in the way any more. It is refused while a
    /// kiosk that has one of the seats cannot be reached, or somebody is buying one. In a full
    /// house let the new seats come with one change, and the old ones go with the next.
    Change(ChangeCommand),
}

#[derive(Args)]
pub(crate) struct ChangeCommand {
    /// The screening's number
    screening: i64,
    /// The whole new map as JSON, with the id of the old one and a higher version. Seats that
    /// stay keep their id, row, number, zone and kind
    #[arg(long)]
    to: PathBuf,
    /// Carry it out
    #[arg(long = "move")]
    carry_out: bool,
    /// Screenings that are planned in the room from now on have the new map as well
    #[arg(long)]
    room: bool,
    /// A seat for somebody who has to move, by the ids of the old seat and the new: 12=40
    #[arg(long = "seat", value_name = "FROM=TO")]
    seats: Vec<Named>,
    /// Who decides this
    #[arg(long, default_value = COMMAND_LINE)]
    by: String,
    /// Why
    #[arg(long, default_value = "")]
    note: String,
}

/// A seat that the operator names for somebody.
#[derive(Clone, Copy)]
struct Named(Move);

impl FromStr for Named {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "write the ids of two seats, such as 12=40";
        let (from, to) = text.split_once('=').ok_or(wrong)?;
        let seat = |id: &str| id.parse().map(SeatId).map_err(|_| wrong);
        Ok(Self(Move {
            from: seat(from)?,
            to: seat(to)?,
        }))
    }
}

pub(crate) fn seat_map(path: &Path, command: SeatMapCommand) -> Result<(), Failure> {
    let config = Config::load(path)?;
    match command {
        SeatMapCommand::Show { screening } => show(&config, ScreeningId(screening)),
        SeatMapCommand::Change(command) => change(&config, command),
    }
}

fn show(config: &Config, id: ScreeningId) -> Result<(), Failure> {
    let map = in_database(config, move |tx, _| {
        let Some(screening) = screenings::find(tx, id)? else {
            return Ok::<_, StoreError>(None);
        };
        let (map, version) = (screening.seat_map, screening.seat_map_version);
        theaters::seat_map(tx, map, version)
    })?;
    let map = map.ok_or_else(|| format!("there is no screening {id}"))?;
    say(&serde_json::to_string_pretty(&SeatMapFacts::from(map))?);
    Ok(())
}

fn change(config: &Config, command: ChangeCommand) -> Result<(), Failure> {
    let file = command.to.display().to_string();
    let map = std::fs::read(&command.to).map_err(|error| format!("{file}: {error}"))?;
    let map: SeatMap = serde_json::from_slice(&map).map_err(|error| format!("{file}: {error}"))?;
    let path = format!("/api/operator/screenings/{}/seat-map", command.screening);
    let mut wanted = ChangeSeatMap {
        by: command.by,
        note: command.note,
        mode: ChangeMode::Plan,
        reach: if command.room {
            ChangeReach::Room
        } else {
            ChangeReach::Screening
        },
        map: map.into(),
        seats: command.seats.iter().map(|named| named.0).collect(),
    };
    let plan: SeatMapChangeView = running::post(config, &path, &wanted)?;
    tell(&plan);
    if plan.done {
        say("the screening has this map already");
        return Ok(());
    }
    if !command.carry_out {
        say(&match plan.refused {
            Some(why) => format!("this cannot be done now: {why}"),
            None => "nothing was done; say --move to carry it out".to_owned(),
        });
        return Ok(());
    }
    wanted.mode = ChangeMode::CarryOut;
    let done: SeatMapChangeView = running::post(config, &path, &wanted)?;
    say(&format!(
        "done: screening {} has version {} of its seat map",
        done.screening, done.to_version
    ));
    done.moves.iter().for_each(tell_move);
    Ok(())
}

fn tell(plan: &SeatMapChangeView) {
    say(&format!(
        "screening {}: seat map version {} to {}; {} seats stay",
        plan.screening, plan.from_version, plan.to_version, plan.kept
    ));
    for (what, places) in [("added", &plan.added), ("removed", &plan.removed)] {
        if !places.is_empty() {
            let labels: Vec<String> = places.iter().map(label).collect();
            say(&format!("{what}: {}", labels.join(" ")));
        }
    }
    plan.waits.iter().for_each(tell_wait);
    plan.moves.iter().for_each(tell_move);
}

fn tell_wait(wait: &WaitView) {
    let node = wait.node.as_ref().map_or("another node", |it| it.as_str());
    let why = match wait.why {
        WaitKind::Elsewhere => format!("is {node}'s and free; it is asked for it"),
        WaitKind::BlockedElsewhere => format!("is {node}'s and blocked; free it there"),
        WaitKind::Held => format!("is being chosen at {node}"),
        WaitKind::Paying => format!("is being paid for at {node}"),
        WaitKind::Booked => "is booked".to_owned(),
        WaitKind::Unknown => "has no owner that the hub knows".to_owned(),
    };
    say(&format!("{} {why}", label(&wait.place)));
}

fn tell_move(moving: &BookingMoveView) {
    let phone = moving.phone_end.as_ref();
    let phone = phone.map_or_else(String::new, |end| format!(", phone …{end}"));
    let who = format!("booking {} ({}{phone})", moving.number, moving.node);
    if moving.moves.is_empty() {
        let ids: Vec<String> = moving.leaves.iter().map(ToString::to_string).collect();
        let ids = ids.join(", ");
        say(&format!(
            "{who} has no other seats: name some with --seat for the ids {ids}"
        ));
        return;
    }
    let moves = moving.moves.iter();
    let moves: Vec<String> = moves
        .map(|one| format!("{} to {}", label(&one.from), label(&one.to)))
        .collect();
    say(&format!("{who}: {}", moves.join(", ")));
}

fn label(place: &PlaceView) -> String {
    format!("{}{}", place.row, place.number)
}
