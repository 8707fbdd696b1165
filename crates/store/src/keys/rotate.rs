//! Which master key the store is sealed with, and replacing it.
//!
//! Replacing wraps every data key again, in one transaction with the new key's name.
//! Records and secrets are not touched: their data keys stay the same.

use super::key_file;
use super::master::{self, KeyError, KeySource, MasterKey};
use crate::error::{Error, Result, Step};
use crate::migrate::{fact, set_fact};
use crate::statement::{Columns, Scope, statements};
use crate::store::{Pools, Store, Write};

statements! {
    EVERY: Scope::Machine("a new master key wraps the keys of all tenants"),
        "SELECT tenant, wrapped FROM data_keys ORDER BY tenant",
        "SELECT tenant, wrapped FROM data_keys ORDER BY tenant FOR UPDATE";
    WRAP: Scope::Tenant, "UPDATE data_keys SET wrapped = $2 WHERE tenant = $1";
}

/// The fact that holds the name of the master key.
const FACT: &str = "master key";
const STEP: &str = "replace the store's key";

/// The name of the key the store is sealed with, where it is.
pub(crate) async fn known(pools: &Pools) -> Result<Option<String>> {
    let mut write = Write::begin(pools).await?;
    fact(&mut write, FACT).await
}

/// Notes the key at the first start; refuses another one later.
pub(crate) async fn agree(pools: &Pools, key: &MasterKey, source: &KeySource) -> Result<()> {
    let mut write = Write::begin(pools).await?;
    match fact(&mut write, FACT).await? {
        None => set_fact(&mut write, FACT, key.name()).await?,
        Some(expected) if expected == key.name() => {}
        Some(expected) => {
            return Err(Error::Key(KeyError::Wrong {
                origin: source.shown(),
                found: key.name().to_owned(),
                expected,
            }));
        }
    }
    write.commit().await
}

impl Store {
    /// Replaces the master key. A file gets a new key; a variable or a command must already
    /// give the new one.
    pub async fn replace_key(&self, source: &KeySource) -> Result<()> {
        let mut master = self.keys.master().write().await;
        let new = match source {
            KeySource::File(path) => key_file::prepare(path)?,
            _ => master::read(source, None)?,
        };
        wrap_again(&self.pools, &master, &new).await?;
        if let KeySource::File(path) = source {
            key_file::replace(path)?;
        }
        *master = new;
        Ok(())
    }
}

async fn wrap_again(pools: &Pools, old: &MasterKey, new: &MasterKey) -> Result<()> {
    let mut write = Write::begin(pools).await?;
    let rows = EVERY.on(pools.engine).fetch_all(write.connection());
    for row in rows.await.step(STEP)? {
        let tenant = row.text(0)?;
        let key = old.unwrap(&tenant, &row.bytes(1)?)?;
        let wrapped = new.wrap(&tenant, &key)?;
        let wrap = WRAP.on(pools.engine).bind(tenant).bind(wrapped);
        wrap.execute(write.connection()).await.step(STEP)?;
    }
    set_fact(&mut write, FACT, new.name()).await?;
    write.commit().await
}
