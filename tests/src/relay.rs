//! A box on the way to the broker that may take its time, and counts what passes: the machine's
//! kernel can lose packets, but not delay them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{Instant, sleep_until};

/// So many pieces are under way in one direction; more wait at their sender.
const UNDER_WAY_MAX: usize = 256;
/// The largest piece, in bytes.
const PIECE_MAX: usize = 4_096;

/// The box; each copy is the same one.
#[derive(Clone, Debug)]
pub struct Relay {
    /// Where it listens.
    pub address: SocketAddr,
    to: SocketAddr,
    delay_ms: Arc<AtomicU64>,
    up_bytes: Arc<AtomicU64>,
    down_bytes: Arc<AtomicU64>,
}

/// How many bytes have come to the box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carried {
    /// From those who connect.
    pub up: u64,
    /// From whom they are connected with.
    pub down: u64,
}

impl Relay {
    /// Opens the box at `listen`; it hands on to `to` what comes until this program ends.
    ///
    /// # Errors
    ///
    /// Fails when it cannot listen there.
    pub async fn open(listen: SocketAddr, to: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let relay = Self {
            address: listener.local_addr()?,
            to,
            delay_ms: Arc::default(),
            up_bytes: Arc::default(),
            down_bytes: Arc::default(),
        };
        let own = relay.clone();
        tokio::spawn(async move {
            // A connection that fails is over; whoever wants one comes again.
            while let Ok((from, _)) = listener.accept().await {
                tokio::spawn(own.clone().hand_on(from));
            }
        });
        Ok(relay)
    }

    /// From now on everything takes this long, each way.
    pub fn delay(&self, delay: Duration) {
        let delay = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        self.delay_ms.store(delay, Ordering::Relaxed);
    }

    /// What has passed so far.
    #[must_use]
    pub fn carried(&self) -> Carried {
        Carried {
            up: self.up_bytes.load(Ordering::Relaxed),
            down: self.down_bytes.load(Ordering::Relaxed),
        }
    }

    /// Hands on both ways until one side ends; then the other's connection ends, too.
    async fn hand_on(self, from: TcpStream) {
        let Ok(to) = TcpStream::connect(self.to).await else {
            return;
        };
        // What waits here for more to come would look like a slow network.
        if from.set_nodelay(true).and(to.set_nodelay(true)).is_err() {
            return;
        }
        let (from_read, from_write) = from.into_split();
        let (to_read, to_write) = to.into_split();
        let (up, coming_up) = channel(UNDER_WAY_MAX);
        let (down, coming_down) = channel(UNDER_WAY_MAX);
        tokio::select! {
            () = self.take(from_read, up, &self.up_bytes) => {}
            () = self.take(to_read, down, &self.down_bytes) => {}
            () = give(coming_up, to_write) => {}
            () = give(coming_down, from_write) => {}
        }
    }

    async fn take(
        &self,
        mut from: OwnedReadHalf,
        pieces: Sender<(Instant, Vec<u8>)>,
        bytes: &AtomicU64,
    ) {
        let mut piece = vec![0; PIECE_MAX];
        // What comes later never overtakes.
        let mut due = Instant::now();
        while let Ok(length @ 1..) = from.read(&mut piece).await {
            bytes.fetch_add(u64::try_from(length).unwrap_or(0), Ordering::Relaxed);
            let delay = Duration::from_millis(self.delay_ms.load(Ordering::Relaxed));
            due = due.max(Instant::now() + delay);
            if pieces.send((due, piece[..length].to_vec())).await.is_err() {
                return;
            }
        }
    }
}

async fn give(mut pieces: Receiver<(Instant, Vec<u8>)>, mut to: OwnedWriteHalf) {
    while let Some((due, piece)) = pieces.recv().await {
        sleep_until(due).await;
        if to.write_all(&piece).await.is_err() {
            return;
        }
    }
}
