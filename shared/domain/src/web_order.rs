//! What is to be paid on the web, and how far it has come (M2). One order, many attempts.
//!
//! Begin (the seats are kept, the attempt is named) → the payments module asks the gateway →
//! settle. What is settled stays so, however often and in whatever order it is told again.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::id::{BookingId, CampaignId, HoldId, OrderId, PledgeId, RefundId, ScreeningId, SeatId};
use crate::money::Won;
use crate::mutant::{Mutant, is};
use crate::time::{HOUR_MS, Timestamp};

/// Seats wait at most so long for money that is to be paid into an account: whoever has such an
/// account made pays nothing for the wait, and others want the seats.
pub const DEPOSIT_MS: i64 = HOUR_MS;

/// What happens to money that comes when the seats are gone: the buyer's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IfGone {
    /// Other free seats of the same zones; the money back if there are none.
    OtherSeatsInZone,
    Refund,
}

/// One seat with its price, as it was when the order was made (M1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub seat: SeatId,
    pub price: Won,
}

/// What is paid for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderFor {
    Seats {
        /// It keeps the seats. Another one if the order was put on other seats.
        hold: HoldId,
        screening: ScreeningId,
        /// In the order of the seats.
        lines: Vec<Line>,
        given: SeatsGiven,
    },
    /// Tickets of a campaign: a pledge, or more tickets in one. No seats of their own yet.
    Pledge {
        campaign: CampaignId,
        /// The planned one.
        screening: ScreeningId,
        tickets: u32,
        /// What one costs.
        price: Won,
    },
}

/// Something that is to be paid on the web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebOrder {
    pub order: OrderId,
    pub what: OrderFor,
    pub if_gone: IfGone,
    pub made_at: Timestamp,
    /// No attempt begins at it or later.
    pub expires_at: Timestamp,
    pub state: WebOrderState,
}

/// How far an order has come. Of an attempt it knows the name that the gateway has for it, and
/// neither key nor card (M6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum WebOrderState {
    /// Nothing is under way.
    Open,
    /// The last attempt came to nothing, and nothing was charged: another one may begin.
    NotPaid { code: String },
    /// The gateway may be charging: unknown until its word is known, and the seats are kept (S5).
    Confirming { attempt: String, since: Timestamp },
    /// The buyer has been given an account to pay into; the seats wait for the money.
    WaitingForDeposit { attempt: String, until: Timestamp },
    Paid {
        booking: BookingId,
        paid_at: Timestamp,
    },
    /// The money is in a pledge.
    Pledged {
        pledge: PledgeId,
        paid_at: Timestamp,
    },
    /// The campaign could not take the money any more: it goes back with the campaign's own
    /// refunds.
    PledgeReturned { paid_at: Timestamp },
    /// Nothing was charged, and nothing will be.
    Over { why: OverBecause },
    /// Money was taken for seats that could not be given: it goes back.
    Refunding { refund: RefundId },
    Refunded {
        refund: RefundId,
        refunded_at: Timestamp,
    },
    /// The gateway will not give it back: it is on the operator's list.
    RefundRefused { refund: RefundId },
}

impl WebOrderState {
    /// Whether nothing was paid and nothing is under way, so that an attempt to pay may begin as
    /// long as there is time.
    #[must_use]
    pub fn is_payable(&self) -> bool {
        match self {
            Self::Open | Self::NotPaid { .. } => true,
            Self::Confirming { .. }
            | Self::WaitingForDeposit { .. }
            | Self::Paid { .. }
            | Self::Pledged { .. }
            | Self::PledgeReturned { .. }
            | Self::Over { .. }
            | Self::Refunding { .. }
            | Self::Refunded { .. }
            | Self::RefundRefused { .. } => false,
        }
    }
}

/// Which seats an order is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeatsGiven {
    AsChosen,
    /// Those that were chosen were gone.
    Others,
}

/// Why an order ended without money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OverBecause {
    /// It was not paid in time.
    Expired,
    /// The buyer gave it up.
    GivenUp,
    /// An attempt was broken off before the gateway was asked.
    BrokenOff,
}

/// What the payments module says of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// Nothing to settle: no attempt has got anywhere, or its outcome is not known.
    Nothing,
    WaitingForDeposit {
        due: Option<Timestamp>,
    },
    Paid {
        paid_at: Timestamp,
    },
    /// These attempts were refused, the last one with this code; none is under way.
    NotPaid {
        attempts: Vec<String>,
        code: String,
    },
    /// Nothing was charged, and nothing can be any more.
    Closed,
}

/// What follows for the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing: it is known already, or speaks of something else.
    Stay,
    /// The seats are kept no more without an end; the buyer may try again.
    TryAgain {
        code: String,
    },
    /// The seats wait for a deposit.
    Wait {
        attempt: String,
        until: Timestamp,
    },
    /// The seats are the buyer's.
    Give {
        paid_at: Timestamp,
    },
    /// Money has come although the order had been given up.
    Gone {
        paid_at: Timestamp,
    },
    End,
}

/// What the confirmation of an attempt is at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// The seats have to be kept first.
    New,
    /// It has begun; whoever asks again is answered alike.
    Again,
    /// There is nothing to confirm any more.
    Settled,
}

/// Why an attempt does not begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BeginRefused {
    #[error("the order is over; nothing was charged")]
    Over,
    #[error("another attempt to pay the order is under way")]
    AnotherUnderWay,
}

impl WebOrder {
    /// What is to be paid.
    #[must_use]
    pub fn amount(&self) -> Won {
        match &self.what {
            OrderFor::Seats { lines, .. } => lines.iter().map(|line| line.price).sum(),
            OrderFor::Pledge { tickets, price, .. } => Won(price.0 * i64::from(*tickets)),
        }
    }

    /// Whether the attempt may be confirmed at `now`.
    ///
    /// # Errors
    ///
    /// Refuses when the order is over, or another attempt is under way.
    pub fn begin(&self, attempt: &str, now: Timestamp) -> Result<Begin, BeginRefused> {
        match &self.state {
            WebOrderState::Open | WebOrderState::NotPaid { .. } if now < self.expires_at => {
                Ok(Begin::New)
            }
            WebOrderState::Open | WebOrderState::NotPaid { .. } | WebOrderState::Over { .. } => {
                Err(BeginRefused::Over)
            }
            WebOrderState::Confirming { attempt: known, .. }
            | WebOrderState::WaitingForDeposit { attempt: known, .. } => {
                if known == attempt {
                    Ok(Begin::Again)
                } else if is(Mutant::ConfirmTwice) {
                    Ok(Begin::New)
                } else {
                    Err(BeginRefused::AnotherUnderWay)
                }
            }
            WebOrderState::Paid { .. }
            | WebOrderState::Pledged { .. }
            | WebOrderState::PledgeReturned { .. }
            | WebOrderState::Refunding { .. }
            | WebOrderState::Refunded { .. }
            | WebOrderState::RefundRefused { .. } => Ok(Begin::Settled),
        }
    }

    /// What follows from the word of the payments module at `now`.
    #[must_use]
    pub fn hear(&self, word: &Word, now: Timestamp) -> Verdict {
        match &self.state {
            WebOrderState::Open | WebOrderState::NotPaid { .. } => match word {
                Word::Paid { paid_at } => Verdict::Give { paid_at: *paid_at },
                Word::Closed => Verdict::End,
                Word::Nothing | Word::WaitingForDeposit { .. } | Word::NotPaid { .. } => {
                    Verdict::Stay
                }
            },
            WebOrderState::Confirming { attempt, .. } => match word {
                Word::WaitingForDeposit { due } => {
                    let latest = now.plus_ms(DEPOSIT_MS);
                    Verdict::Wait {
                        attempt: attempt.clone(),
                        until: due.unwrap_or(latest).min(latest),
                    }
                }
                Word::Nothing | Word::Paid { .. } | Word::NotPaid { .. } | Word::Closed => {
                    of_attempt(attempt, word)
                }
            },
            WebOrderState::WaitingForDeposit { attempt, .. } => of_attempt(attempt, word),
            WebOrderState::Over { .. } => match word {
                Word::Paid { .. } if is(Mutant::IgnoreLateMoney) => Verdict::Stay,
                Word::Paid { paid_at } => Verdict::Gone { paid_at: *paid_at },
                Word::Nothing
                | Word::WaitingForDeposit { .. }
                | Word::NotPaid { .. }
                | Word::Closed => Verdict::Stay,
            },
            WebOrderState::Paid { .. }
            | WebOrderState::Pledged { .. }
            | WebOrderState::PledgeReturned { .. }
            | WebOrderState::Refunding { .. }
            | WebOrderState::Refunded { .. }
            | WebOrderState::RefundRefused { .. } => Verdict::Stay,
        }
    }
}

/// What follows for an attempt that is under way.
fn of_attempt(attempt: &str, word: &Word) -> Verdict {
    match word {
        Word::Paid { paid_at } => Verdict::Give { paid_at: *paid_at },
        // The word may be an old one, of an attempt before this.
        Word::NotPaid { attempts, code } if attempts.iter().any(|it| it == attempt) => {
            Verdict::TryAgain { code: code.clone() }
        }
        Word::Closed => Verdict::End,
        Word::Nothing | Word::WaitingForDeposit { .. } | Word::NotPaid { .. } => Verdict::Stay,
    }
}

/// How long a gateway's code may be.
pub const CODE_LENGTH_MAX: usize = 64;

/// Whether this may be a gateway's code, such as `PAY_PROCESS_CANCELED`. A text for people is
/// not: anybody can write a link that says anything.
#[must_use]
pub fn is_code(text: &str) -> bool {
    let letter = |it: u8| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_';
    (1..=CODE_LENGTH_MAX).contains(&text.len()) && text.bytes().all(letter)
}
