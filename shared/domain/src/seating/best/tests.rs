//! The quality of suggestions, as drawings of rooms.

use std::collections::BTreeSet;

use super::drawn::{Drawn, NOW, party, zone};
use super::*;
use crate::id::HoldId;
use crate::seat_map::SeatMapFacts;
use crate::seating::SeatState;

#[test]
fn a_party_sits_in_the_middle_two_thirds_back() {
    let row = "sssssss";
    check(
        party(3),
        &[row; 7],
        &[row, row, row, row, "ss###ss", row, row],
    );
    check(party(1), &["sssss"; 3], &["sssss", "sssss", "ss#ss"]);
}

#[test]
fn the_middle_is_the_rooms_and_not_that_of_what_is_free() {
    // Everything left of the middle is sold: still the seats next to the middle.
    check(party(2), &["SSSSSSSssssssss"], &["SSSSSSS##ssssss"]);
    // A drawing whose rows start late has its middle where its seats are.
    check(party(2), &["      ssssss"], &["      ss##ss"]);
}

#[test]
fn a_party_that_fits_into_no_row_sits_behind_each_other() {
    check(
        party(4),
        &["SsssSSS", "SSSSSSS", "SSSsssS", "SSSSssS", "SSSSSSS"],
        &["SsssSSS", "SSSSSSS", "SSSs##S", "SSSS##S", "SSSSSSS"],
    );
}

#[test]
fn rows_next_to_each_other_are_better_than_the_middle() {
    check(
        party(4),
        &[
            "SSSSSSSSssSSSSSSSS",
            "ssSSSSSSSSSSSSSSSS",
            "ssSSSSSSssSSSSSSSS",
        ],
        &[
            "SSSSSSSSssSSSSSSSS",
            "##SSSSSSSSSSSSSSSS",
            "##SSSSSSssSSSSSSSS",
        ],
    );
}

#[test]
fn a_party_may_sit_on_both_sides_of_an_aisle() {
    check(party(4), &["sSss_ssSs"], &["sS##_##Ss"]);
}

#[test]
fn nobody_of_a_torn_party_sits_alone() {
    check(
        party(5),
        &["SSSssssSS", "SSSSsssSS", "SSSSSSSSS"],
        &["SSSss##SS", "SSSS###SS", "SSSSSSSSS"],
    );
    check(
        party(6),
        &["sssssSSss", "SSSSSSSSS", "SsSSSSSSS"],
        &["s####SS##", "SSSSSSSSS", "SsSSSSSSS"],
    );
}

#[test]
fn a_pair_apart_is_better_than_two_who_sit_alone() {
    let between = ["SSSSS"; 12];
    let room = |front: [&'static str; 2], back| [&front[..], &between, &[back]].concat();
    check(
        party(6),
        &room(["ssssS", "sSsSS"], "SSSss"),
        &room(["####S", "sSsSS"], "SSS##"),
    );
}

#[test]
fn a_party_is_never_torn_while_seats_together_are_left() {
    check(
        party(4),
        &[
            "ssssSSSSSSSS",
            "SSSSSSSSSSSS",
            "SSSSssSSSSSS",
            "SSSSssSSSSSS",
        ],
        &[
            "####SSSSSSSS",
            "SSSSSSSSSSSS",
            "SSSSssSSSSSS",
            "SSSSssSSSSSS",
        ],
    );
}

#[test]
fn a_single_seat_is_not_left_between_taken_ones() {
    check(party(1), &["ssSssssss"], &["ssS#sssss"]);
    // A row without a gap, though it is further off.
    check(
        party(2),
        &["ssssssss", "SSSsssSS"],
        &["sss##sss", "SSSsssSS"],
    );
}

#[test]
fn the_last_pair_is_given_even_if_a_seat_is_left_alone() {
    check(
        party(2),
        &["SssssssS", "SSSSSSSS"],
        &["Sss##ssS", "SSSSSSSS"],
    );
    check(
        party(2),
        &["SSSsssSS", "SSSSSSSS"],
        &["SSS##sSS", "SSSSSSSS"],
    );
}

#[test]
fn wheelchair_and_companion_places_are_kept_for_those_who_ask() {
    check_none(party(2), &["wmmw"]);
    check(party(2), &["wmsswm"], &["wm##wm"]);
    check_none(party(3), &["wmsswm"]);
}

#[test]
fn a_wheelchair_user_sits_with_a_companion_and_the_rest_near() {
    let needs = |size, users| Party::new(size, Needs::Wheelchairs { users }).unwrap();
    let rows = ["sssssssss", "wm_ssss_mw"];
    check(needs(1, 1), &rows, &["sssssssss", "#m_ssss_mw"]);
    check(needs(2, 1), &rows, &["sssssssss", "##_ssss_mw"]);
    check(needs(4, 1), &rows, &["sssssssss", "##_##ss_mw"]);
    check(needs(4, 2), &rows, &["sssssssss", "##_ssss_##"]);
    // A companion beside is worth more than the better place.
    check(needs(2, 1), &["sswMsssmwss"], &["sswMsss##ss"]);
    check(needs(3, 1), &["SSSwMSssSSSSSmw"], &["SSSwMSs#SSSSS##"]);
    check_none(needs(3, 3), &rows);
}

#[test]
fn a_sofa_is_given_as_a_whole() {
    check(party(1), &["ccccssss"], &["cccc#sss"]);
    check(party(2), &["ccccccS"], &["cc##ccS"]);
    check(party(3), &["ccccccsss"], &["cccccc###"]);
    // Better than nothing.
    check(party(1), &["cccc"], &["#ccc"]);
}

#[test]
fn a_party_pays_one_price_if_it_can() {
    check(party(2), &["sssspppssss"], &["ssss##pssss"]);
    check(party(4), &["sssspppssss"], &["####pppssss"]);
}

#[test]
fn a_wanted_zone_is_the_only_one_looked_at() {
    let room = Drawn::new(&["sspps"]);
    let premium = zone("premium");
    let request = BestRequest {
        zone: Some(&premium),
        ..room.request(party(2), 0)
    };
    assert_eq!(best_available(&request), [[SeatId(3), SeatId(4)]]);
    let request = BestRequest {
        party: party(3),
        ..request
    };
    assert!(best_available(&request).is_empty());
}

#[test]
fn a_zone_without_a_price_is_not_suggested() {
    let mut room = Drawn::new(&["sspps"]);
    let premium = zone("premium");
    room.screening.prices.retain(|price| price.zone != premium);
    assert_eq!(room.suggestions(party(2), 0), [[SeatId(1), SeatId(2)]]);
}

#[test]
fn another_node_is_asked_only_when_that_is_clearly_better() {
    check(party(2), &["ssoooo"], &["##oooo"]);
    check(party(2), &["SSsoooo"], &["SS##ooo"]);
    let mut far = vec!["oooooooooooooooooooooooo"; 9];
    far[0] = "ssoooooooooooooooooooooo";
    let mut expected = far.clone();
    expected[6] = "ooooooooooo##ooooooooooo";
    check(party(2), &far, &expected);
}

#[test]
fn the_nodes_own_seats_come_before_those_that_need_a_grant() {
    let room = Drawn::new(&["ssoooo"]);
    let expected = [[1, 2], [3, 4], [5, 6]].map(|pair| pair.map(SeatId));
    let told = room.suggestions(party(2), 0);
    assert_eq!(told[0], expected[0]);
    assert_eq!(
        told.into_iter().collect::<BTreeSet<_>>(),
        expected.map(Vec::from).into()
    );
}

#[test]
fn seats_whose_owner_cannot_be_reached_are_never_suggested() {
    check_none(party(3), &["ssuuuu"]);
    check(party(2), &["ssuuuu"], &["##uuuu"]);
}

#[test]
fn a_hold_that_has_run_out_keeps_nobody_away() {
    let mut room = Drawn::new(&["ss"]);
    let hold = HoldId(uuid::Uuid::nil());
    let held_until = |until| SeatState::Held { hold, until };
    for (until, found) in [(NOW, 1), (NOW.plus_ms(1), 0)] {
        room.seats.get_mut(&SeatId(1)).unwrap().state = held_until(until);
        assert_eq!(room.suggestions(party(2), 0).len(), found);
    }
}

#[test]
fn labels_and_numbers_of_rows_do_not_matter() {
    let rows = ["ssssss", "sSSsss", "ssSSSs", "ssssss"];
    let label = |label: &str| label.to_owned();
    let expected = Drawn::new(&rows).suggestions(party(5), 7);
    let reversed = ["10", "9", "AA", "1"].map(label).to_vec();
    let shared = vec![label("A"); 4];
    for labels in [reversed, shared] {
        assert_eq!(
            Drawn::labelled(&rows, labels).suggestions(party(5), 7),
            expected
        );
    }
}

#[test]
fn a_row_numbered_from_the_right_has_neighbours_too() {
    let mut room = Drawn::new(&["ssssssSss"]);
    let mut facts = SeatMapFacts::from(room.map);
    for seat in &mut facts.seats {
        seat.x = 16 - seat.x;
    }
    room.map = SeatMap::new(facts).unwrap();
    // Not the middle one: that would leave a seat alone beside the taken one.
    let best = room.best(&room.request(party(1), 0));
    assert_eq!(best, Some(vec![SeatId(6)]));
}

#[test]
fn a_party_has_one_to_ten_people_and_no_more_wheelchairs() {
    let told = |size, users| Party::new(size, Needs::Wheelchairs { users }).err();
    assert_eq!(Party::new(0, Needs::Seats), Err(PartyInvalid::Size));
    assert_eq!(Party::new(11, Needs::Seats), Err(PartyInvalid::Size));
    assert_eq!(told(2, 0), Some(PartyInvalid::Wheelchairs));
    assert_eq!(told(2, 3), Some(PartyInvalid::Wheelchairs));
    assert_eq!(told(2, 2), None);
}

#[test]
fn a_herd_is_spread_over_near_equal_seats() {
    let room = Drawn::new(&["ssssssssssssssssssss"; 10]);
    let firsts = (0..200).map(|buyer| room.suggestions(party(2), buyer)[0].clone());
    let distinct: BTreeSet<Vec<SeatId>> = firsts.collect();
    assert!(distinct.len() >= 12, "{} pairs", distinct.len());
    let seats: BTreeSet<_> = distinct.iter().flatten().collect();
    assert_eq!(seats.len(), 2 * distinct.len(), "no two share a seat");
    // None of them in the first three rows or at the sides.
    assert!(
        seats
            .iter()
            .all(|seat| seat.0 > 60 && (4..=17).contains(&((seat.0 - 1) % 20 + 1)))
    );
}

#[test]
fn a_herd_that_asks_again_fills_the_house() {
    let mut room = Drawn::new(&["ssssssssssssssssssss"; 10]);
    let mut waiting: Vec<u64> = (0..100).collect();
    let mut rounds = 0;
    while !waiting.is_empty() {
        rounds += 1;
        assert!(rounds <= 20, "{} still wait", waiting.len());
        let told: Vec<_> = waiting
            .iter()
            .map(|&buyer| (buyer, room.suggestions(party(2), buyer)))
            .collect();
        waiting.clear();
        for (buyer, suggestions) in told {
            // A buyer goes through the whole answer before asking again.
            let is_free =
                |seats: &&Vec<SeatId>| seats.iter().all(|seat| room.seats[seat].state.is_free(NOW));
            match suggestions.iter().find(is_free).cloned() {
                Some(seats) => room.take(&seats),
                None => waiting.push(buyer),
            }
        }
    }
}

#[track_caller]
fn check<T: AsRef<str>, U: AsRef<str>>(party: Party, rows: &[T], expected: &[U]) {
    let room = Drawn::new(rows);
    let best = room.best(&room.request(party, 0));
    let shown = Drawn::with_chosen(rows, &best.unwrap_or_default());
    let expected: Vec<&str> = expected.iter().map(AsRef::as_ref).collect();
    assert_eq!(shown, expected);
}

#[track_caller]
fn check_none(party: Party, rows: &[&str]) {
    let room = Drawn::new(rows);
    assert_eq!(room.suggestions(party, 0), Vec::<Vec<SeatId>>::new());
}
