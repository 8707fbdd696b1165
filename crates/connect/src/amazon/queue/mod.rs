//! Amazon's notifications out of a queue of the seller's own (SQS).
//!
//! A message is deleted when its record is stored, not before: its handle travels in the
//! place that is kept together with the records, and is given back by the next fetch. What
//! comes twice is recognised by its id. A message is a hint, never the truth: it makes the
//! interface be asked sooner. Invariants: a secret that Amazon sends in clear and a buyer's
//! postcode are cut out before anything is kept; no message is ever logged.
//! Not here: what stands in a notification (`notifications`).

mod policy;
mod scrub;
mod settings;
mod sign;
mod talk;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sellkeep_model::Record;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::live::Gate;
use super::live::plan::Kind;
use crate::connector::{Batch, Connector, Fetching, Trouble};
pub(super) use policy::read as read_policy;
pub use settings::Settings;
pub use sign::{Key, Signed, sign};
use talk::{Message, Talk};

/// Who may write to the queue is looked at so often.
const POLICY_EVERY: SignedDuration = SignedDuration::from_hours(1);

/// A queue that is read.
#[derive(Debug)]
pub struct Queue {
    seller: String,
    talk: Talk,
    /// Where a message makes the interface be asked sooner.
    gate: Option<Arc<Gate>>,
}

/// Where we stand: what is stored and may be deleted, and when the policy was seen.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Place {
    #[serde(default)]
    stored: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    checked: Option<Timestamp>,
}

impl Connector for Queue {
    fn fetch<'a>(&'a mut self, cursor: &'a str) -> Fetching<'a> {
        Box::pin(self.read_on(cursor))
    }
}

impl Queue {
    /// A queue; `secret` is the secret access key.
    pub fn new(
        settings: Settings,
        secret: &str,
        gate: Option<Arc<Gate>>,
    ) -> Result<Queue, Trouble> {
        settings.check()?;
        if secret.is_empty() {
            return Err(Trouble::NoSecret);
        }
        Ok(Queue {
            seller: settings.seller.clone(),
            talk: Talk::new(settings, secret)?,
            gate,
        })
    }

    /// Whether the queue answers; no message is taken.
    pub async fn test(&self) -> Result<(), Trouble> {
        self.talk.policy().await.map(drop)
    }

    async fn read_on(&mut self, cursor: &str) -> Result<Batch, Trouble> {
        let mut place = match cursor {
            "" => Place::default(),
            text => serde_json::from_str(text).map_err(|_| {
                Trouble::Settings("the place it was read to cannot be understood".to_owned())
            })?,
        };
        self.talk.delete(&std::mem::take(&mut place.stored)).await?;
        let mut batch = Batch::default();
        let now = Timestamp::now();
        let due = |at: Timestamp| now.duration_since(at) >= POLICY_EVERY;
        let looks = place.checked.is_none_or(due);
        if looks {
            let body = self.talk.policy().await?;
            batch.records.push(record(
                now,
                "amazon.queue",
                Some("GetQueueAttributes"),
                body,
            ));
            place.checked = Some(now);
        }
        // A policy that was just seen is not kept waiting for messages.
        let messages = self.talk.receive(!looks).await?;
        for message in messages {
            let Message { handle, id, body } = message;
            let body = scrub::message(&body);
            self.hint(&body);
            let body = json!({"MessageId": id, "Body": body});
            batch
                .records
                .push(record(Timestamp::now(), "amazon.notification", None, body));
            place.stored.push(handle);
        }
        // A place has no map with keys other than text, which is all that could fail.
        batch.next_cursor = serde_json::to_string(&place).unwrap_or_default();
        Ok(batch)
    }

    fn hint(&self, body: &str) {
        let Some(gate) = &self.gate else { return };
        for kind in hints(body) {
            gate.hint(&self.seller, *kind);
        }
    }
}

/// What is worth asking for now that a message came.
fn hints(body: &str) -> &'static [Kind] {
    const LISTINGS: &[Kind] = &[Kind::Listings];
    const MONEY: &[Kind] = &[
        Kind::PaymentMethods,
        Kind::ExpectedPayouts,
        Kind::Payouts,
        Kind::Balances,
    ];
    const ACCOUNT: &[Kind] = &[Kind::Participations, Kind::Account, Kind::ExpectedPayouts];
    let says = |word: &str| body.contains(word);
    if says("TRANSACTION_UPDATE") {
        MONEY
    } else if says("ACCOUNT_STATUS_CHANGE") {
        ACCOUNT
    } else if says("LISTINGS_ITEM_") || says("PRICING_HEALTH") || says("BRANDED_ITEM_") {
        LISTINGS
    } else {
        &[]
    }
}

fn record(at: Timestamp, source: &str, operation: Option<&str>, body: Json) -> Record {
    Record {
        at,
        account: String::new(),
        source: source.to_owned(),
        operation: operation.map(str::to_owned),
        request: Map::new(),
        status: Some(200),
        body,
        headers: BTreeMap::new(),
        signature: None,
        eml: None,
        eml_base64: None,
        folder: None,
        clock: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_what_to_ask_for_sooner() {
        assert!(
            hints(r#"{"NotificationType":"TRANSACTION_UPDATE"}"#).contains(&Kind::PaymentMethods)
        );
        assert_eq!(hints("LISTINGS_ITEM_STATUS_CHANGE"), [Kind::Listings]);
        assert!(hints("ORDER_CHANGE").is_empty() && hints("").is_empty());
    }
}
