//! Checks one hook's signature, with keys fetched where one is named that is not at hand.

use anyhow::Result;
use axum::http::StatusCode;
use axum::http::request::Parts;
use jiff::Timestamp;
use sellkeep_connect::channels;
use sellkeep_connect::hook::{HookRequest, Refusal, Secret, Verified, verify};
use sellkeep_connect::paypal;
use sellkeep_store::{Source, Tenant};

use super::kinds::{Known, kind};
use super::receive::{NO_ROOM, Receiver, ours};
use super::settings::Settings;
use crate::sources::SecretName;

/// Secrets that are active at a time: the new one, and those being replaced.
pub const SECRETS_MAX: usize = 4;

/// A hook to be checked.
pub struct Checked<'a> {
    pub tenant: &'a Tenant,
    pub source: &'a Source,
    pub parts: &'a Parts,
    pub body: &'a [u8],
    pub now: Timestamp,
}

/// Whether a hook is from whom it says; the status to refuse it with, where it is not.
pub async fn check(receiver: &Receiver, hook: &Checked<'_>) -> Result<Verified, StatusCode> {
    let settings: Settings = serde_json::from_str(&hook.source.settings).map_err(|_| NO_ROOM)?;
    let secrets = secrets(receiver, hook, SecretName::Main).await?;
    let mut verified = once(receiver, hook, &settings, &secrets);
    if let Some(fetched) = fetch(receiver, hook, &settings, &verified).await? {
        if let Err(error) = fetched {
            let says = format!("the key of a hook could not be fetched: {error:#}");
            let noted = receiver
                .store
                .note_trouble(hook.tenant, &hook.source.id, &says, None)
                .await;
            noted.map_err(|error| ours(&error))?;
            // It is brought again, and may be checked then.
            return Err(NO_ROOM);
        }
        verified = once(receiver, hook, &settings, &secrets);
    }
    verified.map_err(|refusal| {
        receiver
            .tally
            .refuse(hook.tenant, &hook.source.id, &refusal, hook.now);
        StatusCode::UNAUTHORIZED
    })
}

/// Fetches the key or certificate that is missing; `None` where nothing is.
async fn fetch(
    receiver: &Receiver,
    hook: &Checked<'_>,
    settings: &Settings,
    verified: &Result<Verified, Refusal>,
) -> Result<Option<Result<()>>, StatusCode> {
    let source = format!("{}/{}", hook.tenant.as_str(), hook.source.id);
    let fetched = match verified {
        Err(Refusal::KeyMissing(id)) => {
            let secrets = secrets(receiver, hook, SecretName::Client).await?;
            let secret = secrets.first().map(String::as_str).unwrap_or_default();
            let secret = channels::Secret::new(secret);
            receiver
                .trust
                .fetch_key(&source, settings, &secret, id)
                .await
        }
        Err(Refusal::CertificateMissing(url)) => {
            receiver.trust.fetch_certificate(&source, url).await
        }
        _ => return Ok(None),
    };
    Ok(Some(fetched))
}

fn once(
    receiver: &Receiver,
    hook: &Checked<'_>,
    settings: &Settings,
    secrets: &[String],
) -> Result<Verified, Refusal> {
    let Some(kind) = kind(&hook.source.kind) else {
        return Err(Refusal::UnknownAlgorithm);
    };
    let secrets: Vec<Secret> = secrets.iter().map(|text| Secret::new(text)).collect();
    let headers = hook.parts.headers.iter();
    let headers: Vec<(&str, &str)> = headers
        .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
        .collect();
    let asked = hook.parts.uri.path_and_query();
    let asked = asked.map_or("/", |path| path.as_str());
    let request = HookRequest {
        method: hook.parts.method.as_str(),
        path_and_query: settings.path(asked),
        headers: &headers,
        body: hook.body,
    };
    let certificates = receiver.trust.paypal();
    let known = Known {
        ebay: receiver.trust.ebay(settings),
        paypal: paypal::Trust {
            webhook_id: settings.webhook_id.as_deref().unwrap_or_default(),
            sandbox: settings.sandbox,
            certificates: &certificates,
            authorities: paypal::authorities(),
        },
    };
    verify(
        (kind.scheme)(settings, &known),
        &secrets,
        &request,
        hook.now,
    )
}

/// The active secrets of a name, the newest first: one a line.
async fn secrets(
    receiver: &Receiver,
    hook: &Checked<'_>,
    name: SecretName,
) -> Result<Vec<String>, StatusCode> {
    let name = name.of(&hook.source.id);
    let kept = receiver
        .store
        .secret(hook.tenant, &name)
        .await
        .map_err(|error| ours(&error))?;
    let text = kept.as_ref().and_then(|secret| secret.expose_text());
    let lines = text.unwrap_or_default().lines();
    let lines = lines.filter(|line| !line.trim().is_empty());
    Ok(lines.take(SECRETS_MAX).map(str::to_owned).collect())
}
