//! People search at kiosks and on the web, and the hub publishes boards (I7). The hours of a board
//! pass faster than everything else here, or no run would see one.
//!
//! Only every eighth seed has it: the others stay the runs that they were.

use std::collections::BTreeMap;

use boxoffice::searches::table;
use domain::id::MovieId;
use domain::ranking::{
    Board, Committed, DAY_HOURS, EARLY_HOURS_MAX, Hour, LATE_HOURS_MAX, PUBLISH_AFTER_MS, counted,
    rank,
};
use domain::time::Timestamp;
use hub::ranking::{self, WebSearch};
use hub::sqlite::{boards, excluded_terms};
use protocol::api::ranking::CommitSearch;
use rusqlite::Connection;
use seats::Here;
use store::StoreError;

use super::device::{DeviceAt, HUB};
use super::random::Random;
use super::{BEGINNING_MS, What, World};

/// So much faster the hours of the boards pass.
const FASTER: i64 = 36;

/// The mean time between two searches.
const EVERY_MS: i64 = 2_000;

/// Films that are searched for, and people at each device.
const FILMS: usize = 6;
const PEOPLE: usize = 12;

/// What was published in this run.
pub(super) struct Searches {
    /// A stream of its own: the rest of the run does not notice it.
    random: Random,
    /// The boards, as the facts of their moment gave them.
    published: BTreeMap<Hour, Board>,
    /// The life of the hub's program that published last.
    life: u64,
}

impl Searches {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed ^ 0x7365_6172_6368),
            published: BTreeMap::new(),
            life: 0,
        }
    }
}

/// The time by which searches are counted, at a device that believes it is `now`.
fn faster(now: Timestamp, true_ms: i64) -> Timestamp {
    now.plus_ms((true_ms - BEGINNING_MS) * (FASTER - 1))
}

impl World {
    pub(super) fn begin_searches(&mut self) {
        if self.seed % 8 == 5 {
            self.later(0, What::Search);
        }
    }

    /// Somebody searches somewhere, and the hub looks whether a board is due.
    pub(super) fn search_step(&mut self) {
        if self.closing {
            return;
        }
        let wait = self.searches.random.between(0, 2 * EVERY_MS);
        self.later(wait, What::Search);
        let at = self.searches.random.below(self.devices.len());
        if self.devices[at].running && !self.devices[at].gone {
            self.search_at(at);
        }
        if self.devices[HUB].running {
            self.publish_board();
        }
    }

    fn search_at(&mut self, at: DeviceAt) {
        let person = self.searches.random.below(PEOPLE).to_string();
        let film = 1 + self.searches.random.below(FILMS);
        let search = CommitSearch {
            term: format!("film {film}"),
            movie: Some(MovieId(i64::try_from(film).expect("a few films"))),
            from: Committed::Result,
        };
        let true_ms = self.now_ms;
        let fresh = [u8::try_from(at).unwrap_or(0); 32];
        let noted: Result<(), StoreError> = self.write(at, |tx, here| {
            let here = Here {
                now: faster(here.now, true_ms),
                ..here
            };
            if at == HUB {
                let client = Some([10, 0, 0, 1].into());
                let web = WebSearch {
                    search,
                    device: person,
                    client,
                };
                return ranking::note(tx, here, fresh, &web);
            }
            kiosk::searching::note(tx, here, (fresh, &person), &search)
        });
        noted.expect("a search is noted");
    }

    /// A board is published: it must be the pure function of the facts that the hub has now.
    fn publish_board(&mut self) {
        if self.searches.life != self.devices[HUB].life {
            self.searches.life = self.devices[HUB].life;
            // What was not durable, or is of a disk that is no more, was never published.
            let db = &self.devices[HUB].db;
            let there = boards::all(db).expect("boards are read");
            let there: BTreeMap<Hour, Board> = there
                .into_iter()
                .map(|it| (it.board.hour, it.board))
                .collect();
            self.searches
                .published
                .retain(|hour, board| there.get(hour) == Some(board));
        }
        let true_ms = self.now_ms;
        let published: Result<_, StoreError> = self.write(HUB, |tx, here| {
            let here = Here {
                now: faster(here.now, true_ms).plus_ms(PUBLISH_AFTER_MS),
                ..here
            };
            let board = ranking::publish(tx, here)?;
            let pure = board.as_ref().map(|board| pure(tx, board)).transpose()?;
            Ok(board.zip(pure))
        });
        let Some((board, pure)) = published.expect("a board is published") else {
            return;
        };
        self.note(format_args!(
            "board {} with {} lines",
            board.hour,
            board.lines.len()
        ));
        if board != pure {
            let found = format!("{board:?} is not what the facts give: {pure:?}");
            self.violate("I7 a board follows from the facts", found);
        }
        self.searches.published.insert(board.hour, board);
    }

    /// I7 at the end: what was published has not changed, and the hub has the facts of all nodes.
    pub(super) fn check_searches(&mut self) {
        let db = &self.devices[HUB].db;
        let stored = boards::all(db).expect("boards are read");
        let same_life = self.searches.life == self.devices[HUB].life;
        let changed = stored.iter().find(|stored| {
            let known = self.searches.published.get(&stored.board.hour);
            same_life && known.is_some_and(|known| *known != stored.board)
        });
        if let Some(changed) = changed {
            let found = format!("{:?} was published otherwise", changed.board);
            self.violate("I7 a published board never changes", found);
            return;
        }
        let all = (Hour(i64::MIN), Hour(i64::MAX));
        let known = table::between(db, all).expect("facts are read");
        // What a clock that was set by hand has noted for another day is not taken.
        let last = Hour::of(Timestamp(BEGINNING_MS)).plus(EARLY_HOURS_MAX);
        let first = Hour::of(self.devices[HUB].now(self.now_ms)).plus(-LATE_HOURS_MAX);
        for at in 1..self.devices.len() {
            if self.devices[at].gone {
                continue;
            }
            let taken = (first, last.plus(1));
            let theirs = table::between(&self.devices[at].db, taken).expect("facts are read");
            let missing = theirs.iter().find(|(key, _)| !known.contains_key(key));
            if let Some(missing) = missing {
                let found = format!("the hub does not know {missing:?} of device {at}");
                self.violate("I7 the hub has the facts of all nodes", found);
                return;
            }
        }
    }
}

fn pure(db: &Connection, board: &Board) -> Result<Board, StoreError> {
    let hours = (board.hour.plus(-DAY_HOURS), board.hour);
    let facts = table::between(db, hours)?;
    let before = boards::before(db, board.hour)?.map(|it| it.board);
    let excluded = excluded_terms::terms(db)?;
    let given = (board.nodes.clone(), before.as_ref());
    Ok(rank(board.hour, &counted(&facts), &excluded, given))
}
