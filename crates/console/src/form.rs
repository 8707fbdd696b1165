//! Forms: the token that proves that a form is ours, and fields with their limits.
//!
//! The token is looked for once, before any handler runs (`guard`); no handler can forget it.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::FromRequest;
use axum::extract::multipart::Multipart;
use axum::http::{HeaderMap, header::CONTENT_TYPE};

use crate::trouble::Trouble;

/// Fields of one form; ours have at most a dozen.
const FIELDS_MAX: usize = 50;
/// Where the token stands in a form of several parts: before any file.
const TOKEN_WITHIN: usize = 2048;

/// The fields of a form that was sent in one piece.
#[derive(Debug, Default)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// A field without surrounding space; empty where it is missing.
    pub fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// A field as it was typed: passwords keep their spaces.
    pub fn raw(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// A field that must say something, of limited length.
    pub fn words(&self, name: &str, what: &str, longest: usize) -> Result<String, Trouble> {
        let text = self.get(name);
        if text.is_empty() {
            return Err(Trouble::Refused(format!("Please fill in {what}.")));
        }
        if text.chars().count() > longest {
            let says = format!("Please write {what} in at most {longest} letters.");
            return Err(Trouble::Refused(says));
        }
        Ok(text.to_owned())
    }

    /// Reads `a=b&c=d`.
    pub fn parse(body: &[u8]) -> Fields {
        let text = String::from_utf8_lossy(body);
        let pairs = text.split('&').take(FIELDS_MAX);
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        };
        Fields(pairs.map(pair).collect())
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Trouble;

    async fn from_request(request: axum::extract::Request, state: &S) -> Result<Fields, Trouble> {
        let body = Bytes::from_request(request, state).await;
        Ok(Fields::parse(&body.map_err(|_| Trouble::TooLarge)?))
    }
}

/// The token in a body, where there is one.
pub fn token_in(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    if kind.starts_with("application/x-www-form-urlencoded") {
        let token = Fields::parse(body).get("csrf").to_owned();
        return Some(token).filter(|token| !token.is_empty());
    }
    if kind.starts_with("multipart/form-data") {
        let start = String::from_utf8_lossy(body.get(..TOKEN_WITHIN).unwrap_or(body));
        let (_, rest) = start.split_once("name=\"csrf\"\r\n\r\n")?;
        let (token, _) = rest.split_once("\r\n")?;
        return Some(token.to_owned());
    }
    None
}

/// A file and the fields beside it.
#[derive(Debug, Default)]
pub struct Upload {
    /// The file's bytes; empty where none was chosen.
    pub file: Bytes,
    /// The other fields.
    pub fields: Fields,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Trouble;

    async fn from_request(request: axum::extract::Request, state: &S) -> Result<Upload, Trouble> {
        let broken = |_| Trouble::Refused("The form arrived incomplete. Send it again.".to_owned());
        let mut parts = Multipart::from_request(request, state)
            .await
            .map_err(|_| Trouble::Refused("Please use the form on the page.".to_owned()))?;
        let mut upload = Upload::default();
        for _ in 0..FIELDS_MAX {
            let Some(part) = parts.next_field().await.map_err(broken)? else {
                break;
            };
            let name = part.name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.map_err(broken)?;
            if name == "file" {
                upload.file = bytes;
            } else {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                upload.fields.0.insert(name, text);
            }
        }
        Ok(upload)
    }
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escaped = bytes.get(at + 1..at + 3).and_then(hexadecimal);
        match (byte, escaped) {
            (b'%', Some(value)) => {
                out.push(value);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            (other, _) => out.push(*other),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let value = digit(digits[0])? * 16 + digit(digits[1])?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_browsers_send_them() {
        let fields = Fields::parse(b"name=Mia+M%C3%BCller&code=123%20456&odd=%zz%");
        assert_eq!(fields.get("name"), "Mia M\u{fc}ller");
        assert_eq!(fields.get("code"), "123 456");
        assert_eq!(fields.get("odd"), "%zz%");
        assert_eq!(fields.get("missing"), "");
    }

    #[test]
    fn words_must_say_something_and_end() {
        let fields = Fields::parse(b"a=+&b=xxxx");
        assert!(fields.words("a", "a name", 9).is_err());
        assert!(fields.words("b", "a name", 3).is_err());
        assert!(fields.words("b", "a name", 4).is_ok());
    }

    #[test]
    fn a_token_is_found_in_both_kinds_of_forms_only() {
        let headers = |kind: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, kind.parse().unwrap());
            headers
        };
        let simple = headers("application/x-www-form-urlencoded");
        assert_eq!(token_in(&simple, b"csrf=abc&x=1"), Some("abc".to_owned()));
        assert_eq!(token_in(&simple, b"x=1"), None);
        let parts = headers("multipart/form-data; boundary=b");
        let body = b"--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n--b--";
        assert_eq!(token_in(&parts, body), Some("abc".to_owned()));
        assert_eq!(token_in(&headers("text/plain"), b"csrf=abc"), None);
    }
}
