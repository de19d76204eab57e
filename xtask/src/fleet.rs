//! One hub, two kiosks and a payment gateway to try things against on this machine, each with
//! its own data directory below one folder: laid out, filled, started, watched and ended.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::console::{say, spoken};
use crate::failure::Failure;
use crate::program::{Event, Program};
use crate::readiness::is_ready;
use crate::shell;
use crate::stop::Stop;
use crate::stopwatch::now;
use crate::workspace::{Profile, Workspace};

/// How long a program may take until it says that it is ready.
const READY_MAX: Duration = Duration::from_secs(60);
/// How the hub is called on the console.
const HUB: &str = "hub";
/// How the payment gateway's sandbox is called on the console. No money moves there.
pub(crate) const SANDBOX: &str = "sandbox";
/// The keys of the sandbox's first merchant. They open nothing else.
const SANDBOX_CLIENT_KEY: &str = "test_ck_SANDBOX0001";
const SANDBOX_SECRET_KEY: &str = "test_sk_SANDBOX0001";
/// What may be gone through for everything that lies below the plan's folder.
pub(crate) const FOLDERS: [&str; 7] = [
    HUB,
    "payments",
    SANDBOX,
    "credentials",
    "logs",
    KIOSKS[0].name,
    KIOSKS[1].name,
];
/// How long a kiosk that died stays away: as long as its systemd unit lets it.
const KIOSK_REST: Duration = Duration::from_millis(250);
/// For how many days screenings are planned.
const PROGRAMME_DAYS: u32 = 4;
/// What opens the operators' page of a hub that only this machine can reach.
pub(crate) const OPERATOR: &str = "the operator of this demo";
/// What opens the staff's page of its kiosks.
pub(crate) const STAFF_PIN: &str = "1357";
const POLL: Duration = Duration::from_millis(50);

/// A kiosk: how it is called on the console, its node, and the theater where it stands.
pub(crate) struct Kiosk {
    pub(crate) name: &'static str,
    pub(crate) node: &'static str,
    pub(crate) theater: u32,
}

/// Two kiosks in two theaters of the bundled programme.
pub(crate) const KIOSKS: [Kiosk; 2] = [
    Kiosk {
        name: "kiosk-1",
        node: "seoul-1",
        theater: 1,
    },
    Kiosk {
        name: "kiosk-2",
        node: "busan-1",
        theater: 2,
    },
];

/// Where everything listens and lies.
pub(crate) struct Plan {
    pub(crate) data: PathBuf,
    pub(crate) profile: Profile,
    pub(crate) hub_port: u16,
    pub(crate) broker_port: u16,
    pub(crate) kiosk_ports: [u16; KIOSKS.len()],
    pub(crate) sandbox_port: u16,
}

/// The programs, the hub first.
pub(crate) struct Fleet {
    programs: Vec<Program>,
}

impl Plan {
    /// Lays the settings out and fills the hub's database: films, theaters, screenings and
    /// the kiosks' credentials. What is there already stays.
    pub(crate) fn lay_out(&self, workspace: &Workspace) -> Result<(), Failure> {
        for folder in FOLDERS {
            let folder = self.data.join(folder);
            fs::create_dir_all(&folder).map_err(|error| Failure::at("make", &folder, &error))?;
        }
        let credentials = self.data.join("credentials");
        write(&credentials.join("operator"), OPERATOR)?;
        write(&credentials.join("staff-pin"), STAFF_PIN)?;
        write(&credentials.join("toss"), SANDBOX_SECRET_KEY)?;
        write(&self.data.join("hub.toml"), &self.hub_settings())?;
        for (kiosk, port) in KIOSKS.iter().zip(self.kiosk_ports) {
            let settings = self.kiosk_settings(kiosk, port);
            write(&self.data.join(format!("{}.toml", kiosk.name)), &settings)?;
        }
        self.hub(workspace, "catalogue seed")?;
        for kiosk in &KIOSKS {
            self.add_node(workspace, kiosk)?;
        }
        // After the nodes: seats are dealt to those that are there when a screening is planned.
        self.hub(
            workspace,
            &format!("programme fill --days {PROGRAMME_DAYS}"),
        )?;
        self.hub(workspace, "programme samples")
    }

    /// Starts the hub, then the others, and waits until each says that it is ready.
    pub(crate) fn start(&self, workspace: &Workspace, stop: &Stop) -> Result<Fleet, Failure> {
        let hub = workspace.program("moding-hub", self.profile);
        let kiosk = workspace.program("moding-kiosk", self.profile);
        let mut programs = vec![self.program(HUB, self.hub_port, hub)];
        for (spec, port) in KIOSKS.iter().zip(self.kiosk_ports) {
            programs.push(self.program(spec.name, port, kiosk.clone()));
        }
        programs.push(self.sandbox(workspace));
        for program in &mut programs {
            program.start()?;
            wait_until_ready(program, stop)?;
        }
        Ok(Fleet { programs })
    }

    fn program(&self, name: &'static str, port: u16, executable: PathBuf) -> Program {
        let config = self.data.join(format!("{name}.toml"));
        let arguments = vec!["--config".into(), config.into(), "serve".into()];
        Program::new(name, port, executable, arguments, self.log(name))
    }

    /// The gateway; it posts what has happened to the hub, as the real one does.
    fn sandbox(&self, workspace: &Workspace) -> Program {
        let (port, hub_port) = (self.sandbox_port, self.hub_port);
        let arguments = vec![
            "--listen".into(),
            format!("127.0.0.1:{port}").into(),
            "--data".into(),
            self.data.join(SANDBOX).into(),
            "--webhook".into(),
            format!("http://127.0.0.1:{hub_port}/api/webhooks/toss").into(),
        ];
        let executable = workspace.program("moding-toss-sandbox", self.profile);
        Program::new(SANDBOX, port, executable, arguments, self.log(SANDBOX))
    }

    fn log(&self, name: &str) -> PathBuf {
        self.data.join(format!("logs/{name}.log"))
    }

    fn hub_settings(&self) -> String {
        let Self {
            hub_port,
            broker_port,
            sandbox_port,
            ..
        } = self;
        format!(
            "# Written by cargo xtask at each start.\n\
             [hub]\nchain = \"moding\"\ndata_dir = \"hub\"\n\n\
             [operator]\ncredential_file = \"credentials/operator\"\n\n\
             [http]\nlisten = \"127.0.0.1:{hub_port}\"\n\
             address = \"http://127.0.0.1:{hub_port}\"\n\
             payment_window = [\"http://127.0.0.1:{sandbox_port}\"]\n\n\
             [payments]\ndata_dir = \"payments\"\n\
             client_key = \"{SANDBOX_CLIENT_KEY}\"\nsecret_file = \"credentials/toss\"\n\
             gateway = \"http://127.0.0.1:{sandbox_port}\"\n\
             script = \"http://127.0.0.1:{sandbox_port}/v2/standard\"\n\
             calls_per_minute = 0\n\n\
             [broker]\nlisten = \"127.0.0.1:{broker_port}\"\n\n\
             [log]\nformat = \"text\"\nlevel = \"info\"\n"
        )
    }

    fn kiosk_settings(&self, kiosk: &Kiosk, port: u16) -> String {
        let (Kiosk { name, node, .. }, broker_port) = (kiosk, self.broker_port);
        format!(
            "# Written by cargo xtask at each start.\n\
             [kiosk]\nnode = \"{node}\"\nchain = \"moding\"\ndata_dir = \"{name}\"\n\n\
             [http]\nlisten = \"127.0.0.1:{port}\"\n\n\
             [hub]\naddress = \"127.0.0.1:{broker_port}\"\n\
             credential_file = \"credentials/{name}\"\n\n\
             [terminal]\nkind = \"simulated\"\n\n\
             [staff]\npin_file = \"credentials/staff-pin\"\n\n\
             [log]\nformat = \"text\"\nlevel = \"info\"\n"
        )
    }

    fn add_node(&self, workspace: &Workspace, kiosk: &Kiosk) -> Result<(), Failure> {
        let Kiosk {
            name,
            node,
            theater,
        } = kiosk;
        let credential = self.data.join("credentials").join(name);
        let mut command = self.hub_command(workspace);
        command
            .args([
                "node",
                "add",
                node,
                "--theater",
                &theater.to_string(),
                "--credential-file",
            ])
            .arg(credential);
        shell::quiet(&mut command)
    }

    fn hub(&self, workspace: &Workspace, arguments: &str) -> Result<(), Failure> {
        shell::quiet(
            self.hub_command(workspace)
                .args(arguments.split_whitespace()),
        )
    }

    fn hub_command(&self, workspace: &Workspace) -> std::process::Command {
        let program = workspace.program("moding-hub", self.profile);
        let mut command = std::process::Command::new(program);
        command.arg("--config").arg(self.data.join("hub.toml"));
        command
    }
}

impl Fleet {
    /// The programs, the hub first.
    pub(crate) fn programs(&self) -> &[Program] {
        &self.programs
    }

    /// The program called `name` on the console.
    pub(crate) fn program_mut(&mut self, name: &str) -> Option<&mut Program> {
        self.programs
            .iter_mut()
            .find(|program| program.name == name)
    }

    /// Says who died since the last look, and starts it again: the hub after `hub_rest`, a
    /// kiosk at once.
    pub(crate) fn look(&mut self, hub_rest: Duration) -> Result<(), Failure> {
        for program in &mut self.programs {
            let name = program.name;
            let rest = if name == HUB { hub_rest } else { KIOSK_REST };
            match program.look(rest)? {
                Some(Event::Died { pid, status }) => say(&format!(
                    "{name} (pid {pid}) died: {status}. It is started again in {}.",
                    spoken(rest)
                )),
                Some(Event::StartedAgain { pid }) => {
                    say(&format!("{name} is started again: pid {pid}"));
                }
                None => {}
            }
        }
        Ok(())
    }

    /// Ends all of them in good order: the kiosks have the hub until they are done.
    pub(crate) fn stop(mut self) {
        for program in self.programs.iter_mut().rev() {
            program.ask_to_stop();
            if !program.wait_for_end() {
                say(&format!(
                    "{} did not stop in time and was killed",
                    program.name
                ));
            }
        }
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| Failure::at("write", path, &error))
}

fn wait_until_ready(program: &mut Program, stop: &Stop) -> Result<(), Failure> {
    let deadline = now() + READY_MAX;
    while !is_ready(program.port) {
        if stop.is_asked() {
            return Err(Failure::new("stopped"));
        }
        let died = program.look(READY_MAX)?.is_some();
        if died || now() > deadline {
            let what = if died {
                "ended"
            } else {
                "was not ready in time"
            };
            return Err(Failure::new(format!(
                "{} {what}. The end of its log:\n{}",
                program.name,
                program.log_tail()
            )));
        }
        thread::sleep(POLL);
    }
    Ok(())
}
