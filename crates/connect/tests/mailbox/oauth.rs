//! Entering with tokens: a real server that asks about each token, and an endpoint that
//! gives and withdraws them.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use axum::{Json, Router};
use sellkeep_connect::connector::{Connector, Trouble};
use sellkeep_connect::mailbox::{Mailbox, MailboxSecret, Oauth, Settings};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::dovecot::{Dovecot, USER};
use crate::{mail, read, settings, subject};

/// What the provider knows: which refresh tokens hold, which access tokens are alive.
#[derive(Clone, Default)]
struct Provider(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    refresh: BTreeSet<String>,
    alive: BTreeSet<String>,
    given: usize,
    asked: Vec<Value>,
}

impl Provider {
    /// Starts it; the port of its pages.
    async fn start(&self) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let app = Router::new()
            .route("/token", post(token))
            .route("/introspect", get(introspect))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        port
    }

    fn known<T>(&self, with: impl FnOnce(&mut Known) -> T) -> T {
        with(&mut self.0.lock().expect("whole"))
    }
}

/// RFC 6749 section 6; the refresh token renews itself, as Microsoft's do.
async fn token(
    State(provider): State<Provider>,
    Form(form): Form<Value>,
) -> (StatusCode, Json<Value>) {
    provider.known(|known| {
        let shown = form["refresh_token"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        known.asked.push(form);
        if !known.refresh.contains(&shown) {
            return (
                StatusCode::BAD_REQUEST,
                Json(json!({"error": "invalid_grant"})),
            );
        }
        known.given += 1;
        let (access, refresh) = (
            format!("ya29.{}", known.given),
            format!("1//{}", known.given),
        );
        known.alive.insert(access.clone());
        known.refresh.insert(refresh.clone());
        let answer = json!({"access_token": access, "refresh_token": refresh, "expires_in": 3600});
        (StatusCode::OK, Json(answer))
    })
}

/// RFC 7662, as Dovecot asks: the token stands in the header.
async fn introspect(State(provider): State<Provider>, headers: HeaderMap) -> Json<Value> {
    let shown = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    let shown = shown
        .unwrap_or_default()
        .trim_start_matches("Bearer ")
        .to_owned();
    let alive = provider.known(|known| known.alive.contains(&shown));
    Json(json!({"active": alive.to_string(), "username": USER}))
}

/// A server that believes whom the provider believes.
fn server(folder: &std::path::Path, port: u16) -> Option<Dovecot> {
    let path = folder.join("oauth2.conf");
    let text = format!(
        "introspection_mode = auth\nintrospection_url = http://127.0.0.1:{port}/introspect\nusername_attribute = username\nactive_attribute = active\nactive_value = true\n"
    );
    std::fs::write(&path, text).expect("written");
    Dovecot::with(&format!(
        "passdb {{\n  driver = oauth2\n  mechanisms = xoauth2\n  args = {}\n}}\n",
        path.display()
    ))
}

fn with_tokens(server: &Dovecot, port: u16) -> Settings {
    Settings {
        oauth: Some(Oauth::Refresh {
            endpoint: format!("http://127.0.0.1:{port}/token"),
            client_id: "app".to_owned(),
            scope: Some("mail".to_owned()),
        }),
        ..settings(server, server.port)
    }
}

fn secret() -> MailboxSecret {
    MailboxSecret {
        main: "1//first".to_owned(),
        client: Some("hush".to_owned()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_are_got_renewed_and_withdrawn() {
    let provider = Provider::default();
    let port = provider.start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let Some(server) = server(folder.path(), port) else {
        return;
    };
    provider.known(|known| known.refresh.insert("1//first".to_owned()));
    server.deliver("INBOX", &mail(1));
    let mut mailbox = Mailbox::new(with_tokens(&server, port), secret()).expect("settings");
    let mut cursor = String::new();
    let first = read(&mut mailbox, &mut cursor, 1).await;
    assert_eq!(subject(&first[0]), 1);
    let asked = provider.known(|known| known.asked.clone());
    let expected = json!({"grant_type": "refresh_token", "refresh_token": "1//first",
        "client_id": "app", "client_secret": "hush", "scope": "mail"});
    assert_eq!(asked, [expected]);
    // The refresh token renewed itself; whoever runs this keeps the new one.
    assert_eq!(mailbox.new_secret().as_deref(), Some("1//1"));

    // The access token is withdrawn and the connection cut: a new one is got without a pause.
    provider.known(|known| known.alive.clear());
    server.admin(&["kick", USER]);
    server.deliver("INBOX", &mail(2));
    let second = loop {
        match mailbox.fetch(&cursor).await {
            Ok(batch) if batch.records.is_empty() => cursor = batch.next_cursor,
            Ok(batch) => break batch,
            Err(Trouble::Cut(_)) => {}
            Err(other) => unreachable!("{other}"),
        }
    };
    assert_eq!(second.records.iter().map(subject).collect::<Vec<_>>(), [2]);
    let shown = provider
        .known(|known| known.asked.last().cloned())
        .expect("asked");
    assert_eq!(shown["refresh_token"], "1//1", "the newest one is shown");

    // The person withdraws the access: said in plain words, without a secret.
    provider.known(|known| (known.alive.clear(), known.refresh.clear()));
    let mut mailbox = Mailbox::new(with_tokens(&server, port), secret()).expect("settings");
    let trouble = mailbox.fetch(&cursor).await.expect_err("withdrawn");
    assert_eq!(trouble, Trouble::Token);
    assert!(trouble.needs_person() && trouble.to_string().contains("grant it again"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_access_token_of_somebody_else_works_until_it_does_not() {
    let provider = Provider::default();
    let port = provider.start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let Some(server) = server(folder.path(), port) else {
        return;
    };
    let settings = Settings {
        oauth: Some(Oauth::Access),
        ..settings(&server, server.port)
    };
    let secret = MailboxSecret {
        main: "ya29.given".to_owned(),
        client: None,
    };
    let mut mailbox = Mailbox::new(settings, secret).expect("settings");
    assert_eq!(mailbox.fetch("").await, Err(Trouble::Token));
    provider.known(|known| known.alive.insert("ya29.given".to_owned()));
    assert!(mailbox.fetch("").await.is_ok());
    assert_eq!(mailbox.new_secret(), None);
}
