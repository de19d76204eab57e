//! Seats that other nodes own are granted to this one while a buyer waits: one question to
//! each owner, then the rows come through the feed, then they are held here.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::id::{NodeId, ScreeningId, SeatId};
use protocol::ask::{ASK_MS, Want};
use rusqlite::Connection;
use store::StoreError;
use tokio::task::JoinSet;

use crate::Shop;
use crate::asks::AskFailed;

/// Whom this node asks for another node's seats: the hub asks the owner itself, a kiosk asks
/// the hub, which knows how to reach everybody.
fn asked_for(shop: &Shop, owner: &NodeId) -> NodeId {
    if shop.node.is_hub() {
        owner.clone()
    } else {
        NodeId::hub()
    }
}

/// Asks for the `missing` seats, by owner, and waits until they are all owned by `to` as far
/// as this node knows. All the owners are asked at the same time.
///
/// When it fails some of the seats may have moved all the same; they are free and on sale
/// where they are now.
///
/// # Errors
///
/// Says what the first owner that could not help said.
pub async fn gather(
    shop: &Shop,
    screening: ScreeningId,
    missing: &BTreeMap<NodeId, Vec<SeatId>>,
    to: &NodeId,
) -> Result<(), AskFailed> {
    let deadline = Duration::from_millis(ASK_MS.unsigned_abs());
    let gathered = tokio::time::timeout(deadline, async {
        ask_all(shop, screening, missing, to).await?;
        arrived(shop, screening, missing, to).await;
        Ok(())
    });
    gathered.await.unwrap_or(Err(AskFailed::TimedOut))
}

async fn ask_all(
    shop: &Shop,
    screening: ScreeningId,
    missing: &BTreeMap<NodeId, Vec<SeatId>>,
    to: &NodeId,
) -> Result<(), AskFailed> {
    let mut by_asked: BTreeMap<NodeId, Vec<SeatId>> = BTreeMap::new();
    for (owner, seats) in missing {
        by_asked
            .entry(asked_for(shop, owner))
            .or_default()
            .extend_from_slice(seats);
    }
    if by_asked.keys().any(|asked| !shop.reaches(asked)) {
        // Nobody is asked in vain.
        return Err(AskFailed::Unreachable);
    }
    // Whoever has to ask a third node says nothing of the link by answering late.
    let direct = missing.keys().all(|owner| &asked_for(shop, owner) == owner);
    let mut answers = JoinSet::new();
    for (asked, seats) in by_asked {
        let (shop, to) = (shop.clone(), to.clone());
        answers.spawn(async move {
            let want = Want::Grant {
                screening,
                seats,
                to,
            };
            let ask = shop.ids.uuid(shop.now());
            let begun_ms = shop.clock.monotonic_ms();
            let outcome = shop.asks.ask(&asked, ask, want).await;
            if direct {
                let now_ms = shop.clock.monotonic_ms();
                let took = (now_ms - begun_ms, now_ms);
                shop.links.asked(&asked, took, (&outcome, shop.now()));
            }
            outcome
        });
    }
    while let Some(answer) = answers.join_next().await {
        answer.map_err(|_| AskFailed::Unreachable)??;
    }
    Ok(())
}

/// Waits until the rows of the grants have come.
async fn arrived(
    shop: &Shop,
    screening: ScreeningId,
    missing: &BTreeMap<NodeId, Vec<SeatId>>,
    to: &NodeId,
) {
    let seats: Vec<SeatId> = missing.values().flatten().copied().collect();
    let mut commits = shop.db.commits();
    loop {
        commits.mark_unchanged();
        let (seats, to) = (seats.clone(), to.clone());
        let here = shop
            .db
            .read(move |db| all_owned(db, screening, &seats, &to))
            .await;
        // A store that fails says so to the hold that follows.
        if here.unwrap_or(true) || commits.changed().await.is_err() {
            return;
        }
    }
}

fn all_owned(
    db: &Connection,
    screening: ScreeningId,
    seats: &[SeatId],
    to: &NodeId,
) -> Result<bool, StoreError> {
    for &seat in seats {
        let found = seats::sqlite::seats::find(db, screening, seat)?;
        if found.is_none_or(|found| &found.owner != to) {
            return Ok(false);
        }
    }
    Ok(true)
}
