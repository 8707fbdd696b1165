//! A connector: reads on from a source, from where it stands.
//!
//! A batch and the place after it belong together: whoever takes the records keeps the
//! place in the same transaction, so that a crash loses nothing and doubles nothing.
//! A fetch may wait for news, but always ends. Not here: when to try again (the runner).

use std::future::Future;
use std::pin::Pin;

use sellkeep_model::Record;
use thiserror::Error;

/// A fetch under way.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<Batch, Trouble>> + Send + 'a>>;

/// Reads one source.
pub trait Connector: Send {
    /// What comes next after a place; an empty text is the beginning. No record means that
    /// the source was heard and has nothing new.
    fn fetch<'a>(&'a mut self, cursor: &'a str) -> Fetching<'a>;

    /// The secret to keep from now on, where the source gave another one (a refresh token
    /// that renews itself).
    fn new_secret(&self) -> Option<String> {
        None
    }
}

/// What one fetch gave.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// The records; their account is for the runner to fill in.
    pub records: Vec<Record>,
    /// Where to read on.
    pub next_cursor: String,
    /// What could not be had, in plain words.
    pub problems: Vec<String>,
    /// How much of what was there before is still to be read, where that is known.
    pub left: Option<u64>,
}

/// Why a fetch failed, with what to do about it. Holds no word of the server, no address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Trouble {
    /// The settings cannot be used.
    #[error("the settings of this source cannot be used: {0}")]
    Settings(String),
    /// A secret is missing.
    #[error(
        "no password or token is stored for this source: add it again with `sellkeep sources add`"
    )]
    NoSecret,
    /// The host's name does not exist.
    #[error(
        "the server's name is unknown: check how the host is spelled, and this machine's network"
    )]
    HostUnknown,
    /// No connection.
    #[error(
        "the server does not take the connection: check host and port; if they are right, it is down or a firewall is between"
    )]
    Unreachable,
    /// No answer in time.
    #[error("the server stopped answering ({0}): it is tried again by itself")]
    Silent(&'static str),
    /// The connection ended.
    #[error("the connection was cut ({0}): it is tried again by itself, nothing is lost")]
    Cut(&'static str),
    /// The certificate does not prove the server.
    #[error(
        "the server's certificate is not to be trusted ({0}): check the host; for a server of your own, give its certificate with --ca-file"
    )]
    Certificate(&'static str),
    /// The server speaks no TLS at this port.
    #[error(
        "the server does not speak TLS at this port: use the port for IMAP over TLS, mostly 993"
    )]
    NoTls,
    /// The password is wrong.
    #[error(
        "the server refuses user and password: check both; providers with two-step verification want an app password"
    )]
    Password,
    /// The token is not accepted.
    #[error("the access was withdrawn or has run out: grant it again")]
    Token,
    /// It asks to come back later.
    #[error("the server has no room at the moment ({0}): it is tried again by itself")]
    Busy(&'static str),
    /// It refuses a step.
    #[error(
        "the server refuses to {0}: it is tried again by itself; if it stays so, ask the provider"
    )]
    Refused(&'static str),
    /// It answers what cannot be understood.
    #[error(
        "the server's answer cannot be understood ({0}): check that host and port are those of the right service"
    )]
    Strange(&'static str),
    /// It sends more than it was asked for.
    #[error("the server sends more than it was asked for ({0}); the connection was closed")]
    TooMuch(&'static str),
}

impl Trouble {
    /// Whether trying again is of no use until a person has done something.
    pub fn needs_person(&self) -> bool {
        matches!(
            self,
            Trouble::Settings(_)
                | Trouble::NoSecret
                | Trouble::Certificate(_)
                | Trouble::NoTls
                | Trouble::Password
                | Trouble::Token
        )
    }
}
