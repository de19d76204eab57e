//! Debian's mosquitto with the rules of our own broker, written its way.

use std::fmt::Write as _;
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Where Debian has it.
pub const PROGRAM: &str = "/usr/sbin/mosquitto";

/// The rules of `protocol::topic` as mosquitto has them. It takes the user's name for the
/// client's, so that nobody can sit in another's place.
const PERMISSIONS: &str = "\
user hub
topic readwrite moding/1/test/#
pattern write moding/1/test/up/%u/hello
pattern write moding/1/test/up/%u/rows
pattern write moding/1/test/up/%u/ack
pattern write moding/1/test/up/%u/state
pattern write moding/1/test/up/%u/ask
pattern read moding/1/test/down/%u/#
pattern read moding/1/test/hub/state
";

/// Writes settings for a broker at `listen` and those who are `known` by name and password;
/// the file with the settings. What is laid out already is kept.
///
/// # Panics
///
/// Panics when a file cannot be written.
#[must_use]
pub fn lay_out(folder: &Path, listen: SocketAddr, known: &[(String, String)]) -> PathBuf {
    let [config, passwords, permissions] =
        ["config", "passwords", "permissions"].map(|name| folder.join(name));
    std::fs::write(&permissions, PERMISSIONS).expect("written");
    if !passwords.exists() {
        File::create(&passwords).expect("made");
        for (name, password) in known {
            let mut command = Command::new("mosquitto_passwd");
            command.arg("-b").arg(&passwords).args([name, password]);
            let added = command.output().expect("mosquitto_passwd runs");
            assert!(added.status.success(), "a password is added");
        }
    }
    let mut settings = String::new();
    write!(
        settings,
        "listener {} {}\nallow_anonymous false\nuse_username_as_clientid true\n\
         password_file {}\nacl_file {}\nmax_queued_messages 100000\nuser root\n",
        listen.port(),
        listen.ip(),
        passwords.display(),
        permissions.display()
    )
    .expect("a text can be written");
    std::fs::write(&config, settings).expect("written");
    config
}

/// Starts `command`, which is mosquitto or becomes it.
///
/// # Panics
///
/// Panics when it cannot be started.
#[must_use]
pub fn spawn(command: &mut Command, config: &Path, log: &Path) -> Child {
    let log = File::options().create(true).append(true).open(log);
    let log = log.expect("the log opens");
    let child = command
        .arg("-c")
        .arg(config)
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a second handle"))
        .stderr(log)
        .spawn();
    child.expect("mosquitto starts")
}
