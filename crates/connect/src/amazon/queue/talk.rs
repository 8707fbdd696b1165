//! Three questions to the queue: receive, delete, who may write.
//!
//! AWS JSON protocol 1.0, <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/>

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Client;
use serde_json::{Value as Json, json};
use url::{Position, Url};

use super::settings::Settings;
use super::sign::{Key, sign};
use crate::amazon::live::wire;
use crate::connector::Trouble;

/// As many as the queue gives at once.
const MESSAGES_MAX: usize = 10;
/// How long the queue waits for a message: the longest it can.
const WAIT_SECONDS: u32 = 20;
/// A message that was given is given again after this, if it was not deleted.
const HIDDEN_SECONDS: u32 = 120;
/// The queue's wait and some more.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// Ten messages of 1 MiB at most, and what is around them.
const ANSWER_BYTES_MAX: usize = 12 * 1024 * 1024;

/// The way to a queue.
#[derive(Debug)]
pub struct Talk {
    settings: Settings,
    endpoint: Url,
    key: Key,
    http: Client,
}

/// A message as the queue gives it.
pub struct Message {
    /// What it is deleted by.
    pub handle: String,
    /// Its id.
    pub id: String,
    /// What it says.
    pub body: String,
}

impl Talk {
    /// The way to a queue; nothing is asked yet.
    pub fn new(settings: Settings, secret: &str) -> Result<Talk, Trouble> {
        let endpoint = settings.endpoint();
        let endpoint =
            endpoint.ok_or_else(|| Trouble::Settings("the queue has no address".to_owned()))?;
        let key = Key {
            id: settings.key_id.clone(),
            secret: secret.to_owned(),
            region: settings.region.clone(),
            service: "sqs",
        };
        Ok(Talk {
            settings,
            endpoint,
            key,
            http: wire::client(Some(ANSWER_WITHIN))?,
        })
    }

    /// The next messages; waits for them if that is wished.
    pub async fn receive(&self, wait: bool) -> Result<Vec<Message>, Trouble> {
        let seconds = if wait { WAIT_SECONDS } else { 0 };
        let body = json!({"QueueUrl": self.settings.queue_url, "MaxNumberOfMessages": MESSAGES_MAX,
            "WaitTimeSeconds": seconds, "VisibilityTimeout": HIDDEN_SECONDS});
        let answer = self.ask("ReceiveMessage", &body).await?;
        let messages = answer.get("Messages").and_then(Json::as_array);
        Ok(messages.into_iter().flatten().filter_map(message).collect())
    }

    /// Deletes messages whose records are stored.
    pub async fn delete(&self, handles: &[String]) -> Result<(), Trouble> {
        for some in handles.chunks(MESSAGES_MAX) {
            let entries = some.iter().enumerate();
            let entries: Vec<Json> = entries
                .map(|(at, handle)| json!({"Id": at.to_string(), "ReceiptHandle": handle}))
                .collect();
            let body = json!({"QueueUrl": self.settings.queue_url, "Entries": entries});
            // A message that cannot be deleted comes again, and is recognised.
            self.ask("DeleteMessageBatch", &body).await?;
        }
        Ok(())
    }

    /// Who may write to the queue.
    pub async fn policy(&self) -> Result<Json, Trouble> {
        let body =
            json!({"QueueUrl": self.settings.queue_url, "AttributeNames": ["Policy", "QueueArn"]});
        self.ask("GetQueueAttributes", &body).await
    }

    async fn ask(&self, operation: &str, body: &Json) -> Result<Json, Trouble> {
        let body = body.to_string().into_bytes();
        let target = format!("AmazonSQS.{operation}");
        let kind = "application/x-amz-json-1.0";
        let host = &self.endpoint[Position::BeforeHost..Position::AfterPort];
        let headers = [
            ("content-type", kind),
            ("host", host),
            ("x-amz-target", target.as_str()),
        ];
        let signed = sign(&self.key, "POST", "/", &headers, &body, Timestamp::now());
        let request = self
            .http
            .post(self.endpoint.clone())
            .header("content-type", kind)
            .header("x-amz-target", &target)
            .header("x-amz-date", signed.date)
            .header("authorization", signed.authorization)
            .body(body);
        let bytes = wire::send(request, ANSWER_BYTES_MAX, "while asking the queue").await?;
        let json: Option<Json> = serde_json::from_slice(&bytes.body).ok();
        match (bytes.status, json) {
            (200, Some(json)) => Ok(json),
            (status, json) => Err(refused(status, json.as_ref())),
        }
    }
}

fn message(json: &Json) -> Option<Message> {
    let word = |name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
    Some(Message {
        handle: word("ReceiptHandle")?,
        id: word("MessageId").unwrap_or_default(),
        body: word("Body")?,
    })
}

/// What a refusal means; its own words are not kept.
fn refused(status: u16, json: Option<&Json>) -> Trouble {
    let kind = json
        .and_then(|json| json.get("__type"))
        .and_then(Json::as_str);
    let kind = kind.unwrap_or_default();
    let is = |words: &[&str]| words.iter().any(|word| kind.contains(word));
    if is(&["NonExistentQueue", "QueueDoesNotExist"]) {
        return Trouble::Settings(
            "there is no such queue: compare its address and region".to_owned(),
        );
    }
    if is(&["Throttl", "OverLimit"]) || status == 429 || status >= 500 {
        return Trouble::Busy("the queue");
    }
    if matches!(status, 401 | 403) || is(&["AccessDenied", "Signature", "InvalidClientTokenId"]) {
        return Trouble::Password;
    }
    if status == 200 {
        return Trouble::Strange("the queue");
    }
    Trouble::Refused("answer about the queue")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_what_to_do() {
        let told = |status, kind: &str| refused(status, Some(&json!({"__type": kind})));
        assert!(matches!(
            told(400, "com.amazonaws.sqs#QueueDoesNotExist"),
            Trouble::Settings(_)
        ));
        assert_eq!(
            told(403, "com.amazon.coral.service#AccessDeniedException"),
            Trouble::Password
        );
        assert_eq!(told(400, "InvalidSignatureException"), Trouble::Password);
        assert_eq!(told(400, "ThrottlingException"), Trouble::Busy("the queue"));
        assert_eq!(refused(503, None), Trouble::Busy("the queue"));
        assert_eq!(refused(200, None), Trouble::Strange("the queue"));
    }
}
