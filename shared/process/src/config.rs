//! Settings from one TOML file, and secrets from files of their own.
//!
//! A wrong file stops the program at its start and says everything that is wrong at once.
//! The types of the settings belong to the programs and refuse unknown keys
//! (`deny_unknown_fields`).

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// A settings file larger than this is not one.
const CONFIG_BYTES_MAX: u64 = 256 * 1024;
/// A secret larger than this is not one.
const CREDENTIAL_BYTES_MAX: u64 = 64 * 1024;
/// Where systemd puts what `LoadCredential=` names.
const CREDENTIALS_DIRECTORY: &str = "CREDENTIALS_DIRECTORY";

/// Settings that can tell whether they make sense.
pub trait Validate {
    /// Makes each relative path, by `resolve`, one below `folder`: that of the file.
    fn resolve_paths(&mut self, folder: &Path);

    /// Everything that is wrong, not only the first thing.
    fn validate(&self) -> Vec<Problem>;
}

/// One setting that cannot stay as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key as it is written in the file, such as `mqtt.listen`.
    pub key: String,
    /// What is wrong with its value.
    pub wrong: String,
    /// What to write instead.
    pub instead: String,
}

impl Problem {
    /// The value of `key` is `wrong`; `instead` says what to write.
    #[must_use]
    pub fn new(key: &str, wrong: impl Into<String>, instead: impl Into<String>) -> Self {
        Self {
            key: key.to_owned(),
            wrong: wrong.into(),
            instead: instead.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}; write {}", self.key, self.wrong, self.instead)
    }
}

/// Why the program cannot start with these settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is no TOML, lacks a key or has one too many.
    #[error("{} is not understood", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        source: toml::de::Error,
    },
    /// The values do not make sense.
    #[error("{} needs changes:{}", path.display(), listed(problems))]
    Invalid {
        /// Which file.
        path: PathBuf,
        /// All of them.
        problems: Vec<Problem>,
    },
    /// A secret was neither named as a file nor given by the service manager.
    #[error("the credential {name} is missing: name its file, or give it by LoadCredential=")]
    CredentialMissing {
        /// The credential's name.
        name: String,
    },
    /// A secret's file has nothing in it.
    #[error("the credential in {} is empty", path.display())]
    CredentialEmpty {
        /// Which file.
        path: PathBuf,
    },
}

fn listed(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|problem| format!("\n  {problem}"))
        .collect()
}

/// Reads the settings in the file at `path`; relative paths in it start at its folder.
///
/// # Errors
///
/// The file is missing, no TOML of this shape, or its values do not make sense.
pub fn load<T: DeserializeOwned + Validate>(path: &Path) -> Result<T, ConfigError> {
    parse(&read(path, CONFIG_BYTES_MAX)?, path)
}

/// Reads settings from `text`, which stands in the file at `path`.
///
/// # Errors
///
/// The text is no TOML of this shape, or its values do not make sense.
pub fn parse<T: DeserializeOwned + Validate>(text: &str, path: &Path) -> Result<T, ConfigError> {
    let mut settings: T = toml::from_str(text).map_err(|source| ConfigError::Malformed {
        path: path.to_owned(),
        source,
    })?;
    settings.resolve_paths(path.parent().unwrap_or(Path::new("")));
    let problems = settings.validate();
    if problems.is_empty() {
        return Ok(settings);
    }
    Err(ConfigError::Invalid {
        path: path.to_owned(),
        problems,
    })
}

/// `path` itself when it is absolute, else `path` below `folder`.
#[must_use]
pub fn resolve(folder: &Path, path: &Path) -> PathBuf {
    folder.join(path)
}

/// Splits `host:port`; an IPv6 host may stand in brackets.
#[must_use]
pub fn host_and_port(address: &str) -> Option<(&str, u16)> {
    let (host, port) = address.rsplit_once(':')?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    (!host.is_empty()).then_some((host, port.parse().ok()?))
}

/// Text that must never be shown: it has no `Display`, cannot be serialised, and cannot be
/// written into the settings file.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret that was made or received here.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one who must send or compare it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

/// Reads the secret called `name`: from `file` when the settings name one, else from the
/// folder in which systemd lays this service's credentials.
///
/// # Errors
///
/// There is no such secret, or it cannot be read, or it is empty.
pub fn credential(name: &str, file: Option<&Path>) -> Result<Secret, ConfigError> {
    credential_in(credentials_folder().as_deref(), name, file)
}

#[expect(
    clippy::disallowed_methods,
    reason = "how systemd names the folder of credentials"
)]
fn credentials_folder() -> Option<PathBuf> {
    std::env::var(CREDENTIALS_DIRECTORY).ok().map(PathBuf::from)
}

fn credential_in(
    folder: Option<&Path>,
    name: &str,
    file: Option<&Path>,
) -> Result<Secret, ConfigError> {
    let path = match (file, folder) {
        (Some(file), _) => file.to_owned(),
        (None, Some(folder)) => folder.join(name),
        (None, None) => {
            return Err(ConfigError::CredentialMissing {
                name: name.to_owned(),
            });
        }
    };
    let text = read(&path, CREDENTIAL_BYTES_MAX)?;
    // Editors and `echo` end a file with a line break; it is not part of the secret.
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(ConfigError::CredentialEmpty { path });
    }
    Ok(Secret::new(secret))
}

fn read(path: &Path, bytes_max: u64) -> Result<String, ConfigError> {
    read_at_most(path, bytes_max).map_err(|source| ConfigError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

fn read_at_most(path: &Path, bytes_max: u64) -> io::Result<String> {
    let mut text = String::new();
    let file = File::open(path)?;
    let bytes = file.take(bytes_max + 1).read_to_string(&mut text)?;
    if bytes as u64 > bytes_max {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("more than {bytes_max} bytes"),
        ));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde::Deserialize;

    use super::*;
    use crate::telemetry::chain;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        data: PathBuf,
        holds_max: u32,
        hold_ms: i64,
    }

    impl Validate for Settings {
        fn resolve_paths(&mut self, folder: &Path) {
            self.data = resolve(folder, &self.data);
        }

        fn validate(&self) -> Vec<Problem> {
            let mut problems = Vec::new();
            if self.holds_max == 0 {
                problems.push(Problem::new("holds_max", "0 sells nothing", "1 or more"));
            }
            if self.hold_ms < 1_000 {
                problems.push(Problem::new("hold_ms", "too short", "1000 or more"));
            }
            problems
        }
    }

    fn load_text(text: &str) -> (tempfile::TempDir, Result<Settings, ConfigError>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kiosk.toml");
        fs::write(&path, text).unwrap();
        let settings = load(&path);
        (folder, settings)
    }

    #[test]
    fn a_relative_path_starts_at_the_files_folder() {
        let (folder, settings) = load_text("data = 'state'\nholds_max = 1\nhold_ms = 1000");
        assert_eq!(settings.unwrap().data, folder.path().join("state"));
        assert_eq!(
            resolve(folder.path(), Path::new("/var/lib")),
            Path::new("/var/lib")
        );
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let (_folder, settings) = load_text("data = 'state'\nholds_max = 0\nhold_ms = 5");
        let message = settings.unwrap_err().to_string();
        assert!(
            message.contains("`holds_max`: 0 sells nothing; write 1 or more"),
            "{message}"
        );
        assert!(
            message.contains("`hold_ms`: too short; write 1000 or more"),
            "{message}"
        );
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let (_folder, settings) =
            load_text("data = 'state'\nholds_max = 1\nhold_ms = 1000\nhold_sec = 3");
        let error = settings.unwrap_err();
        assert!(matches!(error, ConfigError::Malformed { .. }));
        assert!(chain(&error).contains("hold_sec"), "{}", chain(&error));
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = load::<Settings>(Path::new("/nowhere/kiosk.toml")).unwrap_err();
        assert_eq!(error.to_string(), "/nowhere/kiosk.toml cannot be read");
    }

    #[test]
    fn a_file_without_end_is_not_read() {
        let error = load::<Settings>(Path::new("/dev/zero")).unwrap_err();
        assert!(
            chain(&error).contains("more than 262144 bytes"),
            "{}",
            chain(&error)
        );
    }

    #[test]
    fn a_credential_comes_from_its_file_or_from_systemd() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mqtt"), "from systemd\n").unwrap();
        fs::write(folder.path().join("own"), "from a file").unwrap();
        fs::write(folder.path().join("empty"), "\n").unwrap();
        let at = |name: &str, file: Option<&str>| {
            let file = file.map(|file| folder.path().join(file));
            credential_in(Some(folder.path()), name, file.as_deref())
        };
        assert_eq!(at("mqtt", None).unwrap().expose(), "from systemd");
        assert_eq!(at("mqtt", Some("own")).unwrap().expose(), "from a file");
        assert!(matches!(
            at("empty", None),
            Err(ConfigError::CredentialEmpty { .. })
        ));
        assert!(matches!(
            at("other", None),
            Err(ConfigError::Unreadable { .. })
        ));
        let missing = credential_in(None, "mqtt", None);
        assert!(matches!(
            missing,
            Err(ConfigError::CredentialMissing { .. })
        ));
    }

    #[test]
    fn a_secret_does_not_show_itself() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(redacted)");
    }
}
