//! How many tests passed, failed and were skipped, read from what the test runners print.

use std::fmt;
use std::ops::AddAssign;

/// Counts of tests and checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

/// Whose closing lines are read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Runner {
    CargoTest,
    Nextest,
    Vitest,
    Playwright,
    /// Our own run in a network that is cut.
    Partition,
}

impl Runner {
    /// The counts in all closing lines of `output`.
    pub(crate) fn tally(self, output: &str) -> Tally {
        let mut tally = Tally::default();
        for line in output.lines().map(str::trim) {
            if self.is_closing(line) {
                tally += counts(line);
            }
        }
        tally
    }

    fn is_closing(self, line: &str) -> bool {
        match self {
            Self::CargoTest => line.starts_with("test result: "),
            Self::Nextest => line.starts_with("Summary ["),
            Self::Vitest => line.starts_with("Tests  "),
            Self::Partition => line.ends_with(" failed") && line.contains(" passed, "),
            // Playwright gives each count a line of its own, such as `3 passed (5.1s)`.
            Self::Playwright => {
                let mut words = line.split(' ');
                let number = words.next().is_some_and(|word| word.parse::<u32>().is_ok());
                number && words.next().is_some_and(|word| Kind::of(word).is_some())
            }
        }
    }
}

enum Kind {
    Passed,
    Failed,
    Skipped,
}

impl Kind {
    fn of(word: &str) -> Option<Self> {
        match word {
            // A flaky test failed first and passed when tried again.
            "passed" | "flaky" => Some(Self::Passed),
            "failed" | "timed" => Some(Self::Failed),
            "skipped" | "ignored" | "did" => Some(Self::Skipped),
            _ => None,
        }
    }
}

/// Adds up every `NUMBER word` in `line` whose word we know, but for what stands in brackets:
/// nextest counts `(1 flaky)` in the number before it too.
fn counts(line: &str) -> Tally {
    let mut depth = 0_u32;
    let outside: String = line
        .chars()
        .filter(|letter| {
            match letter {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        })
        .collect();
    let words: Vec<&str> = outside
        .split([' ', ',', ';', '|', '.', ')'])
        .filter(|word| !word.is_empty())
        .collect();
    let mut tally = Tally::default();
    for pair in words.windows(2) {
        let (Ok(number), Some(kind)) = (pair[0].parse::<u32>(), Kind::of(pair[1])) else {
            continue;
        };
        match kind {
            Kind::Passed => tally.passed += number,
            Kind::Failed => tally.failed += number,
            Kind::Skipped => tally.skipped += number,
        }
    }
    tally
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    /// `12 passed, 0 failed`, and `, 3 skipped` where something was.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(runner: Runner, output: &str, expected: &str) {
        assert_eq!(runner.tally(output).to_string(), expected);
    }

    #[test]
    fn cargo_test_counts_each_program() {
        check(
            Runner::CargoTest,
            "running 2 tests\n\
             test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; \
             finished in 0.10s\n\
             test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
            "15 passed, 2 failed, 1 skipped",
        );
    }

    #[test]
    fn nextest_has_one_summary() {
        check(
            Runner::Nextest,
            "     Summary [   1.234s] 14 tests run: 11 passed, 2 failed, 1 timed out, 4 skipped",
            "11 passed, 3 failed, 4 skipped",
        );
        check(
            Runner::Nextest,
            "     Summary [   1.234s] 3 tests run: 3 passed (1 slow), 0 skipped",
            "3 passed, 0 failed",
        );
        check(
            Runner::Nextest,
            "     Summary [   1.234s] 3 tests run: 3 passed (1 flaky), 2 skipped",
            "3 passed, 0 failed, 2 skipped",
        );
    }

    #[test]
    fn vitest_counts_tests_and_not_files() {
        check(
            Runner::Vitest,
            " Test Files  1 failed | 5 passed (6)\n\
             \x20     Tests  2 failed | 40 passed | 1 skipped (43)\n",
            "40 passed, 2 failed, 1 skipped",
        );
    }

    #[test]
    fn a_partition_run_closes_with_its_counts() {
        check(
            Runner::Partition,
            "  FAILED  hub: 12 promises are kept\n\
             at kiosk-1: 115 tries, 78 confirmed, 3 walked away, 34 refused\n\
             15 passed, 2 failed",
            "15 passed, 2 failed",
        );
    }

    #[test]
    fn playwright_has_a_line_per_count() {
        check(
            Runner::Playwright,
            "Running 4 tests using 1 worker\n  1 failed\n    [chromium] › sale.spec.ts\n  \
             1 did not run\n  2 passed (5.1s)",
            "2 passed, 1 failed, 1 skipped",
        );
    }
}
