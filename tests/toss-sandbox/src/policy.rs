//! How the sandbox behaves where it has a choice: what nobody has documented, and how slow it is.

use serde::{Deserialize, Serialize};

use crate::refusal::{self, Refusal};

/// Set at the start, and changed while it runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// How long every call takes, at least.
    pub latency_ms: u64,
    /// How long a slow card takes to be confirmed.
    pub slow_ms: u64,
    /// How long after it happened a transaction shows in the list, by the sandbox's clock.
    pub transactions_delay_ms: i64,
    /// Calls of one key to one operation in one minute of the sandbox's clock; then 429.
    pub requests_per_minute: Option<u32>,
    /// The code for a confirmation with another amount than the window's.
    pub amount_mismatch: String,
    pub concurrent: Concurrent,
    pub cancel_rows: CancelRows,
    /// Where webhooks go.
    pub webhooks: Vec<String>,
}

/// What happens to a call while another one works on the same payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Concurrent {
    /// It waits for its turn and then finds what the other one made of it.
    #[default]
    Queue,
    /// 403 `FORBIDDEN_CONSECUTIVE_REQUEST`
    Forbid,
}

/// The sign of a cancel in the list of transactions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelRows {
    #[default]
    Positive,
    Negative,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            latency_ms: 0,
            slow_ms: 8_000,
            transactions_delay_ms: 0,
            requests_per_minute: None,
            amount_mismatch: refusal::INVALID_REQUEST.code.into_owned(),
            concurrent: Concurrent::Queue,
            cancel_rows: CancelRows::Positive,
            webhooks: Vec::new(),
        }
    }
}

impl Policy {
    /// The answer to a confirmation with a wrong amount.
    #[must_use]
    pub fn mismatch(&self) -> Refusal {
        let code = &self.amount_mismatch;
        Refusal::documented(code).unwrap_or_else(|| {
            Refusal::undocumented(400, code, refusal::INVALID_REQUEST.message.as_ref())
        })
    }
}
