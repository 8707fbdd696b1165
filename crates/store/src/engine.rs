//! The two engines: where a database lies and how a connection to it begins.
//!
//! SQLite has exactly one writing connection, which begins with `BEGIN IMMEDIATE`:
//! a transaction that reads first and writes later fails under load otherwise.
//! Not here: tables (`migrate`), statements (`statement`).

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AnyPool, Connection, Executor};
use url::Url;

use crate::error::{Error, Result};

/// Which engine holds the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file, or memory, in this process.
    Sqlite,
    /// A server.
    Postgres,
}

/// Readers of a file: pages are short, more would only hold memory.
const SQLITE_READERS_MAX: u32 = 4;
/// Connections of one node to PostgreSQL; a server allows 100 by default, shared by all nodes.
const POSTGRES_CONNECTIONS_MAX: u32 = 12;
/// How long a caller waits for a connection before it is told so.
const ACQUIRE_SECONDS_MAX: u64 = 30;

/// FULL, not NORMAL: a web hook that was answered "received" must outlive a power cut, and
/// batches make the cost bearable. The cache is kept small because an idle node should be.
/// The log may grow to 80 MB before it is written back: new records touch pages all over
/// the indexes, and a page that is changed ten times is then written back once.
const SQLITE_BEGIN: &str = "PRAGMA busy_timeout = 20000; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32000; \
     PRAGMA wal_autocheckpoint = 20000";
const SQLITE_READER_BEGIN: &str = "PRAGMA busy_timeout = 20000; PRAGMA query_only = ON; \
     PRAGMA cache_size = -8000";

/// Where a database lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Memory,
    File(PathBuf),
    Server(Url),
}

impl Place {
    /// A path, `sqlite:PATH`, `:memory:` or `postgres://…`.
    pub(crate) fn parse(address: &str) -> Result<Place> {
        if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            return Url::parse(address)
                .map(Place::Server)
                .map_err(|_| Error::Address);
        }
        let path = address.strip_prefix("sqlite:").unwrap_or(address);
        match path {
            "" => Err(Error::Address),
            ":memory:" => Ok(Place::Memory),
            _ if path.contains("://") => Err(Error::Address),
            _ => Ok(Place::File(path.strip_prefix("//").unwrap_or(path).into())),
        }
    }

    /// The place as it may be shown: without user and password.
    pub(crate) fn shown(&self) -> String {
        match self {
            Place::Memory => "in memory".to_owned(),
            Place::File(path) => path.display().to_string(),
            Place::Server(url) => format!(
                "postgres://{}{}",
                url.host_str().unwrap_or("(socket)"),
                url.path()
            ),
        }
    }
}

/// Connections for writing and for reading.
#[derive(Debug, Clone)]
pub(crate) struct Pools {
    pub engine: Engine,
    pub write: AnyPool,
    pub read: AnyPool,
}

/// Opens a place, making the file where it is missing.
pub(crate) async fn connect(place: &Place) -> Result<Pools> {
    sqlx::any::install_default_drivers();
    match place {
        Place::Memory => {
            let only = pool("sqlite::memory:", place, 1, SQLITE_BEGIN).await?;
            Ok(both(Engine::Sqlite, only.clone(), only))
        }
        Place::File(path) => {
            let url = file_url(path)?;
            let write = pool(&url, place, 1, SQLITE_BEGIN).await?;
            let read = pool(&url, place, SQLITE_READERS_MAX, SQLITE_READER_BEGIN).await?;
            Ok(both(Engine::Sqlite, write, read))
        }
        Place::Server(url) => {
            reach(url, place).await?;
            let all = pool(url.as_str(), place, POSTGRES_CONNECTIONS_MAX, "").await?;
            Ok(both(Engine::Postgres, all.clone(), all))
        }
    }
}

fn both(engine: Engine, write: AnyPool, read: AnyPool) -> Pools {
    Pools {
        engine,
        write,
        read,
    }
}

/// Makes the file readable for its owner only (its WAL inherits that) and names it as a URL.
fn file_url(path: &Path) -> Result<String> {
    let wrong = |cause| Error::File {
        path: path.to_owned(),
        cause,
    };
    let mut options = OpenOptions::new();
    let options = options.create(true).append(true).mode(0o600);
    options.open(path).map_err(wrong)?;
    let full = path.canonicalize().map_err(wrong)?;
    let url = Url::from_file_path(full).map_err(|()| Error::Address)?;
    let named = url.as_str().replacen("file://", "sqlite://", 1);
    Ok(format!("{named}?mode=rwc"))
}

/// Connects once, so that a wrong address is told at once: a pool would try for long.
async fn reach(url: &Url, place: &Place) -> Result<()> {
    let wrong = |cause| Error::Open {
        place: place.shown(),
        cause,
    };
    let connection = AnyConnection::connect(url.as_str()).await.map_err(wrong)?;
    connection.close().await.map_err(wrong)
}

async fn pool(url: &str, place: &Place, size: u32, begin: &'static str) -> Result<AnyPool> {
    let wrong = |cause| Error::Open {
        place: place.shown(),
        cause,
    };
    let options: AnyConnectOptions = url.parse().map_err(|_| Error::Address)?;
    let pool = AnyPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(Duration::from_secs(ACQUIRE_SECONDS_MAX))
        // A database in memory lives as long as its connection.
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                if !begin.is_empty() {
                    connection.execute(begin).await?;
                }
                Ok(())
            })
        });
    pool.connect_with(options).await.map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_apart() {
        assert_eq!(Place::parse(":memory:").unwrap(), Place::Memory);
        assert_eq!(
            Place::parse("a b.db").unwrap(),
            Place::File("a b.db".into())
        );
        let file = Place::parse("sqlite:///var/x.db").unwrap();
        assert_eq!(file, Place::File("/var/x.db".into()));
        assert!(matches!(
            Place::parse("postgres://u@h/d").unwrap(),
            Place::Server(_)
        ));
        assert!(Place::parse("mysql://h/d").is_err());
        assert!(Place::parse("").is_err());
    }

    #[test]
    fn a_password_is_never_shown() {
        let place = Place::parse("postgres://kai:hush@db.example:5433/shop").unwrap();
        assert_eq!(place.shown(), "postgres://db.example/shop");
    }
}
