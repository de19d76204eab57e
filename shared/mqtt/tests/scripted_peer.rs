//! A link against a peer that keeps to a script: what real brokers do too seldom or never.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::net::Ipv6Addr;
use std::time::Duration;

use mqtt::{Endpoint, Link, LinkError, PublishError, Retain};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// How long anything may take that must happen.
const DEADLINE: Duration = Duration::from_secs(60);

/// Well over what a link takes in advance, in either direction.
const FLOOD: usize = 10_000;

const CONNECT: u8 = 0x10;
const PUBLISH: u8 = 0x32;
const SUBSCRIBE: u8 = 0x82;
const DISCONNECT: u8 = 0xe0;

/// The other end, once somebody has come.
struct Peer {
    stream: TcpStream,
}

impl Peer {
    /// The first byte of a packet and its body.
    async fn read(&mut self) -> (u8, Vec<u8>) {
        let kind = self.stream.read_u8().await.unwrap();
        let (mut length, mut shift) = (0, 0);
        loop {
            let byte = self.stream.read_u8().await.unwrap();
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await.unwrap();
        (kind, body)
    }

    async fn accept(mut self) -> Self {
        assert_eq!(self.read().await.0, CONNECT);
        self.stream.write_all(&[0x20, 2, 0, 0]).await.unwrap();
        self
    }

    async fn refuse(mut self, code: u8) {
        assert_eq!(self.read().await.0, CONNECT);
        self.stream.write_all(&[0x20, 2, 0, code]).await.unwrap();
    }

    /// Answers a subscription with these codes.
    async fn grant(&mut self, codes: &[u8]) {
        let (kind, body) = self.read().await;
        assert_eq!(kind, SUBSCRIBE);
        let length = u8::try_from(codes.len() + 2).unwrap();
        let answer = [&[0x90, length, body[0], body[1]], codes].concat();
        self.stream.write_all(&answer).await.unwrap();
    }

    /// Acknowledges the next message.
    async fn acknowledge(&mut self) {
        let (kind, body) = self.read().await;
        assert_eq!(kind, PUBLISH);
        let id = 2 + usize::from(u16::from_be_bytes([body[0], body[1]]));
        self.stream
            .write_all(&[0x40, 2, body[id], body[id + 1]])
            .await
            .unwrap();
    }
}

struct Place {
    listener: TcpListener,
}

impl Place {
    /// IPv6, so that its colons in an endpoint are tried too.
    async fn new() -> Self {
        let listener = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await;
        Self {
            listener: listener.unwrap(),
        }
    }

    async fn open(&self, filters: &[&str], timeout: Duration) -> Result<Link, LinkError> {
        let endpoint = Endpoint {
            host: Ipv6Addr::LOCALHOST.to_string(),
            port: self.listener.local_addr().unwrap().port(),
            client_id: "seoul-1".to_owned(),
            username: "seoul-1".to_owned(),
            password: "secret".to_owned(),
        };
        let filters: Vec<String> = filters.iter().map(|&filter| filter.to_owned()).collect();
        Link::open(&endpoint, None, &filters, timeout).await
    }

    async fn guest(&self) -> Peer {
        let (stream, _) = self.listener.accept().await.unwrap();
        Peer { stream }
    }

    /// A link without subscriptions, and its other end.
    async fn linked(&self) -> (Link, Peer) {
        let accepted = async { self.guest().await.accept().await };
        let (link, peer) = tokio::join!(self.open(&[], DEADLINE), accepted);
        (link.unwrap(), peer)
    }
}

async fn soon<T>(what: &str, event: impl Future<Output = T>) -> T {
    let came = tokio::time::timeout(DEADLINE, event).await;
    came.unwrap_or_else(|_| panic!("waited in vain: {what}"))
}

/// Fills the queue of a link whose peer says nothing; how many went in.
fn fill(sender: &mqtt::Sender) -> usize {
    let sent = (0..FLOOD).map(|_| sender.try_publish("a/topic", b"x".to_vec(), Retain::Drop));
    let mut accepted = 0;
    for result in sent {
        match result {
            Ok(()) => accepted += 1,
            Err(error) => {
                assert_eq!(error, PublishError::Full);
                return accepted;
            }
        }
    }
    panic!("the queue has no end");
}

#[tokio::test]
async fn every_refusal_has_its_name() {
    for (code, is_refusal) in [(2, true), (3, false), (4, true), (5, true)] {
        let place = Place::new().await;
        let refused = async { place.guest().await.refuse(code).await };
        let (answer, ()) = tokio::join!(place.open(&[], DEADLINE), refused);
        let error = answer.err().unwrap();
        let named = match code {
            3 => matches!(error, LinkError::Busy),
            _ => matches!(&error, LinkError::Refused(name) if name == "seoul-1"),
        };
        assert!(named, "{code}: {error:?}");
        assert_eq!(error.is_refusal(), is_refusal, "{code}");
    }
}

#[tokio::test]
async fn a_link_opens_only_with_every_filter_granted() {
    let check = async |codes: &[u8]| {
        let place = Place::new().await;
        let script = async {
            let mut peer = place.guest().await.accept().await;
            peer.grant(codes).await;
            peer
        };
        tokio::join!(place.open(&["one", "two"], DEADLINE), script)
            .0
            .err()
    };
    assert!(check(&[1, 1]).await.is_none());
    assert!(matches!(
        check(&[1, 0x80]).await,
        Some(LinkError::SubscriptionRefused)
    ));
    assert!(matches!(check(&[1]).await, Some(LinkError::Unexpected)));
}

#[tokio::test]
async fn a_peer_that_says_nothing_is_given_up() {
    let soon_enough = Duration::from_millis(50);
    let place = Place::new().await;
    let silent = place.open(&[], soon_enough).await;
    assert!(matches!(silent.err(), Some(LinkError::TimedOut)));

    let place = Place::new().await;
    let opening = place.open(&["one"], soon_enough);
    let (silent, peer) = tokio::join!(opening, async {
        let mut peer = place.guest().await;
        // It may be given up before it has answered.
        let _ = peer.stream.write_all(&[0x20, 2, 0, 0]).await;
        peer
    });
    assert!(matches!(silent.err(), Some(LinkError::TimedOut)));
    drop(peer);
}

#[tokio::test]
async fn a_full_queue_says_so_and_tells_when_there_is_room() {
    let place = Place::new().await;
    let (link, mut peer) = place.linked().await;
    let mut sender = link.sender();
    // What is in flight and what waits; nobody acknowledges any of it.
    let mut queued = fill(&sender);
    let acknowledging = tokio::spawn(async move {
        let mut acknowledged = 0_usize;
        while acknowledged < FLOOD {
            peer.acknowledge().await;
            acknowledged += 1;
        }
    });
    while queued < FLOOD {
        match sender.try_publish("a/topic", b"x".to_vec(), Retain::Drop) {
            Ok(()) => queued += 1,
            Err(PublishError::Full) => soon("room", sender.room()).await,
            Err(error) => panic!("{error}"),
        }
    }
    soon("every message arrives", acknowledging).await.unwrap();
}

#[tokio::test]
async fn who_waits_for_room_hears_that_the_link_is_gone() {
    let place = Place::new().await;
    let (link, peer) = place.linked().await;
    let mut sender = link.sender();
    fill(&sender);
    drop(peer);
    let end = async {
        while sender.try_publish("a/topic", b"x".to_vec(), Retain::Drop)
            != Err(PublishError::Closed)
        {
            sender.room().await;
        }
    };
    soon("the end", end).await;
}

#[tokio::test]
async fn a_reader_that_lags_too_far_loses_the_link_and_stalls_nothing() {
    let place = Place::new().await;
    let (mut link, mut peer) = place.linked().await;
    let flood = tokio::spawn(async move {
        // Not acknowledged, so that only the link's own limit ends it.
        let message = [0x30, 4, 0, 1, b't', b'x'].repeat(FLOOD);
        let _ = peer.stream.write_all(&message).await;
        // Reads to the end: it has hung up.
        let _ = peer.stream.read_to_end(&mut Vec::new()).await;
    });
    soon("the link hangs up", flood).await.unwrap();
    let mut heard = 0;
    while soon("what came, and the end", link.recv()).await.is_some() {
        heard += 1;
    }
    assert!(heard > 0 && heard < FLOOD, "{heard}");
}

#[tokio::test]
async fn goodbye_comes_after_all_that_was_said() {
    let place = Place::new().await;
    let (link, mut peer) = place.linked().await;
    link.sender()
        .try_publish("a/topic", b"last words".to_vec(), Retain::Keep)
        .unwrap();
    let closing = tokio::spawn(link.close());
    let (_, last) = soon("the last words", peer.read()).await;
    assert!(last.ends_with(b"last words"));
    assert_eq!(soon("goodbye", peer.read()).await.0, DISCONNECT);
    drop(peer);
    soon("the end", closing).await.unwrap();
}
