//! What all channels share: secrets, addresses, the way out over HTTP and SMTP, retries.
//!
//! A channel says what to send; this module sends it. Invariants: no redirect is
//! followed, no answer is read without end, nothing is sent to a private network unless
//! the setting says so, and no secret, address path or message text enters an error.

pub mod address;
pub mod http;
pub mod mail;
pub mod secret;
pub mod send;
pub mod settings;
pub mod text;
pub mod trouble;
