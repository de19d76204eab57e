//! The sandbox as a program of its own.

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use process::shutdown::{self, Shutdown};
use process::telemetry::{self, LogFormat};
use toss_sandbox::policy::Policy;
use toss_sandbox::{Reach, Sandbox, Settings};

/// A payment gateway to try things against: it speaks as Toss Payments is documented to, and
/// moves no money.
///
/// Secret key test_sk_SANDBOX0001, client key test_ck_SANDBOX0001; for widgets
/// test_gsk_SANDBOX0001 and test_gck_SANDBOX0001. The browser's library is at /v2/standard,
/// what tests set at /__sandbox.
#[derive(Parser)]
#[command(name = "moding-toss-sandbox", version)]
struct Arguments {
    /// Where to listen; port 0 takes any free one
    #[arg(long, default_value = "127.0.0.1:4010")]
    listen: SocketAddr,
    /// The folder of its database, which is made if it is missing
    #[arg(long, default_value = "toss-sandbox-data")]
    data: PathBuf,
    /// Where webhooks go; may be given several times
    #[arg(long, value_name = "URL")]
    webhook: Vec<String>,
    /// The secret key of a further merchant (test_sk_… or test_gsk_…)
    #[arg(long, value_name = "KEY")]
    secret_key: Vec<String>,
    /// Where browsers reach it, when that is not where it listens
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// How long every call takes, at least
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// How long after it happened a transaction shows in the list
    #[arg(long, default_value_t = 0)]
    transactions_delay_s: i64,
    /// Calls of one key to one operation in one minute, before it says 429
    #[arg(long)]
    requests_per_minute: Option<u32>,
    /// Let other machines reach it: whoever does can make payments
    #[arg(long)]
    open_to_network: bool,
    /// What is traced, such as info,toss_sandbox=debug
    #[arg(long, default_value = "info")]
    log: String,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("moding-toss-sandbox: {}", telemetry::chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error + Send + Sync>> {
    telemetry::init(LogFormat::Text, &arguments.log)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let shutdown = Shutdown::new();
        shutdown::on_signals(shutdown.clone())?;
        let sandbox = Sandbox::start(arguments.settings()).await?;
        say(&sandbox);
        sandbox.run_until(shutdown).await?;
        Ok(())
    })
}

impl Arguments {
    fn settings(self) -> Settings {
        Settings {
            listen: self.listen,
            data: self.data,
            public_url: self.public_url,
            secret_keys: self.secret_key,
            policy: Policy {
                latency_ms: self.latency_ms,
                transactions_delay_ms: self.transactions_delay_s * 1_000,
                requests_per_minute: self.requests_per_minute,
                webhooks: self.webhook,
                ..Policy::default()
            },
            reach: if self.open_to_network {
                Reach::Everybody
            } else {
                Reach::ThisMachine
            },
        }
    }
}

#[expect(clippy::print_stdout, reason = "whoever starts it waits for this line")]
fn say(sandbox: &Sandbox) {
    let keys = sandbox.keys();
    println!(
        "SANDBOX ready at {} (secret key {}, client key {})",
        sandbox.url(),
        keys.secret,
        keys.client
    );
}
