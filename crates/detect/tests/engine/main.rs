//! The engine with state, from outside: what each kind of rule finds, in whatever order
//! events come, however many they are.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on ends"
)]

mod blocks;
mod flood;
mod kit;
mod life;
mod order;
mod states;
