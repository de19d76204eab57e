//! `moding-hub serve`

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use boxoffice::finding::Finder;
use boxoffice::guard::{Guard, Strength};
use boxoffice::limits::Limits;
use boxoffice::links::Links as LinkStates;
use boxoffice::replica;
use boxoffice::{Handles, Shop, serving, timekeeping};
use domain::id::NodeId;
use domain::time::Timestamp;
use hub::app::{App, Operators};
use hub::broker::{Broker, NodeAccess};
use hub::config::Config;
use hub::fleet::digest;
use hub::mqtt::Links;
use hub::mqtt::heads::Heads;
use hub::mqtt::hellos::Hellos;
use hub::orders::paying::Paying;
use hub::payments::PaymentsClient;
use hub::programme::Catalogue;
use hub::sqlite::{self, nodes};
use hub::{http, sync, tasks};
use process::clock::{Clock, SystemClock};
use process::ids::{Ids, OsIds};
use process::shutdown::{self, Shutdown};
use process::task::{Task, spawn_periodic};
use process::{config, telemetry};
use protocol::topic::Chain;
use store::damage::Check;
use store::{Db, StoreError};
use tokio::sync::Notify;

use super::Failure;
use super::leading::{Candidate, Leading};
use super::telling;

/// What the hub's database is called in a replica.
pub(super) const DATABASE: &str = "hub";

/// Nodes that were added while the hub serves are let in after this long.
const NODES_EVERY: Duration = Duration::from_secs(5);

pub(crate) fn serve(path: &Path) -> Result<(), Failure> {
    let config = Config::load(path)?;
    telemetry::init(config.log.format, &config.log.level)?;
    let leads = config.replica.as_ref().filter(|replica| replica.lease);
    let leading = match leads {
        None => None,
        Some(settings) => {
            let asked = Candidate::new(settings, DATABASE, config.database())?.ask();
            Some(asked.map_err(|refused| {
                let (_, reason) = *refused;
                format!("{reason}: start this one as `moding-hub standby`")
            })?)
        }
    };
    serve_leading(&config, leading)
}

/// Serves, as the one that leads if there is a lease.
pub(super) fn serve_leading(config: &Config, leading: Option<Leading>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run(config, leading))
}

async fn run(config: &Config, leading: Option<Leading>) -> Result<(), Failure> {
    let shutdown = Shutdown::new();
    shutdown::on_signals(shutdown.clone())?;
    let listener = process::http::bind(config.http.listen).await?;
    std::fs::create_dir_all(&config.hub.data_dir)?;
    let (mut app, clock) = match open(config).await {
        Ok(opened) => opened,
        Err(error) => {
            if let Some(leading) = leading {
                // Somebody else may be able to lead.
                tokio::task::spawn_blocking(move || leading.give_back()).await?;
            }
            return Err(error);
        }
    };
    let (client, mut money, payments) = payments(config, &app, &shutdown).await?;
    let databases = std::iter::once(app.shop.db.clone()).chain(payments);
    let keep = leading.map(|leading| leading.keep(databases.collect(), shutdown.clone()));
    let kept = keep.transpose()?;
    let apart = config.payments.as_ref().and_then(|it| it.socket.as_ref());
    if let (Some(kept), Some(client), Some(_)) = (&kept, &client, apart) {
        money.push(telling::tell_payments(kept, client, &app.shop, &shutdown));
    }
    app.payments =
        client.map(|client| Paying::new(client).shown_at(config.http.address.as_deref()));
    let chain = Chain::new(&config.hub.chain)?;
    let (endpoint, _broker, mut tasks) = broker(config, &app, &chain, &shutdown).await?;
    let links = Links {
        app: app.clone(),
        chain,
        endpoint,
        heads: Heads::follow(&app.shop, shutdown.clone()),
        shutdown: shutdown.clone(),
    };
    tasks.extend(tasks::spawn(&app, links, &shutdown));
    tasks.append(&mut money);
    tasks.push(timekeeping::keep(&app.shop, clock, &shutdown));
    let routes = http::router(app.clone());
    let served = serving::serve(app.shop, listener, routes, tasks, &shutdown).await;
    if let Some(kept) = kept {
        tokio::task::spawn_blocking(move || kept.give_back()).await?;
    }
    Ok(served?)
}

async fn open(config: &Config) -> Result<(App, Arc<SystemClock>), Failure> {
    let file = config.database();
    let opening: Arc<dyn Clock> = Arc::new(SystemClock::new(Timestamp(0)));
    let found = (Check::Opening, opening.now().0);
    let handles = (&opening, &OsIds as &dyn Ids);
    let copying = replica::copying(
        config.replica.as_ref(),
        DATABASE,
        handles,
        replica::feed_head,
    )?;
    // It may wait for a replica, and so not here.
    let path = file.clone();
    let open = move || Db::open_copied(&path, sqlite::MIGRATIONS, found, copying);
    let db = tokio::task::spawn_blocking(open).await??;
    let remembered = db.read(timekeeping::remembered).await?;
    let clock = Arc::new(SystemClock::new(remembered.floor));
    let shop = shop(config, db, clock.clone())?;
    shop.replicas.watch(DATABASE, &file, &shop.db);
    let asked = shop.clone();
    let incarnation = shop
        .db
        .write(move |tx| sync::identify(tx, asked.here()))
        .await?;
    let selling = config.selling.selling()?;
    let (rules, now) = (selling.refund_rules.clone(), shop.now());
    shop.db
        .write(move |tx| sqlite::refund_rules::tell(tx, &rules, now))
        .await?;
    let credential = config.operator.credential()?;
    let guard = Guard::new(credential.as_ref(), Strength::Long);
    let app = App {
        shop,
        incarnation,
        operators: Arc::new(Operators::new(guard)),
        hellos: Hellos::default(),
        allotment: config.allotment.policy(),
        payments: None,
        selling: Arc::new(selling),
    };
    Ok((app, clock))
}

/// What the hub sells from `db`, as it is set up.
pub(super) fn shop(config: &Config, db: Db, clock: Arc<SystemClock>) -> Result<Shop, Failure> {
    let mut shop = Shop::new(
        Handles {
            db,
            node: NodeId::hub(),
            clock: clock.clone(),
            ids: Arc::new(OsIds),
        },
        Arc::new(Catalogue),
        LinkStates::new(clock.now()),
    );
    shop.limits = Limits::new(config.limits.clone(), clock, shop.db.clone());
    shop.outside = config.outside()?;
    shop.finder = Finder::in_folder(config.hub.data_dir.join("search"));
    Ok(shop)
}

/// How the payments module is reached: through its socket, or inside this process. Only in the
/// latter case does this process open the payment database and read the gateway's secret.
async fn payments(
    config: &Config,
    app: &App,
    shutdown: &Shutdown,
) -> Result<(Option<PaymentsClient>, Vec<Task>, Option<Db>), Failure> {
    let Some(settings) = &config.payments else {
        return Ok((None, Vec::new(), None));
    };
    if let Some(socket) = &settings.socket {
        let client = PaymentsClient::over_socket(socket.clone());
        return Ok((Some(client), Vec::new(), None));
    }
    let (clock, ids) = (app.shop.clock.clone(), app.shop.ids.clone());
    let replica = config.replica.as_ref();
    let module = hub::payments::opening::open((settings, replica), clock, ids, shutdown).await?;
    let file = hub::payments::opening::database_file(settings);
    let db = module.db().clone();
    app.shop.replicas.watch("payments", &file, &db);
    let tasks = hub::payments::tasks::spawn(&module, shutdown);
    let client = PaymentsClient::in_process(hub::payments::http::router(module));
    Ok((Some(client), tasks, Some(db)))
}

/// Where the hub's own client goes, with the embedded broker if there is one.
async fn broker(
    config: &Config,
    app: &App,
    chain: &Chain,
    shutdown: &Shutdown,
) -> Result<(mqtt::Endpoint, Option<Broker>, Vec<Task>), Failure> {
    let endpoint = |host: &str, port, password: String| mqtt::Endpoint {
        host: host.to_owned(),
        port,
        client_id: NodeId::hub().to_string(),
        username: NodeId::hub().to_string(),
        password,
    };
    if let Some(address) = &config.broker.external {
        let file = config.broker.credential_file.as_deref();
        let credential = config::credential("broker", file)?;
        let (host, port) =
            config::host_and_port(address).ok_or("broker.external is not host:port")?;
        let password = credential.expose().to_owned();
        return Ok((endpoint(host, port, password), None, Vec::new()));
    }
    // Known to this process alone and new at every start.
    let secret = OsIds.secret32();
    let password: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let access = Arc::new(NodeAccess::new(chain.clone(), Vec::new()));
    let admit = admit_nodes(app, access.clone(), digest(&password), shutdown).await?;
    let broker = Broker::start(config.broker.listen, access).await?;
    let mut address = config.broker.listen;
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    let host = address.ip().to_string();
    Ok((
        endpoint(&host, address.port(), password),
        Some(broker),
        vec![admit],
    ))
}

/// Tells the broker who may connect, now and whenever nodes are added.
async fn admit_nodes(
    app: &App,
    access: Arc<NodeAccess>,
    own: [u8; 32],
    shutdown: &Shutdown,
) -> Result<Task, StoreError> {
    let db = app.shop.db.clone();
    let admit = move || {
        let (db, access) = (db.clone(), access.clone());
        async move {
            let mut known = db.read(nodes::credentials).await?;
            known.push((NodeId::hub().to_string(), own));
            access.replace(known);
            Ok::<_, StoreError>(())
        }
    };
    // Before anybody can connect.
    admit().await?;
    let never = Arc::new(Notify::new());
    Ok(spawn_periodic(
        "known nodes",
        NODES_EVERY,
        never,
        shutdown.clone(),
        admit,
    ))
}
