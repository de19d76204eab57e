//! A campaign that is called off when everybody could buy already: other buyers, too, get their
//! money back, each once; and a backer who returns seats.

use domain::booking::{Booking, Tender};
use domain::campaign::Phase;
use domain::id::{BookingId, HoldId, OrderId, PledgeId, RefundId, SeatId, TicketId};
use domain::money::Won;
use domain::pledge::{PledgeState, ReturnReason};
use domain::refund::RefundRules;
use domain::time::{HOUR_MS, MINUTE_MS};
use seats::{BookHold, CancelError, HoldSeats};

use super::stage::{Stage, phone, terms};
use crate::campaigns::calling_off;
use crate::payments::api::{self, RefundReason};
use crate::pledging::returning;
use crate::refunds;
use crate::sqlite::called_off::BuyersBack;
use crate::sqlite::guests;
use crate::sqlite::refunds as table;

impl Stage {
    /// The public sale has begun, and one backer has seats.
    fn public() -> (Self, PledgeId, BookingId) {
        let mut stage = Self::open();
        let (placed, _) = stage.pledges(1, 4).unwrap();
        stage.pledges(2, 2).unwrap();
        stage.lets_backers_choose();
        let seats = stage.together(4);
        let booking = stage.place(placed, &seats).unwrap().booking;
        stage.now = stage.windows().public_from;
        (stage, placed, booking)
    }

    /// Somebody buys seats on the web.
    fn sells(&mut self, seats: &[u32], tender: Tender) -> Booking {
        let wanted: Vec<SeatId> = seats.iter().copied().map(SeatId).collect();
        let (screening, map, hold) = (self.screening(), self.map(), HoldId(self.id()));
        let request = BookHold {
            hold,
            booking: BookingId(self.id()),
            number: format!("{:012}", self.ids).parse().unwrap(),
            tender,
            order: (tender == Tender::Online).then(|| OrderId(self.id())),
            tickets: wanted
                .iter()
                .map(|&seat| (seat, TicketId(self.id()), terms().price))
                .collect(),
        };
        let wanted = HoldSeats {
            hold,
            screening: &screening,
            map: &map,
            wanted: &wanted,
        };
        self.act(|tx, here| {
            seats::hold_anywhere(tx, here, wanted).unwrap();
            Ok::<_, store::StoreError>(seats::book(tx, here, &request).unwrap())
        })
        .unwrap()
    }

    fn buyers(&self) -> BuyersBack {
        calling_off::progress(&self.db, &self.campaign()).unwrap()
    }

    fn refunds_of(&self, booking: &Booking) -> Vec<(Won, RefundReason)> {
        let refunds = table::of_booking(&self.db, booking.booking).unwrap();
        let refunds = refunds.into_iter();
        refunds.map(|it| (it.amount, it.reason)).collect()
    }

    fn gateway_says(&mut self, booking: &Booking, progress: &api::RefundState) {
        let refund = RefundId(booking.booking.0);
        self.act(|tx, here| refunds::told(tx, here, refund, progress))
            .unwrap();
    }

    fn returns(&mut self, person: u32, booking: BookingId) -> Result<Booking, CancelError> {
        let (booking, screening) = (self.booking(booking), self.screening());
        let rules = RefundRules::default();
        self.act(|tx, here| {
            let who = (&phone(person), &rules);
            returning::return_claim(tx, here, (&booking, &screening), who)
        })
    }
}

#[test]
fn every_buyer_is_paid_back_once_and_the_campaign_waits_for_it() {
    let (mut stage, _, _) = Stage::public();
    let two = stage.together(2);
    let online = stage.sells(&two, Tender::Online);
    let two = stage.together(2);
    let at_theater = stage.sells(&two, Tender::PayAtTheater);
    stage.cancel().unwrap();
    assert_eq!(stage.tick(), Phase::Cancelled);
    for booking in [&online, &at_theater] {
        assert!(!stage.booking(booking.booking).is_live());
    }
    let all = Won(terms().price.0 * 2);
    let once = [(all, RefundReason::ScreeningCancelled)];
    assert_eq!(stage.refunds_of(&online), once);
    assert_eq!(stage.refunds_of(&at_theater), []);
    // Looked at again, as after a crash: nothing more goes back.
    stage.now = stage.now.plus_ms(MINUTE_MS);
    stage.tick();
    assert_eq!(stage.refunds_of(&online), once);
    let waiting = BuyersBack {
        all: 1,
        ..BuyersBack::default()
    };
    assert_eq!(stage.buyers(), waiting);
    stage.refunds_arrive();
    assert_eq!(stage.tick(), Phase::Cancelled, "a buyer waits");

    let code = "REFUSED".to_owned();
    stage.gateway_says(&online, &api::RefundState::Refused { code });
    assert_eq!(stage.buyers().refused, 1);
    let refunded_at = stage.now;
    stage.gateway_says(&online, &api::RefundState::Done { refunded_at });
    assert_eq!(stage.buyers(), BuyersBack { done: 1, ..waiting });
    stage.now = stage.now.plus_ms(MINUTE_MS);
    assert_eq!(stage.tick(), Phase::Refunded);
}

#[test]
fn what_was_returned_before_it_was_called_off_is_not_paid_again() {
    let (mut stage, _, _) = Stage::public();
    let two = stage.together(2);
    let online = stage.sells(&two, Tender::Online);
    let first = online.tickets[0].ticket;
    let starts_at = stage.screening().starts_at;
    let id = online.booking;
    stage
        .act(|tx, here| seats::return_tickets(tx, here, id, &[first], starts_at).map(drop))
        .unwrap();
    stage.cancel().unwrap();
    stage.tick();
    let one = [(terms().price, RefundReason::ScreeningCancelled)];
    assert_eq!(stage.refunds_of(&online), one);
}

#[test]
fn a_backer_returns_seats_by_the_rule_against_what_paid_the_pledge() {
    let (mut stage, placed, booking) = Stage::public();
    assert!(stage.returns(2, booking).is_err(), "somebody else");
    // Ten minutes before the show half of it comes back.
    stage.now = terms().starts_at.plus_ms(-10 * MINUTE_MS);
    let returned = stage.returns(1, booking).unwrap();
    assert!(!returned.is_live());
    let wanted = stage.wanted_back();
    let back: i64 = wanted.iter().map(|it| it.amount.0).sum();
    assert_eq!(back, terms().price.0 * 4 / 2);
    let why = ReturnReason::Withdrawn;
    assert_eq!(stage.pledge(placed).state, PledgeState::Returning { why });
    assert_eq!(stage.campaign().paid_tickets, 2);
    // Once more, from another tab.
    stage.returns(1, booking).unwrap();
    assert_eq!(stage.wanted_back(), wanted);
    stage.refunds_arrive();
    let returned_at = stage.now;
    let arrived = PledgeState::Returned { why, returned_at };
    assert_eq!(stage.pledge(placed).state, arrived);
}

#[test]
fn seats_are_not_returned_when_the_show_has_begun() {
    let (mut stage, placed, booking) = Stage::public();
    stage.now = terms().starts_at.plus_ms(HOUR_MS);
    assert!(stage.returns(1, booking).is_err());
    assert!(stage.booking(booking).is_live());
    assert_eq!(stage.pledge(placed).state, PledgeState::Placed { booking });
    let known = guests::phone_of(&stage.db, booking).unwrap();
    assert_eq!(known.as_deref(), Some(phone(1).digits()));
}
