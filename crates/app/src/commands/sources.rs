//! `sellkeep sources`: the places that are read by themselves.
//!
//! Secrets come from a file or are typed unseen; they are kept sealed and never shown.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use sellkeep_connect::mailbox::backfill;
use sellkeep_model::TENANT_DEFAULT;
use sellkeep_store::{Source, Store, Tenant, Versioned};

use super::Usage;
use crate::data::{DataArguments, runtime};
use crate::hooks::{self, HookKind};
use crate::sources::add::{self, JmapArguments, MailboxArguments};
use crate::sources::{SecretName, connector, mailbox_of};

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
    /// The rules of a mailbox over ManageSieve (TLS only): who forwards, moves, deletes mail
    MailboxRules(Box<MailboxArguments>),
    /// A mailbox over JMAP; it is read, never changed
    Jmap(JmapArguments),
    /// A place that hooks are brought to
    #[command(flatten)]
    Hook(HookKind),
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
        } => add::add(&store, &tenant, &add::MAILBOX, mailbox).await?,
        Action::Add {
            kind: Kind::MailboxRules(mailbox),
        } => add::add(&store, &tenant, &add::RULES, mailbox).await?,
        Action::Add {
            kind: Kind::Jmap(jmap),
        } => add::add_jmap(&store, &tenant, jmap).await?,
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
        if let Some(line) = catching_up(&source) {
            writeln!(out, "    {line}")?;
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

/// How far the past of a mailbox is read.
fn catching_up(source: &Source) -> Option<String> {
    let under_way = backfill(&source.cursor, Timestamp::now())?;
    let done = under_way.total.saturating_sub(under_way.left);
    let rest = match under_way.remaining {
        Some(rest) => format!("about {} minutes left", rest.as_secs().div_ceil(60)),
        None => "just begun".to_owned(),
    };
    Some(format!(
        "reads what was there before: {done} of {}, {:.0} a second, {rest}",
        under_way.total, under_way.per_second
    ))
}

async fn test(store: &Store, tenant: &Tenant, name: &str) -> Result<ExitCode> {
    let source = known(store, tenant, name).await?.value;
    let tried = match source.kind.as_str() {
        "mailbox" => match mailbox_of(store, tenant, &source).await? {
            Ok(mut mailbox) => mailbox.test().await,
            Err(trouble) => Err(trouble),
        },
        _ => match connector(store, tenant, &source).await? {
            // One look from the beginning; what it gives is not kept.
            Some(Ok(mut connector)) => {
                let looked = connector.fetch("").await;
                looked.map(|batch| vec![format!("{} records", batch.records.len())])
            }
            Some(Err(trouble)) => Err(trouble),
            None => {
                bail!("source {name} is written to, not read; send it a test from the other side")
            }
        },
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
