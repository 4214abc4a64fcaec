use std::path::PathBuf;

use rusqlite::ErrorCode;

/// Why a write or read failed. After any of these nothing of the batch is stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The disk, or the cap set on the store, has no room left.
    #[error("the disk is full")]
    Full,
    /// The file is damaged. It is kept as it is.
    #[error("the database is damaged: {0}")]
    Corrupt(String),
    #[error("{0}")]
    Failed(String),
}

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{0} is in use by another Comanda. Close the other one, or start this one with another --data folder")]
    InUse(PathBuf),
    #[error(
        "the database {file} is damaged ({what}). It was left untouched. Copy it somewhere safe, then restore the last \
         backup, or start with another --data folder to go on taking orders"
    )]
    Corrupt { file: PathBuf, what: String },
    #[error(
        "the database was written by a newer Comanda (format {found}, this one knows {known}). Update this terminal"
    )]
    Newer { found: i64, known: i64 },
    #[error("the disk of {0} is full. Free some space and start again")]
    Full(PathBuf),
    #[error("the folder {dir} cannot be used: {why}")]
    Folder { dir: PathBuf, why: String },
    #[error("the database cannot be opened: {0}")]
    Failed(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Corrupt(error.to_string()),
            _ => StoreError::Failed(error.to_string()),
        }
    }
}

impl StoreError {
    /// The same trouble, met while opening.
    pub fn at_open(self, file: &std::path::Path) -> OpenError {
        match self {
            StoreError::Full => OpenError::Full(file.to_owned()),
            StoreError::Corrupt(what) => OpenError::Corrupt { file: file.to_owned(), what },
            StoreError::Failed(what) => OpenError::Failed(what),
        }
    }
}
