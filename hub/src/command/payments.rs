//! `moding-hub payments`

use std::path::Path;
use std::sync::Arc;

use domain::time::Timestamp;
use hub::config::Config;
use hub::payments::{opening, serving, tasks};
use process::clock::SystemClock;
use process::ids::OsIds;
use process::shutdown::{self, Shutdown};
use process::telemetry;

use super::Failure;

pub(crate) fn payments(path: &Path) -> Result<(), Failure> {
    let config = Config::load(path)?;
    telemetry::init(config.log.format, &config.log.level)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(run(&config))
}

async fn run(config: &Config) -> Result<(), Failure> {
    let settings = config.payments.as_ref();
    let settings = settings.ok_or("set up [payments] in the settings first")?;
    let socket = settings.socket.as_ref();
    let socket = socket.ok_or("set up payments.socket: without it the module runs in the hub")?;
    let shutdown = Shutdown::new();
    shutdown::on_signals(shutdown.clone())?;
    let listener = serving::bind(socket).await?;
    let clock = Arc::new(SystemClock::new(Timestamp(0)));
    let settings = (settings, config.replica.as_ref());
    let module = opening::open(settings, clock, Arc::new(OsIds), &shutdown).await?;
    let tasks = tasks::spawn(&module, &shutdown);
    serving::serve(module, listener, tasks, &shutdown).await?;
    Ok(())
}
