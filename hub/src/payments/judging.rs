//! What an answer of the gateway means. Pure: whoever asked does what follows.

use domain::id::RefundId;
use domain::money::Won;
use domain::mutant::{Mutant, is};
use domain::payment::code::{Call, Meaning, meaning};
use domain::payment::{Deposit, Word};
use domain::time::Timestamp;

use super::attempts::Told;
use super::gateway::{Answer, Cancel, CancelStatus, Lost, Payment, Rejection, Status};
use super::refunds::{Tried, refund_in};

/// The attempt that was asked about.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub gateway_order: &'a str,
    pub amount: Won,
}

/// What a confirmation's answer says.
#[derive(Clone, Debug)]
pub enum Confirmed {
    /// That is how it is.
    Told(Told),
    /// The gateway must be asked what became of it.
    Ask {
        /// What holds if the gateway knows nothing better.
        otherwise: Word,
    },
}

/// What the answer to a confirmation says.
#[must_use]
pub fn of_confirm(answer: Answer<Payment>, asked: Asked<'_>, now: Timestamp) -> Confirmed {
    match answer {
        Answer::Done(payment) => Confirmed::Told(told_by(payment, asked, now)),
        Answer::Unknown(Lost(code)) if is(Mutant::UnknownIsNo) => {
            Confirmed::Told(Told::word(Word::NotPaid { code }))
        }
        Answer::Unknown(Lost(why)) => {
            tracing::warn!(why, "gateway.answer_lost");
            Confirmed::Ask {
                otherwise: Word::Nothing,
            }
        }
        Answer::Rejected(Rejection { code, status }) => {
            match meaning(Call::Confirm, &code, status) {
                Meaning::Final => Confirmed::Told(Told::word(Word::NotPaid { code })),
                Meaning::Unknown | Meaning::AlreadyThere => Confirmed::Ask {
                    otherwise: Word::Nothing,
                },
                Meaning::Alarm => {
                    tracing::error!(code, status, "gateway.keys_are_wrong");
                    Confirmed::Told(Told::word(Word::NotPaid { code }))
                }
                Meaning::Unlisted => {
                    tracing::error!(code, status, "gateway.code_is_not_known");
                    Confirmed::Ask {
                        otherwise: Word::NotPaid { code },
                    }
                }
            }
        }
    }
}

/// What the gateway knows about an attempt.
#[derive(Clone, Debug)]
pub enum Known {
    Told(Told),
    /// The buyer has authorised it, and nobody has confirmed it: that can still be done.
    Unconfirmed,
    /// The gateway says that there is no such payment.
    NotThere,
    /// Nothing that helps.
    Nothing,
}

/// Whether an earlier confirmation of the same attempt may still be on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earlier {
    None,
    /// Its answer never came, so it may yet arrive and charge.
    MayArrive,
}

/// What holds of an attempt after a confirmation that settled nothing by itself, and a question
/// to the gateway. A no that is in no list (`otherwise`) counts only if nothing can be charged any
/// more by a request that is still under way.
#[must_use]
pub fn after_no(known: Known, earlier: Earlier, otherwise: Word) -> Told {
    match (known, earlier) {
        (Known::Told(told), _) => told,
        (Known::NotThere, _) | (Known::Unconfirmed, Earlier::None) => Told::word(otherwise),
        (Known::Unconfirmed, Earlier::MayArrive) | (Known::Nothing, _) => Told::word(Word::Nothing),
    }
}

/// What the answer to a query says about an attempt.
#[must_use]
pub fn of_query(answer: Answer<Payment>, asked: Asked<'_>, now: Timestamp) -> Known {
    match answer {
        Answer::Done(payment) if payment.status == Status::InProgress => Known::Unconfirmed,
        Answer::Done(payment) => Known::Told(told_by(payment, asked, now)),
        Answer::Unknown(Lost(why)) => {
            tracing::warn!(why, "gateway.answer_lost");
            Known::Nothing
        }
        Answer::Rejected(Rejection { code, status }) => match meaning(Call::Query, &code, status) {
            Meaning::Final => Known::NotThere,
            Meaning::Unknown | Meaning::AlreadyThere => Known::Nothing,
            Meaning::Alarm | Meaning::Unlisted => {
                tracing::error!(code, status, "gateway.cannot_be_queried");
                Known::Nothing
            }
        },
    }
}

/// The gateway's word on an attempt. What is not about this attempt and its amount says nothing.
fn told_by(payment: Payment, asked: Asked<'_>, now: Timestamp) -> Told {
    if payment.gateway_order != asked.gateway_order || payment.amount != asked.amount {
        tracing::error!(
            gateway_order = asked.gateway_order,
            ours = asked.amount.0,
            theirs = payment.amount.0,
            "gateway.payment_differs"
        );
        return Told::word(Word::Nothing);
    }
    Told {
        word: word_of(&payment, now),
        payment_key: Some(payment.payment_key),
        secret: payment.secret,
    }
}

fn word_of(payment: &Payment, now: Timestamp) -> Word {
    match &payment.status {
        // What came back of it later does not make it less paid.
        Status::Done | Status::PartlyCancelled => Word::Paid {
            paid_at: payment.approved_at.unwrap_or(now),
            method: payment.method.clone().unwrap_or_default(),
        },
        Status::WaitingForDeposit => {
            Word::WaitingForDeposit(payment.deposit.clone().unwrap_or(Deposit {
                bank: String::new(),
                account_number: String::new(),
                due: None,
            }))
        }
        Status::Cancelled | Status::Aborted | Status::Expired => Word::NotPaid {
            code: payment.failure.clone().unwrap_or_else(|| {
                match payment.status {
                    Status::Cancelled => "CANCELED",
                    Status::Aborted => "ABORTED",
                    Status::Ready
                    | Status::InProgress
                    | Status::WaitingForDeposit
                    | Status::Done
                    | Status::PartlyCancelled
                    | Status::Expired
                    | Status::Other(_) => "EXPIRED",
                }
                .to_owned()
            }),
        },
        Status::Ready | Status::InProgress | Status::Other(_) => Word::Nothing,
    }
}

/// What a cancel's answer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cancelled {
    Tried(Tried),
    /// The gateway must be asked whether it has happened.
    Ask {
        /// What holds if it has not.
        otherwise: Tried,
    },
}

/// What the answer to a cancel for this refund says.
#[must_use]
pub fn of_cancel(answer: Answer<Payment>, refund: RefundId) -> Cancelled {
    match answer {
        Answer::Done(payment) => match cancel_of(&payment, refund) {
            Some(cancel) => Cancelled::Tried(tried_by(cancel)),
            None => {
                tracing::error!(%refund, "gateway.cancel_is_not_listed");
                Cancelled::Tried(Tried::Unknown)
            }
        },
        Answer::Unknown(Lost(why)) if is(Mutant::RefundOnTimeout) => {
            Cancelled::Tried(Tried::Done {
                refunded_at: Timestamp(0),
                transaction_key: why,
            })
        }
        Answer::Unknown(Lost(why)) => {
            tracing::warn!(why, "gateway.answer_lost");
            Cancelled::Ask {
                otherwise: Tried::Unknown,
            }
        }
        Answer::Rejected(Rejection { code, status }) => {
            let otherwise = match meaning(Call::Cancel, &code, status) {
                // Still at it: the same key finds the answer.
                Meaning::Unknown if code == "IDEMPOTENT_REQUEST_PROCESSING" => Tried::Unknown,
                Meaning::Unknown => Tried::Failed,
                Meaning::AlreadyThere | Meaning::Final => Tried::Refused { code },
                Meaning::Alarm => {
                    // Our own mistake must not turn into thousands of refused refunds.
                    tracing::error!(code, status, "gateway.keys_are_wrong");
                    Tried::Failed
                }
                Meaning::Unlisted => {
                    tracing::error!(code, status, "gateway.code_is_not_known");
                    Tried::Refused { code }
                }
            };
            Cancelled::Ask { otherwise }
        }
    }
}

/// What the gateway knows about a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It was sent, and this came of it.
    Tried(Tried),
    /// It has had no effect, and what is left of the payment is what we believe.
    NoEffect,
    /// Somebody else has given money back: nobody but a person can tell what for.
    BalanceDiffers,
    /// Nothing that helps.
    Nothing,
}

/// What the answer to a query says about a refund.
#[must_use]
pub fn of_refund_query(answer: &Answer<Payment>, refund: RefundId, refundable: Won) -> Found {
    match answer {
        Answer::Done(payment) => match cancel_of(payment, refund) {
            Some(cancel) => Found::Tried(tried_by(cancel)),
            None if payment.balance == refundable => Found::NoEffect,
            None => Found::BalanceDiffers,
        },
        Answer::Rejected(_) | Answer::Unknown(_) => Found::Nothing,
    }
}

fn cancel_of(payment: &Payment, refund: RefundId) -> Option<&Cancel> {
    let ours = |cancel: &&Cancel| {
        refund_in(&cancel.reason) == Some(refund) && cancel.status != CancelStatus::Aborted
    };
    payment.cancels.iter().find(ours)
}

fn tried_by(cancel: &Cancel) -> Tried {
    match cancel.status {
        CancelStatus::Done => Tried::Done {
            refunded_at: cancel.cancelled_at,
            transaction_key: cancel.transaction_key.clone(),
        },
        CancelStatus::InProgress | CancelStatus::Aborted | CancelStatus::Other(_) => Tried::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_no_in_no_list_counts_only_when_no_earlier_request_can_charge() {
        let no = || Word::NotPaid {
            code: "SOMETHING_NEW".to_owned(),
        };
        let paid = Word::Paid {
            paid_at: Timestamp(1),
            method: "카드".to_owned(),
        };
        let told = |word: &Word| Known::Told(Told::word(word.clone()));
        for (known, earlier, expected) in [
            (Known::Unconfirmed, Earlier::None, no()),
            (Known::Unconfirmed, Earlier::MayArrive, Word::Nothing),
            (Known::NotThere, Earlier::MayArrive, no()),
            // Nobody knows: it is asked again.
            (Known::Nothing, Earlier::None, Word::Nothing),
            (told(&Word::Nothing), Earlier::None, Word::Nothing),
            (told(&paid), Earlier::MayArrive, paid.clone()),
        ] {
            let said = format!("{known:?} {earlier:?}");
            assert_eq!(after_no(known, earlier, no()).word, expected, "{said}");
        }
    }
}
