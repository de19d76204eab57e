//! Reading the gateway's list and comparing it: every night, and whenever somebody asks.

use domain::time::{HOUR_MS, MINUTE_MS, Timestamp};
use rusqlite::{Connection, Transaction};
use store::StoreError;

use super::Payments;
use super::api::Refused;
use super::api::books::{Progress, ReconciliationView, Repair, Repaired, Window};
use super::gateway::{Answer, ListCall, Listed};
use super::orders::PaymentError;
use super::reconciliation::{self, LIST_DELAY_MS, Ours, WINDOW_MS_MAX};
use super::sqlite::{attempts, reconciliations, repairs};

/// The size of one page.
const PAGE: u32 = 1_000;

/// The most transactions of one comparison: more than a chain sells in a month.
const TRANSACTIONS_MAX: usize = 500_000;

/// What differed is looked at again after this time: the gateway tells late.
const REREAD_AFTER_MS: i64 = HOUR_MS;

/// Whoever asks about the same window after this time wants to know how it is now.
const STALE_AFTER_MS: i64 = 30 * MINUTE_MS;

/// A list that could not be read is read again after this time.
const RETRY_AFTER_MS: i64 = 10 * MINUTE_MS;

impl Payments {
    /// Has the gateway's list compared with ours. A task does it, when the list can be whole. The
    /// same window again is the same comparison, unless that is over for a while.
    /// The window is of whole seconds, as the gateway's times are: what it tells of the second
    /// in which a window ends could be on either side of the end.
    ///
    /// # Errors
    ///
    /// Refused when the window is empty, too long, or not over.
    pub async fn reconcile(&self, window: Window) -> Result<ReconciliationView, PaymentError> {
        let now = self.now();
        let is_over = window.until <= now;
        let window = Window {
            from: whole_second(window.from),
            until: whole_second(window.until),
        };
        let length_ms = window.until.since_ms(window.from);
        if length_ms <= 0 || length_ms > WINDOW_MS_MAX || !is_over {
            return Err(Refused::Invalid.into());
        }
        let view = self.db().write(move |tx: &Transaction<'_>| {
            if let Some(id) = reconciliations::of_window(tx, window)? {
                let known = find(tx, id)?;
                if !is_stale(&known, now) {
                    return Ok(known);
                }
            }
            let next_read_at = now.max(window.until.plus_ms(LIST_DELAY_MS));
            let id = reconciliations::add(tx, window, next_read_at, now)?;
            find(tx, id)
        });
        let view = view.await?;
        self.nudges().reconciliations.notify_one();
        Ok(view)
    }

    /// How far a comparison has come.
    ///
    /// # Errors
    ///
    /// Refused when there is no such comparison.
    pub async fn reconciliation(&self, id: i64) -> Result<ReconciliationView, PaymentError> {
        self.db().read(move |db| find(db, id)).await
    }

    /// Begins the night's comparison when it is time, and carries out all that are due.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    pub async fn look_after_reconciliations(&self) -> Result<(), PaymentError> {
        self.carry_out_repairs().await?;
        let now = self.now();
        if let Some(window) = reconciliation::nightly(now) {
            let begin = move |tx: &Transaction<'_>| {
                if reconciliations::of_window(tx, window)?.is_none() {
                    reconciliations::add(tx, window, now, now)?;
                }
                Ok::<_, StoreError>(())
            };
            self.db().write(begin).await?;
        }
        loop {
            let now = self.now();
            let due = self.db().read(move |db| reconciliations::due(db, now));
            let Some(id) = due.await.map_err(|fault: StoreError| fault)? else {
                return Ok(());
            };
            self.carry_out_reconciliation(id).await?;
        }
    }

    async fn carry_out_reconciliation(&self, id: i64) -> Result<(), PaymentError> {
        let view = self.reconciliation(id).await?;
        let listed = self.list(view.window).await;
        let now = self.now();
        let settle = move |tx: &Transaction<'_>| settle(tx, view, listed, now);
        let view = self.db().write(settle).await?;
        if matches!(view.progress, Progress::Finished { .. }) && !view.differences.is_empty() {
            let (found, differences) = (view.reconciliation, view.differences.len());
            tracing::error!(reconciliation = found, differences, "books.differ");
        }
        self.nudges().attempts.notify_one();
        Ok(())
    }

    /// All pages of the gateway's list; nothing when one of them cannot be read.
    async fn list(&self, window: Window) -> Option<Vec<Listed>> {
        let mut listed: Vec<Listed> = Vec::new();
        loop {
            let call = ListCall {
                from: window.from,
                until: window.until,
                after: listed.last().map(|row| row.transaction_key.clone()),
                limit: PAGE,
            };
            let page = match self.calls().transactions(&call).await {
                Answer::Done(page) => page,
                Answer::Rejected(no) => {
                    tracing::warn!(code = no.code, "gateway.list_refused");
                    return None;
                }
                Answer::Unknown(lost) => {
                    tracing::warn!(why = lost.0, "gateway.list_lost");
                    return None;
                }
            };
            let is_last = page.len() < PAGE as usize;
            listed.extend(page);
            if is_last {
                break;
            }
            if listed.len() > TRANSACTIONS_MAX {
                tracing::error!(transactions = listed.len(), "gateway.list_is_too_long");
                return None;
            }
        }
        // The window's end is not in it, whatever the gateway thinks.
        listed.retain(|row| row.at >= window.from && row.at < window.until);
        Some(listed)
    }
}

fn is_stale(known: &ReconciliationView, now: Timestamp) -> bool {
    match known.progress {
        Progress::Finished { finished_at } => now.since_ms(finished_at) > STALE_AFTER_MS,
        Progress::Asked { .. } | Progress::Reread { .. } => false,
    }
}

fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp(at.0 - at.0.rem_euclid(1_000))
}

/// Stores what the list says against ours.
fn settle(
    tx: &Transaction<'_>,
    mut view: ReconciliationView,
    listed: Option<Vec<Listed>>,
    now: Timestamp,
) -> Result<ReconciliationView, PaymentError> {
    let Some(listed) = listed else {
        let next_read_at = now.plus_ms(RETRY_AFTER_MS);
        view.progress = match view.progress {
            Progress::Asked { .. } => Progress::Asked { next_read_at },
            Progress::Reread { .. } => Progress::Reread { next_read_at },
            done @ Progress::Finished { .. } => done,
        };
        reconciliations::update(tx, &view)?;
        return Ok(view);
    };
    view.differences = Vec::new();
    for found in reconciliation::compare(&ours(tx, view.window, &listed)?, &listed) {
        // What was decided once is not asked about again.
        let known = repairs::find(tx, &found.subject())?;
        if !known.is_some_and(|known| matches!(known.view.progress, Repaired::Done { .. })) {
            view.differences.push(found);
        }
    }
    view.transactions = i64::try_from(listed.len()).unwrap_or(i64::MAX);
    view.progress = match view.progress {
        Progress::Asked { .. } if !view.differences.is_empty() => Progress::Reread {
            next_read_at: now.plus_ms(REREAD_AFTER_MS),
        },
        Progress::Asked { .. } | Progress::Reread { .. } | Progress::Finished { .. } => {
            Progress::Finished { finished_at: now }
        }
    };
    for difference in &view.differences {
        if difference.repair == Repair::AskTheGateway {
            attempts::check_at(tx, &difference.gateway_order, now)?;
        }
    }
    reconciliations::update(tx, &view)?;
    Ok(view)
}

fn ours(db: &Connection, window: Window, listed: &[Listed]) -> Result<Ours, StoreError> {
    let mut ours = Ours {
        charges: reconciliations::charges(db, window)?,
        refunds: reconciliations::backs(db, window)?,
        ..Ours::default()
    };
    for row in listed {
        if let Some(known) = reconciliations::known(db, &row.payment_key)? {
            ours.attempts.insert(row.payment_key.clone(), known);
        }
        let (payment, key) = (&row.payment_key, &row.transaction_key);
        if reconciliations::is_our_cancel(db, payment, key)? || repairs::is_ours(db, key)? {
            ours.cancels.insert(row.transaction_key.clone());
        }
    }
    Ok(ours)
}

fn find(db: &Connection, id: i64) -> Result<ReconciliationView, PaymentError> {
    let found = reconciliations::find(db, id)?;
    Ok(found.ok_or(Refused::NotFound)?)
}
