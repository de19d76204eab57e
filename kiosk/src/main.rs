//! The kiosk's program: reads its settings, opens its database, serves the touch screen and
//! keeps the link to the hub.

mod command;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use boxoffice::finding::Finder;
use boxoffice::guard::{Guard, Strength};
use boxoffice::links::Links;
use boxoffice::replica;
use boxoffice::{Handles, Shop, serving, timekeeping};
use clap::{Parser, Subcommand};
use domain::time::Timestamp;
use kiosk::app::App;
use kiosk::config::{Config, Terminal};
use kiosk::devices::simulated_terminal::{Setup, SimulatedTerminal};
use kiosk::mqtt::{Endpoints, HubLink};
use kiosk::programme::Mirror;
use kiosk::{http, sqlite, sync, tasks, work_offline};
use process::clock::{Clock, SystemClock};
use process::ids::OsIds;
use process::shutdown::{self, Shutdown};
use process::{config, telemetry};
use protocol::topic::Chain;
use store::Db;
use store::damage::Check;
use store::replication::Copying;

/// Sells the seats that a theater's kiosk owns, with the hub or without it.
#[derive(Parser)]
#[command(name = "moding-kiosk", version)]
struct Arguments {
    /// The settings; see firmware-config/kiosk.toml for every key
    #[arg(long, global = true, default_value = "/etc/moding/kiosk.toml")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the touch screen and keep the link to the hub
    Serve,
    /// Begin to recover: this stopped kiosk's database was restored from an older copy
    ///
    /// Run it after every restore, before the kiosk is started, and on the copy that goes on
    /// when the hub has put this kiosk aside because there are two of them. The kiosk then
    /// takes back from the hub what it has forgotten; seats that it may have sold since the
    /// copy was made stay blocked until staff have looked at them (/staff on its screen).
    Recover {
        /// The kiosk is stopped, and no other copy of it will go on
        #[arg(long)]
        yes: bool,
    },
    /// Restore this kiosk's database from its replica, on a disk that has none
    ///
    /// The kiosk then begins to recover, as after `recover`: it takes back from the hub what
    /// the replica had not got, and what may have been sold since stays blocked until staff
    /// have looked.
    Restore(command::Restore),
    /// The replica of this kiosk's database
    #[command(subcommand)]
    Replica(command::Replica),
    /// Check the settings and say what is wrong with them
    CheckConfig,
    /// Print the OpenAPI document
    Openapi,
}

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Command::Serve => serve(&arguments.config),
        Command::Recover { yes } => recover(&arguments.config, yes),
        Command::Restore(told) => command::restore(&arguments.config, &told),
        Command::Replica(told) => command::replica(&arguments.config, &told),
        Command::CheckConfig => Config::load(&arguments.config)
            .map(drop)
            .map_err(Failure::from),
        Command::Openapi => print_document(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("moding-kiosk: {}", telemetry::chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "the document is what was asked for")]
fn print_document() -> Result<(), Failure> {
    print!("{}", boxoffice::document::text(&http::document())?);
    Ok(())
}

fn serve(path: &std::path::Path) -> Result<(), Failure> {
    let config = Config::load(path)?;
    telemetry::init(config.log.format, &config.log.level)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run(&config))
}

#[expect(clippy::print_stdout, reason = "the answer to a command")]
fn recover(path: &std::path::Path, sure: bool) -> Result<(), Failure> {
    let config = Config::load(path)?;
    if !sure {
        let what = "the kiosk would sell nothing until it has spoken with the hub, and block \
                    what it may have sold; say --yes if that is what you want";
        return Err(what.into());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        // Nobody else may have the database: a kiosk that runs has its address.
        let _address = process::http::bind(config.http.listen)
            .await
            .map_err(|error| format!("stop the kiosk first: {error}"))?;
        let copying = match config.replica {
            Some(_) => Copying::Elsewhere,
            None => Copying::Nobody,
        };
        let found = (Check::Opening, SystemClock::new(Timestamp(0)).now().0);
        let db = Db::open_copied(&config.database(), sqlite::MIGRATIONS, found, copying)?;
        let node = config.kiosk.node.clone();
        let now = SystemClock::new(Timestamp(0)).now();
        let begun = db
            .write(move |tx| sync::begin_recovery(tx, seats::Here { node: &node, now }, 0))
            .await;
        db.close().await?;
        begun?;
        println!("noted; start the kiosk now: it recovers as soon as it reaches the hub");
        Ok(())
    })
}

async fn run(config: &Config) -> Result<(), Failure> {
    let shutdown = Shutdown::new();
    shutdown::on_signals(shutdown.clone())?;
    let listener = process::http::bind(config.http.listen).await?;
    std::fs::create_dir_all(&config.kiosk.data_dir)?;
    let (app, hub) = open(config).await?;
    let tasks = tasks::spawn(&app, hub, &shutdown);
    let routes = http::router(app.clone());
    Ok(serving::serve(app.shop, listener, routes, tasks, &shutdown).await?)
}

async fn open(config: &Config) -> Result<(App, HubLink), Failure> {
    let file = config.database();
    let opening: Arc<dyn Clock> = Arc::new(SystemClock::new(Timestamp(0)));
    let found = (Check::Opening, opening.now().0);
    let copying = replica::copying(
        config.replica.as_ref(),
        config.kiosk.node.as_str(),
        (&opening, &OsIds),
        replica::feed_head,
    )?;
    // It may wait for a replica, and so not here.
    let path = file.clone();
    let open = move || Db::open_copied(&path, sqlite::MIGRATIONS, found, copying);
    let db = tokio::task::spawn_blocking(open).await??;
    let clock = Arc::new(SystemClock::of_node(
        db.read(timekeeping::remembered).await?,
    ));
    let mut shop = Shop::new(
        Handles {
            db,
            node: config.kiosk.node.clone(),
            clock: clock.clone(),
            ids: Arc::new(OsIds),
        },
        Arc::new(Mirror),
        Links::new(clock.now()),
    );
    shop.finder = Finder::in_folder(config.kiosk.data_dir.join("search"));
    shop.replicas
        .watch(config.kiosk.node.as_str(), &file, &shop.db);
    let by_hand = shop.db.read(work_offline::find).await?;
    shop.links.set_by_hand(by_hand.since());
    let asked = shop.clone();
    let identity = shop
        .db
        .write(move |tx| sync::identify(tx, asked.here()))
        .await?;
    let Terminal::Simulated { auto, .. } = &config.terminal;
    let terminal = SimulatedTerminal::open(
        &Setup {
            journal: config.kiosk.data_dir.join("terminal.journal"),
            customer_wait: config.terminal.customer_wait(),
            auto: *auto,
        },
        clock.clone(),
    )?;
    let hub = hub_link(config, &shop, (identity.incarnation, clock))?;
    let app = App {
        shop,
        terminal: Arc::new(terminal.clone()),
        simulator: Some(terminal),
        asking: Arc::default(),
        staff: Arc::new(Guard::new(config.staff.pin()?.as_ref(), Strength::Short)),
        moving_money: Arc::default(),
        orders_due: Arc::default(),
    };
    Ok((app, hub))
}

fn hub_link(
    config: &Config,
    shop: &Shop,
    (incarnation, clock): (i64, Arc<SystemClock>),
) -> Result<HubLink, Failure> {
    let credential = config::credential("node", config.hub.credential_file.as_deref())?;
    let addresses = config.hub_addresses();
    let addresses = addresses.ok_or("hub.address is not host:port")?;
    let node = config.kiosk.node.to_string();
    let endpoint = |(host, port): (&str, u16)| mqtt::Endpoint {
        host: host.to_owned(),
        port,
        client_id: node.clone(),
        username: node.clone(),
        password: credential.expose().to_owned(),
    };
    Ok(HubLink {
        shop: shop.clone(),
        chain: Chain::new(&config.kiosk.chain)?,
        endpoints: Arc::new(Endpoints::new(
            addresses.into_iter().map(endpoint).collect(),
        )),
        incarnation: Arc::new(AtomicI64::new(incarnation)),
        clock,
        theater: Arc::default(),
    })
}
