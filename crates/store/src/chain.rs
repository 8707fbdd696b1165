//! The chain of evidence of each incident, as its links and signed ends came in.
//!
//! Links are only ever added, each at the place after the last: of two nodes that add at
//! once, one is told to do it again. What a link means is in `respond::evidence`.

use jiff::Timestamp;

use crate::error::{Error, Result, Step};
use crate::page::{PAGE_ROWS_MAX, name, signed};
use crate::statement::{Columns, Scope, statements};
use crate::store::Store;
use crate::tenant::Tenant;

statements! {
    ADD: Scope::Tenant,
        "INSERT INTO chain_links (tenant, incident, number, body) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (tenant, incident, number) DO NOTHING";
    LINKS: Scope::Tenant,
        "SELECT body FROM chain_links WHERE tenant = $1 AND incident = $2 AND number >= $3 \
         ORDER BY number LIMIT $4";
    ADD_HEAD: Scope::Tenant,
        "INSERT INTO chain_heads (tenant, incident, at, body) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (tenant, incident, at) DO NOTHING";
    HEADS: Scope::Tenant,
        "SELECT body FROM chain_heads WHERE tenant = $1 AND incident = $2 ORDER BY at LIMIT $3";
}

/// Links of one incident: more than any has; the rest of a runaway one is refused.
const LINKS_MAX: u64 = 10_000;

impl Store {
    /// Adds a link at its number.
    pub async fn add_link(
        &self,
        tenant: &Tenant,
        incident: &str,
        number: u64,
        body: &str,
    ) -> Result<()> {
        if number >= LINKS_MAX {
            return Err(Error::TooLarge {
                what: "a chain of evidence",
                limit: "10,000 pieces",
            });
        }
        let mut write = self.write().await?;
        let query = ADD.on(write.engine).bind(tenant.bound());
        let query = query.bind(name(incident, "an incident's id")?);
        let query = query.bind(signed(number)).bind(body.to_owned());
        let done = query.execute(write.connection()).await;
        if done.step("add evidence")?.rows_affected() == 0 {
            return Err(Error::Conflict {
                what: "the chain of evidence",
            });
        }
        write.commit().await
    }

    /// All links of an incident in their order.
    pub async fn chain(&self, tenant: &Tenant, incident: &str) -> Result<Vec<String>> {
        let mut all = Vec::new();
        loop {
            let query = LINKS.on(self.engine()).bind(tenant.bound());
            let query = query
                .bind(incident.to_owned())
                .bind(signed(all.len() as u64));
            let query = query.bind(signed(PAGE_ROWS_MAX as u64));
            let found = query.fetch_all(&self.pools.read).await;
            let found = found.step("list evidence")?;
            let end = found.len() < PAGE_ROWS_MAX;
            for row in &found {
                all.push(row.text(0)?);
            }
            if end {
                return Ok(all);
            }
        }
    }

    /// Adds a signed end of the chain.
    pub async fn add_head(
        &self,
        tenant: &Tenant,
        incident: &str,
        at: Timestamp,
        body: &str,
    ) -> Result<()> {
        let mut write = self.write().await?;
        let query = ADD_HEAD.on(write.engine).bind(tenant.bound());
        let query = query.bind(name(incident, "an incident's id")?);
        let query = query.bind(at.as_microsecond()).bind(body.to_owned());
        let done = query.execute(write.connection()).await;
        done.step("keep the end of a chain")?;
        write.commit().await
    }

    /// The signed ends of a chain, oldest first.
    pub async fn chain_heads(&self, tenant: &Tenant, incident: &str) -> Result<Vec<String>> {
        let query = HEADS.on(self.engine()).bind(tenant.bound());
        let query = query
            .bind(incident.to_owned())
            .bind(signed(PAGE_ROWS_MAX as u64));
        let found = query.fetch_all(&self.pools.read).await;
        let found = found.step("list the ends of a chain")?;
        found.iter().map(|row| row.text(0)).collect()
    }
}
