//! Mail to a real SMTP server (aiosmtpd) on loopback: TLS, STARTTLS, login, failures.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use sellkeep_connect::channels::{Patience, SendError, Trouble, Wire, parse, send};
use sellkeep_model::{AlertLevel, MessageState};

use crate::{QUICK, channel, message, wire};

/// A running server; it ends with the test.
pub struct Server {
    child: Child,
    lines: BufReader<ChildStdout>,
    pub port: u16,
}

impl Server {
    /// `None` where Python has no aiosmtpd; then the test says so.
    pub fn start(mode: &str, authority: Option<&Authority>) -> Option<Server> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/smtp.py");
        let mut command = Command::new("/usr/bin/python3");
        command
            .arg(script)
            .arg(mode)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if let Some(authority) = authority {
            command
                .arg(authority.path("leaf.pem"))
                .arg(authority.path("leaf.key"));
        }
        let mut child = command.spawn().ok()?;
        let mut lines = BufReader::new(child.stdout.take()?);
        let mut first = String::new();
        lines.read_line(&mut first).ok()?;
        let Ok(port) = first.trim().parse() else {
            let _ = child.wait();
            assert!(
                std::env::var_os("CI").is_none(),
                "the test server does not start"
            );
            println!("skipped: no aiosmtpd (apt-get install python3-aiosmtpd)");
            return None;
        };
        Some(Server { child, lines, port })
    }

    /// The next mail that it took.
    fn mail(&mut self) -> serde_json::Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line");
        serde_json::from_str(&line).expect("a mail")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An authority of the test's own, and a certificate for `localhost`.
pub struct Authority(tempfile::TempDir);

impl Authority {
    pub fn new() -> Authority {
        let folder = tempfile::tempdir().expect("a folder");
        let script = "set -e; cd \"$1\"
            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout ca.key -out ca.pem -subj /CN=test-authority 2>/dev/null
            openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout leaf.key -out leaf.csr -subj /CN=localhost 2>/dev/null
            printf 'subjectAltName=DNS:localhost\\nbasicConstraints=CA:FALSE\\n' > ext
            openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out leaf.pem 2>/dev/null";
        let status = Command::new("sh")
            .args(["-c", script, "sh"])
            .arg(folder.path())
            .status();
        assert!(status.expect("openssl").success());
        Authority(folder)
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }
}

fn settings(port: u16, more: &str) -> String {
    format!(
        "kind = 'smtp'\nhost = 'localhost'\nport = {port}\nfrom = 'Sellkeep <watch@shop.example>'\nallow_private = true\n{more}"
    )
}

async fn sent(settings: &str) -> Result<u32, SendError> {
    let channel = channel(settings);
    let receipt = send(&wire(), "one", channel.channel.as_ref(), &message(), QUICK).await;
    receipt.map(|receipt| receipt.tries)
}

#[tokio::test]
async fn a_mail_arrives_whole() {
    let Some(mut server) = Server::start("plain", None) else {
        return;
    };
    let settings = settings(
        server.port,
        "security = 'plain'\nto = ['a@shop.example', 'b@shop.example']",
    );
    assert_eq!(sent(&settings).await, Ok(1));
    let mails = [server.mail(), server.mail()];
    assert_eq!(mails[0]["to"], serde_json::json!(["a@shop.example"]));
    assert_eq!(mails[1]["to"], serde_json::json!(["b@shop.example"]));
    let content = mails[0]["content"].as_str().expect("content");
    for part in [
        "Subject: Act now: zebra title",
        "Message-ID: <0123abcd-1@shop.example>",
        "In-Reply-To: <0123abcd@shop.example>",
        "References: <0123abcd@shop.example>",
        "Auto-Submitted: auto-generated",
        "Importance: high",
        "multipart/alternative",
    ] {
        assert!(content.contains(part), "{part} is not in:\n{content}");
    }
    let text = mails[0]["parts"]["text/plain"].as_str().expect("text");
    let text = text.replace("\r\n", "\n");
    assert!(text.contains("What: zebra text\nTime left: 3 h"), "{text}");
    assert!(text.contains("Not me: https://sellkeep.example/alerts/0123abcd#not-me"));
    let html = mails[0]["parts"]["text/html"].as_str().expect("html");
    assert!(html.contains("<strong>What:</strong> zebra text"), "{html}");
    assert!(html.contains("<a href=\"https://sellkeep.example/alerts/0123abcd\">"));
    assert!(
        !content.contains("b@shop.example"),
        "no recipient learns of another"
    );
}

#[tokio::test]
async fn tls_and_starttls_check_the_certificate() {
    let authority = Authority::new();
    let ca = format!(
        "ca_file = '{}'\nto = ['a@shop.example']",
        authority.path("ca.pem").display()
    );
    for mode in ["tls", "starttls"] {
        let Some(mut server) = Server::start(mode, Some(&authority)) else {
            return;
        };
        let security = format!("security = '{mode}'\n");
        let good = settings(server.port, &format!("{security}{ca}"));
        assert_eq!(sent(&good).await, Ok(1), "{mode}");
        assert_eq!(server.mail()["tls"], true);
        let stranger = settings(server.port, &format!("{security}to = ['a@shop.example']"));
        let error = sent(&stranger).await.expect_err("an unknown authority");
        assert!(error.to_string().contains("certificate"), "{mode}: {error}");
        assert_eq!(error.tries, 1);
    }
}

#[tokio::test]
async fn nothing_is_sent_where_starttls_is_missing() {
    let Some(server) = Server::start("plain", None) else {
        return;
    };
    let settings = settings(
        server.port,
        "security = 'starttls'\nuser = 'seller'\npassword = 's3cret-word'\nto = ['a@shop.example']",
    );
    let error = sent(&settings).await.expect_err("no TLS");
    assert!(error.to_string().contains("it offers no TLS"), "{error}");
}

#[tokio::test]
async fn user_and_password_are_used_and_a_wrong_one_is_said_so() {
    let authority = Authority::new();
    let Some(mut server) = Server::start("login", Some(&authority)) else {
        return;
    };
    let with = |password: &str| {
        let ca = authority.path("ca.pem");
        settings(
            server.port,
            &format!(
                "security = 'starttls'\nca_file = '{}'\nuser = 'seller'\npassword = '{password}'\nto = ['a@shop.example']",
                ca.display()
            ),
        )
    };
    let (right, wrong) = (with("s3cret-word"), with("wr0ng-word"));
    let error = sent(&wrong).await.expect_err("a wrong password");
    assert!(
        error
            .to_string()
            .contains("user or password was not accepted"),
        "{error}"
    );
    assert!(!format!("{error:?}").contains("wr0ng-word"));
    assert_eq!(error.tries, 1);
    assert_eq!(sent(&right).await, Ok(1));
    assert_eq!(server.mail()["login"], true);
}

#[tokio::test]
async fn a_grey_list_is_waited_for() {
    let Some(mut server) = Server::start("later", None) else {
        return;
    };
    let settings = settings(
        server.port,
        "security = 'plain'\nto = ['a@shop.example', 'b@shop.example']",
    );
    assert_eq!(sent(&settings).await, Ok(2));
    // The second recipient was served on the first try, and is not served again.
    assert_eq!(server.mail()["to"], serde_json::json!(["b@shop.example"]));
    assert_eq!(server.mail()["to"], serde_json::json!(["a@shop.example"]));
}

#[tokio::test]
async fn one_wrong_address_silences_nobody() {
    let Some(mut server) = Server::start("refuse", None) else {
        return;
    };
    let settings = settings(
        server.port,
        "security = 'plain'\nto = ['wrong@shop.example', 'b@shop.example']",
    );
    let error = sent(&settings).await.expect_err("one is refused");
    assert_eq!(error.tries, 1);
    assert!(
        error.to_string().contains("Check `from` and `to`"),
        "{error}"
    );
    assert!(!error.to_string().contains("shop.example"), "{error}");
    assert_eq!(server.mail()["to"], serde_json::json!(["b@shop.example"]));
}

#[tokio::test]
async fn a_silent_server_is_not_waited_for() {
    let Some(server) = Server::start("silent", None) else {
        return;
    };
    let channel = channel(&settings(
        server.port,
        "security = 'plain'\nto = ['a@shop.example']",
    ));
    let wire = Wire::new(Duration::from_millis(200)).expect("a wire");
    let patience = Patience { tries: 2, ..QUICK };
    let begun = Instant::now();
    let sent = send(&wire, "one", channel.channel.as_ref(), &message(), patience).await;
    let error = sent.expect_err("silent");
    assert!(matches!(error.trouble, Trouble::Slow { .. }), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn plain_and_private_are_for_this_machine_only() {
    let private =
        "kind='smtp'\nhost='localhost'\nfrom='a@b.example'\nto=['a@b.example']\nsecurity='tls'";
    let error = sent(private).await.expect_err("private");
    assert!(error.to_string().contains("allow_private"), "{error}");
    let plain =
        "kind='smtp'\nhost='1.1.1.1'\nfrom='a@b.example'\nto=['a@b.example']\nsecurity='plain'";
    let error = sent(plain).await.expect_err("plain to elsewhere");
    assert!(
        error.to_string().contains("only this very machine"),
        "{error}"
    );
}

#[tokio::test]
async fn a_title_cannot_add_a_header() {
    let Some(mut server) = Server::start("plain", None) else {
        return;
    };
    let channel = channel(&settings(
        server.port,
        "security = 'plain'\nto = ['a@shop.example']",
    ));
    let mut message = message();
    message.title = "x\r\nBcc: evil@evil.example\r\n\r\nbody".to_owned();
    (message.state, message.level) = (MessageState::Resolved, AlertLevel::ActNow);
    let _ = send(&wire(), "one", channel.channel.as_ref(), &message, QUICK).await;
    let mail = server.mail();
    let content = mail["content"].as_str().expect("content");
    assert!(
        !content.lines().any(|line| line.starts_with("Bcc")),
        "{content}"
    );
    assert!(
        !content.contains("Importance"),
        "what is over is not important"
    );
    assert_eq!(mail["to"], serde_json::json!(["a@shop.example"]));
}

#[test]
fn mistakes_of_the_settings_are_named() {
    for (more, says) in [
        ("to = []", "one to twenty"),
        ("to = ['nobody']", "no mail address"),
        ("to = ['a@b.example']\nuser = 'u'", "belong together"),
        (
            "to = ['a@b.example']\nca_file = '/no/such'",
            "cannot be read",
        ),
        ("to = ['a@b.example']\nsecurity = 'none'", "unknown variant"),
    ] {
        let text = format!("[[channel]]\nname='one'\n{}", settings(25, more));
        let error = parse(&text).err().expect("a mistake").to_string();
        assert!(error.contains(says), "{error}");
    }
}

#[tokio::test]
async fn it_arrives_at_once() {
    let Some(mut server) = Server::start("plain", None) else {
        return;
    };
    let channel = channel(&settings(
        server.port,
        "security = 'plain'\nto = ['a@shop.example']",
    ));
    let wire = wire();
    let mut micros = Vec::new();
    for _ in 0..20 {
        let begun = Instant::now();
        send(&wire, "one", channel.channel.as_ref(), &message(), QUICK)
            .await
            .expect("sent");
        server.mail();
        micros.push(begun.elapsed().as_micros());
    }
    micros.sort_unstable();
    println!("smtp: median {} µs, slowest {} µs", micros[10], micros[19]);
    assert!(micros[10] < 1_000_000);
}
