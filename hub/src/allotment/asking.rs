//! Grants that the plan wants from other nodes: each owner is asked, and decides.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use boxoffice::Shop;
use boxoffice::asks::AskFailed;
use domain::allotment::Grant;
use domain::id::{NodeId, ScreeningId, SeatId};
use protocol::ask::Want;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::rounds::SEATS_IN_ONE_GO_MAX;

/// Nodes that are asked at the same time; buyers need most of the questions that may wait.
const ASKED_AT_ONCE_MAX: usize = 32;

/// Grants that each owner is asked for, one after the other.
pub(super) type Asked = BTreeMap<NodeId, Vec<(ScreeningId, Grant)>>;

/// Asks every owner for its grants; the screenings where one did not answer. The rows of what
/// is granted come through the feed.
pub(super) async fn ask_all(shop: &Shop, asked: Asked) -> BTreeSet<ScreeningId> {
    let turns = Arc::new(Semaphore::new(ASKED_AT_ONCE_MAX));
    let mut answers = JoinSet::new();
    for (owner, grants) in asked {
        let (shop, turns) = (shop.clone(), turns.clone());
        answers.spawn(async move {
            let _turn = turns.acquire_owned().await;
            ask_owner(&shop, &owner, grants).await
        });
    }
    let mut silent = BTreeSet::new();
    while let Some(unanswered) = answers.join_next().await {
        silent.extend(unanswered.unwrap_or_default());
    }
    silent
}

/// Asks one owner for its grants until it does not answer; the screenings that are left then.
async fn ask_owner(
    shop: &Shop,
    owner: &NodeId,
    grants: Vec<(ScreeningId, Grant)>,
) -> BTreeSet<ScreeningId> {
    let mut left = BTreeSet::new();
    for (screening, grant) in grants {
        if !left.is_empty() {
            left.insert(screening);
            continue;
        }
        for seats in grant.seats.chunks(SEATS_IN_ONE_GO_MAX) {
            match ask(shop, owner, (screening, seats), &grant.to).await {
                Ok(()) => tell(screening, &grant, seats.len()),
                // Somebody has a seat; its row is on its way and brings the screening back.
                Err(AskFailed::Refused(_)) => {}
                Err(
                    failed @ (AskFailed::Unreachable | AskFailed::TimedOut | AskFailed::Overloaded),
                ) => {
                    tracing::debug!(%screening, %owner, %failed, "a grant was asked for in vain");
                    left.insert(screening);
                    break;
                }
            }
        }
    }
    left
}

async fn ask(
    shop: &Shop,
    owner: &NodeId,
    (screening, seats): (ScreeningId, &[SeatId]),
    to: &NodeId,
) -> Result<(), AskFailed> {
    let want = Want::Grant {
        screening,
        seats: seats.to_vec(),
        to: to.clone(),
    };
    let ask = shop.ids.uuid(shop.now());
    shop.asks.ask(owner, ask, want).await
}

/// One line for every block that moves.
pub(super) fn tell(screening: ScreeningId, grant: &Grant, seats: usize) {
    let Grant { from, to, why, .. } = grant;
    tracing::info!(%screening, %from, %to, seats, ?why, "seats change hands");
}
