//! What can go wrong in the store, in words that say what to do.
//!
//! "Not found" is no error but `None`. No text here carries a value from a row.

use std::path::PathBuf;

use crate::keys::KeyError;

/// Shorthand of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Trouble of the store.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database cannot be reached or opened.
    #[error(
        "could not open the database {place}: check that it exists, may be written, and answers"
    )]
    Open {
        /// Where, without password.
        place: String,
        /// What the engine says.
        #[source]
        cause: sqlx::Error,
    },
    /// The file of the database cannot be made.
    #[error("could not make the database file {path}: check the folder and its permissions")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The address of the database is none.
    #[error("the database address is neither a path nor postgres://…")]
    Address,
    /// A newer Sellkeep has written here.
    #[error(
        "the database has form {found}, this version of Sellkeep knows forms up to {known}: \
         install the newer version again, or restore the backup made before the update"
    )]
    Newer {
        /// The form found.
        found: i64,
        /// The newest form known.
        known: i64,
    },
    /// A statement failed.
    #[error("could not {step}")]
    Database {
        /// What was being done.
        step: &'static str,
        /// What the engine says.
        #[source]
        cause: sqlx::Error,
    },
    /// The master key.
    #[error("the store's key cannot be used")]
    Key(#[from] KeyError),
    /// Something sealed cannot be opened: other key, or changed bytes.
    #[error("{what} cannot be opened: it was changed, or sealed with another key")]
    Sealed {
        /// What.
        what: &'static str,
    },
    /// Somebody changed it in between: read it again and repeat.
    #[error("{what} was changed in the meantime: read it again and repeat")]
    Conflict {
        /// What.
        what: &'static str,
    },
    /// The job was given to another worker, because this one took too long.
    #[error("the job of kind {kind} is no longer this worker's: its time ran out")]
    ClaimLost {
        /// The job's kind.
        kind: String,
    },
    /// Another node serves this partition now.
    #[error("partition {partition} is no longer this node's: stop working on it")]
    LeaseLost {
        /// Which.
        partition: u8,
    },
    /// A row holds what this version cannot read.
    #[error("{what} in the database cannot be read: restore from a backup, or rebuild")]
    Corrupt {
        /// What.
        what: &'static str,
    },
    /// The bytes do not have the digest they are filed under.
    #[error("the record {digest} does not hold the bytes it was made of")]
    Altered {
        /// The digest, hexadecimal.
        digest: String,
    },
    /// More than a limit allows.
    #[error("{what} is larger than {limit}")]
    TooLarge {
        /// What.
        what: &'static str,
        /// The limit, with its unit.
        limit: &'static str,
    },
    /// A name that no engine keeps.
    #[error("{what} is empty, too long or holds a zero byte")]
    Name {
        /// Which name.
        what: &'static str,
    },
    /// A digest that is none.
    #[error("a digest is 64 hexadecimal digits")]
    Digest,
    /// A value cannot be written as JSON.
    #[error("a value cannot be written as JSON")]
    Json(#[source] serde_json::Error),
    /// The work was stopped from outside.
    #[error("the work was stopped before it was done")]
    Stopped,
}

impl Error {
    /// Whether doing the same again may succeed without anybody's help.
    pub fn is_passing(&self) -> bool {
        match self {
            Error::Conflict { .. } => true,
            Error::Database { cause, .. } | Error::Open { cause, .. } => passing(cause),
            _ => false,
        }
    }
}

/// Lost connections, full pools, deadlocks and serialization failures (SQLSTATE 40…, 57P…), busy files.
fn passing(cause: &sqlx::Error) -> bool {
    match cause {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(told) => told.code().is_some_and(|code| {
            code.starts_with("40") || code.starts_with("57P") || code == "5" || code == "517"
        }),
        _ => false,
    }
}

/// Says which step failed.
pub(crate) trait Step<T> {
    /// Names the step; it reads after "could not".
    fn step(self, step: &'static str) -> Result<T>;
}

impl<T> Step<T> for std::result::Result<T, sqlx::Error> {
    fn step(self, step: &'static str) -> Result<T> {
        self.map_err(|cause| Error::Database { step, cause })
    }
}
