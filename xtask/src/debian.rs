//! What the tests need from the system: a browser, a Korean font, another MQTT broker, a web
//! server to stand behind, and systemd's own checkers.

use rustix::process::geteuid;

use crate::console::say;
use crate::failure::Failure;
use crate::shell;
use crate::workspace::Workspace;

/// The Debian packages that the tests use.
const PACKAGES: [&str; 5] = [
    "chromium",
    "fonts-noto-cjk",
    "mosquitto",
    "nginx-light",
    "systemd",
];

/// Makes sure that what all tests need is there.
pub(crate) fn install_packages(workspace: &Workspace) -> Result<(), Failure> {
    install(workspace, &PACKAGES)
}

/// Makes sure that `packages` are there: installs them as root, else names those that are
/// missing.
pub(crate) fn install(workspace: &Workspace, packages: &[&str]) -> Result<(), Failure> {
    if !shell::is_there("dpkg-query", "--version") {
        say(&format!(
            "this is no Debian; the tests expect what its packages {} bring",
            packages.join(", ")
        ));
        return Ok(());
    }
    let missing: Vec<&str> = packages
        .iter()
        .copied()
        .filter(|name| !is_installed(name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.join(" ");
    if !geteuid().is_root() {
        return Err(Failure::new(format!(
            "missing Debian packages: {missing}\ninstall them as root: apt-get install {missing}"
        )));
    }
    apt_get(workspace, "update -q")?;
    apt_get(
        workspace,
        &format!("install -q -y --no-install-recommends {missing}"),
    )
}

fn is_installed(package: &str) -> bool {
    shell::is_there("dpkg-query", &format!("--status {package}"))
}

fn apt_get(workspace: &Workspace, arguments: &str) -> Result<(), Failure> {
    let mut command = shell::command(workspace, "apt-get", arguments);
    shell::run(command.env("DEBIAN_FRONTEND", "noninteractive"))
}
