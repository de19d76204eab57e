//! Runs the deterministic simulation over many seeds. `cargo xtask simulate` builds and starts
//! it.

#![expect(clippy::print_stdout, reason = "the result is what was asked for")]

use std::cell::RefCell;
use std::io::{IsTerminal as _, Write as _, stderr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use domain::id::{ScreeningId, SeatId};
use domain::mutant::Mutant;
use tests::seeds::Run;
use tests::world::Trace;
use tests::{money, world};

/// A terminal is told this often how far it is …
const LINE_EVERY: Duration = Duration::from_millis(200);
/// … and a log file this often.
const LOG_EVERY: Duration = Duration::from_secs(5);

const MS_PER_YEAR: f64 = 365.25 * 24.0 * 3_600_000.0;

/// What is wanted.
#[derive(Clone, Copy, Debug)]
struct Options {
    from: u64,
    seeds: u64,
    jobs: u64,
    trace: Trace,
    subject: Subject,
    mutant: Option<Mutant>,
    after_failure: AfterFailure,
}

/// Which world is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Seats,
    Money,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AfterFailure {
    Stop,
    GoOn,
}

/// What came of a seed.
enum Outcome {
    /// Something is found whether the mutant is there or not.
    ProvesNothing,
    Good {
        virtual_ms: i64,
        events: u64,
    },
    Failed {
        text: String,
        lines: Vec<String>,
    },
}

thread_local! {
    /// What the last panic of this thread said, and where.
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

fn main() -> ExitCode {
    let options = match read_options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(wrong) => {
            eprintln!("moding-simulate: {wrong}");
            return ExitCode::FAILURE;
        }
    };
    // A panic is a finding of its seed, told with the seed; not a text between two others.
    std::panic::set_hook(Box::new(|panic| {
        PANIC.with_borrow_mut(|text| *text = panic.to_string());
    }));
    let (sender, outcomes) = channel();
    let next = AtomicU64::new(options.from);
    let stop = AtomicBool::new(false);
    let failed = thread::scope(|scope| {
        for _ in 0..options.jobs {
            let sender = sender.clone();
            scope.spawn(|| work(options, (&next, &stop), sender));
        }
        drop(sender);
        watch(options, &outcomes, &stop)
    });
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn read_options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let mut options = Options {
        from: 0,
        seeds: 1,
        jobs: cores,
        trace: Trace::Off,
        subject: Subject::Seats,
        mutant: None,
        after_failure: AfterFailure::Stop,
    };
    while let Some(name) = arguments.next() {
        match name.as_str() {
            "--trace" if options.trace == Trace::Off => options.trace = Trace::On,
            "--trace" => {}
            "--seat" => options.trace = seat(&mut arguments)?,
            "--money" => options.subject = Subject::Money,
            "--keep-going" => options.after_failure = AfterFailure::GoOn,
            "--mutant" => options.mutant = Some(mutant(&mut arguments)?),
            "--from" => options.from = number(&name, &mut arguments)?,
            "--seeds" => options.seeds = number(&name, &mut arguments)?,
            "--jobs" => options.jobs = number(&name, &mut arguments)?.max(1),
            "--seed" => {
                options.from = number(&name, &mut arguments)?;
                options.seeds = 1;
            }
            other => return Err(format!("{other} is not known")),
        }
    }
    Ok(options)
}

fn number(name: &str, arguments: &mut impl Iterator<Item = String>) -> Result<u64, String> {
    let text = arguments.next().unwrap_or_default();
    text.parse()
        .map_err(|_| format!("{name} needs a number, not `{text}`"))
}

/// A seat as it stands in the findings: `SCREENING/SEAT`.
fn seat(arguments: &mut impl Iterator<Item = String>) -> Result<Trace, String> {
    let text = arguments.next().unwrap_or_default();
    let parts = text.split_once('/');
    let numbers =
        parts.and_then(|(screening, seat)| Some((screening.parse().ok()?, seat.parse().ok()?)));
    let (screening, seat) =
        numbers.ok_or_else(|| format!("--seat needs SCREENING/SEAT, not `{text}`"))?;
    Ok(Trace::Seat(ScreeningId(screening), SeatId(seat)))
}

fn mutant(arguments: &mut impl Iterator<Item = String>) -> Result<Mutant, String> {
    let text = arguments.next().unwrap_or_default();
    let all = || Mutant::SEATS.iter().chain(Mutant::MONEY);
    let known = all().find(|mutant| mutant.name() == text);
    known.copied().ok_or_else(|| {
        let names: Vec<_> = all().map(|mutant| mutant.name()).collect();
        format!(
            "there is no mutant `{text}`; there are {}",
            names.join(", ")
        )
    })
}

/// Makes run after run, until there is none left or somebody says stop.
fn work(options: Options, (next, stop): (&AtomicU64, &AtomicBool), done: Sender<(u64, Outcome)>) {
    let end = options.from.saturating_add(options.seeds);
    while !stop.load(Ordering::Relaxed) {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= end || done.send((seed, make(options, seed))).is_err() {
            return;
        }
    }
}

fn make(options: Options, seed: u64) -> Outcome {
    let outcome = try_out(options, seed);
    let failed = matches!(outcome, Outcome::Failed { .. });
    if !failed || options.mutant.is_none() {
        return outcome;
    }
    let unbroken = Options {
        mutant: None,
        trace: Trace::Off,
        ..options
    };
    match try_out(unbroken, seed) {
        Outcome::Good { .. } => outcome,
        Outcome::ProvesNothing | Outcome::Failed { .. } => Outcome::ProvesNothing,
    }
}

fn run(options: Options, seed: u64) -> Run {
    match options.subject {
        Subject::Seats => world::run(seed, options.mutant, options.trace),
        Subject::Money => money::run(seed, options.mutant, options.trace != Trace::Off),
    }
}

fn try_out(options: Options, seed: u64) -> Outcome {
    match catch_unwind(AssertUnwindSafe(|| run(options, seed))) {
        Ok(Run {
            violation: Some(violation),
            lines,
            ..
        }) => Outcome::Failed {
            text: violation.to_string(),
            lines,
        },
        Ok(run) => {
            print_lines(&run.lines);
            Outcome::Good {
                virtual_ms: run.virtual_ms,
                events: run.events,
            }
        }
        Err(_) => Outcome::Failed {
            text: format!("seed {seed}: {}", PANIC.take()),
            lines: Vec::new(),
        },
    }
}

fn print_lines(lines: &[String]) {
    for line in lines {
        println!("{line}");
    }
}

/// How far all of it is.
struct Progress {
    options: Options,
    started: Instant,
    told: Instant,
    done: u64,
    failed: u64,
    nothing: u64,
    virtual_ms: i64,
    events: u64,
}

/// Tells how far it is until all is done; says how many seeds failed.
#[expect(
    clippy::disallowed_methods,
    reason = "speed is measured outside of the runs"
)]
fn watch(options: Options, outcomes: &Receiver<(u64, Outcome)>, stop: &AtomicBool) -> u64 {
    let now = Instant::now();
    let mut progress = Progress {
        options,
        started: now,
        told: now,
        done: 0,
        failed: 0,
        nothing: 0,
        virtual_ms: 0,
        events: 0,
    };
    loop {
        match outcomes.recv_timeout(LINE_EVERY) {
            Ok((seed, outcome)) => {
                progress.count(seed, outcome);
                if progress.failed > 0 && options.after_failure == AfterFailure::Stop {
                    stop.store(true, Ordering::Relaxed);
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        progress.tell();
    }
    if stderr().is_terminal() {
        eprintln!("\r\x1b[K{}", progress.line());
    } else {
        eprintln!("{}", progress.line());
    }
    progress.failed
}

impl Progress {
    fn count(&mut self, seed: u64, outcome: Outcome) {
        self.done += 1;
        match outcome {
            Outcome::ProvesNothing => self.nothing += 1,
            Outcome::Good { virtual_ms, events } => {
                self.virtual_ms += virtual_ms;
                self.events += events;
            }
            Outcome::Failed { text, lines } => {
                self.failed += 1;
                if stderr().is_terminal() {
                    eprint!("\r\x1b[K");
                }
                print_lines(&lines);
                let mutant = self.options.mutant;
                let mutant = mutant.map_or(String::new(), |it| format!(" --mutant {}", it.name()));
                println!("{text}");
                let subject = match self.options.subject {
                    Subject::Seats => "",
                    Subject::Money => " --money",
                };
                println!("  again: cargo xtask simulate{subject} --seed {seed} --trace{mutant}");
            }
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "speed is measured outside of the runs"
    )]
    fn tell(&mut self) {
        let (every, now) = if stderr().is_terminal() {
            (LINE_EVERY, Instant::now())
        } else {
            (LOG_EVERY, Instant::now())
        };
        if now.duration_since(self.told) < every {
            return;
        }
        self.told = now;
        if stderr().is_terminal() {
            eprint!("\r\x1b[K{}", self.line());
            // A terminal that does not take it shows it with the next one.
            let _ = stderr().flush();
        } else {
            eprintln!("{}", self.line());
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "rates for people, to three digits"
    )]
    fn line(&self) -> String {
        let seconds = self.started.elapsed().as_secs_f64().max(0.001);
        let rate = self.done as f64 / seconds;
        let years = self.virtual_ms as f64 / MS_PER_YEAR / (seconds / 60.0);
        let nothing = match self.nothing {
            0 => String::new(),
            some => format!(" ({some} more fail without the mutant, too)"),
        };
        format!(
            "{} {}/{} seeds, {} failed{nothing}, {rate:.1} seeds/s, {years:.3} years/min, {} events",
            self.bar(),
            self.done,
            self.options.seeds,
            self.failed,
            self.events,
        )
    }

    fn bar(&self) -> String {
        const WIDTH: u64 = 24;
        let full = self.done.saturating_mul(WIDTH) / self.options.seeds.max(1);
        let cells = (0..WIDTH).map(|cell| if cell < full { '#' } else { '.' });
        format!("[{}]", cells.collect::<String>())
    }
}
