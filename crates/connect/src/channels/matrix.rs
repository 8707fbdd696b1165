//! Matrix: a message in a room.
//!
//! Form: <https://spec.matrix.org/latest/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid>.
//! The transaction id is the message's id, so the server takes a repeated try as the same
//! message. The text is plain, and an empty `m.mentions` switches every mention off.

use jiff::Timestamp;
use reqwest::Method;
use sellkeep_model::Message;
use serde::Deserialize;
use serde_json::json;

use super::wire::address::Address;
use super::wire::text::{clipped_bytes, whole};
use super::{Answer, Channel, Kind, Request, Secret, Sending, SettingError, Trouble, read, wire};

/// The kind.
pub const KIND: Kind = Kind {
    name: "matrix",
    title: "Matrix",
    page: "https://spec.matrix.org/latest/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid",
    one_by_one: false,
    open,
};

/// An event may have 65,536 bytes in all; a message that long helps nobody.
const TEXT_BYTES_MAX: usize = 16_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    homeserver: Secret,
    room: Secret,
    token: Secret,
    #[serde(default)]
    allow_private: bool,
}

struct Matrix {
    homeserver: Address,
    room: Secret,
    token: Secret,
}

fn open(settings: toml::Table) -> Result<Box<dyn Channel>, SettingError> {
    let settings: Settings = read(settings)?;
    if !settings.room.reveal().starts_with('!') {
        return Err(SettingError::Value {
            setting: "room",
            says: "must be the room's id, which begins with !, not its alias",
        });
    }
    Ok(Box::new(Matrix {
        homeserver: Address::new(&settings.homeserver, settings.allow_private)?,
        room: settings.room,
        token: settings.token,
    }))
}

impl Channel for Matrix {
    fn compose(&self, message: &Message, _at: Timestamp) -> Result<Sending, Trouble> {
        let parts = [
            "_matrix",
            "client",
            "v3",
            "rooms",
            self.room.reveal(),
            "send",
            "m.room.message",
            &message.id,
        ];
        let mut text = clipped_bytes(&whole(message), TEXT_BYTES_MAX);
        if let Some(link) = &message.link {
            text = format!("{text}\n\nOpen in Sellkeep: {link}");
        }
        let body = json!({"msgtype": "m.text", "body": text, "m.mentions": {}});
        let mut request = Request::json(self.homeserver.below(&parts), &body)
            .with("authorization", format!("Bearer {}", self.token.reveal()));
        request.method = Method::PUT;
        Ok(Sending::Http(vec![request]))
    }

    fn understand(&self, answer: &Answer) -> Result<(), Trouble> {
        let json = answer.json().unwrap_or_default();
        match json["errcode"].as_str() {
            Some("M_UNKNOWN_TOKEN" | "M_MISSING_TOKEN") => {
                Err(answer.refused("the access token is not valid any more. Sign the bot in again"))
            }
            Some("M_FORBIDDEN") => {
                Err(answer.refused("the bot may not write in that room. Invite it and let it join"))
            }
            _ => wire::send::by_status(answer),
        }
    }
}
