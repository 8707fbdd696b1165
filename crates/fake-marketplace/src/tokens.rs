//! The sign-in service: refresh tokens in, access tokens of an hour out.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};
use url::form_urlencoded;

use crate::seller::Seller;

/// The secret of the application that sellers authorised.
pub const CLIENT_SECRET: &str = "amzn1.oa2-cs.v1.fake";
/// As documented.
const LASTS: SignedDuration = SignedDuration::from_hours(1);

/// Access tokens that were handed out.
#[derive(Debug, Default)]
pub struct Tokens {
    given: HashMap<String, (String, Timestamp)>,
    serial: u64,
}

/// What a token is good for.
pub enum Holder {
    /// A seller.
    Seller(String),
    /// It ran out.
    Over,
    /// It never was one.
    Nobody,
}

impl Tokens {
    /// Answers a form.
    pub fn exchange(
        &mut self,
        sellers: &HashMap<String, Seller>,
        form: &[u8],
        now: Timestamp,
    ) -> (u16, Json) {
        let form: HashMap<String, String> = form_urlencoded::parse(form).into_owned().collect();
        let word = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        let refused =
            |code: &str| json!({"error": code, "error_description": "for jane@example.org"});
        if word("grant_type") != "refresh_token" || word("client_id").is_empty() {
            return (400, refused("invalid_request"));
        }
        if word("client_secret") != CLIENT_SECRET {
            return (401, refused("invalid_client"));
        }
        let owner = sellers
            .values()
            .find(|seller| seller.refresh == word("refresh_token"));
        let Some(seller) = owner.filter(|seller| !seller.revoked) else {
            return (400, refused("invalid_grant"));
        };
        self.serial += 1;
        let token = format!("Atza|{}|{}", self.serial, seller.id);
        self.given.retain(|_, (_, until)| *until > now);
        self.given
            .insert(token.clone(), (seller.id.clone(), now + LASTS));
        let body = json!({"access_token": token, "token_type": "bearer", "expires_in": 3600,
            "refresh_token": seller.refresh});
        (200, body)
    }

    /// Whose token it is.
    pub fn holder(&self, token: &str, now: Timestamp) -> Holder {
        match self.given.get(token) {
            Some((seller, until)) if *until > now => Holder::Seller(seller.clone()),
            Some(_) => Holder::Over,
            None if token.starts_with("Atza|") => Holder::Over,
            None => Holder::Nobody,
        }
    }

    /// How many were handed out.
    pub fn handed_out(&self) -> u64 {
        self.serial
    }
}
