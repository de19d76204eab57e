//! What happened, as lines for people and as one number for machines: the same seed gives
//! the same number.

use std::fmt;

/// The events of a run.
#[derive(Debug, Default)]
pub(crate) struct Transcript {
    lines: Option<Vec<String>>,
    hash: u64,
    count: u64,
}

impl Transcript {
    /// Keeps the lines, too.
    #[must_use]
    pub(crate) fn traced() -> Self {
        Self {
            lines: Some(Vec::new()),
            ..Self::default()
        }
    }

    /// Notes an event.
    pub(crate) fn note(&mut self, at_ms: i64, event: fmt::Arguments<'_>) {
        let mut hash = Fnv(self.hash ^ 0xcbf2_9ce4_8422_2325);
        let noted = fmt::write(&mut hash, format_args!("{at_ms} {event}"));
        noted.expect("a number takes everything");
        self.hash = hash.0;
        self.count += 1;
        self.remark(at_ms, event);
    }

    /// Adds a line for people only.
    pub(crate) fn remark(&mut self, at_ms: i64, event: fmt::Arguments<'_>) {
        if let Some(lines) = &mut self.lines {
            let (seconds, ms) = (at_ms / 1_000, at_ms % 1_000);
            lines.push(format!("{seconds:>6}.{ms:03}  {event}"));
        }
    }

    /// The number of all events so far.
    #[must_use]
    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    /// How many events there were.
    #[must_use]
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The lines, if they were kept.
    #[must_use]
    pub(crate) fn lines(&self) -> &[String] {
        self.lines.as_deref().unwrap_or_default()
    }
}

/// The hash of Fowler, Noll and Vo, 64 bits, variant 1a.
struct Fnv(u64);

impl fmt::Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 ^= u64::from(byte);
            self.0 = self.0.wrapping_mul(0x0000_0100_0000_01b3);
        }
        Ok(())
    }
}
