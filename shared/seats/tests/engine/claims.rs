//! Seats that are kept for backers: whatever else happens there is one for each of them (S6).

use domain::booking::BookingNumber;
use domain::id::{CampaignId, HoldId, NodeId, OrderId, PledgeId, SeatId};
use domain::money::Won;
use domain::pledge::{Pledge, PledgeState};
use domain::seating::{HoldRefused, SeatState};
use domain::time::Timestamp;
use domain::version::Version;
use seats::{Applied, BookError, HoldSeats, KeepError, KeepRefused, OwnError, OwnRefused};
use uuid::Uuid;

use crate::node::{Node, SCREENING, map, pair, screening};

fn claim(id: u128) -> Uuid {
    Uuid::from_u128(id)
}

fn keep(node: &mut Node, id: u128, seats: u32) -> Result<(), KeepRefused> {
    let kept = node.act(|tx, here| seats::keep(tx, here, SCREENING, (claim(id), seats)));
    match kept {
        Ok(()) => Ok(()),
        Err(KeepError::Refused(refused)) => Err(refused),
        Err(KeepError::Store(fault)) => panic!("{fault}"),
    }
}

#[test]
fn no_more_claims_are_kept_than_there_are_seats() {
    let (mut hub, _) = pair();
    assert_eq!(keep(&mut hub, 1, 4), Ok(()));
    assert_eq!(keep(&mut hub, 2, 3), Err(KeepRefused::NoSeat { left: 2 }));
    assert_eq!(keep(&mut hub, 2, 2), Ok(()));
    // A claim that wants more than there is keeps what it has.
    assert_eq!(keep(&mut hub, 2, 3), Err(KeepRefused::NoSeat { left: 2 }));
    hub.act(|tx, _| seats::let_go(tx, claim(1))).unwrap();
    assert_eq!(keep(&mut hub, 2, 6), Ok(()));
}

#[test]
fn what_is_kept_for_backers_is_not_sold_granted_or_blocked() {
    let (mut hub, kiosk) = pair();
    keep(&mut hub, 1, 5).unwrap();
    let kept = Err(HoldRefused::KeptForBackers(SCREENING));
    assert_eq!(hub.hold(&[0, 1]).map(drop), kept);
    let to = kiosk.node.clone();
    let granted =
        hub.act(|tx, here| seats::grant(tx, here, (SCREENING, &to), &[SeatId(0), SeatId(1)]));
    let why = OwnRefused::KeptForBackers;
    assert!(matches!(granted, Err(OwnError::Refused(refused)) if refused == why));
    let seats = [SeatId(0), SeatId(1)];
    let blocked = hub.act(|tx, here| seats::block(tx, here, SCREENING, &seats));
    assert!(matches!(blocked, Err(OwnError::Refused(refused)) if refused == why));
    hub.hold(&[0]).unwrap();
    assert_eq!(hub.hold(&[1]).map(drop), kept);
    // A hold that ends makes room again.
    hub.now = Timestamp(domain::seating::HOLD_MS);
    hub.hold(&[0]).unwrap();
}

#[test]
fn a_place_that_no_claim_can_have_is_no_room_for_one() {
    let (mut hub, _) = pair();
    let (without, seats) = ([SeatId(0), SeatId(1)], (claim(1), 5));
    hub.act(|tx, _| seats::leave_out(tx, SCREENING, &without))
        .unwrap();
    let kept = hub.act(|tx, here| seats::keep(tx, here, SCREENING, seats));
    assert!(kept.is_err());
    keep(&mut hub, 1, 4).unwrap();
    // And is sold to whoever asks for it.
    hub.hold(&[0, 1]).unwrap();
}

fn sold(kiosk: &Node, tickets: u32) -> Pledge {
    Pledge {
        pledge: PledgeId(claim(7)),
        number: "123456789012".parse::<BookingNumber>().unwrap(),
        campaign: CampaignId(1),
        screening: SCREENING,
        node: kiosk.node.clone(),
        version: Version::FIRST,
        tickets,
        price: Won(12_000),
        order: OrderId(claim(8)),
        made_at: kiosk.now,
        state: PledgeState::Live,
        back_at_counter: Won(0),
        phone: None,
    }
}

fn kept_at_kiosk(kiosk: &mut Node, wanted: &[u32]) -> HoldId {
    let (hold, mut unsold, map) = (HoldId(claim(9)), screening(), map());
    unsold.sale_from = unsold.sale_until;
    let wanted: Vec<SeatId> = wanted.iter().copied().map(SeatId).collect();
    let request = HoldSeats {
        hold,
        screening: &unsold,
        map: &map,
        wanted: &wanted,
    };
    kiosk
        .act(|tx, here| seats::hold_for_pledge(tx, here, request))
        .unwrap();
    kiosk
        .act(|tx, here| seats::begin_payment(tx, here, hold))
        .unwrap();
    hold
}

#[test]
fn a_kiosk_hands_a_pledge_over_with_its_seats_and_keeps_neither() {
    let (mut hub, mut kiosk) = pair();
    let hold = kept_at_kiosk(&mut kiosk, &[6, 7]);
    let pledge = sold(&kiosk, 2);
    let given = kiosk.act(|tx, here| seats::hand_over(tx, here, (hold, &pledge)));
    let given = given.unwrap();
    assert!(given.is_written_by(&NodeId::hub()));
    let again = kiosk.act(|tx, here| seats::hand_over(tx, here, (hold, &pledge)));
    assert_eq!(again.unwrap(), given);
    assert!(kiosk.hold(&[6]).is_err(), "they are in nobody's hands");
    assert!(hub.hold(&[6]).is_err());

    let batch = kiosk.batch(&NodeId::hub(), 0);
    let kinds: Vec<&str> = batch.rows.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(kinds, ["seat", "seat", "pledge"], "told in one go");
    let sender = kiosk.node.clone();
    hub.act(|tx, here| {
        seats::apply_batch(tx, here, &sender, &batch, |row| {
            let protocol::row::Row::Pledge(pledge) = row else {
                panic!("{row:?}");
            };
            Ok(seats::apply_pledge(tx, &sender, pledge).unwrap())
        })
    })
    .map_err(|fault: store::StoreError| fault.to_string())
    .unwrap();
    for seat in [6, 7] {
        assert_eq!(hub.seat(seat).owner, NodeId::hub());
        assert_eq!(hub.seat(seat).state, SeatState::Free);
    }
    let known = seats::sqlite::pledges::find(&hub.db, pledge.pledge).unwrap();
    assert_eq!(known, Some(given));
}

#[test]
fn a_kiosk_hands_over_only_what_is_paid_with_as_many_seats_as_tickets() {
    let (_, mut kiosk) = pair();
    let hold = kept_at_kiosk(&mut kiosk, &[6, 7]);
    let three = sold(&kiosk, 3);
    let given = kiosk.act(|tx, here| seats::hand_over(tx, here, (hold, &three)));
    assert!(matches!(given, Err(BookError::Refused(_))));
    kiosk
        .act(|tx, here| seats::fail_payment(tx, here, hold))
        .unwrap();
    kiosk
        .act(|tx, here| seats::release(tx, here, hold))
        .unwrap();
    let two = sold(&kiosk, 2);
    let given = kiosk.act(|tx, here| seats::hand_over(tx, here, (hold, &two)));
    assert!(matches!(given, Err(BookError::Refused(_))));
    kiosk.hold(&[6, 7]).unwrap();
}

#[test]
fn a_kiosk_that_writes_a_pledge_which_is_the_hubs_is_refused() {
    let (mut hub, kiosk) = pair();
    let given = sold(&kiosk, 2).handed_over();
    let sender = kiosk.node.clone();
    let apply = |hub: &mut Node, sender: &NodeId, pledge: &Pledge| {
        hub.act(|tx, _| seats::apply_pledge(tx, sender, pledge))
    };
    assert_eq!(apply(&mut hub, &sender, &given).unwrap(), Applied::Changed);
    assert_eq!(apply(&mut hub, &sender, &given).unwrap(), Applied::Known);
    let later = given.changed_to(PledgeState::Live);
    assert!(apply(&mut hub, &sender, &later).is_err());
    let other: NodeId = "seoul-2".parse().unwrap();
    let theirs = Pledge {
        pledge: PledgeId(claim(10)),
        ..given
    };
    assert!(apply(&mut hub, &other, &theirs).is_err());
}
