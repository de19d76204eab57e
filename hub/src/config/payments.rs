//! The settings of the payments module. The module's own process reads them from the same file
//! as the hub.

use std::path::{Path, PathBuf};

use process::config::{Problem, resolve};
use serde::Deserialize;

use crate::payments::gateway::toss::{Live, check_client_key};

/// Where the money is moved. Without this section nothing is sold for money on the web.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentsSettings {
    /// Where the payment database stands.
    pub data_dir: PathBuf,
    /// The key that every browser sees.
    pub client_key: String,
    /// The file with the secret key; without it systemd's `toss` credential. Only the process
    /// that runs the module reads it.
    pub secret_file: Option<PathBuf>,
    /// The gateway's address.
    #[serde(default = "gateway")]
    pub gateway: String,
    /// The address of the gateway's script for browsers.
    #[serde(default = "script")]
    pub script: String,
    /// Where `moding-hub payments` serves as a process of its own. Without it the module runs
    /// inside the hub.
    pub socket: Option<PathBuf>,
    /// How many calls a minute the tasks make; 0 is as fast as it goes.
    #[serde(default = "calls_per_minute")]
    pub calls_per_minute: u32,
    /// Whether real money may move.
    #[serde(default)]
    pub live: bool,
}

fn gateway() -> String {
    "https://api.tosspayments.com".to_owned()
}

fn script() -> String {
    "https://js.tosspayments.com/v2/standard".to_owned()
}

/// Below the hundred a minute of the gateway's test world.
fn calls_per_minute() -> u32 {
    90
}

impl PaymentsSettings {
    pub(super) fn resolve_paths(&mut self, folder: &Path) {
        self.data_dir = resolve(folder, &self.data_dir);
        let others = [&mut self.secret_file, &mut self.socket];
        for path in others.into_iter().flatten() {
            *path = resolve(folder, path);
        }
    }

    /// Where the script comes from, without its path.
    pub(super) fn script_place(&self) -> String {
        let from = self.script.find("://").map_or(0, |at| at + 3);
        let end = self.script[from..].find('/');
        let end = end.map_or(self.script.len(), |end| from + end);
        self.script[..end].to_owned()
    }

    pub(super) fn validate(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let live = if self.live {
            Live::Allowed
        } else {
            Live::Refused
        };
        if let Err(wrong) = check_client_key(&self.client_key, live) {
            let instead = "the client key of this shop, such as test_gck_…";
            problems.push(Problem::new(
                "payments.client_key",
                wrong.to_string(),
                instead,
            ));
        }
        for (key, address) in [
            ("payments.gateway", &self.gateway),
            ("payments.script", &self.script),
        ] {
            if !is_safe(address) {
                let wrong = "not an https:// address";
                problems.push(Problem::new(key, wrong, "one that begins with https://"));
            }
        }
        problems
    }
}

/// Without TLS only this machine is spoken to: a sandbox.
pub(super) fn is_safe(address: &str) -> bool {
    let here = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    address.starts_with("https://")
        || here.iter().any(|host| {
            let rest = address.strip_prefix(host);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
        })
}

#[cfg(test)]
mod tests {
    use boxoffice::outside::Outside;

    use crate::config::Config;

    fn with(lines: &str) -> Result<Config, process::config::ConfigError> {
        Config::parse(&format!(
            "[hub]\nchain = \"moding\"\ndata_dir = \"d\"\n[payments]\ndata_dir = \"p\"\n{lines}"
        ))
    }

    #[test]
    fn a_client_key_is_enough() {
        let payments = with("client_key = \"test_gck_A1\"\n").unwrap().payments;
        let payments = payments.unwrap();
        assert_eq!(payments.gateway, "https://api.tosspayments.com");
        assert_eq!(payments.socket, None);
        assert!(!payments.live);
    }

    #[test]
    fn the_pages_may_load_the_script() {
        let script = "script = \"http://127.0.0.1:8090/v2/standard\"\n";
        let config = with(&format!("client_key = \"test_gck_A1\"\n{script}")).unwrap();
        let expected = Outside::new(&["http://127.0.0.1:8090".to_owned()]);
        assert_eq!(config.outside(), expected);
    }

    #[test]
    fn what_would_harm_is_refused() {
        for (wrong, named) in [
            ("client_key = \"test_sk_A1\"\n", "payments.client_key"),
            ("client_key = \"live_ck_A1\"\n", "payments.live"),
            (
                "client_key = \"test_ck_A1\"\ngateway = \"http://a.example\"\n",
                "payments.gateway",
            ),
            (
                "client_key = \"test_ck_A1\"\nscript = \"http://127.0.0.1.a.example/\"\n",
                "payments.script",
            ),
            ("client_key = \"test_ck_A1\"\nsecret = \"s\"\n", "hub.toml"),
        ] {
            let told = with(wrong).unwrap_err().to_string();
            assert!(told.contains(named), "{told}");
        }
        let sandbox = "client_key = \"test_ck_A1\"\ngateway = \"http://127.0.0.1:8090\"\n";
        assert!(with(sandbox).is_ok());
    }
}
