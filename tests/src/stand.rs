//! One hub and some kiosks as real processes, each with its own folder and ports.

mod disk;
mod looking;
mod paying;
mod standby;

pub use looking::eventually;
pub(crate) use looking::look_until;
pub use paying::Apart;

use std::fs::File;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use tempfile::TempDir;

use crate::client::Client;
use crate::ledger;
use crate::ports::free_port;

/// What opens the operators' console of the hub.
pub const OPERATOR: &str = "an operator of the test, and nobody else";

/// What opens the staff's page of a kiosk.
pub const STAFF_PIN: &str = "1357";

/// Programs that run, and where they live.
pub struct Stand {
    pub hub: Program,
    pub kiosks: Vec<Program>,
    /// The payments module, where it is a process of its own.
    pub payments: Option<Program>,
    /// The port of the hub's broker.
    pub broker: u16,
    /// The theater of each kiosk.
    theaters: Vec<i64>,
    // Dropped last: a program that is dropped in a failing test shows its log first.
    folder: TempDir,
}

/// One program with its settings; running or not.
pub struct Program {
    name: String,
    /// The command that keeps it running.
    task: &'static str,
    binary: PathBuf,
    config: PathBuf,
    log: PathBuf,
    pub database: PathBuf,
    /// Where it answers.
    host: IpAddr,
    pub port: u16,
    /// The network namespace it lives in, when it is not ours.
    namespace: Option<String>,
    child: Option<Child>,
}

impl Stand {
    /// Lays out a hub with the bundled catalogue and a kiosk in each of the first `kiosks`
    /// theaters, with two days of screenings. Nothing runs yet.
    #[must_use]
    pub fn new(kiosks: i64) -> Self {
        Self::with(&(1..=kiosks).collect::<Vec<_>>(), 2)
    }

    /// Lays out a hub and a kiosk in each of `theaters`, with `days` of screenings, of which
    /// both sides have seats to the end.
    #[must_use]
    pub fn with(theaters: &[i64], days: u32) -> Self {
        Self::handing_over(theaters, days, 0)
    }

    /// As [`Self::with`], but a theater has all that is free from `minutes` before a show.
    ///
    /// # Panics
    ///
    /// Panics when a program does not do what it is told.
    #[must_use]
    pub fn handing_over(theaters: &[i64], days: u32, minutes: u32) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let [web, broker] = [free_port(), free_port()];
        std::fs::write(folder.path().join("operator"), OPERATOR).expect("written");
        std::fs::write(folder.path().join("staff-pin"), STAFF_PIN).expect("written");
        let settings = format!(
            "[hub]\nchain = \"test\"\ndata_dir = \"hub\"\n\
             [operator]\ncredential_file = \"operator\"\n\
             [http]\nlisten = \"127.0.0.1:{web}\"\n\
             [broker]\nlisten = \"127.0.0.1:{broker}\"\n\
             [allotment]\nhand_over_minutes = {minutes}\n",
        );
        let hub = Program::new(folder.path(), "hub", web, &settings);
        hub.run(&["catalogue", "seed"]);
        let kiosks = theaters.iter().enumerate().map(|(at, theater)| {
            // A theater may have several.
            let before = theaters[..at].iter().filter(|it| *it == theater).count();
            let name = match before {
                0 => format!("kiosk-{theater}"),
                _ => format!("kiosk-{theater}-{}", before + 1),
            };
            let port = free_port();
            let credential = folder.path().join(format!("{name}.credential"));
            let file = credential.to_string_lossy();
            let theater = theater.to_string();
            hub.run(&[
                "node",
                "add",
                &name,
                "--theater",
                &theater,
                "--credential-file",
                &file,
            ]);
            let settings = format!(
                "[kiosk]\nnode = \"{name}\"\nchain = \"test\"\ndata_dir = \"{name}\"\n\
                 [http]\nlisten = \"127.0.0.1:{port}\"\n\
                 [hub]\naddress = \"127.0.0.1:{broker}\"\ncredential_file = \"{file}\"\n\
                 [terminal]\nkind = \"simulated\"\nauto = \"approve\"\n\
                 [staff]\npin_file = \"staff-pin\"\n",
            );
            Program::new(folder.path(), &name, port, &settings)
        });
        let kiosks = kiosks.collect();
        // Late at night the first day has nothing left on sale.
        let days = days.max(2).to_string();
        hub.run(&["programme", "fill", "--days", &days]);
        Self {
            folder,
            hub,
            kiosks,
            payments: None,
            broker,
            theaters: theaters.to_vec(),
        }
    }

    /// The folder of everything.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts everything and waits until the kiosks know all that the hub knows.
    pub async fn start(&mut self) {
        self.hub.start();
        self.hub.ready().await;
        for kiosk in &mut self.kiosks {
            kiosk.start();
        }
        for (kiosk, theater) in self.kiosks.iter().zip(&self.theaters) {
            kiosk.ready().await;
            kiosk.online().await;
            // A kiosk that is cut off in the middle of its first sync knows half a programme.
            ledger::agree((&self.hub.database, &kiosk.database), *theater).await;
        }
    }
}

impl Program {
    fn new(folder: &Path, name: &str, port: u16, settings: &str) -> Self {
        let address = (Ipv4Addr::LOCALHOST, port).into();
        Self::elsewhere(folder, (name, None), address, settings)
    }

    /// Lays out a program that answers at `address` inside a network namespace.
    pub(crate) fn elsewhere(
        folder: &Path,
        (name, namespace): (&str, Option<&str>),
        address: SocketAddr,
        settings: &str,
    ) -> Self {
        let config = folder.join(format!("{name}.toml"));
        std::fs::write(&config, settings).expect("the settings are written");
        let program = if name == "hub" { "hub" } else { "kiosk" };
        Self {
            name: name.to_owned(),
            task: "serve",
            binary: binary(&format!("moding-{program}")),
            log: folder.join(format!("{name}.log")),
            database: folder.join(name).join(format!("{program}.sqlite")),
            config,
            host: address.ip(),
            port: address.port(),
            namespace: namespace.map(str::to_owned),
            child: None,
        }
    }

    /// The program's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    fn command(&self) -> Command {
        let mut command = match &self.namespace {
            None => Command::new(&self.binary),
            Some(namespace) => {
                // It becomes the program, with the same number.
                let mut command = Command::new("ip");
                command.args(["netns", "exec", namespace]).arg(&self.binary);
                command
            }
        };
        command.arg("--config").arg(&self.config);
        command
    }

    /// Runs a command of the program to its end, whatever comes of it.
    fn run_anyhow(&self, arguments: &[&str]) -> Output {
        self.command()
            .args(arguments)
            .output()
            .expect("the program runs; build the binaries first")
    }

    /// Runs a command that the program refuses; what it says.
    #[must_use]
    pub fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.run_anyhow(arguments);
        assert!(!output.status.success(), "{arguments:?} was done");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// Runs a command of the program to its end.
    pub fn run(&self, arguments: &[&str]) {
        let _ = self.says(arguments);
    }

    /// Runs a command of the program to its end; what it says.
    #[must_use]
    pub fn says(&self, arguments: &[&str]) -> String {
        let output = self.run_anyhow(arguments);
        assert!(
            output.status.success(),
            "{} {arguments:?}: {}",
            self.name,
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Starts the program, if it does not run.
    pub fn start(&mut self) {
        if self.child.is_some() {
            return;
        }
        let log = File::options().create(true).append(true).open(&self.log);
        let log = log.expect("the log opens");
        let child = self
            .command()
            .arg(self.task)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .spawn();
        self.child = Some(child.expect("the program starts; build the binaries first"));
    }

    /// The number of the running process.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// How the program ended, when nobody here ended it; it can be started again then.
    ///
    /// # Panics
    ///
    /// Panics when it cannot be looked at.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        let ended = self.child.as_mut()?.try_wait();
        let status = ended.expect("it can be looked at")?;
        self.child = None;
        Some(status)
    }

    /// The program's file.
    #[must_use]
    pub fn binary(&self) -> &Path {
        &self.binary
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it can be killed");
            child.wait().expect("it ends");
        }
    }

    /// Ends the program as an operator would.
    ///
    /// # Panics
    ///
    /// Panics when the program does not run, or says that something went wrong.
    pub fn stop(&mut self) {
        self.signal("-TERM");
        let mut child = self.child.take().expect("it runs");
        let status = child.wait().expect("it ends");
        assert!(status.success(), "{status}");
    }

    /// The program stands still; its connections stay, and nobody answers on them.
    ///
    /// # Panics
    ///
    /// Panics when the program does not run.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    /// The program goes on.
    ///
    /// # Panics
    ///
    /// Panics when the program does not run.
    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let pid = self.pid().expect("it runs").to_string();
        let sent = Command::new("kill").args([signal, &pid]).status();
        assert!(sent.expect("kill runs").success(), "{signal} to {pid}");
    }

    /// Somebody who buys here.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::at((self.host, self.port).into())
    }

    /// Waits until the program answers.
    pub async fn ready(&self) {
        let client = self.client();
        eventually(&format!("{} answers", self.name), || async {
            client.is_ready().await.then_some(())
        })
        .await;
    }

    /// Waits until a kiosk has the hub on the line and knows what is on.
    pub async fn online(&self) {
        let client = self.client();
        eventually(&format!("{} is online", self.name), || async {
            let online = client.get("/api/kiosk").await?["link"]["state"] == "online";
            let on = client.get("/api/screenings").await?;
            let known = on["screenings"].as_array().is_some_and(|it| !it.is_empty());
            (online && known).then_some(())
        })
        .await;
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking()
            && let Ok(log) = std::fs::read_to_string(&self.log)
        {
            let lines: Vec<&str> = log.lines().collect();
            let from = lines.len().saturating_sub(30);
            eprintln!(
                "--- the last of {}:\n{}",
                self.name,
                lines[from..].join("\n")
            );
        }
    }
}

/// Writes a fact into the database of a program that does not run.
///
/// # Panics
///
/// Panics when it cannot be written.
pub fn set_fact(database: &Path, key: &str, value: impl rusqlite::ToSql) {
    let db = rusqlite::Connection::open(database).expect("the database opens");
    let statement = "INSERT INTO meta (key, value) VALUES (?1, ?2)
                     ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    db.execute(statement, (key, value)).expect("written");
}

/// A program that was built beside this test, or beside this program.
pub(crate) fn binary(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("this program has a place");
    let folder = own.parent().expect("a folder");
    let built = match folder.file_name() {
        Some(tests) if tests == "deps" => folder.parent().expect("below target"),
        _ => folder,
    };
    built.join(name)
}
