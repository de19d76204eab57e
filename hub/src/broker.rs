//! The MQTT broker inside the hub, so that a chain of theaters needs no other server.
//!
//! The rest of the hub is an ordinary client of it; with `broker.external` another broker
//! serves instead and nothing here runs. `rmqtt` is behind two functions, start and stop:
//! it moves fast, and may be replaced.

mod access;

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU16;
use std::sync::Arc;
use std::time::Duration;

use rmqtt::context::ServerContext;
use rmqtt::hook::Type;
use rmqtt::net::{Builder, Listener};
use rmqtt::server::MqttServer;
use tokio::runtime::{self, Runtime};

use access::Gate;
pub use access::{AccessPolicy, NodeAccess};

/// The largest packet, as the clients have it.
const PACKET_BYTES_MAX: u32 = 1024 * 1024;

/// Publishes on their way to one client.
const IN_FLIGHT_MAX: u16 = 100;

/// Messages that wait for one slow client. With the default of 1,000 a busy subscriber, the
/// hub itself, silently lost most of what had been acknowledged to the senders.
const QUEUE_MAX: usize = 100_000;

/// A client that connects and says nothing is dropped after this.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long stopping waits for what is under way.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// Threads of the broker. It does little; two, so that a slow policy stops nobody else.
const THREADS: usize = 2;

/// Presence is the only thing retained: two small messages a node.
const RETAINER: &str = "storage.type = \"ram\"\nmax_retained_messages = 20000\n\
     max_payload_size = \"4KB\"\nretained_message_ttl = \"0m\"\n";

/// Why the broker does not run.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    #[error("another program already listens on {0}; choose another address for broker.listen")]
    PortInUse(SocketAddr),
    #[error("the broker cannot listen on {address}")]
    CannotListen {
        address: SocketAddr,
        source: io::Error,
    },
    #[error("the broker has no threads to run on")]
    Threads(#[source] io::Error),
    #[error("the broker does not start: {0}")]
    Failed(String),
}

/// A broker that runs until it is stopped or dropped.
///
/// It has a runtime of its own: `rmqtt` cannot be told to stop, and each of its connections
/// is a task of which only the runtime knows. Ending the runtime ends them all.
pub struct Broker {
    runtime: Option<Runtime>,
}

impl Broker {
    /// Starts a broker that listens on `address` and asks `policy` about everybody.
    ///
    /// # Errors
    ///
    /// Fails when the port is in use or the broker does not start.
    pub async fn start(
        address: SocketAddr,
        policy: Arc<dyn AccessPolicy>,
    ) -> Result<Self, BrokerError> {
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_name("broker")
            .enable_all()
            .build()
            .map_err(BrokerError::Threads)?;
        let inside = runtime.handle().clone();
        let broker = Self {
            runtime: Some(runtime),
        };
        let laid_out = inside.spawn(lay_out(address, policy)).await;
        let server = laid_out.map_err(|error| BrokerError::Failed(error.to_string()))??;
        inside.spawn(async move {
            if let Err(error) = server.run().await {
                tracing::error!(%error, "the broker stopped; kiosks cannot reach the hub");
            }
        });
        Ok(broker)
    }

    /// Stops the broker: done when every connection is broken and the port is free.
    pub async fn stop(mut self) {
        if let Some(runtime) = self.runtime.take() {
            let stopping =
                tokio::task::spawn_blocking(move || runtime.shutdown_timeout(STOP_TIMEOUT));
            if let Err(error) = stopping.await {
                tracing::error!(%error, "the broker did not stop well");
            }
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A broker that is ready to run and has its port already.
async fn lay_out(
    address: SocketAddr,
    policy: Arc<dyn AccessPolicy>,
) -> Result<MqttServer, BrokerError> {
    let failed = |error: rmqtt::Error| BrokerError::Failed(error.to_string());
    let listener = listen(address)?;
    let context = ServerContext::new()
        // By default new clients are refused while the machine is busy: a rush at the
        // box office is no reason to lose the kiosks.
        .busy_check_enable(false)
        .plugins_config_map_add("rmqtt-retainer", RETAINER)
        .build()
        .await;
    rmqtt_retainer::register(&context, true, false)
        .await
        .map_err(failed)?;
    rmqtt_shared_subscription::register(&context, true, false)
        .await
        .map_err(failed)?;
    let hooks = context.extends.hook_mgr().register();
    for kind in [
        Type::ClientAuthenticate,
        Type::MessagePublishCheckAcl,
        Type::ClientSubscribeCheckAcl,
    ] {
        hooks.add(kind, Box::new(Gate::new(policy.clone()))).await;
    }
    hooks.start().await;
    Ok(MqttServer::new(context).listener(listener).build())
}

fn listen(address: SocketAddr) -> Result<Listener, BrokerError> {
    let builder = Builder::new()
        .name("nodes")
        .laddr(address)
        // Off by default: after a crash the port could not be taken again for a minute.
        .reuseaddr(Some(true))
        .nodelay(true)
        // On by default: who gives no name would not be asked for a password.
        .allow_anonymous(false)
        .max_packet_size(PACKET_BYTES_MAX)
        .max_inflight(NonZeroU16::new(IN_FLIGHT_MAX).expect("not zero"))
        .max_mqueue_len(QUEUE_MAX)
        .handshake_timeout(HANDSHAKE_TIMEOUT);
    let bound = builder.bind().and_then(Listener::tcp);
    bound.map_err(|error| cannot_listen(address, error))
}

fn cannot_listen(address: SocketAddr, error: rmqtt::Error) -> BrokerError {
    match error.downcast::<io::Error>() {
        Ok(error) if error.kind() == io::ErrorKind::AddrInUse => BrokerError::PortInUse(address),
        Ok(source) => BrokerError::CannotListen { address, source },
        Err(error) => BrokerError::Failed(error.to_string()),
    }
}
