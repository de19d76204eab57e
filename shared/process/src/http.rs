//! What both web servers share below their routes: how they begin to listen, and the
//! headers that each answer carries.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;

/// Why nothing can be served.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Another program, or this one a second time, already serves there.
    #[error("another program already listens on {address}")]
    PortInUse {
        /// Where.
        address: SocketAddr,
    },
    /// The machine has no such address, or the program may not use it.
    #[error("cannot listen on {address}")]
    Failed {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

/// Begins to listen at `address`. Port 0 takes any free one; `local_addr` tells which.
///
/// # Errors
///
/// The port is in use, or cannot be used.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, BindError> {
    TcpListener::bind(address).await.map_err(|source| {
        if source.kind() == io::ErrorKind::AddrInUse {
            return BindError::PortInUse { address };
        }
        BindError::Failed { address, source }
    })
}

/// What a page may load: its own files and nothing from elsewhere, no inline script, in
/// nobody's frame.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The headers of every answer, in lower case as HTTP/2 wants them.
pub const SECURITY_HEADERS: [(&str, &str); 7] = [
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=()",
    ),
    ("referrer-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_in_use_is_told_plainly() {
        let first = bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
        let address = first.local_addr().unwrap();
        let error = bind(address).await.unwrap_err();
        assert!(matches!(error, BindError::PortInUse { address: taken } if taken == address));
        assert_eq!(
            error.to_string(),
            format!("another program already listens on {address}")
        );
    }

    #[tokio::test]
    async fn an_address_of_another_machine_cannot_be_listened_on() {
        // 192.0.2.0/24 is kept for documentation and belongs to no machine.
        let error = bind(SocketAddr::from(([192, 0, 2, 1], 0)))
            .await
            .unwrap_err();
        assert!(matches!(error, BindError::Failed { .. }));
    }

    #[test]
    fn header_values_are_one_line() {
        for (name, value) in SECURITY_HEADERS {
            assert!(value.bytes().all(|b| (b' '..=b'~').contains(&b)), "{name}");
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{name}"
            );
        }
    }
}
