//! `moding-hub node …`

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use domain::id::{NodeId, TheaterId};
use hub::config::Config;
use hub::fleet::{self, FenceError};
use hub::sqlite::audit::{self, Act};
use hub::sqlite::nodes::KnownNode;
use process::ids::{Ids as _, OsIds};

use super::{COMMAND_LINE, Failure, in_database, say};

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
    /// Say that a device is off for good: the hub takes its seats back and sells them
    ///
    /// For a device that is stolen, broken or never comes back. Should it sell on all the same,
    /// every sale for a seat that somebody else has becomes a conflict on the operators' list.
    Fence {
        node: NodeId,
        /// The device is off, or will never sell again before it is let in
        #[arg(long)]
        yes: bool,
    },
    /// Let a fenced device be given seats again
    LetIn { node: NodeId },
}

pub(crate) fn node(path: &Path, command: &Node) -> Result<(), Failure> {
    let config = Config::load(path)?;
    match command {
        Node::Add {
            node,
            theater,
            credential_file,
        } => {
            let known = KnownNode {
                node: node.clone(),
                theater: TheaterId(*theater),
            };
            add(&config, known, credential_file)
        }
        Node::Fence { node, yes } => fence(&config, node, *yes),
        Node::LetIn { node } => let_in(&config, node),
    }
}

fn fence(config: &Config, node: &NodeId, sure: bool) -> Result<(), Failure> {
    let what = format!("the hub would take back every seat of {node} and sell it");
    super::ask_first(sure, &what)?;
    let fenced = node.clone();
    let seats = in_database(config, move |tx, here| {
        let (node, note) = (fenced, String::new());
        let seats = fleet::fence(tx, here, &node)?;
        let act = Act::Fenced { node, seats, note };
        audit::record(tx, here.now, COMMAND_LINE, &act)?;
        Ok::<_, FenceError>(seats)
    })?;
    say(&format!(
        "{node} is fenced; {seats} seats are the hub's now"
    ));
    Ok(())
}

fn let_in(config: &Config, node: &NodeId) -> Result<(), Failure> {
    let known = node.clone();
    in_database(config, move |tx, here| {
        let (node, note) = (known, String::new());
        fleet::let_in(tx, &node)?;
        audit::record(tx, here.now, COMMAND_LINE, &Act::LetIn { node, note })?;
        Ok::<_, FenceError>(())
    })?;
    say(&format!("{node} may be given seats again"));
    Ok(())
}

fn add(config: &Config, known: KnownNode, credential_file: &Path) -> Result<(), Failure> {
    let credential = credential(credential_file)?;
    let node = known.node.clone();
    in_database(config, move |tx, here| {
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
