//! One connection to a broker, never reused.
//!
//! `rumqttc` drops queued and unacknowledged messages when a connection breaks, and a new
//! connection of the same event loop can hang on an old packet id. So client and event loop
//! live exactly as long as one connection; what has to be said again is known to the change
//! feed, not to the client. The event loop is polled alone in its own task, and sending
//! never waits: a full queue is the caller's to know.

use std::fmt;
use std::time::Duration;

use rumqttc::{
    AsyncClient, ClientError, ConnectReturnCode, ConnectionError, Event, EventLoop, LastWill,
    MqttOptions, NetworkOptions, Outgoing, Packet, QoS, SubscribeFilter, SubscribeReasonCode,
};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

/// The largest packet that is taken.
pub const PACKET_BYTES_MAX: usize = 1024 * 1024;

/// The largest payload that is sent.
pub const PAYLOAD_BYTES_MAX: usize = 64 * 1024;

/// Publishes on their way at once; more than sessions ever keep in flight, so that packet ids
/// cannot collide.
const IN_FLIGHT_MAX: u16 = 100;

/// Messages waiting to go out.
const OUTGOING_MAX: usize = 1_000;

/// Messages waiting to be taken. A reader this far behind loses the link: polling must never
/// wait for it, and what is lost is said again. Peers have a few batches in flight at most,
/// so this is reached only by a reader that hangs.
const INCOMING_MAX: usize = 4_096;

/// A quiet link is probed this often.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How long saying goodbye may take.
const GOODBYE_TIMEOUT: Duration = Duration::from_secs(1);

/// Where the broker is, and as whom to go there.
#[derive(Clone)]
pub struct Endpoint {
    /// A name or an address, IPv6 without brackets.
    pub host: String,
    /// The broker's port.
    pub port: u16,
    /// The node's name; the broker takes one connection a name.
    pub client_id: String,
    /// The node's name again: brokers know permissions by user.
    pub username: String,
    /// The node's credential; never shown.
    pub password: String,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}:{}", self.client_id, self.host, self.port)
    }
}

/// Whether the broker keeps the message for later subscribers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retain {
    Keep,
    Drop,
}

impl Retain {
    fn is_kept(self) -> bool {
        match self {
            Self::Keep => true,
            Self::Drop => false,
        }
    }
}

/// What the broker says for us when we vanish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Will {
    pub topic: String,
    pub payload: Vec<u8>,
    pub retain: Retain,
}

/// A message that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    pub topic: String,
    pub payload: Vec<u8>,
}

/// Why there is no link.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error("the broker refuses the credentials of {0}")]
    Refused(String),
    #[error("the broker refuses a subscription")]
    SubscriptionRefused,
    #[error("the broker cannot take the connection now")]
    Busy,
    #[error("the broker cannot be reached")]
    Unreachable(#[source] Box<ConnectionError>),
    #[error("the broker did not answer in time")]
    TimedOut,
    #[error("the broker answered something else than expected")]
    Unexpected,
}

impl LinkError {
    /// Whether trying again is of no use until somebody has acted.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Refused(_) | Self::SubscriptionRefused => true,
            Self::Busy | Self::Unreachable(_) | Self::TimedOut | Self::Unexpected => false,
        }
    }
}

/// Why a message did not go out. It is not queued anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    #[error("too many messages wait to go out")]
    Full,
    #[error("the link is closed")]
    Closed,
    #[error("the payload has {0} bytes, more than {PAYLOAD_BYTES_MAX}")]
    TooLarge(usize),
}

/// One connection.
pub struct Link {
    client: AsyncClient,
    incoming: mpsc::Receiver<Incoming>,
    moved: watch::Receiver<()>,
    polling: JoinHandle<()>,
}

/// Sends over a link from anywhere. Cheap to clone; useless once the link is gone.
#[derive(Clone)]
pub struct Sender {
    client: AsyncClient,
    /// Changes when a message leaves the queue; closed when the link is gone.
    moved: watch::Receiver<()>,
}

impl Sender {
    /// Gives the message to the link, or says at once why not.
    ///
    /// # Errors
    ///
    /// Fails when the link is closed or cannot take it now.
    pub fn try_publish(
        &self,
        topic: &str,
        payload: Vec<u8>,
        retain: Retain,
    ) -> Result<(), PublishError> {
        debug_assert!(
            rumqttc::valid_topic(topic),
            "{topic} is a filter, not a topic"
        );
        if payload.len() > PAYLOAD_BYTES_MAX {
            return Err(PublishError::TooLarge(payload.len()));
        }
        let sent = self
            .client
            .try_publish(topic, QoS::AtLeastOnce, retain.is_kept(), payload);
        sent.map_err(|error| match error {
            // The client does not tell a full queue from one that nobody empties any more.
            ClientError::TryRequest(_) if self.moved.has_changed().is_ok() => PublishError::Full,
            ClientError::TryRequest(_) | ClientError::Request(_) => PublishError::Closed,
        })
    }

    /// After `Full`: done when a message has left the queue since this was last asked, or
    /// when the link is gone. Then it is worth trying again.
    pub async fn room(&mut self) {
        // Closed means gone, and the next try says so.
        let _ = self.moved.changed().await;
    }
}

impl Link {
    /// Connects and subscribes; done when the broker has granted everything.
    ///
    /// # Errors
    ///
    /// Fails when the broker cannot be reached in time or refuses.
    pub async fn open(
        endpoint: &Endpoint,
        will: Option<Will>,
        subscriptions: &[String],
        timeout: Duration,
    ) -> Result<Self, LinkError> {
        let (client, mut events) = AsyncClient::new(options(endpoint, will), OUTGOING_MAX);
        let mut network = NetworkOptions::new();
        network.set_tcp_nodelay(true);
        network.set_connection_timeout(timeout.as_secs().max(1));
        events.set_network_options(network);
        let opening = Self::open_unhurried(endpoint, client, events, subscriptions);
        let opened = tokio::time::timeout(timeout, opening).await;
        opened.map_err(|_| LinkError::TimedOut)?
    }

    async fn open_unhurried(
        endpoint: &Endpoint,
        client: AsyncClient,
        mut events: EventLoop,
        subscriptions: &[String],
    ) -> Result<Self, LinkError> {
        match events.poll().await {
            Ok(Event::Incoming(Packet::ConnAck(_))) => {}
            Ok(_) => return Err(LinkError::Unexpected),
            Err(error) => return Err(connect_error(endpoint, error)),
        }
        let (early, incoming) = mpsc::channel(INCOMING_MAX);
        if !subscriptions.is_empty() {
            subscribe(&client, &mut events, subscriptions, &early).await?;
        }
        let (moving, moved) = watch::channel(());
        Ok(Self {
            client,
            incoming,
            moved,
            polling: tokio::spawn(poll(early, moving, events)),
        })
    }

    /// A handle to send with.
    #[must_use]
    pub fn sender(&self) -> Sender {
        Sender {
            client: self.client.clone(),
            moved: self.moved.clone(),
        }
    }

    /// The next message; none when the link is dead.
    pub async fn recv(&mut self) -> Option<Incoming> {
        self.incoming.recv().await
    }

    /// Says what is queued and goodbye, so that the broker does not publish the will. A broker
    /// that does not take it in time is left without.
    pub async fn close(mut self) {
        let goodbye = async {
            if self.client.disconnect().await.is_ok() {
                // Until the loop has sent everything and the broker hangs up.
                let _ = (&mut self.polling).await;
            }
        };
        let _ = tokio::time::timeout(GOODBYE_TIMEOUT, goodbye).await;
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.polling.abort();
    }
}

fn options(endpoint: &Endpoint, will: Option<Will>) -> MqttOptions {
    let host = if endpoint.host.contains(':') {
        // It is joined with the port as text.
        format!("[{}]", endpoint.host)
    } else {
        endpoint.host.clone()
    };
    let mut options = MqttOptions::new(&endpoint.client_id, host, endpoint.port);
    options
        .set_credentials(&endpoint.username, &endpoint.password)
        .set_clean_session(true)
        .set_keep_alive(KEEP_ALIVE)
        .set_inflight(IN_FLIGHT_MAX)
        .set_max_packet_size(PACKET_BYTES_MAX, PACKET_BYTES_MAX);
    if let Some(will) = will {
        let retain = will.retain.is_kept();
        let will = LastWill::new(will.topic, will.payload, QoS::AtLeastOnce, retain);
        options.set_last_will(will);
    }
    options
}

fn connect_error(endpoint: &Endpoint, error: ConnectionError) -> LinkError {
    if matches!(error, ConnectionError::NetworkTimeout) {
        return LinkError::TimedOut;
    }
    if let ConnectionError::ConnectionRefused(code) = &error {
        match code {
            ConnectReturnCode::BadUserNamePassword
            | ConnectReturnCode::NotAuthorized
            | ConnectReturnCode::BadClientId => {
                return LinkError::Refused(endpoint.client_id.clone());
            }
            // Said too when the earlier connection of the same name ends at this moment.
            ConnectReturnCode::ServiceUnavailable => return LinkError::Busy,
            ConnectReturnCode::Success | ConnectReturnCode::RefusedProtocolVersion => {}
        }
    }
    LinkError::Unreachable(Box::new(error))
}

/// Subscribes and waits for the broker's word. Messages that come first are kept.
async fn subscribe(
    client: &AsyncClient,
    events: &mut EventLoop,
    subscriptions: &[String],
    early: &mpsc::Sender<Incoming>,
) -> Result<(), LinkError> {
    let filters = subscriptions.iter().map(|path| SubscribeFilter {
        path: path.clone(),
        qos: QoS::AtLeastOnce,
    });
    client
        .try_subscribe_many(filters)
        .map_err(|_| LinkError::Unexpected)?;
    loop {
        let event = events.poll().await;
        match event.map_err(|error| LinkError::Unreachable(Box::new(error)))? {
            Event::Incoming(Packet::SubAck(answer)) => {
                let codes = answer.return_codes;
                return if codes.contains(&SubscribeReasonCode::Failure) {
                    Err(LinkError::SubscriptionRefused)
                } else if codes.len() == subscriptions.len() {
                    Ok(())
                } else {
                    Err(LinkError::Unexpected)
                };
            }
            Event::Incoming(Packet::Publish(message)) => {
                early
                    .try_send(incoming(message))
                    .map_err(|_| LinkError::Unexpected)?;
            }
            Event::Incoming(_) | Event::Outgoing(_) => {}
        }
    }
}

/// Carries messages both ways until the connection breaks. Parameters are dropped from the
/// last to the first: who has heard that the link is dead finds that it takes nothing more.
async fn poll(taken: mpsc::Sender<Incoming>, moving: watch::Sender<()>, mut events: EventLoop) {
    while let Ok(event) = events.poll().await {
        match event {
            Event::Incoming(Packet::Publish(message)) => {
                if taken.try_send(incoming(message)).is_err() {
                    // Nobody takes them, or too slowly.
                    return;
                }
            }
            Event::Outgoing(Outgoing::Publish(_)) => {
                moving.send_replace(());
            }
            Event::Incoming(_) | Event::Outgoing(_) => {}
        }
    }
}

fn incoming(message: rumqttc::Publish) -> Incoming {
    Incoming {
        topic: message.topic,
        payload: message.payload.to_vec(),
    }
}
