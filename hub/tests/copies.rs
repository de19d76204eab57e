//! Two copies of a kiosk's database: which one goes on is an operator's word.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use domain::conflict::Conflict;
use domain::id::{NodeId, TheaterId};
use domain::time::Timestamp;
use hub::fleet::{self, OrderError};
use hub::mqtt::hellos::{Hellos, Why};
use hub::sqlite::MIGRATIONS;
use hub::sqlite::nodes::{self, KnownNode};
use hub::sync::{self, Found, Unwelcome};
use hub::theaters::seed;
use protocol::api::operator::WhichCopy;
use protocol::batch::Batch;
use protocol::message::{Hello, PROTOCOL, Token};
use rusqlite::{Connection, Transaction};
use seats::Here;
use seats::sqlite::conflicts;
use uuid::Uuid;

const NOW: Timestamp = Timestamp(1_800_000_000_000);

/// The hub's incarnation.
const HUB: i64 = 1;

struct Hub {
    db: Connection,
    node: NodeId,
    kiosk: NodeId,
    token: Option<Token>,
}

impl Hub {
    fn new() -> Self {
        let mut hub = Self {
            db: store::open_memory(MIGRATIONS).unwrap(),
            node: NodeId::hub(),
            kiosk: "kiosk-1".parse().unwrap(),
            token: None,
        };
        let node = hub.kiosk.clone();
        hub.act(|tx, _| {
            seed(tx).unwrap();
            let theater = TheaterId(1);
            fleet::add_node(tx, &KnownNode { node, theater }, "credential", NOW).unwrap();
        });
        hub
    }

    fn act<T>(&mut self, act: impl FnOnce(&Transaction<'_>, Here<'_>) -> T) -> T {
        let here = Here {
            node: &self.node,
            now: NOW,
        };
        let tx = self.db.transaction().unwrap();
        let done = act(&tx, here);
        tx.commit().unwrap();
        done
    }

    fn hello(&self, incarnation: i64, recovering: bool) -> Hello {
        Hello {
            protocol: PROTOCOL,
            node: self.kiosk.clone(),
            incarnation,
            session: incarnation,
            software: "1.0.0".to_owned(),
            schema: 1,
            head: 0,
            cursor: None,
            clock: NOW,
            token: self.token,
            resumed: Some(0),
            recovering,
            kinds: Vec::new(),
        }
    }

    /// What the hub says to a copy with this incarnation.
    fn judges(&mut self, incarnation: i64, recovering: bool) -> Result<(), Unwelcome> {
        let hello = self.hello(incarnation, recovering);
        self.act(|tx, here| sync::judge(tx, here, HUB, &hello).unwrap())
    }

    /// The copy with this incarnation is welcome, and tells all it knows.
    fn speaks_with(&mut self, incarnation: i64) {
        let hello = self.hello(incarnation, false);
        let fresh = Uuid::from_u128(u128::from(incarnation.unsigned_abs()));
        let node = self.kiosk.clone();
        let told = Batch {
            session: incarnation,
            incarnation,
            base: 0,
            last: 0,
            watermark: Some(NOW),
            rows: Vec::new(),
        };
        self.token = self.act(|tx, here| {
            let welcome = sync::greet(tx, here, (HUB, fresh), &hello).unwrap();
            sync::apply_batch(tx, here, &node, &told).unwrap();
            welcome.token
        });
    }

    fn orders(&mut self, copy: WhichCopy) -> Result<(), OrderError> {
        let node = self.kiosk.clone();
        self.act(|tx, _| fleet::order_recovery(tx, &node, copy))
    }

    fn pending(&self) -> Option<WhichCopy> {
        let order = nodes::recovery_order(&self.db, &self.kiosk).unwrap();
        order.map(|order| order.copy)
    }

    fn copies_found(&self) -> usize {
        let open = conflicts::open(&self.db, 10).unwrap().into_iter();
        open.filter(|it| matches!(it.conflict, Conflict::CopyFound { .. }))
            .count()
    }
}

fn must_recover(above: i64) -> Result<(), Unwelcome> {
    Err(Unwelcome::OlderCopy {
        found: Found::Operator,
        known: above,
    })
}

#[test]
fn a_kiosk_in_service_recovers_once_when_an_operator_says_so() {
    let mut hub = Hub::new();
    hub.speaks_with(5);
    assert_eq!(hub.judges(5, false), Ok(()));
    hub.orders(WhichCopy::InService).unwrap();
    // However often it asks before it has begun.
    assert_eq!(hub.judges(5, false), must_recover(5));
    assert_eq!(hub.judges(5, false), must_recover(5));
    assert_eq!(hub.pending(), Some(WhichCopy::InService));
    assert_eq!(hub.judges(6, true), Ok(()));
    assert_eq!(hub.pending(), None);
    hub.speaks_with(6);
    assert_eq!(hub.judges(6, false), Ok(()));
    assert_eq!(hub.copies_found(), 0, "it was the operator who found it");
}

#[test]
fn of_two_copies_the_one_that_was_put_aside_goes_on_and_the_other_is_put_aside() {
    let mut hub = Hub::new();
    hub.speaks_with(5);
    hub.speaks_with(7);
    let put_aside = |known| Err(Unwelcome::Superseded { known });
    assert_eq!(hub.judges(5, false), put_aside(7));
    assert_eq!(hub.copies_found(), 1);
    hub.orders(WhichCopy::PutAside).unwrap();
    // The one in service is none of its business.
    assert_eq!(hub.judges(7, false), Ok(()));
    assert_eq!(hub.judges(5, false), must_recover(7));
    assert_eq!(hub.judges(8, true), Ok(()));
    assert_eq!(hub.pending(), None);
    hub.speaks_with(8);
    assert_eq!(hub.judges(7, false), put_aside(8));
    assert_eq!(hub.copies_found(), 2);
}

#[test]
fn an_order_for_the_copy_in_service_does_not_wake_the_one_that_was_put_aside() {
    let mut hub = Hub::new();
    hub.speaks_with(7);
    hub.orders(WhichCopy::InService).unwrap();
    let superseded = Err(Unwelcome::Superseded { known: 7 });
    assert_eq!(hub.judges(5, false), superseded);
    assert_eq!(hub.pending(), Some(WhichCopy::InService));
}

#[test]
fn nothing_is_ordered_for_a_kiosk_that_is_fenced_or_unknown() {
    let mut hub = Hub::new();
    let node = hub.kiosk.clone();
    hub.act(|tx, here| fleet::fence(tx, here, &node)).unwrap();
    let refused = hub.orders(WhichCopy::InService);
    assert!(matches!(refused, Err(OrderError::Fenced(_))));
    hub.kiosk = "kiosk-9".parse().unwrap();
    let refused = hub.orders(WhichCopy::InService);
    assert!(matches!(refused, Err(OrderError::Unknown(_))));
}

#[test]
fn a_copy_that_was_put_aside_is_remembered_until_the_node_has_a_new_life() {
    let (hub, hellos) = (Hub::new(), Hellos::default());
    let aside = Unwelcome::Superseded { known: 7 };
    hellos.turned_away(&hub.kiosk, &aside, NOW);
    hellos.welcomed(&hub.hello(7, false), NOW);
    let said = hellos.of(&hub.kiosk);
    assert_eq!(said.turned_away.unwrap().why, Why::PutAside);
    hellos.welcomed(&hub.hello(8, true), NOW);
    let said = hellos.of(&hub.kiosk);
    assert_eq!(
        (said.turned_away, said.welcome.unwrap().recovering),
        (None, true)
    );
}
