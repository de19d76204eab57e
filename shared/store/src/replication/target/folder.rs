//! A replica in a folder: on another disk, or on a file server.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use super::{FileInfo, FileName, Level, Produce, ReplicaTarget, TargetError};

/// Files up to here are read whole, so that a merge of many does not hold them open.
const WHOLE_BYTES_MAX: u64 = 256 * 1024;

/// A folder, with one more for each level below `ltx`.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The replica in `root`, which is made when the first file is.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
        }
    }

    fn level(&self, level: Level) -> PathBuf {
        self.root.join("ltx").join(level.0.to_string())
    }

    fn path(&self, name: FileName) -> PathBuf {
        self.level(name.level).join(name.file())
    }

    fn unreachable(&self, source: io::Error) -> TargetError {
        TargetError::Unreachable {
            place: self.place(),
            source,
        }
    }

    fn publish(&self, name: FileName, written_at_ms: i64, produce: Produce<'_>) -> io::Result<()> {
        let (folder, path) = (self.level(name.level), self.path(name));
        make_folder(&folder)?;
        let draft = folder.join(format!("{}.tmp", name.file()));
        let mut out = BufWriter::new(File::create(&draft)?);
        produce(&mut out)?;
        out.flush()?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        // Litestream restores to a time by the time of the file.
        let written = Duration::from_millis(u64::try_from(written_at_ms).unwrap_or(0));
        file.set_modified(UNIX_EPOCH + written)?;
        file.sync_all()?;
        drop(file);
        // A link is made only where nothing is, unlike a renamed file.
        let linked = fs::hard_link(&draft, &path);
        fs::remove_file(&draft)?;
        linked?;
        File::open(&folder)?.sync_all()
    }
}

impl ReplicaTarget for Folder {
    fn place(&self) -> String {
        self.root.display().to_string()
    }

    fn list(&self, level: Level) -> Result<Vec<FileInfo>, TargetError> {
        let entries = match fs::read_dir(self.level(level)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.unreachable(error)),
        };
        let mut files = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| self.unreachable(error))?;
            let name = entry.file_name();
            let Some(name) = name.to_str().and_then(|name| FileName::parse(level, name)) else {
                continue;
            };
            let metadata = match entry.metadata() {
                Ok(metadata) => metadata,
                // Removed meanwhile.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(self.unreachable(error)),
            };
            let modified = metadata
                .modified()
                .map_err(|error| self.unreachable(error))?;
            let since = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
            files.push(FileInfo {
                name,
                bytes: metadata.len(),
                written_at_ms: i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            });
        }
        Ok(files)
    }

    fn open(&self, name: FileName) -> Result<Box<dyn Read + Send>, TargetError> {
        let opened = File::open(self.path(name)).and_then(|mut file| {
            if file.metadata()?.len() > WHOLE_BYTES_MAX {
                let reader = BufReader::with_capacity(128 * 1024, file);
                return Ok(Box::new(reader) as Box<dyn Read + Send>);
            }
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Ok(Box::new(io::Cursor::new(bytes)) as Box<dyn Read + Send>)
        });
        opened.map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                TargetError::Missing(name)
            } else {
                self.unreachable(error)
            }
        })
    }

    fn create(
        &self,
        name: FileName,
        written_at_ms: i64,
        produce: Produce<'_>,
    ) -> Result<(), TargetError> {
        self.publish(name, written_at_ms, produce).map_err(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                TargetError::AlreadyThere(name)
            } else {
                self.unreachable(error)
            }
        })
    }

    fn remove(&self, name: FileName) -> Result<(), TargetError> {
        match fs::remove_file(self.path(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.unreachable(error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    fn set_aside(&self, name: FileName) -> Result<(), TargetError> {
        let aside = self
            .level(name.level)
            .join(format!("{}.damaged", name.file()));
        fs::rename(self.path(name), aside)
            .and_then(|()| File::open(self.level(name.level))?.sync_all())
            .map_err(|error| self.unreachable(error))
    }
}

/// Makes a folder and sees to it that it is there after a power cut, too.
fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        let parent = if parent.as_os_str().is_empty() {
            Path::new(".")
        } else {
            parent
        };
        make_folder(parent)?;
        match fs::create_dir(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            Ok(()) | Err(_) => {}
        }
        File::open(parent)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replication::name::{LEVEL_RAW, Span};

    #[test]
    fn a_file_is_made_once_and_listed_with_its_own_time() {
        let root = tempfile::tempdir().unwrap();
        let target = Folder::new(&root.path().join("deep/replica"));
        assert_eq!(target.list(LEVEL_RAW).unwrap(), []);
        let name = FileName {
            level: LEVEL_RAW,
            span: Span::of(7),
        };
        let put = |bytes: &'static [u8]| target.create(name, 1234, &mut |out| out.write_all(bytes));
        put(b"one").unwrap();
        assert!(matches!(put(b"two"), Err(TargetError::AlreadyThere(_))));
        let info = FileInfo {
            name,
            bytes: 3,
            written_at_ms: 1234,
        };
        assert_eq!(target.list(LEVEL_RAW).unwrap(), [info]);
        let mut read = String::new();
        target
            .open(name)
            .unwrap()
            .read_to_string(&mut read)
            .unwrap();
        assert_eq!(read, "one");
        target.set_aside(name).unwrap();
        assert_eq!(target.list(LEVEL_RAW).unwrap(), []);
        target.remove(name).unwrap();
        assert!(matches!(target.open(name), Err(TargetError::Missing(_))));
    }
}
