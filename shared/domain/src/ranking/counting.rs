//! How many looked for a term in an hour: actors, not searches; and no more from one place than
//! it may have.

use std::collections::BTreeMap;

use super::{Fact, Hashed, Hour, Place, Term};

/// Who searches for more terms than this in an hour is a program: nothing of it counts.
pub const ACTOR_TERMS_MAX: u32 = 20;

/// So many visits at one kiosk count for a term in an hour.
pub const KIOSK_ACTORS_MAX: u32 = 10;

/// So many guests of one network address count for a term in an hour.
pub const ADDRESS_ACTORS_MAX: u32 = 3;

/// Facts as a set: of one (hour, term, actor) there is one, at the smallest of its places.
pub type Facts = BTreeMap<(Hour, Term, Hashed), Place>;

/// Actors by hour and term; none of zero.
pub type Counts = BTreeMap<(Hour, Term), u32>;

impl Place {
    /// How many actors of this place count for one term in one hour.
    #[must_use]
    pub fn actors_max(&self) -> u32 {
        match self {
            Self::Address(_) => ADDRESS_ACTORS_MAX,
            Self::Kiosk(_) => KIOSK_ACTORS_MAX,
            Self::Member => u32::MAX,
        }
    }
}

/// Adds a fact to the set. In whatever order and however often: the same set comes out.
pub fn merge(facts: &mut Facts, fact: Fact) {
    let Fact {
        hour,
        term,
        actor,
        place,
    } = fact;
    let known = facts.entry((hour, term, actor));
    let known = known.or_insert_with(|| place.clone());
    if place < *known {
        *known = place;
    }
}

/// What the facts count.
#[must_use]
pub fn counted(facts: &Facts) -> Counts {
    let mut terms: BTreeMap<(Hour, Hashed), u32> = BTreeMap::new();
    for (hour, _, actor) in facts.keys() {
        *terms.entry((*hour, *actor)).or_default() += 1;
    }
    let mut places: BTreeMap<(Hour, &Term, &Place), u32> = BTreeMap::new();
    for ((hour, term, actor), place) in facts {
        let is_program = terms[&(*hour, *actor)] > ACTOR_TERMS_MAX;
        if !is_program {
            *places.entry((*hour, term, place)).or_default() += 1;
        }
    }
    let mut counts = Counts::new();
    for ((hour, term, place), actors) in places {
        let counting = actors.min(place.actors_max());
        *counts.entry((hour, term.clone())).or_default() += counting;
    }
    counts
}

#[cfg(test)]
mod tests {
    use crate::id::MovieId;

    use super::*;

    fn fact(movie: i64, actor: u8, place: Place) -> Fact {
        Fact {
            hour: Hour(1),
            term: Term::Movie(MovieId(movie)),
            actor: Hashed([actor; 16]),
            place,
        }
    }

    fn count(facts: impl IntoIterator<Item = Fact>) -> u32 {
        let mut set = Facts::new();
        facts.into_iter().for_each(|fact| merge(&mut set, fact));
        let counts = counted(&set);
        counts
            .get(&(Hour(1), Term::Movie(MovieId(1))))
            .copied()
            .unwrap_or(0)
    }

    #[test]
    fn an_actor_counts_once_however_often() {
        assert_eq!(count((0..9).map(|_| fact(1, 7, Place::Member))), 1);
        assert_eq!(count((0..9).map(|actor| fact(1, actor, Place::Member))), 9);
    }

    #[test]
    fn one_kiosk_and_one_address_have_their_limits() {
        let kiosk = || Place::Kiosk("seoul-1".parse().unwrap());
        let address = || Place::Address(Hashed([1; 16]));
        assert_eq!(
            count((0..50).map(|actor| fact(1, actor, kiosk()))),
            KIOSK_ACTORS_MAX
        );
        assert_eq!(
            count((0..50).map(|actor| fact(1, actor, address()))),
            ADDRESS_ACTORS_MAX
        );
        let both =
            (0..50).map(|actor| fact(1, actor, if actor % 2 == 0 { kiosk() } else { address() }));
        assert_eq!(count(both), KIOSK_ACTORS_MAX + ADDRESS_ACTORS_MAX);
    }

    #[test]
    fn who_searches_for_everything_counts_for_nothing() {
        let terms = |max: i64| (1..=max).map(|movie| fact(movie, 7, Place::Member));
        assert_eq!(count(terms(i64::from(ACTOR_TERMS_MAX))), 1);
        assert_eq!(count(terms(i64::from(ACTOR_TERMS_MAX) + 1)), 0);
    }
}
