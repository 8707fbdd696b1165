//! One message → evidence, verdict, red flags.
//!
//! Pure: DNS answers and time are arguments. Whatever bytes arrive, an
//! examination ends with a verdict and its reasons; there is no error to return.

mod advice;
pub mod authentication;
mod caution;
mod claims;
pub mod content;
mod decide;
mod examine;
mod explain;
mod facts;
mod flags;
mod headers;
mod hops;
mod hosts;
pub mod mailbox_rules;
pub mod names;
pub mod notices;
pub mod printable;
mod proof;
mod recipient;
pub mod sender;

pub use advice::FORWARD_AS_ATTACHMENT;
pub use examine::{Examiner, Record};
pub use explain::{Explanation, explain, explanations};
pub use headers::{Header, Headers};
pub use recipient::Recipient;
