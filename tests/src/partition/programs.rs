//! The programs in their namespaces: a hub, its kiosks and, when asked for, mosquitto.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use super::network::{BROKER, HUB, KIOSKS, Node, WEB, relay_address};
use super::{BrokerKind, RELAYED, THEATERS};
use crate::mosquitto;
use crate::stand::Program;

/// Days of screenings: enough that the theaters are not sold out before the end.
const DAYS: &str = "7";

/// What runs at the broker's end …
pub(super) struct HubEnd {
    pub(super) hub: Program,
    pub(super) mosquitto: Option<Mosquitto>,
}

/// … and all of it, in place, not started.
pub(super) struct Programs {
    pub(super) hub: HubEnd,
    pub(super) kiosks: Vec<Program>,
}

/// Mosquitto beside the hub, running or not.
pub(super) struct Mosquitto {
    config: PathBuf,
    log: PathBuf,
    child: Option<Child>,
}

impl Programs {
    /// Writes settings and credentials, and fills the hub with a catalogue and a programme.
    pub(super) fn lay_out(folder: &Path, broker: BrokerKind) -> Self {
        let [web, mqtt] = [HUB.address(WEB), HUB.address(BROKER)];
        let broker_settings = match broker {
            BrokerKind::Embedded => format!("listen = \"{mqtt}\"\n"),
            BrokerKind::Mosquitto => {
                format!("external = \"{mqtt}\"\ncredential_file = \"hub.credential\"\n")
            }
        };
        let settings = format!(
            "[hub]\nchain = \"test\"\ndata_dir = \"hub\"\n\
             [http]\nlisten = \"{web}\"\n\
             [allotment]\nhand_over_minutes = 0\n\
             [broker]\n{broker_settings}"
        );
        let hub = program(folder, "hub", HUB, &settings);
        hub.run(&["catalogue", "seed"]);
        let mut known = vec![("hub".to_owned(), HUB_PASSWORD.to_owned())];
        std::fs::write(folder.join("hub.credential"), HUB_PASSWORD).expect("written");
        let mut kiosks = Vec::new();
        let relay = relay_address();
        for (at, (node, theater)) in KIOSKS.into_iter().zip(THEATERS).enumerate() {
            let name = format!("kiosk-{}", at + 1);
            let file = folder.join(format!("{name}.credential"));
            let (text, theater) = (file.to_string_lossy(), theater.to_string());
            let place = ["--theater", &theater, "--credential-file", &text];
            hub.run(&[&["node", "add", &name], &place[..]].concat());
            let password = std::fs::read_to_string(&file).expect("the hub has written it");
            known.push((name.clone(), password.trim().to_owned()));
            let address = if at == RELAYED { relay } else { mqtt };
            let settings = format!(
                "[kiosk]\nnode = \"{name}\"\nchain = \"test\"\ndata_dir = \"{name}\"\n\
                 [http]\nlisten = \"{}\"\n\
                 [hub]\naddress = \"{address}\"\ncredential_file = \"{text}\"\n\
                 [terminal]\nkind = \"simulated\"\nauto = \"approve\"\n",
                node.address(WEB)
            );
            kiosks.push(program(folder, &name, node, &settings));
        }
        hub.run(&["programme", "fill", "--days", DAYS]);
        let mosquitto = (broker == BrokerKind::Mosquitto).then(|| {
            let folder = folder.join("mosquitto");
            std::fs::create_dir(&folder).expect("a folder is made");
            Mosquitto {
                config: mosquitto::lay_out(&folder, mqtt, &known),
                log: folder.join("log"),
                child: None,
            }
        });
        Self {
            hub: HubEnd { hub, mosquitto },
            kiosks,
        }
    }

    /// Starts all that does not run.
    pub(super) fn start(&mut self) {
        if let Some(mosquitto) = &mut self.hub.mosquitto {
            mosquitto.start();
        }
        self.hub.hub.start();
        for kiosk in &mut self.kiosks {
            kiosk.start();
        }
    }

    /// `kill -9` for all.
    pub(super) fn kill(&mut self) {
        for kiosk in &mut self.kiosks {
            kiosk.kill();
        }
        self.hub.hub.kill();
        if let Some(mosquitto) = &mut self.hub.mosquitto {
            mosquitto.kill();
        }
    }

    /// The name, the theater when it has only one, and the database of each.
    pub(super) fn databases(&self) -> Vec<(String, Option<i64>, PathBuf)> {
        let hub = &self.hub.hub;
        let mut all = vec![(hub.name().to_owned(), None, hub.database.clone())];
        for (kiosk, theater) in self.kiosks.iter().zip(THEATERS) {
            all.push((
                kiosk.name().to_owned(),
                Some(theater),
                kiosk.database.clone(),
            ));
        }
        all
    }
}

/// What only the hub of this run knows.
const HUB_PASSWORD: &str = "a hub in a street without an exit";

fn program(folder: &Path, name: &str, node: Node, settings: &str) -> Program {
    let place = (name, Some(node.namespace));
    Program::elsewhere(folder, place, node.address(WEB), settings)
}

impl Mosquitto {
    /// Starts it, if it does not run.
    pub(super) fn start(&mut self) {
        if self.child.is_some() {
            return;
        }
        let mut command = Command::new("ip");
        command.args(["netns", "exec", HUB.namespace, mosquitto::PROGRAM]);
        self.child = Some(mosquitto::spawn(&mut command, &self.config, &self.log));
    }

    /// `kill -9`.
    pub(super) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it can be killed");
            child.wait().expect("it ends");
        }
    }

    /// Lets a broker go that is down for this long.
    pub(super) async fn restart(&mut self, down: Duration) {
        self.kill();
        tokio::time::sleep(down).await;
        self.start();
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        self.kill();
    }
}
