//! A run from its beginning to its end: everybody comes, everything goes wrong, and then the
//! world has to come to rest.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use domain::campaign::{GRACE_MS, Offer};
use domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp};
use hub::payments::api::books::{Progress, Window};

use super::operator::{call_off, name_accounts, offer, see_to_refunds};
use super::programs::{keep_hub, keep_payments, tend};
use super::{World, backer, buyer, kiosk, paying};
use crate::world::BEGINNING_MS;
use crate::world::random::Random;

/// Tasks look again after so long at most while something is to be done.
const LOOK_MS_MAX: i64 = 5 * MINUTE_MS;

/// The whole run.
pub(super) async fn live(world: Arc<World>) {
    tokio::spawn(keep_payments(Arc::clone(&world)));
    tokio::spawn(keep_hub(Arc::clone(&world)));
    let terms = offer(&world).await;
    tokio::spawn(keep_busy(Arc::clone(&world)));
    tokio::spawn(paying::forge(Arc::clone(&world)));
    tokio::spawn(kiosk::be_offline(Arc::clone(&world)));
    if world.profile.called_off {
        tokio::spawn(call_off(Arc::clone(&world), terms.clone()));
    }
    come(&world, &terms).await;
    let mut random = world.chance();
    // Some trouble ends before the result, some only long after it.
    let span = if random.chance(700) {
        HOUR_MS
    } else {
        GRACE_MS + HOUR_MS
    };
    world
        .until(terms.deadline.plus_ms(random.between(0, span)))
        .await;
    calm_down(&world);
    come_to_rest(&world, &terms, &mut random).await;
    reconcile(&world).await;
    world.check_end();
}

/// Everybody comes, and goes.
async fn come(world: &Arc<World>, terms: &Offer) {
    let profile = &world.profile;
    let mut people = Vec::new();
    for person in 0..profile.buyers {
        people.push(tokio::spawn(buyer::buy(Arc::clone(world), person)));
    }
    for person in 0..profile.backers {
        let person = 100 + person;
        people.push(tokio::spawn(backer::back(
            Arc::clone(world),
            person,
            terms.clone(),
        )));
    }
    for number in 0..profile.passers_by {
        // Some pledge at the kiosk who have pledged on the web.
        let person = 99 + number;
        people.push(tokio::spawn(kiosk::pass_by(Arc::clone(world), person)));
    }
    let asked = Arc::clone(world);
    tokio::spawn(async move {
        for one in people {
            if let Err(panic) = one.await {
                asked.violate("a program stopped itself", panic.to_string());
            }
        }
        asked.all_gone.store(true, Ordering::SeqCst);
    });
}

/// Nothing goes wrong any more.
fn calm_down(world: &World) {
    world.note(format_args!("it calms down"));
    world.troubled.store(false, Ordering::SeqCst);
    world.hub.machine.cut_power(None);
    world.payments.machine.cut_power(None);
    world.stirred.notify_one();
}

/// The programs' tasks: soon after something has happened, and when something is due.
async fn keep_busy(world: Arc<World>) {
    let mut random = world.chance();
    let mut wait_ms = 1_000;
    loop {
        let pause = match world.due().first_in(world.now()) {
            Some(ms) if ms <= 0 => {
                wait_ms = (wait_ms * 2).min(LOOK_MS_MAX);
                wait_ms
            }
            Some(ms) => ms.min(DAY_MS),
            None => DAY_MS,
        };
        tokio::select! {
            biased;
            () = world.stirred.notified() => {
                wait_ms = 1_000;
                world.pause(random.between(100, 2_500)).await;
            }
            () = world.pause(pause) => {}
        }
        let due = world.due();
        tend(&world, &mut random, &due);
        if random.chance(80) {
            world.look_at_books();
        }
    }
}

/// Waits until nobody owes anybody anything; whoever has to help, helps.
async fn come_to_rest(world: &Arc<World>, terms: &Offer, random: &mut Random) {
    let limit = terms.ends_at.plus_ms(2 * DAY_MS);
    let mut wait_ms = MINUTE_MS;
    loop {
        world.pause(wait_ms).await;
        wait_ms = (wait_ms * 3 / 2).min(3 * HOUR_MS);
        name_accounts(world, random).await;
        see_to_refunds(world, random).await;
        kiosk::give_back(world, random);
        world.stirred.notify_one();
        let unrest = world.unrest();
        if unrest.is_empty() {
            return;
        }
        if world.now() > limit {
            return world.violate("liveness", unrest.join("; "));
        }
    }
}

/// The gateway's list says the same as the books.
async fn reconcile(world: &Arc<World>) {
    let (Some(hub), Some(module)) = (world.hub.running(), world.payments.running()) else {
        return;
    };
    let window = Window {
        from: Timestamp(BEGINNING_MS),
        until: world.now(),
    };
    let asked = match hub.paying.client.reconcile(&window).await {
        Ok(asked) => asked,
        Err(error) => return world.violate("reconciliation", error.to_string()),
    };
    world.pause(DAY_MS).await;
    for _ in 0..3 {
        if let Err(error) = module.payments.look_after_reconciliations().await {
            return world.violate("reconciliation", error.to_string());
        }
        world.pause(2 * HOUR_MS).await;
    }
    let found = module.payments.reconciliation(asked.reconciliation).await;
    match found {
        Ok(view) if !matches!(view.progress, Progress::Finished { .. }) => {
            world.violate("reconciliation", format!("{:?}", view.progress));
        }
        Ok(view) if !view.differences.is_empty() => {
            world.violate("I5 the gateway's list", format!("{:?}", view.differences));
        }
        Ok(_) => {}
        Err(error) => world.violate("reconciliation", error.to_string()),
    }
}
