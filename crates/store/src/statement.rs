//! Statements: every piece of SQL this crate runs, with whose rows it may touch.
//!
//! A statement is a constant on its file's list. Tests walk all lists: each statement
//! names its tenant or says why not, and each is understood by both engines.
//! Not here: SQL that makes tables (`migrate`).

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, Row};

use crate::engine::Engine;
use crate::error::{Error, Result, Step};

/// Whose rows a statement may touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Those of the tenant that is its first parameter.
    Tenant,
    /// Those of all tenants, for the reason given. From a person's request only where it
    /// finds out whose the request is.
    Machine(&'static str),
}

/// One statement, in one text for both engines or one for each.
#[derive(Debug)]
pub(crate) struct Statement {
    /// The constant's name.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "read by the test of all statements")
    )]
    pub name: &'static str,
    /// Whose rows it may touch.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "read by the test of all statements")
    )]
    pub scope: Scope,
    texts: &'static [&'static str],
}

impl Statement {
    pub(crate) const fn new(
        name: &'static str,
        scope: Scope,
        texts: &'static [&'static str],
    ) -> Statement {
        Statement { name, scope, texts }
    }

    /// The text for an engine: the first is SQLite's, the last PostgreSQL's.
    pub(crate) fn text(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.texts[0],
            Engine::Postgres => self.texts[self.texts.len() - 1],
        }
    }

    /// The statement, ready to take its parameters.
    pub(crate) fn on(&self, engine: Engine) -> Query<'static, Any, AnyArguments> {
        sqlx::query(self.text(engine))
    }
}

/// Declares a file's statements and their list `ALL`.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident: $scope:expr, $($text:literal),+;)*) => {
        $(
            $(#[$doc])*
            const $name: $crate::statement::Statement =
                $crate::statement::Statement::new(stringify!($name), $scope, &[$($text),+]);
        )*
        /// The statements of this file.
        #[cfg_attr(not(test), expect(dead_code, reason = "walked by tests"))]
        pub(crate) const ALL: &[&$crate::statement::Statement] = &[$(&$name),*];
    };
}
pub(crate) use statements;

/// Reads columns by place, with an error instead of a panic.
pub(crate) trait Columns {
    /// Words.
    fn text(&self, at: usize) -> Result<String>;
    /// A whole number.
    fn number(&self, at: usize) -> Result<i64>;
    /// A count, never negative.
    fn count(&self, at: usize) -> Result<u64>;
    /// Bytes.
    fn bytes(&self, at: usize) -> Result<Vec<u8>>;
    /// Bytes that may be missing.
    fn bytes_or_none(&self, at: usize) -> Result<Option<Vec<u8>>>;
    /// A time.
    fn time(&self, at: usize) -> Result<Timestamp>;
    /// A value kept as JSON.
    fn json<T: DeserializeOwned>(&self, at: usize) -> Result<T>;
}

const READ: &str = "read a row of the database";

impl Columns for AnyRow {
    fn text(&self, at: usize) -> Result<String> {
        self.try_get(at).step(READ)
    }

    fn number(&self, at: usize) -> Result<i64> {
        self.try_get(at).step(READ)
    }

    fn count(&self, at: usize) -> Result<u64> {
        u64::try_from(self.number(at)?).map_err(|_| Error::Corrupt { what: "a count" })
    }

    fn bytes(&self, at: usize) -> Result<Vec<u8>> {
        self.try_get(at).step(READ)
    }

    fn bytes_or_none(&self, at: usize) -> Result<Option<Vec<u8>>> {
        self.try_get(at).step(READ)
    }

    fn time(&self, at: usize) -> Result<Timestamp> {
        Timestamp::from_microsecond(self.number(at)?).map_err(|_| Error::Corrupt { what: "a time" })
    }

    fn json<T: DeserializeOwned>(&self, at: usize) -> Result<T> {
        serde_json::from_str(&self.text(at)?).map_err(|_| Error::Corrupt {
            what: "a value kept as JSON",
        })
    }
}
