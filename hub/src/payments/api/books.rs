//! What may be asked about the books: accounts, statements, entries, daily totals and the
//! comparison with the gateway's list.
//!
//! | request | body | answer |
//! |---|---|---|
//! | `GET /accounts` | | [`AccountView`] of every account |
//! | `GET /accounts/{account}` | | [`AccountView`] |
//! | `GET /accounts/{account}/statement?after=&limit=` | | [`Statement`] |
//! | `PUT /entries/{entry}` | [`Entry`] | [`Entered`]; the same again is the same entry |
//! | `GET /nodes/{node}/totals?from=&to=` | | [`DayTotal`] for each business date and kind |
//! | `POST /reconciliations` | [`Window`] | [`ReconciliationView`] |
//! | `GET /reconciliations/{reconciliation}` | | [`ReconciliationView`] |

use domain::id::{CampaignId, NodeId, OrderId, RefundId, TheaterId};
use domain::ledger::{Account, Balance, Phase};
use domain::money::Won;
use domain::order::TenderKind;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An account and what is on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    /// Such as `escrow:7`, `theater:3`, `tenders:seoul-1:card`, `gateway`, `refunds`.
    pub account: Account,
    /// What is there, on the side on which the account grows.
    pub balance: Won,
    /// What of it is promised to nobody.
    pub available: Won,
    pub sums: Balance,
}

/// A stretch of an account's transfers, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    pub account: Account,
    pub lines: Vec<StatementLine>,
    /// Ask for what comes after it the next time.
    pub last: i64,
}

/// One transfer, seen from an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementLine {
    pub transfer: i64,
    /// Why it moved.
    pub cause: String,
    /// What it was for: an order, a refund, an entry.
    pub subject: String,
    /// The account at the other end.
    pub other: Account,
    /// Above zero when this account was debited.
    pub amount: Won,
    pub phase: Phase,
    pub made_at: Timestamp,
    pub settled_at: Option<Timestamp>,
}

/// What people enter into the books.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum Entry {
    /// The campaign has succeeded and its screening is over: all of its escrow is the
    /// theater's.
    CampaignSettled {
        campaign: CampaignId,
        theater: TheaterId,
    },
    /// The theater has its money.
    TheaterPaidOut { theater: TheaterId, amount: Won },
    /// The gateway has paid out to our bank, and kept its fees.
    GatewayPaidOut { amount: Won, fees: Won },
    /// What a kiosk took has come to our bank.
    TendersBanked {
        node: NodeId,
        kind: TenderKind,
        amount: Won,
    },
    /// A kiosk's or a cash desk's staff have given money of a tender back: the gateway cannot,
    /// because it never had it.
    TenderGivenBack {
        order: OrderId,
        node: NodeId,
        kind: TenderKind,
        amount: Won,
    },
    /// A refund that the gateway refuses was paid by hand, from our bank.
    RefundPaidByHand { refund: RefundId },
}

/// What an entry has moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entered {
    pub id: Uuid,
    #[serde(flatten)]
    pub entry: Entry,
    pub moved: Won,
    pub made_at: Timestamp,
}

/// What a kiosk took on one business date in one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayTotal {
    /// `yyyy-mm-dd`.
    pub business_date: String,
    pub kind: TenderKind,
    pub tenders: i64,
    pub amount: Won,
}

/// From when to when, the end not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub from: Timestamp,
    pub until: Timestamp,
}

/// How far a comparison has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Progress {
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

/// The gateway's list of transactions against the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconciliationView {
    pub reconciliation: i64,
    pub window: Window,
    #[serde(flatten)]
    pub progress: Progress,
    /// How many transactions the gateway has told.
    pub transactions: i64,
    pub differences: Vec<Difference>,
}

/// What does not agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Mismatch {
    /// The gateway has a charge that no attempt of ours explains.
    ChargeMissingHere {
        amount: Won,
    },
    /// We have an attempt as paid that the gateway does not list.
    ChargeMissingThere {
        amount: Won,
    },
    /// The gateway has a cancel that no refund of ours explains.
    RefundMissingHere {
        amount: Won,
    },
    /// We have a refund as done that the gateway does not list.
    RefundMissingThere {
        amount: Won,
        refund: RefundId,
    },
    AmountDiffers {
        here: Won,
        there: Won,
    },
    /// The gateway has charged for an attempt that is not paid here.
    StateDiffers {
        here: String,
        there: String,
    },
}

/// What would put a difference right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// The gateway is asked about this attempt again; that is done by itself.
    AskTheGateway,
    /// Somebody cancels the charge at the gateway, or finds out whose it is.
    CancelAtTheGateway,
    /// Somebody finds out who cancelled it, and enters the refund.
    EnterTheRefund,
    /// Somebody asks the gateway's support with these keys.
    AskSupport,
}

/// One thing that does not agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    #[serde(flatten)]
    pub mismatch: Mismatch,
    pub order: Option<OrderId>,
    pub gateway_order: String,
    pub payment_key: String,
    /// The gateway's key of what it lists; none when it is missing there.
    #[serde(default)]
    pub transaction_key: Option<String>,
    /// When it was, by the gateway's list.
    #[serde(default)]
    pub at: Option<Timestamp>,
    pub repair: Repair,
    /// What was decided about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<RepairView>,
}

impl Difference {
    /// What it is about: the same in every comparison that finds it.
    #[must_use]
    pub fn subject(&self) -> String {
        let what = match self.mismatch {
            Mismatch::ChargeMissingHere { .. } => "charge_missing_here",
            Mismatch::ChargeMissingThere { .. } => "charge_missing_there",
            Mismatch::RefundMissingHere { .. } => "refund_missing_here",
            Mismatch::RefundMissingThere { .. } => "refund_missing_there",
            Mismatch::AmountDiffers { .. } => "amount_differs",
            Mismatch::StateDiffers { .. } => "state_differs",
        };
        let key = self.transaction_key.as_deref();
        let key = key.unwrap_or(&self.gateway_order);
        format!("{what} {} {key}", self.payment_key)
    }

    /// Whether its repair can be carried out here.
    #[must_use]
    pub fn can_be_carried_out(&self) -> bool {
        match self.repair {
            Repair::AskTheGateway => true,
            // Only what is none of ours: a payment of ours goes back by a refund.
            Repair::CancelAtTheGateway => self.order.is_none(),
            Repair::EnterTheRefund => self.order.is_some(),
            Repair::AskSupport => false,
        }
    }
}

/// What an operator decides about a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The repair that is proposed.
    CarryOut,
    /// It was seen to in another way, or is none.
    SetAside,
}

/// The body of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decide {
    pub decision: Decision,
}

/// How far a decision has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Repaired {
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

/// A decision as the payments module knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairView {
    pub decision: Decision,
    pub decided_at: Timestamp,
    #[serde(flatten)]
    pub progress: Repaired,
}
