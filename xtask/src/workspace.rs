//! Where things lie: the project's root, the built programs, the folders that commands fill.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// How the Rust programs are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    Dev,
    Release,
}

/// The work tree that this command belongs to.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Finds the work tree: cargo says where this package lies, and this very program lies
    /// in the folder of built programs.
    pub(crate) fn find() -> Result<Self, Failure> {
        let package = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = package.parent().map(Path::to_owned);
        let own = env::current_exe()
            .map_err(|error| Failure::new(format!("cannot find this program itself: {error}")))?;
        let target = own.ancestors().nth(2).map(Path::to_owned);
        match (root, target) {
            (Some(root), Some(target)) if root.join("Cargo.lock").is_file() => {
                Ok(Self { root, target })
            }
            _ => Err(Failure::new(
                "start this as `cargo xtask` inside the project",
            )),
        }
    }

    /// The project's root folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The built program called `name`.
    pub(crate) fn program(&self, name: &str, profile: Profile) -> PathBuf {
        let folder = match profile {
            Profile::Dev => "debug",
            Profile::Release => "release",
        };
        self.target.join(folder).join(name)
    }

    /// The folder for what a test run leaves to look at. Made when it is not there.
    pub(crate) fn artifacts(&self) -> Result<PathBuf, Failure> {
        let folder = self.root.join("artifacts");
        fs::create_dir_all(&folder).map_err(|error| Failure::at("make", &folder, &error))?;
        Ok(folder)
    }

    /// A folder of this command's own among the built things, empty.
    pub(crate) fn scratch(&self, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.target.join("xtask").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| Failure::at("empty", &folder, &error))?;
        }
        fs::create_dir_all(&folder).map_err(|error| Failure::at("make", &folder, &error))?;
        Ok(folder)
    }
}
