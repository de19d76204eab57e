//! What the search costs while people type: building, size, memory and time at 3,000, 100,000
//! and, when asked for, 1,000,000 films made of the words of real ones, beside SQLite's own
//! full-text search over the same films and the same keystrokes.
//!
//! `cargo bench -p finding --bench search`, or behind ` -- ` the numbers of films.

#![expect(clippy::print_stdout, reason = "the figures are the result")]
#![expect(clippy::disallowed_methods, reason = "a bench measures time")]

use std::path::Path;
use std::time::{Duration, Instant};

use domain::id::MovieId;
use finding::derived::states;
use finding::films::{Made, beside, bundled};
use finding::trigram::Trigram;
use search::{Change, Film, Index, Shelf, Stamp};

/// Titles that somebody types, key by key.
const TYPED: usize = 300;
/// Films for a page of suggestions.
const SHOWN: usize = 10;
/// Keystrokes that the full-text search is asked for at most: it takes long.
const TRIGRAM_KEYS_MAX: usize = 1_500;
/// Films made at a time.
const BATCH: i64 = 10_000;
/// How often one film is changed.
const CHANGED: usize = 20;

fn main() {
    let named: Vec<i64> = std::env::args().filter_map(|it| it.parse().ok()).collect();
    let sizes = if named.is_empty() {
        vec![3_000, 100_000]
    } else {
        named
    };
    let mut real = bundled().0;
    real.extend(beside().unwrap_or_default());
    println!("films are made of the words of {} real ones", real.len());
    for films in sizes {
        measure(films, &real);
    }
}

fn measure(films: i64, real: &[Film]) {
    let folder = tempfile::tempdir().expect("a folder");
    let shelf = Shelf::new(folder.path().to_owned());
    let mut typed: Vec<(MovieId, String)> = Vec::new();
    let mut trigram = Trigram::new();
    let building = shelf.begin().expect("the folder can be written");
    let (mut ours, mut theirs) = (Spent::default(), Spent::default());
    let every = usize::try_from(films).unwrap_or(1).div_ceil(TYPED);
    let mut made = Made::of(real, 7);
    for begin in (0..films).step_by(usize::try_from(BATCH).unwrap_or(1)) {
        let numbers = begin..films.min(begin + BATCH);
        let batch: Vec<Film> = numbers.map(|number| made.next(number)).collect();
        for (at, film) in batch.iter().enumerate() {
            if (usize::try_from(begin).unwrap_or(0) + at).is_multiple_of(every) {
                typed.push((film.movie, film.title.clone()));
            }
        }
        ours.add(|| {
            for film in &batch {
                building.add(film).expect("the folder can be written");
            }
        });
        theirs.add(|| trigram.add(&batch));
    }
    let resident = memory();
    let index = ours.add(|| {
        shelf
            .finish(building, Stamp::new(1, 0))
            .expect("it is built")
    });
    drop(index);
    let mut opening = Spent::default();
    let index = opening.add(|| shelf.open().expect("it opens").expect("it is there"));
    println!("\n## {films} films");
    println!(
        "tantivy: built in {:.1} s (own thread {:.1} s of CPU), {:.1} MB on disk, opened in \
         {:.2} s, resident {} MB more",
        ours.wall.as_secs_f64(),
        ours.thread.as_secs_f64(),
        megabytes(size_of(folder.path())),
        opening.wall.as_secs_f64(),
        memory().saturating_sub(resident),
    );
    println!(
        "trigram: built in {:.1} s, {:.1} MB",
        theirs.wall.as_secs_f64(),
        megabytes(u64::try_from(trigram.bytes()).unwrap_or(0)),
    );
    let keys = typed.iter().flat_map(|(movie, title)| {
        let states = states(title).into_iter();
        states.map(|state| (*movie, state))
    });
    let keys: Vec<(MovieId, String)> = keys.collect();
    report("tantivy as you type", &keys, |text| found(&index, text));
    let few = &keys[..keys.len().min(TRIGRAM_KEYS_MAX)];
    report("trigram as you type", few, |text| {
        trigram.search(text, SHOWN)
    });
    change(&index, &mut made);
}

fn found(index: &Index, text: &str) -> Vec<MovieId> {
    let found = index.search(text, SHOWN).expect("it can be read");
    found.hits.iter().map(|hit| hit.movie).collect()
}

fn report(what: &str, keys: &[(MovieId, String)], ask: impl Fn(&str) -> Vec<MovieId>) {
    let (mut wall, mut thread) = (Vec::new(), Vec::new());
    let (mut among, mut nothing) = (0_u32, 0_u32);
    for (movie, text) in keys {
        let mut spent = Spent::default();
        let films = spent.add(|| ask(text));
        among += u32::from(films.contains(movie));
        nothing += u32::from(films.is_empty());
        wall.push(spent.wall);
        thread.push(spent.thread);
    }
    let share = |count: u32| f64::from(count) / f64::from(u32::try_from(keys.len()).unwrap_or(1));
    println!(
        "{what}: {} keystrokes, CPU p50 {:.2} ms, p99 {:.2} ms; wall p50 {:.2} ms, p99 {:.2} ms; \
         the film among {SHOWN} after {:.3} of them, nothing after {:.3}",
        keys.len(),
        percentile(&mut thread, 50),
        percentile(&mut thread, 99),
        percentile(&mut wall, 50),
        percentile(&mut wall, 99),
        share(among),
        share(nothing),
    );
}

fn change(index: &Index, made: &mut Made) {
    let mut wall = Vec::new();
    for position in 1..=i64::try_from(CHANGED).unwrap_or(1) {
        let film = made.next(position);
        let mut spent = Spent::default();
        spent.add(|| {
            index
                .change(&[Change::Put(film)], position)
                .expect("it can be written")
        });
        wall.push(spent.wall);
    }
    println!(
        "tantivy, one film changed: wall p50 {:.0} ms, p99 {:.0} ms",
        percentile(&mut wall, 50),
        percentile(&mut wall, 99)
    );
}

/// Time that went by, and time that this thread worked.
#[derive(Default)]
struct Spent {
    wall: Duration,
    thread: Duration,
}

impl Spent {
    fn add<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let (wall, thread) = (Instant::now(), thread_time());
        let done = work();
        self.thread += thread_time().saturating_sub(thread);
        self.wall += wall.elapsed();
        done
    }
}

fn thread_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or(0))
}

fn percentile(of: &mut [Duration], percent: usize) -> f64 {
    of.sort_unstable();
    let at = of.len() * percent / 100;
    of.get(at.min(of.len().saturating_sub(1)))
        .map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
}

/// What this process has in memory, in megabytes.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}

fn size_of(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let sizes = entries.map(|entry| {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            size_of(&path)
        } else {
            path.metadata().map_or(0, |file| file.len())
        }
    });
    sizes.sum()
}

fn megabytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1024).unwrap_or(u32::MAX)) / 1024.0
}
