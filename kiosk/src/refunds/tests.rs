//! Pledges that were paid at this kiosk: what of them comes back here.

use domain::booking::BookingNumber;
use domain::id::{CampaignId, NodeId, ScreeningId, TheaterId};
use domain::pledge::{Pledge, ReturnReason};
use domain::version::Version;
use uuid::Uuid;

use super::*;

const PRICE: Won = Won(12_000);

/// A kiosk at which three tickets of a campaign were paid in cash.
struct Stage {
    db: Connection,
    node: NodeId,
    pledge: Pledge,
    refunds: u128,
}

impl Stage {
    fn new() -> Self {
        let node: NodeId = "seoul-1".parse().unwrap();
        let number: BookingNumber = "000000000001".parse().unwrap();
        let pledge = Pledge {
            pledge: PledgeId(Uuid::from_u128(1)),
            number,
            campaign: CampaignId(1),
            screening: ScreeningId(1),
            node: node.clone(),
            version: Version::FIRST.granted(),
            tickets: 3,
            price: PRICE,
            order: OrderId(Uuid::from_u128(2)),
            made_at: Timestamp(0),
            state: PledgeState::Live,
            back_at_counter: Won(0),
            phone: None,
        };
        let mut stage = Self {
            db: store::open_memory(crate::sqlite::MIGRATIONS).unwrap(),
            node,
            pledge: pledge.clone(),
            refunds: 100,
        };
        let paid = KioskTender {
            order: pledge.order,
            kind: TenderKind::Cash,
            paid_for: PaidFor::Pledge(pledge.pledge),
            amount: pledge.amount(),
            approval_no: String::new(),
            taken_at: Timestamp(0),
            gives_back: None,
        };
        stage.act(|tx, here| {
            seats::sqlite::seats::record_seating(tx, ScreeningId(1), TheaterId(1)).unwrap();
            seats::record_tender(tx, here, ScreeningId(1), paid).unwrap();
        });
        stage.hub_says(pledge);
        stage
    }

    fn act<T>(&mut self, act: impl FnOnce(&Transaction<'_>, Here<'_>) -> T) -> T {
        let here = Here {
            node: &self.node,
            now: Timestamp(1),
        };
        let tx = self.db.transaction().unwrap();
        let done = act(&tx, here);
        tx.commit().unwrap();
        done
    }

    fn hub_says(&mut self, pledge: Pledge) {
        self.pledge = pledge.clone();
        self.act(|tx, _| seats::apply_pledge(tx, &NodeId::hub(), &pledge).unwrap());
    }

    /// The hub leaves the pledge so many tickets, and wants so much given back here in all.
    fn hub_leaves(&mut self, tickets: u32, back: i64) {
        let left = Pledge {
            tickets,
            back_at_counter: Won(back),
            ..self.pledge.changed_to(PledgeState::Live)
        };
        self.hub_says(left);
    }

    fn hub_gives_back(&mut self) {
        let why = ReturnReason::CampaignFailed;
        self.hub_says(self.pledge.changed_to(PledgeState::Returning { why }));
    }

    /// What staff give back now; none when there is nothing.
    fn back(&mut self) -> Option<Won> {
        self.refunds += 1;
        let asked = (RefundId(Uuid::from_u128(self.refunds)), self.pledge.pledge);
        match self.act(|tx, here| begin_pledge(tx, here, asked)) {
            Ok(refund) => Some(refund.amount),
            Err(RefundError::NothingBack) => None,
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn a_pledge_that_came_to_nothing_comes_back_once() {
    let mut stage = Stage::new();
    assert_eq!(stage.back(), None, "it counts");
    stage.hub_gives_back();
    assert_eq!(stage.back(), Some(Won(36_000)));
    assert_eq!(stage.back(), None);
}

#[test]
fn the_difference_comes_back_when_a_pledge_was_lowered_and_the_rest_when_it_fails() {
    let mut stage = Stage::new();
    stage.hub_leaves(1, 24_000);
    assert_eq!(stage.back(), Some(Won(24_000)));
    assert_eq!(stage.back(), None, "the rest counts");
    stage.hub_gives_back();
    assert_eq!(stage.back(), Some(Won(12_000)));
    assert_eq!(stage.back(), None);
}

#[test]
fn what_was_raised_on_the_web_is_not_this_kiosks() {
    let mut stage = Stage::new();
    stage.hub_leaves(5, 0);
    assert_eq!(stage.back(), None);
    stage.hub_leaves(3, 0);
    assert_eq!(stage.back(), None, "the raise goes back where it was paid");
    stage.hub_leaves(2, 12_000);
    assert_eq!(stage.back(), Some(PRICE));
}

#[test]
fn what_was_lowered_comes_back_although_it_was_raised_again_on_the_web() {
    let mut stage = Stage::new();
    stage.hub_leaves(1, 24_000);
    stage.hub_leaves(5, 24_000);
    assert_eq!(stage.back(), Some(Won(24_000)));
    stage.hub_gives_back();
    assert_eq!(stage.back(), Some(PRICE), "the raise is not this kiosk's");
    assert_eq!(stage.back(), None);
}

#[test]
fn a_hub_of_before_says_it_by_the_tickets_alone() {
    let mut stage = Stage::new();
    stage.hub_leaves(1, 0);
    assert_eq!(stage.back(), Some(Won(24_000)));
}
