//! The task that keeps campaigns: it has the clock make every step that is due, and asks the
//! payments module for what is to go back or to the theater. It takes no input and loses nothing
//! when it is cut short: what it asks for has ids that follow from what is recorded.

use std::sync::Arc;
use std::time::Duration;

use boxoffice::Shop;
use domain::campaign::Phase;
use domain::id::{CampaignId, RefundId};
use domain::pledge::ReturnReason;
use process::shutdown::Shutdown;
use process::task::{Task, spawn_periodic};
use protocol::ask::Want;
use sha2::{Digest as _, Sha256};
use store::StoreError;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use uuid::{Builder, Uuid};

use super::calling_off;
use super::clock::{self, Looked};
use crate::payments::PaymentsClient;
use crate::payments::api::books::Entry;
use crate::payments::api::{AskRefund, RefundReason, RefundState, RefundView, Refused};
use crate::payments::client::ClientError;
use crate::pledging::giving_back;
use crate::sqlite::campaigns as table;
use crate::sqlite::pledge_refunds::{self, Became, WantedRefund};

/// How long the hub rests between two rounds.
const ROUND_EVERY: Duration = Duration::from_secs(1);

/// Campaigns that one round looks at, the longest due first.
const CAMPAIGNS_MAX: u32 = 64;

/// Steps of one campaign in one round: buyers wait for the same writer.
const STEPS_MAX: usize = 20;

/// Refunds that are asked for in one go; their answers are one transaction.
const REFUNDS_IN_ONE_GO_MAX: u32 = 50;

/// Goes of one round.
const GOES_MAX: usize = 20;

/// Asks that are on their way at a time.
const ASKING_MAX: usize = 8;

/// What the payments module has not heard of is asked for again after this long.
const ASK_AGAIN_MS: i64 = 10_000;

/// What the payments module does not answer for is looked at again after this long.
const SETTLE_AGAIN_MS: i64 = 60_000;

/// Keeps campaigns until `shutdown`. Without a payments module nothing goes back yet.
pub fn keep_campaigns(shop: &Shop, payments: Option<&PaymentsClient>, shutdown: &Shutdown) -> Task {
    let keeper = Keeper {
        shop: shop.clone(),
        payments: payments.cloned(),
    };
    let never = Arc::new(Notify::new());
    spawn_periodic(
        "campaigns",
        ROUND_EVERY,
        never,
        shutdown.clone(),
        move || {
            let keeper = keeper.clone();
            async move { keeper.round().await }
        },
    )
}

/// What the task works with. Cheap to clone.
#[derive(Clone)]
pub struct Keeper {
    pub shop: Shop,
    pub payments: Option<PaymentsClient>,
}

impl Keeper {
    /// Makes the steps that are due now, and asks for the refunds that are wanted now.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    pub async fn round(&self) -> Result<(), StoreError> {
        let now = self.shop.now();
        let due = self
            .shop
            .db
            .read(move |db| table::due(db, now, CAMPAIGNS_MAX));
        for campaign in due.await? {
            self.keep(campaign).await?;
        }
        self.look_at_counters().await?;
        if let Some(payments) = &self.payments {
            self.ask_for_refunds(payments).await?;
        }
        Ok(())
    }

    async fn keep(&self, campaign: CampaignId) -> Result<(), StoreError> {
        for _ in 0..STEPS_MAX {
            let shop = self.shop.clone();
            let looked = self.shop.db.write(move |tx| {
                let here = shop.here();
                let mut mint = || shop.ids.uuid(here.now);
                clock::look(tx, here, campaign, &mut mint)
            });
            match looked.await? {
                Looked::Moved => {}
                Looked::Rests => return self.ask_kiosks_to_cancel(campaign).await,
                Looked::Settles => return self.settle(campaign).await,
            }
        }
        Ok(())
    }

    /// Asks kiosks that can be reached to cancel what they have sold of a screening that was
    /// called off. That they have done so comes as rows; until then they are asked again.
    async fn ask_kiosks_to_cancel(&self, id: CampaignId) -> Result<(), StoreError> {
        let found = self.shop.db.read(move |db| {
            let campaign = table::find(db, id)?;
            let off = campaign.filter(|it| it.state.phase() == Phase::Cancelled);
            off.map_or(Ok(Vec::new()), |off| calling_off::at_kiosks(db, &off))
        });
        for (booking, node) in found.await? {
            if !self.shop.asks.reaches(&node) {
                continue;
            }
            let ask = self.shop.ids.uuid(self.shop.now());
            let asked = self.shop.asks.ask(&node, ask, Want::Void { booking });
            if let Err(failed) = asked.await {
                tracing::info!(%node, %booking, %failed, "a kiosk has not cancelled yet");
            }
        }
        Ok(())
    }

    /// Has the campaign's money put on the theater's account, then notes it.
    async fn settle(&self, id: CampaignId) -> Result<(), StoreError> {
        let found = self.shop.db.read(move |db| table::find(db, id)).await?;
        let (Some(campaign), Some(payments)) = (found, &self.payments) else {
            return self.settle_later(id).await;
        };
        let entry = Entry::CampaignSettled {
            campaign: id,
            theater: campaign.theater,
        };
        if let Err(error) = payments.enter(settlement_id(id), &entry).await {
            tracing::warn!(%error, campaign = id.0, "a campaign is not settled yet");
            return self.settle_later(id).await;
        }
        let shop = self.shop.clone();
        let db = &self.shop.db;
        db.write(move |tx| clock::settled(tx, shop.here(), id))
            .await
    }

    async fn settle_later(&self, id: CampaignId) -> Result<(), StoreError> {
        let later = self.shop.now().plus_ms(SETTLE_AGAIN_MS);
        let db = &self.shop.db;
        db.write(move |tx| table::set_due(tx, id, Some(later)))
            .await
    }

    /// What kiosks have given back over the counter has arrived.
    async fn look_at_counters(&self) -> Result<(), StoreError> {
        let limit = REFUNDS_IN_ONE_GO_MAX;
        let given = self
            .shop
            .db
            .read(move |db| pledge_refunds::given_at_counters(db, limit));
        let given = given.await?.into_iter();
        let done = given.map(|(refund, at)| (refund, Answer::Became(Became::Done { at })));
        let done: Vec<_> = done.collect();
        if done.is_empty() {
            return Ok(());
        }
        self.note(done).await
    }

    /// Asks for wanted refunds until none is left or the payments module does not answer.
    async fn ask_for_refunds(&self, payments: &PaymentsClient) -> Result<(), StoreError> {
        for _ in 0..GOES_MAX {
            let limit = REFUNDS_IN_ONE_GO_MAX;
            let now = self.shop.now();
            let wanted = self
                .shop
                .db
                .read(move |db| pledge_refunds::wanted(db, now, limit));
            let wanted = wanted.await?;
            if wanted.is_empty() {
                return Ok(());
            }
            let asked = wanted.len();
            let answers = ask_all(payments, wanted).await;
            let answered = answers.len();
            self.note(answers).await?;
            if answered < asked {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn note(&self, answers: Vec<(RefundId, Answer)>) -> Result<(), StoreError> {
        let shop = self.shop.clone();
        let db = &self.shop.db;
        db.write(move |tx| {
            let here = shop.here();
            for (refund, answer) in &answers {
                match answer {
                    Answer::Became(became) => {
                        giving_back::refund_became(tx, here, (*refund, became))?;
                    }
                    Answer::NotYet => {
                        let later = here.now.plus_ms(ASK_AGAIN_MS);
                        pledge_refunds::want_later(tx, *refund, later)?;
                    }
                }
            }
            Ok::<_, StoreError>(())
        })
        .await
    }
}

/// What came of asking for a refund.
enum Answer {
    Became(Became),
    /// The payments module has not heard of the money yet: a kiosk's takings come on their own
    /// way.
    NotYet,
}

/// Asks for all of them; those without an answer are missing in what comes back, and are asked
/// for again in a later round.
async fn ask_all(payments: &PaymentsClient, wanted: Vec<WantedRefund>) -> Vec<(RefundId, Answer)> {
    let mut answers = Vec::with_capacity(wanted.len());
    let (mut waiting, mut asking) = (wanted.into_iter(), JoinSet::new());
    loop {
        while asking.len() < ASKING_MAX {
            let Some(next) = waiting.next() else { break };
            asking.spawn(ask(payments.clone(), next));
        }
        match asking.join_next().await {
            None => return answers,
            Some(Ok(answer)) => answers.extend(answer),
            Some(Err(error)) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "asking for a refund failed"
                );
            }
        }
    }
}

async fn ask(payments: PaymentsClient, wanted: WantedRefund) -> Option<(RefundId, Answer)> {
    let refund = wanted.refund;
    let asked = AskRefund {
        order: wanted.order,
        amount: wanted.amount,
        reason: reason(wanted.why),
    };
    let answer = if wanted.times > 1 {
        payments.retry_refund(refund).await
    } else {
        payments.refund(refund, &asked).await
    };
    match answer {
        Ok(view) => Some((refund, Answer::Became(became(&view)))),
        Err(ClientError::Refused {
            refused: Refused::NotFound | Refused::NotPaid,
            ..
        }) => Some((refund, Answer::NotYet)),
        Err(ClientError::Refused { refused, detail }) => {
            tracing::error!(%refund, ?refused, detail, "a refund cannot be asked for");
            let code = format!("{refused:?}");
            Some((refund, Answer::Became(Became::Refused { code })))
        }
        Err(ClientError::NoAnswer(_) | ClientError::Fault(_)) => None,
    }
}

/// What the payments module says of a refund, as the service side notes it.
#[must_use]
pub fn became(view: &RefundView) -> Became {
    match &view.progress {
        RefundState::Pending | RefundState::AwaitingAccount => Became::Asked,
        RefundState::Done { refunded_at } => Became::Done { at: *refunded_at },
        RefundState::Refused { code } => Became::Refused { code: code.clone() },
    }
}

fn reason(why: ReturnReason) -> RefundReason {
    match why {
        ReturnReason::Withdrawn => RefundReason::PledgeWithdrawn,
        ReturnReason::CampaignFailed => RefundReason::CampaignFailed,
        ReturnReason::CampaignCancelled => RefundReason::CampaignCancelled,
        ReturnReason::NoSeat => RefundReason::OrderGone,
    }
}

/// The id of a campaign's settlement: the same whenever it is asked for.
fn settlement_id(campaign: CampaignId) -> Uuid {
    let mut digest = Sha256::new();
    digest.update(b"moding campaign settled");
    digest.update(campaign.0.to_be_bytes());
    let digest = digest.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}
