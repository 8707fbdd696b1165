//! Keys: a master key from outside wraps one data key a tenant; data keys seal.
//!
//! The database holds only wrapped keys, so a stolen database tells nothing of records
//! and secrets. A tenant whose data key is deleted can be read by nobody, backups
//! included once they expire. The master key never enters the database, an error or a log.

pub(crate) mod data;
mod key_file;
mod master;
pub(crate) mod rotate;
mod seal;

pub(crate) use data::DataKeys;
pub use master::{KeyError, KeySource};
pub(crate) use master::{MasterKey, read};
pub(crate) use rotate::{agree, known};
pub(crate) use seal::DataKey;
