//! `sellkeep sources`: the places that are read by themselves.
//!
//! Secrets come from a file or are typed unseen; they are kept sealed and never shown.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use sellkeep_connect::mailbox::{Oauth, PORT, Settings};
use sellkeep_model::TENANT_DEFAULT;
use sellkeep_store::{Secret, Source, Store, Tenant, Versioned};

use super::Usage;
use crate::data::{DataArguments, runtime};
use crate::hooks::{self, HookKind};
use crate::sources::{SecretName, mailbox_of};

/// The places that are read by themselves: add, list, test, pause, resume, remove
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    data: DataArguments,
    /// Whose sources
    #[arg(long, default_value = TENANT_DEFAULT, global = true)]
    tenant: String,
}

#[derive(Subcommand)]
enum Action {
    /// Add a source, or change one of the same name
    Add {
        #[command(subcommand)]
        kind: Kind,
    },
    /// Every source, when it was last heard, and what is wrong with it
    List,
    /// Try a source now
    Test {
        /// Its name
        name: String,
    },
    /// Do not read a source for a while
    Pause {
        /// Its name
        name: String,
    },
    /// Read a source again
    Resume {
        /// Its name
        name: String,
    },
    /// Remove a source with its secrets; what was read from it stays
    Remove {
        /// Its name
        name: String,
    },
}

#[derive(Subcommand)]
enum Kind {
    /// A mailbox over IMAP (TLS only); it is read, never changed
    Mailbox(Box<MailboxArguments>),
    /// A place that hooks are brought to
    #[command(flatten)]
    Hook(HookKind),
}

#[derive(Args)]
struct MailboxArguments {
    /// The account whose notices arrive there
    #[arg(long)]
    account: String,
    /// The IMAP server
    #[arg(long)]
    host: String,
    /// Its port for IMAP over TLS
    #[arg(long, default_value_t = PORT)]
    port: u16,
    /// The user's name there
    #[arg(long)]
    user: String,
    /// A name for the source; ACCOUNT-mailbox where none is given
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

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    runtime()?.block_on(act(arguments))
}

async fn act(arguments: &Arguments) -> Result<ExitCode> {
    let store = arguments.data.open().await?;
    let tenant = Tenant::new(&arguments.tenant);
    match &arguments.action {
        Action::Add {
            kind: Kind::Mailbox(mailbox),
        } => add(&store, &tenant, mailbox).await?,
        Action::Add {
            kind: Kind::Hook(hook),
        } => hooks::add(&store, &tenant, hook).await?,
        Action::List => list(&store, &tenant).await?,
        Action::Test { name } => return Box::pin(test(&store, &tenant, name)).await,
        Action::Pause { name } => pause(&store, &tenant, name, true).await?,
        Action::Resume { name } => pause(&store, &tenant, name, false).await?,
        Action::Remove { name } => remove(&store, &tenant, name).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn add(store: &Store, tenant: &Tenant, arguments: &MailboxArguments) -> Result<()> {
    if store.account(tenant, &arguments.account).await?.is_none() {
        let says = format!(
            "there is no account {:?}: add it first (sellkeep ingest --accounts FILE)",
            arguments.account
        );
        bail!(Usage(says));
    }
    let settings = settings(arguments)?;
    let name = arguments.name.clone();
    let name = name.unwrap_or_else(|| format!("{}-mailbox", arguments.account));
    let main = match &arguments.password_file {
        Some(path) => from_file(path)?,
        None => typed(arguments)?,
    };
    let now = Timestamp::now();
    store
        .put_secret(tenant, &SecretName::Main.of(&name), &main, now)
        .await?;
    if let Some(path) = &arguments.client_secret_file {
        let secret = from_file(path)?;
        store
            .put_secret(tenant, &SecretName::Client.of(&name), &secret, now)
            .await?;
    }
    let known = store.source(tenant, &name).await?;
    let text = serde_json::to_string(&settings).context("writing the settings down")?;
    let source = Versioned {
        value: Source::new(&name, &arguments.account, "mailbox", &text),
        version: known.map_or(0, |known| known.version),
    };
    store.put_source(tenant, &source).await?;
    println!(
        "{name} is kept. `sellkeep sources test {name}` tries it; the server reads it from now on."
    );
    Ok(())
}

fn settings(arguments: &MailboxArguments) -> Result<Settings> {
    let ca = arguments.ca_file.as_ref().map(|path| {
        std::fs::read_to_string(path)
            .with_context(|| format!("reading the certificate {}", path.display()))
    });
    let refresh = arguments
        .token_endpoint
        .clone()
        .zip(arguments.client_id.clone());
    let oauth = match refresh {
        Some((endpoint, client_id)) => Some(Oauth::Refresh {
            endpoint,
            client_id,
            scope: arguments.scope.clone(),
        }),
        None => arguments.access_token.then_some(Oauth::Access),
    };
    let settings = Settings {
        host: arguments.host.clone(),
        port: arguments.port,
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

fn typed(arguments: &MailboxArguments) -> Result<Secret> {
    if !std::io::stdin().is_terminal() {
        bail!(Usage(
            "give the password with --password-file, or type it at a terminal".to_owned()
        ));
    }
    let word = if arguments.access_token || arguments.token_endpoint.is_some() {
        "Token: "
    } else {
        "Password (an app password where the provider has them): "
    };
    let text = rpassword::prompt_password(word).context("asking for the password")?;
    Ok(Secret::new(text.into_bytes()))
}

async fn list(store: &Store, tenant: &Tenant) -> Result<()> {
    let mut out = anstream::stdout();
    let sources = store.sources(tenant).await?;
    if sources.is_empty() {
        writeln!(
            out,
            "No source yet: nothing is read. `sellkeep sources add mailbox …` adds one."
        )?;
    }
    let refused = store.refused(tenant).await?;
    for source in sources {
        let source = source.value;
        let heard = match source.seen {
            Some(at) => format!("last heard {}", at.strftime("%Y-%m-%d %H:%M UTC")),
            None => "never heard".to_owned(),
        };
        let paused = if source.paused { ", paused" } else { "" };
        writeln!(
            out,
            "{:24} {:10} account {}, {heard}{paused}",
            source.id, source.kind, source.account
        )?;
        if !source.trouble.is_empty() {
            writeln!(out, "    {}", source.trouble)?;
        }
        for refused in refused.iter().filter(|one| one.source == source.id) {
            let at = refused.at.strftime("%Y-%m-%d %H:%M UTC");
            let (count, says) = (refused.count, &refused.says);
            writeln!(out, "    refused {count} in all, the last {at}: {says}")?;
        }
        if let Some(at) = source.next_try.filter(|_| !source.paused) {
            writeln!(
                out,
                "    tried again {}",
                at.strftime("%Y-%m-%d %H:%M:%S UTC")
            )?;
        }
    }
    Ok(())
}

async fn test(store: &Store, tenant: &Tenant, name: &str) -> Result<ExitCode> {
    let source = known(store, tenant, name).await?.value;
    if source.kind != "mailbox" {
        bail!("source {name} is written to, not read; send it a test from the other side");
    }
    let tried = match mailbox_of(store, tenant, &source).await? {
        Ok(mut mailbox) => mailbox.test().await,
        Err(trouble) => Err(trouble),
    };
    match tried {
        Ok(folders) => {
            println!("{name} can be read: {}.", folders.join(", "));
            Ok(ExitCode::SUCCESS)
        }
        Err(trouble) => {
            println!("{name} cannot be read: {trouble}.");
            Ok(ExitCode::FAILURE)
        }
    }
}

async fn pause(store: &Store, tenant: &Tenant, name: &str, paused: bool) -> Result<()> {
    let mut source = known(store, tenant, name).await?;
    source.value.paused = paused;
    store.put_source(tenant, &source).await?;
    let says = if paused {
        "is paused: nothing is read, and its silence will be told as blindness"
    } else {
        "is read again"
    };
    println!("{name} {says}.");
    Ok(())
}

async fn remove(store: &Store, tenant: &Tenant, name: &str) -> Result<()> {
    known(store, tenant, name).await?;
    for secret in [SecretName::Main, SecretName::Client] {
        store.remove_secret(tenant, &secret.of(name)).await?;
    }
    store.remove_source(tenant, name).await?;
    println!("{name} is removed with its secrets; what was read from it stays.");
    Ok(())
}

async fn known(store: &Store, tenant: &Tenant, name: &str) -> Result<Versioned<Source>> {
    let found = store.source(tenant, name).await?;
    Ok(found.ok_or_else(|| {
        Usage(format!(
            "there is no source {name:?}; `sellkeep sources list` names them"
        ))
    })?)
}
