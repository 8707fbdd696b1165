//! The hook receiver: marketplaces bring their notifications to `/hooks/<source>`.
//!
//! Outside of sign-in: the signature over the raw bytes is the only key, and nothing else
//! looks at a body before it holds. A good hook is stored before it is answered; a bad one is
//! answered 401 without a reason, and counted. Rate, size, time and memory are
//! limited. Not here: what a hook says (`sellkeep_connect`), what comes of it (`keep`).

mod add;
mod body;
mod check;
mod kinds;
mod receive;
mod settings;
mod tally;
mod trust;

pub use add::{HookKind, add};
pub use receive::{Receiver, router};
