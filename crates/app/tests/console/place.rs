//! A data folder: empty, or filled by the program's own simulation with a takeover,
//! a fake mail, a silent source, and an account of somebody else.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use jiff::{SignedDuration, Timestamp};
use sellkeep_store::{KeySource, Source, Store, Tenant, Versioned};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The tenant whose people and data most tests look at.
pub const OURS: &str = "default";
/// Another tenant on the same machine.
pub const RIVAL: &str = "rival";
/// The account of the other tenant; no page of ours may show it.
pub const RIVAL_ACCOUNT: &str = "rival-shop";
/// Ours that was taken over.
pub const ACCOUNT: &str = "seller-00000";
/// Days of life, the last of them tomorrow, of which nothing is known yet: the takeover
/// was two days ago, so that its hold still runs at every hour of the day.
const DAYS: i64 = 10;

/// A mail that claims Amazon from elsewhere and asks for the password.
pub const FAKE: &str = "Received: from evil.example by mx.seller.example; Mon, 02 Mar 2026 10:00:00 +0000\r\nFrom: \"Amazon Seller Central\" <notice@amazon-verify.example>\r\nTo: seller@seller.example\r\nSubject: Your Amazon account is suspended\r\nDate: Mon, 02 Mar 2026 10:00:00 +0000\r\nMessage-ID: <1@amazon-verify.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Confirm your password within 24 hours: <a href=\"https://amazon-verify.example/login\">https://sellercentral.amazon.com</a></p>\r\n";

/// A folder that goes away with the test.
pub struct Place {
    path: PathBuf,
    /// Removes the folder in the end; none for the model, which the next run makes anew.
    _goes: Option<TempDir>,
}

impl Place {
    /// An empty one.
    pub fn new() -> Place {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Place {
            path: folder.path().to_owned(),
            _goes: Some(folder),
        }
    }

    fn model() -> Place {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("console");
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a folder");
        Place { path, _goes: None }
    }

    /// A copy of the filled one, which is made once for all tests.
    pub fn filled() -> Place {
        static MODEL: OnceLock<Place> = OnceLock::new();
        let model = MODEL.get_or_init(fill);
        let place = Place::new();
        let data = place.path().join("data");
        std::fs::create_dir(&data).unwrap();
        for file in std::fs::read_dir(model.path().join("data")).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), data.join(file.file_name())).unwrap();
        }
        place
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs the program inside it and returns its output.
    pub fn run(&self, arguments: &[&str]) -> Vec<u8> {
        let output = Command::new(env!("CARGO_BIN_EXE_sellkeep"))
            .args(arguments)
            .current_dir(self.path())
            .stdin(Stdio::null())
            .output()
            .expect("the program runs");
        let trouble = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {trouble}");
        output.stdout
    }

    /// Does something with the store beside the running program.
    pub fn with_store<T>(&self, deed: impl AsyncFnOnce(&Store) -> T) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build().unwrap();
        let data = self.path().join("data");
        std::fs::create_dir_all(&data).unwrap();
        runtime.block_on(async {
            let address = data.join("sellkeep.db").display().to_string();
            let key = KeySource::File(data.join("master.key"));
            let store = Store::open(&address, &key).await.unwrap();
            let done = deed(&store).await;
            store.close().await;
            done
        })
    }
}

fn fill() -> Place {
    let place = Place::model();
    let begin = (Timestamp::now() - SignedDuration::from_hours(24 * (DAYS - 2))).to_string();
    let days = DAYS.to_string();
    let lines = place.run(&[
        "simulate",
        "--accounts",
        "2",
        "--days",
        &days,
        "--seed",
        "3",
        "--begin",
        &begin[..10],
        "--attack",
        "payout-switch",
        "--accounts-file",
        "a.json",
        "--zone-file",
        "z.json",
    ]);
    let now = Timestamp::now();
    let mut lines = known_by(now, &String::from_utf8(lines).unwrap());
    for account in [ACCOUNT, RIVAL_ACCOUNT] {
        let record = json!({"at": now, "account": account, "source": "mailbox", "eml": FAKE});
        let _ = writeln!(lines, "{record}");
    }
    std::fs::write(place.path().join("r.jsonl"), lines).unwrap();
    with_rival(&place.path().join("a.json"));
    place.run(&[
        "ingest",
        "--data",
        "data",
        "--accounts",
        "a.json",
        "--dns",
        "z.json",
        "r.jsonl",
    ]);
    place.with_store(async |store| {
        let silent = Source::new("old-mailbox", ACCOUNT, "recording", "{}");
        let tenant = Tenant::new(OURS);
        store
            .put_source(&tenant, &Versioned::new(silent))
            .await
            .unwrap();
    });
    place
}

/// The lines of records that were learned until a time.
fn known_by(now: Timestamp, lines: &str) -> String {
    let learned = |line: &&str| {
        let record: Value = serde_json::from_str(line).unwrap();
        let at: Timestamp = record["at"].as_str().unwrap().parse().unwrap();
        at <= now
    };
    lines
        .lines()
        .filter(learned)
        .fold(String::new(), |known, line| known + line + "\n")
}

/// Adds the other tenant's account to the accounts file.
fn with_rival(path: &Path) {
    let mut file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let accounts = file["accounts"].as_array_mut().unwrap();
    let rival = accounts[0].to_string().replace(ACCOUNT, RIVAL_ACCOUNT);
    let mut rival: Value = serde_json::from_str(&rival).unwrap();
    rival["tenant"] = json!(RIVAL);
    accounts.push(rival);
    std::fs::write(path, file.to_string()).unwrap();
}
