//! A box in the street through which one kiosk reaches the broker, and which may take its time:
//! the machine's kernel can lose packets, but not delay them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{Instant, sleep_until};

use super::network::{BROKER, HUB, relay_address};

/// So many pieces are under way in one direction; more wait at their sender.
const UNDER_WAY_MAX: usize = 256;
/// The largest piece, in bytes.
const PIECE_MAX: usize = 4_096;

/// The box; each copy is the same one.
#[derive(Clone, Debug)]
pub(super) struct Relay {
    delay_ms: Arc<AtomicU64>,
}

impl Relay {
    /// Opens the box; it hands on what comes until this program ends.
    pub(super) async fn open() -> std::io::Result<Self> {
        let listener = TcpListener::bind(relay_address()).await?;
        let relay = Self {
            delay_ms: Arc::default(),
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
    pub(super) fn delay(&self, delay: Duration) {
        let delay = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        self.delay_ms.store(delay, Ordering::Relaxed);
    }

    /// Hands on both ways until one side ends; then the other's connection ends, too.
    async fn hand_on(self, from: TcpStream) {
        let Ok(to) = TcpStream::connect(HUB.address(BROKER)).await else {
            return;
        };
        let (from_read, from_write) = from.into_split();
        let (to_read, to_write) = to.into_split();
        let (up, coming_up) = channel(UNDER_WAY_MAX);
        let (down, coming_down) = channel(UNDER_WAY_MAX);
        tokio::select! {
            () = self.take(from_read, up) => {}
            () = self.take(to_read, down) => {}
            () = give(coming_up, to_write) => {}
            () = give(coming_down, from_write) => {}
        }
    }

    async fn take(&self, mut from: OwnedReadHalf, pieces: Sender<(Instant, Vec<u8>)>) {
        let mut piece = vec![0; PIECE_MAX];
        // What comes later never overtakes.
        let mut due = Instant::now();
        while let Ok(length @ 1..) = from.read(&mut piece).await {
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
