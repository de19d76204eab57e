//! What is kept: one SQLite file, one writer that commits in groups, readers that see the
//! latest commit, and the change feed beside the data it tells of.
//!
//! This crate knows SQLite and nothing of cinemas: rows are named by numbers and text.

mod batch;
pub mod change_feed;
mod compare;
mod connection;
pub mod cursor;
pub mod damage;
mod db;
mod error;
mod in_place;
pub mod meta;
mod migrate;
mod readers;
pub mod replication;
mod stats;
mod writer;

pub use compare::{Compared, tables_differ};
pub use connection::{open_memory, open_reader, open_writer};
pub use db::Db;
pub use error::StoreError;
pub use in_place::{Machine, PowerCut};
pub use migrate::{Migration, schema, schema_differences};
pub use stats::{COMMIT_BOUNDS_MICROS, Stats};
