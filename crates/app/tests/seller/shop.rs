//! A shop on Amazon that was taken over, made by the program's own simulation.

use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use sellkeep_store::{Source, Tenant, Versioned};
use serde_json::Value;
use tempfile::TempDir;

use crate::http::{Answer, Request, get};
use crate::people::{Person, between};
use crate::place::{ACCOUNT, OURS, Place};
use crate::server::Server;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);
/// Days of life before today.
const DAYS: i64 = 6;

/// The tenant.
pub fn ours() -> Tenant {
    Tenant::new(OURS)
}

/// A data folder with the shop in it, not served yet.
pub fn shop() -> Place {
    static MODEL: OnceLock<TempDir> = OnceLock::new();
    let model = MODEL.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let made = made();
        copy(&made.path().join("data"), &folder.path().join("data"));
        folder
    });
    let place = Place::new();
    copy(&model.path().join("data"), &place.path().join("data"));
    place
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

fn made() -> Place {
    let place = Place::new();
    let begin = (Timestamp::now() - SignedDuration::from_hours(24 * (DAYS - 1))).to_string();
    let days = DAYS.to_string();
    let lines = place.run(&[
        "simulate",
        "--accounts",
        "1",
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
    std::fs::write(place.path().join("r.jsonl"), lines).unwrap();
    let files = ["--accounts", "a.json", "--dns", "z.json", "r.jsonl"];
    place.run(&[&["ingest", "--data", "data"][..], &files].concat());
    place.with_store(async |store| {
        let silent = Source::new("old-mailbox", ACCOUNT, "recording", "{}");
        store
            .put_source(&ours(), &Versioned::new(silent))
            .await
            .unwrap();
    });
    place
}

/// The shop, served, with its owner.
pub fn opened() -> (Server, Person) {
    let server = Server::start(shop(), &[]);
    let owner = server.owner();
    (server, owner)
}

impl Server {
    /// A page of somebody, which must be there.
    pub fn page(&self, person: &Person, path: &str) -> String {
        let answer = self.asked_by(person, get(path));
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.text()
    }

    /// An answer of the API.
    pub fn json(&self, person: &Person, path: &str) -> Value {
        serde_json::from_str(&self.page(person, path)).unwrap()
    }

    /// Sends a form that must be taken.
    pub fn done_by(&self, person: &Person, path: &str, fields: &[(&str, &str)]) {
        let answer = self.sent_by(person, path, fields);
        assert_eq!(answer.status, 303, "{path} {fields:?}: {}", answer.text());
    }

    /// Sends a form of several parts, with a file where one is given.
    pub fn parts_by(
        &self,
        person: &Person,
        path: &str,
        fields: &[(&str, &str)],
        file: Option<&[u8]>,
    ) -> Answer {
        let mut body = Vec::new();
        let csrf = [("csrf", person.csrf.as_str())];
        for (name, value) in csrf.iter().chain(fields) {
            let part = format!(
                "--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend(part.into_bytes());
        }
        if let Some(file) = file {
            body.extend(
                b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n",
            );
            body.extend(file);
            body.extend(b"\r\n");
        }
        body.extend(b"--b--\r\n");
        let request = Request::new("POST", path)
            .with("content-type", "multipart/form-data; boundary=b")
            .carrying(body);
        self.asked_by(person, request)
    }

    /// Asks until an answer pleases.
    pub fn until(&self, person: &Person, path: &str, pleases: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let found = self.json(person, path);
            if pleases(&found) {
                return found;
            }
            assert!(Instant::now() < end, "{path} in time: {found}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// A program's token.
    pub fn token(&self, person: &Person, scope: &str) -> String {
        let fields = [("act", "token"), ("name", "robot"), ("scope", scope)];
        let made = self.sent_by(person, "/settings", &fields).text();
        let (_, rest) = made.split_once("not shown again: ").unwrap();
        format!("Bearer {}", between(rest, "class=\"key\">", "<"))
    }
}
