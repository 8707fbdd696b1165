//! Twilio: a text message, or a call that reads the alert aloud.
//!
//! Forms: <https://www.twilio.com/docs/messaging/api/message-resource>,
//! <https://www.twilio.com/docs/voice/api/call-resource>; spoken text:
//! <https://www.twilio.com/docs/voice/twiml/say>. The call's words are sent with the
//! request, so Twilio never fetches anything from us.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sellkeep_model::Message;
use serde::Deserialize;

use super::wire::address::Address;
use super::wire::text::{clipped, whole, xml};
use super::{Channel, Kind, Request, Secret, Sending, SettingError, Trouble, read};

/// Text messages.
pub const SMS: Kind = Kind {
    name: "twilio_sms",
    title: "Text message (Twilio)",
    page: "https://www.twilio.com/docs/messaging/api/message-resource",
    one_by_one: false,
    open: open_sms,
};

/// Calls.
pub const VOICE: Kind = Kind {
    name: "twilio_voice",
    title: "Call (Twilio)",
    page: "https://www.twilio.com/docs/voice/api/call-resource",
    one_by_one: false,
    open: open_voice,
};

/// Twilio takes 1,600 characters; four parts of a text message are what a person reads.
const SMS_CHARS_MAX: usize = 600;

/// About a minute of speech.
const SPOKEN_CHARS_MAX: usize = 800;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    account_sid: Secret,
    /// The account's token, or a key's secret where `key_sid` is given.
    auth_token: Secret,
    key_sid: Option<Secret>,
    from: Secret,
    to: Secret,
    #[serde(default = "api")]
    api_url: Secret,
    #[serde(default)]
    allow_private: bool,
}

fn api() -> Secret {
    Secret::new("https://api.twilio.com")
}

struct Twilio {
    account: Address,
    authorization: String,
    from: Secret,
    to: Secret,
}

struct Sms(Twilio);

struct Voice(Twilio);

fn open_sms(settings: toml::Table) -> Result<Box<dyn Channel>, SettingError> {
    Ok(Box::new(Sms(twilio(settings)?)))
}

fn open_voice(settings: toml::Table) -> Result<Box<dyn Channel>, SettingError> {
    Ok(Box::new(Voice(twilio(settings)?)))
}

fn twilio(settings: toml::Table) -> Result<Twilio, SettingError> {
    let settings: Settings = read(settings)?;
    let sid = settings.account_sid.reveal();
    for (setting, number) in [("from", &settings.from), ("to", &settings.to)] {
        if !is_number(number.reveal()) {
            let says = "must be a number with country code, such as +14155550100";
            return Err(SettingError::Value { setting, says });
        }
    }
    let user = settings.key_sid.as_ref().map_or(sid, Secret::reveal);
    let pair = format!("{user}:{}", settings.auth_token.reveal());
    let api = Address::new(&settings.api_url, settings.allow_private)?;
    Ok(Twilio {
        account: api.below(&["2010-04-01", "Accounts", sid]),
        authorization: format!("Basic {}", STANDARD.encode(pair)),
        from: settings.from,
        to: settings.to,
    })
}

/// E.164: a plus, then up to 15 digits.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

impl Twilio {
    fn request(&self, resource: &str, field: (&str, &str)) -> Sending {
        let fields = [
            ("To", self.to.reveal()),
            ("From", self.from.reveal()),
            field,
        ];
        let request = Request::form(self.account.below(&[resource]), &fields);
        Sending::Http(vec![
            request.with("authorization", self.authorization.clone()),
        ])
    }
}

impl Channel for Sms {
    fn compose(&self, message: &Message, _at: Timestamp) -> Result<Sending, Trouble> {
        let mut text = clipped(&whole(message), SMS_CHARS_MAX);
        if let Some(link) = &message.link {
            text = format!("{text}\n{link}");
        }
        Ok(self.0.request("Messages.json", ("Body", &text)))
    }
}

impl Channel for Voice {
    fn compose(&self, message: &Message, _at: Timestamp) -> Result<Sending, Trouble> {
        let words = xml(&clipped(&whole(message), SPOKEN_CHARS_MAX));
        let call = format!(
            "<Response><Say language=\"en-US\">This is Sellkeep.</Say><Pause length=\"1\"/>\
             <Say language=\"en-US\" loop=\"2\">{words}</Say></Response>"
        );
        Ok(self.0.request("Calls.json", ("Twiml", &call)))
    }
}

#[cfg(test)]
mod tests {
    use super::is_number;

    #[test]
    fn numbers_have_a_country_code() {
        assert!(is_number("+14155550100"));
        for wrong in ["14155550100", "+1", "+1415555010012345", "+1 415 555", ""] {
            assert!(!is_number(wrong), "{wrong}");
        }
    }
}
