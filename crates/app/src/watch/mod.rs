//! From records to alerts: the one path that `replay`, `drill`, `backtest` and `serve` share.

pub mod accounts;
pub mod deliver;
pub mod flow;
pub mod history;
pub mod lines;

pub use flow::{Flow, Seat, Taken};
