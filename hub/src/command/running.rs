//! Speaking with the hub that serves on this machine, as an operator: what needs its links to
//! the kiosks cannot be done beside it.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use hub::config::Config;
use protocol::error::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Failure;

/// How long the hub may take. It asks kiosks on the way, one after the other.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);

/// The largest answer that is read.
const ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Posts `body` to `path` of the operators' console and reads the answer. A refusal is a
/// failure that says why and for which seats.
pub(super) fn post<T: DeserializeOwned>(
    config: &Config,
    path: &str,
    body: &impl Serialize,
) -> Result<T, Failure> {
    let credential = config.operator.credential()?;
    let credential = credential.ok_or("set up operator.credential_file in the settings first")?;
    let address = reachable(config.http.listen);
    let mut stream = TcpStream::connect_timeout(&address, ANSWER_WITHIN).map_err(|error| {
        format!("no hub serves at {address} ({error}); start it: it has to ask the kiosks")
    })?;
    stream.set_read_timeout(Some(ANSWER_WITHIN))?;
    let body = serde_json::to_vec(body)?;
    // HTTP/1.0: the answer comes in one piece and ends with the connection.
    let head = format!(
        "POST {path} HTTP/1.0\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\
         Accept-Language: en\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        credential.expose(),
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(&body)?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES_MAX).read_to_end(&mut answer)?;
    read(&answer)
}

/// An address that the hub listens on, as one that can be called.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    address
}

fn read<T: DeserializeOwned>(answer: &[u8]) -> Result<T, Failure> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) = answer.split_at(end.ok_or("the hub broke off")? + 4);
    let head = String::from_utf8_lossy(head);
    let status = head.split(' ').nth(1).unwrap_or_default();
    if status == "200" {
        return Ok(serde_json::from_slice(body)?);
    }
    let problem: Result<Problem, _> = serde_json::from_slice(body);
    let Ok(problem) = problem else {
        return Err(format!("the hub answered {status}").into());
    };
    let seats = problem.seats.iter();
    let seats: Vec<String> = seats
        .map(|seat| format!("{}{}", seat.row, seat.number))
        .collect();
    let at = if seats.is_empty() {
        String::new()
    } else {
        format!(" (seats {})", seats.join(" "))
    };
    Err(format!("{}{at}", problem.detail).into())
}
