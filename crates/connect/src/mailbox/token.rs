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
    /// The refresh token that the endpoint gave in place of the one that is kept.
    renewed: Option<String>,
}

/// A token that can be used.
pub struct Usable {
    /// The token.
    pub token: String,
    /// It was got before this call; it may have been withdrawn since.
    pub is_old: bool,
}

/// What the endpoint gave.
struct Given {
    access: String,
    lasts: u64,
    refresh: Option<String>,
}

impl Tokens {
    /// A token that can be used now.
    pub async fn access(
        &mut self,
        oauth: &Oauth,
        secret: &MailboxSecret,
    ) -> Result<Usable, Trouble> {
        let Oauth::Refresh {
            endpoint,
            client_id,
            scope,
        } = oauth
        else {
            return Ok(Usable {
                token: secret.main.clone(),
                is_old: false,
            });
        };
        if let Some((token, until)) = &self.known
            && Instant::now() < *until
        {
            return Ok(Usable {
                token: token.clone(),
                is_old: true,
            });
        }
        let refresh = self.renewed.clone().unwrap_or_else(|| secret.main.clone());
        let mut form = vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.as_str()),
            ("client_id", client_id.as_str()),
        ];
        form.extend(
            secret
                .client
                .iter()
                .map(|secret| ("client_secret", secret.as_str())),
        );
        form.extend(scope.iter().map(|scope| ("scope", scope.as_str())));
        let given = ask(endpoint, &form).await?;
        let lasts = Duration::from_secs(given.lasts.min(LASTS_MAX)).saturating_sub(MARGIN);
        self.known = Some((given.access.clone(), Instant::now() + lasts));
        // Microsoft gives a new refresh token each time, and the old one runs out after
        // 90 days (<https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens>).
        if let Some(new) = given.refresh.filter(|new| *new != refresh) {
            self.renewed = Some(new);
        }
        Ok(Usable {
            token: given.access,
            is_old: false,
        })
    }

    /// The refresh token to keep from now on, where it is a new one.
    pub fn renewed(&self) -> Option<&str> {
        self.renewed.as_deref()
    }

    /// The server did not take it.
    pub fn forget(&mut self) {
        self.known = None;
    }
}

async fn ask(endpoint: &str, form: &[(&str, &str)]) -> Result<Given, Trouble> {
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
    // It goes into a command to the server.
    let plain = |token: &&str| !token.is_empty() && token.chars().all(|c| c.is_ascii_graphic());
    let access = json["access_token"].as_str().filter(plain);
    let refresh = json["refresh_token"].as_str().filter(plain);
    Ok(Given {
        access: access
            .ok_or(Trouble::Strange("the token endpoint"))?
            .to_owned(),
        lasts: json["expires_in"].as_u64().unwrap_or(LASTS),
        refresh: refresh.map(str::to_owned),
    })
}
