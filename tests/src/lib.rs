//! The whole system in real processes: a hub and its kiosks with their own folders and ports,
//! a client that buys, and checks over all databases.

pub mod client;
pub mod ledger;
pub mod light_node;
pub mod money;
pub mod mosquitto;
pub mod partition;
pub mod ports;
pub mod relay;
pub mod replica;
pub mod seeds;
pub mod stand;
pub mod world;

/// Where a program of ours stands that was built beside this test.
#[must_use]
pub fn program(name: &str) -> std::path::PathBuf {
    stand::binary(name)
}
