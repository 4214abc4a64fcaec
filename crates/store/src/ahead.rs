//! The write-ahead log as a file. A commit that makes the file longer has the file system note its new length as well,
//! which about doubles what a commit costs (measured: 0.20 against 0.37 ms); one that writes over room that is already
//! there does not. So room is written once after the start, and the log begins anew before it outgrows it.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Seek, SeekFrom, Write},
    path::PathBuf,
    sync::atomic::Ordering,
};

use crate::{Store, StoreError};

/// Bytes of room: what about a thousand lone commands write, with their share of slips and closed checks.
pub(crate) const ROOM: u64 = 8 << 20;
/// Bytes written while the store is held.
const STEP: usize = 256 << 10;

impl Store {
    fn log_file(&self) -> PathBuf {
        let mut name = self.file().as_os_str().to_owned();
        name.push("-wal");
        name.into()
    }

    /// Writes a piece of room behind the log's end; `false` when there is enough, or the disk has none to give. SQLite
    /// reads the log up to the first frame that is not whole, so zeros behind it say nothing.
    pub fn make_room(&mut self) -> Result<bool, StoreError> {
        let failed = |e: std::io::Error| StoreError::Failed(format!("the write-ahead log: {e}"));
        let Ok(mut log) = OpenOptions::new().write(true).open(self.log_file()) else {
            // Nothing was written yet.
            return Ok(false);
        };
        let end = log.seek(SeekFrom::End(0)).map_err(failed)?;
        if end == 0 || end >= ROOM {
            return Ok(false);
        }
        match log.write_all(&vec![0; STEP]) {
            Ok(()) => Ok(true),
            Err(e) if e.kind() == ErrorKind::StorageFull => {
                // The room is a convenience; what is left of the disk belongs to orders.
                log.set_len(end).map_err(failed)?;
                Ok(false)
            }
            Err(e) => Err(failed(e)),
        }
    }

    /// A handle to make the new room durable with, while others write.
    pub fn log_handle(&self) -> Option<File> {
        File::open(self.log_file()).ok()
    }

    /// Moves the rest of the log into the file, after [`crate::Readers::checkpoint`] moved most of it: nobody can add to
    /// it meanwhile, so the next commit begins the log anew.
    pub fn checkpoint_rest(&mut self) -> Result<(), StoreError> {
        self.db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        // Should a forgotten reader have kept it from ending, the next commit says how long the log still is.
        self.readers().log_pages.store(0, Ordering::Relaxed);
        Ok(())
    }
}
