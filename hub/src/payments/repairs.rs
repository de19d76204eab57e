//! What operators decide about differences between the gateway's list and the books: each is carried
//! out once, through whatever crash, and what the gateway refuses can be decided again.

use domain::id::RefundId;
use domain::money::Won;
use domain::payment::code::{Call, Meaning, meaning};
use domain::time::Timestamp;
use rusqlite::{Connection, Transaction};
use sha2::{Digest as _, Sha256};
use store::StoreError;
use uuid::Builder;

use super::Payments;
use super::api::books::{
    Decision, Difference, Mismatch, Progress, Repair as Proposed, RepairView, Repaired,
};
use super::api::{AskRefund, RefundReason, Refused};
use super::gateway::{Answer, CancelCall, Lookup, Payment};
use super::orders::{self, PaymentError};
use super::refunds::{self, Tried};
use super::sqlite::repairs::{self, Repair};
use super::sqlite::{attempts, reconciliations};

/// Decisions that are carried out in one run, at most.
const REPAIRS_MAX: u32 = 100;

impl Payments {
    /// Decides about a difference that a finished comparison has found. The same again changes
    /// nothing.
    ///
    /// # Errors
    ///
    /// See [`decide`]; and refused when there is no such difference, or the comparison goes on.
    pub async fn repair(
        &self,
        (reconciliation, number): (i64, usize),
        decision: Decision,
    ) -> Result<RepairView, PaymentError> {
        let now = self.now();
        let decide = move |tx: &Transaction<'_>| {
            let found = reconciliations::find(tx, reconciliation)?.ok_or(Refused::NotFound)?;
            let Progress::Finished { .. } = found.progress else {
                return Err(PaymentError::from(Refused::UnderWay));
            };
            let at = number.checked_sub(1).ok_or(Refused::NotFound)?;
            let difference = found.differences.get(at).ok_or(Refused::NotFound)?;
            decide(tx, difference, decision, now)
        };
        let view = self.db().write(decide).await?;
        self.nudges().reconciliations.notify_one();
        self.nudges().attempts.notify_one();
        Ok(view)
    }

    /// Has the gateway cancel what is to be cancelled.
    ///
    /// # Errors
    ///
    /// Fails when the store does.
    pub async fn carry_out_repairs(&self) -> Result<(), PaymentError> {
        let list = |db: &Connection| repairs::open(db, REPAIRS_MAX);
        let open = self.db().read(list).await;
        for repair in open.map_err(|fault: StoreError| fault)? {
            let given = self.cancel(&repair).await;
            let now = self.now();
            let settle = move |tx: &Transaction<'_>| settle(tx, &repair, given, now);
            let settled = self.db().write(settle).await;
            settled.map_err(|fault: StoreError| fault)?;
        }
        Ok(())
    }

    async fn cancel(&self, repair: &Repair) -> Given {
        let (reason, key) = (reason(repair), &repair.difference.payment_key);
        let lookup = Lookup::PaymentKey(key.clone());
        let payment = match self.calls().query(&lookup).await {
            Answer::Done(payment) => payment,
            Answer::Rejected(no) => return Given::Refused { code: no.code },
            Answer::Unknown(_) => return Given::Unknown,
        };
        // An answer was lost, or somebody was faster.
        if let Some(given) = given_back(&payment, &reason) {
            return given;
        }
        let call = CancelCall {
            payment_key: key.clone(),
            amount: payment.balance,
            refundable: payment.balance,
            // A header: nothing but ASCII.
            idempotency_key: format!("repair {} {}", name(repair), repair.turn),
            reason: reason.clone(),
            account: None,
        };
        match self.calls().cancel(&call).await {
            Answer::Done(payment) => given_back(&payment, &reason).unwrap_or(Given::Unknown),
            Answer::Rejected(no)
                if meaning(Call::Cancel, &no.code, no.status) == Meaning::Final =>
            {
                Given::Refused { code: no.code }
            }
            Answer::Rejected(_) | Answer::Unknown(_) => Given::Unknown,
        }
    }
}

/// What came of asking the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Given {
    /// Nothing of it is left; the key of our own cancel.
    Back {
        transaction_key: Option<String>,
    },
    Refused {
        code: String,
    },
    /// Nobody knows: it is asked again.
    Unknown,
}

fn given_back(payment: &Payment, reason: &str) -> Option<Given> {
    let ours = payment.cancels.iter().find(|it| it.reason == reason);
    let transaction_key = ours.map(|cancel| cancel.transaction_key.clone());
    let back = transaction_key.is_some() || payment.balance == Won(0);
    back.then_some(Given::Back { transaction_key })
}

/// What the gateway writes beside the cancel; by it a lost answer is found again.
fn reason(repair: &Repair) -> String {
    format!("대사 처리 [{}]", name(repair))
}

fn name(repair: &Repair) -> String {
    let digest = Sha256::digest(repair.difference.subject());
    digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Records a decision, and carries out what needs nobody else.
///
/// # Errors
///
/// Refused when it was decided otherwise, or what is proposed cannot be carried out here.
pub fn decide(
    tx: &Transaction<'_>,
    difference: &Difference,
    decision: Decision,
    now: Timestamp,
) -> Result<RepairView, PaymentError> {
    let known = repairs::find(tx, &difference.subject())?;
    if let Some(known) = &known {
        match &known.view.progress {
            Repaired::Refused { .. } => {}
            Repaired::Decided | Repaired::Done { .. } if known.view.decision == decision => {
                return Ok(known.view.clone());
            }
            Repaired::Decided | Repaired::Done { .. } => return Err(Refused::Differs.into()),
        }
    }
    let progress = match decision {
        Decision::SetAside => Repaired::Done { done_at: now },
        Decision::CarryOut => begin(tx, difference, now)?,
    };
    let repair = Repair {
        difference: difference.clone(),
        view: RepairView {
            decision,
            decided_at: now,
            progress,
        },
        turn: known.map_or(1, |known| known.turn + 1),
        transaction_key: None,
    };
    repairs::record(tx, &repair)?;
    tracing::info!(
        subject = difference.subject(),
        ?decision,
        "books.repair_decided"
    );
    Ok(repair.view)
}

fn begin(
    tx: &Transaction<'_>,
    difference: &Difference,
    now: Timestamp,
) -> Result<Repaired, PaymentError> {
    if !difference.can_be_carried_out() {
        return Err(Refused::Invalid.into());
    }
    match difference.repair {
        Proposed::CancelAtTheGateway => return Ok(Repaired::Decided),
        Proposed::AskTheGateway => attempts::check_at(tx, &difference.gateway_order, now)?,
        Proposed::EnterTheRefund => enter_refund(tx, difference, now)?,
        // It can not be carried out.
        Proposed::AskSupport => {}
    }
    Ok(Repaired::Done { done_at: now })
}

/// Money that somebody has given back past us goes into the books: asked for and done at once, at
/// the time that the gateway tells. The refund's id follows from the cancel, so that it can only
/// be one.
fn enter_refund(
    tx: &Transaction<'_>,
    difference: &Difference,
    now: Timestamp,
) -> Result<(), PaymentError> {
    let Mismatch::RefundMissingHere { amount } = difference.mismatch else {
        return Err(Refused::Invalid.into());
    };
    let transaction_key = difference.transaction_key.clone();
    let transaction_key = transaction_key.ok_or(Refused::Invalid)?;
    let attempt = attempts::find(tx, &difference.gateway_order)?.ok_or(Refused::NotFound)?;
    let order = orders::find(tx, attempt.order)?;
    let asked = AskRefund {
        order: attempt.order,
        amount,
        reason: RefundReason::OperatorDecision,
    };
    let refund = entered_refund(&transaction_key);
    refunds::begin(tx, (refund, &asked), (&order, &attempt), now)?;
    let tried = Tried::Done {
        refunded_at: difference.at.unwrap_or(now),
        transaction_key,
    };
    refunds::settle(tx, refund, tried, now)?;
    Ok(())
}

fn entered_refund(transaction_key: &str) -> RefundId {
    let digest = Sha256::digest(format!("entered {transaction_key}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    RefundId(Builder::from_custom_bytes(bytes).into_uuid())
}

fn settle(
    tx: &Transaction<'_>,
    repair: &Repair,
    given: Given,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (progress, transaction_key) = match given {
        Given::Unknown => return Ok(()),
        Given::Back { transaction_key } => (Repaired::Done { done_at: now }, transaction_key),
        Given::Refused { code } => {
            tracing::error!(code, "books.repair_refused");
            (Repaired::Refused { code }, None)
        }
    };
    let settled = Repair {
        view: RepairView {
            progress,
            ..repair.view.clone()
        },
        transaction_key,
        ..repair.clone()
    };
    repairs::record(tx, &settled)
}
