//! AWS Signature Version 4: proves who asks, over method, path, headers and body.
//!
//! Pure: the time is an argument. Form: "Create a signed AWS API request",
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use std::fmt;
use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

/// Who asks. It does not print its secret.
#[derive(Clone)]
pub struct Key {
    /// The public id.
    pub id: String,
    /// The secret.
    pub secret: String,
    /// The AWS region.
    pub region: String,
    /// The service: `sqs`.
    pub service: &'static str,
}

impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Key({}, …)", self.id)
    }
}

/// The headers that a signed request has more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// `x-amz-date`.
    pub date: String,
    /// `authorization`.
    pub authorization: String,
}

/// Signs a request without a query. `headers` in small letters, `host` among them.
pub fn sign(
    key: &Key,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    at: Timestamp,
) -> Signed {
    let at = at.to_zoned(TimeZone::UTC);
    let date = at.strftime("%Y%m%dT%H%M%SZ").to_string();
    let day = at.strftime("%Y%m%d").to_string();
    let mut headers: Vec<(&str, &str)> = headers.to_vec();
    headers.push(("x-amz-date", &date));
    headers.sort_unstable();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let lines = headers
        .iter()
        .map(|(name, value)| format!("{name}:{}\n", value.trim()));
    let lines: String = lines.collect();
    let request = format!("{method}\n{path}\n\n{lines}\n{names}\n{}", digest(body));
    let scope = format!("{day}/{}/{}/aws4_request", key.region, key.service);
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{date}\n{scope}\n{}",
        digest(request.as_bytes())
    );
    let signature = hex(&mac(&signing_key(key, &day), &to_sign));
    let id = &key.id;
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}"
    );
    Signed {
        date: date.clone(),
        authorization,
    }
}

fn signing_key(key: &Key, day: &str) -> Vec<u8> {
    let first = mac(format!("AWS4{}", key.secret).as_bytes(), day);
    let words = [key.region.as_str(), key.service, "aws4_request"];
    words.iter().fold(first, |key, word| mac(&key, word))
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    // HMAC takes keys of every length (RFC 2104), so this is always made.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // A String takes whatever is written to it.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key {
            id: "AKIDEXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned(),
            region: "us-east-1".to_owned(),
            service: "service",
        }
    }

    /// AWS's own test suite: get-vanilla, post-vanilla, post-x-www-form-urlencoded.
    #[test]
    fn the_official_vectors() {
        let at: Timestamp = "2015-08-30T12:36:00Z".parse().expect("a time");
        let host = ("host", "example.amazonaws.com");
        let form = ("content-type", "application/x-www-form-urlencoded");
        for (method, headers, body, signature) in [
            (
                "GET",
                &[host][..],
                "",
                "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
            ),
            (
                "POST",
                &[host][..],
                "",
                "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            ),
            (
                "POST",
                &[host, form][..],
                "Param1=value1",
                "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
            ),
        ] {
            let signed = sign(&key(), method, "/", headers, body.as_bytes(), at);
            assert!(
                signed.authorization.ends_with(signature),
                "{method} {body}: {}",
                signed.authorization
            );
            assert_eq!(signed.date, "20150830T123600Z");
        }
        assert!(!format!("{:?}", key()).contains("wJal"));
    }
}
