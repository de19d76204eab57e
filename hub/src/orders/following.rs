//! What becomes of orders without anybody asking: the outcome feed of the payments module, and
//! orders that a crash, a lost answer or the buyer has left where they are. All of it may be
//! done any number of times.

use std::time::Duration;

use boxoffice::Shop;
use domain::id::{BookingId, OrderId, PledgeId};
use domain::tender::PaidFor;
use domain::web_order::{OverBecause, WebOrder, WebOrderState};
use process::shutdown::Shutdown;
use protocol::row::{RowKind, TenderFact};
use rusqlite::{Connection, Transaction};
use seats::HUB_ONLY;
use store::change_feed::{self, FeedQuery};
use store::{StoreError, meta};

use super::paying::{PayError, Paying, hearsay, settled};
use super::{Fresh, Heard, settle, wait_no_longer};
use crate::campaigns::keeping::became;
use crate::payments::api::{AskRefund, Outcome, Outcomes, Purpose, TakenAtKiosk};
use crate::payments::client::ClientError;
use crate::pledging::giving_back;
use crate::refunds;
use crate::sqlite::refunds::RefundState;
use crate::sqlite::{campaigns, orders, refunds as refund_rows, screenings, tenders_due};

/// How far the outcome feed has been read.
const OUTCOMES_READ: &str = "outcomes_read";

/// How far the change feed has been read for tenders.
const TENDERS_READ: &str = "tenders_read";

/// Outcomes that are read in one go …
const OUTCOMES_MAX: u32 = 200;

/// … and how long the payments module waits for one.
const OUTCOMES_WAIT_MS: u32 = 20_000;

/// After a failure the feed is asked again in so long …
const AGAIN_FIRST: Duration = Duration::from_millis(250);

/// … and at most in so long.
const AGAIN_MAX: Duration = Duration::from_secs(30);

/// Orders, refunds and tenders that are looked after in one go.
const PAGE: u32 = 100;

/// A confirmation that nobody here waits for is let be for so long: the answer may only be slow.
const CONFIRMING_MS: i64 = 60_000;

/// Reads the outcome feed until `shutdown`: what a direct answer said already changes nothing.
pub async fn follow(paying: Paying, shop: Shop, shutdown: Shutdown) {
    let mut wait = AGAIN_FIRST;
    while !shutdown.is_requested() {
        let read = tokio::select! {
            read = read_on(&paying, &shop, OUTCOMES_WAIT_MS) => read,
            () = shutdown.requested() => return,
        };
        let Err(error) = read else {
            wait = AGAIN_FIRST;
            continue;
        };
        let error = process::telemetry::chain(&error);
        tracing::warn!(error, "the outcomes of payments cannot be read");
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = shutdown.requested() => return,
        }
        wait = (wait * 2).min(AGAIN_MAX);
    }
}

/// Reads one stretch of the outcome feed, waiting up to `wait_ms` for one, and settles what it
/// tells. The cursor moves in the same transaction. Says how many outcomes there were.
///
/// # Errors
///
/// Fails when the payments module does not answer, or the store fails.
pub async fn read_on(paying: &Paying, shop: &Shop, wait_ms: u32) -> Result<usize, PayError> {
    let after = shop.db.read(outcomes_read).await?;
    let outcomes = paying.client.outcomes(after, OUTCOMES_MAX, wait_ms).await?;
    let count = outcomes.outcomes.len();
    if count > 0 || outcomes.last != after {
        let asked = shop.clone();
        let settled = shop.db.write(move |tx| apply(tx, &asked, &outcomes));
        settled.await?;
    }
    Ok(count)
}

/// How far the outcome feed has been read.
///
/// # Errors
///
/// Fails when the store does.
pub fn outcomes_read(db: &Connection) -> Result<i64, StoreError> {
    Ok(meta::get_i64(db, OUTCOMES_READ)?.unwrap_or(0))
}

fn apply(tx: &Transaction<'_>, shop: &Shop, outcomes: &Outcomes) -> Result<(), StoreError> {
    let here = shop.here();
    for outcome in &outcomes.outcomes {
        match outcome {
            Outcome::Order(view) => {
                let heard = Heard {
                    word: hearsay(view),
                    end: OverBecause::Expired,
                };
                let fresh = Fresh::draw(shop.ids.as_ref(), here.now);
                settle(tx, here, view.order, &heard, fresh)?;
            }
            Outcome::Refund(view) => {
                refunds::awaits_account(tx, here, view)?;
                let became = (view.refund, &became(view));
                if giving_back::refund_became(tx, here, became)?.is_none() {
                    refunds::told(tx, here, view.refund, &view.progress)?;
                }
            }
        }
    }
    meta::set_i64(tx, OUTCOMES_READ, outcomes.last)
}

/// Looks after orders whose time is over or whose outcome nobody waits for, hands refunds over,
/// and tells what kiosks have taken.
///
/// # Errors
///
/// Fails when the payments module does not answer, or the store fails; the rest is done the
/// next time.
pub async fn look_after(paying: Paying, shop: Shop) -> Result<(), PayError> {
    let now = shop.now();
    let open = shop
        .db
        .read(move |db| orders::to_look_after(db, now, PAGE))
        .await?;
    for order in open {
        look_after_one(&paying, &shop, &order).await?;
    }
    hand_refunds_over(&paying, &shop).await?;
    tell_tenders(&paying, &shop).await
}

async fn look_after_one(paying: &Paying, shop: &Shop, order: &WebOrder) -> Result<(), PayError> {
    let id = order.order;
    match &order.state {
        WebOrderState::Open | WebOrderState::NotPaid { .. } => {
            let word = paying.close(id).await?;
            settled(shop, id, word, OverBecause::Expired).await?;
        }
        WebOrderState::Confirming { attempt, since } => {
            if paying.is_asking(id) || shop.now().since_ms(*since) < CONFIRMING_MS {
                return Ok(());
            }
            // After this the attempt cannot begin any more, wherever its request is. If it has
            // begun, this says how it stands.
            tracing::info!(order = %id, attempt, "a confirmation was left behind");
            let word = paying.close(id).await?;
            settled(shop, id, word, OverBecause::BrokenOff).await?;
        }
        WebOrderState::WaitingForDeposit { .. } => {
            let word = paying.close(id).await?;
            settled(shop, id, word, OverBecause::Expired).await?;
            let asked = shop.clone();
            let waited = shop
                .db
                .write(move |tx| wait_no_longer(tx, asked.here(), id));
            waited.await?;
        }
        WebOrderState::Paid { .. }
        | WebOrderState::Pledged { .. }
        | WebOrderState::PledgeReturned { .. }
        | WebOrderState::Over { .. }
        | WebOrderState::Refunding { .. }
        | WebOrderState::Refunded { .. }
        | WebOrderState::RefundRefused { .. } => {}
    }
    Ok(())
}

async fn hand_refunds_over(paying: &Paying, shop: &Shop) -> Result<(), PayError> {
    let due = shop.db.read(|db| refund_rows::due(db, PAGE)).await?;
    for refund in due {
        let id = refund.refund;
        let asked = AskRefund {
            order: refund.order,
            amount: refund.amount,
            reason: refund.reason,
        };
        let answer = match refund.state {
            RefundState::DueAgain => paying.client.retry_refund(id).await,
            RefundState::Due
            | RefundState::HandedOver
            | RefundState::Done { .. }
            | RefundState::Refused { .. } => paying.client.refund(id, &asked).await,
        };
        let progress = match answer {
            Ok(view) => view.progress,
            // It will never take it: somebody has to look.
            Err(ClientError::Refused { refused, detail }) => {
                tracing::error!(refund = %id, %detail, "a refund was not taken");
                let code = serde_json::to_value(refused).unwrap_or_default();
                crate::payments::api::RefundState::Refused {
                    code: code.as_str().unwrap_or("refused").to_uppercase(),
                }
            }
            Err(error) => return Err(error.into()),
        };
        let asked = shop.clone();
        let told = shop
            .db
            .write(move |tx| refunds::answered(tx, asked.here(), id, &progress));
        told.await?;
    }
    Ok(())
}

/// Tells the payments module what kiosks have taken, each tender once. One whose booking is
/// still on its way waits and keeps nobody up.
async fn tell_tenders(paying: &Paying, shop: &Shop) -> Result<(), PayError> {
    while shop.db.write(note_tenders).await? {}
    let mut after = None;
    loop {
        let page = shop
            .db
            .read(move |db| tenders_due::page(db, after, PAGE))
            .await?;
        let Some(last) = page.last().copied() else {
            return Ok(());
        };
        after = Some(last);
        let taken = shop.db.read(move |db| known(db, &page)).await?;
        let mut told = Vec::with_capacity(taken.len());
        for (order, taken) in taken {
            paying.client.tender(order, &taken).await?;
            told.push(order);
        }
        shop.db
            .write(move |tx| tenders_due::done(tx, &told))
            .await?;
    }
}

/// Notes the tenders in the next stretch of the hub's feed; says whether there is more.
fn note_tenders(tx: &Transaction<'_>) -> Result<bool, StoreError> {
    let page = change_feed::read(
        tx,
        &FeedQuery {
            after: meta::get_i64(tx, TENDERS_READ)?.unwrap_or(0),
            limit: PAGE as usize,
            scopes: Some(&[HUB_ONLY]),
            not_origin: None,
        },
    )?;
    let tenders = page
        .entries
        .iter()
        .filter(|entry| entry.kind == RowKind::Tender.code());
    for entry in tenders {
        let order = entry.key.parse().map(OrderId);
        let order = order.map_err(|_| StoreError::Inconsistent {
            table: "changes",
            reason: format!("tender {} is no key", entry.key),
        })?;
        tenders_due::add(tx, order)?;
    }
    meta::set_i64(tx, TENDERS_READ, page.last)?;
    Ok(!page.reached_head)
}

/// Those of the tenders whose booking is known.
fn known(db: &Connection, due: &[OrderId]) -> Result<Vec<(OrderId, TakenAtKiosk)>, StoreError> {
    let mut found = Vec::new();
    for &order in due {
        if let Some(fact) = seats::sqlite::tenders::find(db, order)?
            && let Some(taken) = taken(db, fact)?
        {
            found.push((order, taken));
        }
    }
    Ok(found)
}

fn taken(db: &Connection, fact: TenderFact) -> Result<Option<TakenAtKiosk>, StoreError> {
    let TenderFact { node, tender } = fact;
    let purpose = match tender.paid_for {
        PaidFor::Booking(booking) => seats_of(db, booking)?,
        PaidFor::Pledge(pledge) => pledge_of(db, pledge)?,
    };
    Ok(purpose.map(|purpose| TakenAtKiosk {
        node,
        kind: tender.kind,
        amount: tender.amount,
        purpose,
        taken_at: tender.taken_at,
    }))
}

fn seats_of(db: &Connection, booking: BookingId) -> Result<Option<Purpose>, StoreError> {
    let Some(booking) = seats::sqlite::bookings::find(db, booking)? else {
        return Ok(None);
    };
    let screening = screenings::find(db, booking.screening)?;
    Ok(screening.map(|screening| Purpose::Seats {
        screening: screening.screening,
        theater: screening.theater,
    }))
}

fn pledge_of(db: &Connection, pledge: PledgeId) -> Result<Option<Purpose>, StoreError> {
    let Some(pledge) = seats::sqlite::pledges::find(db, pledge)? else {
        return Ok(None);
    };
    let campaign = campaigns::find(db, pledge.campaign)?;
    Ok(campaign.map(|campaign| Purpose::Pledge {
        campaign: campaign.campaign,
        theater: campaign.theater,
    }))
}
