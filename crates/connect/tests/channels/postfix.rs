//! Mail through a Postfix of the test's own, into a mailbox of the test's own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use sellkeep_connect::channels::send;

use crate::{QUICK, channel, message, wire};

/// A Postfix with its own folders and port; it ends with the test.
struct Postfix {
    folder: tempfile::TempDir,
    port: u16,
}

impl Postfix {
    /// `None` where there is no Postfix, or where we are not root, which it needs.
    fn start() -> Option<Postfix> {
        let folder = tempfile::tempdir_in("/tmp").ok()?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .ok()?
            .local_addr()
            .ok()?
            .port();
        let script = include_str!("../peers/postfix.sh");
        let output = Command::new("sh")
            .args(["-c", script, "sh", "start"])
            .arg(folder.path())
            .arg(port.to_string())
            .output()
            .ok()?;
        if output.status.code() == Some(77) {
            println!("skipped: no Postfix, or not root (apt-get install postfix)");
            return None;
        }
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Some(Postfix { folder, port })
    }

    fn mails(&self) -> Vec<PathBuf> {
        let new = self.folder.path().join("mail/new");
        let entries = std::fs::read_dir(new).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let script = include_str!("../peers/postfix.sh");
        let _ = Command::new("sh")
            .args(["-c", script, "sh", "stop"])
            .arg(self.folder.path())
            .arg("0")
            .output();
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a mail")
}

#[tokio::test]
async fn a_mail_goes_through_postfix_into_a_mailbox() {
    let Some(postfix) = Postfix::start() else {
        return;
    };
    let settings = format!(
        "kind = 'smtp'\nhost = '127.0.0.1'\nport = {}\nsecurity = 'plain'\nfrom = 'watch@shop.example'\nto = ['owner@shop.example']",
        postfix.port
    );
    let channel = channel(&settings);
    let begun = Instant::now();
    send(&wire(), "one", channel.channel.as_ref(), &message(), QUICK)
        .await
        .expect("taken");
    while postfix.mails().is_empty() {
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "it never arrives"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    println!(
        "smtp through Postfix into the mailbox: {} ms",
        begun.elapsed().as_millis()
    );
    let mail = read(&postfix.mails()[0]);
    assert!(mail.contains("Subject: Act now: zebra title"), "{mail}");
    assert!(
        mail.contains("Message-ID: <0123abcd-1@shop.example>"),
        "{mail}"
    );
}
