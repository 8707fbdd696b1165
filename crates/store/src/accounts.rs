//! Accounts, and with them the tenants that there are.

use std::collections::HashMap;

use sellkeep_model::Account;
use sqlx::any::AnyRow;

use crate::bulk::ROWS_MAX;
use crate::error::{Error, Result, Step};
use crate::page::{Versioned, name, rows, signed};
use crate::statement::{Columns, Scope, statements};
use crate::store::Store;
use crate::tenant::Tenant;

statements! {
    PUT: Scope::Tenant,
        "INSERT INTO accounts (tenant, id, marketplace, version, body) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (tenant, id) DO UPDATE SET marketplace = excluded.marketplace, \
             version = excluded.version, body = excluded.body \
         WHERE accounts.version = excluded.version - 1";
    GET: Scope::Tenant, "SELECT body, version FROM accounts WHERE tenant = $1 AND id = $2";
    NAMED: Scope::Tenant,
        "SELECT id, body FROM accounts \
         WHERE tenant = $1 AND id IN (SELECT value FROM json_each($2))",
        "SELECT id, body FROM accounts WHERE tenant = $1 AND id IN \
         (SELECT i FROM json_array_elements_text(CAST($2 AS JSON)) AS wanted(i))";
    LIST: Scope::Tenant,
        "SELECT body, version FROM accounts WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3";
    REMOVE: Scope::Tenant, "DELETE FROM accounts WHERE tenant = $1 AND id = $2";
    TENANTS: Scope::Machine("regular jobs are planned for every tenant"),
        "SELECT DISTINCT tenant FROM accounts ORDER BY tenant";
}

impl Store {
    /// Adds an account (version 0) or changes it. The tenant is the account's own.
    pub async fn put_account(&self, account: &Versioned<Account>) -> Result<()> {
        let value = &account.value;
        let query = PUT
            .on(self.engine())
            .bind(name(&value.tenant, "a tenant's name")?);
        let query = query.bind(name(&value.id, "an account's name")?);
        let query = query.bind(name(&value.marketplace, "a marketplace")?);
        let query = query.bind(signed(account.version) + 1);
        let query = query.bind(serde_json::to_string(value).map_err(Error::Json)?);
        let mut write = self.write().await?;
        let done = query.execute(write.connection()).await;
        if done.step("keep an account")?.rows_affected() == 0 {
            return Err(Error::Conflict {
                what: "the account",
            });
        }
        write.commit().await
    }

    /// One account.
    pub async fn account(&self, tenant: &Tenant, id: &str) -> Result<Option<Versioned<Account>>> {
        let query = GET.on(self.engine()).bind(tenant.bound());
        let row = query.bind(id.to_owned()).fetch_optional(&self.pools.read);
        row.await
            .step("read an account")?
            .map(|row| account(&row))
            .transpose()
    }

    /// Some accounts, by id; those that nobody has set up are left out.
    pub async fn accounts_named(
        &self,
        tenant: &Tenant,
        ids: &[&str],
    ) -> Result<HashMap<String, Account>> {
        let mut accounts = HashMap::with_capacity(ids.len());
        for some in ids.chunks(ROWS_MAX) {
            let wanted = serde_json::to_string(some).map_err(Error::Json)?;
            let query = NAMED.on(self.engine()).bind(tenant.bound()).bind(wanted);
            let found = query.fetch_all(&self.pools.read).await;
            for row in found.step("read accounts")? {
                accounts.insert(row.text(0)?, row.json(1)?);
            }
        }
        Ok(accounts)
    }

    /// Accounts by their ids, after one (empty: from the first).
    pub async fn accounts(
        &self,
        tenant: &Tenant,
        after: &str,
        limit: usize,
    ) -> Result<Vec<Versioned<Account>>> {
        let query = LIST.on(self.engine()).bind(tenant.bound());
        let query = query.bind(after.to_owned()).bind(rows(limit));
        let found = query.fetch_all(&self.pools.read).await;
        found.step("list accounts")?.iter().map(account).collect()
    }

    /// Removes an account; its records and events stay. Returns whether there was one.
    pub async fn remove_account(&self, tenant: &Tenant, id: &str) -> Result<bool> {
        let mut write = self.write().await?;
        let query = REMOVE.on(write.engine).bind(tenant.bound());
        let done = query.bind(id.to_owned()).execute(write.connection()).await;
        let found = done.step("remove an account")?.rows_affected() > 0;
        write.commit().await?;
        Ok(found)
    }

    /// Every tenant that has an account.
    pub async fn tenants(&self) -> Result<Vec<Tenant>> {
        let found = TENANTS.on(self.engine()).fetch_all(&self.pools.read);
        let found = found.await.step("list tenants")?;
        let tenant = |row: &AnyRow| Ok(Tenant::new(row.text(0)?));
        found.iter().map(tenant).collect()
    }
}

fn account(row: &AnyRow) -> Result<Versioned<Account>> {
    Ok(Versioned {
        value: row.json(0)?,
        version: row.count(1)?,
    })
}
