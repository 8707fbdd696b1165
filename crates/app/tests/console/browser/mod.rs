//! Chromium, spoken to over its debugging pipe (`--remote-debugging-pipe`): JSON messages
//! that end with a zero byte. No port, no driver; it ends when the pipe does.

mod tab;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

pub use tab::{Look, Tab, Theme};

/// The version that tests/setup-browser installs.
const AXE: &str = "target/browser/axe-4.14.1.js";

/// A running browser with a profile of its own.
pub struct Browser {
    child: Child,
    send: ChildStdin,
    receive: BufReader<ChildStdout>,
    last: u64,
    /// What happened meanwhile, oldest first.
    events: Vec<Value>,
    _profile: TempDir,
}

impl Browser {
    /// A new browser, or `None` with a word where the machine has none.
    pub fn start() -> Option<Browser> {
        let Some(program) = program() else {
            println!("skipped: no Chromium (tests/setup-browser installs it)");
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        // The pipe is expected on the descriptors 3 and 4, which only a shell can lay there
        // without unsafe code.
        let mut child = Command::new("sh")
            .args([
                "-c",
                "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1",
            ])
            .arg(program)
            .args(["--headless=new", "--remote-debugging-pipe", "--no-sandbox"])
            .args(["--disable-gpu", "--no-first-run", "--hide-scrollbars"])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the browser starts");
        Some(Browser {
            send: child.stdin.take().expect("piped"),
            receive: BufReader::new(child.stdout.take().expect("piped")),
            child,
            last: 0,
            events: Vec::new(),
            _profile: profile,
        })
    }

    /// A new tab in a session of its own: no cookie of another one.
    pub fn tab(&mut self) -> Tab<'_> {
        let context = self.call(None, "Target.createBrowserContext", &json!({}));
        let context = context["browserContextId"].clone();
        let wish = json!({"url": "about:blank", "browserContextId": context});
        let target = self.call(None, "Target.createTarget", &wish)["targetId"].clone();
        let wish = json!({"targetId": target, "flatten": true});
        let session = self.call(None, "Target.attachToTarget", &wish);
        let session = session["sessionId"].as_str().expect("a session").to_owned();
        Tab::new(self, session)
    }

    /// Calls a method and waits for its result.
    fn call(&mut self, session: Option<&str>, method: &str, parameters: &Value) -> Value {
        self.last += 1;
        let id = self.last;
        let mut message = json!({"id": id, "method": method, "params": parameters});
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.send.write_all(&bytes).expect("the browser listens");
        self.send.flush().expect("the browser listens");
        loop {
            let said = self.receive();
            if said["id"] == id {
                let error = &said["error"];
                assert!(error.is_null(), "{method}: {error}");
                return said["result"].clone();
            }
            self.events.push(said);
        }
    }

    fn receive(&mut self) -> Value {
        let mut bytes = Vec::new();
        self.receive
            .read_until(0, &mut bytes)
            .expect("the browser speaks");
        assert_eq!(bytes.pop(), Some(0), "the browser is still there");
        serde_json::from_slice(&bytes).expect("the browser speaks JSON")
    }

    /// Waits until something happened; what happened before counts too.
    fn wait_for(&mut self, session: &str, method: &str) -> Value {
        let is_it = |said: &Value| said["method"] == method && said["sessionId"] == session;
        if let Some(at) = self.events.iter().position(is_it) {
            return self.events.remove(at);
        }
        loop {
            let said = self.receive();
            if is_it(&said) {
                return said;
            }
            self.events.push(said);
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let all = std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
    all.into_iter().find(|file| file.is_file())
}

/// The accessibility checker's script.
pub fn axe() -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let script = std::fs::read_to_string(root.join(AXE)).ok();
    if script.is_none() {
        println!("skipped: no axe-core (tests/setup-browser installs it)");
    }
    script
}
