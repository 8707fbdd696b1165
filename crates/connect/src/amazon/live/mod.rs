//! Amazon live: the client, the plan of what to ask next, and the source that joins them.
//!
//! Reads only. Invariants: a call that moves money or changes anything cannot be made (see
//! [`operation`] and decision 0012); no buyer's data and no restricted token is asked for;
//! no secret, address or name is in an error, a log line or a `Debug`.
//! Not here: what stands in an answer (the pure readers beside this folder).

mod answer;
mod budget;
mod clock;
mod gate;
mod grant;
pub mod operation;
pub mod plan;
mod probe;
mod question;
mod region;
mod report;
mod scrub;
mod settings;
mod source;
pub(in crate::amazon) mod wire;

pub use answer::{Answer, Meaning};
pub use clock::{Clock, SystemClock};
pub use gate::{Access, Asked, Gate};
pub use grant::{Grant, NoToken};
pub use probe::{Finding, Sight, probe};
pub use question::{Question, Report};
pub use region::{Region, STORES, Store, find};
pub use settings::Settings;
pub use source::Amazon;
