//! Is a hook from whom it says? The signature is checked over the raw bytes, before
//! anything else looks at them.
//!
//! Invariants: a comparison takes the same time whatever differs; a header that
//! decides and stands twice is refused; every active secret is tried, so that one can be
//! replaced without a gap. Time, keys and certificates are arguments.
//! Not here: the HTTP receiver, the store that forgets duplicates, fetching keys.

mod mac;
mod pem;
mod refusal;
mod request;
mod secret;
pub(crate) mod standard;
#[cfg(test)]
pub(crate) mod testing;
mod window;

use jiff::Timestamp;
use sellkeep_model::sha256;

use crate::{ebay, etsy, generic, paypal, shopify, square, stripe, walmart};

pub(crate) use mac::{Encoding, signed_by_any};
pub(crate) use pem::pem_blocks;
pub use refusal::Refusal;
pub use request::{BODY_BYTES_MAX, HookRequest};
pub use secret::Secret;
pub use window::REPLAY_WINDOW;
pub(crate) use window::{fresh, within};

/// How a source signs its hooks, with what is needed beside the secrets.
#[derive(Debug, Clone, Copy)]
pub enum Scheme<'a> {
    /// eBay: ECDSA by a key of eBay's; needs no secret.
    Ebay(&'a ebay::Keys),
    /// Etsy: Standard Webhooks.
    Etsy,
    /// Our own generic webhook: Standard Webhooks.
    Generic,
    /// PayPal: RSA by a certificate of PayPal's; needs no secret.
    Paypal(&'a paypal::Trust<'a>),
    /// Shopify: HMAC by the app's client secret.
    Shopify,
    /// Square: HMAC over the address of the hook, as it stands in the subscription, and the body.
    Square {
        /// That address.
        url: &'a str,
    },
    /// Stripe: HMAC over time and body.
    Stripe,
    /// Walmart: HMAC over method, path, time and the body's digest.
    Walmart,
}

/// What a good signature vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The same delivery has the same id, whoever brings it: keep it for 30 days or longer.
    pub dedupe_id: String,
    /// When it was sent, where the signature covers a time.
    pub sent_at: Option<Timestamp>,
}

/// Checks a hook's signature. Nothing of the body is parsed before it holds.
pub fn verify(
    scheme: Scheme<'_>,
    secrets: &[Secret],
    request: &HookRequest<'_>,
    now: Timestamp,
) -> Result<Verified, Refusal> {
    if request.body.len() > BODY_BYTES_MAX {
        return Err(Refusal::TooLarge);
    }
    match scheme {
        Scheme::Ebay(keys) => ebay::verify(keys, request),
        Scheme::Etsy => etsy::verify(secrets, request, now),
        Scheme::Generic => generic::verify(secrets, request, now),
        Scheme::Paypal(trust) => paypal::verify(trust, request, now),
        Scheme::Shopify => shopify::verify(secrets, request),
        Scheme::Square { url } => square::verify(url, secrets, request),
        Scheme::Stripe => stripe::verify(secrets, request, now),
        Scheme::Walmart => walmart::verify(secrets, request, now),
    }
}

/// A text at a place of a body whose signature held; `None` where it is not there.
pub(crate) fn text_in(body: &[u8], pointer: &str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_slice(body).ok()?;
    Some(json.pointer(pointer)?.as_str()?.to_owned())
}

/// The body's id of itself, or its hash where it names none.
pub(crate) fn id_in(body: &[u8], pointer: &str) -> String {
    text_in(body, pointer).unwrap_or_else(|| sha256(body))
}

#[cfg(test)]
mod tests {
    use super::testing::{NOW, request};
    use super::*;

    #[test]
    fn a_body_beyond_the_limit_is_refused_before_it_is_hashed() {
        let body = vec![b' '; BODY_BYTES_MAX + 1];
        let refusal = verify(Scheme::Shopify, &[], &request(&[], &body), NOW);
        assert_eq!(refusal, Err(Refusal::TooLarge));
    }

    #[test]
    fn without_a_secret_nothing_is_believed() {
        let headers = [("X-Shopify-Hmac-SHA256", "AAAA")];
        let refusal = verify(Scheme::Shopify, &[], &request(&headers, b"{}"), NOW);
        assert_eq!(refusal, Err(Refusal::NoSecret));
    }
}
