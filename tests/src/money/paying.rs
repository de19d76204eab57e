//! Somebody at a browser: asks the hub, waits for answers that may not come, and pays at the
//! gateway's window, in one tab or in two.

use std::sync::Arc;

use axum::body::Bytes;
use domain::id::OrderId;
use domain::time::MINUTE_MS;
use domain::web_order::{WebOrder, WebOrderState};
use hub::orders::paying::PayError;
use hub::orders::{self, OrderError};
use hub::payments::api::{Confirm, HowToPay};
use hub::selling::Phone;

use super::bank::Means;
use super::programs::Hub;
use super::{World, lock};
use crate::world::random::Random;

/// Nobody waits longer for a page.
const PATIENCE_MS: i64 = 100_000;

/// A person with a telephone and a browser.
pub(super) struct Visitor {
    pub(super) world: Arc<World>,
    pub(super) random: Random,
    pub(super) person: usize,
}

impl Visitor {
    pub(super) fn new(world: &Arc<World>, person: usize) -> Self {
        Self {
            random: world.chance(),
            world: Arc::clone(world),
            person,
        }
    }

    pub(super) fn phone(&self) -> Phone {
        let number = format!("0101234{:04}", self.person);
        number.parse().expect("a telephone number")
    }

    /// Thinks for so long at most.
    pub(super) async fn think(&mut self, ms: i64) {
        let ms = self.random.between(200, ms.max(201));
        self.world.pause(ms).await;
    }

    /// Asks the hub; none when no answer comes. What was asked may be done all the same.
    pub(super) async fn ask<T, F>(&self, what: impl FnOnce(Hub) -> F) -> Option<T>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let hub = self.world.hub.running()?;
        let (machine, life) = (&self.world.hub.machine, self.world.hub.machine.life());
        let work = tokio::spawn(what(hub));
        let answer = tokio::select! {
            biased;
            () = machine.ended(life) => None,
            done = work => match done {
                Ok(done) => Some(done),
                Err(panic) => {
                    self.world.violate("a program stopped itself", panic.to_string());
                    None
                }
            },
            () = self.world.pause(PATIENCE_MS) => None,
        };
        self.world.stirred.notify_one();
        answer
    }

    /// Pays an order, in several tries if need be; says how the order was seen last.
    pub(super) async fn pay(&mut self, order: &WebOrder) -> Option<WebOrderState> {
        let id = order.order;
        let mut seen = None;
        for _ in 0..3 {
            self.think(20_000).await;
            let Some(how) = self.attempt(id).await else {
                continue;
            };
            if how.amount != order.amount() {
                let found = format!(
                    "order {id} is {} and costs {}",
                    order.amount().0,
                    how.amount.0
                );
                self.world.violate("M1 the server's amount", found);
            }
            if self.random.chance(80) {
                self.turn_back(id).await;
                continue;
            }
            // A second tab with a window of its own.
            let other = if self.random.chance(200) {
                self.attempt(id).await
            } else {
                None
            };
            // Some think longer than the gateway waits.
            let ms = if self.random.chance(60) { 14 } else { 1 };
            self.think(ms * MINUTE_MS).await;
            seen = self.authorised(order, how, other).await;
            let goes_on = match &seen {
                Some(state) => state.is_payable(),
                None => self.random.chance(500),
            };
            if !goes_on {
                break;
            }
        }
        if self.random.chance(120) {
            self.cancel(id).await;
        }
        seen
    }

    async fn attempt(&self, id: OrderId) -> Option<HowToPay> {
        let begun = self.ask(move |hub| async move { hub.paying.attempt(&hub.shop, id).await });
        match begun.await? {
            Ok(how) => Some(how),
            Err(error) => {
                self.look_at(&error);
                None
            }
        }
    }

    /// The buyer closes the window: the fail page is called.
    async fn turn_back(&self, id: OrderId) {
        let failed = self.ask(move |hub| async move {
            let failed = move |tx: &rusqlite::Transaction<'_>| {
                orders::failed(tx, id, "PAY_PROCESS_CANCELED").map(drop)
            };
            hub.shop.db.write(failed).await
        });
        if let Some(Err(OrderError::Store(fault))) = failed.await {
            self.world.violate("the hub's store", fault.to_string());
        }
    }

    async fn cancel(&mut self, id: OrderId) {
        self.think(30_000).await;
        let done = self.ask(move |hub| async move { hub.paying.cancel(&hub.shop, id).await });
        match done.await {
            Some(Ok(order)) => self.told(&order),
            Some(Err(error)) => self.look_at(&error),
            None => {}
        }
    }

    /// The buyer has authorised one payment or two, and comes back to the success page, or not.
    async fn authorised(
        &mut self,
        order: &WebOrder,
        how: HowToPay,
        other: Option<HowToPay>,
    ) -> Option<WebOrderState> {
        let mut seen = None;
        let mut tabs = vec![how];
        tabs.extend(other);
        let both_at_once = self.random.chance(500);
        let mut running = Vec::new();
        for how in tabs {
            let means = match self.random.below(100) {
                0..12 => Means::DeclinedCard,
                12..32 => Means::Account,
                _ => Means::Card,
            };
            let key = self.authorise(&how, means);
            if means == Means::Account {
                self.pays_in(&key);
            }
            // Some never come back: nobody confirms.
            if self.random.chance(80) {
                continue;
            }
            let confirm = Confirm {
                payment_key: key,
                gateway_order: how.gateway_order,
                amount: how.amount,
            };
            let page = self.success_page(order.order, confirm);
            let page = tokio::spawn(page);
            if both_at_once {
                running.push(page);
            } else {
                seen = self.seen(page.await).or(seen);
            }
        }
        for page in running {
            seen = self.seen(page.await).or(seen);
        }
        seen
    }

    fn seen(
        &self,
        page: Result<Option<WebOrder>, tokio::task::JoinError>,
    ) -> Option<WebOrderState> {
        match page {
            Ok(order) => {
                let order = order?;
                self.told(&order);
                Some(order.state)
            }
            Err(panic) => {
                self.world
                    .violate("a program stopped itself", panic.to_string());
                None
            }
        }
    }

    fn authorise(&mut self, how: &HowToPay, means: Means) -> String {
        let keeps = self.random.chance(self.world.profile.keepers);
        let now = self.world.now();
        let mut bank = lock(&self.world.bank);
        let key = bank.authorise((&how.gateway_order, how.amount), means, now);
        if let Some(payment) = bank.payments.get_mut(&key) {
            payment.keeps = keeps;
        }
        drop(bank);
        self.world.note(format_args!(
            "{} authorises {key} of {} by {means:?}",
            self.person, how.amount.0
        ));
        key
    }

    /// The buyer pays into the account, early, late or never.
    fn pays_in(&mut self, key: &str) {
        if self.random.chance(250) {
            return;
        }
        let after = self.random.between(MINUTE_MS, 150 * MINUTE_MS);
        let (world, key) = (Arc::clone(&self.world), key.to_owned());
        tokio::spawn(async move {
            world.pause(after).await;
            let now = world.now();
            let paid_in = lock(&world.bank).deposit(&key, now);
            world.note(format_args!("{key} is paid in: {paid_in}"));
            if paid_in {
                super::gateway::tell(&world, &key);
            }
        });
    }

    /// The success page, loaded once or again and again.
    fn success_page(
        &mut self,
        id: OrderId,
        confirm: Confirm,
    ) -> impl Future<Output = Option<WebOrder>> + Send + use<> {
        let mut visitor = Visitor {
            random: Random::new(self.random.next()),
            world: Arc::clone(&self.world),
            person: self.person,
        };
        async move {
            let mut seen = None;
            if visitor.random.chance(40) {
                visitor.tries_to_pay_less(id, &confirm).await;
            }
            let loads = 1 + visitor.random.below(3);
            for _ in 0..loads {
                visitor.think(8_000).await;
                let confirm = confirm.clone();
                let done = visitor.ask(move |hub| async move {
                    hub.paying.confirm(&hub.shop, id, confirm).await
                });
                match done.await {
                    Some(Ok(order)) => seen = Some(order),
                    Some(Err(error)) => visitor.look_at(&error),
                    None => {}
                }
            }
            seen
        }
    }

    async fn tries_to_pay_less(&self, id: OrderId, confirm: &Confirm) {
        let less = Confirm {
            amount: domain::money::Won(100),
            ..confirm.clone()
        };
        let done =
            self.ask(move |hub| async move { hub.paying.confirm(&hub.shop, id, less).await });
        if let Some(Ok(order)) = done.await
            && let WebOrderState::Paid { .. } | WebOrderState::Pledged { .. } = order.state
        {
            // It had been paid before.
            self.told(&order);
        }
    }

    /// What the buyer was told is a promise (I3).
    pub(super) fn told(&self, order: &WebOrder) {
        self.world
            .note(format_args!("{} is told {:?}", self.person, order.state));
        lock(&self.world.told).promise(order);
    }

    /// A refusal is in order; a fault of the program's own is not.
    pub(super) fn look_at(&self, error: &PayError) {
        if let PayError::Order(OrderError::Store(fault)) = error {
            self.world.violate("the hub's store", fault.to_string());
        }
        self.world
            .note(format_args!("{} is refused: {error}", self.person));
    }
}

/// Somebody who is not the gateway posts webhooks.
pub(super) async fn forge(world: Arc<World>) {
    let mut random = world.chance();
    for _ in 0..random.below(8) {
        world.pause(random.between(5_000, 10 * MINUTE_MS)).await;
        if !world.troubled() {
            return;
        }
        let known: Vec<(String, String)> = lock(&world.bank)
            .payments
            .values()
            .map(|paid| (paid.gateway_order.clone(), paid.key.clone()))
            .collect();
        let Some((gateway_order, key)) = random.pick(&known).cloned() else {
            continue;
        };
        let body = if random.chance(700) {
            format!(
                r#"{{"eventType":"PAYMENT_STATUS_CHANGED","createdAt":"2026-03-01T19:30:41",
                    "data":{{"paymentKey":"{key}","orderId":"{gateway_order}","status":"DONE"}}}}"#
            )
        } else {
            format!(
                r#"{{"createdAt":"2026-03-01T19:30:41","secret":"guessed","status":"DONE",
                    "transactionKey":"X","orderId":"{gateway_order}"}}"#
            )
        };
        world.note(format_args!("somebody says that {key} is paid"));
        post(&world, body).await;
    }
}

/// A webhook comes to the hub; says whether it was answered.
pub(super) async fn post(world: &Arc<World>, body: String) -> bool {
    let Some(hub) = world.hub.running() else {
        return false;
    };
    let life = world.hub.machine.life();
    let answered = tokio::select! {
        biased;
        () = world.hub.machine.ended(life) => false,
        answered = hub.paying.client.webhook(None, Bytes::from(body)) => answered.is_ok(),
    };
    world.stirred.notify_one();
    answered
}
