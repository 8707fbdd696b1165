//! `sellkeep connect amazon`: application, roles, authorisation, test call, first reading.
//!
//! Nothing is written before Amazon has answered. The first reading counts as the owner's
//! only when he says so: it may already be an intruder's.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use sellkeep_connect::amazon::live::{
    Access, Finding, NoToken, Region, Settings, Sight, find, probe,
};
use sellkeep_model::{Account, ExpectedSource, Length};
use sellkeep_store::{Secret, Source, Store, Tenant, Versioned};

use super::ask::{self, From};
use super::guide;
use super::shown::{FirstReading, first_reading, table};
use crate::commands::Usage;
use crate::sources::{SecretName, amazon};
use crate::watch::accounts;

/// Something is heard of a healthy account at least so often: answers are kept hourly.
const HEARD_EVERY: SignedDuration = SignedDuration::from_hours(2);
/// An outage of Amazon's or ours is forgiven so long.
const HEARD_GRACE: SignedDuration = SignedDuration::from_hours(1);

/// What was given on the command line; whatever is missing is asked for.
#[derive(Args)]
pub struct Arguments {
    /// A name for the account; one that is known is taken
    #[arg(long)]
    account: Option<String>,
    /// The merchant token (seller id)
    #[arg(long)]
    seller: Option<String>,
    /// The stores to watch, by country or id: DE,FR
    #[arg(long, value_delimiter = ',', value_name = "STORE,…")]
    stores: Vec<String>,
    /// The application's client id
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// File with the application's client secret
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<PathBuf>,
    /// Environment variable with the application's client secret
    #[arg(long, value_name = "NAME", conflicts_with = "client_secret_file")]
    client_secret_env: Option<String>,
    /// File with the refresh token
    #[arg(long, value_name = "FILE")]
    refresh_token_file: Option<PathBuf>,
    /// Environment variable with the refresh token
    #[arg(long, value_name = "NAME", conflicts_with = "refresh_token_file")]
    refresh_token_env: Option<String>,
    /// A name for the source; ACCOUNT-amazon where none is given
    #[arg(long)]
    name: Option<String>,
    /// The first reading is mine: take it as what is usual, without asking
    #[arg(long)]
    confirm: bool,
    /// Only say what the application may read; keep nothing
    #[arg(long, conflicts_with = "confirm")]
    try_only: bool,
    /// Another address than Amazon's, on this machine (for tests)
    #[arg(long, hide = true)]
    address: Option<String>,
}

/// What is needed to read an account.
struct Wish {
    account: String,
    name: String,
    settings: Settings,
    refresh: Secret,
    client: Secret,
}

/// Connects an account.
pub async fn connect(store: &Store, tenant: &str, arguments: &Arguments) -> Result<ExitCode> {
    if ask::is_person() {
        println!("{}", guide::AMAZON);
    }
    let wish = wish(arguments)?;
    let access = Access {
        settings: wish.settings.clone(),
        grant: amazon::grant(Some(&wish.refresh), Some(&wish.client))?,
    };
    println!("Asking Amazon what the application may read …");
    let findings = probe(&*amazon::gate()?, &access).await.map_err(refused)?;
    anstream::println!("{}", table(&findings));
    if findings.iter().all(|finding| finding.sight != Sight::Seen) {
        bail!("nothing of this account can be read, so nothing was kept");
    }
    if arguments.try_only {
        return Ok(ExitCode::SUCCESS);
    }
    let tenant = Tenant::new(tenant);
    keep(store, &tenant, &wish).await?;
    confirm(store, &tenant, arguments, &wish, &findings).await
}

fn wish(arguments: &Arguments) -> Result<Wish> {
    let account = ask::word(
        arguments.account.as_ref(),
        "Name for the account",
        "--account",
    )?;
    let seller = ask::word(
        arguments.seller.as_ref(),
        "Merchant token (seller id)",
        "--seller",
    )?;
    let stores = stores(arguments)?;
    let client_id = ask::word(arguments.client_id.as_ref(), "Client id", "--client-id")?;
    let settings = Settings {
        region: region(&stores)?,
        seller,
        stores,
        client_id,
        address: arguments.address.clone(),
    };
    settings
        .check()
        .map_err(|trouble| Usage(trouble.to_string()))?;
    let client = ask::secret(&From {
        file: arguments.client_secret_file.as_ref(),
        env: arguments.client_secret_env.as_ref(),
        says: "Client secret",
        flag: "client-secret",
    })?;
    let refresh = ask::secret(&From {
        file: arguments.refresh_token_file.as_ref(),
        env: arguments.refresh_token_env.as_ref(),
        says: "Refresh token",
        flag: "refresh-token",
    })?;
    let name = arguments.name.clone();
    Ok(Wish {
        name: name.unwrap_or_else(|| format!("{account}-amazon")),
        account,
        settings,
        refresh,
        client,
    })
}

/// The ids of the stores that were named.
fn stores(arguments: &Arguments) -> Result<Vec<String>> {
    let mut words = arguments.stores.clone();
    if words.is_empty() {
        let typed = ask::word(None, "Stores to watch, by country (DE,FR)", "--stores")?;
        words = typed.split(',').map(str::to_owned).collect();
    }
    let mut stores = Vec::new();
    for word in words.iter().map(|word| word.trim()) {
        let found = find(word).ok_or_else(|| {
            Usage(format!(
                "Amazon has no store {word:?}; name it by country, such as DE, or by its id"
            ))
        })?;
        stores.push(found.id.to_owned());
    }
    stores.sort();
    stores.dedup();
    Ok(stores)
}

/// A grant is good for the stores of one region.
fn region(stores: &[String]) -> Result<Region> {
    let regions = stores.iter().filter_map(|id| find(id));
    let mut regions: Vec<Region> = regions.map(|store| store.region).collect();
    regions.dedup();
    match regions[..] {
        [region] => Ok(region),
        [] => Err(Usage("name at least one store with --stores".to_owned()).into()),
        _ => Err(Usage(
            "these stores belong to several regions; each region has a refresh token of its own, so connect one region at a time".to_owned(),
        )
        .into()),
    }
}

/// Why there is no token, with what to do.
fn refused(no_token: NoToken) -> anyhow::Error {
    match no_token {
        NoToken::Refused {
            code: "invalid_client",
            ..
        } => anyhow!(
            "Amazon does not accept the application (invalid_client): compare client id and client secret with the application's LWA credentials"
        ),
        NoToken::Refused { code, .. } => anyhow!(
            "Amazon does not accept the refresh token ({code}): authorise the application again and take the new token. https://developer-docs.amazon.com/sp-api/docs/self-authorization"
        ),
        NoToken::Trouble(trouble) => anyhow!("Amazon cannot be asked: {trouble}"),
    }
}

/// Keeps the account, the secrets, and the source, which is read from then on.
async fn keep(store: &Store, tenant: &Tenant, wish: &Wish) -> Result<()> {
    let mut account = known(store, tenant, &wish.account).await?;
    for id in &wish.settings.stores {
        if !account.value.stores.contains(id) {
            account.value.stores.push(id.clone());
        }
    }
    let sources = &mut account.value.sources;
    if sources.iter().all(|known| known.source != amazon::KIND) {
        sources.push(ExpectedSource {
            source: amazon::KIND.to_owned(),
            expected_every: Some(Length(HEARD_EVERY)),
            grace: Some(Length(HEARD_GRACE)),
        });
    }
    store.put_account(&account).await?;
    let now = Timestamp::now();
    for (name, secret) in [
        (SecretName::Client, &wish.client),
        (SecretName::Main, &wish.refresh),
    ] {
        let name = name.of(&wish.name);
        store.put_secret(tenant, &name, secret, now).await?;
    }
    let text = serde_json::to_string(&wish.settings).context("writing the settings down")?;
    let version = store.source(tenant, &wish.name).await?;
    let source = Versioned {
        value: Source::new(&wish.name, &wish.account, amazon::KIND, &text),
        version: version.map_or(0, |known| known.version),
    };
    store.put_source(tenant, &source).await?;
    println!(
        "{} is kept; `sellkeep serve` reads it from now on.\n",
        wish.name
    );
    Ok(())
}

async fn known(store: &Store, tenant: &Tenant, id: &str) -> Result<Versioned<Account>> {
    if let Some(known) = store.account(tenant, id).await? {
        return Ok(known);
    }
    let mut value = accounts::unknown(id, amazon::KIND);
    tenant.as_str().clone_into(&mut value.tenant);
    Ok(Versioned { value, version: 0 })
}

/// Shows the first reading; it becomes what is usual only if the owner says that it is his.
async fn confirm(
    store: &Store,
    tenant: &Tenant,
    arguments: &Arguments,
    wish: &Wish,
    findings: &[Finding],
) -> Result<ExitCode> {
    let key = store.digest_key(tenant).await?;
    let first = first_reading(findings, &key);
    println!("First reading:");
    for line in &first.lines {
        println!("  {line}");
    }
    let mine = if arguments.confirm {
        true
    } else if ask::is_person() {
        ask::yes("Is all of this yours?")?
    } else {
        println!("\nNot confirmed yet: look at it, then run the same command with --confirm.");
        return Ok(ExitCode::SUCCESS);
    };
    if !mine {
        println!("\n{}", guide::NOT_MINE);
        return Ok(ExitCode::FAILURE);
    }
    attest(store, tenant, &wish.account, &first).await?;
    println!("Confirmed. From now on, any other deposit account is told at once.");
    Ok(ExitCode::SUCCESS)
}

async fn attest(store: &Store, tenant: &Tenant, id: &str, first: &FirstReading) -> Result<()> {
    let mut account = known(store, tenant, id).await?;
    let tails = &mut account.value.deposit_tails;
    tails.extend(first.tails.iter().cloned());
    tails.sort();
    tails.dedup();
    account.value.baseline_confirmed = true;
    Ok(store.put_account(&account).await?)
}
