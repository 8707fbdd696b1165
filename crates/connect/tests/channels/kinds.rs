//! Every HTTP channel: its settings for a loopback peer, what its service answers when it
//! takes a message, and the documented form that the peer insists on.

use serde_json::Value;

use crate::peer::Seen;

/// One kind under test.
pub struct Case {
    pub kind: &'static str,
    /// Settings; `URL` is the peer's address.
    pub settings: &'static str,
    /// What the service answers when it takes a message.
    pub taken: (u16, &'static str),
    /// The form of its requests.
    pub form: fn(&Seen),
    /// Words of the settings that must never show.
    pub secrets: &'static [&'static str],
}

pub const CASES: &[Case] = &[
    Case {
        kind: "webhook",
        settings: "url = 'URL/in/s3cret-path'\nsecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'",
        taken: (204, ""),
        form: webhook,
        secrets: &["s3cret-path", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    },
    Case {
        kind: "ntfy",
        settings: "server = 'URL'\ntopic = 's3cret-topic'\ntoken = 'tk_s3cret'",
        taken: (200, r#"{"id":"x","event":"message"}"#),
        form: ntfy,
        secrets: &["s3cret-topic", "tk_s3cret"],
    },
    Case {
        kind: "slack",
        settings: "url = 'URL/services/T0/B0/s3cret'",
        taken: (200, "ok"),
        form: slack,
        secrets: &["s3cret"],
    },
    Case {
        kind: "teams",
        settings: "url = 'URL/workflows/1/triggers/manual/paths/invoke?api-version=1&sig=s3cret'",
        taken: (202, ""),
        form: teams,
        secrets: &["s3cret"],
    },
    Case {
        kind: "discord",
        settings: "url = 'URL/api/webhooks/1/s3cret'",
        taken: (200, r#"{"id":"1"}"#),
        form: discord,
        secrets: &["s3cret"],
    },
    Case {
        kind: "telegram",
        settings: "token = '1:s3cret'\nchat = '-100777'\napi_url = 'URL'",
        taken: (200, r#"{"ok":true,"result":{}}"#),
        form: telegram,
        secrets: &["s3cret", "100777"],
    },
    Case {
        kind: "matrix",
        settings: "homeserver = 'URL'\nroom = '!r00m:m.example'\ntoken = 'syt_s3cret'",
        taken: (200, r#"{"event_id":"$1"}"#),
        form: matrix,
        secrets: &["r00m", "syt_s3cret"],
    },
    Case {
        kind: "pagerduty",
        settings: "routing_key = 's3cret7890abcdef0123456789abcdef'\napi_url = 'URL'",
        taken: (
            202,
            r#"{"status":"success","message":"Event processed","dedup_key":"x"}"#,
        ),
        form: pagerduty,
        secrets: &["s3cret"],
    },
    Case {
        kind: "opsgenie",
        settings: "key = 's3cret-key'\napi_url = 'URL'",
        taken: (202, r#"{"result":"Request will be processed"}"#),
        form: opsgenie,
        secrets: &["s3cret-key"],
    },
    Case {
        kind: "pushover",
        settings: "token = 's3cret-token'\nuser = 's3cret-user'\napi_url = 'URL'",
        taken: (200, r#"{"status":1,"request":"x","receipt":"r"}"#),
        form: pushover,
        secrets: &["s3cret"],
    },
    Case {
        kind: "gotify",
        settings: "server = 'URL/gotify'\ntoken = 's3cret-token'",
        taken: (200, r#"{"id":1}"#),
        form: gotify,
        secrets: &["s3cret-token"],
    },
    Case {
        kind: "twilio_sms",
        settings: TWILIO,
        taken: (201, r#"{"sid":"SM1","status":"queued"}"#),
        form: sms,
        secrets: &["s3cret-token", "AC0", "14155550100"],
    },
    Case {
        kind: "twilio_voice",
        settings: TWILIO,
        taken: (201, r#"{"sid":"CA1","status":"queued"}"#),
        form: voice,
        secrets: &["s3cret-token", "AC0", "14155550100"],
    },
    Case {
        kind: "apprise",
        settings: "server = 'URL'\nkey = 's3cret-key'\ntag = 'on-call'",
        taken: (200, ""),
        form: apprise,
        secrets: &["s3cret-key"],
    },
];

const TWILIO: &str = "account_sid = 'AC0'\nauth_token = 's3cret-token'\nfrom = '+14155550100'\nto = '+14155550101'\napi_url = 'URL'";

fn is_json(seen: &Seen, method: &str, path: &str) -> Value {
    assert_eq!((seen.method.as_str(), seen.path.as_str()), (method, path));
    assert_eq!(seen.header("content-type"), "application/json");
    seen.json()
}

/// Only names that the service's page knows.
fn only(object: &Value, known: &[&str]) {
    for name in object.as_object().expect("an object").keys() {
        assert!(known.contains(&name.as_str()), "{name} is not documented");
    }
}

fn length(value: &Value, max: usize) -> &str {
    let text = value.as_str().expect("a text");
    assert!(!text.is_empty() && text.chars().count() <= max, "{text}");
    text
}

/// Headers of the standard, and a signature made here by other means: OpenSSL.
fn webhook(seen: &Seen) {
    let body = is_json(seen, "POST", "/in/s3cret-path");
    only(&body, &["type", "timestamp", "data"]);
    assert!(body["type"] == "alert.open" || body["type"] == "alert.resolved");
    assert!(
        body["timestamp"]
            .as_str()
            .expect("a time")
            .parse::<jiff::Timestamp>()
            .is_ok()
    );
    let (id, at) = (seen.header("webhook-id"), seen.header("webhook-timestamp"));
    let age = jiff::Timestamp::now().as_second() - at.parse::<i64>().expect("seconds");
    assert!(age.abs() < 300, "the time is that of the try");
    let mut signed = format!("{id}.{at}.").into_bytes();
    signed.extend(&seen.body);
    assert_eq!(
        seen.header("webhook-signature"),
        format!("v1,{}", openssl_hmac(&signed))
    );
}

fn openssl_hmac(signed: &[u8]) -> String {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    let script = "openssl dgst -sha256 -mac HMAC -macopt hexkey:$(echo MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw | base64 -d | od -An -tx1 | tr -d ' \\n') -binary | base64 -w0";
    let mut child = Command::new("sh")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("openssl");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(signed)
        .expect("written");
    let output = child.wait_with_output().expect("an end");
    String::from_utf8(output.stdout).expect("base64")
}

fn ntfy(seen: &Seen) {
    let body = is_json(seen, "POST", "/");
    only(
        &body,
        &[
            "topic",
            "title",
            "message",
            "priority",
            "tags",
            "actions",
            "click",
            "sequence_id",
        ],
    );
    assert_eq!(seen.header("authorization"), "Bearer tk_s3cret");
    assert_eq!(body["topic"], "s3cret-topic");
    assert!(body["message"].as_str().expect("a text").len() <= 4096);
    assert!((1..=5).contains(&body["priority"].as_i64().expect("a number")));
    for action in body["actions"].as_array().expect("actions") {
        only(action, &["action", "label", "url"]);
    }
}

fn slack(seen: &Seen) {
    let body = is_json(seen, "POST", "/services/T0/B0/s3cret");
    only(&body, &["text", "blocks", "unfurl_links", "unfurl_media"]);
    for block in body["blocks"].as_array().expect("blocks") {
        let max = if block["type"] == "header" { 150 } else { 3000 };
        length(&block["text"]["text"], max);
    }
}

fn teams(seen: &Seen) {
    let body = is_json(seen, "POST", "/workflows/1/triggers/manual/paths/invoke");
    assert_eq!(seen.query, "api-version=1&sig=s3cret");
    assert!(seen.body.len() <= 28 * 1024);
    assert_eq!(body["type"], "message");
    let attachment = &body["attachments"][0];
    assert_eq!(
        attachment["contentType"],
        "application/vnd.microsoft.card.adaptive"
    );
    let card = &attachment["content"];
    assert_eq!(
        (card["type"].as_str(), card["version"].as_str()),
        (Some("AdaptiveCard"), Some("1.4"))
    );
    for block in card["body"].as_array().expect("a body") {
        assert_eq!(block["type"], "RichTextBlock");
        assert_eq!(block["inlines"][0]["type"], "TextRun");
    }
}

fn discord(seen: &Seen) {
    let body = is_json(seen, "POST", "/api/webhooks/1/s3cret");
    assert_eq!(seen.query, "wait=true");
    only(&body, &["content", "embeds", "allowed_mentions"]);
    length(&body["content"], 2000);
    length(&body["embeds"][0]["description"], 4096);
    assert_eq!(body["allowed_mentions"], serde_json::json!({"parse": []}));
}

fn telegram(seen: &Seen) {
    let body = is_json(seen, "POST", "/bot1:s3cret/sendMessage");
    only(
        &body,
        &[
            "chat_id",
            "text",
            "link_preview_options",
            "disable_notification",
            "reply_markup",
        ],
    );
    assert!(length(&body["text"], 4096).encode_utf16().count() <= 4096);
    assert_eq!(body["chat_id"], "-100777");
}

fn matrix(seen: &Seen) {
    let path = "/_matrix/client/v3/rooms/!r00m:m.example/send/m.room.message/0123abcd-1";
    let body = is_json(seen, "PUT", path);
    only(&body, &["msgtype", "body", "m.mentions"]);
    assert_eq!(seen.header("authorization"), "Bearer syt_s3cret");
    assert_eq!(body["msgtype"], "m.text");
}

fn pagerduty(seen: &Seen) {
    let body = is_json(seen, "POST", "/v2/enqueue");
    only(
        &body,
        &[
            "routing_key",
            "event_action",
            "dedup_key",
            "payload",
            "client",
            "client_url",
            "links",
            "images",
        ],
    );
    assert_eq!(body["routing_key"].as_str().expect("a key").len(), 32);
    assert!(length(&body["dedup_key"], 255) == "0123abcd");
    match body["event_action"].as_str() {
        Some("trigger") => {
            length(&body["payload"]["summary"], 1024);
            length(&body["payload"]["source"], 255);
            let severity = body["payload"]["severity"].as_str().expect("a severity");
            assert!(["critical", "error", "warning", "info"].contains(&severity));
        }
        other => assert_eq!(other, Some("resolve")),
    }
}

fn opsgenie(seen: &Seen) {
    assert_eq!(seen.header("authorization"), "GenieKey s3cret-key");
    if seen.path.ends_with("/close") {
        assert_eq!(
            (seen.path.as_str(), seen.query.as_str()),
            ("/v2/alerts/0123abcd/close", "identifierType=alias")
        );
        return;
    }
    let body = is_json(seen, "POST", "/v2/alerts");
    only(
        &body,
        &[
            "message",
            "alias",
            "description",
            "priority",
            "source",
            "details",
            "tags",
        ],
    );
    length(&body["message"], 130);
    assert_eq!(length(&body["alias"], 512), "0123abcd");
    length(&body["description"], 15_000);
}

fn is_form(seen: &Seen, path: &str) -> std::collections::BTreeMap<String, String> {
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", path));
    assert_eq!(
        seen.header("content-type"),
        "application/x-www-form-urlencoded"
    );
    seen.form()
}

fn pushover(seen: &Seen) {
    if seen.path.contains("cancel_by_tag") {
        let form = is_form(seen, "/1/receipts/cancel_by_tag/sellkeep-0123abcd.json");
        assert_eq!(form["token"], "s3cret-token");
        return;
    }
    let form = is_form(seen, "/1/messages.json");
    assert_eq!(
        (form["token"].as_str(), form["user"].as_str()),
        ("s3cret-token", "s3cret-user")
    );
    assert!(form["title"].chars().count() <= 250 && form["message"].chars().count() <= 1024);
    if form["priority"] == "2" {
        assert!(form["retry"].parse::<u32>().expect("seconds") >= 30);
        assert!(form["expire"].parse::<u32>().expect("seconds") <= 10_800);
    } else {
        assert!(!form.contains_key("retry") && !form.contains_key("html"));
    }
}

fn gotify(seen: &Seen) {
    let body = is_json(seen, "POST", "/gotify/message");
    only(&body, &["title", "message", "priority", "extras"]);
    assert_eq!(seen.header("x-gotify-key"), "s3cret-token");
    assert_eq!(
        body["extras"]["client::display"]["contentType"],
        "text/plain"
    );
}

fn twilio(seen: &Seen, path: &str) -> std::collections::BTreeMap<String, String> {
    let form = is_form(seen, path);
    // AC0:s3cret-token in base64
    assert_eq!(
        seen.header("authorization"),
        "Basic QUMwOnMzY3JldC10b2tlbg=="
    );
    assert_eq!(
        (form["From"].as_str(), form["To"].as_str()),
        ("+14155550100", "+14155550101")
    );
    form
}

fn sms(seen: &Seen) {
    let form = twilio(seen, "/2010-04-01/Accounts/AC0/Messages.json");
    assert!(form["Body"].chars().count() <= 1600);
}

fn voice(seen: &Seen) {
    let form = twilio(seen, "/2010-04-01/Accounts/AC0/Calls.json");
    assert!(form["Twiml"].starts_with("<Response><Say") && form["Twiml"].len() <= 4000);
    assert!(!form.contains_key("Url"));
}

fn apprise(seen: &Seen) {
    let body = is_json(seen, "POST", "/notify/s3cret-key");
    only(&body, &["title", "body", "type", "format", "tag"]);
    let kind = body["type"].as_str().expect("a type");
    assert!(["info", "success", "warning", "failure"].contains(&kind));
    assert_eq!(
        (body["format"].as_str(), body["tag"].as_str()),
        (Some("text"), Some("on-call"))
    );
}
