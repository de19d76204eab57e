//! Asks a program over HTTP whether it is ready.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// How long one question may take.
const ANSWER_MAX: Duration = Duration::from_millis(500);
/// The status line is all that we read.
const STATUS_LINE: &[u8] = b"HTTP/1.1 200";

/// Whether the program at `port` answers `/readyz` with yes.
pub(crate) fn is_ready(port: u16) -> bool {
    asked(port).unwrap_or(false)
}

fn asked(port: u16) -> std::io::Result<bool> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, ANSWER_MAX)?;
    stream.set_read_timeout(Some(ANSWER_MAX))?;
    stream.set_write_timeout(Some(ANSWER_MAX))?;
    write!(
        stream,
        "GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = [0; STATUS_LINE.len()];
    stream.read_exact(&mut answer)?;
    Ok(answer == STATUS_LINE)
}
