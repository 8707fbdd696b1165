//! Servers that answer with nonsense, without end, or not at all: every fetch ends, in
//! bounded time and memory, with plain words.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sellkeep_connect::connector::{Connector, Trouble};
use sellkeep_connect::mailbox::{Mailbox, Settings};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::secret;

/// One answer to a command: its text, with `TAG` for the command's tag, and how often it is said.
type Script = fn(&str, usize) -> (String, usize);

struct Server {
    settings: Settings,
}

fn certificate() -> (String, Arc<ServerConfig>) {
    let folder = tempfile::tempdir().expect("a folder");
    super::dovecot::certify(folder.path());
    let read = |name: &str| std::fs::read(folder.path().join(name)).expect("made");
    let (certificate, key) = (read("cert.pem"), read("key.pem"));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(&certificate).expect("a certificate")],
            PrivateKeyDer::from_pem_slice(&key).expect("a key"),
        )
        .expect("a server");
    (
        String::from_utf8(certificate).expect("PEM"),
        Arc::new(config),
    )
}

/// A server that greets and then answers each command as the script says.
async fn server(greeting: &'static str, script: Script) -> Server {
    let (ca, config) = certificate();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = TlsAcceptor::from(Arc::clone(&config));
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else {
                    return;
                };
                let (near, mut far) = tokio::io::split(stream);
                let _ = far.write_all(greeting.as_bytes()).await;
                let mut lines = BufReader::new(near).lines();
                let mut number = 0;
                while let Ok(Some(line)) = lines.next_line().await {
                    number += 1;
                    let tag = line.split(' ').next().unwrap_or_default().to_owned();
                    let (text, times) = script(&line, number);
                    let text = text.replace("TAG", &tag);
                    for _ in 0..times {
                        if far.write_all(text.as_bytes()).await.is_err() {
                            return;
                        }
                    }
                    let _ = far.flush().await;
                }
            });
        }
    });
    let settings = Settings {
        host: "localhost".to_owned(),
        port,
        user: "mia".to_owned(),
        ca: Some(ca),
        oauth: None,
        folder: None,
    };
    Server { settings }
}

/// What honest servers say, so that a script need only say where it is not.
fn honest(line: &str) -> String {
    let command = line.split_once(' ').map_or("", |(_, rest)| rest);
    let says = match command.split(' ').next().unwrap_or_default() {
        "CAPABILITY" => "* CAPABILITY IMAP4rev1 IDLE\r\n",
        "LIST" => "* LIST () \"/\" INBOX\r\n",
        "EXAMINE" => "* OK [UIDVALIDITY 1] x\r\n* OK [UIDNEXT 4] x\r\n",
        "UID" if command.contains("SEARCH") => "* SEARCH 1 2 3\r\n",
        "UID" if command.contains("SIZE") => {
            "* 1 FETCH (UID 1 RFC822.SIZE 5)\r\n* 2 FETCH (UID 2 RFC822.SIZE 5)\r\n* 3 FETCH (UID 3 RFC822.SIZE 5)\r\n"
        }
        "UID" => "* 3 FETCH (UID 3 BODY[] {5}\r\nthree)\r\n",
        _ => "",
    };
    format!("{says}TAG OK done\r\n")
}

async fn fetch(greeting: &'static str, script: Script) -> Result<usize, Trouble> {
    let server = server(greeting, script).await;
    let mut mailbox = Mailbox::new(server.settings, secret("x")).expect("settings");
    let begin = Instant::now();
    let batch = tokio::time::timeout(Duration::from_secs(100), mailbox.fetch("")).await;
    let batch = batch.expect("it ends");
    assert!(begin.elapsed() < Duration::from_secs(90));
    batch.map(|batch| batch.records.len())
}

const HELLO: &str = "* OK hello\r\n";

#[tokio::test]
async fn the_script_itself_is_a_mailbox() {
    assert_eq!(fetch(HELLO, |line, _| (honest(line), 1)).await, Ok(1));
}

#[tokio::test]
async fn strange_greetings() {
    for (greeting, expected) in [
        (
            "* BYE too many\r\n",
            Trouble::Busy("it says goodbye at once"),
        ),
        (
            "220 mail.example ESMTP\r\n",
            Trouble::Strange("before the greeting"),
        ),
        (
            "HTTP/1.1 400 Bad Request\r\n\r\n",
            Trouble::Strange("before the greeting"),
        ),
    ] {
        assert_eq!(
            fetch(greeting, |line, _| (honest(line), 1)).await,
            Err(expected),
            "{greeting}"
        );
    }
}

#[tokio::test]
async fn answers_without_end() {
    // A literal of half a gigabyte, a line without end, answers without end, brackets without end.
    let cases: [(Script, &str); 5] = [
        (
            |line, _| {
                if line.contains("BODY.PEEK") {
                    ("* 3 FETCH (UID 3 BODY[] {536870912}\r\nx".to_owned(), 1)
                } else {
                    (honest(line), 1)
                }
            },
            "a text larger",
        ),
        (
            |line, _| {
                if line.contains("SEARCH") {
                    (format!("* SEARCH{}", " 12345678".repeat(200_000)), 1)
                } else {
                    (honest(line), 1)
                }
            },
            "a line without end",
        ),
        (
            |line, _| {
                if line.contains("LIST") {
                    ("* LIST () \"/\" x\r\n".repeat(100), 1_000_000)
                } else {
                    (honest(line), 1)
                }
            },
            "bytes",
        ),
        (
            |line, _| {
                if line.contains("SIZE") {
                    (
                        format!("* 1 FETCH (BODYSTRUCTURE {}", "(".repeat(9_000)),
                        100,
                    )
                } else {
                    (honest(line), 1)
                }
            },
            "brackets",
        ),
        (
            |line, _| {
                if line.contains("LOGIN") {
                    ("* OK still thinking\r\n".to_owned(), 10_000_000)
                } else {
                    (honest(line), 1)
                }
            },
            "bytes",
        ),
    ];
    for (script, says) in cases {
        let trouble = fetch(HELLO, script).await.expect_err(says);
        assert!(
            matches!(trouble, Trouble::TooMuch(_) | Trouble::Cut(_)),
            "{trouble}"
        );
        assert!(
            trouble.to_string().contains(says) || matches!(trouble, Trouble::Cut(_)),
            "{says}: {trouble}"
        );
    }
}

#[tokio::test]
async fn answers_about_something_else() {
    // Numbers that were not asked for, twice the same, sizes that lie, mails that are not there.
    let cases: [(Script, usize); 4] = [
        (
            |line, _| {
                if line.contains("BODY.PEEK") {
                    ("* 9 FETCH (UID 999 BODY[] {1}\r\nx)\r\n* 9 FETCH (BODY[] {1}\r\nx)\r\nTAG OK\r\n".to_owned(), 1)
                } else {
                    (honest(line), 1)
                }
            },
            0,
        ),
        (
            |line, _| {
                if line.contains("SEARCH") {
                    ("* SEARCH 0 7 4294967295\r\nTAG OK done\r\n".to_owned(), 1)
                } else {
                    (honest(line), 1)
                }
            },
            0,
        ),
        (
            |line, _| {
                if line.contains("BODY.PEEK") {
                    (
                        format!(
                            "{0}{0}{1}",
                            "* 3 FETCH (UID 3 BODY[] {5}\r\nthree)\r\n", "TAG OK done\r\n"
                        ),
                        1,
                    )
                } else {
                    (honest(line), 1)
                }
            },
            1,
        ),
        (
            |line, _| {
                if line.contains("BODY.PEEK") {
                    (
                        "* 3 FETCH (UID 3 BODY[] NIL)\r\nTAG OK done\r\n".to_owned(),
                        1,
                    )
                } else {
                    (honest(line), 1)
                }
            },
            0,
        ),
    ];
    for (number, (script, records)) in cases.into_iter().enumerate() {
        assert_eq!(fetch(HELLO, script).await, Ok(records), "case {number}");
    }
}

#[tokio::test]
async fn refusals_at_every_step() {
    let scripts: [Script; 4] = [
        |line, _| {
            if line.contains("LIST") {
                ("TAG NO\r\n".to_owned(), 1)
            } else {
                (honest(line), 1)
            }
        },
        |line, _| {
            if line.contains("EXAMINE") {
                ("TAG BAD\r\n".to_owned(), 1)
            } else {
                (honest(line), 1)
            }
        },
        |line, _| {
            if line.contains("SEARCH") {
                ("* BYE\r\n".to_owned(), 1)
            } else {
                (honest(line), 1)
            }
        },
        |line, _| {
            if line.contains("EXAMINE") {
                ("TAG OK\r\n".to_owned(), 1)
            } else {
                (honest(line), 1)
            }
        },
    ];
    for (number, script) in scripts.into_iter().enumerate() {
        assert!(fetch(HELLO, script).await.is_err(), "case {number}");
    }
    // One mail that is refused does not hold up the others.
    let script: Script = |line, _| {
        if line.contains("BODY.PEEK") && (line.contains("1:3") || line.contains("FETCH 2 ")) {
            ("TAG NO broken\r\n".to_owned(), 1)
        } else {
            (honest(line), 1)
        }
    };
    assert_eq!(fetch(HELLO, script).await, Ok(1));
}

/// A small generator, so that a failure can be repeated from its seed.
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

fn spoiled(text: &str, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=next(&mut state) % 3 {
        let place = usize::try_from(next(&mut state)).unwrap_or(0) % bytes.len().max(1);
        match next(&mut state) % 5 {
            0 => bytes.truncate(place),
            1 => bytes.insert(
                place,
                b"(){}\r\n\"\\* \0\xff"[usize::try_from(next(&mut state)).unwrap_or(0) % 12],
            ),
            2 => drop(bytes.get(place).copied().map(|_| bytes.remove(place))),
            3 => {
                if let Some(byte) = bytes.get_mut(place) {
                    *byte ^= 1 << (next(&mut state) % 8);
                }
            }
            _ => {
                let copy = bytes[place..].to_vec();
                bytes.extend(copy);
            }
        }
    }
    bytes
}

/// Answers that are spoiled at random, and then the connection ends: each fetch ends, none panics.
#[tokio::test]
async fn spoiled_answers_end() {
    let (ca, config) = certificate();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let rounds = 400;
    tokio::spawn(async move {
        let mut seed = 0;
        while let Ok((stream, _)) = listener.accept().await {
            seed += 1;
            let Ok(stream) = TlsAcceptor::from(Arc::clone(&config)).accept(stream).await else {
                continue;
            };
            tokio::spawn(async move {
                let (mut near, mut far) = tokio::io::split(stream);
                let _ = far.write_all(HELLO.as_bytes()).await;
                let mut command = vec![0; 4096];
                for step in 0..12 {
                    let Ok(came) = near.read(&mut command).await else {
                        return;
                    };
                    let line = String::from_utf8_lossy(&command[..came]).into_owned();
                    let tag = line.split(' ').next().unwrap_or_default().to_owned();
                    let answer = honest(&line).replace("TAG", &tag);
                    let spoil = step == seed % 7;
                    let bytes = if spoil {
                        spoiled(&answer, seed)
                    } else {
                        answer.into_bytes()
                    };
                    let _ = far.write_all(&bytes).await;
                    if spoil {
                        break;
                    }
                }
                let _ = far.shutdown().await;
            });
        }
    });
    let settings = Settings {
        host: "localhost".to_owned(),
        port,
        user: "mia".to_owned(),
        ca: Some(ca),
        oauth: None,
        folder: None,
    };
    let (mut fine, mut wrong) = (0, 0);
    for _ in 0..rounds {
        let mut mailbox = Mailbox::new(settings.clone(), secret("x")).expect("settings");
        let batch = tokio::time::timeout(Duration::from_secs(20), mailbox.fetch("")).await;
        match batch.expect("it ends") {
            Ok(_) => fine += 1,
            Err(_) => wrong += 1,
        }
    }
    println!("{rounds} spoiled talks: {fine} read all the same, {wrong} told as trouble");
    assert!(wrong > rounds / 4, "{wrong}");
}
