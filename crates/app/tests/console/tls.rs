//! TLS by the owner's own certificate, spoken to by OpenSSL.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::http::get;
use crate::place::Place;
use crate::server::Server;

const NAME: &str = "keep.example";

/// A certificate for the name, and its key.
fn certificate(folder: &Path, file: &str) {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
        ])
        .args([
            "-days",
            "2",
            "-subj",
            "/CN=keep.example",
            "-addext",
            "subjectAltName=DNS:keep.example",
        ])
        .args([
            "-keyout",
            &format!("{file}.key"),
            "-out",
            &format!("{file}.pem"),
        ])
        .current_dir(folder)
        .stderr(Stdio::null())
        .status()
        .expect("openssl, which tests/setup installs");
    assert!(made.success());
}

/// What the server answers to a request for a page.
fn asked(server: &Server, path: &str) -> String {
    let mut client = Command::new("openssl")
        .args([
            "s_client",
            "-quiet",
            "-verify_return_error",
            "-CAfile",
            "own.pem",
        ])
        .args([
            "-servername",
            NAME,
            "-verify_hostname",
            NAME,
            "-connect",
            &server.at.to_string(),
        ])
        .current_dir(server.place.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl");
    let request = format!("GET {path} HTTP/1.1\r\nhost: {NAME}\r\nconnection: close\r\n\r\n");
    let mut writer = client.stdin.take().expect("piped");
    writer.write_all(request.as_bytes()).expect("it listens");
    let answer = client.wait_with_output().expect("it ends");
    drop(writer);
    String::from_utf8_lossy(&answer.stdout).into_owned()
}

#[test]
fn pages_come_over_tls_with_cookies_that_stay_there() {
    let place = Place::new();
    certificate(place.path(), "own");
    let options = [
        "--tls-certificate",
        "own.pem",
        "--tls-key",
        "own.key",
        "--address",
        "https://keep.example",
    ];
    let server = Server::start(place, &options);
    // Somebody who connects and says nothing holds up nobody.
    let _silent: Vec<TcpStream> = (0..20)
        .map(|_| TcpStream::connect(server.at).expect("it listens"))
        .collect();
    let page = asked(&server, "/sign-in");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    let head = page
        .split("\r\n\r\n")
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    assert!(head.contains("set-cookie: __host-sellkeep="), "{head}");
    assert!(
        head.contains("; secure") && head.contains("strict-transport-security:"),
        "{head}"
    );
    let mut plain = get("/sign-in").with("host", NAME).open(server.at);
    let mut answer = Vec::new();
    // Whether it ends in an error or in silence: no page comes without TLS.
    plain.read_to_end(&mut answer).ok();
    assert!(!answer.starts_with(b"HTTP/"), "{answer:?}");
}

#[test]
fn a_key_of_another_certificate_is_refused_in_words() {
    let place = Place::new();
    certificate(place.path(), "own");
    certificate(place.path(), "other");
    let said = |more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_sellkeep"))
            .args([
                "serve",
                "--data",
                "data",
                "--dns",
                "none",
                "--listen",
                "127.0.0.1:0",
            ])
            .args(more)
            .current_dir(place.path())
            .output()
            .expect("the program runs");
        assert!(!output.status.success(), "{more:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let pair = ["--tls-certificate", "own.pem", "--tls-key"];
    let named = ["--address", "https://keep.example"];
    let other = said(&[&pair[..], &["other.key"], &named].concat());
    assert!(other.contains("do not belong together"), "{other}");
    let missing = said(&[&pair[..], &["nothing.key"], &named].concat());
    assert!(missing.contains("nothing.key"), "{missing}");
    let plain = said(&[&pair[..], &["own.key", "--address", "http://keep.example"]].concat());
    assert!(plain.contains("https://"), "{plain}");
}
