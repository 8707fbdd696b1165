//! The form of the tables: a list of steps, only ever added to.
//!
//! Each step runs once, in one transaction with the note that it ran. A database with
//! more steps than this version knows is refused, never guessed at.

use sqlx::{AssertSqlSafe, Executor};

use crate::engine::Engine;
use crate::error::{Error, Result, Step};
use crate::statement::{Columns, Scope, statements};
use crate::store::{Pools, Write};

/// The steps, oldest first. A step that was released is never changed.
const STEPS: &[&str] = &[
    include_str!("migrations/0001_first.sql"),
    include_str!("migrations/0002_people.sql"),
    include_str!("migrations/0003_sources.sql"),
    include_str!("migrations/0004_arrivals.sql"),
    include_str!("migrations/0005_preparation.sql"),
];

/// Facts about the database itself; needed before any step.
const FACTS: &str =
    "CREATE TABLE IF NOT EXISTS facts (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)";
/// One node changes the form at a time (PostgreSQL); the number is arbitrary, but fixed.
const LOCK: &str = "SELECT pg_advisory_xact_lock(5174635)";
/// The fact that holds the number of steps done.
const FORM: &str = "form";

statements! {
    FACT: Scope::Machine("facts are about the database, not about a tenant"),
        "SELECT value FROM facts WHERE name = $1";
    SET_FACT: Scope::Machine("facts are about the database, not about a tenant"),
        "INSERT INTO facts (name, value) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value";
}

const STEP: &str = "bring the database to the form of this version";

/// Brings the database to the newest form.
pub(crate) async fn run(pools: &Pools) -> Result<()> {
    let mut write = Write::begin(pools).await?;
    if pools.engine == Engine::Postgres {
        write.connection().execute(LOCK).await.step(STEP)?;
    }
    write.connection().execute(FACTS).await.step(STEP)?;
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    let found = form(&mut write).await?;
    if found > known {
        return Err(Error::Newer { found, known });
    }
    for step in STEPS.iter().skip(usize::try_from(found).unwrap_or(0)) {
        let text = in_words_of(pools.engine, step);
        let query = sqlx::raw_sql(AssertSqlSafe(text));
        query.execute(write.connection()).await.step(STEP)?;
    }
    set_fact(&mut write, FORM, &known.to_string()).await?;
    write.commit().await
}

async fn form(write: &mut Write) -> Result<i64> {
    match fact(write, FORM).await? {
        None => Ok(0),
        Some(value) => value.parse().map_err(|_| Error::Corrupt {
            what: "the number of the database's form",
        }),
    }
}

fn in_words_of(engine: Engine, step: &str) -> String {
    let bytes = match engine {
        Engine::Sqlite => "BLOB",
        Engine::Postgres => "BYTEA",
    };
    step.replace("{bytes}", bytes)
}

/// A fact about the database.
pub(crate) async fn fact(write: &mut Write, name: &str) -> Result<Option<String>> {
    let query = FACT.on(write.engine).bind(name.to_owned());
    let row = query.fetch_optional(write.connection()).await.step(STEP)?;
    row.map(|row| row.text(0)).transpose()
}

/// Writes a fact about the database.
pub(crate) async fn set_fact(write: &mut Write, name: &str, value: &str) -> Result<()> {
    let query = SET_FACT.on(write.engine);
    let query = query.bind(name.to_owned()).bind(value.to_owned());
    query.execute(write.connection()).await.step(STEP)?;
    Ok(())
}
