//! Real processes in a real network that is cut, loses packets and comes back, while programs
//! are killed and people buy; at the end everything must be as it was promised.

mod check;
mod customer;
pub mod network;
mod programs;
mod tamper;
mod trouble;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::client::Promise;
use crate::relay::Relay;
use crate::world::random::Random;
use customer::{Customer, Purchases};
use network::{BROKER, HUB, KIOSKS, relay_address};
use programs::Programs;
pub use tamper::Tamper;
use trouble::{Done, Troubled};

/// The theater of each kiosk.
const THEATERS: [i64; 3] = [1, 1, 2];

/// The kiosk that reaches the broker through a box which may take its time.
const RELAYED: usize = 1;

/// Customers on the web, and at each kiosk.
const WEB_CUSTOMERS: usize = 3;
const WALK_UPS: usize = 2;

/// How long it may take until all is well, once nothing goes wrong any more.
const REST: Duration = Duration::from_secs(120);
/// A hold that nobody paid for may run out between the last look and the end of a program, and
/// only one side knows of it; so often they get another chance to tell.
const ENDS_MAX: usize = 3;
/// How often that is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Who carries messages between hub and kiosks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrokerKind {
    Embedded,
    Mosquitto,
}

impl BrokerKind {
    /// How it is called on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Mosquitto => "mosquitto",
        }
    }
}

/// What is wanted of a run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How long things go wrong.
    pub length: Duration,
    pub seed: u64,
    pub broker: BrokerKind,
    /// What is falsified before the last look, to see that it is noticed.
    pub tamper: Option<Tamper>,
}

/// Makes one run in `folder`, from within the street of a network that is set up; tells what
/// came of it. How many checks were good, and how many were not.
///
/// # Errors
///
/// Says which command failed that disturbs or heals the network.
///
/// # Panics
///
/// Panics when a program cannot be started or a database cannot be read.
pub async fn run(folder: &Path, options: Options, say: fn(&str)) -> Result<(usize, usize), String> {
    let relay = Relay::open(relay_address(), HUB.address(BROKER)).await;
    let relay = relay.map_err(|error| error.to_string())?;
    let mut programs = Programs::lay_out(folder, options.broker);
    programs.start();
    let began = rest(&mut programs).await?;
    say(&format!(
        "all is up after {:.1} s; trouble for {} s from seed {}",
        began.agreed.as_secs_f64(),
        options.length.as_secs(),
        options.seed
    ));
    let mut random = Random::new(options.seed);
    let over = Arc::new(AtomicBool::new(false));
    let buying = send_customers(&mut random, &over, options.length);
    let until = Instant::now() + options.length;
    let mut done = make_trouble((&mut programs, relay), &mut random, until).await?;
    over.store(true, Ordering::Relaxed);
    let mut bought: BTreeMap<usize, Purchases> = BTreeMap::new();
    for customer in buying {
        let (channel, purchases) = customer.await.expect("a customer does not panic");
        bought.entry(channel).or_default().add(purchases);
    }
    let rested = end(&mut programs, &mut done).await;
    if let Some(tamper) = options.tamper {
        tamper.apply(&programs);
    }
    let promises: Vec<(i64, Promise)> = bought
        .values()
        .flat_map(|purchases| purchases.promises.clone())
        .collect();
    let idle = idle(&bought);
    let mut checks = vec![
        (
            "all is at rest in time".to_owned(),
            rested.clone().err().into_iter().collect(),
        ),
        (
            "no program ended by itself".to_owned(),
            done.findings.clone(),
        ),
        ("tickets were sold everywhere".to_owned(), idle),
    ];
    checks.extend(check::all(&programs, &promises));
    tell(&done, &bought, say);
    if let Ok(took) = rested {
        say(&format!(
            "after the end: all kiosks online after {:.1} s, at rest after {:.1} s",
            took.online.as_secs_f64(),
            took.agreed.as_secs_f64()
        ));
    }
    Ok(check::tell(&checks, say))
}

/// Sends people to the web and to every kiosk; what each of them does, with the channel.
fn send_customers(
    random: &mut Random,
    over: &Arc<AtomicBool>,
    length: Duration,
) -> Vec<JoinHandle<(usize, Purchases)>> {
    let web = (0..WEB_CUSTOMERS).map(|_| (0, Customer::on_the_web(fork(random))));
    let mut customers: Vec<(usize, Customer)> = web.collect();
    for at in 0..KIOSKS.len() {
        let walk_ups = (0..WALK_UPS).map(|_| (at + 1, Customer::at_kiosk(at, fork(random))));
        customers.extend(walk_ups);
    }
    let customers = customers.into_iter();
    let buying = customers.map(|(channel, customer)| {
        let over = over.clone();
        let buys = async move { (channel, customer.buy_until(&over, length).await.purchases) };
        tokio::spawn(buys)
    });
    buying.collect()
}

async fn make_trouble(
    (programs, relay): (&mut Programs, Relay),
    random: &mut Random,
    until: Instant,
) -> Result<Done, String> {
    let [first, second, third] = &mut programs.kiosks[..] else {
        return Err("there are not as many kiosks as places".to_owned());
    };
    let hub = &mut programs.hub;
    let mut troubled = |node| Troubled {
        node,
        relay: (node == KIOSKS[RELAYED]).then(|| relay.clone()),
        random: fork(random),
        until,
    };
    let lanes = [
        troubled(HUB),
        troubled(KIOSKS[0]),
        troubled(KIOSKS[1]),
        troubled(KIOSKS[2]),
    ];
    let [at_hub, at_first, at_second, at_third] = lanes;
    let (hub, first, second, third) = tokio::try_join!(
        at_hub.go(&mut hub.hub, hub.mosquitto.as_mut()),
        at_first.go(first, None),
        at_second.go(second, None),
        at_third.go(third, None),
    )?;
    let mut all = Done::default();
    for (name, one) in [
        ("hub", hub),
        ("kiosk", first),
        ("kiosk", second),
        ("kiosk", third),
    ] {
        for (fault, times) in one.faults {
            *all.faults.entry(format!("{name}: {fault}")).or_default() += times;
        }
        all.findings.extend(one.findings);
    }
    Ok(all)
}

/// How long it took until everything was well.
#[derive(Clone, Copy, Debug)]
struct Rested {
    /// Until every kiosk was online at the same time.
    online: Duration,
    /// Until all held the same rows, too.
    agreed: Duration,
}

/// Waits until every kiosk is online and all hold the same rows; how long that took.
async fn rest(programs: &mut Programs) -> Result<Rested, String> {
    let began = Instant::now();
    let mut online = None;
    loop {
        let mut missing = Vec::new();
        for kiosk in &programs.kiosks {
            let shown = kiosk.client().get("/api/kiosk").await.unwrap_or_default();
            if shown["link"]["state"] != "online" {
                missing.push(format!("{} is not online: {shown}", kiosk.name()));
            }
        }
        if missing.is_empty() {
            let online = *online.get_or_insert(began.elapsed());
            if check::agree(programs) {
                let agreed = began.elapsed();
                return Ok(Rested { online, agreed });
            }
            missing.push("hub and kiosks do not hold the same rows".to_owned());
        }
        if began.elapsed() > REST {
            return Err(format!(
                "after {} s: {}",
                REST.as_secs(),
                missing.join(", ")
            ));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Waits until all is well and ends the programs; how long that took.
async fn end(programs: &mut Programs, done: &mut Done) -> Result<Rested, String> {
    let mut took = rest(programs).await;
    for _ in 0..ENDS_MAX {
        done.findings.extend(ended(programs));
        programs.kill();
        if took.is_err() || check::agree(programs) {
            break;
        }
        programs.start();
        took = rest(programs).await;
    }
    programs.kill();
    took
}

/// The programs that do not run any more.
fn ended(programs: &mut Programs) -> Vec<String> {
    let all = programs.kiosks.iter_mut().chain([&mut programs.hub.hub]);
    all.filter_map(|program| {
        let status = program.ended()?;
        Some(format!("{} ended by itself ({status})", program.name()))
    })
    .collect()
}

/// The channels at which nobody could buy anything: such a run says nothing.
fn idle(bought: &BTreeMap<usize, Purchases>) -> Vec<String> {
    let nothing = bought.iter().filter(|(_, it)| it.promises.is_empty());
    nothing
        .map(|(channel, _)| format!("nothing was sold {}", channel_name(*channel)))
        .collect()
}

fn tell(done: &Done, bought: &BTreeMap<usize, Purchases>, say: fn(&str)) {
    let faults: u32 = done.faults.values().sum();
    say(&format!("{faults} faults:"));
    for (fault, times) in &done.faults {
        say(&format!("  {times:>5} {fault}"));
    }
    for (channel, purchases) in bought {
        let refused: u64 = purchases.refused.values().sum();
        say(&format!(
            "{}: {} tries, {} confirmed, {} walked away, {refused} refused",
            channel_name(*channel),
            purchases.tries,
            purchases.promises.len(),
            purchases.walked_away,
        ));
        for (reason, times) in &purchases.refused {
            say(&format!("  {times:>5} {reason}"));
        }
    }
}

fn channel_name(channel: usize) -> String {
    match channel {
        0 => "on the web".to_owned(),
        kiosk => format!("at kiosk-{kiosk}"),
    }
}

fn fork(random: &mut Random) -> Random {
    Random::new(random.next())
}
