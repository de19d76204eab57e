//! Everything that touches the machine, for both programs: time, randomness, settings,
//! traces, background tasks, shutting down, the service manager, metrics and listening.
//!
//! What is decided from these things is decided elsewhere, with them as arguments.

pub mod clock;
pub mod config;
pub mod http;
pub mod ids;
pub mod metrics;
pub mod shutdown;
pub mod systemd;
pub mod task;
pub mod telemetry;
