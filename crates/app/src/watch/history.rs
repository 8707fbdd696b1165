//! What is stored of an account, in the order it was learned: for making states anew,
//! for trying a rule on the past, for asking why a rule was silent.

use anyhow::{Context, Result};
use sellkeep_model::{Account, Detection, Record};
use sellkeep_store::{PAGE_ROWS_MAX, Store, Tenant};

use super::{Flow, Seat};

/// One account of a tenant.
pub struct Kept {
    /// Whose.
    pub tenant: Tenant,
    /// The account.
    pub account: Account,
}

/// Every account of every tenant, or the one of that id.
pub async fn accounts(store: &Store, only: Option<&str>) -> Result<Vec<Kept>> {
    let mut found = Vec::new();
    for tenant in store.tenants().await? {
        let mut after = String::new();
        loop {
            let page = store.accounts(&tenant, &after, PAGE_ROWS_MAX).await?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.value.id);
            let wanted = page
                .into_iter()
                .filter(|account| only.is_none_or(|id| id == account.value.id));
            found.extend(wanted.map(|account| Kept {
                tenant: tenant.clone(),
                account: account.value,
            }));
        }
    }
    Ok(found)
}

/// Lives through an account's stored records from the first one on.
pub async fn relive(
    store: &Store,
    flow: &Flow,
    kept: &Kept,
    mut each: impl FnMut(&Detection),
) -> Result<(Seat, u64)> {
    let mut seat = Seat::new(kept.account.clone());
    let mut after = None;
    let mut count = 0;
    loop {
        let page = store
            .records_of(
                &kept.tenant,
                &kept.account.id,
                after.as_ref(),
                PAGE_ROWS_MAX,
            )
            .await?;
        let Some(last) = page.last() else { break };
        after = Some(last.place());
        for entry in &page {
            let Some(bytes) = store.record(&kept.tenant, &entry.digest).await? else {
                continue;
            };
            let record: Record = serde_json::from_slice(&bytes)
                .with_context(|| format!("reading the stored record {}", entry.digest))?;
            for detection in flow.live(&mut seat, &record) {
                each(&detection);
            }
            count += 1;
        }
    }
    Ok((seat, count))
}
