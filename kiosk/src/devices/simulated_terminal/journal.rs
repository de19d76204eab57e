//! The simulated terminal's memory: a file of JSON lines that only grows.
//!
//! A line that lacks its end was being written when the machine died. Nobody was told what
//! it says, so it never happened.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use domain::id::{OrderId, RefundId};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::devices::card_terminal::{Approval, RefundApproval};

/// A journal larger than this is not grown: about a quarter of a million approvals.
const JOURNAL_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// One thing that the terminal did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Entry {
    /// The card was charged.
    Approved { order: OrderId, approval: Approval },
    /// The charge was taken back, or forbidden before it came.
    Reversed { order: OrderId, at: Timestamp },
    /// Money of the charge was given back.
    Refunded {
        refund: RefundId,
        order: OrderId,
        approval: RefundApproval,
    },
}

/// Why the terminal has no memory, and therefore cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be read or written.
    #[error("the terminal's journal {} cannot be used", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process uses it.
    #[error("the terminal's journal {} is in use by another process", path.display())]
    InUse {
        /// Which file.
        path: PathBuf,
    },
    /// A whole line is not what was written. It is about money: a person must look.
    #[error("line {line} of the terminal's journal {} is damaged", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// The open file. No other process can open it meanwhile.
pub(super) struct Journal {
    file: File,
    bytes: u64,
}

impl Journal {
    /// Opens or begins the journal at `path` and tells what it holds.
    pub(super) fn open(path: &Path) -> Result<(Self, Vec<Entry>), JournalError> {
        let failed = |source| JournalError::Io {
            path: path.to_owned(),
            source,
        };
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(JournalError::InUse {
                    path: path.to_owned(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let whole = read_whole_lines(&mut file).map_err(failed)?;
        sync_folder_of(path).map_err(failed)?;
        let entries = parse(path, &whole)?;
        Ok((
            Self {
                file,
                bytes: whole.len() as u64,
            },
            entries,
        ))
    }

    /// A journal on a disk that refuses each write.
    #[cfg(test)]
    pub(super) fn unwritable(path: &Path) -> Self {
        Self {
            file: File::open(path).unwrap(),
            bytes: 0,
        }
    }

    /// Writes `entry` so that it survives the machine's death.
    pub(super) fn append(&mut self, entry: &Entry) -> io::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        let bytes = self.bytes + line.len() as u64;
        if bytes > JOURNAL_BYTES_MAX {
            return Err(io::Error::new(
                io::ErrorKind::QuotaExceeded,
                "the journal is full",
            ));
        }
        self.file.write_all(&line)?;
        self.file.sync_data()?;
        self.bytes = bytes;
        Ok(())
    }
}

/// Everything up to the last line break; what follows it is cut off the file.
fn read_whole_lines(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    (&mut *file)
        .take(JOURNAL_BYTES_MAX + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > JOURNAL_BYTES_MAX {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "the journal is too large",
        ));
    }
    let whole = bytes
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |end| end + 1);
    if whole < bytes.len() {
        tracing::warn!(bytes = bytes.len() - whole, "terminal.torn_line_dropped");
        file.set_len(whole as u64)?;
        file.sync_all()?;
    }
    bytes.truncate(whole);
    Ok(bytes)
}

/// A new file is only there for good once its folder is on the disk as well.
fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn parse(path: &Path, whole: &[u8]) -> Result<Vec<Entry>, JournalError> {
    let lines = whole.split_inclusive(|&byte| byte == b'\n').enumerate();
    let entry = |(index, line)| {
        serde_json::from_slice(line).map_err(|source| JournalError::Damaged {
            path: path.to_owned(),
            line: index + 1,
            source,
        })
    };
    lines.map(entry).collect()
}
