//! What goes wrong at one node, one thing after the other, as a seed says.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use super::BrokerKind;
use super::network::{Disturbance, Node};
use super::programs::Mosquitto;
use crate::relay::Relay;
use crate::stand::Program;
use crate::world::random::Random;

/// One of so many faults of the network is so long that both sides notice it by themselves …
const LONG_ONE_IN: usize = 6;
/// … which takes both sides up to this long, in milliseconds.
const LONG_MS: (i64, i64) = (20_000, 45_000);
const SHORT_MS: (i64, i64) = (100, 8_000);
/// Nothing new goes wrong for so long.
const CALM_MS: (i64, i64) = (200, 5_000);
/// A program is down for so long, or stands still.
const DOWN_MS: (i64, i64) = (20, 3_000);
/// What passes the box takes so long each way, which changes some times in a fault.
const DELAY_MS: (i64, i64) = (10, 3_000);
const DELAYS: usize = 4;
const STILL_MS: (i64, i64) = (500, 10_000);

/// One node, until the end of the trouble.
pub(super) struct Troubled {
    pub(super) node: Node,
    /// The box between it and the broker.
    pub(super) relay: Option<Relay>,
    pub(super) random: Random,
    pub(super) until: Instant,
}

/// What was done at a node.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// How often, by kind.
    pub(super) faults: BTreeMap<String, u32>,
    /// What went wrong that nobody did.
    pub(super) findings: Vec<String>,
}

#[derive(Clone, Copy)]
enum Fault {
    Network(Disturbance),
    Kill,
    Freeze,
    KillBroker,
    Delay,
}

impl Done {
    fn count(&mut self, fault: &str) {
        *self.faults.entry(fault.to_owned()).or_default() += 1;
    }
}

impl Troubled {
    /// Makes trouble until the time is over; then the network is whole, and all is started.
    pub(super) async fn go(
        mut self,
        program: &mut Program,
        mut mosquitto: Option<&mut Mosquitto>,
    ) -> Result<Done, String> {
        let broker = match mosquitto {
            Some(_) => BrokerKind::Mosquitto,
            None => BrokerKind::Embedded,
        };
        let mut done = Done::default();
        loop {
            self.pause(CALM_MS).await;
            look(program, &mut done);
            if Instant::now() >= self.until {
                break;
            }
            let fault = self.draw(broker);
            done.count(name(fault));
            match fault {
                Fault::Network(disturbance) => {
                    self.disturb(disturbance, program, &mut done).await?;
                }
                Fault::Kill => self.restart(program, &mut done).await,
                Fault::Freeze => self.freeze(program).await,
                Fault::Delay => self.delay().await,
                Fault::KillBroker => {
                    let down = self.length(DOWN_MS);
                    if let Some(mosquitto) = &mut mosquitto {
                        mosquitto.restart(down).await;
                    }
                }
            }
        }
        Ok(done)
    }

    fn draw(&mut self, broker: BrokerKind) -> Fault {
        use Disturbance::{Cut, CutIn, CutOut, Loss, ResetHere, ResetThere, Slow};
        let loss = [5, 20, 50, 80][self.random.below(4)];
        let kbytes = [1, 4, 16][self.random.below(3)];
        // Only one who has a box between is delayed.
        let kinds = if self.relay.is_some() { 16 } else { 13 };
        match self.random.below(kinds) {
            0 | 1 => Fault::Network(Cut),
            2 => Fault::Network(CutOut),
            3 => Fault::Network(CutIn),
            4 | 5 => Fault::Network(Loss(loss)),
            6 => Fault::Network(ResetHere),
            7 => Fault::Network(ResetThere),
            8 => Fault::Network(Slow(kbytes)),
            9 => Fault::Freeze,
            10 if broker == BrokerKind::Mosquitto => Fault::KillBroker,
            13.. => Fault::Delay,
            _ => Fault::Kill,
        }
    }

    /// Disturbs the network; one in four times the program is killed in the middle of it.
    async fn disturb(
        &mut self,
        disturbance: Disturbance,
        program: &mut Program,
        done: &mut Done,
    ) -> Result<(), String> {
        let length = match self.random.below(LONG_ONE_IN) {
            0 => LONG_MS,
            _ => SHORT_MS,
        };
        self.node.disturb(disturbance)?;
        self.pause(length).await;
        if self.random.chance(250) && Instant::now() < self.until {
            look(program, done);
            done.count("kill in a disturbance");
            self.restart(program, done).await;
            self.pause(SHORT_MS).await;
        }
        self.node.heal()
    }

    /// Each piece takes so long, which changes some times.
    async fn delay(&mut self) {
        let Some(relay) = self.relay.clone() else {
            return;
        };
        for _ in 0..DELAYS {
            relay.delay(self.length(DELAY_MS));
            self.pause(SHORT_MS).await;
        }
        relay.delay(Duration::ZERO);
    }

    async fn restart(&mut self, program: &mut Program, done: &mut Done) {
        look(program, done);
        program.kill();
        sleep(self.length(DOWN_MS)).await;
        program.start();
    }

    async fn freeze(&mut self, program: &Program) {
        program.freeze();
        self.pause(STILL_MS).await;
        program.thaw();
    }

    /// Waits for a time between the two, in milliseconds; not beyond the end.
    async fn pause(&mut self, between: (i64, i64)) {
        let end = Instant::now() + self.length(between);
        sleep_until(end.min(self.until)).await;
    }

    fn length(&mut self, (from, until): (i64, i64)) -> Duration {
        Duration::from_millis(self.random.between(from, until).unsigned_abs())
    }
}

/// A program that ended by itself is a finding; it is started again, as systemd would.
fn look(program: &mut Program, done: &mut Done) {
    if let Some(status) = program.ended() {
        let finding = format!("{} ended by itself ({status})", program.name());
        done.findings.push(finding);
        program.start();
    }
}

fn name(fault: Fault) -> &'static str {
    match fault {
        Fault::Kill => "kill",
        Fault::Freeze => "freeze",
        Fault::Delay => "delay",
        Fault::KillBroker => "kill of the broker",
        Fault::Network(Disturbance::Cut) => "cut",
        Fault::Network(Disturbance::CutOut) => "cut outward",
        Fault::Network(Disturbance::CutIn) => "cut inward",
        Fault::Network(Disturbance::Loss(_)) => "loss",
        Fault::Network(Disturbance::ResetHere) => "reset here",
        Fault::Network(Disturbance::ResetThere) => "reset there",
        Fault::Network(Disturbance::Slow(_)) => "slow",
    }
}
