//! One folder per source, one file per way out.
//!
//! Reading is pure: [`read`] takes a record as it was stored and says what stands in it.
//! Talking to the world (clients, receivers, channels) lies beside it, in files of its own.

pub mod amazon;
pub mod channels;
pub mod connector;
pub mod deadman;
pub mod ebay;
pub mod etsy;
pub mod generic;
pub mod hook;
pub mod jmap;
pub mod mailbox;
pub mod managesieve;
mod money;
pub mod paypal;
pub mod person;
mod place;
mod read;
pub mod shopify;
pub mod smtp;
pub mod square;
pub mod stripe;
mod told;
pub mod upload;
pub mod walmart;

pub use read::{READERS, Reader, read};
