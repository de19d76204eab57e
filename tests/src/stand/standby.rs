//! A second hub that waits to take over, and the payments process beside it.

use std::net::{Ipv4Addr, SocketAddr};

use super::{Program, Stand, binary, eventually};
use crate::ports::free_port;
use crate::replica::BUCKET;

impl Stand {
    /// Lays out a second hub with the settings of the first one and an empty folder, and tells
    /// the kiosks of both. Before anything is started.
    ///
    /// # Panics
    ///
    /// When the settings cannot be read or written.
    #[must_use]
    pub fn standing_by(&self) -> Program {
        let [web, broker] = [free_port(), free_port()];
        let settings = std::fs::read_to_string(&self.hub.config).expect("they were written");
        let address = |port: u16| format!("127.0.0.1:{port}");
        let settings = settings
            .replace("data_dir = \"hub\"", "data_dir = \"hub-2\"")
            .replace("data_dir = \"payments\"", "data_dir = \"payments-2\"")
            .replace("\"payments.sock\"", "\"payments-2.sock\"")
            .replace(&address(self.hub.port), &address(web))
            .replace(&address(self.broker), &address(broker));
        let config = self.folder().join("hub-2.toml");
        std::fs::write(&config, settings).expect("written");
        for kiosk in &self.kiosks {
            let settings = std::fs::read_to_string(&kiosk.config).expect("they were written");
            let others = format!("[hub]\nothers = [\"{}\"]\n", address(broker));
            let settings = settings.replacen("[hub]\n", &others, 1);
            std::fs::write(&kiosk.config, settings).expect("written");
        }
        Program {
            name: "hub-2".to_owned(),
            task: "standby",
            binary: binary("moding-hub"),
            config,
            log: self.folder().join("hub-2.log"),
            database: self.folder().join("hub-2").join("hub.sqlite"),
            host: Ipv4Addr::LOCALHOST.into(),
            port: web,
            namespace: None,
            child: None,
        }
    }

    /// A hub of `theaters` that leads by a lease at `store`, and the one that stands by for it and
    /// has a copy already.
    ///
    /// # Panics
    ///
    /// When they do not come up.
    pub async fn pair(store: SocketAddr, theaters: &[i64], days: u32) -> (Self, Program) {
        let mut stand = Self::with(theaters, days);
        stand.lease_in(store);
        let mut second = stand.standing_by();
        stand.start().await;
        second.start();
        second.has_a_copy().await;
        (stand, second)
    }

    /// The payments process beside `hub`, which [`Self::standing_by`] has laid out.
    #[must_use]
    pub fn payments_beside(&self, hub: &Program) -> Program {
        Program {
            name: "payments-2".to_owned(),
            task: "payments",
            binary: binary("moding-hub"),
            config: hub.config.clone(),
            log: self.folder().join("payments-2.log"),
            database: self.folder().join("payments-2").join("payments.sqlite"),
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            namespace: None,
            child: None,
        }
    }

    /// Lays the databases out in a bucket of `store` that keeps a lease; everything is answered
    /// only when it is there. Before [`Self::standing_by`].
    ///
    /// # Panics
    ///
    /// When the settings cannot be written.
    pub fn lease_in(&self, store: SocketAddr) {
        std::fs::write(self.folder().join("key"), "moding\nmoding-secret\n").expect("written");
        self.hub.configure(&format!(
            "[replica]\ndurability = \"sync\"\nlease = true\n\
             [replica.bucket]\nendpoint = \"http://{store}\"\nregion = \"us-east-1\"\n\
             name = \"{BUCKET}\"\nprefix = \"chain\"\ncredential_file = \"key\"\n",
        ));
    }
}

impl Program {
    /// Waits until the program, which stands by, has a copy.
    ///
    /// # Panics
    ///
    /// When it has none within a generous time.
    pub async fn has_a_copy(&self) {
        let copy = self.database.with_extension("sqlite.standby");
        eventually(&format!("{} has a copy", self.name), || async {
            copy.exists().then_some(())
        })
        .await;
    }

    /// Starts the program, which finds that it may not; what it has said, in all its lives.
    ///
    /// # Panics
    ///
    /// When it goes on, or ends as if all were well.
    pub async fn gives_up(&mut self) -> String {
        self.start();
        let name = self.name.clone();
        let status = eventually(&format!("{name} gives up"), || {
            let ended = self.ended();
            async move { ended }
        })
        .await;
        assert!(!status.success(), "{status}");
        std::fs::read_to_string(&self.log).expect("the log is there")
    }
}
