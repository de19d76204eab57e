//! The hub's part: what a plan says, and that a switch is whole.

mod room;

use domain::id::{SeatMapId, TheaterId};
use domain::seat_map::SeatMapFacts;
use domain::seating::{HOLD_MS, SeatState};
use domain::time::{DAY_MS, Timestamp};
use seats::Stretch;

use super::*;
use crate::conflicts::{Scene, Writer};
use crate::sqlite::nodes::KnownNode;
use crate::{fleet, sync};
use room::Hub;

const HUB_ROW: [u32; 4] = [1, 2, 3, 4];
const KIOSK_ROW: [u32; 4] = [5, 6, 7, 8];

#[test]
fn a_row_of_free_seats_goes_another_comes_and_whoever_hears_of_it_hears_all_of_it() {
    let mut hub = Hub::new();
    let head = store::change_feed::head(&hub.db).unwrap();
    let request = hub.without(&HUB_ROW);
    let change = hub.switch(&request).unwrap();
    assert_eq!((change.kept.len(), change.added.len()), (12, 4));
    assert_eq!((hub.version(), hub.state(1)), (2, SeatState::Blocked));
    assert_eq!(hub.state(23), SeatState::Free);
    let known = KnownNode {
        node: hub.kiosk.clone(),
        theater: TheaterId(1),
    };
    let stretch = Stretch {
        session: 1,
        incarnation: 1,
        after: head,
        scopes: None,
        not_origin: None,
        now: hub.now,
    };
    let batch = sync::read_batch(&hub.db, (&known, false), &stretch).unwrap();
    let kinds: Vec<&str> = batch.rows.iter().map(|row| row.kind.as_str()).collect();
    assert_eq!(kinds.first(), Some(&"seat_map"));
    assert_eq!(kinds.last(), Some(&"screening"));
    assert_eq!(kinds.len(), 1 + 8 + 1);
    // Doing it again changes nothing and tells nobody.
    let head = store::change_feed::head(&hub.db).unwrap();
    assert_eq!(hub.switch(&request), Ok(Change::default()));
    assert_eq!(store::change_feed::head(&hub.db).unwrap(), head);
}

#[test]
fn seats_of_a_kiosk_that_is_away_are_waited_for_and_nothing_is_half_done() {
    let mut hub = Hub::new();
    let request = hub.without(&[1, 2, 3, 4, 5, 6, 7, 8]);
    let plan = hub.plan(&request).unwrap();
    let seats = KIOSK_ROW.map(SeatId).to_vec();
    let away = BTreeMap::from([(hub.kiosk.clone(), seats)]);
    assert_eq!(plan.check(&hub.node, &[]), Err(Refused::Away(away.clone())));
    assert_eq!(
        plan.check(&hub.node, std::slice::from_ref(&hub.kiosk)),
        Ok(())
    );
    assert_eq!(plan.missing(), away);
    let head = store::change_feed::head(&hub.db).unwrap();
    assert_eq!(hub.switch(&request), Err(Refused::Overtaken(SeatId(5))));
    assert_eq!((hub.version(), hub.state(1)), (1, SeatState::Free));
    assert_eq!(store::change_feed::head(&hub.db).unwrap(), head);
    let map = theaters::seat_map(&hub.db, SeatMapId(1), 2).unwrap();
    assert_eq!(map, None, "the new map is not kept either");
}

#[test]
fn who_has_a_seat_that_goes_is_moved_and_only_then_the_room_changes() {
    let mut hub = Hub::new();
    let booking = hub.sell(&[2, 3]);
    let request = hub.without(&HUB_ROW);
    assert_eq!(hub.switch(&request), Err(Refused::Overtaken(SeatId(2))));
    let plan = hub.plan(&request).unwrap();
    let [moving] = plan.moves.as_slice() else {
        panic!("{:?}", plan.moves);
    };
    assert_eq!(
        (&moving.writer, moving.booking.booking),
        (&Writer::Hub, booking)
    );
    let act = moving.act.clone().unwrap();
    // Together, in a row that stays, and the hub's own: nobody has to be asked.
    let to: Vec<u32> = moves_of(&act).iter().map(|one| one.to.0).collect();
    assert!(to[1] == to[0] + 1 && (9..=12).contains(&to[0]), "{to:?}");
    hub.act(|tx, here| move_here(tx, here, &request, &act))
        .unwrap();
    hub.switch(&request).unwrap();
    let moved = seats::sqlite::bookings::find(&hub.db, booking).unwrap();
    let seats: Vec<u32> = moved.unwrap().tickets.iter().map(|it| it.seat.0).collect();
    assert_eq!(seats, to);
    assert_eq!(hub.state(to[0]), SeatState::Booked { booking });
    assert_eq!(hub.state(2), SeatState::Blocked);
    let acts = "SELECT group_concat(act ->> 'act', ' ') FROM audit";
    let acts: String = hub.db.query_row(acts, [], |row| row.get(0)).unwrap();
    assert_eq!(acts, "moved seat_map_changed");
}

#[test]
fn somebody_who_is_choosing_is_not_disturbed() {
    let mut hub = Hub::new();
    hub.hold(&[1, 2]);
    let request = hub.without(&HUB_ROW);
    let plan = hub.plan(&request).unwrap();
    let refused = plan.check(&hub.node, &[]).unwrap_err();
    let Refused::InUse(used) = refused else {
        panic!("{refused}");
    };
    let owner = hub.node.clone();
    let until = Timestamp(HOLD_MS);
    assert_eq!(used[&SeatId(1)], Obstacle::Held { owner, until });
    hub.now = until;
    hub.switch(&request).unwrap();
}

#[test]
fn without_other_seats_somebody_has_to_name_them() {
    let mut hub = Hub::new();
    let booking = hub.sell(&[1, 2]);
    hub.sell(&[9, 10, 11, 12]);
    let mut request = hub.without(&HUB_ROW);
    let plan = hub.plan(&request).unwrap();
    let seats = vec![SeatId(1), SeatId(2)];
    assert_eq!(
        plan.check(&hub.node, &[]),
        Err(Refused::NoSeats { booking, seats }),
        "the kiosk, which has the others, is away"
    );
    let (one, two, sold, new) = (SeatId(1), SeatId(2), SeatId(9), SeatId(23));
    for to in [sold, new, SeatId(3)] {
        request.named = BTreeMap::from([(one, to), (two, SeatId(5))]);
        let wrong = Refused::NamedWrongly { from: one, to };
        assert_eq!(hub.plan(&request).unwrap_err(), wrong);
    }
    request.named = BTreeMap::from([(one, SeatId(5))]);
    assert_eq!(hub.plan(&request).unwrap_err(), Refused::NamedInPart(two));
    request.named = BTreeMap::from([(one, SeatId(5)), (two, SeatId(6))]);
    let plan = hub.plan(&request).unwrap();
    let act = plan.moves[0].act.clone().unwrap();
    let to: Vec<SeatId> = moves_of(&act).iter().map(|one| one.to).collect();
    assert_eq!(to, vec![SeatId(5), SeatId(6)]);
}

#[test]
fn a_version_looks_the_same_for_ever() {
    let mut hub = Hub::new();
    hub.switch(&hub.without(&HUB_ROW)).unwrap();
    let other = hub.without(&[1]);
    assert_eq!(hub.plan(&other).unwrap_err(), Refused::OtherContent(2));
    hub.now = Timestamp(2 * DAY_MS);
    assert_eq!(hub.plan(&other).unwrap_err(), Refused::Over);
}

#[test]
fn a_room_that_was_rebuilt_has_the_new_map_from_now_on() {
    let mut hub = Hub::new();
    let room = hub.screening.auditorium;
    let version = |hub: &Hub| {
        let room = theaters::auditorium(&hub.db, room).unwrap();
        room.unwrap().seat_map_version
    };
    let mut request = hub.without(&HUB_ROW);
    hub.switch(&request).unwrap();
    assert_eq!(version(&hub), 1);
    let mut facts = SeatMapFacts::from(request.map.clone());
    facts.version = 3;
    facts.seats.pop();
    request.map = SeatMap::new(facts).unwrap();
    request.reach = Reach::Room;
    hub.switch(&request).unwrap();
    assert_eq!(version(&hub), 3);
}

#[test]
fn what_a_fenced_kiosk_sold_in_a_row_that_is_gone_is_still_given_other_seats() {
    let mut hub = Hub::new();
    let kiosk = hub.kiosk.clone();
    hub.act(|tx, here| fleet::fence(tx, here, &kiosk)).unwrap();
    hub.switch(&hub.without(&KIOSK_ROW)).unwrap();
    // It had sold two of the seats, and is heard again.
    let mut sold = hub.sold_at_the_kiosk(&[5, 6]);
    let batch = protocol::batch::Batch {
        session: 1,
        incarnation: 1,
        base: 0,
        last: 1,
        watermark: Some(hub.now),
        rows: vec![
            protocol::row::Row::Booking(sold.clone())
                .to_envelope()
                .unwrap(),
        ],
    };
    hub.act(|tx, here| sync::apply_batch(tx, here, &kiosk, &batch))
        .unwrap();
    let scene = Scene {
        db: &hub.db,
        here: hub.here(),
        reachable: &[],
    };
    let open = seats::sqlite::conflicts::open(&hub.db, 9).unwrap();
    assert_eq!(open.len(), 2, "{open:?}");
    let proposals = scene.proposals(&sold).unwrap();
    let reseat = &proposals[0];
    assert_eq!(reseat.remedy, domain::conflict::Remedy::Reseat);
    sold.tickets
        .retain(|it| reseat.moves.iter().all(|one| one.from != it.seat));
    assert!(sold.tickets.is_empty(), "both have other seats: {reseat:?}");
}
