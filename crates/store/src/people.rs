//! People: who may sign in, as what, and what their sign-in is checked against.
//!
//! A name is one person's over all tenants, since it is all that a sign-in says. The
//! password is kept as a hash only; the secret of the second step lies sealed in `secrets`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;

use crate::error::{Error, Result, Step};
use crate::page::{PAGE_ROWS_MAX, Versioned, name, rows, signed};
use crate::statement::{Columns, Scope, statements};
use crate::store::Store;
use crate::tenant::Tenant;

statements! {
    PUT: Scope::Tenant,
        "INSERT INTO people (tenant, id, name, version, body) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (tenant, id) DO UPDATE SET name = excluded.name, \
             version = excluded.version, body = excluded.body \
         WHERE people.version = excluded.version - 1";
    GET: Scope::Tenant, "SELECT body, version FROM people WHERE tenant = $1 AND id = $2";
    LIST: Scope::Tenant,
        "SELECT body, version FROM people WHERE tenant = $1 ORDER BY name LIMIT $2";
    REMOVE: Scope::Tenant, "DELETE FROM people WHERE tenant = $1 AND id = $2";
    BY_NAME: Scope::Machine("whose the name is must be found before there is a tenant"),
        "SELECT body, version, tenant FROM people WHERE name = $1";
    ANY: Scope::Machine("the first start asks whether anybody was ever let in"),
        "SELECT id FROM people LIMIT 1";
}

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Everything.
    Owner,
    /// Answers alerts and works on incidents.
    Responder,
    /// Only reads.
    Auditor,
    /// Works for the tenant from outside, as a responder.
    Agency,
}

impl Role {
    /// Every role.
    pub const ALL: &'static [Role] = &[Role::Owner, Role::Responder, Role::Auditor, Role::Agency];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Responder => "responder",
            Role::Auditor => "auditor",
            Role::Agency => "agency",
        }
    }

    /// The role of that word.
    pub fn of(word: &str) -> Option<Role> {
        Role::ALL.iter().copied().find(|role| role.as_str() == word)
    }
}

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Stable, never shown.
    pub id: String,
    /// The name that is typed at sign-in, in lower case.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The password's hash, as a PHC string.
    pub password: String,
    /// Whether the second step is set up.
    pub second_step: bool,
    /// The time step of the last code that was taken: none is taken twice.
    pub last_code: u64,
    /// Hashes of recovery codes that were not used yet.
    pub recovery: Vec<String>,
    /// Sign-ins that failed since the last good one.
    pub failures: u32,
    /// No sign-in before that.
    pub locked_until: Option<Timestamp>,
    /// Since when.
    pub since: Timestamp,
}

impl Store {
    /// Adds a person (version 0) or changes one. A name that somebody else has is refused.
    pub async fn put_person(&self, tenant: &Tenant, person: &Versioned<Person>) -> Result<()> {
        let value = &person.value;
        let query = PUT.on(self.engine()).bind(tenant.bound());
        let query = query.bind(name(&value.id, "a person's id")?);
        let query = query.bind(name(&value.name, "a person's name")?);
        let query = query.bind(signed(person.version) + 1);
        let query = query.bind(serde_json::to_string(value).map_err(Error::Json)?);
        let mut write = self.write().await?;
        let taken = BY_NAME.on(write.engine).bind(value.name.clone());
        let taken = taken.fetch_optional(write.connection()).await;
        if let Some(row) = taken.step("look for a name")? {
            let other: Person = row.json(0)?;
            if other.id != value.id || row.text(2)? != tenant.as_str() {
                return Err(Error::Conflict { what: "that name" });
            }
        }
        let done = query.execute(write.connection()).await;
        if done.step("keep a person")?.rows_affected() == 0 {
            return Err(Error::Conflict { what: "the person" });
        }
        write.commit().await
    }

    /// One person.
    pub async fn person(&self, tenant: &Tenant, id: &str) -> Result<Option<Versioned<Person>>> {
        let query = GET.on(self.engine()).bind(tenant.bound());
        let row = query.bind(id.to_owned()).fetch_optional(&self.pools.read);
        row.await
            .step("read a person")?
            .map(|row| person(&row))
            .transpose()
    }

    /// Whoever signs in by that name, and whose they are.
    pub async fn person_named(&self, name: &str) -> Result<Option<(Tenant, Versioned<Person>)>> {
        let query = BY_NAME.on(self.engine()).bind(name.replace('\0', ""));
        let row = query.fetch_optional(&self.pools.read).await;
        let Some(row) = row.step("look for a name")? else {
            return Ok(None);
        };
        Ok(Some((Tenant::new(row.text(2)?), person(&row)?)))
    }

    /// The people of a tenant by their names.
    pub async fn people(&self, tenant: &Tenant) -> Result<Vec<Versioned<Person>>> {
        let query = LIST.on(self.engine()).bind(tenant.bound());
        let found = query
            .bind(rows(PAGE_ROWS_MAX))
            .fetch_all(&self.pools.read)
            .await;
        found.step("list people")?.iter().map(person).collect()
    }

    /// Removes a person. Returns whether there was one. Sessions are ended by whoever calls.
    pub async fn remove_person(&self, tenant: &Tenant, id: &str) -> Result<bool> {
        let mut write = self.write().await?;
        let query = REMOVE.on(write.engine).bind(tenant.bound());
        let done = query.bind(id.to_owned()).execute(write.connection()).await;
        let found = done.step("remove a person")?.rows_affected() > 0;
        write.commit().await?;
        Ok(found)
    }

    /// Whether anybody was ever let in.
    pub async fn has_people(&self) -> Result<bool> {
        let row = ANY.on(self.engine()).fetch_optional(&self.pools.read).await;
        Ok(row.step("look for people")?.is_some())
    }
}

fn person(row: &AnyRow) -> Result<Versioned<Person>> {
    Ok(Versioned {
        value: row.json(0)?,
        version: row.count(1)?,
    })
}
