//! The kiosk's program: reads its settings, opens its database, serves the touch screen and
//! keeps the link to the hub.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use boxoffice::links::Links;
use boxoffice::{Handles, Shop, serving};
use clap::{Parser, Subcommand};
use domain::time::Timestamp;
use kiosk::app::App;
use kiosk::config::{Config, Terminal};
use kiosk::devices::simulated_terminal::{Setup, SimulatedTerminal};
use kiosk::mqtt::HubLink;
use kiosk::programme::Mirror;
use kiosk::{http, sqlite, sync, tasks};
use process::clock::{Clock, SystemClock};
use process::ids::OsIds;
use process::shutdown::{self, Shutdown};
use process::{config, telemetry};
use protocol::topic::Chain;
use store::Db;
use store::damage::Check;

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
    let file = config.kiosk.data_dir.join("kiosk.sqlite");
    let clock = Arc::new(SystemClock::new(Timestamp(0)));
    let found_at = clock.now().0;
    let db = Db::open_or_set_aside(&file, sqlite::MIGRATIONS, Check::Opening, found_at)?;
    let shop = Shop::new(
        Handles {
            db,
            node: config.kiosk.node.clone(),
            clock: clock.clone(),
            ids: Arc::new(OsIds),
        },
        Arc::new(Mirror),
        Links::new(clock.now()),
    );
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
    let (host, port) = config.hub_address().ok_or("hub.address is not host:port")?;
    let node = config.kiosk.node.to_string();
    Ok(HubLink {
        shop: shop.clone(),
        chain: Chain::new(&config.kiosk.chain)?,
        endpoint: mqtt::Endpoint {
            host: host.to_owned(),
            port,
            client_id: node.clone(),
            username: node,
            password: credential.expose().to_owned(),
        },
        incarnation: Arc::new(AtomicI64::new(incarnation)),
        clock,
        theater: Arc::default(),
    })
}
