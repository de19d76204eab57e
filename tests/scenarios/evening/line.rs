//! The two ends of a session: the counterparts of `kiosk/src/mqtt.rs` and
//! `hub/src/mqtt/node.rs`, without anything between that could lose or delay.

use std::collections::VecDeque;

use domain::id::NodeId;
use hub::sqlite::nodes;
use hub::sync::Unwelcome;
use kiosk::sync::Standing;
use protocol::batch::Batch;
use protocol::message::{Command, Hello, Message, PROTOCOL, Welcome};
use protocol::row::{Row, RowKind};
use protocol::session::{DownReason, HEARTBEAT_MS, Input, Output, Session};
use seats::Stretch;

use super::machine::{End, Letter, Line};
use super::{Evening, HUB};

/// A kiosk that is turned away more often than this does not come to rest.
const MEETINGS_MAX: usize = 8;

/// A clock that the hub's word moves by more than this takes the open holds with it.
const SHIFT_FROM_MS: i64 = 2_000;

impl Evening {
    /// Hub and kiosk talk until nobody has anything more to say.
    pub(crate) fn meet(&mut self, kiosk: &str) {
        assert!(!self.talk(kiosk, |_| false), "nothing stops them");
    }

    /// Both kiosks meet the hub, and once more: by then each knows what the other has told.
    pub(crate) fn all_meet(&mut self) {
        for kiosk in super::KIOSKS.repeat(2) {
            self.meet(kiosk);
        }
    }

    /// The same, but everything stands still as soon as `there` is true.
    pub(crate) fn meet_until(&mut self, kiosk: &str, there: impl Fn(&Self) -> bool) {
        assert!(self.talk(kiosk, there), "{kiosk} and the hub get that far");
    }

    /// Whether the kiosk has heard that it is welcome.
    pub(crate) fn is_welcome(&self, kiosk: &str) -> bool {
        let line = self.machine(kiosk).line.as_ref();
        line.is_some_and(|line| line.session.is_up())
    }

    /// The line is cut; what is on its way is lost, and both sides notice.
    pub(crate) fn cut(&mut self, kiosk: &str) {
        let machine = self.machine_mut(kiosk);
        let Some(line) = machine.line.take() else {
            return;
        };
        let node = machine.node.clone();
        let ends = &mut self.machine_mut(HUB).ends;
        if ends.get(&node).map(|end| end.session.id()) == Some(line.session.id()) {
            ends.remove(&node);
        }
    }

    /// From now on no batch has more rows than this.
    pub(crate) fn sends_at_once(&mut self, rows: usize) {
        self.rows_at_once = Some(rows);
    }

    /// The next message of which `which` is true is lost.
    pub(crate) fn loses(&mut self, which: fn(&Message) -> bool) {
        self.loses = Some(which);
    }

    /// With its next batch the kiosk claims that the hub has granted it this seat.
    pub(crate) fn forges(&mut self, kiosk: &str, seat: &str) {
        self.forges = Some((kiosk.to_owned(), seat.to_owned()));
    }

    fn talk(&mut self, kiosk: &str, there: impl Fn(&Self) -> bool) -> bool {
        self.passes(HEARTBEAT_MS);
        for _ in 0..MEETINGS_MAX {
            if self.machine(kiosk).line.is_none() {
                self.connect(kiosk);
            }
            self.tell_heads(kiosk);
            while let Some(letter) = self.next_letter(kiosk) {
                match letter {
                    Letter::ToHub(message) => self.hub_hears(kiosk, message),
                    Letter::ToKiosk(message) => self.kiosk_hears(kiosk, message),
                }
                if there(self) {
                    return true;
                }
                self.tell_heads(kiosk);
            }
            if self.is_welcome(kiosk) || self.standing(kiosk) == Standing::PutAside {
                return false;
            }
        }
        panic!("{kiosk} and the hub do not come to rest");
    }

    fn next_letter(&mut self, kiosk: &str) -> Option<Letter> {
        let line = self.machine_mut(kiosk).line.as_mut()?;
        line.letters.pop_front()
    }

    fn post(&mut self, kiosk: &str, letter: Letter) {
        let (Letter::ToHub(message) | Letter::ToKiosk(message)) = &letter;
        if self.loses.is_some_and(|which| which(message)) {
            self.loses = None;
            return;
        }
        if let Some(line) = &mut self.machine_mut(kiosk).line {
            line.letters.push_back(letter);
        }
    }

    /// Tells both ends how long their feeds are; a heartbeat that is due is sent, too.
    fn tell_heads(&mut self, kiosk: &str) {
        let head = self.machine(kiosk).head();
        self.kiosk_input(kiosk, Input::FeedHead(head));
        let (node, head) = (self.machine(kiosk).node.clone(), self.machine(HUB).head());
        self.hub_input(&node, Input::FeedHead(head));
    }

    fn connect(&mut self, kiosk: &str) {
        let node = self.machine(kiosk).node.clone();
        // Whoever had the name before is thrown out.
        for (name, machine) in &mut self.machines {
            if name != kiosk && machine.node == node {
                machine.line = None;
            }
        }
        let luck = u64::try_from(self.id().as_u128()).expect("a small number");
        let opening = self.does(kiosk, |tx, here| kiosk::sync::open_session(tx, here, luck));
        let now = self.machine(kiosk).now(self.now_ms);
        let hello = Hello {
            protocol: PROTOCOL,
            node,
            incarnation: opening.incarnation,
            session: opening.session,
            software: "a scenario".to_owned(),
            schema: 1,
            head: opening.head,
            cursor: opening.cursor,
            clock: now,
            token: opening.token,
            resumed: Some(opening.resumed),
            recovering: opening.recovering,
            kinds: protocol::row::RowKind::newer_names(),
        };
        let machine = self.machine_mut(kiosk);
        machine.incarnation = opening.incarnation;
        machine.line = Some(Line {
            session: Session::of_node(hello, now),
            asked_for_all: false,
            letters: VecDeque::new(),
        });
        self.kiosk_work(kiosk);
    }

    fn kiosk_hears(&mut self, kiosk: &str, message: Message) {
        if let Message::Command(Command::Welcome(welcome)) = &message {
            self.set_clock(kiosk, welcome);
        }
        self.kiosk_input(kiosk, Input::Message(message));
    }

    /// The hub's word sets the clock, and the holds go with it.
    fn set_clock(&mut self, kiosk: &str, welcome: &Welcome) {
        let now_ms = self.now_ms;
        let machine = self.machine_mut(kiosk);
        let by_ms = welcome.clock.since_ms(machine.now(now_ms));
        machine.offset_ms += by_ms;
        if by_ms.abs() > SHIFT_FROM_MS {
            self.does(kiosk, |tx, here| seats::shift_holds(tx, here, by_ms));
        }
    }

    fn kiosk_input(&mut self, kiosk: &str, input: Input) {
        let now_ms = self.now_ms;
        let machine = self.machine_mut(kiosk);
        let now = machine.now(now_ms);
        if let Some(line) = &mut machine.line {
            line.session.handle(input, now);
            self.kiosk_work(kiosk);
        }
    }

    fn kiosk_work(&mut self, kiosk: &str) {
        while let Some(line) = &mut self.machine_mut(kiosk).line {
            let (session, asked_for_all) = (line.session.id(), line.asked_for_all);
            let Some(output) = line.session.poll() else {
                return;
            };
            match output {
                Output::Send(message) => self.post(kiosk, Letter::ToHub(message)),
                Output::Up => {}
                Output::Keep(welcome) => {
                    self.does(kiosk, |tx, _| kiosk::sync::keep(tx, &welcome));
                    if let Some(line) = &mut self.machine_mut(kiosk).line {
                        line.asked_for_all = welcome.recovering;
                    }
                    self.kiosk_input(kiosk, Input::Kept);
                }
                Output::ReadFeed { after } => {
                    let machine = self.machine(kiosk);
                    let stretch = Stretch {
                        session,
                        incarnation: machine.incarnation,
                        after,
                        scopes: None,
                        not_origin: (!asked_for_all).then_some(&self.machine(HUB).node),
                        now: machine.now(self.now_ms),
                    };
                    let batch = kiosk::sync::read_batch(&machine.db, &stretch).unwrap();
                    let batch = self.forged(kiosk, self.shortened(kiosk, batch));
                    self.kiosk_input(kiosk, Input::FeedRead(batch));
                }
                Output::Apply(batch) => {
                    let seq = batch.last;
                    let heard =
                        self.does(kiosk, |tx, here| kiosk::sync::apply_batch(tx, here, &batch));
                    self.kiosk_input(kiosk, Input::Applied { seq });
                    if heard == kiosk::sync::Heard::Everything {
                        self.cut(kiosk);
                    }
                }
                Output::Greet(_) => unreachable!("only the hub greets"),
                Output::Down(reason) => self.goes_down(kiosk, &reason),
            }
        }
    }

    fn goes_down(&mut self, kiosk: &str, reason: &DownReason) {
        self.cut(kiosk);
        match *reason {
            DownReason::MustRecover { above, .. } => {
                self.does(kiosk, |tx, here| {
                    kiosk::sync::begin_recovery(tx, here, above)
                });
            }
            DownReason::PutAside { above, .. } => {
                self.does(kiosk, |tx, _| kiosk::sync::put_aside(tx, above));
            }
            DownReason::Silent | DownReason::Refused { .. } | DownReason::Forgotten => {}
        }
    }

    /// A batch as it is when it was cut at its size: the rest comes with the next one.
    fn shortened(&self, at: &str, mut batch: Batch) -> Batch {
        let Some(rows) = self.rows_at_once else {
            return batch;
        };
        if batch.rows.len() > rows {
            batch.rows.truncate(rows);
            let last = batch.rows.last().unwrap();
            let kind = RowKind::from_name(&last.kind).unwrap().code();
            let found = self.machine(at).db.query_row(
                "SELECT seq FROM changes WHERE kind = ?1 AND key = ?2",
                rusqlite::params![kind, last.key],
                |row| row.get(0),
            );
            batch.last = found.unwrap();
            batch.watermark = None;
        }
        batch
    }

    fn forged(&mut self, kiosk: &str, mut batch: Batch) -> Batch {
        if let Some((_, seat)) = self.forges.take_if(|(forger, _)| forger == kiosk) {
            let claimed = self.seat(HUB, &seat);
            let claimed = Row::Seat(claimed.granted_to(self.machine(kiosk).node.clone()));
            batch.rows.insert(0, claimed.to_envelope().unwrap());
        }
        batch
    }

    fn hub_hears(&mut self, from: &str, message: Message) {
        let node = self.machine(from).node.clone();
        let end = self.machine(HUB).ends.get(&node);
        let known = end.map(|end| end.session.id());
        match (message, known) {
            (Message::Hello(hello), known) if known != Some(hello.session) => {
                self.hub_meets(from, hello);
            }
            // The hub was started anew, or has ended the session.
            (_, None) => {
                let command = Message::Command(Command::SayHello);
                self.post(from, Letter::ToKiosk(command));
            }
            (message, Some(_)) => self.hub_input(&node, Input::Message(message)),
        }
    }

    fn hub_meets(&mut self, from: &str, hello: Hello) {
        let incarnation = self.machine(HUB).incarnation;
        let verdict = self.does(HUB, |tx, here| {
            let verdict = hub::sync::judge(tx, here, incarnation, &hello)?;
            if let Err(Unwelcome::HubBehind { seen }) = verdict {
                hub::sync::mark_restored(tx, seen)?;
            }
            Ok(verdict)
        });
        if let Err(unwelcome) = verdict {
            let command = Message::Command(unwelcome.command(hello.session));
            self.post(from, Letter::ToKiosk(command));
            if matches!(unwelcome, Unwelcome::HubBehind { .. }) {
                self.restarts(HUB);
            }
            return;
        }
        let (now, node) = (self.machine(HUB).now(self.now_ms), hello.node.clone());
        let end = End {
            machine: from.to_owned(),
            recovering: hello.recovering,
            session: Session::of_hub(hello, now),
        };
        self.machine_mut(HUB).ends.insert(node.clone(), end);
        self.hub_work(&node);
    }

    fn hub_input(&mut self, node: &NodeId, input: Input) {
        let now = self.machine(HUB).now(self.now_ms);
        if let Some(end) = self.machine_mut(HUB).ends.get_mut(node) {
            end.session.handle(input, now);
            self.hub_work(node);
        }
    }

    fn hub_work(&mut self, node: &NodeId) {
        while let Some(end) = self.machine_mut(HUB).ends.get_mut(node) {
            let (session, recovering) = (end.session.id(), end.recovering);
            let kiosk = end.machine.clone();
            let Some(output) = end.session.poll() else {
                return;
            };
            match output {
                Output::Send(message) => self.post(&kiosk, Letter::ToKiosk(message)),
                Output::Up => {}
                Output::Greet(hello) => {
                    let (incarnation, fresh) = (self.machine(HUB).incarnation, self.id());
                    let welcome = self.does(HUB, |tx, here| {
                        hub::sync::greet(tx, here, (incarnation, fresh), &hello)
                    });
                    self.hub_input(node, Input::Greeted(welcome));
                }
                Output::ReadFeed { after } => {
                    let machine = self.machine(HUB);
                    let known = nodes::find(&machine.db, node).unwrap().unwrap();
                    let stretch = Stretch {
                        session,
                        incarnation: machine.incarnation,
                        after,
                        scopes: None,
                        not_origin: None,
                        now: machine.now(self.now_ms),
                    };
                    let batch = hub::sync::read_batch(&machine.db, (&known, recovering), &stretch);
                    let batch = self.shortened(HUB, batch.unwrap());
                    self.hub_input(node, Input::FeedRead(batch));
                }
                Output::Apply(batch) => self.hub_applies(node, &kiosk, &batch),
                Output::Keep(_) => unreachable!("only a node is welcomed"),
                Output::Down(_) => {
                    self.machine_mut(HUB).ends.remove(node);
                }
            }
        }
    }

    fn hub_applies(&mut self, node: &NodeId, kiosk: &str, batch: &Batch) {
        let heard = self.does(HUB, |tx, here| {
            hub::sync::apply_batch(tx, here, node, batch)
        });
        match heard {
            hub::sync::Heard::Rows => self.hub_input(node, Input::Applied { seq: batch.last }),
            hub::sync::Heard::Everything => {
                // It ends the session itself: nothing more is heard in it, told or not.
                let command = Message::Command(Command::SayHello);
                self.post(kiosk, Letter::ToKiosk(command));
                self.machine_mut(HUB).ends.remove(node);
            }
        }
    }
}
