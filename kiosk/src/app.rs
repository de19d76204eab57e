//! The handles that every request and task of the kiosk gets.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use boxoffice::Shop;
use boxoffice::guard::Guard;
use domain::id::OrderId;
use tokio::sync::{Notify, RwLock};

use crate::devices::card_terminal::CardTerminal;
use crate::devices::simulated_terminal::SimulatedTerminal;

/// Everything a kiosk works with. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub shop: Shop,
    pub terminal: Arc<dyn CardTerminal>,
    /// The same terminal, when it is the simulated one.
    pub simulator: Option<SimulatedTerminal>,
    /// Orders that this process is asking the terminal about right now. The task that looks
    /// after open orders leaves them alone.
    pub asking: Arc<Asking>,
    /// Lets staff through with their PIN.
    pub staff: Arc<Guard>,
    /// Read by everybody who moves money at the terminal; written by who closes the day, so
    /// that nothing falls between the kiosk's facts and the terminal's account.
    pub moving_money: Arc<RwLock<()>>,
    /// Wakes the task that looks after open orders.
    pub orders_due: Arc<Notify>,
}

/// A set of orders.
#[derive(Default)]
pub struct Asking(Mutex<BTreeSet<OrderId>>);

/// As long as it lives, the order is being asked about.
pub struct Asked {
    asking: Arc<Asking>,
    order: OrderId,
}

impl Asking {
    /// Marks `order` as being asked about.
    #[must_use]
    pub fn begin(self: &Arc<Self>, order: OrderId) -> Asked {
        self.0.lock().expect("no one panics inside").insert(order);
        Asked {
            asking: self.clone(),
            order,
        }
    }

    /// Whether somebody is asking about `order`.
    #[must_use]
    pub fn contains(&self, order: OrderId) -> bool {
        self.0
            .lock()
            .expect("no one panics inside")
            .contains(&order)
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        let mut orders = self.asking.0.lock().expect("no one panics inside");
        orders.remove(&self.order);
    }
}
