//! The line between the kiosk and the hub: it comes and goes, and each tells the other what is
//! new.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use domain::id::{NodeId, TheaterId};
use domain::time::MINUTE_MS;
use hub::sqlite::nodes::KnownNode;
use seats::Stretch;
use store::StoreError;

use super::super::operator::kiosk_node;
use super::super::programs::Hub;
use super::super::{World, lock};
use super::Kiosk;
use crate::world::random::Random;

impl World {
    /// The network is away. When it has calmed down it never is.
    pub(in super::super) fn is_offline(&self, kiosk: &Kiosk) -> bool {
        kiosk.offline && self.troubled()
    }
}

/// The network comes and goes.
pub(in super::super) async fn be_offline(world: Arc<World>) {
    let Some(offline_ms) = world.profile.offline_ms else {
        return;
    };
    let mut random = world.chance();
    while world.troubled() {
        world.pause(random.between(10_000, 10 * MINUTE_MS)).await;
        lock(&world.kiosk).offline = world.troubled();
        world.note(format_args!("the kiosk is offline"));
        world.pause(random.between(1_000, offline_ms)).await;
        lock(&world.kiosk).offline = false;
        world.note(format_args!("the kiosk is online"));
        world.stirred.notify_one();
    }
}

/// The kiosk and the hub tell each other what is new, if they can.
pub(in super::super) fn exchange(world: &Arc<World>, random: &mut Random) {
    let (offline, exchanging) = {
        let kiosk = lock(&world.kiosk);
        (world.is_offline(&kiosk), Arc::clone(&kiosk.exchanging))
    };
    // What is told when nobody hears it is told again.
    if offline || exchanging.swap(true, Ordering::SeqCst) {
        return;
    }
    let (told, world) = (random.chance(world.trouble(150)), Arc::clone(world));
    tokio::spawn(async move {
        let (machine, life) = (Arc::clone(&world.hub.machine), world.hub.machine.life());
        let exchanged = tokio::select! {
            biased;
            () = machine.ended(life) => Ok(()),
            exchanged = exchange_rows(&world, told) => exchanged,
        };
        exchanging.store(false, Ordering::SeqCst);
        if let Err(fault) = exchanged {
            world.violate("the sync", fault.to_string());
        }
    });
}

async fn exchange_rows(world: &Arc<World>, twice: bool) -> Result<(), StoreError> {
    let Some(hub) = world.hub.running() else {
        return Ok(());
    };
    kiosk_tells(world, &hub, twice).await?;
    hub_tells(world, &hub).await
}

async fn kiosk_tells(world: &Arc<World>, hub: &Hub, twice: bool) -> Result<(), StoreError> {
    let (node, hub_node) = (kiosk_node(), NodeId::hub());
    loop {
        let peer = node.clone();
        let known = hub
            .shop
            .db
            .read(move |db| store::cursor::get(db, peer.as_str()));
        let known: Result<_, StoreError> = known.await;
        let after = known?.applied_seq;
        let batch = {
            let kiosk = lock(&world.kiosk);
            let stretch = Stretch {
                session: 1,
                incarnation: kiosk.incarnation,
                after,
                scopes: None,
                not_origin: Some(&hub_node),
                now: world.now(),
            };
            kiosk::sync::read_batch(&kiosk.db, &stretch)?
        };
        let whole = batch.watermark.is_some();
        let (shop, peer) = (hub.shop.clone(), node.clone());
        let apply = hub.shop.db.write(move |tx| {
            for _ in 0..=usize::from(twice) {
                hub::sync::apply_batch(tx, shop.here(), &peer, &batch)?;
            }
            Ok::<_, StoreError>(())
        });
        apply.await?;
        if whole {
            return Ok(());
        }
    }
}

async fn hub_tells(world: &Arc<World>, hub: &Hub) -> Result<(), StoreError> {
    let (node, hub_node) = (kiosk_node(), NodeId::hub());
    loop {
        let after = {
            let kiosk = lock(&world.kiosk);
            store::cursor::get(&kiosk.db, hub_node.as_str())?.applied_seq
        };
        let (known, now, incarnation) = (
            KnownNode {
                node: node.clone(),
                theater: TheaterId(1),
            },
            world.now(),
            hub.incarnation,
        );
        let batch = hub.shop.db.read(move |db| {
            let stretch = Stretch {
                session: 1,
                incarnation,
                after,
                scopes: None,
                not_origin: None,
                now,
            };
            hub::sync::read_batch(db, (&known, false), &stretch)
        });
        let batch = batch.await?;
        let whole = batch.watermark.is_some();
        let applied =
            lock(&world.kiosk).act(now, |tx, here| kiosk::sync::apply_batch(tx, here, &batch));
        applied?;
        if whole {
            let theirs = hub.shop.db.read(store::change_feed::head).await?;
            let mut kiosk = lock(&world.kiosk);
            kiosk.exchanged = (store::change_feed::head(&kiosk.db)?, theirs);
            return Ok(());
        }
    }
}
