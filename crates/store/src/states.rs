//! Detection's memory of an account: opaque bytes, in a small part that every event
//! touches and a large part that few do.
//!
//! Written in `commit` only, with the version it was read at. Can be made again.

use std::collections::HashMap;

use serde::Serialize;
use sqlx::any::AnyRow;

use crate::bulk::{Bulk, ROWS_MAX, Slice};
use crate::error::{Error, Result, Step};
use crate::page::Versioned;
use crate::statement::{Columns, Scope, Statement, statements};
use crate::store::{Store, Write};
use crate::tenant::Tenant;

statements! {
    GET: Scope::Tenant,
        "SELECT hot, states.version, cold FROM states \
         LEFT JOIN states_cold ON states_cold.tenant = $1 AND states_cold.account = states.account \
         WHERE states.tenant = $1 AND states.account = $2";
    HOT: Scope::Machine("a partition holds accounts of several tenants; each row names its own"),
        "SELECT states.tenant, states.account, hot, states.version FROM json_each($1) AS wanted \
         JOIN states ON states.tenant = wanted.value ->> 't' AND states.account = wanted.value ->> 'a'",
        "SELECT states.tenant, states.account, hot, states.version \
         FROM json_to_recordset(CAST($1 AS JSON)) AS wanted(t TEXT, a TEXT) \
         JOIN states ON states.tenant = wanted.t AND states.account = wanted.a";
    WHOLE: Scope::Machine("a worker takes accounts of several tenants; each row names its own"),
        "SELECT states.tenant, states.account, hot, states.version, cold FROM json_each($1) AS wanted \
         JOIN states ON states.tenant = wanted.value ->> 't' AND states.account = wanted.value ->> 'a' \
         LEFT JOIN states_cold ON states_cold.tenant = states.tenant \
             AND states_cold.account = states.account",
        "SELECT states.tenant, states.account, hot, states.version, cold \
         FROM json_to_recordset(CAST($1 AS JSON)) AS wanted(t TEXT, a TEXT) \
         JOIN states ON states.tenant = wanted.t AND states.account = wanted.a \
         LEFT JOIN states_cold ON states_cold.tenant = states.tenant \
             AND states_cold.account = states.account";
    PUT_HOT: Scope::Machine("a partition holds accounts of several tenants; each row names its own"),
        "INSERT INTO states (tenant, account, version, hot) \
         SELECT value ->> 't', value ->> 'a', value ->> 'v', substr($2, value ->> 'o', value ->> 'n') \
         FROM json_each($1) WHERE true ON CONFLICT (tenant, account) DO UPDATE SET \
             version = excluded.version, hot = excluded.hot \
         WHERE states.version = excluded.version - 1",
        "INSERT INTO states (tenant, account, version, hot) \
         SELECT t, a, v, substring(CAST($2 AS BYTEA) FROM o FOR n) \
         FROM json_to_recordset(CAST($1 AS JSON)) \
             AS rows(t TEXT, a TEXT, v BIGINT, o INTEGER, n INTEGER) \
         ON CONFLICT (tenant, account) DO UPDATE SET \
             version = excluded.version, hot = excluded.hot \
         WHERE states.version = excluded.version - 1";
    PUT_COLD: Scope::Tenant,
        "INSERT INTO states_cold (tenant, account, cold) VALUES ($1, $2, $3) \
         ON CONFLICT (tenant, account) DO UPDATE SET cold = excluded.cold";
    FORGET_HOT: Scope::Tenant, "DELETE FROM states WHERE tenant = $1 AND account = $2";
    FORGET_COLD: Scope::Tenant, "DELETE FROM states_cold WHERE tenant = $1 AND account = $2";
}

/// What detection remembers of an account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountState {
    /// The part that every event touches.
    pub hot: Vec<u8>,
    /// The part that few events touch. On writing, `None` leaves it as it is.
    pub cold: Option<Vec<u8>>,
}

/// An account and whose it is.
pub type AccountKey = (Tenant, String);

impl Store {
    /// One account's state, both parts; version 0 where there is none.
    pub async fn state(&self, tenant: &Tenant, account: &str) -> Result<Versioned<AccountState>> {
        let query = GET.on(self.engine()).bind(tenant.bound());
        let row = query
            .bind(account.to_owned())
            .fetch_optional(&self.pools.read);
        let Some(row) = row.await.step("read an account's state")? else {
            return Ok(Versioned::new(AccountState::default()));
        };
        let value = AccountState {
            hot: row.bytes(0)?,
            cold: row.bytes_or_none(2)?,
        };
        let version = row.count(1)?;
        Ok(Versioned { value, version })
    }

    /// The hot parts of many accounts at once, without those that have none.
    pub async fn hot_states(
        &self,
        accounts: &[AccountKey],
    ) -> Result<HashMap<AccountKey, Versioned<Vec<u8>>>> {
        let mut states = HashMap::with_capacity(accounts.len());
        for row in self.wanted(&HOT, accounts).await? {
            let key = (Tenant::new(row.text(0)?), row.text(1)?);
            let (value, version) = (row.bytes(2)?, row.count(3)?);
            states.insert(key, Versioned { value, version });
        }
        Ok(states)
    }

    /// The states of many accounts at once, both parts, without those that have none.
    pub async fn states(
        &self,
        accounts: &[AccountKey],
    ) -> Result<HashMap<AccountKey, Versioned<AccountState>>> {
        let mut states = HashMap::with_capacity(accounts.len());
        for row in self.wanted(&WHOLE, accounts).await? {
            let key = (Tenant::new(row.text(0)?), row.text(1)?);
            let value = AccountState {
                hot: row.bytes(2)?,
                cold: row.bytes_or_none(4)?,
            };
            let version = row.count(3)?;
            states.insert(key, Versioned { value, version });
        }
        Ok(states)
    }

    async fn wanted(&self, statement: &Statement, accounts: &[AccountKey]) -> Result<Vec<AnyRow>> {
        let mut found = Vec::with_capacity(accounts.len());
        for some in accounts.chunks(ROWS_MAX) {
            let mut bulk = Bulk::new();
            for (tenant, account) in some {
                let (t, a) = (tenant.as_str(), account.as_str());
                bulk.row(&Wanted { t, a })?;
            }
            let query = statement.on(self.engine()).bind(bulk.finish()?.0);
            let rows = query.fetch_all(&self.pools.read).await;
            found.extend(rows.step("read states")?);
        }
        Ok(found)
    }

    /// Forgets an account's state, to make it again.
    pub async fn forget_state(&self, tenant: &Tenant, account: &str) -> Result<()> {
        let mut write = self.write().await?;
        for statement in [&FORGET_HOT, &FORGET_COLD] {
            let query = statement.on(write.engine).bind(tenant.bound());
            let done = query.bind(account.to_owned()).execute(write.connection());
            done.await.step("forget an account's state")?;
        }
        write.commit().await
    }
}

#[derive(Serialize)]
struct Wanted<'a> {
    t: &'a str,
    a: &'a str,
}

#[derive(Serialize)]
struct Row<'a> {
    t: &'a str,
    a: &'a str,
    v: u64,
    #[serde(flatten)]
    hot: Slice,
}

/// An account's new state, with the version it was made from.
pub type StateChange = (AccountKey, Versioned<AccountState>);

/// Writes states within a transaction. Each account comes once.
pub(crate) async fn put(write: &mut Write, states: &[StateChange]) -> Result<()> {
    for some in states.chunks(ROWS_MAX) {
        put_hot(write, some).await?;
    }
    for ((tenant, account), state) in states {
        let Some(cold) = &state.value.cold else {
            continue;
        };
        let query = PUT_COLD.on(write.engine).bind(tenant.bound());
        let query = query.bind(account.clone()).bind(cold.clone());
        let done = query.execute(write.connection()).await;
        done.step("keep an account's state")?;
    }
    Ok(())
}

async fn put_hot(write: &mut Write, states: &[StateChange]) -> Result<()> {
    let mut bulk = Bulk::new();
    for ((tenant, account), state) in states {
        let hot = bulk.keep(&state.value.hot);
        bulk.row(&Row {
            t: tenant.as_str(),
            a: account,
            v: state.version + 1,
            hot,
        })?;
    }
    let (rows, bytes) = bulk.finish()?;
    let query = PUT_HOT.on(write.engine).bind(rows).bind(bytes);
    let done = query.execute(write.connection()).await;
    let changed = done.step("keep states")?.rows_affected();
    if usize::try_from(changed) != Ok(states.len()) {
        return Err(Error::Conflict {
            what: "an account's state",
        });
    }
    Ok(())
}
