//! TCP ports of this machine: whether one can be had, and one that nobody uses.

use std::io::ErrorKind;
use std::net::TcpListener;

use crate::failure::Failure;

/// A port that one of the programs will listen on, and the option that moves it.
pub(crate) struct Wanted {
    /// What it is for, as the user knows it.
    pub(crate) purpose: &'static str,
    /// The port itself.
    pub(crate) port: u16,
    /// The option of this command that names another.
    pub(crate) option: &'static str,
}

/// Checks that every port can be had; names all that cannot, each with its way out.
pub(crate) fn check_free(wanted: &[Wanted]) -> Result<(), Failure> {
    let problems: Vec<String> = wanted.iter().filter_map(problem).collect();
    if problems.is_empty() {
        return Ok(());
    }
    Err(Failure::new(problems.join("\n")))
}

/// A port that is free now. Nothing keeps it free: use it soon.
pub(crate) fn unused() -> Result<u16, Failure> {
    TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| Failure::new(format!("no TCP port can be had: {error}")))
}

fn problem(wanted: &Wanted) -> Option<String> {
    let Wanted {
        purpose,
        port,
        option,
    } = wanted;
    let error = TcpListener::bind(("127.0.0.1", *port)).err()?;
    let why = if error.kind() == ErrorKind::AddrInUse {
        "is in use".to_owned()
    } else {
        format!("cannot be used ({error})")
    };
    Some(format!(
        "port {port} ({purpose}) {why}: stop what listens there, or choose another with \
         {option} PORT"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_said_with_its_number_and_its_option() {
        let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let wanted = [Wanted {
            purpose: "the hub's web",
            port,
            option: "--hub-port",
        }];
        let message = check_free(&wanted).unwrap_err().to_string();
        assert!(
            message.starts_with(&format!("port {port} (the hub's web) is in use")),
            "{message}"
        );
        assert!(message.ends_with("--hub-port PORT"), "{message}");
        drop(taken);
        assert!(check_free(&wanted).is_ok());
    }
}
