//! Grants on demand in the simulation: who wants which seats, and who was asked.

use std::collections::BTreeMap;

use domain::id::{NodeId, ScreeningId, SeatId};
use protocol::ask::{ASK_MS, Answer, Ask, AskRefused, Outcome, Want};
use protocol::message::Message;
use store::StoreError;
use uuid::Uuid;

use super::device::{DeviceAt, HUB};
use super::network::Packet;
use super::{Effect, What, World};

/// Seats that somebody waits for at a device.
pub(super) struct Wish {
    pub(super) at: DeviceAt,
    life: u64,
    pub(super) screening: ScreeningId,
    pub(super) seats: Vec<SeatId>,
    to: NodeId,
    asks: Vec<Uuid>,
    then: Then,
}

/// What follows when the seats are there.
enum Then {
    /// A customer holds them.
    Hold,
    /// The hub answers a node that asked for them.
    Answer { packet: Packet, ask: Ask },
}

impl World {
    /// A customer at a device wants seats that other nodes own.
    pub(super) fn wish(
        &mut self,
        at: DeviceAt,
        (screening, seats): (ScreeningId, &[SeatId]),
        missing: &BTreeMap<NodeId, Vec<SeatId>>,
    ) {
        let to = self.devices[at].node.clone();
        self.gather(at, (screening, seats), missing, (to, Then::Hold));
    }

    fn gather(
        &mut self,
        at: DeviceAt,
        (screening, seats): (ScreeningId, &[SeatId]),
        missing: &BTreeMap<NodeId, Vec<SeatId>>,
        (to, then): (NodeId, Then),
    ) {
        let mut asks = Vec::new();
        for (asked, seats) in whom(at, missing) {
            let Some((connection, session)) = self.session_with(at, &asked) else {
                self.note(format_args!("{asked} cannot be asked"));
                self.refuse(then, AskRefused::Elsewhere);
                return;
            };
            let ask = Ask {
                ask: self.random.uuid(),
                session,
                want: Want::Grant {
                    screening,
                    seats,
                    to: to.clone(),
                },
            };
            asks.push(ask.ask);
            let line = if at == HUB {
                asked
            } else {
                self.devices[at].node.clone()
            };
            self.say(at, &line, connection, &Message::Ask(ask));
        }
        self.numbers += 1;
        let number = self.numbers;
        let wish = Wish {
            at,
            life: self.devices[at].life,
            screening,
            seats: seats.to_vec(),
            to,
            asks,
            then,
        };
        self.wishes.insert(number, wish);
        self.later(ASK_MS, What::WishOver(number));
    }

    /// The connection and session over which a node can be asked.
    fn session_with(&self, at: DeviceAt, asked: &NodeId) -> Option<(u64, i64)> {
        let device = &self.devices[at];
        if at == HUB {
            let end = device.ends.get(asked)?;
            return end
                .session
                .is_up()
                .then(|| (end.connection, end.session.id()));
        }
        let line = device.line.as_ref()?;
        line.session
            .is_up()
            .then(|| (line.connection, line.session.id()))
    }

    /// Does what is wanted, or says why not.
    pub(super) fn answer_want(&mut self, at: DeviceAt, want: &Want) -> Result<(), AskRefused> {
        let Want::Grant {
            screening,
            seats,
            to,
        } = want
        else {
            return Err(AskRefused::NotNow);
        };
        // The worst moment for the power to go: the seat is given away, and nobody may hear.
        if self.loses_power() && self.random.chance(40) {
            self.devices[at].doomed = true;
        }
        let granted = self.write(at, |tx, here| {
            seats::grant_asked(tx, here, (*screening, to), seats)?.map_err(Refusal::Said)
        });
        let node = &self.devices[at].node.clone();
        match granted {
            Ok(()) => {
                self.note(format_args!(
                    "{node} grants {seats:?} of {screening} to {to}"
                ));
                Ok(())
            }
            Err(Refusal::Said(why)) => Err(why),
            Err(Refusal::Fault(fault)) => panic!("{fault}"),
        }
    }

    /// Sends the answer when what it says is durable.
    pub(super) fn reply(
        &mut self,
        at: DeviceAt,
        packet: &Packet,
        ask: &Ask,
        answered: Result<(), AskRefused>,
    ) {
        let answer = Message::Answer(Answer {
            ask: ask.ask,
            session: ask.session,
            outcome: match answered {
                Ok(()) => Outcome::Done,
                Err(why) => Outcome::Refused { why },
            },
        });
        let packet = Packet {
            way: if at == HUB {
                super::network::Way::Down
            } else {
                super::network::Way::Up
            },
            said: super::network::Said::write(&answer),
            ..packet.clone()
        };
        self.after_sync(at, Effect::Send(packet));
    }

    /// The hub is asked for seats, its own or another node's.
    pub(super) fn hub_is_asked(&mut self, packet: &Packet, ask: &Ask) {
        let Want::Grant {
            screening, seats, ..
        } = &ask.want
        else {
            return;
        };
        let standing = hub::sqlite::nodes::standing(&self.devices[HUB].db, &packet.node);
        let in_service = hub::sqlite::nodes::Standing::InService;
        if standing.expect("it is read") != Some(in_service) {
            self.reply(HUB, packet, ask, Err(AskRefused::NotNow));
            return;
        }
        let mut missing: BTreeMap<NodeId, Vec<SeatId>> = BTreeMap::new();
        for &seat in seats {
            let found = seats::sqlite::seats::find(&self.devices[HUB].db, *screening, seat);
            let Some(found) = found.expect("a seat is read") else {
                return;
            };
            if !found.owner.is_hub() && found.owner != packet.node {
                missing.entry(found.owner).or_default().push(seat);
            }
        }
        let then = Then::Answer {
            packet: packet.clone(),
            ask: ask.clone(),
        };
        let (screening, seats) = (*screening, seats.clone());
        let to = packet.node.clone();
        self.gather(HUB, (screening, &seats), &missing, (to, then));
        self.look_at_wishes(HUB);
    }

    /// After something has come: are seats there that somebody waits for?
    pub(super) fn look_at_wishes(&mut self, at: DeviceAt) {
        let here = self.wishes.iter().filter(|(_, wish)| wish.at == at);
        let numbers: Vec<u64> = here.map(|(&number, _)| number).collect();
        for number in numbers {
            if self.is_fulfilled(number)
                && let Some(wish) = self.wishes.remove(&number)
            {
                self.fulfil(wish);
            }
        }
    }

    fn is_fulfilled(&self, number: u64) -> bool {
        let Some(wish) = self.wishes.get(&number) else {
            return false;
        };
        let db = &self.devices[wish.at].db;
        wish.seats.iter().all(|&seat| {
            let found = seats::sqlite::seats::find(db, wish.screening, seat);
            let owner = found.expect("a seat is read").map(|found| found.owner);
            let hub_can = matches!(wish.then, Then::Answer { .. })
                && owner.as_ref().is_some_and(NodeId::is_hub);
            owner.as_ref() == Some(&wish.to) || hub_can
        })
    }

    fn fulfil(&mut self, wish: Wish) {
        match wish.then {
            Then::Hold => self.customer_holds(wish.at, wish.screening, &wish.seats),
            Then::Answer { packet, ask } => {
                let answered = self.answer_want(HUB, &ask.want);
                self.reply(HUB, &packet, &ask, answered);
            }
        }
    }

    /// A program that has ended answers nothing that it was asked before.
    pub(super) fn forget_questions(&mut self, at: DeviceAt) {
        let asked = |wish: &Wish| matches!(wish.then, Then::Answer { .. });
        self.wishes.retain(|_, wish| wish.at != at || !asked(wish));
    }

    pub(super) fn wish_refused(&mut self, at: DeviceAt, ask: Uuid) {
        let found = self
            .wishes
            .iter()
            .find(|(_, wish)| wish.at == at && wish.asks.contains(&ask));
        let number = found.map(|(&number, _)| number);
        if let Some(wish) = number.and_then(|number| self.wishes.remove(&number)) {
            self.refuse(wish.then, AskRefused::Taken);
        }
    }

    pub(super) fn wish_over(&mut self, number: u64) {
        let Some(wish) = self.wishes.remove(&number) else {
            return;
        };
        if self.devices[wish.at].life == wish.life {
            self.refuse(wish.then, AskRefused::Elsewhere);
        }
    }

    fn refuse(&mut self, then: Then, why: AskRefused) {
        if let Then::Answer { packet, ask } = then {
            self.reply(HUB, &packet, &ask, Err(why));
        }
    }
}

/// Whom a device asks for the seats: the hub the owners, a kiosk the hub.
fn whom(at: DeviceAt, missing: &BTreeMap<NodeId, Vec<SeatId>>) -> BTreeMap<NodeId, Vec<SeatId>> {
    if at == HUB || missing.is_empty() {
        return missing.clone();
    }
    BTreeMap::from([(NodeId::hub(), missing.values().flatten().copied().collect())])
}

/// A refusal rolls back what the operation had done.
enum Refusal {
    Said(AskRefused),
    Fault(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(fault: StoreError) -> Self {
        Self::Fault(fault)
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Fault(fault.into())
    }
}
