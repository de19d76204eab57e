//! `[replica]` in the settings of hub and kiosk.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use process::config::{ConfigError, Problem, credential, resolve};
use serde::Deserialize;
use store::replication::Policy;
use store::replication::plan::Retention;
use store::replication::target::{Bucket, BucketInvalid, BucketPlace, Folder, ReplicaTarget};

/// The name of the bucket's key among systemd's credentials.
const CREDENTIAL: &str = "replica";

/// The payment database: every commit is in its replica before it is answered.
const PAYMENTS: &str = "payments";

const HOUR: Duration = Duration::from_secs(3600);

/// When a commit is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// When it is on this disk; there is no replica.
    Local,
    /// When it is on this disk; the replica follows.
    #[default]
    Async,
    /// When it is in the replica, too.
    Sync,
}

/// Where the databases are copied to, while they are written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplicaSettings {
    /// A folder on another disk or a file server; one more is made in it for each database.
    pub folder: Option<PathBuf>,
    /// Or a bucket of an S3-compatible store.
    pub bucket: Option<BucketSettings>,
    /// When a commit to the program's own database is answered.
    #[serde(default)]
    pub durability: Mode,
    /// The same for the payment database.
    #[serde(default = "sync")]
    pub payments_durability: Mode,
    /// Whether this program copies its databases itself; `false` leaves it to Litestream beside
    /// it.
    #[serde(default = "yes")]
    pub embedded: bool,
    /// Whether a lease in the bucket says who may write, so that a standby can take over.
    #[serde(default)]
    pub lease: bool,
    /// How often a snapshot is made.
    #[serde(default = "day")]
    pub snapshot_hours: u32,
    /// How far back a restore can go.
    #[serde(default = "three_days")]
    pub keep_hours: u32,
    /// How long somebody waits for the replica before the answer is that it is not there.
    #[serde(default = "five")]
    pub wait_seconds: u32,
    /// How large the log on this disk may become while the replica cannot be reached.
    #[serde(default = "half_a_gibibyte")]
    pub log_mib_max: u32,
}

/// A bucket.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BucketSettings {
    /// The store's address; without it that of AWS.
    pub endpoint: Option<String>,
    pub region: String,
    pub name: String,
    /// The folder in it; one more is made in it for each database.
    pub prefix: String,
    /// The file with the key's id and its secret, on two lines; without it systemd's `replica`
    /// credential.
    pub credential_file: Option<PathBuf>,
}

/// Why a replica cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReplicaInvalid {
    #[error("`replica` names no place: write `folder` or `[replica.bucket]`")]
    NoPlace,
    #[error("the bucket's key cannot be read")]
    Credential(#[from] ConfigError),
    #[error("the bucket's key is two lines: its id, and its secret")]
    NoKey,
    #[error(transparent)]
    Bucket(#[from] BucketInvalid),
}

fn sync() -> Mode {
    Mode::Sync
}

fn yes() -> bool {
    true
}

fn day() -> u32 {
    24
}

fn three_days() -> u32 {
    72
}

fn five() -> u32 {
    5
}

fn half_a_gibibyte() -> u32 {
    512
}

impl ReplicaSettings {
    /// Relative paths start at the settings' folder.
    pub fn resolve_paths(&mut self, folder: &Path) {
        let credential = self.bucket.as_mut();
        let credential = credential.and_then(|bucket| bucket.credential_file.as_mut());
        for path in [self.folder.as_mut(), credential].into_iter().flatten() {
            *path = resolve(folder, path);
        }
    }

    /// Everything that is wrong.
    #[must_use]
    pub fn validate(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut wrong = |key: &str, wrong: &str, instead: &str| {
            problems.push(Problem::new(&format!("replica.{key}"), wrong, instead));
        };
        if self.folder.is_some() == self.bucket.is_some() {
            let instead = "either a folder on another disk, or `[replica.bucket]`";
            wrong("folder", "one place is needed", instead);
        }
        if let Some(bucket) = &self.bucket {
            let address = bucket.endpoint.as_deref().unwrap_or("https://");
            if !address.starts_with("https://") && !address.starts_with("http://") {
                wrong(
                    "bucket.endpoint",
                    "not an address",
                    "https://s3.example.com",
                );
            }
            let prefix = bucket.prefix.trim_matches('/');
            if prefix.is_empty() || prefix != bucket.prefix {
                let instead = "a name such as moding, without a slash at either end";
                wrong("bucket.prefix", "not a folder", instead);
            }
        }
        let modes = [self.durability, self.payments_durability];
        if !self.embedded && modes.contains(&Mode::Sync) && self.durability == Mode::Sync {
            let instead = "async: only this program itself can wait for its replica";
            wrong("durability", "not possible with embedded = false", instead);
        }
        let copies = self.embedded && !modes.contains(&Mode::Local);
        if self.lease && (self.bucket.is_none() || !copies) {
            let instead = "false: a lease needs a bucket, and a program that copies all by itself";
            wrong("lease", "not possible here", instead);
        }
        for (key, hours) in [
            ("snapshot_hours", self.snapshot_hours),
            ("keep_hours", self.keep_hours),
        ] {
            if !(1..=24 * 366).contains(&hours) {
                wrong(key, "out of range", "1 to 8784 hours");
            }
        }
        if !(1..=60).contains(&self.wait_seconds) {
            wrong("wait_seconds", "out of range", "1 to 60 seconds");
        }
        if !(32..=65_536).contains(&self.log_mib_max) {
            wrong("log_mib_max", "out of range", "32 to 65536 MiB");
        }
        problems
    }

    /// When a commit to the database called `name` is answered.
    #[must_use]
    pub fn durability(&self, name: &str) -> Mode {
        if name == PAYMENTS {
            self.payments_durability
        } else {
            self.durability
        }
    }

    pub(super) fn policy(&self) -> Policy {
        let hours_ms = |hours: u32| i64::from(hours) * 3_600_000;
        Policy {
            wait_max: Duration::from_secs(u64::from(self.wait_seconds)),
            log_bytes_max: u64::from(self.log_mib_max) * 1024 * 1024,
            snapshot_every: HOUR * self.snapshot_hours,
            retention: Retention {
                snapshot_ms: hours_ms(self.keep_hours),
                ..Policy::default().retention
            },
            ..Policy::default()
        }
    }

    pub(super) fn target(&self, name: &str) -> Result<Arc<dyn ReplicaTarget>, ReplicaInvalid> {
        if let Some(folder) = &self.folder {
            return Ok(Arc::new(Folder::new(&folder.join(name))));
        }
        Ok(Arc::new(self.open_bucket(name)?))
    }

    /// The bucket, with the folder of the database called `name`.
    ///
    /// # Errors
    ///
    /// There is none, or its key cannot be read.
    pub fn open_bucket(&self, name: &str) -> Result<Bucket, ReplicaInvalid> {
        let bucket = self.bucket.as_ref().ok_or(ReplicaInvalid::NoPlace)?;
        let secret = credential(CREDENTIAL, bucket.credential_file.as_deref())?;
        let mut lines = secret.expose().lines().map(str::trim);
        let (Some(id), Some(key)) = (lines.next(), lines.next()) else {
            return Err(ReplicaInvalid::NoKey);
        };
        let place = BucketPlace {
            endpoint: bucket.endpoint.clone(),
            region: bucket.region.clone(),
            bucket: bucket.name.clone(),
            prefix: format!("{}/{name}", bucket.prefix),
        };
        Ok(Bucket::new(place, id, key)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> Vec<String> {
        let settings: ReplicaSettings = toml::from_str(text).unwrap();
        settings
            .validate()
            .into_iter()
            .map(|problem| problem.key)
            .collect()
    }

    #[test]
    fn one_place_is_enough_and_payments_wait_for_it() {
        let settings: ReplicaSettings = toml::from_str("folder = \"/mnt/replica\"").unwrap();
        assert!(settings.validate().is_empty());
        assert_eq!(settings.durability("hub"), Mode::Async);
        assert_eq!(settings.durability("payments"), Mode::Sync);
        assert_eq!(settings.policy(), Policy::default());
    }

    #[test]
    fn what_cannot_be_is_told() {
        assert_eq!(wrong(""), ["replica.folder"]);
        let bucket = "[bucket]\nregion = \"eu\"\nname = \"b\"\nprefix = \"/\"";
        assert_eq!(wrong(bucket), ["replica.bucket.prefix"]);
        let place = "[bucket]\nregion = \"eu\"\nname = \"b\"\nprefix = \"p\"";
        assert!(wrong(&format!("lease = true\n{place}")).is_empty());
        let local = format!("lease = true\npayments_durability = \"local\"\n{place}");
        assert_eq!(wrong(&local), ["replica.lease"]);
        let sidecar = "folder = \"/r\"\nembedded = false\ndurability = \"sync\"";
        assert_eq!(wrong(sidecar), ["replica.durability"]);
    }
}
