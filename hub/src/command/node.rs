//! `moding-hub node …`

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use domain::id::{NodeId, TheaterId};
use hub::config::Config;
use hub::fleet;
use hub::sqlite::nodes::KnownNode;
use process::ids::{Ids as _, OsIds};

use super::{Failure, in_database, say};

#[derive(Subcommand)]
pub(crate) enum Node {
    /// Let a kiosk speak with this hub, and write its credential into a file
    Add {
        /// The kiosk's name: letters a-z, digits and hyphens
        node: NodeId,
        /// The theater it stands in
        #[arg(long)]
        theater: i64,
        /// Where to write the credential; a file that is there is kept and its credential used
        #[arg(long)]
        credential_file: PathBuf,
    },
}

pub(crate) fn node(path: &Path, command: &Node) -> Result<(), Failure> {
    let config = Config::load(path)?;
    let Node::Add {
        node,
        theater,
        credential_file,
    } = command;
    let credential = credential(credential_file)?;
    let known = KnownNode {
        node: node.clone(),
        theater: TheaterId(*theater),
    };
    in_database(&config, move |tx, here| {
        fleet::add_node(tx, &known, &credential, here.now)
    })?;
    say(&format!(
        "{node} may speak with this hub; its credential is in {}",
        credential_file.display()
    ));
    Ok(())
}

/// The credential in the file, or a new one that is written there for its owner alone.
fn credential(file: &Path) -> Result<String, Failure> {
    if let Ok(known) = std::fs::read_to_string(file) {
        let known = known.trim();
        if !known.is_empty() {
            return Ok(known.to_owned());
        }
    }
    let bytes = OsIds.secret32();
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut options = OpenOptions::new();
    let mut opened = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(file)?;
    writeln!(opened, "{text}")?;
    opened.sync_all()?;
    Ok(text)
}
