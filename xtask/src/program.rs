//! One program of the fleet as a process of its own: started, watched, started again, ended.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::failure::Failure;
use crate::stopwatch::now;

/// How long a program may take to drain before it is killed.
const DRAIN_MAX: Duration = Duration::from_secs(15);
/// How much of the end of a log is shown when a program did not come up.
const LOG_TAIL_BYTES: u64 = 4_000;
const POLL: Duration = Duration::from_millis(50);

/// What a program is, whether it runs or not.
pub(crate) struct Program {
    /// How it is called on the console: `hub`, `kiosk-1`.
    pub(crate) name: &'static str,
    /// Where it answers HTTP.
    pub(crate) port: u16,
    executable: PathBuf,
    arguments: Vec<OsString>,
    log: PathBuf,
    state: State,
}

enum State {
    Running(Child),
    Resting { until: Instant },
    Down,
}

/// What happened to a program since it was last looked at.
pub(crate) enum Event {
    Died { pid: u32, status: ExitStatus },
    StartedAgain { pid: u32 },
}

impl Program {
    /// A program that has not been started yet.
    pub(crate) fn new(
        name: &'static str,
        port: u16,
        executable: PathBuf,
        arguments: Vec<OsString>,
        log: PathBuf,
    ) -> Self {
        let state = State::Down;
        Self {
            name,
            port,
            executable,
            arguments,
            log,
            state,
        }
    }

    /// Its process, while it runs.
    pub(crate) fn pid(&self) -> Option<u32> {
        match &self.state {
            State::Running(child) => Some(child.id()),
            State::Resting { .. } | State::Down => None,
        }
    }

    /// Starts it, unless it runs. Its output goes to the end of its log.
    pub(crate) fn start(&mut self) -> Result<u32, Failure> {
        if let Some(pid) = self.pid() {
            return Ok(pid);
        }
        let unwritable = |error| Failure::at("write", &self.log, &error);
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.log)
            .map_err(unwritable)?;
        let child = Command::new(&self.executable)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(log.try_clone().map_err(unwritable)?)
            .stderr(log)
            // Ctrl-C is for this command, which then ends its programs in good order.
            .process_group(0)
            .spawn()
            .map_err(|error| Failure::at("start", &self.executable, &error))?;
        let pid = child.id();
        self.state = State::Running(child);
        Ok(pid)
    }

    /// Looks whether it died, and starts it again when it has rested for `rest`.
    pub(crate) fn look(&mut self, rest: Duration) -> Result<Option<Event>, Failure> {
        match &mut self.state {
            State::Running(child) => {
                let pid = child.id();
                let ended = child
                    .try_wait()
                    .map_err(|error| Failure::new(format!("lost {}: {error}", self.name)))?;
                let Some(status) = ended else { return Ok(None) };
                self.state = State::Resting {
                    until: now() + rest,
                };
                Ok(Some(Event::Died { pid, status }))
            }
            State::Resting { until } if now() >= *until => {
                let pid = self.start()?;
                Ok(Some(Event::StartedAgain { pid }))
            }
            State::Resting { .. } | State::Down => Ok(None),
        }
    }

    /// Kills it (SIGKILL) and leaves it down.
    pub(crate) fn kill(&mut self) {
        if let State::Running(child) = &mut self.state {
            // It may be dead already; then there is nothing to do.
            let _ = child.kill();
            let _ = child.wait();
        }
        self.state = State::Down;
    }

    /// Kills it as a power cut would (SIGKILL); the next look finds it dead.
    pub(crate) fn crash(&mut self) {
        if let State::Running(child) = &mut self.state {
            // It may be dead already; then there is nothing to do.
            let _ = child.kill();
        }
    }

    /// Asks it to stop; does not wait.
    pub(crate) fn ask_to_stop(&self) {
        let pid = self
            .pid()
            .and_then(|pid| i32::try_from(pid).ok())
            .and_then(Pid::from_raw);
        if let Some(pid) = pid {
            // It may be dead already; then there is nothing to do.
            let _ = kill_process(pid, Signal::TERM);
        }
    }

    /// Waits until it has stopped; kills it when that takes too long. Says whether it went
    /// by itself.
    pub(crate) fn wait_for_end(&mut self) -> bool {
        let deadline = now() + DRAIN_MAX;
        while let State::Running(child) = &mut self.state {
            match child.try_wait() {
                Ok(None) if now() < deadline => thread::sleep(POLL),
                Ok(None) => {
                    self.kill();
                    return false;
                }
                Ok(Some(_)) | Err(_) => self.state = State::Down,
            }
        }
        self.state = State::Down;
        true
    }

    /// The last lines of its log.
    pub(crate) fn log_tail(&self) -> String {
        tail(&self.log).unwrap_or_default()
    }
}

impl Drop for Program {
    /// Whatever made this command give up: nothing is left running.
    fn drop(&mut self) {
        self.kill();
    }
}

fn tail(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LOG_TAIL_BYTES)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
