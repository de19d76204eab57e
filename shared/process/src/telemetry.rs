//! Traces to the standard error stream, as text for people or as JSON for machines.
//!
//! What is traced are facts of the business and of the machine, never personal data and
//! never secrets: that is up to whoever writes the trace, since nothing here can tell.

use std::error::Error;
use std::io::{self, IsTerminal as _};

use serde::Deserialize;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

/// How a trace is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// One line for the eye; coloured on a terminal.
    #[default]
    Text,
}

/// Why traces cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is not understood.
    #[error("the trace filter is not understood; write for example `info,hub=debug`")]
    Filter(#[from] ParseError),
    /// Something else in this process already takes the traces.
    #[error("traces are already being taken")]
    Taken(#[from] TryInitError),
}

/// What libraries trace beside what matters: each try of a request to a bucket.
const QUIET: &str = "object_store=warn";

/// Starts writing traces that pass `filter`, such as `info,hub=debug`.
///
/// # Errors
///
/// The filter is not understood, or traces are already being taken.
pub fn init(format: LogFormat, filter: &str) -> Result<(), TelemetryError> {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(format!("{QUIET},{filter}"))?)
        .with_writer(io::stderr);
    match format {
        LogFormat::Json => builder
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .finish()
            .try_init(),
        LogFormat::Text => builder
            .with_ansi(io::stderr().is_terminal())
            .finish()
            .try_init(),
    }?;
    Ok(())
}

/// The error and all its causes in one line, for the one trace that a fault gets.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&cause| cause.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_is_not_understood_is_refused() {
        assert!(matches!(
            init(LogFormat::Text, "hub=loudest"),
            Err(TelemetryError::Filter(_))
        ));
    }

    #[test]
    fn traces_are_taken_once() {
        init(LogFormat::Json, "off").unwrap();
        assert!(matches!(
            init(LogFormat::Text, "off"),
            Err(TelemetryError::Taken(_))
        ));
    }

    #[test]
    fn a_fault_is_told_with_its_causes() {
        let cause = io::Error::other("no such device");
        let fault = crate::http::BindError::Failed {
            address: "[::1]:1".parse().unwrap(),
            source: cause,
        };
        assert_eq!(chain(&fault), "cannot listen on [::1]:1: no such device");
    }
}
