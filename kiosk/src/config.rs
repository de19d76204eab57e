//! The kiosk's settings: one TOML file, checked whole at start, unknown keys refused.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use boxoffice::replica::ReplicaSettings;
use domain::id::NodeId;
use process::config::{ConfigError, Problem, Secret, Validate, host_and_port, resolve};
use process::telemetry::LogFormat;
use serde::Deserialize;

use crate::devices::simulated_terminal::{CUSTOMER_WAIT_DEFAULT, SimulatedCard};

/// All settings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub kiosk: Device,
    #[serde(default)]
    pub http: Http,
    pub hub: Hub,
    pub terminal: Terminal,
    #[serde(default)]
    pub staff: Staff,
    /// Where the database is copied to; nowhere without it.
    pub replica: Option<ReplicaSettings>,
    #[serde(default)]
    pub log: Log,
}

/// Which device this is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// The node's name, as the hub knows it.
    pub node: NodeId,
    /// The chain of theaters, as in the hub's settings.
    pub chain: String,
    /// Where the database and the terminal's journal stand.
    pub data_dir: PathBuf,
}

/// Where the touch screen finds its pages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    pub listen: SocketAddr,
}

/// Where the hub is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hub {
    /// The MQTT broker: `host:port`.
    pub address: String,
    /// Brokers of hubs that may take over; each is tried in turn.
    #[serde(default)]
    pub others: Vec<String>,
    /// The file with this node's credential; without it systemd's `node` credential.
    pub credential_file: Option<PathBuf>,
}

/// The card terminal beside the screen.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Terminal {
    /// No real card is charged. The screen shows what the simulated card should do.
    Simulated {
        /// Answers at once, for tests.
        auto: Option<SimulatedCard>,
        /// How long it waits for a card.
        customer_wait_s: Option<u64>,
    },
}

/// Who may open the staff's page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Staff {
    /// The file with the staff's PIN; without it systemd's `staff-pin` credential. Without
    /// either, the page is closed.
    pub pin_file: Option<PathBuf>,
}

/// How many digits a PIN has.
const PIN_DIGITS: std::ops::RangeInclusive<usize> = 4..=12;

/// Why the staff's PIN cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("the staff's PIN is not {} to {} digits", PIN_DIGITS.start(), PIN_DIGITS.end())]
    NotDigits,
}

impl Staff {
    /// The staff's PIN; none when none is set up.
    ///
    /// # Errors
    ///
    /// Fails when a file is named that cannot be read, or the PIN is not digits.
    pub fn pin(&self) -> Result<Option<Secret>, StaffError> {
        let file = self.pin_file.as_deref();
        let secret = match (file, process::config::credential("staff-pin", file)) {
            (_, Ok(secret)) => secret,
            (None, Err(ConfigError::CredentialMissing { .. } | ConfigError::Unreadable { .. })) => {
                return Ok(None);
            }
            (_, Err(error)) => return Err(error.into()),
        };
        let pin = secret.expose();
        let numeric = pin.bytes().all(|byte| byte.is_ascii_digit());
        if !numeric || !PIN_DIGITS.contains(&pin.len()) {
            return Err(StaffError::NotDigits);
        }
        Ok(Some(secret))
    }
}

/// What is written to the log, and how.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    pub format: LogFormat,
    /// A filter such as `info` or `info,kiosk=debug`.
    pub level: String,
}

/// The longest time that the simulated terminal waits for a card.
const CUSTOMER_WAIT_S_MAX: u64 = 600;

impl Config {
    /// Reads the file at `path`; relative paths in it start at its folder.
    ///
    /// # Errors
    ///
    /// Names every key that is wrong and what to write instead.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        process::config::load(path)
    }

    /// Reads settings from `text`.
    ///
    /// # Errors
    ///
    /// Names every key that is wrong and what to write instead.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        process::config::parse(text, Path::new("kiosk.toml"))
    }

    /// The kiosk's database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.kiosk.data_dir.join("kiosk.sqlite")
    }

    /// Host and port of the hub, and of those that may take over; none when one is wrong.
    #[must_use]
    pub fn hub_addresses(&self) -> Option<Vec<(&str, u16)>> {
        let all = std::iter::once(&self.hub.address).chain(&self.hub.others);
        all.map(|address| host_and_port(address)).collect()
    }
}

impl Terminal {
    /// How long a customer may take to present a card.
    #[must_use]
    pub fn customer_wait(&self) -> Duration {
        let Self::Simulated {
            customer_wait_s, ..
        } = self;
        customer_wait_s.map_or(CUSTOMER_WAIT_DEFAULT, Duration::from_secs)
    }
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8081)),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            level: "info".to_owned(),
        }
    }
}

impl Validate for Config {
    fn resolve_paths(&mut self, folder: &Path) {
        self.kiosk.data_dir = resolve(folder, &self.kiosk.data_dir);
        if let Some(file) = &mut self.hub.credential_file {
            *file = resolve(folder, file);
        }
        if let Some(file) = &mut self.staff.pin_file {
            *file = resolve(folder, file);
        }
        if let Some(replica) = &mut self.replica {
            replica.resolve_paths(folder);
        }
    }

    fn validate(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.kiosk.node.is_hub() {
            let instead = "the name that `moding-hub node add` was given";
            problems.push(Problem::new(
                "kiosk.node",
                "`hub` is the hub's own name",
                instead,
            ));
        }
        if protocol::topic::Chain::new(&self.kiosk.chain).is_err() {
            let instead = "letters a-z, digits and hyphens, as in the hub's settings";
            problems.push(Problem::new("kiosk.chain", "not a chain's name", instead));
        }
        if self.hub_addresses().is_none() {
            let instead = "host:port, such as hub.example:1883, also in hub.others";
            problems.push(Problem::new("hub.address", "not an address", instead));
        }
        if let Some(replica) = &self.replica {
            problems.extend(replica.validate());
        }
        let Terminal::Simulated {
            customer_wait_s, ..
        } = &self.terminal;
        if customer_wait_s.is_some_and(|wait| !(1..=CUSTOMER_WAIT_S_MAX).contains(&wait)) {
            let instead = format!("1 to {CUSTOMER_WAIT_S_MAX} seconds");
            problems.push(Problem::new(
                "terminal.customer_wait_s",
                "out of range",
                instead,
            ));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        [kiosk]
        node = "seoul-1"
        chain = "moding"
        data_dir = "data"
        [hub]
        address = "127.0.0.1:1883"
        [terminal]
        kind = "simulated"
    "#;

    #[test]
    fn a_short_file_is_enough() {
        let config = Config::parse(GOOD).unwrap();
        assert_eq!(config.hub_addresses(), Some(vec![("127.0.0.1", 1883)]));
        assert_eq!(config.http.listen.port(), 8081);
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let wrong = GOOD.replace("chain =", "chian =");
        assert!(matches!(
            Config::parse(&wrong),
            Err(ConfigError::Malformed { .. })
        ));
    }

    #[test]
    fn every_wrong_value_is_told_at_once() {
        let wrong = GOOD
            .replace("\"seoul-1\"", "\"hub\"")
            .replace("127.0.0.1:1883", "hub");
        let Err(ConfigError::Invalid { problems, .. }) = Config::parse(&wrong) else {
            panic!("two values are wrong");
        };
        assert_eq!(problems.len(), 2);
    }
}
