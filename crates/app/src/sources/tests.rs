//! From a mail in a real mailbox to a message in a channel, and sources that get in nobody's way.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use sellkeep_connect::channels::{self, Patience};
use sellkeep_simulate::{Seller, bank_notice, demo_zone};
use sellkeep_store::{KeySource, Secret, Source, Store, Tenant, Versioned};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use super::{SecretName, run};
use crate::answers::Answers;
use crate::keep::{Keeper, Teller, Worker};
use crate::watch::Flow;
use crate::watch::deliver::Outbox;
use dovecot::{Dovecot, PASSWORD, USER};

#[path = "../../../connect/tests/mailbox/dovecot.rs"]
mod dovecot;

/// Everything that `serve` would run, but for the pages.
struct Place {
    store: Store,
    tenant: Tenant,
    told: mpsc::UnboundedReceiver<String>,
    stop: watch::Sender<bool>,
    running: tokio::task::JoinHandle<anyhow::Result<()>>,
    _worker: Worker,
    _folder: tempfile::TempDir,
}

impl Place {
    async fn new(seller: &Seller) -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        let address = folder.path().join("sellkeep.db").display().to_string();
        let key = KeySource::File(folder.path().join("master.key"));
        let store = Store::open(&address, &key).await.expect("a store");
        let account = seller.account();
        let tenant = Tenant::new(&account.tenant);
        store
            .put_account(&Versioned {
                value: account,
                version: 0,
            })
            .await
            .expect("kept");
        let (port, told) = webhook().await;
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let text = format!(
            "[[channel]]\nkind = 'webhook'\nname = 'here'\nurl = 'http://127.0.0.1:{port}/'\nsecret = '{secret}'\nallow_private = true\n"
        );
        let path = folder.path().join("channels.toml");
        std::fs::write(&path, text).expect("written");
        let channels = channels::file(&path).expect("channels");
        let outbox = Outbox::new(channels, Patience::default()).expect("connections");
        let digest = store.digest_key(&tenant).await.expect("a key");
        let knowledge = crate::knowledge::load(None).expect("knowledge");
        let flow = Flow::new(knowledge, Answers::recorded(demo_zone().0), digest).expect("a flow");
        let teller = Teller::new(Some(Arc::new(outbox)));
        let keeper = Keeper::new(
            Arc::new(store.clone()),
            Arc::new(flow),
            Arc::new(teller),
            "test",
        );
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(run(store.clone(), keeper.clone(), stopped));
        Place {
            store,
            tenant,
            told,
            stop,
            running,
            _worker: Worker::start(keeper).expect("a worker"),
            _folder: folder,
        }
    }

    async fn add(&self, id: &str, account: &str, port: u16, ca: &str) {
        let settings =
            serde_json::json!({"host": "localhost", "port": port, "user": USER, "ca": ca});
        let secret = Secret::new(PASSWORD);
        let name = SecretName::Main.of(id);
        self.store
            .put_secret(&self.tenant, &name, &secret, Timestamp::now())
            .await
            .expect("kept");
        let source = Versioned::new(Source::new(id, account, "mailbox", &settings.to_string()));
        self.store
            .put_source(&self.tenant, &source)
            .await
            .expect("kept");
    }

    async fn source(&self, id: &str) -> Source {
        self.store
            .source(&self.tenant, id)
            .await
            .expect("read")
            .expect("there")
            .value
    }

    async fn until(&self, id: &str, holds: impl Fn(&Source) -> bool) -> Source {
        let begin = Instant::now();
        loop {
            let source = self.source(id).await;
            if holds(&source) {
                return source;
            }
            assert!(begin.elapsed() < Duration::from_secs(30), "{source:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn end(self) {
        self.stop.send(true).expect("it runs");
        self.running.await.expect("no panic").expect("no trouble");
    }
}

/// A receiver of webhooks that hands on each body.
pub(crate) async fn webhook() -> (u16, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (tell, told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let tell = tell.clone();
            tokio::spawn(async move {
                let mut text = String::new();
                let mut bytes = vec![0; 65_536];
                while let Ok(came @ 1..) = stream.read(&mut bytes).await {
                    text.push_str(&String::from_utf8_lossy(&bytes[..came]));
                    if is_whole(&text) {
                        let _ = tell.send(std::mem::take(&mut text));
                        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                        let _ = stream.write_all(answer.as_bytes()).await;
                    }
                }
            });
        }
    });
    (port, told)
}

fn is_whole(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().ok())?
    });
    body.len() >= length.unwrap_or(0)
}

/// A server that takes connections and never says a word.
async fn silent() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            kept.push(stream);
        }
    });
    port
}

/// A genuine notice is an alert on a channel, while another source never answers. How long it
/// takes is printed: a busy machine must not make the test fail.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_genuine_notice_is_told_within_seconds() {
    let mut took = Vec::new();
    for number in 0..3 {
        let Some(server) = Dovecot::start() else {
            return;
        };
        let seller = Seller::new(7, number);
        let mut place = Place::new(&seller).await;
        place.add("quiet", &seller.id, silent().await, "").await;
        place
            .add("mail", &seller.id, server.port, &server.certificate())
            .await;
        place.until("mail", |source| source.seen.is_some()).await;
        // The mailbox is empty, and waited for.
        tokio::time::sleep(Duration::from_secs(1)).await;

        let notice = bank_notice(&seller, Timestamp::now());
        server.deliver("INBOX", notice.eml.expect("a mail").as_bytes());
        let delivered = Instant::now();
        let told = tokio::time::timeout(Duration::from_secs(30), place.told.recv()).await;
        took.push(delivered.elapsed());
        let told = told.expect("within thirty seconds").expect("told");
        assert!(
            told.contains("act_now") || told.contains("Act now"),
            "{told}"
        );
        place.end().await;
    }
    took.sort_unstable();
    println!(
        "from delivery to the channel: {took:?}, median {:?}",
        took[1]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trouble_is_noted_in_plain_words_and_goes_with_its_cause() {
    let Some(server) = Dovecot::start() else {
        return;
    };
    let seller = Seller::new(7, 1);
    let place = Place::new(&seller).await;
    place
        .add("mail", &seller.id, server.port, &server.certificate())
        .await;
    place.until("mail", |source| source.seen.is_some()).await;

    place.add("unknown", &seller.id, server.port, "").await;
    let source = place
        .until("unknown", |source| !source.trouble.is_empty())
        .await;
    assert!(
        source.trouble.contains("no known authority"),
        "{}",
        source.trouble
    );
    assert!(source.next_try.is_some() && source.seen.is_none());

    // A person mends the settings: it is read within seconds, without a restart.
    let mended = place.source("mail").await.settings;
    let mut known = place
        .store
        .source(&place.tenant, "unknown")
        .await
        .expect("read")
        .expect("there");
    known.value.settings = mended;
    place
        .store
        .put_source(&place.tenant, &known)
        .await
        .expect("kept");
    let source = place
        .until("unknown", |source| {
            source.seen.is_some() && source.trouble.is_empty()
        })
        .await;
    assert_eq!(source.next_try, None);

    // Paused, it is not read; resumed, it goes on where it stood.
    let mut known = place
        .store
        .source(&place.tenant, "mail")
        .await
        .expect("read")
        .expect("there");
    known.value.paused = true;
    place
        .store
        .put_source(&place.tenant, &known)
        .await
        .expect("kept");
    tokio::time::sleep(Duration::from_secs(5)).await;
    server.deliver("INBOX", b"Subject: later\r\n\r\nHello.\r\n");
    let before = place.source("mail").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(place.source("mail").await.cursor, before.cursor);
    let mut known = place
        .store
        .source(&place.tenant, "mail")
        .await
        .expect("read")
        .expect("there");
    known.value.paused = false;
    place
        .store
        .put_source(&place.tenant, &known)
        .await
        .expect("kept");
    place
        .until("mail", |source| source.cursor != before.cursor)
        .await;
    place.end().await;
}
