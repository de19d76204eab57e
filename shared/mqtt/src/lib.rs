//! The wire: one MQTT connection at a time, when to try again, and the pump that drives a
//! sync session over it.

mod backoff;
mod link;
pub mod pump;

pub use backoff::Backoff;
pub use link::{
    Endpoint, Incoming, Link, LinkError, PACKET_BYTES_MAX, PAYLOAD_BYTES_MAX, PublishError, Retain,
    Sender, Will,
};
