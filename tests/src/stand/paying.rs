//! A hub that takes money, and the module that moves it when that is a process of its own.

use std::net::Ipv4Addr;

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
        let (gateway, keys) = (sandbox.url(), sandbox.keys());
        let mut stand = Self::laid_out(&[], days, 0, |folder| {
            std::fs::write(folder.join("toss"), &keys.secret).expect("written");
            let socket = match apart {
                Apart::InHub => "",
                Apart::OwnProcess => "socket = \"payments.sock\"\n",
            };
            format!(
                "[payments]\ndata_dir = \"payments\"\nclient_key = \"{}\"\n\
                 secret_file = \"toss\"\ngateway = \"{gateway}\"\n\
                 script = \"{gateway}/v2/standard\"\ncalls_per_minute = 0\n{socket}",
                keys.client,
            )
        });
        if apart == Apart::OwnProcess {
            stand.payments = Some(Program {
                name: "payments".to_owned(),
                task: "payments",
                binary: binary("moding-hub"),
                config: stand.folder().join("hub.toml"),
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
