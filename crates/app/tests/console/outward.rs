//! Ways out to people must not lead into the network that we run in (server-side request
//! forgery): nothing is sent to this machine or a private network unless the operator says so.

use std::net::TcpListener;
use std::process::Command;

use crate::place::Place;

/// The program's answer to a channels file: whether it was taken, and what it says.
fn tried(settings: &str) -> (bool, String) {
    let place = Place::new();
    let file = format!("[[channel]]\nname = \"out\"\n{settings}\n");
    std::fs::write(place.path().join("channels.toml"), file).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_sellkeep"))
        .args(["channels", "test"])
        .current_dir(place.path())
        .output()
        .expect("the program runs");
    let mut says = String::from_utf8_lossy(&output.stdout).into_owned();
    says.push_str(&String::from_utf8_lossy(&output.stderr));
    (output.status.success(), says)
}

/// Names of this machine and of private networks, as an attacker writes them.
fn inward(port: u16) -> Vec<String> {
    let hosts = [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "localhost",
        "0.0.0.0",
        "169.254.169.254",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:a9fe:a9fe]",
    ];
    hosts.iter().map(|host| format!("{host}:{port}")).collect()
}

#[test]
fn no_webhook_and_no_apprise_server_leads_inward() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    for host in inward(port) {
        for scheme in ["https", "http"] {
            let url = format!("{scheme}://{host}/hook");
            for settings in [
                format!("kind = \"webhook\"\nurl = \"{url}\"\nsecret = \"{secret}\""),
                format!("kind = \"apprise\"\nserver = \"{url}\"\nkey = \"sellers\""),
                format!("kind = \"gotify\"\nserver = \"{url}\"\ntoken = \"t\""),
                format!("kind = \"ntfy\"\nserver = \"{url}\"\ntopic = \"t\""),
            ] {
                let (taken, says) = tried(&settings);
                assert!(!taken, "{settings}: {says}");
                let word = says.contains("private network") || says.contains("https://");
                assert!(word, "{settings}: {says}");
                assert!(!says.contains("whsec_Mf"), "a secret is shown: {says}");
            }
        }
    }
    let nobody = listener.accept().map(drop);
    assert!(nobody.is_err(), "somebody was talked to");
}

#[test]
fn the_operator_may_allow_the_own_network() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let asked = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().expect("somebody comes");
        let mut bytes = [0; 4096];
        let read = stream.read(&mut bytes).unwrap();
        let answer = "HTTP/1.1 204 No Content\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        stream.write_all(answer.as_bytes()).unwrap();
        String::from_utf8_lossy(&bytes[..read]).into_owned()
    });
    let (taken, says) = tried(&format!(
        "kind = \"webhook\"\nurl = \"http://127.0.0.1:{port}/hook\"\nsecret = \"{secret}\"\nallow_private = true"
    ));
    assert!(taken, "{says}");
    assert!(asked.join().unwrap().starts_with("POST /hook"));
}
