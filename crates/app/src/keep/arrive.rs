//! Taking in what was brought to us: once, whoever brings it how often.

use anyhow::{Context, Result};
use jiff::Timestamp;
use sellkeep_model::Record;
use sellkeep_store::{Advance, Arrival, Intake, NewRecord, READ, Tenant};

use super::work::Keeper;

impl Keeper {
    /// Files a record that was brought, if it was not brought before; it is stored when
    /// this returns. Whether it was new.
    pub async fn arrive(
        &self,
        tenant: &Tenant,
        arrival: &Arrival,
        record: Record,
        advance: Advance,
        now: Timestamp,
    ) -> Result<bool> {
        let record = NewRecord::of(&record).context("preparing a record for the store")?;
        let intake = Intake {
            records: vec![record],
            job: Some(READ.to_owned()),
            advance: Some(advance),
        };
        let taken = self.store.arrive(tenant, arrival, intake, now).await;
        taken.context("storing what was brought")
    }
}
