//! Every statement names its tenant or says why not, and both engines understand it.

use std::collections::BTreeSet;

use crate::engine::Engine;
use crate::statement::{Scope, Statement};
use crate::{Store, keys};

/// Every file's list.
const LISTS: &[(&str, &[&Statement])] = &[
    ("accounts", crate::accounts::ALL),
    ("alerts", crate::alerts::ALL),
    ("answered", crate::answered::ALL),
    ("arrivals", crate::arrivals::ALL),
    ("audit", crate::audit::ALL),
    ("chain", crate::chain::ALL),
    ("counts", crate::counts::ALL),
    ("data", keys::data::ALL),
    ("event_log", crate::event_log::ALL),
    ("events", crate::events::ALL),
    ("evidence", crate::evidence::ALL),
    ("incidents", crate::incidents::ALL),
    ("leases", crate::leases::ALL),
    ("migrate", crate::migrate::ALL),
    ("outbox", crate::outbox::ALL),
    ("people", crate::people::ALL),
    ("people_words", crate::people_words::ALL),
    ("preparation", crate::preparation::ALL),
    ("queue", crate::queue::ALL),
    ("records", crate::records::ALL),
    ("rotate", keys::rotate::ALL),
    ("secrets", crate::secrets::ALL),
    ("sessions", crate::sessions::ALL),
    ("snapshots", crate::snapshots::ALL),
    ("sources", crate::sources::ALL),
    ("states", crate::states::ALL),
];

fn all() -> impl Iterator<Item = (&'static str, &'static Statement)> {
    let lists = LISTS.iter();
    lists.flat_map(|(file, list)| list.iter().map(|statement| (*file, *statement)))
}

fn sources() -> Vec<(String, String)> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let mut found = Vec::new();
    for folder in [root.to_owned(), format!("{root}/keys")] {
        for entry in std::fs::read_dir(folder).expect("the crate's own sources") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|end| end == "rs") {
                let stem = path.file_stem().expect("a name").to_string_lossy();
                let text = std::fs::read_to_string(&path).expect("a source");
                found.push((stem.into_owned(), text));
            }
        }
    }
    assert!(found.len() > 20, "the sources were found");
    found
}

#[test]
fn every_file_with_statements_is_on_the_list() {
    let declaring = sources()
        .into_iter()
        .filter(|(_, text)| text.contains("\nstatements! {"));
    let declaring: BTreeSet<String> = declaring.map(|(file, _)| file).collect();
    let listed: BTreeSet<String> = LISTS.iter().map(|(file, _)| (*file).to_owned()).collect();
    assert_eq!(declaring, listed);
}

#[test]
fn no_sql_is_run_past_the_lists() {
    for (file, text) in sources() {
        let code = text
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        let runs = [
            "sqlx::query",
            "raw_sql",
            ".execute(\"",
            "query_as",
            "query_scalar",
        ];
        let found = runs.iter().filter(|word| code.contains(**word)).count();
        let allowed = matches!(file.as_str(), "statement" | "migrate");
        assert!(allowed || found == 0, "{file} runs SQL of its own");
    }
}

/// The tables a text reads or writes, each time it names one.
fn tables(text: &str) -> Vec<String> {
    // `substring(… FROM o FOR n)` names no table.
    let text = text.replace("FROM o FOR", "");
    let words: Vec<&str> = text
        .split([' ', '(', ')', ','])
        .filter(|word| !word.is_empty())
        .collect();
    let mut found = Vec::new();
    for pair in words.windows(2) {
        let names = matches!(pair[0], "FROM" | "JOIN" | "UPDATE" | "INTO");
        let real = pair[1].chars().all(|c| c.is_ascii_lowercase() || c == '_')
            && !pair[1].starts_with("json_");
        if names && real {
            found.push(pair[1].to_owned());
        }
    }
    found
}

/// Whether every table in a text is held to the tenant that is the first parameter.
fn is_held(text: &str) -> bool {
    let held = ["tenant = $1", "(tenant, "].map(|form| text.matches(form).count());
    let into = text.matches("INSERT INTO ").count();
    let first = text.contains("VALUES ($1, ") || text.contains("SELECT $1, ");
    let inserts = into == 0 || (held[1] > 0 && first);
    inserts && held[0] + into >= tables(text).len()
}

#[test]
fn every_statement_names_its_tenant_or_says_why_not() {
    let mut seen = 0;
    for (file, statement) in all() {
        seen += 1;
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let text = statement.text(engine);
            match statement.scope {
                Scope::Tenant => assert!(is_held(text), "{file}: {}: {text}", statement.name),
                Scope::Machine(why) => assert!(why.len() > 20, "{file}: {}", statement.name),
            }
        }
    }
    assert!(seen > 60, "{seen} statements");
}

#[test]
fn the_check_itself_notices() {
    assert!(is_held("SELECT a FROM events WHERE tenant = $1 AND b = $2"));
    assert!(!is_held("SELECT a FROM events WHERE account = $1"));
    assert!(!is_held(
        "SELECT a FROM events JOIN alerts USING (x) WHERE tenant = $1"
    ));
    assert!(!is_held("INSERT INTO words (id, tenant) VALUES ($1, $2)"));
    assert!(!is_held(
        "UPDATE jobs SET a = $1 WHERE id IN (SELECT id FROM jobs WHERE tenant = $1)"
    ));
}

pub(super) async fn both_engines_understand_every_statement(store: Store) {
    let mut write = store.write().await.unwrap();
    for (number, (file, statement)) in all().enumerate() {
        let text = statement.text(store.engine());
        let asked = match store.engine() {
            Engine::Sqlite => format!("EXPLAIN {text}"),
            Engine::Postgres => format!("PREPARE s{number} AS {text}"),
        };
        let query = sqlx::raw_sql(sqlx::AssertSqlSafe(asked));
        let understood = query.execute(write.connection()).await;
        let name = statement.name;
        assert!(understood.is_ok(), "{file}: {name}: {:?}", understood.err());
    }
}
