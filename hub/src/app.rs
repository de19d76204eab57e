//! The handles that every request and task of the hub gets.

use std::sync::Arc;

use boxoffice::Shop;
use boxoffice::guard::Guard;
use domain::allotment::Policy;
use domain::refund::RefundRules;
use protocol::message::Welcome;
use tokio::sync::Mutex;

use crate::mqtt::hellos::Hellos;
use crate::orders::paying::Paying;

/// Everything the hub works with. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub shop: Shop,
    /// Grows when the hub's database was restored or made anew.
    pub incarnation: i64,
    pub operators: Arc<Operators>,
    /// How the nodes introduced themselves.
    pub hellos: Hellos,
    /// How seats are shared between the web and the theaters.
    pub allotment: Policy,
    /// Where the money is moved; nowhere when no gateway is set up.
    pub payments: Option<Paying>,
    pub selling: Arc<Selling>,
}

impl App {
    /// The welcome of a node, with where orders are paid that kiosks hand off, if that is set up.
    #[must_use]
    pub fn announce(&self, welcome: Welcome) -> Welcome {
        let payments = self.payments.as_ref();
        Welcome {
            pays_at: payments.and_then(|paying| paying.address.clone()),
            ..welcome
        }
    }
}

/// How the web sells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selling {
    /// Whether seats are kept for who pays at the theater.
    pub pay_at_theater: bool,
    pub refund_rules: RefundRules,
}

impl Default for Selling {
    fn default() -> Self {
        Self {
            pay_at_theater: true,
            refund_rules: RefundRules::default(),
        }
    }
}

/// Who may decide, and whose turn it is.
pub struct Operators {
    pub guard: Guard,
    /// Decisions are carried out one after the other: two operators do not remedy the same
    /// loss twice.
    pub turn: Mutex<()>,
}

impl Operators {
    /// Everybody who passes `guard` is an operator.
    #[must_use]
    pub fn new(guard: Guard) -> Self {
        Self {
            guard,
            turn: Mutex::new(()),
        }
    }
}
