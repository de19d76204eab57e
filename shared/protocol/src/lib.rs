//! What crosses a wire: synced rows and batches, topics, the sync session, and the bodies of
//! the HTTP API. Pure.

pub mod api;
pub mod ask;
pub mod batch;
pub mod codec;
pub mod error;
pub mod message;
pub mod row;
pub mod session;
pub mod topic;
