//! Secrets: passwords and tokens of sources and channels, sealed with the tenant's key.
//!
//! A [`Secret`] cannot be printed, and its memory is wiped when it goes.

use std::fmt;

use jiff::Timestamp;
use sellkeep_model::DigestKey;
use zeroize::Zeroizing;

use crate::error::{Error, Result, Step};
use crate::keys::DataKey;
use crate::page::name;
use crate::statement::{Columns, Scope, statements};
use crate::store::Store;
use crate::tenant::Tenant;

/// What a secret is sealed as.
const SEALED: &str = "a secret";
/// Certificates with their chains and keys are the longest secrets there are.
const SECRET_BYTES_MAX: usize = 64 << 10;
/// The secret that private names are digested with.
const DIGEST_KEY: &str = "sellkeep/digest-key";

statements! {
    PUT: Scope::Tenant,
        "INSERT INTO secrets (tenant, name, sealed, changed) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (tenant, name) DO UPDATE SET sealed = excluded.sealed, changed = excluded.changed";
    ADD: Scope::Tenant,
        "INSERT INTO secrets (tenant, name, sealed, changed) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (tenant, name) DO NOTHING";
    GET: Scope::Tenant, "SELECT sealed FROM secrets WHERE tenant = $1 AND name = $2";
    LIST: Scope::Tenant, "SELECT name, changed FROM secrets WHERE tenant = $1 ORDER BY name";
    REMOVE: Scope::Tenant, "DELETE FROM secrets WHERE tenant = $1 AND name = $2";
}

/// A secret's content.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// A secret from its content.
    pub fn new(content: impl Into<Vec<u8>>) -> Secret {
        Secret(Zeroizing::new(content.into()))
    }

    /// The content. Whoever calls this answers for where it goes.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The content as words, where it is words.
    pub fn expose_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Store {
    /// Keeps a secret under a name; it takes the place of an older one.
    pub async fn put_secret(
        &self,
        tenant: &Tenant,
        name: &str,
        secret: &Secret,
        now: Timestamp,
    ) -> Result<()> {
        let sealed = self.seal_secret(tenant, name, secret.expose()).await?;
        let mut write = self.write().await?;
        let query = PUT.on(write.engine).bind(tenant.bound());
        let query = query.bind(name.to_owned()).bind(sealed);
        let done = query.bind(now.as_microsecond()).execute(write.connection());
        done.await.step("keep a secret")?;
        write.commit().await
    }

    /// A secret.
    pub async fn secret(&self, tenant: &Tenant, name: &str) -> Result<Option<Secret>> {
        let query = GET.on(self.engine()).bind(tenant.bound());
        let row = query.bind(name.to_owned()).fetch_optional(&self.pools.read);
        let Some(row) = row.await.step("read a secret")? else {
            return Ok(None);
        };
        let key = self.data_key(tenant).await?;
        let content = key.open(SEALED, &[tenant.as_str(), name], &row.bytes(0)?)?;
        Ok(Some(Secret(content)))
    }

    /// Names of secrets and when they were changed.
    pub async fn secret_names(&self, tenant: &Tenant) -> Result<Vec<(String, Timestamp)>> {
        let query = LIST.on(self.engine()).bind(tenant.bound());
        let found = query
            .fetch_all(&self.pools.read)
            .await
            .step("list secrets")?;
        let own = |(name, _): &(String, Timestamp)| name != DIGEST_KEY;
        let each = found.iter().map(|row| Ok((row.text(0)?, row.time(1)?)));
        let all: Result<Vec<_>> = each.collect();
        Ok(all?.into_iter().filter(own).collect())
    }

    /// Removes a secret. Returns whether there was one.
    pub async fn remove_secret(&self, tenant: &Tenant, name: &str) -> Result<bool> {
        let mut write = self.write().await?;
        let query = REMOVE.on(write.engine).bind(tenant.bound());
        let done = query
            .bind(name.to_owned())
            .execute(write.connection())
            .await;
        let found = done.step("remove a secret")?.rows_affected() > 0;
        write.commit().await?;
        Ok(found)
    }

    /// The key that a tenant's private names are digested with: made at its first use, and
    /// never changed, because digests of before and after would not compare.
    pub async fn digest_key(&self, tenant: &Tenant) -> Result<DigestKey> {
        if self.secret(tenant, DIGEST_KEY).await?.is_none() {
            let new = DataKey::random()?;
            let sealed = self.seal_secret(tenant, DIGEST_KEY, new.expose()).await?;
            let mut write = self.write().await?;
            let query = ADD.on(write.engine).bind(tenant.bound());
            let query = query.bind(DIGEST_KEY.to_owned()).bind(sealed).bind(0_i64);
            query
                .execute(write.connection())
                .await
                .step("keep a secret")?;
            write.commit().await?;
        }
        let corrupt = || Error::Corrupt {
            what: "the key of digests",
        };
        let key = self.secret(tenant, DIGEST_KEY).await?.ok_or_else(corrupt)?;
        let bytes = key.expose().try_into().map_err(|_| corrupt())?;
        Ok(DigestKey::new(bytes))
    }

    async fn seal_secret(&self, tenant: &Tenant, called: &str, content: &[u8]) -> Result<Vec<u8>> {
        if content.len() > SECRET_BYTES_MAX {
            return Err(Error::TooLarge {
                what: "a secret",
                limit: "64 KiB",
            });
        }
        let called = name(called, "a secret's name")?;
        let key = self.data_key(tenant).await?;
        key.seal(SEALED, &[tenant.as_str(), &called], content)
    }
}
