//! `sellkeep sources add shopify-webhook …`: a source that hooks are brought to.
//!
//! Secrets come from a file, the environment, or are typed unseen; they are kept sealed.

use std::io::IsTerminal;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use sellkeep_store::{Secret, Source, Store, Tenant, Versioned};

use super::check::SECRETS_MAX;
use super::kinds::{Kind, kind};
use super::settings::Settings;
use crate::commands::Usage;
use crate::sources::SecretName;

/// As long as Standard Webhooks recommends (24 to 64 bytes).
const MADE_SECRET_BYTES: usize = 32;

/// Sources that hooks are brought to.
#[derive(Subcommand)]
pub enum HookKind {
    /// Notifications of eBay's Notification API
    #[command(name = "ebay-webhook")]
    Ebay(EbayArguments),
    /// Webhooks of Etsy (commercial apps)
    #[command(name = "etsy-webhook")]
    Etsy(HookArguments),
    /// A webhook of anything else, signed as Standard Webhooks are
    #[command(name = "generic-webhook")]
    Generic(GenericArguments),
    /// Webhooks of PayPal
    #[command(name = "paypal-webhook")]
    Paypal(PaypalArguments),
    /// Webhooks of a Shopify shop
    #[command(name = "shopify-webhook")]
    Shopify(HookArguments),
    /// Webhooks of Square
    #[command(name = "square-webhook")]
    Square(HookArguments),
    /// Webhooks of Stripe
    #[command(name = "stripe-webhook")]
    Stripe(HookArguments),
    /// Webhooks of Walmart Marketplace, signed by HMAC
    #[command(name = "walmart-webhook")]
    Walmart(HookArguments),
}

/// What every kind needs.
#[derive(Args)]
pub struct HookArguments {
    /// The account that the hooks are about
    #[arg(long)]
    account: String,
    /// A name for the source, which is part of its address; ACCOUNT-KIND where none is given
    #[arg(long)]
    name: Option<String>,
    /// File with the secret; asked for where none is given
    #[arg(long, value_name = "FILE", conflicts_with = "secret_env")]
    secret_file: Option<PathBuf>,
    /// Environment variable with the secret
    #[arg(long, value_name = "NAME")]
    secret_env: Option<String>,
    /// Believe the former secret as well, while the marketplace still signs with it
    #[arg(long)]
    keep_old: bool,
    /// The address that the marketplace calls, letter by letter as entered there
    #[arg(long)]
    url: Option<String>,
}

/// What eBay needs.
#[derive(Args)]
pub struct EbayArguments {
    #[command(flatten)]
    hook: HookArguments,
    /// The App ID of your application, which eBay's public keys are asked for with
    #[arg(long, value_name = "APP_ID")]
    client_id: String,
    /// File with its Cert ID
    #[arg(long, value_name = "FILE")]
    client_secret_file: PathBuf,
    /// It is an application of eBay's sandbox
    #[arg(long)]
    sandbox: bool,
    /// Where eBay's API is, where not at its own place
    #[arg(long, value_name = "URL", hide = true)]
    api: Option<String>,
}

/// What a generic hook needs.
#[derive(Args)]
pub struct GenericArguments {
    #[command(flatten)]
    hook: HookArguments,
    /// Make a secret and show it once
    #[arg(long, conflicts_with_all = ["secret_file", "secret_env"])]
    make_secret: bool,
}

/// What PayPal needs.
#[derive(Args)]
pub struct PaypalArguments {
    #[command(flatten)]
    hook: HookArguments,
    /// The id that PayPal shows beside the webhook
    #[arg(long, value_name = "ID")]
    webhook_id: String,
    /// Believe hooks of PayPal's sandbox
    #[arg(long)]
    sandbox: bool,
}

impl HookKind {
    /// The kind's name, what every kind needs, and the settings.
    fn parts(&self) -> (&'static str, &HookArguments, Settings) {
        let mut settings = Settings::default();
        let (name, hook) = match self {
            HookKind::Ebay(own) => {
                settings.client_id = Some(own.client_id.clone());
                settings.api.clone_from(&own.api);
                settings.sandbox = own.sandbox;
                ("ebay.webhook", &own.hook)
            }
            HookKind::Etsy(hook) => ("etsy.webhook", hook),
            HookKind::Generic(own) => ("generic.webhook", &own.hook),
            HookKind::Paypal(own) => {
                settings.webhook_id = Some(own.webhook_id.clone());
                settings.sandbox = own.sandbox;
                ("paypal.webhook", &own.hook)
            }
            HookKind::Shopify(hook) => ("shopify.webhook", hook),
            HookKind::Square(hook) => ("square.webhook", hook),
            HookKind::Stripe(hook) => ("stripe.webhook", hook),
            HookKind::Walmart(hook) => ("walmart.webhook", hook),
        };
        settings.url.clone_from(&hook.url);
        (name, hook, settings)
    }
}

/// Adds a source that hooks are brought to, or changes one of the same name.
pub async fn add(store: &Store, tenant: &Tenant, wanted: &HookKind) -> Result<()> {
    let (kind_name, hook, settings) = wanted.parts();
    let Some(kind) = kind(kind_name) else {
        bail!("{kind_name} is on no list");
    };
    if store.account(tenant, &hook.account).await?.is_none() {
        let says = format!(
            "there is no account {:?}: add it first (sellkeep ingest --accounts FILE)",
            hook.account
        );
        bail!(Usage(says));
    }
    let checked = settings.check(kind.name, kind.needs_url);
    checked.map_err(|error| Usage(error.to_string()))?;
    let name = name(hook, kind)?;
    let known = store.source(tenant, &name).await?;
    if known
        .as_ref()
        .is_some_and(|known| known.value.kind != kind.name)
    {
        bail!(Usage(format!(
            "there is another kind of source called {name:?}; give this one another --name"
        )));
    }
    keep_secrets(store, tenant, &name, kind, wanted).await?;
    let text = serde_json::to_string(&settings).context("writing the settings down")?;
    let mut value = Source::new(&name, &hook.account, kind.name, &text);
    value.paused = known.as_ref().is_some_and(|known| known.value.paused);
    let version = known.map_or(0, |known| known.version);
    store
        .put_source(tenant, &Versioned { value, version })
        .await?;
    told(tenant, &name, &settings);
    Ok(())
}

/// The name is part of an address, so it holds nothing that would have to be encoded.
fn name(hook: &HookArguments, kind: &Kind) -> Result<String> {
    let usual = || format!("{}-{}", hook.account, kind.name.replace('.', "-"));
    let name = hook.name.clone().unwrap_or_else(usual);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if name.is_empty() || !name.bytes().all(plain) {
        bail!(Usage(format!(
            "{name:?} cannot stand in an address; give a --name of letters, digits, - and _"
        )));
    }
    Ok(name)
}

async fn keep_secrets(
    store: &Store,
    tenant: &Tenant,
    name: &str,
    kind: &Kind,
    wanted: &HookKind,
) -> Result<()> {
    let now = Timestamp::now();
    let (_, hook, _) = wanted.parts();
    if let HookKind::Ebay(own) = wanted {
        let secret = crate::sources::add::from_file(&own.client_secret_file)?;
        let place = SecretName::Client.of(name);
        store.put_secret(tenant, &place, &secret, now).await?;
    }
    let Some(words) = kind.secret else {
        return Ok(());
    };
    let new = match wanted {
        HookKind::Generic(own) if own.make_secret => made()?,
        _ => given(hook, words)?,
    };
    let place = SecretName::Main.of(name);
    let old = store
        .secret(tenant, &place)
        .await?
        .filter(|_| hook.keep_old);
    let secret = with_old(&new, old.as_ref());
    store.put_secret(tenant, &place, &secret, now).await?;
    Ok(())
}

/// One secret a line, the newest first.
fn with_old(new: &Secret, old: Option<&Secret>) -> Secret {
    let mut lines: Vec<&str> = new.expose_text().into_iter().map(str::trim).collect();
    let old = old.and_then(Secret::expose_text).unwrap_or_default();
    let older = old.lines().map(str::trim).filter(|line| !line.is_empty());
    for line in older {
        if !lines.contains(&line) && lines.len() < SECRETS_MAX {
            lines.push(line);
        }
    }
    Secret::new(lines.join("\n").into_bytes())
}

fn given(hook: &HookArguments, words: &str) -> Result<Secret> {
    if let Some(path) = &hook.secret_file {
        return crate::sources::add::from_file(path);
    }
    let text = match &hook.secret_env {
        Some(name) => std::env::var(name)
            .with_context(|| format!("reading the secret from the environment variable {name}"))?,
        None if std::io::stdin().is_terminal() => {
            rpassword::prompt_password(words).context("asking for the secret")?
        }
        None => bail!(Usage(
            "give the secret with --secret-file or --secret-env, or type it at a terminal"
                .to_owned()
        )),
    };
    if text.trim().is_empty() {
        bail!(Usage("the secret is empty".to_owned()));
    }
    Ok(Secret::new(text.trim().as_bytes()))
}

/// A secret of our own, shown once.
fn made() -> Result<Secret> {
    let mut bytes = [0; MADE_SECRET_BYTES];
    aws_lc_rs::rand::fill(&mut bytes).context("making a secret")?;
    let text = format!("whsec_{}", STANDARD.encode(bytes));
    println!("The secret, shown this once: {text}");
    Ok(Secret::new(text.into_bytes()))
}

fn told(tenant: &Tenant, name: &str, settings: &Settings) {
    let address = settings.url.clone().unwrap_or_else(|| {
        let tenant = match tenant.as_str() {
            sellkeep_model::TENANT_DEFAULT => String::new(),
            other => format!("{other}/"),
        };
        format!("https://YOUR-ADDRESS/hooks/{tenant}{name}")
    });
    println!(
        "{name} is kept. Enter this address at the marketplace: {address}\n\
         `sellkeep sources list` shows when the last hook came, and what was refused."
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_secret_stands_first_and_old_ones_are_few() {
        let secret = |text: &str| Secret::new(text.as_bytes());
        let lines = |secret: &Secret| secret.expose_text().expect("text").to_owned();
        assert_eq!(lines(&with_old(&secret("a"), None)), "a");
        assert_eq!(
            lines(&with_old(&secret("b"), Some(&secret("a\n\na")))),
            "b\na"
        );
        let many = secret("1\n2\n3\n4\n5");
        assert_eq!(lines(&with_old(&secret("b"), Some(&many))), "b\n1\n2\n3");
    }

    #[test]
    fn a_made_secret_is_one_of_standard_webhooks() {
        let text = made().expect("random");
        let digits = text.expose_text().expect("text").strip_prefix("whsec_");
        let bytes = STANDARD
            .decode(digits.expect("its beginning"))
            .expect("base64");
        assert_eq!(bytes.len(), MADE_SECRET_BYTES);
    }
}
