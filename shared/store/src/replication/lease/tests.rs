//! The rules of a lease, against a store in memory.

use super::simulated::Store;
use super::*;

fn ours(asked: Asked) -> Held {
    match asked {
        Asked::Ours(held) => held,
        Asked::Others(lease) => panic!("{lease:?}"),
    }
}

#[test]
fn one_has_it_until_it_is_over_for_every_clock() {
    let store = Store::default();
    let first = ours(ask(&store, "a", (1_000, 10_000)).unwrap());
    for now in [1_000, 10_999, 11_999] {
        let asked = ask(&store, "b", (now, 10_000)).unwrap();
        assert_eq!(asked, Asked::Others(Some(first.lease.clone())), "{now}");
    }
    let longer = renew(&store, &first, (5_000, 10_000)).unwrap().unwrap();
    assert!(matches!(
        ask(&store, "b", (12_000, 10_000)).unwrap(),
        Asked::Others(_)
    ));
    let second = ours(ask(&store, "b", (16_000, 10_000)).unwrap());
    assert_eq!(second.lease.generation, 2);
    assert_eq!(renew(&store, &longer, (16_001, 10_000)).unwrap(), None);
    give_back(&store, &second).unwrap();
    assert_eq!(
        ours(ask(&store, "a", (16_002, 9)).unwrap())
            .lease
            .generation,
        3
    );
}

#[test]
fn a_renewal_whose_answer_was_lost_is_still_ours() {
    let store = Store::default();
    let first = ours(ask(&store, "a", (1_000, 10_000)).unwrap());
    renew(&store, &first, (2_000, 10_000)).unwrap().unwrap();
    let again = renew(&store, &first, (3_000, 10_000)).unwrap().unwrap();
    assert_eq!(again.lease.expires_at, 12_000);
}

#[test]
fn a_store_that_does_not_keep_conditions_is_told_apart() {
    assert!(probe(&Store::default()).is_ok());
    let lax = Store {
        ignores_create: true,
        ..Store::default()
    };
    assert!(matches!(probe(&lax), Err(Unfit::MakesTwice)));
    let lax = Store {
        ignores_match: true,
        ..Store::default()
    };
    assert!(matches!(probe(&lax), Err(Unfit::ChangesUnseen)));
}

#[test]
fn the_object_has_litestreams_form() {
    let lease = Lease {
        generation: 7,
        expires_at: 1_767_225_600_500,
        owner: "hub-1".to_owned(),
    };
    let text = String::from_utf8(bytes(&lease)).unwrap();
    assert_eq!(
        text,
        r#"{"generation":7,"expires_at":"2026-01-01T00:00:00.5Z","owner":"hub-1"}"#
    );
    assert_eq!(serde_json::from_str::<Lease>(&text).unwrap(), lease);
}

#[test]
fn who_had_it_last_has_it_again_at_once_and_nobody_else_in_between() {
    let store = Store::default();
    let again = |owner, now| ask_again(&store, owner, (now, 10_000)).unwrap();
    // Nobody ever had it.
    let first = ours(again("a", 1_000));
    // Killed, and back before it was over.
    let second = ours(again("a", 2_000));
    assert_eq!(second.lease.generation, 2);
    assert_eq!(renew(&store, &first, (3_000, 10_000)).unwrap(), None);
    assert!(matches!(again("b", 3_000), Asked::Others(Some(_))));
    // Over or given back: whoever comes by then has it, and the first one never again this way.
    give_back(&store, &second).unwrap();
    assert!(matches!(again("b", 4_000), Asked::Others(Some(_))));
    let other = ours(ask(&store, "b", (4_000, 10_000)).unwrap());
    give_back(&store, &other).unwrap();
    assert!(matches!(again("a", 90_000), Asked::Others(Some(_))));
    assert_eq!(look(&store).unwrap().unwrap().owner, "b");
}
