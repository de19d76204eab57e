//! A hub that takes money on the web.

use std::net::SocketAddr;

use super::Stand;

impl Stand {
    /// The hub takes money on the web, by the gateway that answers at `gateway`; kiosks may hand
    /// orders off to it. Before anything is started.
    ///
    /// # Panics
    ///
    /// Panics when the settings cannot be written.
    pub fn take_money(&self, gateway: &str, secret: &str) {
        std::fs::write(self.folder.path().join("toss"), secret).expect("written");
        let settings = std::fs::read_to_string(&self.hub.config).expect("they were written");
        let web = (self.hub.host, self.hub.port);
        let address = format!("address = \"http://{}\"\n[broker]", SocketAddr::from(web));
        let settings = settings.replacen("[broker]", &address, 1);
        let payments = format!(
            "[payments]\ndata_dir = \"payments\"\nclient_key = \"test_ck_SANDBOX0001\"\n\
             secret_file = \"toss\"\ngateway = \"{gateway}\"\ncalls_per_minute = 0\n"
        );
        std::fs::write(&self.hub.config, settings + &payments).expect("written");
    }
}
