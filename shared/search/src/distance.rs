//! How far two lines of keys are apart: slips of a finger, and likeness.

use std::collections::BTreeSet;

/// The longest line that is measured, in keys.
pub const MEASURED_KEYS_MAX: usize = 64;

/// How many slips lead from `typed` to a beginning of `title`, at most `max`: a key left out, one
/// too many, a wrong one, or two in the wrong order. With it the number of keys of that beginning;
/// the longest of the nearest ones.
#[must_use]
pub fn slips(typed: &[char], title: &[char], max: usize) -> Option<(usize, usize)> {
    if typed.len() > MEASURED_KEYS_MAX {
        return None;
    }
    let title = &title[..title.len().min(typed.len() + max)];
    let width = title.len() + 1;
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..width).collect();
    for (row, key) in (1..).zip(typed) {
        let mut now = vec![row; width];
        for column in 1..width {
            let wrong = usize::from(title[column - 1] != *key);
            let mut least = (last[column - 1] + wrong)
                .min(last[column] + 1)
                .min(now[column - 1] + 1);
            let swapped = row > 1
                && column > 1
                && title[column - 2] == *key
                && typed[row - 2] == title[column - 1];
            if swapped {
                least = least.min(before_last[column - 2] + 1);
            }
            now[column] = least;
        }
        if now.iter().all(|slips| *slips > max) {
            return None;
        }
        before_last = std::mem::replace(&mut last, now);
    }
    let nearest = last.iter().copied().min().filter(|slips| *slips <= max)?;
    let length = last.iter().rposition(|slips| *slips == nearest)?;
    Some((nearest, length))
}

/// How many slips are believed to be slips in so many keys.
#[must_use]
pub fn slips_believed(keys: usize) -> usize {
    match keys {
        0..=3 => 0,
        4..=7 => 1,
        8..=13 => 2,
        14.. => 3,
    }
}

/// Every three keys that follow each other, each once, with the beginning marked.
#[must_use]
pub fn trigrams(keys: &str) -> BTreeSet<String> {
    let padded: Vec<char> = std::iter::once('^').chain(keys.chars()).collect();
    padded
        .windows(3)
        .map(|three| three.iter().collect())
        .collect()
}

/// How alike two sets of trigrams are, in thousandths: shared parts of both, or of what was
/// typed if that is only a part of the title.
#[must_use]
pub fn likeness(typed: usize, title: usize, shared: usize) -> usize {
    let both = 2_000 * shared / (typed + title).max(1);
    let covered = 750 * shared / typed.max(1);
    both.max(covered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(typed: &str, title: &str) -> Option<(usize, usize)> {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        slips(&chars(typed), &chars(title), 2)
    }

    #[test]
    fn slips_of_a_finger_are_counted() {
        for (typed, title, expected) in [
            ("abcdef", "abcdef", Some((0, 6))),
            ("abcdef", "abcdefgh", Some((0, 6))),
            ("abdcef", "abcdef", Some((1, 6))),
            ("abxdef", "abcdef", Some((1, 6))),
            ("abdef", "abcdef", Some((1, 6))),
            ("abccdef", "abcdef", Some((1, 6))),
            ("xbcdyf", "abcdef", Some((2, 6))),
            ("xyzdef", "abcdef", None),
        ] {
            assert_eq!(apart(typed, title), expected, "{typed} {title}");
        }
    }

    #[test]
    fn likeness_goes_from_nothing_to_the_same() {
        assert_eq!(likeness(5, 5, 5), 1_000);
        assert_eq!(likeness(5, 50, 5), 750);
        assert_eq!(likeness(5, 5, 0), 0);
        assert_eq!(likeness(0, 0, 0), 0);
    }
}
