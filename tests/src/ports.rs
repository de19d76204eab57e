//! Ports that programs of a test listen on.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

/// Ports below those that the system gives to clients, so that a program that is down for a
/// moment finds its own free again.
const PORT_FIRST: u16 = 20_000;
const PORTS: u16 = 12_000;

/// So far apart tests that run at the same time begin to look: a port that was found is not
/// taken before its program starts.
const PORTS_PER_TEST: u32 = 30;

/// A port that nobody listens on, and that no other test finds now.
///
/// # Panics
///
/// Panics when there is none.
#[must_use]
pub fn free_port() -> u16 {
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    let place = std::process::id().wrapping_mul(PORTS_PER_TEST) % u32::from(PORTS);
    let place = u16::try_from(place).expect("less than the number of ports");
    let ports = std::iter::repeat_with(|| {
        let offset = TAKEN.fetch_add(1, Ordering::Relaxed);
        PORT_FIRST + place.wrapping_add(offset) % PORTS
    });
    ports
        .take(usize::from(PORTS))
        .find(|&port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok())
        .expect("a free port")
}
