//! The MQTT broker inside the hub, so that a chain of theaters needs no other server.
//!
//! The rest of the hub is an ordinary client of it; with `broker.external` another broker
//! serves instead and nothing here runs. `rmqtt` is behind two functions, start and stop:
//! it moves fast, and may be replaced.

mod access;

use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroU16;
use std::sync::Arc;
use std::time::Duration;

use rmqtt::context::ServerContext;
use rmqtt::hook::Type;
use rmqtt::net::Builder;
use rmqtt::server::MqttServer;
use tokio::task::JoinHandle;

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
        source: std::io::Error,
    },
    #[error("the broker does not start: {0}")]
    Failed(String),
}

/// A broker that runs until it is stopped or dropped.
pub struct Broker {
    running: JoinHandle<()>,
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
        probe(address)?;
        let failed = |error: rmqtt::Error| BrokerError::Failed(error.to_string());
        let context = ServerContext::new()
            // By default new clients are refused while the machine is busy: a rush at the
            // box office is no reason to lose the kiosks.
            .busy_check_enable(false)
            .plugins_config_map_add("rmqtt-retainer", RETAINER)
            .build()
            .await;
        rmqtt_retainer::register(&context, true, false).await.map_err(failed)?;
        rmqtt_shared_subscription::register(&context, true, false).await.map_err(failed)?;
        let hooks = context.extends.hook_mgr().register();
        for kind in [
            Type::ClientAuthenticate,
            Type::MessagePublishCheckAcl,
            Type::ClientSubscribeCheckAcl,
        ] {
            hooks.add(kind, Box::new(Gate::new(policy.clone()))).await;
        }
        hooks.start().await;
        let listener = listener(address)?;
        let server = MqttServer::new(context).listener(listener).build();
        let running = tokio::spawn(async move {
            if let Err(error) = server.run().await {
                tracing::error!(%error, "the broker stopped; kiosks cannot reach the hub");
            }
        });
        Ok(Self { running })
    }

    /// Stops the broker; every connection breaks.
    pub fn stop(self) {
        self.running.abort();
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// `rmqtt` sets options that let two programs share a port; find out plainly first.
fn probe(address: SocketAddr) -> Result<(), BrokerError> {
    match TcpListener::bind(address) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Err(BrokerError::PortInUse(address))
        }
        Err(source) => Err(BrokerError::CannotListen { address, source }),
    }
}

fn listener(address: SocketAddr) -> Result<rmqtt::net::Listener, BrokerError> {
    let failed = |error: rmqtt::Error| BrokerError::Failed(error.to_string());
    Builder::new()
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
        .handshake_timeout(HANDSHAKE_TIMEOUT)
        .bind()
        .map_err(failed)?
        .tcp()
        .map_err(failed)
}
