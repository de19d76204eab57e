//! What a buyer waits for a seat that another node owns, over the link as it is on this machine
//! and over one that takes its time.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use tests::client::Client;
use tests::relay::Relay;
use tests::stand::{Program, Stand, eventually};

use crate::wire::Wire;

/// Screenings of which seats go to and fro, and how many of each.
const SCREENINGS: usize = 6;
const SEATS_EACH: usize = 8;

/// Two seats stay between any two of them: nobody can strand a seat.
const STEP: usize = 3;

/// One who sells, over one kept connection.
struct Seller {
    client: Client,
    wire: Wire,
}

/// What buyers waited: for a seat that had to be granted, and for the same seat again.
#[derive(Default)]
struct Waits {
    granted: Vec<Duration>,
    own: Vec<Duration>,
}

/// Seats go from a kiosk to the web, from there back to it, and between two kiosks, one after
/// the other.
pub(crate) async fn on_demand(rounds: usize, delay: Option<Duration>) {
    let mut stand = Stand::with(&[1, 1], 4);
    if let Some(delay) = delay {
        for kiosk in &stand.kiosks {
            put_between(&stand, kiosk).await.delay(delay);
        }
    }
    stand.start().await;
    let mut web = Seller::at(&stand.hub).await;
    let mut till = Seller::at(&stand.kiosks[0]).await;
    let mut other = Seller::at(&stand.kiosks[1]).await;
    let seats = some_seats(&till.client).await;
    let [mut by_web, mut by_till, mut from_till] = [(); 3].map(|()| Waits::default());
    for _ in 0..rounds {
        web.take(&seats, &mut by_web).await;
        till.take(&seats, &mut by_till).await;
        other.take(&seats, &mut from_till).await;
        till.take(&seats, &mut from_till).await;
    }
    let link = delay.map_or_else(
        || "loopback".to_owned(),
        |delay| format!("{} ms each way", delay.as_millis()),
    );
    by_web.tell(&format!("{link}: the web holds a kiosk's seat"));
    by_till.tell(&format!("{link}: a kiosk holds the web's seat"));
    from_till.tell(&format!("{link}: a kiosk holds another kiosk's seat"));
}

/// Has a kiosk that is not running reach the hub through a box of its own.
pub(crate) async fn put_between(stand: &Stand, kiosk: &Program) -> Relay {
    let hub = (Ipv4Addr::LOCALHOST, stand.broker).into();
    let relay = Relay::open((Ipv4Addr::LOCALHOST, 0).into(), hub).await;
    let relay = relay.expect("a port is free");
    let folder = kiosk.database.parent().expect("a folder");
    let config = folder.with_extension("toml");
    let settings = std::fs::read_to_string(&config).expect("the settings are there");
    let (direct, around) = (hub.to_string(), relay.address.to_string());
    let changed = settings.replace(
        &format!("[hub]\naddress = \"{direct}\""),
        &format!("[hub]\naddress = \"{around}\""),
    );
    assert_ne!(changed, settings, "the hub's address is in the settings");
    std::fs::write(config, changed).expect("the settings are written");
    relay
}

/// Seats that `till` owns, of the screenings that begin last: they are on sale to the end.
async fn some_seats(till: &Client) -> Vec<(i64, i64)> {
    let mut some = Vec::new();
    let mut screenings = till.on_sale().await;
    screenings.sort_by_key(|screening| screening["starts_at"].as_i64());
    for screening in screenings.iter().rev().take(SCREENINGS) {
        let id = screening["screening"].as_i64().expect("an id");
        let free = till.seats(id, "free").await.into_iter().step_by(STEP);
        some.extend(free.take(SEATS_EACH).map(|seat| (id, seat)));
    }
    some
}

impl Seller {
    async fn at(program: &Program) -> Self {
        Self {
            client: program.client(),
            wire: Wire::open(program.port).await,
        }
    }

    /// Holds each of the seats, gives it back, and does so again with what is its own by then.
    async fn take(&mut self, seats: &[(i64, i64)], waits: &mut Waits) {
        for &(screening, seat) in seats {
            let client = &self.client;
            let own = eventually("the seat is known to be free", || async {
                let elsewhere = client.seats(screening, "elsewhere").await;
                let free = client.seats(screening, "free").await;
                match free.contains(&seat) {
                    true => Some(true),
                    false => elsewhere.contains(&seat).then_some(false),
                }
            })
            .await;
            // The plan may have moved it meanwhile.
            if !own {
                waits.granted.push(self.hold(screening, seat).await);
            }
            waits.own.push(self.hold(screening, seat).await);
        }
    }

    /// How long a hold takes, which is given back.
    async fn hold(&mut self, screening: i64, seat: i64) -> Duration {
        let path = format!("/api/screenings/{screening}/holds");
        let body = format!("{{\"seats\":[{seat}]}}");
        let began = Instant::now();
        let (status, hold) = self.wire.post(&path, &body).await;
        let took = began.elapsed();
        assert_eq!(status, 201, "{hold}");
        let hold = hold["hold"].as_str().expect("an id");
        self.client.release(hold).await;
        took
    }
}

impl Waits {
    fn tell(mut self, what: &str) {
        self.granted.sort_unstable();
        self.own.sort_unstable();
        let ms = |spent: &[Duration], percent: usize| {
            let at = spent.len().saturating_sub(1) * percent / 100;
            spent.get(at).map_or(0.0, |it| it.as_secs_f64() * 1e3)
        };
        println!(
            "{what}: p50 {:.1} ms, p99 {:.1} ms, worst {:.1} ms ({} grants); \
             once it is its own: p50 {:.1} ms, p99 {:.1} ms",
            ms(&self.granted, 50),
            ms(&self.granted, 99),
            ms(&self.granted, 100),
            self.granted.len(),
            ms(&self.own, 50),
            ms(&self.own, 99),
        );
    }
}
