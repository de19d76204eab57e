//! The daily close of a kiosk (마감): what it took and gave back by its own facts, what its card
//! terminal says, and what the staff have counted. A difference is named, never smoothed over.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::id::{NodeId, OrderId};
use crate::money::Won;
use crate::order::TenderKind;
use crate::tender::KioskTender;
use crate::time::Timestamp;

/// More differences than this are not named one by one.
pub const DIFFERENCES_MAX: usize = 200;

/// Money of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Totals {
    pub taken_won: Won,
    pub taken_count: u32,
    /// A positive amount.
    pub given_back_won: Won,
    pub given_back_count: u32,
}

/// What is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Difference {
    /// The terminal moved money of which the kiosk knows nothing.
    OnlyAtTerminal {
        order: OrderId,
        approval_no: String,
        amount_won: Won,
    },
    /// The kiosk believes in a card's money of which the terminal knows nothing.
    OnlyHere {
        order: OrderId,
        approval_no: String,
        amount_won: Won,
    },
    /// Both know of it, with different amounts.
    AmountDiffers {
        order: OrderId,
        here_won: Won,
        terminal_won: Won,
    },
    /// Not settled yet: the next close has to explain it.
    StillOpen { order: OrderId, amount_won: Won },
    /// The cash that was counted is not the cash that should be there.
    CashDiffers { expected_won: Won, counted_won: Won },
}

/// One movement of money as the terminal knows it: by the order that was paid or, for a refund,
/// by the refund's own id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtTerminal {
    pub order: OrderId,
    /// Below 0 when it went back.
    pub amount: Won,
    pub approval_no: String,
}

/// What a close is made of.
#[derive(Clone, Copy, Debug)]
pub struct Till<'a> {
    /// The kiosk's own facts that stand in no close yet.
    pub tenders: &'a [KioskTender],
    /// What the terminal did since the last close, and what that one could not explain.
    pub terminal: &'a [AtTerminal],
    /// Orders and refunds whose outcome is not known yet.
    pub open: &'a BTreeSet<OrderId>,
    /// The cash in the drawer without the change that lies there at the start (준비금).
    pub counted: Won,
}

/// A close: made once, and then a fact of the kiosk's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DailyClose {
    pub node: NodeId,
    pub closed_at: Timestamp,
    /// The business date (영업일) that was closed, `2026-11-22`.
    pub business_date: String,
    pub card: Totals,
    pub cash: Totals,
    /// What the terminal says of cards.
    pub terminal: Totals,
    pub counted_cash: Won,
    pub differences: Vec<Difference>,
}

/// The outcome of comparing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    pub card: Totals,
    pub cash: Totals,
    pub terminal: Totals,
    pub differences: Vec<Difference>,
    /// The terminal's movements that the next close has to explain.
    pub carried: BTreeSet<OrderId>,
}

impl Totals {
    /// What has stayed.
    #[must_use]
    pub fn left(self) -> Won {
        self.taken_won - self.given_back_won
    }

    fn add(&mut self, amount: Won) {
        if amount < Won(0) {
            self.given_back_won = self.given_back_won - amount;
            self.given_back_count += 1;
        } else {
            self.taken_won = self.taken_won + amount;
            self.taken_count += 1;
        }
    }
}

/// Compares what the kiosk, the terminal and the staff know.
#[must_use]
pub fn compare(till: &Till<'_>) -> Compared {
    let (mut card, mut cash, mut terminal) =
        (Totals::default(), Totals::default(), Totals::default());
    let mut here: BTreeMap<OrderId, &KioskTender> = BTreeMap::new();
    for tender in till.tenders {
        match tender.kind {
            TenderKind::Cash => cash.add(tender.amount),
            TenderKind::Card => {
                card.add(tender.amount);
                here.insert(tender.order, tender);
            }
        }
    }
    let mut there: BTreeMap<OrderId, AtTerminal> = BTreeMap::new();
    for line in till.terminal {
        terminal.add(line.amount);
        // A charge and its reversal are nothing together.
        let known = there.entry(line.order).or_insert_with(|| AtTerminal {
            amount: Won(0),
            ..line.clone()
        });
        known.amount = known.amount + line.amount;
    }
    let mut compared = Compared {
        card,
        cash,
        terminal,
        differences: Vec::new(),
        carried: BTreeSet::new(),
    };
    compared.look_at_cards(&here, &there, till.open);
    if till.counted != cash.left() {
        compared.differences.push(Difference::CashDiffers {
            expected_won: cash.left(),
            counted_won: till.counted,
        });
    }
    compared
}

impl Compared {
    fn look_at_cards(
        &mut self,
        here: &BTreeMap<OrderId, &KioskTender>,
        there: &BTreeMap<OrderId, AtTerminal>,
        open: &BTreeSet<OrderId>,
    ) {
        for (&order, line) in there {
            match here.get(&order) {
                Some(tender) if tender.amount == line.amount => {}
                Some(tender) => self.differences.push(Difference::AmountDiffers {
                    order,
                    here_won: tender.amount,
                    terminal_won: line.amount,
                }),
                None if open.contains(&order) => {
                    self.carried.insert(order);
                    self.differences.push(Difference::StillOpen {
                        order,
                        amount_won: line.amount,
                    });
                }
                None if line.amount == Won(0) => {}
                None => self.differences.push(Difference::OnlyAtTerminal {
                    order,
                    approval_no: line.approval_no.clone(),
                    amount_won: line.amount,
                }),
            }
        }
        for (&order, tender) in here {
            if !there.contains_key(&order) {
                self.differences.push(Difference::OnlyHere {
                    order,
                    approval_no: tender.approval_no.clone(),
                    amount_won: tender.amount,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::id::BookingId;
    use crate::tender::PaidFor;

    fn order(id: u128) -> OrderId {
        OrderId(Uuid::from_u128(id))
    }

    fn tender(id: u128, kind: TenderKind, amount: i64) -> KioskTender {
        KioskTender {
            order: order(id),
            kind,
            paid_for: PaidFor::Booking(BookingId(Uuid::from_u128(99))),
            amount: Won(amount),
            approval_no: format!("{id:08}"),
            taken_at: Timestamp(0),
            gives_back: None,
        }
    }

    fn line(id: u128, amount: i64) -> AtTerminal {
        AtTerminal {
            order: order(id),
            amount: Won(amount),
            approval_no: format!("{id:08}"),
        }
    }

    fn differences(tenders: &[KioskTender], terminal: &[AtTerminal]) -> Vec<Difference> {
        compare(&Till {
            tenders,
            terminal,
            open: &BTreeSet::new(),
            counted: Won(0),
        })
        .differences
    }

    #[test]
    fn a_day_on_which_everything_is_right_has_no_differences() {
        let tenders = [
            tender(1, TenderKind::Card, 12_000),
            tender(2, TenderKind::Card, -6_000),
            tender(3, TenderKind::Cash, 24_000),
            tender(4, TenderKind::Cash, -4_000),
        ];
        // Order 5 was charged and taken back.
        let terminal = [
            line(1, 12_000),
            line(2, -6_000),
            line(5, 9_000),
            line(5, -9_000),
        ];
        let compared = compare(&Till {
            tenders: &tenders,
            terminal: &terminal,
            open: &BTreeSet::new(),
            counted: Won(20_000),
        });
        assert_eq!(compared.differences, []);
        assert_eq!(compared.card.left(), Won(6_000));
        assert_eq!(compared.cash.left(), Won(20_000));
        assert_eq!(compared.terminal.left(), Won(6_000));
    }

    #[test]
    fn each_difference_is_named() {
        let here = [tender(1, TenderKind::Card, 12_000)];
        let check = |tenders: &[KioskTender], terminal: &[AtTerminal], expected| {
            assert_eq!(differences(tenders, terminal), [expected]);
        };
        check(
            &[],
            &[line(1, 12_000)],
            Difference::OnlyAtTerminal {
                order: order(1),
                approval_no: "00000001".to_owned(),
                amount_won: Won(12_000),
            },
        );
        check(
            &here,
            &[],
            Difference::OnlyHere {
                order: order(1),
                approval_no: "00000001".to_owned(),
                amount_won: Won(12_000),
            },
        );
        check(
            &here,
            &[line(1, 11_000)],
            Difference::AmountDiffers {
                order: order(1),
                here_won: Won(12_000),
                terminal_won: Won(11_000),
            },
        );
        check(
            &[tender(3, TenderKind::Cash, 5_000)],
            &[],
            Difference::CashDiffers {
                expected_won: Won(5_000),
                counted_won: Won(0),
            },
        );
    }

    #[test]
    fn what_is_still_open_is_carried_into_the_next_close() {
        let open = BTreeSet::from([order(1)]);
        let compared = compare(&Till {
            tenders: &[],
            terminal: &[line(1, 12_000)],
            open: &open,
            counted: Won(0),
        });
        let still = Difference::StillOpen {
            order: order(1),
            amount_won: Won(12_000),
        };
        assert_eq!(compared.differences, [still]);
        assert_eq!(compared.carried, open);
    }
}
