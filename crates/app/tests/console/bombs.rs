//! Uploads that are built to exhaust us: each is refused or judged, and the next visitor
//! is served as if nothing had been.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::http::{Answer, Request, get};
use crate::people::Person;
use crate::server::Server;

/// Memory that the server may hold after everything, far below what the bombs unpack to.
const RESIDENT_KB_MAX: u64 = 600 * 1024;

const HEAD: &str = "From: Amazon <a@amazon-verify.example>\r\nSubject: Your account\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n";

fn upload(server: &Server, person: &Person, file: &[u8], name: &str) -> Answer {
    let mut body = format!(
        "--console-form\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--console-form\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: message/rfc822\r\n\r\n",
        person.csrf
    )
    .into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--console-form--\r\n");
    let request = Request::new("POST", "/check")
        .with("content-type", "multipart/form-data; boundary=console-form")
        .carrying(body);
    server.asked_by(person, request)
}

fn mail_with(kind: &str, content: &[u8]) -> Vec<u8> {
    let mut mail = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: {kind}\r\nContent-Disposition: attachment; filename=\"../../etc/cron.d/{}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n",
        kind.replace('/', ".")
    );
    for line in STANDARD.encode(content).as_bytes().chunks(76) {
        let _ = write!(mail, "{}\r\n", String::from_utf8_lossy(line));
    }
    mail.push_str("--x--\r\n");
    mail.into_bytes()
}

/// A PNG of 65,535 by 65,535 points in a few bytes: 17 GB once unpacked.
fn huge_picture() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(
        &mut png,
        *b"IHDR",
        &[0, 0, 255, 255, 0, 0, 255, 255, 8, 6, 0, 0, 0],
    );
    // An empty stream: the size alone is what is claimed.
    chunk(&mut png, *b"IDAT", &[0x78, 0x9c, 0x63, 0, 0, 0, 1, 0, 1]);
    chunk(&mut png, *b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, name: [u8; 4], content: &[u8]) {
    let length = u32::try_from(content.len()).unwrap();
    png.extend_from_slice(&length.to_be_bytes());
    let begin = png.len();
    png.extend_from_slice(&name);
    png.extend_from_slice(content);
    let sum = crc(&png[begin..]);
    png.extend_from_slice(&sum.to_be_bytes());
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |mut sum: u32, byte: &u8| {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 {
                sum >> 1 ^ 0xedb8_8320
            } else {
                sum >> 1
            };
        }
        sum
    };
    !bytes.iter().fold(u32::MAX, step)
}

/// A mail within a mail within a mail.
fn nested(depth: usize) -> Vec<u8> {
    let mut mail = String::new();
    for level in 0..depth {
        let _ = write!(
            mail,
            "{HEAD}Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\nContent-Type: message/rfc822\r\n\r\n"
        );
    }
    mail.into_bytes()
}

fn laughs() -> Vec<u8> {
    let mut xml = String::from("<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a0 \"ha\">");
    for level in 1..40 {
        let entity = format!("&a{};", level - 1).repeat(10);
        let _ = write!(xml, "<!ENTITY a{level} \"{entity}\">");
    }
    xml.push_str("]><svg xmlns=\"http://www.w3.org/2000/svg\"><text>&a39;</text></svg>");
    xml.into_bytes()
}

/// Zeros that pack a thousandfold (RFC 1951), in a ZIP's frame.
fn zipped_zeros() -> Vec<u8> {
    let mut zip =
        b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\x10\0\xff\xff\xff\xff\x05\0\0\0a.eml"
            .to_vec();
    zip.extend(std::iter::repeat_n(0, 1 << 20));
    zip
}

#[test]
fn bombs_are_judged_or_refused_and_the_next_visitor_is_served() {
    let server = Server::empty();
    let owner = server.owner();
    let html = format!(
        "{HEAD}Content-Type: text/html\r\n\r\n{}",
        "<div>".repeat(400_000)
    );
    let fields = format!("{}{}\r\nhello", HEAD, "X-Note: y\r\n".repeat(200_000));
    let parts = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=x\r\n\r\n{}",
        "--x\r\nContent-Type: text/plain\r\n\r\nhi\r\n".repeat(100_000)
    );
    let references = format!(
        "{HEAD}Content-Type: text/html\r\n\r\n<p>{}",
        "&#x41;".repeat(500_000)
    );
    let bombs: Vec<(&str, Vec<u8>)> = vec![
        ("a mail in a mail", nested(5_000)),
        ("deep HTML", html.into_bytes()),
        ("many header fields", fields.into_bytes()),
        ("many parts", parts.into_bytes()),
        ("many references", references.into_bytes()),
        ("a huge picture", mail_with("image/png", &huge_picture())),
        ("a billion laughs", mail_with("image/svg+xml", &laughs())),
        (
            "a packed file",
            mail_with("application/zip", &zipped_zeros()),
        ),
        ("a packed file alone", zipped_zeros()),
        (
            "an Outlook file of zeros",
            [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], &vec![0; 1 << 20]].concat(),
        ),
        (
            "one endless line",
            [HEAD.as_bytes(), b"\r\n", &vec![b'a'; 30 << 20]].concat(),
        ),
        ("nothing but zeros", vec![0; 8 << 20]),
    ];
    for (name, bomb) in bombs {
        let answer = upload(&server, &owner, &bomb, "mail.eml");
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
        assert!(
            answer.text().contains("class=\"verdict"),
            "{name} has no verdict"
        );
        assert!(
            answer.body.len() < 400_000,
            "{name}: a page of {} bytes",
            answer.body.len()
        );
        assert_eq!(
            server.asked_by(&owner, get("/")).status,
            200,
            "after {name}"
        );
    }
    if let Some(resident) = server.resident_kb() {
        println!("after all bombs: {} MB resident", resident / 1024);
        assert!(resident < RESIDENT_KB_MAX, "{resident} KB are held");
    }
}

#[test]
fn a_body_beyond_the_limit_is_refused() {
    let server = Server::empty();
    let owner = server.owner();
    let answer = upload(&server, &owner, &vec![b'a'; 60 << 20], "mail.eml");
    assert_eq!(answer.status, 413);
    assert!(answer.text().contains("too large"), "{}", answer.text());
    let body = format!("csrf={}&title={}", owner.csrf, "x".repeat(1 << 20));
    let form = Request::new("POST", "/incidents")
        .with("content-type", "application/x-www-form-urlencoded")
        .carrying(body);
    assert_eq!(server.asked_by(&owner, form).status, 413);
    assert_eq!(server.asked_by(&owner, get("/")).status, 200);
}

#[test]
fn what_a_stranger_sends_is_not_even_read() {
    let server = Server::empty();
    server.owner();
    // The answer comes though the body never does.
    let request = Request::new("POST", "/api/check")
        .with("content-length", "60000000")
        .with("x-forwarded-for", "192.0.2.7");
    assert_eq!(server.ask(request).status, 401);
    let request = Request::new("POST", "/settings").with("content-length", "60000000");
    assert_eq!(server.ask(request).status, 303);
}

#[test]
fn a_form_of_many_parts_is_read_only_so_far() {
    let server = Server::empty();
    let owner = server.owner();
    let parts = "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nx\r\n".repeat(100_000);
    let body = format!(
        "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n{parts}--b--\r\n",
        owner.csrf
    );
    let request = Request::new("POST", "/check")
        .with("content-type", "multipart/form-data; boundary=b")
        .carrying(body);
    assert_eq!(server.asked_by(&owner, request).status, 200);
}
