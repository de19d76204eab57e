//! What holds for all facts: in whatever order, however often and however late they come.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const NOW: Hour = Hour(500);

fn facts() -> impl Strategy<Value = Vec<Fact>> {
    let place = prop_oneof![
        Just(Place::Member),
        (0_u8..3).prop_map(|address| Place::Address(Hashed([address; 16]))),
        (1_u8..3).prop_map(|kiosk| Place::Kiosk(format!("seoul-{kiosk}").parse().unwrap())),
    ];
    let term = prop_oneof![
        (1_i64..30).prop_map(|movie| Term::Movie(MovieId(movie))),
        "[가-힣]{2,4}".prop_map(Term::Text),
    ];
    let fact = (470_i64..502, term, 0_u8..40, place).prop_map(|(hour, term, actor, place)| Fact {
        hour: Hour(hour),
        term,
        actor: Hashed([actor; 16]),
        place,
    });
    vec(fact, 0..300)
}

fn set(facts: &[Fact]) -> Facts {
    let mut set = Facts::new();
    facts.iter().for_each(|fact| merge(&mut set, fact.clone()));
    set
}

fn board(facts: &Facts) -> Board {
    rank(NOW, &counted(facts), &BTreeSet::new(), (Vec::new(), None))
}

proptest! {
    #[test]
    fn facts_may_come_in_any_order_and_more_than_once(
        facts in facts(),
        again in vec(any::<prop::sample::Index>(), 0..100),
        seed in any::<u64>(),
    ) {
        let mut shuffled = facts.clone();
        if !facts.is_empty() {
            shuffled.extend(again.iter().map(|at| at.get(&facts).clone()));
        }
        // A shuffle that follows from the seed.
        shuffled.sort_by_key(|fact| {
            let bytes = format!("{seed}{fact:?}");
            bytes.bytes().fold(seed, |hash, byte| hash.rotate_left(5) ^ u64::from(byte))
        });
        prop_assert_eq!(set(&facts), set(&shuffled));
        prop_assert_eq!(board(&set(&facts)), board(&set(&shuffled)));
    }

    #[test]
    fn what_two_nodes_know_together_does_not_depend_on_who_is_asked_first(
        here in facts(),
        there in facts(),
    ) {
        let (mut one, mut other) = (set(&here), set(&there));
        there.iter().for_each(|fact| merge(&mut one, fact.clone()));
        here.iter().for_each(|fact| merge(&mut other, fact.clone()));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn a_late_fact_enters_the_next_board_and_changes_no_earlier_one(
        facts in facts(),
        late in facts(),
    ) {
        let early = set(&facts);
        let published = board(&early);
        let copy = published.clone();
        let mut all = early.clone();
        late.iter().for_each(|fact| merge(&mut all, fact.clone()));
        // The board that was published is a value; what comes later makes another one.
        prop_assert_eq!(&published, &copy);
        let both: Vec<Fact> = facts.iter().chain(&late).cloned().collect();
        prop_assert_eq!(board(&all), board(&set(&both)));
    }

    #[test]
    fn a_board_is_sorted_short_and_names_each_term_once(facts in facts()) {
        let board = board(&set(&facts));
        prop_assert!(board.lines.len() <= LINES_MAX);
        prop_assert!(board.lines.is_sorted_by(|a, b| a.score >= b.score));
        let terms: BTreeSet<&Term> = board.lines.iter().map(|line| &line.term).collect();
        prop_assert_eq!(terms.len(), board.lines.len());
    }

    #[test]
    fn no_place_counts_more_than_it_may(facts in facts()) {
        let facts = set(&facts);
        let places: BTreeSet<&Place> = facts.values().filter(|it| **it != Place::Member).collect();
        let members: BTreeSet<_> = facts
            .iter()
            .filter(|(_, place)| **place == Place::Member)
            .map(|((_, _, actor), _)| actor)
            .collect();
        let limit: u32 = places.iter().map(|place| place.actors_max()).sum();
        let limit = limit + u32::try_from(members.len()).unwrap();
        prop_assert!(counted(&facts).values().all(|&count| count <= limit));
    }
}
