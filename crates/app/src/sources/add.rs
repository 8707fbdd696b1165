//! Adding mailboxes: where they lie, and their secrets, which come from a file or are typed unseen.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use jiff::Timestamp;
use sellkeep_connect::jmap;
use sellkeep_connect::mailbox::{Oauth, PORT, Settings, provider};
use sellkeep_connect::managesieve;
use sellkeep_store::{Secret, Source, Store, Tenant, Versioned};

use super::kinds::SecretName;
use crate::commands::Usage;

/// Where a mailbox lies and how it is entered.
#[derive(Args)]
pub struct MailboxArguments {
    /// The account whose notices arrive there
    #[arg(long)]
    account: String,
    /// The IMAP server
    #[arg(long, required_unless_present = "provider")]
    host: Option<String>,
    /// Host, token endpoint and right of a provider that lets nobody in with a password
    #[arg(long, value_parser = ["gmail", "microsoft"], requires = "client_id")]
    provider: Option<String>,
    /// Its port: 993 for IMAP over TLS, 4190 for ManageSieve where none is given
    #[arg(long)]
    port: Option<u16>,
    /// The user's name there
    #[arg(long)]
    user: String,
    /// A name for the source; ACCOUNT-mailbox or ACCOUNT-mailbox-rules where none is given
    #[arg(long)]
    name: Option<String>,
    /// File with the password (or token); asked for where none is given
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Certificate of a server of your own, or of its authority (PEM)
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// The secret is an access token (XOAUTH2)
    #[arg(long, conflicts_with = "token_endpoint")]
    access_token: bool,
    /// The secret is a refresh token for this endpoint (XOAUTH2)
    #[arg(long, value_name = "URL", requires = "client_id")]
    token_endpoint: Option<String>,
    /// The client's id at the token endpoint
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// File with the client's secret at the token endpoint
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// The right to ask for at the token endpoint
    #[arg(long)]
    scope: Option<String>,
}

/// Where a mailbox over JMAP lies.
#[derive(Args)]
pub struct JmapArguments {
    /// The account whose notices arrive there
    #[arg(long)]
    account: String,
    /// The address of the session resource, such as `https://api.fastmail.com/jmap/session`
    #[arg(long, value_name = "URL")]
    session: String,
    /// The user's name, where the secret is a password and no token
    #[arg(long)]
    user: Option<String>,
    /// A name for the source; ACCOUNT-jmap where none is given
    #[arg(long)]
    name: Option<String>,
    /// File with the token or password; asked for where none is given
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// What is read of a mailbox.
pub struct Reading {
    /// The kind of source.
    kind: &'static str,
    /// Its usual port.
    port: u16,
    /// The end of its usual name.
    word: &'static str,
}

/// Its mails, over IMAP.
pub const MAILBOX: Reading = Reading {
    kind: "mailbox",
    port: PORT,
    word: "mailbox",
};

/// Its rules, over ManageSieve.
pub const RULES: Reading = Reading {
    kind: managesieve::SOURCE,
    port: managesieve::PORT,
    word: "mailbox-rules",
};

/// Adds a mailbox or its rules, or changes the source of the same name.
pub async fn add(
    store: &Store,
    tenant: &Tenant,
    what: &Reading,
    arguments: &MailboxArguments,
) -> Result<()> {
    known_account(store, tenant, &arguments.account).await?;
    let settings = settings(arguments, what.port)?;
    let name = arguments.name.clone();
    let name = name.unwrap_or_else(|| format!("{}-{}", arguments.account, what.word));
    let main = match &arguments.password_file {
        Some(path) => from_file(path)?,
        None => typed(word(arguments))?,
    };
    let now = Timestamp::now();
    if let Some(path) = &arguments.client_secret_file {
        let secret = from_file(path)?;
        store
            .put_secret(tenant, &SecretName::Client.of(&name), &secret, now)
            .await?;
    }
    let text = serde_json::to_string(&settings).context("writing the settings down")?;
    let source = Source::new(&name, &arguments.account, what.kind, &text);
    keep(store, tenant, source, &main).await
}

/// Adds a mailbox over JMAP, or changes the source of the same name.
pub async fn add_jmap(store: &Store, tenant: &Tenant, arguments: &JmapArguments) -> Result<()> {
    known_account(store, tenant, &arguments.account).await?;
    let settings = jmap::Settings {
        session: arguments.session.clone(),
        user: arguments.user.clone(),
    };
    let checked = settings.check();
    checked.map_err(|trouble| Usage(trouble.to_string()))?;
    let name = arguments.name.clone();
    let name = name.unwrap_or_else(|| format!("{}-jmap", arguments.account));
    let secret = match (&arguments.password_file, &arguments.user) {
        (Some(path), _) => from_file(path)?,
        (None, Some(_)) => typed("Password: ")?,
        (None, None) => typed("Token: ")?,
    };
    let text = serde_json::to_string(&settings).context("writing the settings down")?;
    let source = Source::new(&name, &arguments.account, jmap::KIND, &text);
    keep(store, tenant, source, &secret).await
}

async fn known_account(store: &Store, tenant: &Tenant, id: &str) -> Result<()> {
    if store.account(tenant, id).await?.is_none() {
        bail!(Usage(format!(
            "there is no account {id:?}: add it first (sellkeep ingest --accounts FILE)"
        )));
    }
    Ok(())
}

/// Keeps a source with its secret; one of the same name is changed.
async fn keep(store: &Store, tenant: &Tenant, value: Source, secret: &Secret) -> Result<()> {
    let name = value.id.clone();
    let place = SecretName::Main.of(&name);
    store
        .put_secret(tenant, &place, secret, Timestamp::now())
        .await?;
    let known = store.source(tenant, &name).await?;
    let version = known.map_or(0, |known| known.version);
    store
        .put_source(tenant, &Versioned { value, version })
        .await?;
    println!(
        "{name} is kept. `sellkeep sources test {name}` tries it; the server reads it from now on."
    );
    Ok(())
}

fn settings(arguments: &MailboxArguments, port: u16) -> Result<Settings> {
    let ca = arguments.ca_file.as_ref().map(|path| {
        std::fs::read_to_string(path)
            .with_context(|| format!("reading the certificate {}", path.display()))
    });
    let provider = arguments.provider.as_deref().and_then(provider);
    let endpoint = arguments.token_endpoint.clone();
    let endpoint = endpoint.or_else(|| Some(provider?.endpoint.to_owned()));
    let scope = arguments.scope.clone();
    let host = arguments.host.clone();
    let refresh = endpoint.zip(arguments.client_id.clone());
    let oauth = match refresh {
        Some((endpoint, client_id)) => Some(Oauth::Refresh {
            endpoint,
            client_id,
            scope: scope.or_else(|| Some(provider?.scope.to_owned())),
        }),
        None => arguments.access_token.then_some(Oauth::Access),
    };
    let settings = Settings {
        host: host
            .or_else(|| Some(provider?.host.to_owned()))
            .unwrap_or_default(),
        port: arguments.port.unwrap_or(port),
        user: arguments.user.clone(),
        ca: ca.transpose()?,
        oauth,
        folder: None,
    };
    settings
        .check()
        .map_err(|trouble| Usage(trouble.to_string()))?;
    Ok(settings)
}

/// One line; the line break at its end is the editor's.
pub fn from_file(path: &Path) -> Result<Secret> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("reading the secret from {}", path.display()))?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        bail!(
            "the file {} is empty; it should hold the password",
            path.display()
        );
    }
    Ok(Secret::new(text.as_bytes()))
}

fn word(arguments: &MailboxArguments) -> &'static str {
    let by_token = arguments.token_endpoint.is_some() || arguments.provider.is_some();
    if arguments.access_token || by_token {
        "Token: "
    } else {
        "Password (an app password where the provider has them): "
    }
}

fn typed(word: &str) -> Result<Secret> {
    if !std::io::stdin().is_terminal() {
        bail!(Usage(
            "give the password with --password-file, or type it at a terminal".to_owned()
        ));
    }
    let text = rpassword::prompt_password(word).context("asking for the password")?;
    Ok(Secret::new(text.into_bytes()))
}
