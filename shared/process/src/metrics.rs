//! Numbers about the running program, in the text form that Prometheus reads.

use std::fmt;
use std::fs;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _, text};
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::clock::Clock;

/// The `Content-Type` of what `encode` returns.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds in seconds for how long something took: from a read in memory to a request
/// that somebody gave up on.
pub const LATENCY_SECONDS: [f64; 14] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// A histogram over `LATENCY_SECONDS`; also the constructor of a family of them.
#[must_use]
pub fn latency_histogram() -> Histogram {
    Histogram::new(LATENCY_SECONDS)
}

/// A registry that already knows the process itself: memory, open files, uptime.
#[must_use]
pub fn registry(clock: Arc<dyn Clock>) -> Registry {
    let mut registry = Registry::default();
    let started_ms = clock.monotonic_ms();
    registry.register_collector(Box::new(ProcessCollector { clock, started_ms }));
    registry
}

/// Everything in `registry` as text.
#[must_use]
pub fn encode(registry: &Registry) -> String {
    let mut encoded = String::new();
    text::encode(&mut encoded, registry).expect("writing to a string cannot fail");
    encoded
}

/// The same, with what `more` writes behind it: whole lines, in the same format.
#[must_use]
pub fn encode_with(registry: &Registry, more: impl FnOnce(&mut String)) -> String {
    let mut text = encode(registry);
    let before_end = text.trim_end().strip_suffix("# EOF").map(str::len);
    text.truncate(before_end.unwrap_or(text.len()));
    more(&mut text);
    text.push_str("# EOF\n");
    text
}

struct ProcessCollector {
    clock: Arc<dyn Clock>,
    started_ms: i64,
}

impl fmt::Debug for ProcessCollector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProcessCollector").finish_non_exhaustive()
    }
}

impl Collector for ProcessCollector {
    fn encode(&self, mut encoder: DescriptorEncoder) -> fmt::Result {
        let mut gauge = |name: &str, help: &str, unit: Option<&Unit>, value: i64| {
            let gauge = ConstGauge::new(value);
            gauge.encode(encoder.encode_descriptor(
                name,
                help,
                unit,
                prometheus_client::metrics::MetricType::Gauge,
            )?)
        };
        // A figure that the system does not give is left out, not shown as zero.
        if let Some(bytes) = resident_bytes() {
            gauge(
                "process_resident_memory",
                "Memory in use",
                Some(&Unit::Bytes),
                bytes,
            )?;
        }
        if let Some(files) = open_files() {
            gauge("process_open_fds", "Open file descriptors", None, files)?;
        }
        let uptime = (self.clock.monotonic_ms() - self.started_ms) / 1_000;
        gauge(
            "process_uptime",
            "Time since the start",
            Some(&Unit::Seconds),
            uptime,
        )
    }
}

/// From `status` and not `statm`, which counts in pages of a size that differs by machine.
fn resident_bytes() -> Option<i64> {
    resident_bytes_in(&fs::read_to_string("/proc/self/status").ok()?)
}

fn resident_bytes_in(status: &str) -> Option<i64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1_024)
}

fn open_files() -> Option<i64> {
    let entries = fs::read_dir("/proc/self/fd").ok()?.count();
    // Reading the folder opens one more.
    i64::try_from(entries).ok()?.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use domain::time::Timestamp;

    use super::*;
    use crate::clock::ManualClock;

    #[test]
    fn the_process_tells_about_itself() {
        let clock = Arc::new(ManualClock::new(Timestamp(0)));
        let registry = registry(clock.clone());
        clock.advance_ms(90_000);
        let text = encode(&registry);
        assert!(text.contains("process_uptime_seconds 90\n"), "{text}");
        assert!(text.contains("process_resident_memory_bytes "), "{text}");
        assert!(text.contains("process_open_fds "), "{text}");
        assert!(text.ends_with("# EOF\n"), "{text}");
    }

    #[test]
    fn memory_is_read_in_bytes() {
        assert_eq!(
            resident_bytes_in("VmPeak:\t  9 kB\nVmRSS:\t    12 kB\n"),
            Some(12_288)
        );
        assert_eq!(resident_bytes_in("VmRSS:\t twelve kB\n"), None);
        assert_eq!(resident_bytes_in(""), None);
    }

    #[test]
    fn the_latency_buckets_rise() {
        assert!(LATENCY_SECONDS.is_sorted_by(|a, b| a < b));
        latency_histogram().observe(0.02);
    }
}
