//! Numbers that pages show: kept in the transaction that changes them, never counted.

use crate::error::{Result, Step};
use crate::statement::{Columns, Scope, statements};
use crate::store::{Store, Write};
use crate::tenant::Tenant;

/// Records of a tenant.
pub const RECORDS: &str = "records";
/// Events of an account.
pub const EVENTS: &str = "events";

statements! {
    ADD: Scope::Tenant,
        "INSERT INTO counts (tenant, what, account, n) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (tenant, what, account) DO UPDATE SET n = counts.n + excluded.n";
    ONE: Scope::Tenant,
        "SELECT n FROM counts WHERE tenant = $1 AND what = $2 AND account = $3";
    SUM: Scope::Tenant,
        "SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM counts WHERE tenant = $1 AND what = $2";
    EACH: Scope::Tenant,
        "SELECT account, n FROM counts WHERE tenant = $1 AND what = $2 AND n <> 0 ORDER BY account";
}

/// Adds to a number.
pub(crate) async fn add(
    write: &mut Write,
    tenant: &Tenant,
    what: &str,
    account: &str,
    n: i64,
) -> Result<()> {
    if n == 0 {
        return Ok(());
    }
    let query = ADD.on(write.engine).bind(tenant.bound());
    let query = query.bind(what.to_owned()).bind(account.to_owned()).bind(n);
    query.execute(write.connection()).await.step("count")?;
    Ok(())
}

impl Store {
    /// A number for one account: [`EVENTS`], or what [`pending`](crate::pending) names.
    pub async fn count_of(&self, tenant: &Tenant, what: &str, account: &str) -> Result<u64> {
        let query = ONE.on(self.engine()).bind(tenant.bound());
        let query = query.bind(what.to_owned()).bind(account.to_owned());
        let row = query.fetch_optional(&self.pools.read).await;
        row.step("read a count")?.map_or(Ok(0), |row| row.count(0))
    }

    /// A number over all accounts of a tenant.
    pub async fn count(&self, tenant: &Tenant, what: &str) -> Result<u64> {
        let query = SUM.on(self.engine()).bind(tenant.bound());
        let row = query
            .bind(what.to_owned())
            .fetch_one(&self.pools.read)
            .await;
        row.step("read a count")?.count(0)
    }

    /// A number account by account, without those that have none.
    pub async fn counts(&self, tenant: &Tenant, what: &str) -> Result<Vec<(String, u64)>> {
        let query = EACH.on(self.engine()).bind(tenant.bound());
        let rows = query.bind(what.to_owned()).fetch_all(&self.pools.read);
        let rows = rows.await.step("read counts")?;
        let each = rows.iter().map(|row| Ok((row.text(0)?, row.count(1)?)));
        each.collect()
    }
}
