//! How these commands speak: headers, plain lines and durations.

use std::time::Duration;

/// The start of a longer piece of work.
pub(crate) fn header(text: &str) {
    println!("\n== {text}");
}

/// One line of what is going on.
pub(crate) fn say(text: &str) {
    println!("{text}");
}

/// A duration as people write it: `0.4 s`, `12 s`, `3 min 05 s`.
pub(crate) fn spoken(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds >= 60 {
        return format!("{} min {:02} s", seconds / 60, seconds % 60);
    }
    if seconds >= 10 {
        return format!("{seconds} s");
    }
    format!("{:.1} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_written_as_people_do() {
        let check = |ms, text| assert_eq!(spoken(Duration::from_millis(ms)), text);
        check(412, "0.4 s");
        check(12_900, "12 s");
        check(185_000, "3 min 05 s");
    }
}
