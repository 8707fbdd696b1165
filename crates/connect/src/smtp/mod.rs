//! An SMTP and LMTP receiver (RFC 5321, RFC 2033), for mails that people send us on purpose.
//!
//! It takes mails for its own addresses and hands each to a [`Taker`], whose answer is the
//! answer of the session: nothing is queued, nothing relayed, no mail about a mail is sent.
//! A mail is taken or refused before the connection ends, so there is no backscatter.
//! Everything has a limit. Not here: who may send, and what becomes of a mail.

mod answer;
mod lines;
mod reply;
mod serve;
mod session;

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;

pub use answer::{Outgoing, OutgoingSettings, Words};
pub use reply::Reply;
pub use serve::{Door, certificate, serve};

/// Certificate and key, ready for STARTTLS.
pub type TlsSettings = rustls::ServerConfig;

/// Mails of 25 MB are the largest that providers take; in base64 they are a third larger.
pub const MAIL_BYTES_MAX: usize = 40 * 1024 * 1024;

/// A mail as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Who connected.
    pub client: IpAddr,
    /// The name it gave.
    pub helo: String,
    /// The return path; empty for a bounce.
    pub mail_from: String,
    /// For whom, of our own addresses.
    pub recipients: Vec<String>,
    /// The bytes, without the dots that SMTP adds.
    pub bytes: Vec<u8>,
}

/// The answer to a mail, under way.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Reply> + Send + 'a>>;

/// Whoever mails are for.
pub trait Taker: Send + Sync {
    /// Whether an address is one of ours, whatever its letter case.
    fn is_ours(&self, address: &str) -> bool;
    /// Takes a mail, or says why not.
    fn take(&self, mail: Taken) -> Answering<'_>;
}
