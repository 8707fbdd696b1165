//! The store: opened once, shared by clones, closed at the end.
//!
//! Whatever changes together is written in one [`Write`]. Reads go past it, through
//! connections of their own; on SQLite there is one writer and readers never wait for it.

use sqlx::AnyConnection;
use sqlx::{Any, Transaction};

pub use crate::engine::Engine;
pub(crate) use crate::engine::Pools;
use crate::engine::{self, Place};
use crate::error::{Result, Step};
use crate::keys::{self, DataKey, DataKeys, KeySource};
use crate::migrate;
use crate::tenant::Tenant;

/// Records, events, alerts, jobs and people's words, on SQLite or PostgreSQL.
#[derive(Clone)]
pub struct Store {
    pub(crate) pools: Pools,
    pub(crate) keys: DataKeys,
}

impl Store {
    /// Opens a store and brings its tables to the newest form. `address` is a path, `:memory:`
    /// or `postgres://…`; the key file is made where neither it nor any sealed data exists.
    pub async fn open(address: &str, source: &KeySource) -> Result<Store> {
        let pools = engine::connect(&Place::parse(address)?).await?;
        migrate::run(&pools).await?;
        let expected = keys::known(&pools).await?;
        let master = keys::read(source, expected.as_deref())?;
        keys::agree(&pools, &master, source).await?;
        Ok(Store {
            pools,
            keys: DataKeys::new(master),
        })
    }

    /// Which engine holds the tables.
    pub fn engine(&self) -> Engine {
        self.pools.engine
    }

    /// Waits for running statements and closes all connections.
    pub async fn close(&self) {
        self.pools.read.close().await;
        self.pools.write.close().await;
    }

    pub(crate) async fn write(&self) -> Result<Write> {
        Write::begin(&self.pools).await
    }

    pub(crate) async fn data_key(&self, tenant: &Tenant) -> Result<DataKey> {
        self.keys.of(&self.pools, tenant).await
    }
}

/// One transaction. Dropped without `commit`, it never happened.
pub(crate) struct Write {
    pub engine: Engine,
    transaction: Transaction<'static, Any>,
}

impl Write {
    /// Begins; on SQLite it takes the right to write at once, so that it cannot fail half-way.
    pub(crate) async fn begin(pools: &Pools) -> Result<Write> {
        let begun = match pools.engine {
            Engine::Sqlite => pools.write.begin_with("BEGIN IMMEDIATE").await,
            Engine::Postgres => pools.write.begin().await,
        };
        Ok(Write {
            engine: pools.engine,
            transaction: begun.step("begin to write")?,
        })
    }

    /// The connection to run statements on.
    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }

    /// Makes it lasting.
    pub(crate) async fn commit(self) -> Result<()> {
        self.transaction
            .commit()
            .await
            .step("keep what was written")
    }
}
