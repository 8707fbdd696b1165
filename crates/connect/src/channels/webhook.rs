//! A signed webhook to a program of one's own.
//!
//! Form: Standard Webhooks 1.0.0,
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.
//! The id stays the same on every try, the time stamp is that of the try, and both are
//! signed together with the body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sellkeep_model::{Message, MessageState};
use serde::Deserialize;
use serde_json::json;
use sha2::Sha256;

use super::wire::address::Address;
use super::wire::text::clipped;
use super::{Answer, Channel, Kind, Request, Secret, Sending, SettingError, Trouble, read, wire};

/// The kind.
pub const KIND: Kind = Kind {
    name: "webhook",
    title: "Signed webhook (Standard Webhooks)",
    page: "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
    one_by_one: true,
    open,
};

/// The lengths that the standard allows for a symmetric key.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// The standard recommends to stay below 20 KB.
const TITLE_CHARS_MAX: usize = 250;
const TEXT_CHARS_MAX: usize = 4_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    url: Secret,
    secret: Secret,
    #[serde(default)]
    allow_private: bool,
}

struct Webhook {
    address: Address,
    key: Vec<u8>,
}

fn open(settings: toml::Table) -> Result<Box<dyn Channel>, SettingError> {
    let settings: Settings = read(settings)?;
    Ok(Box::new(Webhook {
        address: Address::new(&settings.url, settings.allow_private)?,
        key: key(&settings.secret)?,
    }))
}

fn key(secret: &Secret) -> Result<Vec<u8>, SettingError> {
    let wrong = SettingError::Value {
        setting: "secret",
        says: "must be whsec_ and 24 to 64 bytes in base64, for example from: echo whsec_$(openssl rand -base64 32)",
    };
    let text = secret.reveal().strip_prefix("whsec_");
    let key = text.and_then(|text| STANDARD.decode(text).ok());
    key.filter(|key| KEY_BYTES.contains(&key.len()))
        .ok_or(wrong)
}

impl Channel for Webhook {
    fn compose(&self, message: &Message, at: Timestamp) -> Result<Sending, Trouble> {
        // The id is signed before a dot, so it must hold none.
        if message.id.contains('.') {
            return Err(Trouble::Form("its id holds a dot"));
        }
        let kind = match message.state {
            MessageState::Open => "alert.open",
            MessageState::Resolved => "alert.resolved",
        };
        let body = json!({
            "type": kind,
            "timestamp": message.at.to_string(),
            "data": {
                "thread": message.thread,
                "level": message.level.as_str(),
                "title": clipped(&message.title, TITLE_CHARS_MAX),
                "text": clipped(&message.body_text, TEXT_CHARS_MAX),
                "link": message.link,
            },
        });
        let request = Request::json(self.address.clone(), &body);
        let seconds = at.as_second().to_string();
        let signature = self.signature(&message.id, &seconds, &request.body)?;
        let request = request
            .with("webhook-id", message.id.clone())
            .with("webhook-timestamp", seconds)
            .with("webhook-signature", signature);
        Ok(Sending::Http(vec![request]))
    }

    fn understand(&self, answer: &Answer) -> Result<(), Trouble> {
        match answer.status {
            410 => Err(answer.refused(
                "it wants no more messages (the standard's answer 410). Switch the channel off",
            )),
            _ => wire::send::by_status(answer),
        }
    }
}

impl Webhook {
    fn signature(&self, id: &str, seconds: &str, body: &[u8]) -> Result<String, Trouble> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key)
            .map_err(|_| Trouble::Form("its key has an impossible length"))?;
        for part in [id.as_bytes(), b".", seconds.as_bytes(), b".", body] {
            mac.update(part);
        }
        Ok(format!(
            "v1,{}",
            STANDARD.encode(mac.finalize().into_bytes())
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webhook(secret: &str) -> Result<Webhook, SettingError> {
        Ok(Webhook {
            address: Address::new(&Secret::new("https://hook.example/in"), false)?,
            key: key(&Secret::new(secret))?,
        })
    }

    /// The example that the standard's own libraries are tested with.
    #[test]
    fn the_signature_is_that_of_the_standard() {
        let webhook = webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a webhook");
        let signature = webhook.signature(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            br#"{"test": 2432232314}"#,
        );
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signature.as_deref(), Ok(expected));
    }

    #[test]
    fn a_weak_or_broken_key_is_refused() {
        for wrong in [
            "",
            "whsec_",
            "whsec_c2hvcnQ=",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_%%%",
        ] {
            assert!(webhook(wrong).is_err(), "{wrong}");
        }
    }
}
