//! What a seller prepares, proves and hands over, done on the real program by HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on ends"
)]
#![allow(dead_code, reason = "helpers of the console's tests, used in part")]

#[path = "../console/http.rs"]
mod http;
#[path = "../console/people.rs"]
mod people;
#[path = "../console/place.rs"]
mod place;
#[path = "../console/server.rs"]
mod server;

mod agency;
mod api;
mod contacts;
mod languages;
mod packets;
mod preparation;
mod shop;
mod sources;
