//! The hub's program: reads its settings, opens its database, and does what it is told to.

mod command;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use process::telemetry;

/// Web sales, catalogue and programme, and the sync with the kiosks of a chain of theaters.
#[derive(Parser)]
#[command(name = "moding-hub", version)]
struct Arguments {
    /// The settings; see firmware-config/hub.toml for every key
    #[arg(long, global = true, default_value = "/etc/moding/hub.toml")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the web and the kiosks
    Serve,
    /// Follow the replica of a hub that leads, and take over when its lease is over
    ///
    /// Needs `lease = true` under [replica] in the settings of both, a bucket that keeps
    /// conditional writes, and an empty data folder.
    Standby,
    /// Move the money, as a process and user of its own, for the hub that asks at
    /// `payments.socket`
    Payments,
    /// Films and theaters
    #[command(subcommand)]
    Catalogue(command::Catalogue),
    /// What is on
    #[command(subcommand)]
    Programme(command::Programme),
    /// Which node sells which seats
    #[command(subcommand)]
    Allotment(command::Allotment),
    /// The kiosks that may speak with this hub
    #[command(subcommand)]
    Node(command::Node),
    /// Theaters after a restore of the hub
    #[command(subcommand)]
    Theater(command::Theater),
    /// Seat maps of screenings that are on sale
    #[command(subcommand)]
    SeatMap(command::SeatMapCommand),
    /// Popular searches, campaigns and requested films
    #[command(subcommand)]
    Ranking(command::Ranking),
    /// Say that the stopped hub's database was restored from an older copy
    ///
    /// Run it after every restore, before the hub is started. The hub then takes back from the
    /// kiosks what it has forgotten, and sells in a theater again when all of them have
    /// reported.
    Recover(command::Recover),
    /// Restore a database from its replica, on a disk that has none
    ///
    /// The hub then recovers as after `recover`.
    Restore(command::Restore),
    /// The replicas of the databases
    #[command(subcommand)]
    Replica(command::Replica),
    /// Check the settings and say what is wrong with them
    CheckConfig,
    /// Print the OpenAPI document
    Openapi,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let config = &arguments.config;
    let done = match arguments.command {
        Command::Serve => command::serve(config),
        Command::Standby => command::standby(config),
        Command::Payments => command::payments(config),
        Command::Catalogue(command) => command::catalogue(config, command),
        Command::Programme(command) => command::programme(config, &command),
        Command::Allotment(command) => command::allotment(config, &command),
        Command::Node(command) => command::node(config, &command),
        Command::Theater(command) => command::theater(config, &command),
        Command::SeatMap(command) => command::seat_map(config, command),
        Command::Ranking(command) => command::ranking(config, command),
        Command::Recover(command) => command::recover(config, &command),
        Command::Restore(command) => command::restore(config, &command),
        Command::Replica(command) => command::replica(config, &command),
        Command::CheckConfig => command::check_config(config),
        Command::Openapi => command::openapi(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("moding-hub: {}", telemetry::chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}
