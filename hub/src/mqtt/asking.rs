//! What a node may ask the hub: to be granted seats of its theater, whoever owns them, and to
//! give up an order that it has handed off.

use std::collections::BTreeMap;

use boxoffice::asks::AskFailed;
use boxoffice::gather::gather;
use boxoffice::{Shop, answers};
use domain::id::{NodeId, OrderId, ScreeningId, SeatId};
use domain::web_order::WebOrderState;
use protocol::ask::{AskRefused, Outcome, Want};
use rusqlite::Connection;
use store::StoreError;

use crate::app::App;
use crate::orders::OrderError;
use crate::orders::paying::PayError;
use crate::sqlite::nodes::{self, KnownNode, Standing};
use crate::sqlite::screenings;

/// Answers a node. Seats that a third node owns are asked for there, for the node that asks.
pub(super) async fn answer(app: &App, node: &KnownNode, want: Want) -> Outcome {
    let done = match want {
        Want::GiveUp { order } => give_up(app, node, order).await,
        Want::Grant { .. } | Want::Void { .. } | Want::Reseat { .. } => {
            grant(&app.shop, node, want).await
        }
    };
    match done {
        Ok(()) => Outcome::Done,
        Err(why) => Outcome::Refused { why },
    }
}

async fn grant(shop: &Shop, node: &KnownNode, want: Want) -> Result<(), AskRefused> {
    let (screening, seats) = match want {
        Want::Grant {
            screening,
            seats,
            to,
        } if to == node.node => (screening, seats),
        // Nobody asks for somebody else, and bookings are the operator's to change.
        Want::Grant { .. } | Want::Void { .. } | Want::Reseat { .. } | Want::GiveUp { .. } => {
            return Err(AskRefused::NotNow);
        }
    };
    let (asked, asker) = (seats.clone(), node.clone());
    let owners = shop
        .db
        .read(move |db| owners(db, &asker, screening, &asked))
        .await;
    let mut owners = owners.map_err(|fault| {
        let error = &fault as &dyn std::error::Error;
        tracing::error!(error, "the owners of seats could not be read");
        AskRefused::NotNow
    })??;
    let ours = owners.remove(&shop.node).unwrap_or_default();
    owners.remove(&node.node);
    gather(shop, screening, &owners, &node.node)
        .await
        .map_err(|failed| match failed {
            AskFailed::Refused(why) => why,
            AskFailed::Unreachable | AskFailed::TimedOut | AskFailed::Overloaded => {
                AskRefused::Elsewhere
            }
        })?;
    let want = Want::Grant {
        screening,
        seats: ours,
        to: node.node.clone(),
    };
    match answers::answer(shop, want).await {
        Outcome::Done => Ok(()),
        Outcome::Refused { why } => Err(why),
    }
}

/// Gives up an order that this node has handed off. What is being paid is not given up.
async fn give_up(app: &App, node: &KnownNode, order: OrderId) -> Result<(), AskRefused> {
    let known = app
        .shop
        .db
        .read(move |db| seats::sqlite::hand_offs::find(db, order))
        .await;
    let known = known.map_err(|fault| {
        let error = &fault as &dyn std::error::Error;
        tracing::error!(error, "a hand-off could not be read");
        AskRefused::NotNow
    })?;
    let own = known.is_some_and(|known| known.node == node.node);
    let paying = app.payments.as_ref().filter(|_| own);
    let paying = paying.ok_or(AskRefused::NotNow)?;
    match paying.cancel(&app.shop, order).await {
        Ok(order) if matches!(order.state, WebOrderState::Over { .. }) => Ok(()),
        Ok(_) | Err(PayError::Order(OrderError::Refused(_))) => Err(AskRefused::Taken),
        Err(error) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, %order, "an order was not given up");
            Err(AskRefused::NotNow)
        }
    }
}

/// Who owns the seats, as the hub knows, if the node may have them at all.
fn owners(
    db: &Connection,
    node: &KnownNode,
    screening: ScreeningId,
    seats: &[SeatId],
) -> Result<Result<BTreeMap<NodeId, Vec<SeatId>>, AskRefused>, StoreError> {
    let theater = screenings::find(db, screening)?.map(|screening| screening.theater);
    let standing = nodes::standing(db, &node.node)?;
    if theater != Some(node.theater) || standing != Some(Standing::InService) {
        return Ok(Err(AskRefused::NotNow));
    }
    let mut owners: BTreeMap<NodeId, Vec<SeatId>> = BTreeMap::new();
    for &seat in seats {
        let Some(found) = seats::sqlite::seats::find(db, screening, seat)? else {
            return Ok(Err(AskRefused::Elsewhere));
        };
        owners.entry(found.owner).or_default().push(seat);
    }
    Ok(Ok(owners))
}
