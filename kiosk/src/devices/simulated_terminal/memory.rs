//! What the simulated terminal remembers for ever: its journal, and what stands in it.

use std::collections::BTreeMap;
use std::path::Path;

use domain::id::{OrderId, RefundId};
use domain::money::Won;

use super::journal::{Entry, Journal, JournalError};
use crate::devices::card_terminal::{
    Account, Approval, Line, Movement, RefundApproval, Unreachable,
};

/// The terminal's memory.
pub(super) struct Memory {
    /// Gone after the first failed write: what the file then holds is known only after a
    /// restart has read it.
    journal: Option<Journal>,
    orders: BTreeMap<OrderId, Known>,
    refunds: BTreeMap<RefundId, (OrderId, RefundApproval)>,
    lines: Vec<Line>,
    approvals: u64,
}

/// What became of an order.
pub(super) enum Known {
    Approved(Approval),
    Reversed,
}

impl Memory {
    /// Reads the journal at `path`, or begins one.
    pub(super) fn open(path: &Path) -> Result<Self, JournalError> {
        let (journal, entries) = Journal::open(path)?;
        let mut memory = Self {
            journal: Some(journal),
            orders: BTreeMap::new(),
            refunds: BTreeMap::new(),
            lines: Vec::new(),
            approvals: 0,
        };
        for entry in entries {
            memory.remember(entry);
        }
        Ok(memory)
    }

    /// Whether anything can be recorded.
    pub(super) fn works(&self) -> bool {
        self.journal.is_some()
    }

    /// A memory on a disk that refuses each write.
    #[cfg(test)]
    pub(super) fn break_journal(&mut self, path: &Path) {
        self.journal = Some(Journal::unwritable(path));
    }

    pub(super) fn order(&self, order: OrderId) -> Option<&Known> {
        self.orders.get(&order)
    }

    pub(super) fn refunded(&self, refund: RefundId) -> Option<&RefundApproval> {
        self.refunds.get(&refund).map(|(_, approval)| approval)
    }

    /// What of a charge has not gone back.
    pub(super) fn left_of(&self, order: OrderId) -> Won {
        let Some(Known::Approved(approval)) = self.orders.get(&order) else {
            return Won(0);
        };
        let refunds = self.refunds.values().filter(|(of, _)| *of == order);
        approval.amount - refunds.map(|(_, refund)| refund.amount).sum()
    }

    /// The number of the next approval.
    pub(super) fn next_number(&self) -> u64 {
        self.approvals + 1
    }

    /// The movements of money after the first `after` of them. A caller who knows of more than
    /// there are has met another terminal before, and gets all of this one's.
    pub(super) fn account(&self, after: u64) -> Result<Account, Unreachable> {
        if !self.works() {
            return Err(Unreachable);
        }
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        let lines = self.lines.get(after..).unwrap_or(&self.lines);
        Ok(Account {
            lines: lines.to_vec(),
            last: self.lines.len() as u64,
        })
    }

    /// Writes `entry` to the journal, then into memory.
    pub(super) fn record(&mut self, entry: Entry) -> Result<(), Unreachable> {
        let journal = self.journal.as_mut().ok_or(Unreachable)?;
        if let Err(error) = journal.append(&entry) {
            tracing::error!(%error, "terminal.journal_failed");
            self.journal = None;
            return Err(Unreachable);
        }
        self.remember(entry);
        Ok(())
    }

    fn remember(&mut self, entry: Entry) {
        match entry {
            Entry::Approved { order, approval } => {
                self.approvals += 1;
                self.lines.push(Line {
                    what: Movement::Charge(order),
                    amount: approval.amount,
                    approval_no: approval.approval_no.clone(),
                });
                self.orders.insert(order, Known::Approved(approval));
            }
            Entry::Reversed { order, .. } => {
                let was = self.orders.insert(order, Known::Reversed);
                if let Some(Known::Approved(approval)) = was {
                    self.lines.push(Line {
                        what: Movement::Reversal(order),
                        amount: -approval.amount,
                        approval_no: approval.approval_no,
                    });
                }
            }
            Entry::Refunded {
                refund,
                order,
                approval,
            } => {
                self.approvals += 1;
                self.lines.push(Line {
                    what: Movement::Refund(refund),
                    amount: -approval.amount,
                    approval_no: approval.approval_no.clone(),
                });
                self.refunds.insert(refund, (order, approval));
            }
        }
    }
}
