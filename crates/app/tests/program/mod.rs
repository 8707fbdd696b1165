//! Runs the built program in a folder of its own and reads what it says.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::expect_used, reason = "only tests use it")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// A mail that claims Amazon from elsewhere and asks for the password.
pub const FAKE: &str = "Received: from evil.example by mx.seller.example; Mon, 02 Mar 2026 10:00:00 +0000\r\nFrom: \"Amazon Seller Central\" <notice@amazon-verify.example>\r\nTo: seller@seller.example\r\nSubject: Your Amazon account is suspended\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <1@amazon-verify.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Confirm your password within 24 hours: <a href=\"https://amazon-verify.example/login\">https://sellercentral.amazon.com</a></p>\r\n";

/// A mail that claims nobody.
pub const PLAIN: &str = "Received: from friend.example by mx.seller.example; Mon, 02 Mar 2026 10:00:00 +0000\r\nFrom: Ann <ann@friend.example>\r\nTo: seller@seller.example\r\nSubject: Lunch\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <2@friend.example>\r\n\r\nSee you at noon.\r\n";

/// What one run said.
pub struct Said {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Said {
    /// The output as JSON lines.
    pub fn lines(&self) -> Vec<Value> {
        let line = |line| serde_json::from_str(line).expect("every line is a JSON object");
        self.out.lines().map(line).collect()
    }

    /// One field of every line, as text.
    pub fn each(&self, field: &str) -> Vec<String> {
        let text = |line: Value| line[field].as_str().unwrap_or_default().to_owned();
        self.lines().into_iter().map(text).collect()
    }
}

/// A folder that goes away with the test.
pub struct Place(tempfile::TempDir);

impl Place {
    /// An empty one.
    pub fn new() -> Place {
        Place(tempfile::tempdir().expect("a temporary folder"))
    }

    /// Writes a file; folders are made as needed.
    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("inside the folder")).expect("a folder");
        std::fs::write(&path, bytes).expect("a file");
        path
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs the program inside the folder.
    pub fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(arguments, b"")
    }

    /// Runs the program inside the folder with something on standard input.
    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Said {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sellkeep"))
            .args(arguments)
            .current_dir(self.path())
            .env("COLUMNS", "80")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("piped");
        let input = input.to_vec();
        // A program that fails early closes its input; that is for the test to see in the exit code.
        let feeder = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().expect("the program ends");
        feeder.join().expect("the input was given");
        Said {
            code: output.status.code().expect("the program was not killed"),
            out: String::from_utf8(output.stdout).expect("UTF-8"),
            err: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// `sellkeep check --json --dns none` and more.
    pub fn check(&self, more: &[&str]) -> Said {
        self.run(&[&["check", "--json", "--dns", "none"], more].concat())
    }
}
