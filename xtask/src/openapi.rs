//! The API documents, which the programs print themselves, and the TypeScript clients that
//! are made from them. Both are kept in the tree, so that a change of the API is seen.

use std::fs;
use std::path::Path;

use crate::console::{header, say};
use crate::failure::Failure;
use crate::shell;
use crate::ui;
use crate::workspace::{Profile, Workspace};

/// What `cargo xtask openapi` is asked to do.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Change nothing; fail when one of the files is not what it should be.
    #[arg(long)]
    check: bool,
}

/// A program that prints its document, the document, and the client made from it.
struct Api {
    program: &'static str,
    document: &'static str,
    client: &'static str,
}

const APIS: [Api; 2] = [
    Api {
        program: "moding-hub",
        document: "hub/openapi.json",
        client: "shared/ui/src/api/generated/hub.d.ts",
    },
    Api {
        program: "moding-kiosk",
        document: "kiosk/openapi.json",
        client: "shared/ui/src/api/generated/kiosk.d.ts",
    },
];

/// Builds the programs, then writes or checks.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    ui::build(workspace)?;
    header("programs");
    shell::run(&mut shell::cargo(workspace, "build -p hub -p kiosk"))?;
    if options.check {
        check(workspace)
    } else {
        write(workspace)
    }
}

/// Fails when a document or a client is not what the built programs say.
pub(crate) fn check(workspace: &Workspace) -> Result<(), Failure> {
    let scratch = workspace.scratch("openapi")?;
    make(workspace, &scratch)?;
    let mut stale = Vec::new();
    for file in APIS.iter().flat_map(|api| [api.document, api.client]) {
        let kept = fs::read(workspace.root().join(file)).unwrap_or_default();
        let made = scratch.join(file);
        let made = fs::read(&made).map_err(|error| Failure::at("read", &made, &error))?;
        if kept != made {
            stale.push(file);
        }
    }
    if stale.is_empty() {
        say("the API documents and clients are what the programs say");
        return Ok(());
    }
    Err(Failure::new(format!(
        "stale: {}; run `cargo xtask openapi`",
        stale.join(", ")
    )))
}

fn write(workspace: &Workspace) -> Result<(), Failure> {
    make(workspace, workspace.root())
}

/// Makes all files below `folder`.
fn make(workspace: &Workspace, folder: &Path) -> Result<(), Failure> {
    for api in &APIS {
        let (document, client) = (folder.join(api.document), folder.join(api.client));
        let program = workspace.program(api.program, Profile::Dev);
        let program = program.to_string_lossy();
        let text = shell::read(&mut shell::command(workspace, &program, "openapi"))?;
        put(&document, &format!("{}\n", text.trim_end()))?;
        put(&client, "")?;
        let mut generate = shell::command(workspace, "npx", "--no-install openapi-typescript");
        generate.arg(&document).arg("--output").arg(&client);
        shell::quiet(&mut generate)?;
    }
    Ok(())
}

fn put(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(|error| Failure::at("make", folder, &error))?;
    fs::write(path, text).map_err(|error| Failure::at("write", path, &error))
}
