//! Runs other programs: with their output on the console, kept as text, or both.

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use crate::console::say;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// Starts of the variables by which cargo tells a program of the package it belongs to.
const OF_OUR_PACKAGE: [&str; 4] = [
    "CARGO_PKG_",
    "CARGO_MANIFEST_",
    "CARGO_BIN_",
    "CARGO_CRATE_",
];

/// `program` with `arguments` (words between blanks), at the project's root.
pub(crate) fn command(workspace: &Workspace, program: &str, arguments: &str) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments.split_whitespace())
        .current_dir(workspace.root())
        .stdin(Stdio::null());
    command
}

/// cargo itself, with `arguments` (words between blanks).
pub(crate) fn cargo(workspace: &Workspace, arguments: &str) -> Command {
    let mut command = command(workspace, "cargo", arguments);
    // What cargo told us of our own package is not meant for what we build: some packages look
    // at it and would be built anew, here and when cargo is called directly again.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if OF_OUR_PACKAGE.iter().any(|start| name.starts_with(start)) {
            command.env_remove(name.as_ref());
        }
    }
    command
}

/// Runs it with its output on the console; fails when it fails.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let line = written(command);
    say(&format!("$ {line}"));
    let status = command
        .status()
        .map_err(|error| cannot_start(command, &error))?;
    succeeded(&line, status)
}

/// Runs it and returns what it wrote to its standard output; fails when it fails.
pub(crate) fn read(command: &mut Command) -> Result<String, Failure> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| cannot_start(command, &error))?;
    succeeded(&written(command), output.status)?;
    String::from_utf8(output.stdout)
        .map_err(|_| Failure::new(format!("`{}` did not write UTF-8", written(command))))
}

/// Runs it without a word; shows what it wrote when it fails.
pub(crate) fn quiet(command: &mut Command) -> Result<(), Failure> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| cannot_start(command, &error))?;
    succeeded(&written(command), output.status).map_err(|failure| {
        let (out, err) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        Failure::new(format!("{failure}\n{out}{err}"))
    })
}

/// Runs it with its output on the console, and returns that too, failed or not.
pub(crate) fn watch(command: &mut Command) -> Result<(ExitStatus, String), Failure> {
    say(&format!("$ {}", written(command)));
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| cannot_start(command, &error))?;
    let (sender, lines) = channel();
    let readers = [
        child
            .stdout
            .take()
            .map(|pipe| forward(pipe, sender.clone())),
        child.stderr.take().map(|pipe| forward(pipe, sender)),
    ];
    let mut text = String::new();
    for line in lines {
        say(&line);
        text.push_str(&line);
        text.push('\n');
    }
    for reader in readers.into_iter().flatten() {
        let _ = reader.join();
    }
    let status = child
        .wait()
        .map_err(|error| Failure::new(format!("lost `{}`: {error}", written(command))))?;
    Ok((status, text))
}

/// Whether a program of this name can be started.
pub(crate) fn is_there(program: &str, arguments: &str) -> bool {
    Command::new(program)
        .args(arguments.split_whitespace())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn forward(pipe: impl Read + Send + 'static, sender: Sender<String>) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n') {
            let Ok(line) = line else { return };
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            if sender.send(text).is_err() {
                return;
            }
        }
    })
}

fn succeeded(line: &str, status: ExitStatus) -> Result<(), Failure> {
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(format!("`{line}` failed ({status})")))
}

fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    let program = Path::new(command.get_program()).display();
    Failure::new(format!(
        "cannot start `{program}`: {error}; is it installed?"
    ))
}

fn written(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.join(" ")
}
