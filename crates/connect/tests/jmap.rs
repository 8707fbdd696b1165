//! JMAP against a server that answers in the form of RFC 8620 and RFC 8621, and one that does not.

#![allow(clippy::expect_used, reason = "a test that cannot go on ends")]

use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sellkeep_connect::connector::{Connector, Trouble};
use sellkeep_connect::jmap::{Jmap, Settings};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A mailbox as a server holds it: mails by number, the newest last.
#[derive(Clone, Default)]
struct Server(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    port: u16,
    mails: Vec<u32>,
    /// How many mails there were at each state it remembers; the state is the number of changes.
    forgotten: bool,
    calls: Vec<String>,
}

const ACCOUNT: &str = "A13824";

impl Server {
    async fn start(mails: u32) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let server = Server::default();
        server.held(|held| {
            held.port = listener.local_addr().expect("an address").port();
            held.mails = (1..=mails).collect();
        });
        let app = Router::new()
            .route("/session", get(session))
            .route("/api", post(api))
            .route("/download/{account}/{blob}/{name}", get(download))
            .with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        server
    }

    fn held<T>(&self, with: impl FnOnce(&mut Held) -> T) -> T {
        with(&mut self.0.lock().expect("whole"))
    }

    fn settings(&self) -> Settings {
        let port = self.held(|held| held.port);
        Settings {
            session: format!("http://127.0.0.1:{port}/session"),
            user: None,
        }
    }

    fn mailbox(&self) -> Jmap {
        Jmap::new(self.settings(), "token".to_owned()).expect("settings")
    }
}

fn is_known(headers: &HeaderMap) -> bool {
    headers
        .get("authorization")
        .is_some_and(|shown| shown == "Bearer token")
}

/// RFC 8620 section 2.1, shortened.
async fn session(State(server): State<Server>, headers: HeaderMap) -> Response {
    if !is_known(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let base = format!("http://127.0.0.1:{}", server.held(|held| held.port));
    Json(json!({
        "capabilities": {"urn:ietf:params:jmap:core": {"maxSizeUpload": 50_000_000, "maxConcurrentUpload": 8,
            "maxSizeRequest": 10_000_000, "maxConcurrentRequests": 8, "maxCallsInRequest": 32,
            "maxObjectsInGet": 256, "maxObjectsInSet": 128, "collationAlgorithms": ["i;ascii-numeric"]},
            "urn:ietf:params:jmap:mail": {}, "urn:ietf:params:jmap:contacts": {}},
        "accounts": {ACCOUNT: {"name": "john@example.com", "isPersonal": true, "isReadOnly": false,
            "accountCapabilities": {"urn:ietf:params:jmap:mail": {"maxMailboxesPerEmail": null}}}},
        "primaryAccounts": {"urn:ietf:params:jmap:mail": ACCOUNT, "urn:ietf:params:jmap:contacts": ACCOUNT},
        "username": "john@example.com",
        "apiUrl": format!("{base}/api"),
        "downloadUrl": format!("{base}/download/{{accountId}}/{{blobId}}/{{name}}?accept={{type}}"),
        "uploadUrl": format!("{base}/upload/{{accountId}}/"),
        "eventSourceUrl": format!("{base}/eventsource/"),
        "state": "75128aab4b1b"
    }))
    .into_response()
}

async fn api(
    State(server): State<Server>,
    headers: HeaderMap,
    Json(request): Json<Value>,
) -> Response {
    if !is_known(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let call = &request["methodCalls"][0];
    let method = call[0].as_str().expect("a method").to_owned();
    assert_eq!(call[1]["accountId"], ACCOUNT);
    let (name, answer) = server.held(|held| {
        held.calls.push(method.clone());
        answer(held, &method, &call[1])
    });
    Json(json!({"methodResponses": [[name, answer, call[2]]], "sessionState": "75128aab4b1b"}))
        .into_response()
}

fn answer(held: &Held, method: &str, arguments: &Value) -> (String, Value) {
    let error = |kind: &str| ("error".to_owned(), json!({ "type": kind }));
    let state = held.mails.last().copied().unwrap_or(0).to_string();
    let said = match method {
        "Mailbox/get" => json!({"accountId": ACCOUNT, "state": "m", "notFound": [], "list": [
            {"id": "MB1", "name": "Posteingang", "role": "inbox", "parentId": null, "sortOrder": 10},
            {"id": "MB2", "name": "Spam", "role": "junk", "parentId": null, "sortOrder": 20}]}),
        "Email/get" => {
            let ids = arguments["ids"].as_array().cloned().unwrap_or_default();
            let list: Vec<Value> = ids
                .iter()
                .filter_map(|id| mail(held, id.as_str()?))
                .collect();
            json!({"accountId": ACCOUNT, "state": state, "list": list, "notFound": []})
        }
        "Email/changes" if held.forgotten => return error("cannotCalculateChanges"),
        "Email/changes" => {
            let since: u32 = arguments["sinceState"]
                .as_str()
                .and_then(|text| text.parse().ok())
                .expect("a state");
            let most = usize::try_from(arguments["maxChanges"].as_u64().expect("a number"))
                .expect("small");
            let created: Vec<u32> = held
                .mails
                .iter()
                .copied()
                .filter(|id| *id > since)
                .take(most)
                .collect();
            let reached = created.last().copied().unwrap_or(since);
            let ids: Vec<String> = created.iter().map(|id| format!("M{id}")).collect();
            json!({"accountId": ACCOUNT, "oldState": since.to_string(), "newState": reached.to_string(),
                "hasMoreChanges": reached.to_string() != state, "created": ids, "updated": [], "destroyed": []})
        }
        "Email/query" => {
            let all: Vec<u32> = held.mails.iter().rev().copied().collect();
            let begin = match arguments["anchor"].as_str() {
                Some(anchor) => match all.iter().position(|id| format!("M{id}") == anchor) {
                    Some(at) => at + 1,
                    None => return error("anchorNotFound"),
                },
                None => match arguments["filter"]["before"].as_str() {
                    Some(before) => all
                        .iter()
                        .position(|id| received(*id).as_str() < before)
                        .unwrap_or(all.len()),
                    None => 0,
                },
            };
            let most =
                usize::try_from(arguments["limit"].as_u64().expect("a number")).expect("small");
            let ids: Vec<String> = all[begin..]
                .iter()
                .take(most)
                .map(|id| format!("M{id}"))
                .collect();
            json!({"accountId": ACCOUNT, "queryState": state, "canCalculateChanges": true, "position": begin, "ids": ids})
        }
        _ => return error("unknownMethod"),
    };
    (method.to_owned(), said)
}

fn received(id: u32) -> String {
    let at = jiff::Timestamp::from_second(1_700_000_000 + i64::from(id)).expect("a time");
    at.to_string()
}

fn mail(held: &Held, id: &str) -> Option<Value> {
    let number: u32 = id.strip_prefix('M')?.parse().ok()?;
    held.mails.contains(&number).then(|| {
        let folder = if number.is_multiple_of(10) {
            "MB2"
        } else {
            "MB1"
        };
        json!({"id": id, "blobId": format!("B{number}"), "mailboxIds": {folder: true},
            "size": 100, "receivedAt": received(number)})
    })
}

async fn download(
    Path((account, blob, name)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    assert_eq!((account.as_str(), name.as_str()), (ACCOUNT, "mail.eml"));
    if !is_known(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    format!("Subject: {}\r\n\r\nHello.\r\n", &blob[1..]).into_response()
}

/// Fetches until so many mails came: their numbers, and their folders.
async fn read(mailbox: &mut Jmap, cursor: &mut String, count: usize) -> Vec<(u32, String)> {
    let mut found = Vec::new();
    while found.len() < count {
        let batch = mailbox.fetch(cursor).await.expect("a batch");
        assert_eq!(batch.problems.len(), 0, "{:?}", batch.problems);
        *cursor = batch.next_cursor;
        for record in batch.records {
            let bytes = STANDARD
                .decode(record.eml_base64.expect("a mail"))
                .expect("base64");
            let text = String::from_utf8(bytes).expect("text");
            let number = text
                .trim_start_matches("Subject: ")
                .lines()
                .next()
                .expect("a line");
            found.push((
                number.parse().expect("a number"),
                record.folder.expect("a folder"),
            ));
        }
    }
    found
}

#[tokio::test]
async fn news_come_before_the_past_and_nothing_twice() {
    let server = Server::start(120).await;
    let mut cursor = String::new();
    let first = read(&mut server.mailbox(), &mut cursor, 50).await;
    let numbers: Vec<u32> = first.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (71..=120).rev().collect::<Vec<_>>());
    assert_eq!(
        (first[0].1.as_str(), first[1].1.as_str()),
        ("Spam", "INBOX")
    );
    // A new process, and mail that came meanwhile.
    server.held(|held| held.mails.extend([121, 122]));
    let news = read(&mut server.mailbox(), &mut cursor, 2).await;
    assert_eq!(
        news.iter().map(|(number, _)| *number).collect::<Vec<_>>(),
        [121, 122]
    );
    // The mail that the last page ended with is deleted: by time, none is lost.
    server.held(|held| held.mails.retain(|id| *id != 71));
    let rest = read(&mut server.mailbox(), &mut cursor, 70).await;
    assert_eq!(
        rest.iter().map(|(number, _)| *number).collect::<Vec<_>>(),
        (1..=70).rev().collect::<Vec<_>>()
    );
    let calls = server.held(|held| held.calls.clone());
    let reading = ["Mailbox/get", "Email/get", "Email/changes", "Email/query"];
    assert!(
        calls.iter().all(|call| reading.contains(&call.as_str())),
        "{calls:?}"
    );
}

#[tokio::test]
async fn a_server_that_forgot_is_read_again_and_that_is_said() {
    let server = Server::start(3).await;
    let mut cursor = String::new();
    read(&mut server.mailbox(), &mut cursor, 3).await;
    server.held(|held| held.forgotten = true);
    let batch = server.mailbox().fetch(&cursor).await.expect("a batch");
    assert!(batch.problems[0].contains("read again"));
    server.held(|held| held.forgotten = false);
    assert_eq!(
        read(&mut server.mailbox(), &mut batch.next_cursor.clone(), 3)
            .await
            .len(),
        3
    );
}

#[tokio::test]
async fn trouble_has_its_own_words() {
    let server = Server::start(1).await;
    let mut stranger = Jmap::new(server.settings(), "other".to_owned()).expect("settings");
    assert_eq!(stranger.fetch("").await, Err(Trouble::Token));
    let closed = Settings {
        session: "http://127.0.0.1:1/".to_owned(),
        user: None,
    };
    let closed = Jmap::new(closed, "x".to_owned())
        .expect("settings")
        .fetch("")
        .await;
    assert_eq!(closed, Err(Trouble::Unreachable));
    let plain = Settings {
        session: "http://mail.example/".to_owned(),
        user: None,
    };
    assert!(Jmap::new(plain, "x".to_owned()).is_err());
    assert!(Jmap::new(server.settings(), String::new()).is_err());
}

/// Answers that are none, or never end.
#[tokio::test]
async fn a_hostile_server_is_left() {
    for (body, expected) in [
        ("no json".to_owned(), Trouble::Strange("the session")),
        ("{}".to_owned(), Trouble::Strange("the session names no mailbox")),
        (json!({"apiUrl": "http://evil.example/", "downloadUrl": "https://x.example/", "primaryAccounts": {"urn:ietf:params:jmap:mail": "a"}}).to_string(),
            Trouble::Strange("the session leads away from https")),
        (" ".repeat(5 * 1024 * 1024), Trouble::TooMuch("the session")),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let app = Router::new().fallback(move || async move { body });
        tokio::spawn(async move { axum::serve(listener, app).await });
        let settings = Settings {
            session: format!("http://127.0.0.1:{port}/"),
            user: Some("mia".to_owned()),
        };
        let read = Jmap::new(settings, "x".to_owned()).expect("settings").fetch("").await;
        assert_eq!(read, Err(expected));
    }
}
