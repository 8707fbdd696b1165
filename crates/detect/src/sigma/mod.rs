//! Sigma 2.1: patterns over a single event.
//!
//! A pattern is read once and then only matched. It works on anything that can be
//! looked up by name ([`Lookup`]): our typed events, or plain JSON. What it cannot
//! do as the specification says is refused when it is read, never ignored.

mod datum;

pub use datum::{Datum, Lookup};
