//! A broker on a port of its own: the one inside the hub, or Debian's mosquitto with the same
//! rules written its way. Everything a test expects of one it expects of the other.

use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::time::Duration;

use hub::broker::{Broker, NodeAccess};
use hub::fleet::digest;
use mqtt::{Endpoint, Incoming, Link, LinkError, Retain, Will};
use protocol::topic::Chain;
use tempfile::TempDir;
use tests::mosquitto::{self, PROGRAM as MOSQUITTO};
use tests::ports::free_port;
use tests::stand::eventually;

/// Who may connect, and with which password.
const KNOWN: [(&str, &str); 3] = [
    ("hub", "hub's own"),
    ("seoul-1", "first secret"),
    ("seoul-2", "second secret"),
];

/// How long anything may take that must happen. Generous: speed is measured elsewhere.
const DEADLINE: Duration = Duration::from_secs(60);

/// One broker, running or not.
pub(crate) struct Stage {
    kind: Kind,
    running: Running,
    port: u16,
    folder: TempDir,
}

#[derive(Clone, Copy)]
enum Kind {
    Embedded,
    Mosquitto,
}

enum Running {
    No,
    Embedded(Broker),
    Mosquitto(Child),
}

impl Stage {
    /// The broker inside the hub.
    pub(crate) async fn embedded() -> Self {
        Self::new(Kind::Embedded).await
    }

    /// Mosquitto; none where nobody could have installed it.
    pub(crate) async fn mosquitto() -> Option<Self> {
        if Path::new(MOSQUITTO).exists() {
            return Some(Self::new(Kind::Mosquitto).await);
        }
        let is_root = std::fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0);
        let is_ci = std::env::var_os("CI").is_some();
        assert!(
            !is_root && !is_ci,
            "{MOSQUITTO} is missing: apt-get install mosquitto"
        );
        eprintln!("skipped: {MOSQUITTO} is missing (apt-get install mosquitto)");
        None
    }

    async fn new(kind: Kind) -> Self {
        let mut stage = Self {
            kind,
            running: Running::No,
            port: free_port(),
            folder: TempDir::new().unwrap(),
        };
        stage.start().await;
        stage
    }

    /// Starts the broker, empty.
    pub(crate) async fn start(&mut self) {
        let address = self.address();
        self.running = match self.kind {
            Kind::Embedded => Running::Embedded(Broker::start(address, access()).await.unwrap()),
            Kind::Mosquitto => {
                let known = KNOWN.map(|(name, password)| (name.to_owned(), password.to_owned()));
                let config = mosquitto::lay_out(self.folder.path(), address, &known);
                let log = self.folder.path().join("log");
                let child = mosquitto::spawn(&mut Command::new(MOSQUITTO), &config, &log);
                eventually("mosquitto listens", || async {
                    tokio::net::TcpStream::connect(address).await.ok()
                })
                .await;
                Running::Mosquitto(child)
            }
        };
    }

    /// Stops the broker without a word to anybody.
    pub(crate) async fn stop(&mut self) {
        match std::mem::replace(&mut self.running, Running::No) {
            Running::No => {}
            Running::Embedded(broker) => broker.stop().await,
            Running::Mosquitto(child) => end(child),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// The way to the broker for somebody it knows.
    pub(crate) fn endpoint(&self, name: &str) -> Endpoint {
        let (_, password) = KNOWN.iter().find(|(known, _)| *known == name).unwrap();
        Endpoint {
            host: self.address().ip().to_string(),
            port: self.port,
            client_id: name.to_owned(),
            username: name.to_owned(),
            password: (*password).to_owned(),
        }
    }

    /// A link of `name` that hears `filters`. The embedded broker sends away who comes at the
    /// moment in which the earlier link of the same name ends; clients come again, so do we.
    pub(crate) async fn try_open(
        &self,
        name: &str,
        will: Option<Will>,
        filters: &[&str],
    ) -> Result<Link, LinkError> {
        let filters: Vec<String> = filters.iter().map(|&filter| filter.to_owned()).collect();
        eventually("the broker has time", || async {
            match Link::open(&self.endpoint(name), will.clone(), &filters, DEADLINE).await {
                Err(LinkError::Busy) => None,
                answer => Some(answer),
            }
        })
        .await
    }

    /// A link of `name` that hears `filters` and leaves no will.
    pub(crate) async fn open(&self, name: &str, filters: &[&str]) -> Link {
        self.try_open(name, None, filters).await.unwrap()
    }

    /// The hub's link; it hears everything of its chain, its own words too.
    pub(crate) async fn hub(&self) -> Link {
        self.open("hub", &["moding/1/test/#"]).await
    }

    /// A node's link, with the filters that a node has.
    pub(crate) async fn node(&self, name: &str) -> Link {
        let down = format!("moding/1/test/down/{name}/+");
        self.open(name, &[&down, "moding/1/test/hub/state"]).await
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Running::Mosquitto(child) = std::mem::replace(&mut self.running, Running::No) {
            end(child);
            if std::thread::panicking()
                && let Ok(log) = std::fs::read_to_string(self.folder.path().join("log"))
            {
                eprintln!("--- mosquitto said:\n{log}");
            }
        }
    }
}

/// Publishes `text`, not retained.
pub(crate) fn say(link: &Link, topic: &str, text: &str) {
    link.sender()
        .try_publish(topic, text.into(), Retain::Drop)
        .unwrap();
}

/// The next message of a link that is alive.
pub(crate) async fn next(link: &mut Link) -> (String, String) {
    let heard: Option<Incoming> = soon("a message", link.recv()).await;
    let heard = heard.expect("the link is alive");
    (heard.topic, String::from_utf8(heard.payload).unwrap())
}

/// The messages up to the one that says `last`.
pub(crate) async fn all_until(link: &mut Link, last: &str) -> Vec<(String, String)> {
    let mut heard = Vec::new();
    while heard.last().is_none_or(|(_, text)| text != last) {
        heard.push(next(link).await);
    }
    heard
}

/// What must happen, and does so before the deadline.
pub(crate) async fn soon<T>(what: &str, event: impl Future<Output = T>) -> T {
    let came = tokio::time::timeout(DEADLINE, event).await;
    came.unwrap_or_else(|_| panic!("waited in vain: {what}"))
}

/// The hub's rules about everybody who is known.
pub(crate) fn access() -> Arc<NodeAccess> {
    let known = KNOWN.map(|(name, password)| (name.to_owned(), digest(password)));
    Arc::new(NodeAccess::new(Chain::new("test").unwrap(), known))
}

fn end(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}
