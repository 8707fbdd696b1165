//! What the sending server said outside the mail: the SMTP envelope.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The SMTP envelope and connection of one mail, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Envelope {
    /// Name given in HELO or EHLO.
    pub helo: Option<String>,
    /// Address given in MAIL FROM; empty for a bounce.
    pub mail_from: Option<String>,
    /// Address given in RCPT TO.
    pub rcpt_to: Option<String>,
    /// Address of the connecting server.
    pub client_ip: Option<IpAddr>,
    /// When the receiving server took the mail.
    pub received_at: Option<Timestamp>,
}

/// Why a file is not an envelope.
#[derive(Debug, thiserror::Error)]
pub enum EnvelopeError {
    /// Not JSON, or a field of another kind than expected.
    #[error("the envelope is not the JSON object that was expected")]
    Json(#[from] serde_json::Error),
    /// `client_ip` is neither an IPv4 nor an IPv6 address.
    #[error("`client_ip` is not an IP address: {0:?}")]
    ClientIp(String),
    /// `received_at` is neither RFC 3339 nor seconds since 1970.
    #[error("`received_at` is neither an RFC 3339 time nor seconds since 1970: {0}")]
    ReceivedAt(String),
}

/// The file's own shape; unknown fields are ignored so that case files with
/// remarks of their own can be used as they are.
#[derive(Deserialize)]
struct File {
    helo: Option<String>,
    mail_from: Option<String>,
    rcpt_to: Option<String>,
    client_ip: Option<String>,
    received_at: Option<serde_json::Value>,
}

impl Envelope {
    /// Reads `{"helo","mail_from","rcpt_to","client_ip","received_at"}`, every
    /// field optional; `received_at` in RFC 3339 or seconds since 1970.
    pub fn from_json(text: &str) -> Result<Envelope, EnvelopeError> {
        let file: File = serde_json::from_str(text)?;
        let client_ip = match file.client_ip {
            Some(text) => Some(
                text.trim()
                    .parse()
                    .map_err(|_| EnvelopeError::ClientIp(text))?,
            ),
            None => None,
        };
        let received_at = match file.received_at {
            Some(serde_json::Value::Null) | None => None,
            Some(value) => Some(time(&value).ok_or(EnvelopeError::ReceivedAt(value.to_string()))?),
        };
        Ok(Envelope {
            helo: file.helo,
            mail_from: file.mail_from,
            rcpt_to: file.rcpt_to,
            client_ip,
            received_at,
        })
    }
}

fn time(value: &serde_json::Value) -> Option<Timestamp> {
    match value {
        serde_json::Value::Number(number) => Timestamp::from_second(number.as_i64()?).ok(),
        serde_json::Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_write_a_time_are_read() {
        let seconds =
            Envelope::from_json(r#"{"client_ip":"203.0.113.66","received_at":1772445600}"#)
                .unwrap();
        let text = Envelope::from_json(r#"{"received_at":"2026-03-02T10:00:00Z","why":"remark"}"#)
            .unwrap();
        assert_eq!(seconds.received_at, text.received_at);
        assert_eq!(seconds.client_ip.unwrap().to_string(), "203.0.113.66");
    }

    #[test]
    fn a_wrong_field_is_named() {
        let error = Envelope::from_json(r#"{"client_ip":"here"}"#).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`client_ip` is not an IP address: \"here\""
        );
    }
}
