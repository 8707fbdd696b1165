//! What can go wrong on the way out, in plain words.
//!
//! Every text says what happened and what to do next. Nothing here has a place for a
//! secret, for the path of an address or for the text of a message.

use std::time::Duration;

use thiserror::Error;

/// Why a channel cannot be set up.
#[derive(Debug, Error)]
pub enum SettingError {
    /// The file cannot be read.
    #[error(
        "could not read the channels file {path}: {cause}. Check that it exists and may be read"
    )]
    File {
        /// Its path.
        path: String,
        /// The system's word.
        cause: std::io::ErrorKind,
    },
    /// The file is not TOML.
    #[error("the channels file is not written correctly in line {line}: {says}")]
    Form {
        /// Counted from 1.
        line: usize,
        /// What is wrong, without quoting the file.
        says: String,
    },
    /// A channel's setting is wrong.
    #[error("channel `{name}`: {says}")]
    Channel {
        /// The channel's name.
        name: String,
        /// What is wrong.
        says: String,
    },
    /// An address is not acceptable.
    #[error("the address cannot be used: {0}")]
    Address(&'static str),
    /// A value is not acceptable.
    #[error("`{setting}` {says}")]
    Value {
        /// The setting's name.
        setting: &'static str,
        /// What is wrong.
        says: &'static str,
    },
}

/// Why one try to send failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Trouble {
    /// No connection.
    #[error("{host} could not be reached ({cause}). Check the network and the address")]
    Unreachable {
        /// The host.
        host: String,
        /// What kind of failure.
        cause: &'static str,
    },
    /// No answer in time.
    #[error("{host} did not answer within {seconds} s")]
    Slow {
        /// The host.
        host: String,
        /// The time limit.
        seconds: u64,
    },
    /// It asks to wait.
    #[error("{host} asks to send more slowly")]
    Busy {
        /// The host.
        host: String,
        /// For how long.
        wait: Option<Duration>,
    },
    /// It has trouble of its own.
    #[error("{host} has trouble of its own (answer {status}). Nothing to do but to wait")]
    Broken {
        /// The host.
        host: String,
        /// The answer's number.
        status: u16,
    },
    /// It refused.
    #[error("{host} refused the message (answer {status}): {says}")]
    Refused {
        /// The host.
        host: String,
        /// The answer's number.
        status: u16,
        /// What that means, in our words.
        says: &'static str,
    },
    /// The address leads to a forbidden network.
    #[error("nothing was sent to {host}: {says}")]
    Forbidden {
        /// The host.
        host: String,
        /// What to do.
        says: &'static str,
    },
    /// The message cannot be put into the channel's form.
    #[error("the message could not be written: {0}")]
    Form(&'static str),
}

impl Trouble {
    /// Whether the same message may well arrive on a later try.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Trouble::Unreachable { .. }
                | Trouble::Slow { .. }
                | Trouble::Busy { .. }
                | Trouble::Broken { .. }
        )
    }
}

/// Why a message did not go out on a channel, after all tries.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("could not send on channel `{channel}` ({tries} {}): {trouble}", if *.tries == 1 { "try" } else { "tries" })]
pub struct SendError {
    /// The channel's name.
    pub channel: String,
    /// How often it was tried.
    pub tries: u32,
    /// What happened on the last try.
    pub trouble: Trouble,
}

impl SendError {
    /// When a later try makes sense; `None` where it never does.
    pub fn again_after(&self) -> Option<Duration> {
        match &self.trouble {
            Trouble::Busy {
                wait: Some(wait), ..
            } => Some(*wait),
            trouble => trouble.is_passing().then_some(AGAIN_AFTER),
        }
    }
}

/// A service that failed several tries in a row is left alone for a minute.
const AGAIN_AFTER: Duration = Duration::from_mins(1);
