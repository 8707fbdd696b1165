//! The kinds of sources that are read by themselves: one list.

use sellkeep_connect::amazon::live::Amazon;
use sellkeep_connect::connector::{Connector, Trouble};
use sellkeep_connect::jmap::{self, Jmap};
use sellkeep_connect::mailbox::{Mailbox, MailboxSecret, Settings};
use sellkeep_connect::managesieve::{self, Rules};
use sellkeep_store::{Secret, Source, Store, Tenant};

use super::amazon;

/// The secrets of a source, as they are named in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretName {
    /// The password, access token or refresh token.
    Main,
    /// The client's secret at a token endpoint.
    Client,
}

impl SecretName {
    /// The name in the store.
    pub fn of(self, source: &str) -> String {
        match self {
            SecretName::Main => format!("source/{source}"),
            SecretName::Client => format!("source/{source}/client"),
        }
    }
}

/// The secrets of a source.
#[derive(Clone)]
pub struct Secrets {
    main: Option<Secret>,
    client: Option<Secret>,
}

/// A kind of source.
pub struct Kind {
    /// Its name, which is also the name of the records' source.
    pub name: &'static str,
    open: Open,
}

/// Makes a connection to a source of its settings and secrets.
type Open = fn(&Source, &Secrets) -> Result<Box<dyn Connector>, Trouble>;

/// Every kind.
pub const KINDS: &[Kind] = &[
    Kind {
        name: amazon::KIND,
        open: |source, secrets| Ok(Box::new(amazon_with(source, secrets)?)),
    },
    Kind {
        name: amazon::QUEUE,
        open: |source, secrets| Ok(Box::new(amazon::open_queue(source, secrets.main.as_ref())?)),
    },
    Kind {
        name: jmap::KIND,
        open: |source, secrets| Ok(Box::new(jmap_with(source, secrets)?)),
    },
    Kind {
        name: "mailbox",
        open: |source, secrets| Ok(Box::new(mailbox_with(source, secrets)?)),
    },
    Kind {
        name: managesieve::SOURCE,
        open: |source, secrets| Ok(Box::new(rules_with(source, secrets)?)),
    },
];

/// What reads a source; `None` where it is not read but written to (a hook).
pub async fn connector(
    store: &Store,
    tenant: &Tenant,
    source: &Source,
) -> anyhow::Result<Option<Result<Box<dyn Connector>, Trouble>>> {
    let Some(kind) = KINDS.iter().find(|kind| kind.name == source.kind) else {
        return Ok(None);
    };
    let secrets = secrets(store, tenant, &source.id).await?;
    Ok(Some((kind.open)(source, &secrets)))
}

/// A mailbox source, for a test of its settings.
pub async fn mailbox_of(
    store: &Store,
    tenant: &Tenant,
    source: &Source,
) -> anyhow::Result<Result<Mailbox, Trouble>> {
    let secrets = secrets(store, tenant, &source.id).await?;
    Ok(mailbox_with(source, &secrets))
}

async fn secrets(store: &Store, tenant: &Tenant, source: &str) -> anyhow::Result<Secrets> {
    Ok(Secrets {
        main: store.secret(tenant, &SecretName::Main.of(source)).await?,
        client: store.secret(tenant, &SecretName::Client.of(source)).await?,
    })
}

fn amazon_with(source: &Source, secrets: &Secrets) -> Result<Amazon, Trouble> {
    amazon::open(source, secrets.main.as_ref(), secrets.client.as_ref())
}

fn jmap_with(source: &Source, secrets: &Secrets) -> Result<Jmap, Trouble> {
    let settings = jmap::Settings::parse(&source.settings)?;
    Jmap::new(settings, mailbox_secret(secrets)?.main)
}

fn rules_with(source: &Source, secrets: &Secrets) -> Result<Rules, Trouble> {
    Rules::new(Settings::parse(&source.settings)?, mailbox_secret(secrets)?)
}

fn mailbox_with(source: &Source, secrets: &Secrets) -> Result<Mailbox, Trouble> {
    Mailbox::new(Settings::parse(&source.settings)?, mailbox_secret(secrets)?)
}

fn mailbox_secret(secrets: &Secrets) -> Result<MailboxSecret, Trouble> {
    let text = |secret: &Option<Secret>| secret.as_ref()?.expose_text().map(str::to_owned);
    Ok(MailboxSecret {
        main: text(&secrets.main).ok_or(Trouble::NoSecret)?,
        client: text(&secrets.client),
    })
}
