//! The screens: npm packages and the built pages that the programs embed.

use std::path::PathBuf;

use crate::console::{header, say};
use crate::failure::Failure;
use crate::shell;
use crate::stamp;
use crate::workspace::Workspace;

/// Everything that the built pages are made of.
const SOURCES: [&str; 5] = [
    "package.json",
    "package-lock.json",
    "hub/web",
    "kiosk/ui",
    "shared/ui",
];
/// What must be there after a build.
const BUILT: [&str; 2] = ["hub/web/dist/index.html", "kiosk/ui/dist/index.html"];

/// Installs the npm packages that the lock file names, unless they are there already.
pub(crate) fn install_packages(workspace: &Workspace) -> Result<(), Failure> {
    let lock = workspace.root().join("package-lock.json");
    if !lock.is_file() {
        return Err(Failure::new(
            "package-lock.json is missing: run `npm install` once",
        ));
    }
    let digest = stamp::digest(&[lock])?;
    let installed = workspace.root().join("node_modules/.moding-packages");
    if stamp::is_fresh(&installed, &digest) {
        return Ok(());
    }
    header("npm packages");
    npm(workspace, "ci --no-audit --no-fund")?;
    stamp::leave(&installed, &digest)
}

/// Builds the pages of hub and kiosk, unless nothing has changed since the last build.
pub(crate) fn build(workspace: &Workspace) -> Result<(), Failure> {
    install_packages(workspace)?;
    let sources: Vec<PathBuf> = SOURCES
        .iter()
        .map(|source| workspace.root().join(source))
        .collect();
    let digest = stamp::digest(&sources)?;
    let built = workspace.root().join("node_modules/.moding-screens");
    let complete = BUILT
        .iter()
        .all(|file| workspace.root().join(file).is_file());
    if complete && stamp::is_fresh(&built, &digest) {
        say("the screens are built already");
        return Ok(());
    }
    header("screens");
    npm(workspace, "run build")?;
    stamp::leave(&built, &digest)
}

/// Runs npm with `arguments` (words between blanks) at the root of the workspaces.
fn npm(workspace: &Workspace, arguments: &str) -> Result<(), Failure> {
    shell::run(&mut shell::command(workspace, "npm", arguments))
}
