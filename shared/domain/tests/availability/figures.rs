//! Runs screenings and counts: seats sold, parties turned away who could have been served,
//! double sales.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use domain::allotment::Policy;
use domain::link::LinkState;
use domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp};

use crate::demand::{Customer, SHOW, customers};
use crate::house::House;
use crate::link::{TRACES, Trace};
use crate::world::{Rule, World};

/// The rules that are compared with the all-knowing seller.
pub(crate) const RULES: [Rule; 4] = [Rule::Plan, Rule::AllAtHub, Rule::Fixed, Rule::Oversell];
/// What parties want together, in percent of the room.
pub(crate) const DEMANDS: [usize; 3] = [60, 100, 140];

/// The sums of all seeds for one rule under one trace.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) seats: usize,
    /// Parties that the all-knowing seller served and this one did not.
    pub(crate) refused: usize,
    pub(crate) doubles: usize,
}

/// One line of the comparison.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) demand: usize,
    pub(crate) trace: Trace,
    pub(crate) measure: Figures,
    /// In the order of [`RULES`].
    pub(crate) figures: [Figures; RULES.len()],
}

/// All demands and traces, each with `seeds` screenings.
pub(crate) fn compare(policy: &Policy, seeds: u64) -> Vec<Line> {
    let house = House::new();
    let mut lines = Vec::new();
    for demand in DEMANDS {
        let first = lines.len();
        lines.extend(TRACES.map(|trace| Line {
            demand,
            trace,
            measure: Figures::default(),
            figures: Default::default(),
        }));
        for seed in 1..=seeds {
            let customers = customers(house.capacity(), demand, seed);
            let measure = World::new(&house, Rule::AllKnowing, policy, &customers);
            let (served, seats, _) = outcome(measure, &customers, &[]);
            for line in &mut lines[first..] {
                line.measure.seats += seats;
                let cuts = line.trace.cuts(seed);
                for (rule, figures) in RULES.iter().zip(&mut line.figures) {
                    let world = World::new(&house, *rule, policy, &customers);
                    let (here, seats, doubles) = outcome(world, &customers, &cuts);
                    figures.seats += seats;
                    figures.doubles += doubles;
                    figures.refused += served.difference(&here).count();
                }
            }
        }
    }
    lines
}

/// What happens, in order: at one instant the link first, then the clock, then customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Cut,
    Joined,
    Tick,
    Comes(usize),
}

pub(crate) fn outcome(
    mut world: World<'_>,
    customers: &[Customer],
    cuts: &[(Timestamp, Timestamp)],
) -> (BTreeSet<usize>, usize, usize) {
    let coming = customers.iter().enumerate();
    let mut events: Vec<(Timestamp, Event)> = ticks().map(|at| (at, Event::Tick)).collect();
    events.extend(coming.map(|(number, customer)| (customer.at, Event::Comes(number))));
    for &(from, until) in cuts {
        events.extend([(from, Event::Cut), (until, Event::Joined)]);
    }
    events.sort_unstable();
    for (now, event) in events {
        match event {
            Event::Cut => world.link_changed(LinkState::Offline, now),
            Event::Joined => world.link_changed(LinkState::Online, now),
            Event::Tick => world.run_plan(now),
            Event::Comes(number) => world.serve(number),
        }
    }
    // What was sold in the last cut shows at the door at the latest.
    world.sync();
    let (parties, seats) = world.sold();
    (parties.into_iter().collect(), seats, world.doubles)
}

/// When the hub's clock runs the plan: four times a day, from three days before the show every
/// hour, on the last day every half hour, and every five minutes at the end.
fn ticks() -> impl Iterator<Item = Timestamp> {
    let next = |at: &Timestamp| {
        let left_ms = SHOW.since_ms(*at);
        let step_ms = if left_ms > 3 * DAY_MS {
            6 * HOUR_MS
        } else if left_ms > DAY_MS {
            HOUR_MS
        } else if left_ms > 3 * HOUR_MS {
            30 * MINUTE_MS
        } else {
            5 * MINUTE_MS
        };
        Some(at.plus_ms(step_ms)).filter(|at| *at < SHOW)
    };
    std::iter::successors(Some(Timestamp(0)), next)
}

/// The comparison as a table: each cell is seats sold in percent of the all-knowing seller's,
/// parties turned away and seats sold twice, both per screening.
pub(crate) fn table(lines: &[Line], seeds: u64) -> String {
    let mut text = String::from(
        "| demand | link | all-knowing | plan | all at the hub | fixed half | oversell |\n\
         |---|---|---|---|---|---|---|\n",
    );
    let each = |sum: usize| tenths(sum * 10, usize::try_from(seeds).unwrap());
    for line in lines {
        let (demand, name) = (line.demand, line.trace.name());
        write!(
            text,
            "| {demand} % | {name} | {} |",
            each(line.measure.seats)
        )
        .unwrap();
        for figures in &line.figures {
            let percent = tenths(figures.seats * 1000, line.measure.seats);
            let (refused, doubles) = (each(figures.refused), each(figures.doubles));
            write!(text, " {percent} % · {refused} · {doubles} |").unwrap();
        }
        text.push('\n');
    }
    text
}

/// `tenfold / parts` with one digit after the point, rounded.
fn tenths(tenfold: usize, parts: usize) -> String {
    let rounded = (2 * tenfold + parts) / (2 * parts);
    format!("{}.{}", rounded / 10, rounded % 10)
}
