//! Stores to test on: in memory, in a file, on a PostgreSQL server of our own.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, Executor};
use tempfile::TempDir;
use tokio::sync::Mutex;

use super::postgres_server::PostgresServer;
use crate::{KeySource, Store};

/// One server for all tests of this process, without waiting for the disk.
static SERVER: LazyLock<Option<PostgresServer>> = LazyLock::new(|| {
    let settings = ["fsync=off", "max_connections=300"];
    PostgresServer::start(&settings).expect("PostgreSQL is installed but does not start")
});

/// Making databases at the same time fails: they copy the same template.
static MAKING: Mutex<()> = Mutex::const_new(());

/// How many databases were made.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A place for a store, removed at the end.
pub(super) struct Place {
    pub folder: TempDir,
    pub address: String,
}

impl Place {
    fn new(address: impl FnOnce(&TempDir) -> String) -> Place {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let address = address(&folder);
        Place { folder, address }
    }

    pub(super) fn memory() -> Place {
        Place::new(|_| ":memory:".to_owned())
    }

    pub(super) fn file() -> Place {
        Place::new(|folder| folder.path().join("a store.db").display().to_string())
    }

    /// A new database on the server; `None` where PostgreSQL is not installed.
    pub(super) async fn postgres() -> Option<Place> {
        let Some(server) = SERVER.as_ref() else {
            eprintln!("skipped: no PostgreSQL");
            return None;
        };
        let name = format!("test{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        make(&server.address("postgres"), &name).await;
        Some(Place::new(|_| server.address(&name)))
    }

    pub(super) fn key(&self) -> KeySource {
        KeySource::File(self.folder.path().join("key"))
    }

    pub(super) async fn open(&self) -> Store {
        let store = Store::open(&self.address, &self.key()).await;
        store.expect("the store opens")
    }
}

async fn make(address: &str, name: &str) {
    let _guard = MAKING.lock().await;
    let mut connection = connected(address).await;
    let text = format!("CREATE DATABASE {name}");
    let made = connection.execute(AssertSqlSafe(text)).await;
    made.expect("a database is made");
}

/// The port answers a little before the server does.
async fn connected(address: &str) -> sqlx::AnyConnection {
    sqlx::any::install_default_drivers();
    for _ in 0..600 {
        if let Ok(connection) = sqlx::AnyConnection::connect(address).await {
            return connection;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("PostgreSQL does not answer");
}
