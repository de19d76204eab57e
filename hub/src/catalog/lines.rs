//! On which line of a file a row stands.

/// Where the lines of a text begin.
pub(super) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1));
        Self {
            text,
            starts: starts.collect(),
        }
    }

    /// The line, counted from 1, on which `part` begins. `part` is a piece of the text
    /// itself, not a copy: its place is where it stands in memory.
    pub(super) fn line_of(&self, part: &str) -> usize {
        let offset = part
            .as_ptr()
            .addr()
            .saturating_sub(self.text.as_ptr().addr());
        self.starts.partition_point(|start| *start <= offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_found_on_its_line() {
        let text = "[\n  {},\n  {\"a\": 1}\n]";
        let lines = Lines::of(text);
        assert_eq!(lines.line_of(&text[0..1]), 1);
        assert_eq!(lines.line_of(&text[4..6]), 2);
        assert_eq!(lines.line_of(&text[10..]), 3);
    }
}
