//! Data keys: one a tenant, wrapped in the database, opened once a process.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{Mutex, RwLock};

use super::{DataKey, MasterKey};
use crate::error::{Result, Step};
use crate::statement::{Columns, Scope, statements};
use crate::store::{Pools, Write};
use crate::tenant::Tenant;

statements! {
    WRAPPED: Scope::Tenant, "SELECT wrapped FROM data_keys WHERE tenant = $1";
    ADD: Scope::Tenant,
        "INSERT INTO data_keys (tenant, wrapped) VALUES ($1, $2) ON CONFLICT (tenant) DO NOTHING";
}

/// Opened keys.
#[derive(Clone)]
pub(crate) struct DataKeys {
    master: Arc<RwLock<MasterKey>>,
    opened: Arc<Mutex<HashMap<Tenant, DataKey>>>,
}

impl DataKeys {
    pub(crate) fn new(master: MasterKey) -> DataKeys {
        DataKeys {
            master: Arc::new(RwLock::new(master)),
            opened: Arc::default(),
        }
    }

    /// The tenant's key, made at its first use.
    pub(crate) async fn of(&self, pools: &Pools, tenant: &Tenant) -> Result<DataKey> {
        let mut opened = self.opened.lock().await;
        if let Some(key) = opened.get(tenant) {
            return Ok(key.clone());
        }
        let master = self.master.read().await;
        let key = read_or_make(pools, &master, tenant).await?;
        opened.insert(tenant.clone(), key.clone());
        Ok(key)
    }

    /// The master key, for replacing it.
    pub(crate) fn master(&self) -> &RwLock<MasterKey> {
        &self.master
    }
}

const STEP: &str = "read the tenant's key";

async fn read_or_make(pools: &Pools, master: &MasterKey, tenant: &Tenant) -> Result<DataKey> {
    let query = WRAPPED.on(pools.engine).bind(tenant.bound());
    if let Some(row) = query.fetch_optional(&pools.read).await.step(STEP)? {
        return master.unwrap(tenant.as_str(), &row.bytes(0)?);
    }
    let new = master.wrap(tenant.as_str(), &DataKey::random()?)?;
    let mut write = Write::begin(pools).await?;
    let add = ADD.on(pools.engine).bind(tenant.bound()).bind(new);
    add.execute(write.connection()).await.step(STEP)?;
    // Another node may have been faster: what stands in the database holds.
    let query = WRAPPED.on(pools.engine).bind(tenant.bound());
    let row = query.fetch_one(write.connection()).await.step(STEP)?;
    let key = master.unwrap(tenant.as_str(), &row.bytes(0)?)?;
    write.commit().await?;
    Ok(key)
}
