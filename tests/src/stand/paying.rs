//! A hub that takes money on the web, and the module that moves it when that is a process of its
//! own.

use std::net::{Ipv4Addr, SocketAddr};

use toss_sandbox::Sandbox;

use super::{Program, Stand, binary, eventually};

/// Where the payments module runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Apart {
    InHub,
    OwnProcess,
}

impl Stand {
    /// Lays out a hub with `days` of screenings and no kiosk, that is paid through `sandbox`.
    /// Refunds go as fast as they can. Nothing runs yet.
    ///
    /// # Panics
    ///
    /// Panics when a program does not do what it is told.
    #[must_use]
    pub fn paid_through(sandbox: &Sandbox, days: u32, apart: Apart) -> Self {
        let mut stand = Self::with(&[], days);
        stand.take_money(sandbox);
        if apart == Apart::OwnProcess {
            let settings = std::fs::read_to_string(&stand.hub.config).expect("they were written");
            let settings = settings + "socket = \"payments.sock\"\n";
            std::fs::write(&stand.hub.config, settings).expect("written");
            stand.payments = Some(Program {
                name: "payments".to_owned(),
                task: "payments",
                binary: binary("moding-hub"),
                config: stand.hub.config.clone(),
                log: stand.folder().join("payments.log"),
                database: stand.folder().join("payments").join("payments.sqlite"),
                host: Ipv4Addr::LOCALHOST.into(),
                port: 0,
                namespace: None,
                child: None,
            });
        }
        stand
    }

    /// The hub takes money on the web through `sandbox`; kiosks may hand orders off to it. Before
    /// anything is started.
    ///
    /// # Panics
    ///
    /// Panics when the settings cannot be written.
    pub fn take_money(&self, sandbox: &Sandbox) {
        let (gateway, keys) = (sandbox.url(), sandbox.keys());
        std::fs::write(self.folder.path().join("toss"), &keys.secret).expect("written");
        let settings = std::fs::read_to_string(&self.hub.config).expect("they were written");
        let web = (self.hub.host, self.hub.port);
        let address = format!("address = \"http://{}\"\n[broker]", SocketAddr::from(web));
        let settings = settings.replacen("[broker]", &address, 1);
        let payments = format!(
            "[payments]\ndata_dir = \"payments\"\nclient_key = \"{}\"\n\
             secret_file = \"toss\"\ngateway = \"{gateway}\"\n\
             script = \"{gateway}/v2/standard\"\ncalls_per_minute = 0\n",
            keys.client,
        );
        std::fs::write(&self.hub.config, settings + &payments).expect("written");
    }

    /// Starts the payments module, where it is a process of its own, and the hub.
    ///
    /// # Panics
    ///
    /// Panics when they do not answer for long.
    pub async fn start_paying(&mut self) {
        if let Some(payments) = &mut self.payments {
            payments.start();
            let socket = self.folder.path().join("payments.sock");
            eventually("the payments module listens", || async {
                std::os::unix::net::UnixStream::connect(&socket)
                    .ok()
                    .map(drop)
            })
            .await;
        }
        self.hub.start();
        self.hub.ready().await;
    }
}
