//! Licences, sources and known weaknesses of what we depend on, by cargo-deny.

use crate::failure::Failure;
use crate::shell;
use crate::workspace::Workspace;

/// What `cargo xtask deny` is asked to do.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Leave out the advisories: their list is fetched from the network.
    #[arg(long)]
    offline: bool,
}

/// The checks that need nothing but the lock file and the registry's own copy of each crate.
pub(crate) const OFFLINE_CHECKS: &str = "deny --all-features check bans licenses sources";

/// Checks everything, or all but the advisories.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    if !is_installed() {
        return Err(Failure::new(
            "cargo-deny is not installed: `cargo install cargo-deny --locked` (some minutes)",
        ));
    }
    let checks = if options.offline {
        OFFLINE_CHECKS
    } else {
        "deny --all-features check"
    };
    shell::run(&mut shell::cargo(workspace, checks))
}

/// Whether cargo-deny is there to be asked.
pub(crate) fn is_installed() -> bool {
    shell::is_there("cargo", "deny --version")
}
