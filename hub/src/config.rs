//! The hub's settings: one TOML file, checked whole at start, unknown keys refused.

pub mod payments;
mod selling;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use boxoffice::limits::Settings as Limits;
use boxoffice::outside::{Outside, OutsideInvalid};
use boxoffice::replica::ReplicaSettings;
use domain::allotment::Policy;
use domain::time::MINUTE_MS;
use process::config::{ConfigError, Problem, Secret, Validate, host_and_port, resolve};
use process::telemetry::LogFormat;
use serde::Deserialize;

pub use selling::Selling;

use payments::PaymentsSettings;

/// All settings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub hub: Hub,
    #[serde(default)]
    pub http: Http,
    #[serde(default)]
    pub broker: Broker,
    #[serde(default)]
    pub operator: Operator,
    #[serde(default)]
    pub allotment: Allotment,
    pub payments: Option<PaymentsSettings>,
    /// Where the databases are copied to; nowhere without it.
    pub replica: Option<ReplicaSettings>,
    #[serde(default)]
    pub selling: Selling,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub log: Log,
}

/// Which chain of theaters this hub serves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hub {
    /// The chain's name; it stands in every topic.
    pub chain: String,
    /// Where the database stands.
    pub data_dir: PathBuf,
}

/// Where the web listens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Http {
    pub listen: SocketAddr,
    /// How people reach the web, such as `https://moding.example`. Kiosks show it as a code, so
    /// that an order is paid on one's own phone; without it they do not offer that.
    pub address: Option<String>,
    /// Where the gateway's payment window comes from, such as `https://js.tosspayments.com`
    /// and `https://*.tosspayments.com`. The pages load nothing from anywhere else.
    #[serde(default)]
    pub payment_window: Vec<String>,
}

/// The MQTT broker between hub and kiosks: our own, or one that runs elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Broker {
    /// Where the embedded broker listens.
    pub listen: SocketAddr,
    /// `host:port` of another broker; then none is embedded, and that one must have the
    /// credentials and access rules.
    pub external: Option<String>,
    /// The file with the hub's own password at the other broker.
    pub credential_file: Option<PathBuf>,
}

/// Who may decide about conflicts and the fleet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Operator {
    /// The file with the operators' credential; without it systemd's `operator` credential.
    /// Without either, the console is closed.
    pub credential_file: Option<PathBuf>,
}

/// The operators' credential has at least so many characters: nobody may guess it.
const OPERATOR_CREDENTIAL_CHARS_MIN: usize = 24;

/// Why the operators' credential cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OperatorError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(
        "the operators' credential has fewer than {OPERATOR_CREDENTIAL_CHARS_MIN} characters; \
         write a longer one, such as `openssl rand -hex 32` gives"
    )]
    TooShort,
}

impl Operator {
    /// The operators' credential; none when none is set up.
    ///
    /// # Errors
    ///
    /// Fails when a file is named that cannot be read, or the credential is too short.
    pub fn credential(&self) -> Result<Option<Secret>, OperatorError> {
        let file = self.credential_file.as_deref();
        let secret = match (file, process::config::credential("operator", file)) {
            (_, Ok(secret)) => secret,
            (None, Err(ConfigError::CredentialMissing { .. } | ConfigError::Unreadable { .. })) => {
                return Ok(None);
            }
            (_, Err(error)) => return Err(error.into()),
        };
        if secret.expose().chars().count() < OPERATOR_CREDENTIAL_CHARS_MIN {
            return Err(OperatorError::TooShort);
        }
        Ok(Some(secret))
    }
}

/// How seats are shared between the web and the theaters.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Allotment {
    /// From this many minutes before a show its theater gets all that is free; 0 is never.
    pub hand_over_minutes: u32,
}

impl Allotment {
    /// The plan's policy.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy {
            hand_over_ms: (self.hand_over_minutes > 0)
                .then(|| i64::from(self.hand_over_minutes) * MINUTE_MS),
            ..Policy::default()
        }
    }
}

/// What is written to the log, and how.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    pub format: LogFormat,
    /// A filter such as `info` or `info,hub=debug`.
    pub level: String,
}

impl Config {
    /// Reads the file at `path`; relative paths in it start at its folder.
    ///
    /// # Errors
    ///
    /// Names every key that is wrong and what to write instead.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        process::config::load(path)
    }

    /// What the pages may load from elsewhere: the payment window, and the script that opens it.
    ///
    /// # Errors
    ///
    /// Refuses what is no place.
    pub fn outside(&self) -> Result<Outside, OutsideInvalid> {
        let mut places = self.http.payment_window.clone();
        places.extend(self.payments.as_ref().map(PaymentsSettings::script_place));
        places.dedup();
        Outside::new(&places)
    }

    /// The hub's database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.hub.data_dir.join("hub.sqlite")
    }

    /// Reads settings from `text`.
    ///
    /// # Errors
    ///
    /// Names every key that is wrong and what to write instead.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        process::config::parse(text, Path::new("hub.toml"))
    }
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            address: None,
            payment_window: Vec::new(),
        }
    }
}

impl Default for Broker {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 1883)),
            external: None,
            credential_file: None,
        }
    }
}

impl Default for Allotment {
    fn default() -> Self {
        Self {
            hand_over_minutes: 30,
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
        self.hub.data_dir = resolve(folder, &self.hub.data_dir);
        if let Some(file) = &mut self.broker.credential_file {
            *file = resolve(folder, file);
        }
        if let Some(file) = &mut self.operator.credential_file {
            *file = resolve(folder, file);
        }
        if let Some(payments) = &mut self.payments {
            payments.resolve_paths(folder);
        }
        if let Some(replica) = &mut self.replica {
            replica.resolve_paths(folder);
        }
    }

    fn validate(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if protocol::topic::Chain::new(&self.hub.chain).is_err() {
            let instead = "letters a-z, digits and hyphens";
            problems.push(Problem::new("hub.chain", "not a chain's name", instead));
        }
        let external = self.broker.external.as_deref();
        if external.is_some_and(|address| host_and_port(address).is_none()) {
            let instead = "host:port, such as broker.example:1883";
            problems.push(Problem::new("broker.external", "not an address", instead));
        }
        let address = self.http.address.as_deref();
        if address.is_some_and(|it| !payments::is_safe(it) || it.ends_with('/')) {
            let instead = "one that begins with https:// and has no path";
            problems.push(Problem::new("http.address", "not an address", instead));
        }
        if let Err(wrong) = self.outside() {
            let instead = "places such as https://js.tosspayments.com";
            problems.push(Problem::new(
                "http.payment_window",
                wrong.to_string(),
                instead,
            ));
        }
        if let Some((key, instead)) = self.limits.wrong() {
            let key = format!("limits.{key}");
            problems.push(Problem::new(&key, "not possible", instead));
        }
        if let Err(wrong) = self.selling.selling() {
            let instead =
                "steps such as { minutes_before = 20, percent = 100 }, from early to late";
            problems.push(Problem::new(
                "selling.refund_rules",
                wrong.to_string(),
                instead,
            ));
        }
        if let Some(payments) = &self.payments {
            problems.extend(payments.validate());
        }
        if let Some(replica) = &self.replica {
            problems.extend(replica.validate());
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_file_is_enough() {
        let config = Config::parse("[hub]\nchain = \"moding\"\ndata_dir = \"data\"\n").unwrap();
        assert_eq!(config.http.listen.port(), 8080);
        assert_eq!(config.broker.listen.port(), 1883);
        assert_eq!(config.allotment.policy(), Policy::default());
    }

    #[test]
    fn a_wrong_chain_is_told_with_what_to_write() {
        let wrong = Config::parse("[hub]\nchain = \"무딩\"\ndata_dir = \"data\"\n");
        assert!(wrong.unwrap_err().to_string().contains("hub.chain"));
    }
}
