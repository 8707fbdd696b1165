//! Access tokens: given, or got with a refresh token (RFC 6749 section 6).

use std::time::Duration;

use reqwest::{Client, redirect};
use tokio::time::Instant;

use super::MailboxSecret;
use super::settings::Oauth;
use crate::connector::Trouble;

/// A token endpoint that has not answered by then is down.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// A token's answer has some kilobytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// A token is replaced this long before it runs out: entering takes a while.
const MARGIN: Duration = Duration::from_mins(2);
/// Where the endpoint does not say how long a token lasts.
const LASTS: u64 = 1800;
/// No token is used longer than a day, whatever the endpoint says.
const LASTS_MAX: u64 = 86_400;

/// The access token at hand.
#[derive(Default)]
pub struct Tokens {
    known: Option<(String, Instant)>,
}

impl Tokens {
    /// A token that can be used now.
    pub async fn access(
        &mut self,
        oauth: &Oauth,
        secret: &MailboxSecret,
    ) -> Result<String, Trouble> {
        let Oauth::Refresh {
            endpoint,
            client_id,
            scope,
        } = oauth
        else {
            return Ok(secret.main.clone());
        };
        if let Some((token, until)) = &self.known
            && Instant::now() < *until
        {
            return Ok(token.clone());
        }
        let mut form = vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", secret.main.as_str()),
            ("client_id", client_id.as_str()),
        ];
        form.extend(
            secret
                .client
                .iter()
                .map(|secret| ("client_secret", secret.as_str())),
        );
        form.extend(scope.iter().map(|scope| ("scope", scope.as_str())));
        let (token, lasts) = ask(endpoint, &form).await?;
        let lasts = Duration::from_secs(lasts.min(LASTS_MAX)).saturating_sub(MARGIN);
        self.known = Some((token.clone(), Instant::now() + lasts));
        Ok(token)
    }

    /// The server did not take it.
    pub fn forget(&mut self) {
        self.known = None;
    }
}

async fn ask(endpoint: &str, form: &[(&str, &str)]) -> Result<(String, u64), Trouble> {
    let client = Client::builder()
        .timeout(ANSWER_WITHIN)
        .redirect(redirect::Policy::none())
        .build()
        .map_err(|_| Trouble::Settings("HTTP cannot be set up".to_owned()))?;
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let request = client
        .post(endpoint)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    let answer = request.send().await;
    let mut answer = answer.map_err(|error| {
        if error.is_timeout() {
            Trouble::Silent("while asking for a token")
        } else {
            Trouble::Cut("while asking for a token")
        }
    })?;
    let status = answer.status();
    if status.is_client_error() && status.as_u16() != 429 {
        return Err(Trouble::Token);
    }
    if !status.is_success() {
        return Err(Trouble::Busy("the token endpoint"));
    }
    let mut bytes = Vec::new();
    while let Ok(Some(part)) = answer.chunk().await {
        bytes.extend_from_slice(&part);
        if bytes.len() > ANSWER_BYTES_MAX {
            return Err(Trouble::TooMuch("the token endpoint"));
        }
    }
    let json: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|_| Trouble::Strange("the token endpoint"))?;
    let token = json["access_token"].as_str().filter(|token| {
        // It goes into a command to the server.
        !token.is_empty() && token.chars().all(|c| c.is_ascii_graphic())
    });
    let token = token.ok_or(Trouble::Strange("the token endpoint"))?;
    Ok((
        token.to_owned(),
        json["expires_in"].as_u64().unwrap_or(LASTS),
    ))
}
