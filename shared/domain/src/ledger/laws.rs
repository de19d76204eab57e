//! What holds whatever is promised, posted and voided.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// Something that is done with one of a few transfers.
#[derive(Clone, Copy, Debug)]
enum Step {
    Begin {
        transfer: u8,
        debit: u8,
        credit: u8,
        amount: i64,
    },
    Post(u8),
    Void(u8),
}

fn account(at: u8) -> Account {
    let node = || "seoul-1".parse().unwrap();
    match at {
        0 => Account::GatewayReceivable,
        1 => Account::Escrow(CampaignId(7)),
        2 => Account::Escrow(CampaignId(8)),
        3 => Account::TheaterPayable(TheaterId(3)),
        4 => Account::Tenders {
            node: node(),
            kind: TenderKind::Card,
        },
        5 => Account::Tenders {
            node: node(),
            kind: TenderKind::Cash,
        },
        6 => Account::GatewayFees,
        7 => Account::RefundsInTransit,
        8 => Account::Suspense,
        _ => Account::Bank,
    }
}

const ACCOUNTS: u8 = 10;

fn step() -> impl Strategy<Value = Step> {
    let transfer = 0..12u8;
    prop_oneof![
        (transfer.clone(), 0..ACCOUNTS, 0..ACCOUNTS, -5..100_000i64).prop_map(
            |(transfer, debit, credit, amount)| Step::Begin {
                transfer,
                debit,
                credit,
                amount,
            }
        ),
        transfer.clone().prop_map(Step::Post),
        transfer.prop_map(Step::Void),
    ]
}

#[derive(Default)]
struct Ledger {
    transfers: BTreeMap<u8, (Movement, Phase)>,
}

impl Ledger {
    fn take(&mut self, step: Step) {
        match step {
            Step::Begin {
                transfer,
                debit,
                credit,
                amount,
            } => {
                if let Ok(movement) = Movement::new(account(debit), account(credit), Won(amount)) {
                    let begun = (movement, Phase::Pending);
                    self.transfers.entry(transfer).or_insert(begun);
                }
            }
            Step::Post(transfer) => self.settle(transfer, Phase::post),
            Step::Void(transfer) => self.settle(transfer, Phase::void),
        }
    }

    fn settle(&mut self, transfer: u8, how: fn(Phase) -> Result<Settling, SettledOtherwise>) {
        if let Some((_, phase)) = self.transfers.get_mut(&transfer)
            && let Ok(Settling::Now(settled)) = how(*phase)
        {
            *phase = settled;
        }
    }

    fn books(&self) -> Books {
        let mut books = Books::default();
        for (movement, phase) in self.transfers.values() {
            books.count(movement, *phase);
        }
        books
    }
}

proptest! {
    #[test]
    fn the_sum_over_all_accounts_is_always_nothing(steps in prop::collection::vec(step(), 0..80)) {
        let mut ledger = Ledger::default();
        for step in steps {
            ledger.take(step);
            prop_assert_eq!(ledger.books().sum(), Won(0));
        }
    }

    #[test]
    fn a_voided_transfer_leaves_nothing(
        steps in prop::collection::vec(step(), 0..40),
        debit in 0..ACCOUNTS, credit in 0..ACCOUNTS, amount in 1..100_000i64,
    ) {
        prop_assume!(debit != credit);
        let mut ledger = Ledger::default();
        steps.into_iter().for_each(|step| ledger.take(step));
        let before = ledger.books();
        ledger.take(Step::Begin { transfer: 200, debit, credit, amount });
        ledger.take(Step::Void(200));
        let after = ledger.books();
        for at in 0..ACCOUNTS {
            prop_assert_eq!(before.of(&account(at)), after.of(&account(at)));
        }
    }

    #[test]
    fn posting_twice_is_posting_once(steps in prop::collection::vec(step(), 0..40)) {
        let (mut once, mut twice) = (Ledger::default(), Ledger::default());
        for step in steps {
            once.take(step);
            twice.take(step);
            twice.take(step);
        }
        prop_assert_eq!(once.books(), twice.books());
    }

    #[test]
    fn what_is_promised_is_not_there(
        debit in 0..ACCOUNTS, credit in 0..ACCOUNTS, amount in 1..100_000i64,
    ) {
        prop_assume!(debit != credit);
        let mut ledger = Ledger::default();
        ledger.take(Step::Begin { transfer: 1, debit, credit, amount });
        let books = ledger.books();
        for at in [debit, credit] {
            let account = account(at);
            let balance = books.of(&account);
            prop_assert_eq!(balance.on(account.side()), Won(0));
            prop_assert!(balance.available(account.side()) <= Won(0));
        }
    }

    #[test]
    fn what_is_settled_stays_settled(first in any::<bool>(), then in any::<bool>()) {
        let settle = |phase: Phase, post| if post { phase.post() } else { phase.void() };
        let Ok(Settling::Now(settled)) = settle(Phase::Pending, first) else {
            return Err(TestCaseError::fail("a pending transfer can be settled"));
        };
        let again = settle(settled, then);
        prop_assert_eq!(again == Ok(Settling::Already), first == then);
        prop_assert_eq!(again == Err(SettledOtherwise(settled)), first != then);
    }
}

#[test]
fn an_account_is_known_by_its_name() {
    for at in 0..ACCOUNTS {
        let account = account(at);
        assert_eq!(account.to_string().parse(), Ok(account));
    }
    for wrong in [
        "",
        "escrow",
        "escrow:",
        "escrow:x",
        "gateway:1",
        "tenders:a:coin",
    ] {
        assert_eq!(wrong.parse::<Account>(), Err(NoAccount(wrong.to_owned())));
    }
}

#[test]
fn nothing_and_a_circle_do_not_move() {
    let (bank, fees) = (Account::Bank, Account::GatewayFees);
    let moved = |debit: &Account, credit: &Account, amount| {
        Movement::new(debit.clone(), credit.clone(), Won(amount)).map(|_| ())
    };
    assert_eq!(moved(&bank, &fees, 0), Err(CannotMove::NothingMoves));
    assert_eq!(moved(&bank, &fees, -1), Err(CannotMove::NothingMoves));
    assert_eq!(moved(&bank, &bank, 1), Err(CannotMove::SameAccount));
}
