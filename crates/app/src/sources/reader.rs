//! One source: fetch, keep with its place, fetch again; wait after trouble.

use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use sellkeep_connect::connector::{Batch, Connector, Trouble};
use sellkeep_store::{Advance, Error, Secret, Source, Store, Tenant};

use super::backoff;
use super::kinds::{SecretName, connector};
use crate::keep::Keeper;

/// A fetch has limits of its own; this one holds for a connector that has a fault.
const FETCH_WITHIN: Duration = Duration::from_mins(20);
/// After trouble with the store, which says so itself.
const STORE_WAIT: Duration = Duration::from_secs(5);

/// Reads one source.
pub struct Reader {
    pub store: Store,
    pub keeper: Keeper,
    pub tenant: Tenant,
    pub id: String,
    connector: Option<Box<dyn Connector>>,
    failures: u32,
    /// Whether something is noted about it.
    noted: bool,
    /// The secret that was kept last because the source gave it.
    renewed: Option<String>,
}

impl Reader {
    /// A reader that has not begun.
    pub fn new(store: Store, keeper: Keeper, tenant: Tenant, id: String) -> Reader {
        Reader {
            store,
            keeper,
            tenant,
            id,
            connector: None,
            failures: 0,
            noted: true,
            renewed: None,
        }
    }

    /// Reads until the source is gone. Whoever started it may stop it at any point.
    pub async fn read(mut self) {
        loop {
            match self.round().await {
                Ok(Some(wait)) => tokio::time::sleep(wait).await,
                Ok(None) => return,
                Err(error) => {
                    eprintln!(
                        "sellkeep: source {} waits, because of this: {error:#}",
                        self.id
                    );
                    tokio::time::sleep(STORE_WAIT).await;
                }
            }
        }
    }

    /// One fetch; how long to wait after it, or `None` where there is nothing to read.
    async fn round(&mut self) -> Result<Option<Duration>> {
        let Some(source) = self.store.source(&self.tenant, &self.id).await? else {
            return Ok(None);
        };
        let source = source.value;
        let mut reading = match self.connector.take() {
            Some(open) => open,
            None => match connector(&self.store, &self.tenant, &source).await? {
                None => return Ok(None),
                Some(Ok(opened)) => opened,
                Some(Err(trouble)) => return self.failed(&trouble).await.map(Some),
            },
        };
        let fetched = tokio::time::timeout(FETCH_WITHIN, reading.fetch(&source.cursor)).await;
        match fetched.unwrap_or(Err(Trouble::Silent("for long"))) {
            Ok(batch) => {
                self.renew(reading.new_secret()).await?;
                self.connector = Some(reading);
                self.keep(&source, batch)
                    .await
                    .map(|()| Some(Duration::ZERO))
            }
            // The next try begins from the start, with whatever secret is stored by then.
            Err(trouble) => self.failed(&trouble).await.map(Some),
        }
    }

    async fn keep(&mut self, source: &Source, mut batch: Batch) -> Result<()> {
        let now = Timestamp::now();
        self.failures = 0;
        if batch.records.is_empty() && batch.next_cursor == source.cursor {
            self.store.heard(&self.tenant, &self.id, now).await?;
        } else {
            for record in &mut batch.records {
                record.account.clone_from(&source.account);
            }
            let advance = Advance {
                source: self.id.clone(),
                from: source.cursor.clone(),
                to: batch.next_cursor,
            };
            let taken = self
                .keeper
                .take_in(&self.tenant, &batch.records, advance, now)
                .await;
            if let Err(error) = taken {
                // Another node was faster: go on from where it has come to.
                let raced = matches!(error.downcast_ref(), Some(Error::Conflict { .. }));
                return if raced { Ok(()) } else { Err(error) };
            }
        }
        self.note(&batch.problems.join("; "), None).await
    }

    /// Keeps the secret that the source gave in place of the one at hand.
    async fn renew(&mut self, secret: Option<String>) -> Result<()> {
        let Some(secret) = secret.filter(|new| self.renewed.as_ref() != Some(new)) else {
            return Ok(());
        };
        let kept = Secret::new(secret.as_bytes());
        let name = SecretName::Main.of(&self.id);
        self.store
            .put_secret(&self.tenant, &name, &kept, Timestamp::now())
            .await?;
        self.renewed = Some(secret);
        Ok(())
    }

    async fn failed(&mut self, trouble: &Trouble) -> Result<Duration> {
        let wait = backoff::wait(trouble, self.failures);
        self.failures = self.failures.saturating_add(1);
        let next = Timestamp::now().checked_add(wait).ok();
        self.note(&trouble.to_string(), next).await?;
        Ok(wait)
    }

    /// Notes what is wrong; that nothing is, only where something was noted before.
    async fn note(&mut self, says: &str, next: Option<Timestamp>) -> Result<()> {
        if says.is_empty() && !self.noted {
            return Ok(());
        }
        self.noted = !says.is_empty();
        self.store
            .note_trouble(&self.tenant, &self.id, says, next)
            .await?;
        Ok(())
    }
}
