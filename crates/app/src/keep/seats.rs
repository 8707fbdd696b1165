//! Accounts with what is remembered of them, out of the store and back.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result};
use sellkeep_detect::AccountState;
use sellkeep_model::Account;
use sellkeep_store::{AccountKey, StateChange, Store, Tenant, Versioned};

use crate::watch::{Seat, accounts};

/// A seat, and the version of the state it was made from.
pub struct Taken {
    /// The seat.
    pub seat: Seat,
    version: u64,
}

/// Seats by account, in one order.
pub type Seats = BTreeMap<AccountKey, Taken>;

/// The seats of some accounts, each with the source that names it. An account that
/// nobody has set up is watched all the same.
pub async fn take_all(store: &Store, wanted: &BTreeMap<AccountKey, String>) -> Result<Seats> {
    let keys: Vec<AccountKey> = wanted.keys().cloned().collect();
    let mut states = store.states(&keys).await?;
    let mut known = known(store, &keys).await?;
    let mut seats = Seats::new();
    for (key, source) in wanted {
        let account = known.remove(key);
        let account = account.unwrap_or_else(|| stranger(&key.0, &key.1, source));
        let taken = taken(account, states.remove(key))?;
        seats.insert(key.clone(), taken);
    }
    Ok(seats)
}

/// The accounts that somebody has set up.
async fn known(store: &Store, keys: &[AccountKey]) -> Result<HashMap<AccountKey, Account>> {
    let mut tenants: BTreeMap<&Tenant, Vec<&str>> = BTreeMap::new();
    for (tenant, id) in keys {
        tenants.entry(tenant).or_default().push(id);
    }
    let mut known = HashMap::with_capacity(keys.len());
    for (tenant, ids) in tenants {
        let accounts = store.accounts_named(tenant, &ids).await?;
        known.extend(
            accounts
                .into_iter()
                .map(|(id, account)| ((tenant.clone(), id), account)),
        );
    }
    Ok(known)
}

fn taken(
    account: Account,
    stored: Option<Versioned<sellkeep_store::AccountState>>,
) -> Result<Taken> {
    let mut seat = Seat::new(account);
    let mut version = 0;
    if let Some(stored) = stored {
        let (hot, cold) = (&stored.value.hot, stored.value.cold.as_deref());
        seat.state = AccountState::restore(hot, cold).with_context(|| {
            let id = &seat.account.id;
            format!("reading the state of account {id:?} (sellkeep rebuild makes it anew)")
        })?;
        version = stored.version;
    }
    Ok(Taken { seat, version })
}

fn stranger(tenant: &Tenant, id: &str, source: &str) -> Account {
    let mut account = accounts::unknown(id, source);
    tenant.as_str().clone_into(&mut account.tenant);
    account
}

impl Taken {
    /// The state as it is to be written back.
    pub fn change(&mut self, tenant: &Tenant) -> Result<StateChange> {
        let checkpoint = self
            .seat
            .state
            .checkpoint()
            .context("writing an account's state down")?;
        let value = sellkeep_store::AccountState {
            hot: checkpoint.hot,
            cold: checkpoint.cold,
        };
        let key = (tenant.clone(), self.seat.account.id.clone());
        let version = self.version;
        Ok((key, Versioned { value, version }))
    }
}
