//! Notifications out of a real queue: moto plays SQS and EventBridge.
//!
//! Skipped where moto (tests/setup-moto) is not there.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use sellkeep_connect::amazon::live::plan::Kind;
use sellkeep_connect::amazon::queue::{Key, Queue, Settings, sign};
use sellkeep_connect::connector::{Batch, Connector, Trouble};
use sellkeep_model::{DigestKey, EventKind, StateGroup};
use serde_json::{Value as Json, json};

use crate::seat::{gate, market};

const REGION: &str = "eu-west-1";
const START_WITHIN: Duration = Duration::from_secs(40);

/// A running moto; it ends with this.
struct Moto {
    child: Child,
    port: u16,
    http: reqwest::Client,
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/moto/bin/moto_server");
    if path.is_file() {
        return Some(path);
    }
    println!("skipped: no moto (tests/setup-moto)");
    None
}

impl Moto {
    fn start(program: &Path) -> Moto {
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let child = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("moto");
        let begin = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begin.elapsed() < START_WITHIN, "moto does not start");
            std::thread::sleep(Duration::from_millis(100));
        }
        let http = reqwest::Client::builder().no_proxy().build();
        Moto {
            child,
            port,
            http: http.expect("a client"),
        }
    }

    /// One call of AWS's JSON protocol, as whoever sets the queue up would make it.
    async fn call(&self, service: &'static str, target: &str, version: &str, body: &Json) -> Json {
        let host = format!("127.0.0.1:{}", self.port);
        let kind = format!("application/x-amz-json-{version}");
        let body = body.to_string();
        let key = Key {
            id: "AKIDEXAMPLE".to_owned(),
            secret: "secret".to_owned(),
            region: REGION.to_owned(),
            service,
        };
        let headers = [
            ("content-type", kind.as_str()),
            ("host", &host),
            ("x-amz-target", target),
        ];
        let signed = sign(
            &key,
            "POST",
            "/",
            &headers,
            body.as_bytes(),
            Timestamp::now(),
        );
        let request = self
            .http
            .post(format!("http://{host}/"))
            .header("content-type", &kind)
            .header("x-amz-target", target)
            .header("x-amz-date", signed.date)
            .header("authorization", signed.authorization)
            .body(body);
        let answer = request.send().await.expect("moto answers");
        let status = answer.status();
        let text = answer.text().await.expect("a text");
        assert!(status.is_success(), "{target}: {status} {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    async fn sqs(&self, operation: &str, body: &Json) -> Json {
        self.call("sqs", &format!("AmazonSQS.{operation}"), "1.0", body)
            .await
    }

    async fn events(&self, operation: &str, body: &Json) -> Json {
        self.call("events", &format!("AWSEvents.{operation}"), "1.1", body)
            .await
    }

    /// A queue that only this principal may write to.
    async fn queue(&self, principal: &str) -> String {
        let policy = json!({"Statement": [{"Effect": "Allow", "Principal": {"AWS": principal},
            "Action": ["SQS:SendMessage", "SQS:GetQueueAttributes"], "Resource": "*"}]});
        let body = json!({"QueueName": "sellkeep", "Attributes": {"Policy": policy.to_string()}});
        let made = self.sqs("CreateQueue", &body).await;
        let path = made["QueueUrl"].as_str().expect("an address");
        let (_, path) = path.split_once("//").expect("a scheme");
        let (_, path) = path.split_once('/').expect("a path");
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    async fn send(&self, queue: &str, body: &Json) {
        let message = json!({"QueueUrl": queue, "MessageBody": body.to_string()});
        self.sqs("SendMessage", &message).await;
    }

    async fn waiting(&self, queue: &str) -> u32 {
        let names = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
        ];
        let body = json!({"QueueUrl": queue, "AttributeNames": names});
        let told = self.sqs("GetQueueAttributes", &body).await;
        let count = |name: &str| {
            told["Attributes"][name]
                .as_str()
                .and_then(|text| text.parse().ok())
                .unwrap_or(0)
        };
        names.into_iter().map(count).sum()
    }
}

fn settings(queue: &str) -> Settings {
    Settings {
        queue_url: queue.to_owned(),
        region: REGION.to_owned(),
        key_id: "AKIDEXAMPLE".to_owned(),
        seller: "S1".to_owned(),
    }
}

fn kinds(batch: &Batch) -> Vec<EventKind> {
    let key = DigestKey::new([7; 32]);
    let events = batch
        .records
        .iter()
        .flat_map(|record| sellkeep_connect::read(record, &key).events);
    events.map(|event| event.kind).collect()
}

fn camel() -> Json {
    json!({"notificationVersion": "1.0", "notificationType": "APPLICATION_OAUTH_CLIENT_NEW_SECRET",
        "payloadVersion": "2022-02-02", "eventTime": "2026-11-25T00:00:00Z",
        "payload": {"applicationOAuthClientNewSecret": {"clientId": "c", "newClientSecret": "amzn1.oa2-cs.v1.hush",
            "newClientSecretExpiryTime": "2027-05-25T00:00:00Z", "oldClientSecretExpiryTime": "2026-12-02T00:00:00Z"}},
        "notificationMetadata": {"applicationId": "a", "subscriptionId": "s", "publishTime": "2026-11-25T00:00:00Z", "notificationId": "n-camel"}})
}

fn pascal() -> Json {
    json!({"NotificationVersion": "1.0", "NotificationType": "ORDER_CHANGE", "PayloadVersion": "1.0",
        "EventTime": "2026-11-25T00:00:00Z",
        "Payload": {"OrderChangeNotification": {"NotificationLevel": "OrderLevel", "SellerId": "S1", "AmazonOrderId": "302-1",
            "OrderChangeType": "OrderStatusChange", "OrderChangeTrigger": {"TimeOfOrderChange": "2026-11-25T00:00:00Z"},
            "Summary": {"MarketplaceId": "A1PA6795UKMFR9", "OrderStatus": "Unshipped", "PurchaseDate": "2026-11-25T00:00:00Z",
                "DestinationPostalCode": "10115-hush", "OrderItems": [{"OrderItemId": "1", "SellerSKU": "SKU-1", "Quantity": 1}]}}},
        "NotificationMetadata": {"ApplicationId": "a", "SubscriptionId": "s", "PublishTime": "2026-11-25T00:00:00Z", "NotificationId": "n-pascal"}})
}

#[tokio::test]
async fn messages_are_read_kept_without_secrets_and_deleted_once_they_are_stored() {
    let Some(program) = program() else { return };
    let moto = Moto::start(&program);
    let address = moto.queue("437568002678").await;
    moto.send(&address, &camel()).await;
    moto.send(&address, &pascal()).await;
    let mut queue = Queue::new(settings(&address), "secret", None).expect("a queue");

    let first = queue.fetch("").await.expect("read");
    let text = serde_json::to_string(&first.records).expect("json");
    assert!(!text.contains("hush"), "{text}");
    let found = kinds(&first);
    assert!(found.contains(&EventKind::SecretRotated), "{found:?}");
    assert!(found.contains(&EventKind::OrderReceived), "{found:?}");
    assert_eq!(
        moto.waiting(&address).await,
        2,
        "nothing is deleted before it is stored"
    );

    // A crash here would lose nothing: the place was not kept, and the messages come again.
    // The place was kept: now they may go.
    moto.send(&address, &pascal()).await;
    let second = queue.fetch(&first.next_cursor).await.expect("read");
    assert_eq!(
        moto.waiting(&address).await,
        1,
        "only the one that came since"
    );
    assert_eq!(kinds(&second), [EventKind::OrderReceived]);
    let ids = |batch: &Batch| -> Vec<String> {
        let key = DigestKey::new([7; 32]);
        let events = batch
            .records
            .iter()
            .flat_map(|record| sellkeep_connect::read(record, &key).events);
        events
            .filter(|event| event.kind == EventKind::OrderReceived)
            .map(|event| event.id)
            .collect()
    };
    assert_eq!(ids(&first), ids(&second), "what comes twice is one fact");
}

#[tokio::test]
async fn an_event_of_the_bus_is_unwrapped_and_makes_the_interface_be_asked() {
    let Some(program) = program() else { return };
    let moto = Moto::start(&program);
    let address = moto.queue("437568002678").await;
    let rule = json!({"Name": "to-queue", "EventPattern": json!({"source": ["sellingpartner.test"]}).to_string()});
    moto.events("PutRule", &rule).await;
    let arn = format!("arn:aws:sqs:{REGION}:123456789012:sellkeep");
    moto.events(
        "PutTargets",
        &json!({"Rule": "to-queue", "Targets": [{"Id": "1", "Arn": arn}]}),
    )
    .await;
    let detail = json!({"NotificationVersion": "1.0", "NotificationType": "LISTINGS_ITEM_STATUS_CHANGE", "PayloadVersion": "1.0",
        "EventTime": "2026-11-25T00:00:00Z",
        "Payload": {"SellerId": "S1", "MarketplaceId": "A1PA6795UKMFR9", "Asin": "B1", "Sku": "NEW-1",
            "CreatedDate": "2026-11-25T00:00:00Z", "Status": ["BUYABLE", "DISCOVERABLE"]},
        "NotificationMetadata": {"ApplicationId": "a", "SubscriptionId": "s", "PublishTime": "2026-11-25T00:00:00Z", "NotificationId": "n-bus"}});
    let entry = json!({"Source": "sellingpartner.test", "DetailType": "LISTINGS_ITEM_STATUS_CHANGE", "Detail": detail.to_string()});
    moto.events("PutEvents", &json!({"Entries": [entry]})).await;

    let market = market().await;
    let gate = gate(&market);
    let mut queue = Queue::new(settings(&address), "secret", Some(gate.clone())).expect("a queue");
    let batch = queue.fetch("").await.expect("read");
    let key = DigestKey::new([7; 32]);
    let states: Vec<_> = batch
        .records
        .iter()
        .flat_map(|record| sellkeep_connect::read(record, &key).states)
        .collect();
    let listing = states
        .iter()
        .find(|state| state.group == StateGroup::Listings);
    assert_eq!(listing.expect("unwrapped").items[0].id, "NEW-1");
    assert!(gate.is_hinted("S1"));
    assert!(gate.take_hints("S1").contains(&Kind::Listings));
}

#[tokio::test]
async fn a_queue_that_strangers_may_write_to_is_seen() {
    let Some(program) = program() else { return };
    let moto = Moto::start(&program);
    let address = moto.queue("*").await;
    let mut queue = Queue::new(settings(&address), "secret", None).expect("a queue");
    let batch = queue.fetch("").await.expect("read");
    let reading = sellkeep_connect::read(&batch.records[0], &DigestKey::new([7; 32]));
    assert_eq!(reading.states[0].group, StateGroup::QueuePolicy);
    assert_eq!(reading.states[0].items[0].id, "*");
    // The policy is looked at once an hour, not with every fetch.
    moto.send(&address, &pascal()).await;
    let next = queue.fetch(&batch.next_cursor).await.expect("read");
    assert!(
        next.records
            .iter()
            .all(|record| record.source == "amazon.notification")
    );
}

#[tokio::test]
async fn a_queue_that_is_not_there_is_told_in_plain_words() {
    let Some(program) = program() else { return };
    let moto = Moto::start(&program);
    let address = format!("http://127.0.0.1:{}/123456789012/nothing", moto.port);
    let mut queue = Queue::new(settings(&address), "secret", None).expect("a queue");
    let trouble = queue.fetch("").await.expect_err("no queue");
    assert!(
        matches!(&trouble, Trouble::Settings(says) if says.contains("no such queue")),
        "{trouble}"
    );
}
