//! Sigma 2.1: patterns over a single event.
//!
//! A pattern is read once and then only matched. It works on anything that can be
//! looked up by name ([`Lookup`]): our typed events, or plain JSON. What it cannot
//! do as the specification says is refused when it is read, never ignored; why each
//! unclear place is read as it is stands in `docs/decisions/0008-sigma.md`.
//! Correlations are read here and evaluated with the rest of the state (`evaluate`).

mod condition;
mod correlation;
mod datum;
mod document;
mod encode;
mod filter;
mod item;
mod json;
mod modifiers;
mod network;
mod pattern;
mod text;
mod time;
mod value;

pub use correlation::{Figure, SigmaCorrelation, SigmaGroup, length};
pub use datum::{Datum, Lookup};
pub use document::{Detection, Document, documents, read};
pub use filter::Filter;
pub use json::{JsonEvent, JsonName};
pub use pattern::{Matcher, Pattern};

pub(crate) use item::Item;

/// Why a Sigma document is refused.
pub type Refusal = String;
