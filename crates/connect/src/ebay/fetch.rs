//! Fetching a public key of eBay's: an application token first (client credentials), then
//! the key by its id. Nothing of a seller is asked for.
//!
//! Sources: <https://developer.ebay.com/api-docs/static/oauth-client-credentials-grant.html>,
//! <https://developer.ebay.com/api-docs/commerce/notification/resources/public_key/methods/getPublicKey>.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;

use crate::channels::wire::address::Address;
use crate::channels::{Answer, Request, Secret, Trouble, Wire};

/// eBay's API.
pub const API: &str = "https://api.ebay.com";
/// eBay's API for trials.
pub const API_SANDBOX: &str = "https://api.sandbox.ebay.com";
/// The right that every application has.
const SCOPE: &str = "https://api.ebay.com/oauth/api_scope";

/// An application of the seller's at eBay.
pub struct Application<'a> {
    /// Where eBay's API is.
    pub api: &'a Address,
    /// Its App ID.
    pub id: &'a str,
    /// Its Cert ID.
    pub secret: &'a Secret,
}

/// eBay's answer to `getPublicKey`, for [`super::Keys::add`].
pub async fn fetch_key(
    wire: &Wire,
    application: &Application<'_>,
    key_id: &str,
) -> Result<String, Trouble> {
    let token = token(wire, application).await?;
    let path = ["commerce", "notification", "v1", "public_key", key_id];
    let request = Request {
        method: Method::GET,
        address: application.api.below(&path),
        headers: vec![("accept", "application/json".to_owned())],
        body: Vec::new(),
    };
    let request = request.with("authorization", format!("Bearer {token}"));
    let answer = taken(wire.ask(&request).await?)?;
    String::from_utf8(answer.body).map_err(|_| Trouble::Form("eBay's key is no text"))
}

async fn token(wire: &Wire, application: &Application<'_>) -> Result<String, Trouble> {
    let address = application
        .api
        .below(&["identity", "v1", "oauth2", "token"]);
    let form = [("grant_type", "client_credentials"), ("scope", SCOPE)];
    let shown = STANDARD.encode(format!(
        "{}:{}",
        application.id,
        application.secret.reveal()
    ));
    let request = Request::form(address, &form).with("authorization", format!("Basic {shown}"));
    let answer = taken(wire.ask(&request).await?)?;
    let token = answer.json().and_then(|json| {
        let token = json.get("access_token")?.as_str()?;
        Some(token.to_owned())
    });
    token.ok_or(Trouble::Form("eBay's answer holds no token"))
}

fn taken(answer: Answer) -> Result<Answer, Trouble> {
    match answer.status {
        200..=299 => Ok(answer),
        500..=599 | 429 => Err(Trouble::Broken {
            host: answer.host,
            status: answer.status,
        }),
        _ => Err(answer.refused("check the App ID and the Cert ID of your application at eBay")),
    }
}
