//! How heavy pages are on the wire, and how much memory the server holds at rest.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::http::get;
use crate::routes::full;
use crate::server::Server;
use crate::site::Site;

/// What a phone on a bad line loads in a second.
const PACKED_BYTES_MAX: usize = 60_000;

fn packed(bytes: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap().len()
}

#[test]
fn every_page_with_all_it_loads_is_light() {
    let (server, owner) = full();
    let extras = ["/console.css", "/console.js", "/icon.svg"];
    let extras: usize = extras
        .iter()
        .map(|path| packed(&server.ask(get(path)).body))
        .sum();
    let mut weights: Vec<(usize, String)> = Site::of(&server, &owner)
        .pages
        .into_iter()
        .map(|(address, text)| (packed(text.as_bytes()) + extras, address))
        .collect();
    weights.sort();
    let (heaviest, address) = weights.last().unwrap();
    println!(
        "{} pages, the heaviest is {address} with {heaviest} bytes compressed, {extras} of them style, script and icon",
        weights.len()
    );
    for (weight, address) in &weights {
        assert!(
            *weight <= PACKED_BYTES_MAX,
            "{address}: {weight} bytes compressed"
        );
    }
}

#[test]
fn memory_at_rest_is_told() {
    let server = Server::empty();
    let before = server.resident_kb();
    let owner = server.owner();
    assert_eq!(server.asked_by(&owner, get("/")).status, 200);
    if let (Some(before), Some(after)) = (before, server.resident_kb()) {
        println!(
            "resident: {} MB after the start, {} MB after somebody came in",
            before / 1024,
            after / 1024
        );
    }
}
