//! An account with what is remembered of it, out of the store and back.

use anyhow::{Context, Result};
use sellkeep_detect::AccountState;
use sellkeep_model::Account;
use sellkeep_store::{StateChange, Store, Tenant, Versioned};

use crate::watch::{Seat, accounts};

/// A seat, and the version of the state it was made from.
pub struct Taken {
    /// The seat.
    pub seat: Seat,
    version: u64,
}

/// The seat of an account. An account that nobody has set up is watched all the same.
pub async fn take(store: &Store, tenant: &Tenant, id: &str, source: &str) -> Result<Taken> {
    let account = match store.account(tenant, id).await? {
        Some(known) => known.value,
        None => stranger(tenant, id, source),
    };
    let stored = store.state(tenant, id).await?;
    let state = if stored.version == 0 {
        AccountState::default()
    } else {
        let cold = stored.value.cold.as_deref();
        AccountState::restore(&stored.value.hot, cold).with_context(|| {
            format!("reading the state of account {id:?} (sellkeep rebuild makes it anew)")
        })?
    };
    let mut seat = Seat::new(account);
    seat.state = state;
    Ok(Taken {
        seat,
        version: stored.version,
    })
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
