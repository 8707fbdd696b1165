//! Sessions: what somebody who has signed in shows instead of a password.
//!
//! Only a hash is kept: whoever reads the database cannot become anybody. A token of a
//! program is a session that may only read. Not here: making tokens, cookies (`console`).

use jiff::Timestamp;
use sqlx::any::AnyRow;

use crate::alerts::said;
use crate::error::{Result, Step};
use crate::page::{PAGE_ROWS_MAX, name, rows};
use crate::statement::{Columns, Scope, statements};
use crate::store::Store;
use crate::tenant::Tenant;

statements! {
    ADD: Scope::Tenant,
        "INSERT INTO sessions (tenant, hash, person, scope, begun, seen, ends, device) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    BY_HASH: Scope::Machine("whose the session is must be found before there is a tenant"),
        "SELECT hash, person, scope, begun, seen, ends, device, tenant FROM sessions WHERE hash = $1";
    OF_PERSON: Scope::Tenant,
        "SELECT hash, person, scope, begun, seen, ends, device FROM sessions \
         WHERE tenant = $1 AND person = $2 ORDER BY seen DESC LIMIT $3";
    SEEN: Scope::Tenant, "UPDATE sessions SET seen = $3 WHERE tenant = $1 AND hash = $2";
    REMOVE: Scope::Tenant, "DELETE FROM sessions WHERE tenant = $1 AND hash = $2 AND person = $3";
    REMOVE_ALL: Scope::Tenant,
        "DELETE FROM sessions WHERE tenant = $1 AND person = $2 AND hash <> $3";
    EXPIRE: Scope::Machine("what has ended is nobody's any more, whoever's it was"),
        "DELETE FROM sessions WHERE ends < $1";
    INVITE: Scope::Tenant,
        "INSERT INTO invitations (tenant, hash, role, ends) VALUES ($1, $2, $3, $4)";
    INVITED: Scope::Machine("whose the invitation is must be found before there is a tenant"),
        "SELECT hash, role, ends, tenant FROM invitations WHERE hash = $1";
    USE: Scope::Tenant, "DELETE FROM invitations WHERE tenant = $1 AND hash = $2";
    UNINVITE: Scope::Tenant, "DELETE FROM invitations WHERE tenant = $1";
}

/// One session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of what its holder shows.
    pub hash: Vec<u8>,
    /// The person.
    pub person: String,
    /// Empty for a browser; `read` for a program that may only read.
    pub scope: String,
    /// Since when.
    pub begun: Timestamp,
    /// When it was last used.
    pub seen: Timestamp,
    /// Until when at most.
    pub ends: Timestamp,
    /// What it is used on, in words.
    pub device: String,
}

/// A one-time link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// SHA-256 of the key in the link.
    pub hash: Vec<u8>,
    /// The role's word.
    pub role: String,
    /// Until when.
    pub ends: Timestamp,
}

impl Store {
    /// Begins a session.
    pub async fn add_session(&self, tenant: &Tenant, session: &Session) -> Result<()> {
        let query = ADD.on(self.engine()).bind(tenant.bound());
        let query = query.bind(session.hash.clone());
        let query = query.bind(name(&session.person, "a person's id")?);
        let query = query.bind(session.scope.clone());
        let query = query.bind(session.begun.as_microsecond());
        let query = query.bind(session.seen.as_microsecond());
        let query = query.bind(session.ends.as_microsecond());
        let query = query.bind(said(&session.device));
        let mut write = self.write().await?;
        query
            .execute(write.connection())
            .await
            .step("begin a session")?;
        write.commit().await
    }

    /// The session of that hash, and whose it is.
    pub async fn session(&self, hash: &[u8]) -> Result<Option<(Tenant, Session)>> {
        let query = BY_HASH.on(self.engine()).bind(hash.to_vec());
        let row = query.fetch_optional(&self.pools.read).await;
        let Some(row) = row.step("look for a session")? else {
            return Ok(None);
        };
        Ok(Some((Tenant::new(row.text(7)?), session(&row)?)))
    }

    /// The sessions of a person, the last used first.
    pub async fn sessions(&self, tenant: &Tenant, person: &str) -> Result<Vec<Session>> {
        let query = OF_PERSON.on(self.engine()).bind(tenant.bound());
        let query = query.bind(person.to_owned()).bind(rows(PAGE_ROWS_MAX));
        let found = query.fetch_all(&self.pools.read).await;
        found.step("list sessions")?.iter().map(session).collect()
    }

    /// Notes that a session was used.
    pub async fn saw_session(&self, tenant: &Tenant, hash: &[u8], at: Timestamp) -> Result<()> {
        let mut write = self.write().await?;
        let query = SEEN.on(write.engine).bind(tenant.bound());
        let query = query.bind(hash.to_vec()).bind(at.as_microsecond());
        query
            .execute(write.connection())
            .await
            .step("note a session")?;
        write.commit().await
    }

    /// Ends one session of a person. Returns whether there was one.
    pub async fn end_session(&self, tenant: &Tenant, person: &str, hash: &[u8]) -> Result<bool> {
        let mut write = self.write().await?;
        let query = REMOVE.on(write.engine).bind(tenant.bound());
        let query = query.bind(hash.to_vec()).bind(person.to_owned());
        let done = query.execute(write.connection()).await;
        let found = done.step("end a session")?.rows_affected() > 0;
        write.commit().await?;
        Ok(found)
    }

    /// Ends all sessions of a person but one (an empty hash: all).
    pub async fn end_sessions(&self, tenant: &Tenant, person: &str, but: &[u8]) -> Result<()> {
        let mut write = self.write().await?;
        let query = REMOVE_ALL.on(write.engine).bind(tenant.bound());
        let query = query.bind(person.to_owned()).bind(but.to_vec());
        query
            .execute(write.connection())
            .await
            .step("end sessions")?;
        write.commit().await
    }

    /// Forgets sessions whose time is over.
    pub async fn forget_sessions(&self, now: Timestamp) -> Result<()> {
        let mut write = self.write().await?;
        let query = EXPIRE.on(write.engine).bind(now.as_microsecond());
        query
            .execute(write.connection())
            .await
            .step("forget sessions")?;
        write.commit().await
    }

    /// Keeps a one-time link.
    pub async fn invite(&self, tenant: &Tenant, invitation: &Invitation) -> Result<()> {
        let mut write = self.write().await?;
        let query = INVITE.on(write.engine).bind(tenant.bound());
        let query = query
            .bind(invitation.hash.clone())
            .bind(invitation.role.clone());
        let query = query.bind(invitation.ends.as_microsecond());
        query
            .execute(write.connection())
            .await
            .step("keep an invitation")?;
        write.commit().await
    }

    /// The one-time link of that hash, and whose it is.
    pub async fn invitation(&self, hash: &[u8]) -> Result<Option<(Tenant, Invitation)>> {
        let query = INVITED.on(self.engine()).bind(hash.to_vec());
        let row = query.fetch_optional(&self.pools.read).await;
        let Some(row) = row.step("look for an invitation")? else {
            return Ok(None);
        };
        let invitation = Invitation {
            hash: row.bytes(0)?,
            role: row.text(1)?,
            ends: row.time(2)?,
        };
        Ok(Some((Tenant::new(row.text(3)?), invitation)))
    }

    /// Uses a one-time link up. Only one caller gets `true`.
    pub async fn use_invitation(&self, tenant: &Tenant, hash: &[u8]) -> Result<bool> {
        let mut write = self.write().await?;
        let query = USE.on(write.engine).bind(tenant.bound());
        let done = query.bind(hash.to_vec()).execute(write.connection()).await;
        let found = done.step("use an invitation")?.rows_affected() > 0;
        write.commit().await?;
        Ok(found)
    }

    /// Takes back all one-time links of a tenant.
    pub async fn take_back_invitations(&self, tenant: &Tenant) -> Result<()> {
        let mut write = self.write().await?;
        let query = UNINVITE.on(write.engine).bind(tenant.bound());
        query
            .execute(write.connection())
            .await
            .step("take back invitations")?;
        write.commit().await
    }
}

fn session(row: &AnyRow) -> Result<Session> {
    Ok(Session {
        hash: row.bytes(0)?,
        person: row.text(1)?,
        scope: row.text(2)?,
        begun: row.time(3)?,
        seen: row.time(4)?,
        ends: row.time(5)?,
        device: row.text(6)?,
    })
}
