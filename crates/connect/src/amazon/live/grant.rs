//! The right to read: a refresh token, and the access tokens that it is exchanged for.
//!
//! An access token is kept in memory for its hour and renewed before it runs out. Nothing
//! here prints itself; a refusal is kept as its code alone.
//! Form: Login with Amazon, <https://developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api>

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use reqwest::Client;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::settings::Settings;
use super::wire::{self, Bytes};
use crate::connector::Trouble;

/// A token is renewed so long before it runs out: a slow answer must not be too late.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);
/// Where the service does not say how long a token lasts; documented is an hour.
const LASTS: i64 = 3600;
/// No token is used longer than documented, whatever the service says.
const LASTS_MAX: i64 = 3600;
/// An answer with a token has some kilobytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// Documented are 2048 bytes at most.
const TOKEN_BYTES_MAX: usize = 8 * 1024;

/// Refusals that waiting does not heal (RFC 6749, 5.2).
const REFUSALS: &[&str] = &[
    "invalid_grant",
    "invalid_client",
    "unauthorized_client",
    "access_denied",
    "invalid_request",
    "invalid_scope",
    "unsupported_grant_type",
];

/// What a seller handed us: the refresh token of his account, the secret of his application.
#[derive(Clone)]
pub struct Grant {
    /// The refresh token.
    pub refresh: String,
    /// The application's secret.
    pub client_secret: String,
}

impl fmt::Debug for Grant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Grant(…)")
    }
}

/// Why there is no access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoToken {
    /// The right was taken away, or our own secret is not accepted.
    Refused {
        /// The status.
        status: u16,
        /// The code, one of a short list.
        code: &'static str,
    },
    /// The service cannot be reached, or has no room.
    Trouble(Trouble),
}

/// An access token. It does not print.
#[derive(Clone)]
pub struct AccessToken(String);

impl AccessToken {
    /// The token itself, for the wire only.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// The access tokens at hand, by a digest of what they were got with.
#[derive(Default)]
pub struct Tokens(Mutex<HashMap<[u8; 32], (AccessToken, Timestamp)>>);

impl fmt::Debug for Tokens {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Tokens(…)")
    }
}

impl Tokens {
    /// A token that can be used now.
    pub async fn access(
        &self,
        http: &Client,
        settings: &Settings,
        grant: &Grant,
        now: Timestamp,
    ) -> Result<AccessToken, NoToken> {
        let key = key(settings, grant);
        if let Some(token) = self.known(&key, now) {
            return Ok(token);
        }
        let (token, until) = renew(http, settings, grant, now).await?;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (_, until)| *until > now);
        known.insert(key, (token.clone(), until));
        Ok(token)
    }

    /// The token was not taken: the next one is a new one.
    pub fn forget(&self, settings: &Settings, grant: &Grant) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&key(settings, grant));
    }

    fn known(&self, key: &[u8; 32], now: Timestamp) -> Option<AccessToken> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (token, until) = known.get(key)?;
        (now < *until).then(|| token.clone())
    }
}

fn key(settings: &Settings, grant: &Grant) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in [&settings.client_id, &grant.client_secret, &grant.refresh] {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    digest.finalize().into()
}

async fn renew(
    http: &Client,
    settings: &Settings,
    grant: &Grant,
    now: Timestamp,
) -> Result<(AccessToken, Timestamp), NoToken> {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "refresh_token")
        .append_pair("refresh_token", &grant.refresh)
        .append_pair("client_id", &settings.client_id)
        .append_pair("client_secret", &grant.client_secret)
        .finish();
    let request = http
        .post(settings.token_address())
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    let bytes = wire::send(request, ANSWER_BYTES_MAX, "while asking for a token").await;
    let bytes = bytes.map_err(NoToken::Trouble)?;
    let json: Option<Json> = serde_json::from_slice(&bytes.body).ok();
    if !(200..300).contains(&bytes.status) {
        return Err(refused(&bytes, json.as_ref()));
    }
    let strange = NoToken::Trouble(Trouble::Strange("the sign-in service"));
    token(json.as_ref(), now).ok_or(strange)
}

fn refused(bytes: &Bytes, json: Option<&Json>) -> NoToken {
    let told = json
        .and_then(|json| json.get("error"))
        .and_then(Json::as_str);
    let known = REFUSALS.iter().find(|code| told == Some(**code));
    match (known, bytes.status) {
        (Some(code), _) => NoToken::Refused {
            status: bytes.status,
            code,
        },
        (None, 429 | 500..) => NoToken::Trouble(Trouble::Busy("the sign-in service")),
        (None, 300..400) => NoToken::Trouble(Trouble::Strange("the sign-in service")),
        // Amazon names no code: what it means for us is the same.
        (None, _) => NoToken::Refused {
            status: bytes.status,
            code: "access_denied",
        },
    }
}

fn token(json: Option<&Json>, now: Timestamp) -> Option<(AccessToken, Timestamp)> {
    let json = json?;
    let text = json.get("access_token")?.as_str()?;
    let usable = !text.is_empty()
        && text.len() <= TOKEN_BYTES_MAX
        && text.bytes().all(|byte| byte.is_ascii_graphic());
    let lasts = json
        .get("expires_in")
        .and_then(Json::as_i64)
        .unwrap_or(LASTS);
    let lasts = SignedDuration::from_secs(lasts.clamp(0, LASTS_MAX)) - MARGIN;
    let until = now.saturating_add(lasts).ok()?;
    usable.then(|| (AccessToken(text.to_owned()), until))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_prints_itself() {
        let grant = Grant {
            refresh: "Atzr|1".to_owned(),
            client_secret: "hush".to_owned(),
        };
        assert_eq!(format!("{grant:?}"), "Grant(…)");
        assert_eq!(format!("{:?}", Tokens::default()), "Tokens(…)");
    }

    #[test]
    fn a_token_ends_before_it_runs_out() {
        let now: Timestamp = "2026-11-25T03:00:00Z".parse().expect("a time");
        let until = |json: Json| token(Some(&json), now).map(|(_, until)| until.to_string());
        let hour = serde_json::json!({"access_token": "Atza|x", "expires_in": 3600});
        assert_eq!(until(hour).as_deref(), Some("2026-11-25T03:55:00Z"));
        let ages = serde_json::json!({"access_token": "Atza|x", "expires_in": 9_999_999});
        assert_eq!(until(ages).as_deref(), Some("2026-11-25T03:55:00Z"));
        for odd in [
            serde_json::json!({"access_token": ""}),
            serde_json::json!({"access_token": "a\r\nb"}),
            serde_json::json!({"access_token": 7}),
            serde_json::json!([]),
        ] {
            assert_eq!(until(odd), None);
        }
    }

    #[test]
    fn a_refusal_is_kept_as_its_code() {
        let bytes = |status| Bytes {
            status,
            ..Bytes::default()
        };
        let json =
            serde_json::json!({"error": "invalid_grant", "error_description": "mia@example.org"});
        let refusal = refused(&bytes(400), Some(&json));
        assert_eq!(
            refusal,
            NoToken::Refused {
                status: 400,
                code: "invalid_grant"
            }
        );
        assert!(matches!(
            refused(&bytes(503), None),
            NoToken::Trouble(Trouble::Busy(_))
        ));
        assert!(matches!(
            refused(&bytes(302), None),
            NoToken::Trouble(Trouble::Strange(_))
        ));
        assert!(matches!(
            refused(&bytes(403), None),
            NoToken::Refused { .. }
        ));
    }
}
