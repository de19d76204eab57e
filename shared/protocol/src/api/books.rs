//! The books as operators read them: accounts, statements, and the gateway's list against ours.

use domain::id::{OrderId, RefundId};
use domain::money::Won;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An account and what is on it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AccountView {
    #[schema(example = "escrow:7")]
    pub account: String,
    /// What is there, on the side on which the account grows.
    pub balance_won: Won,
    /// What of it is promised to nobody.
    pub available_won: Won,
}

/// Money that waits until its buyer has named a bank account.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AwaitedAccount {
    pub refund: RefundId,
    pub order: OrderId,
    pub amount_won: Won,
    pub since: Timestamp,
}

/// How far a transfer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransferState {
    Pending,
    Posted,
    Voided,
}

/// One transfer, seen from an account.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct StatementLine {
    pub transfer: i64,
    /// Why it moved.
    pub cause: String,
    /// What it was for: an order, a refund, an entry.
    pub subject: String,
    /// The account at the other end.
    pub other: String,
    /// Above zero when this account was debited.
    pub amount_won: Won,
    pub state: TransferState,
    pub made_at: Timestamp,
    pub settled_at: Option<Timestamp>,
}

/// A stretch of an account's transfers, oldest first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Statement {
    pub account: String,
    pub lines: Vec<StatementLine>,
    /// Ask for what comes after it the next time.
    pub last: i64,
}

/// Whose list is to be compared: from when to when, the end not included.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompareBooks {
    pub from: Timestamp,
    pub until: Timestamp,
}

/// How far a comparison has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ComparisonState {
    /// It waits until the gateway's list can be complete.
    Asked {
        next_read_at: Timestamp,
    },
    /// Something differed; the list is read once more, because the gateway tells late.
    Reread {
        next_read_at: Timestamp,
    },
    Finished {
        finished_at: Timestamp,
    },
}

/// What does not agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BooksMismatch {
    /// The gateway has a charge that no attempt of ours explains.
    ChargeMissingHere,
    /// We have an attempt as paid that the gateway does not list.
    ChargeMissingThere,
    /// The gateway has a cancel that no refund of ours explains.
    RefundMissingHere,
    /// We have a refund as done that the gateway does not list.
    RefundMissingThere,
    AmountDiffers,
    /// The gateway has charged for an attempt that is not paid here.
    StateDiffers,
}

/// What an operator decides about a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BooksDecision {
    /// The repair that is proposed.
    CarryOut,
    /// It was seen to in another way, or is none.
    SetAside,
}

/// How far a decision has come.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum BooksRepaired {
    /// The gateway has not said yes yet.
    Decided,
    Done {
        done_at: Timestamp,
    },
    /// The gateway refuses: it can be decided again.
    Refused {
        code: String,
    },
}

/// What was decided about a difference.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BooksDecided {
    pub decision: BooksDecision,
    pub decided_at: Timestamp,
    #[serde(flatten)]
    pub progress: BooksRepaired,
}

/// A signed decision about a difference.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideDifference {
    /// Who decides.
    pub by: String,
    /// Why; it is kept.
    pub note: String,
    pub decision: BooksDecision,
}

/// What would put a difference right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BooksRepair {
    /// The gateway is asked again by itself.
    AskTheGateway,
    CancelAtTheGateway,
    EnterTheRefund,
    AskSupport,
}

/// One thing that does not agree.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BooksDifference {
    /// Its place in the comparison, counted from 1.
    pub number: u32,
    pub what: BooksMismatch,
    /// What stands in our books.
    pub here: Option<String>,
    /// What the gateway says.
    pub there: Option<String>,
    pub here_won: Option<Won>,
    pub there_won: Option<Won>,
    pub order: Option<OrderId>,
    pub refund: Option<RefundId>,
    pub gateway_order: String,
    pub payment_key: String,
    pub repair: BooksRepair,
    /// What is proposed can be carried out here.
    pub can_be_carried_out: bool,
    /// None while nobody has decided.
    pub decided: Option<BooksDecided>,
}

/// The gateway's list of transactions against the ledger.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ComparisonView {
    pub comparison: i64,
    pub from: Timestamp,
    pub until: Timestamp,
    #[serde(flatten)]
    pub progress: ComparisonState,
    /// How many transactions the gateway has told.
    pub transactions: i64,
    pub differences: Vec<BooksDifference>,
}
