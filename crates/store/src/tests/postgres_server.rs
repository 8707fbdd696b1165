//! A PostgreSQL server of our own: on a free loopback port, in a temporary folder.
//!
//! A small shell runs it and waits for the end of its input. However this process
//! ends, the input ends with it, and the server is stopped and its folder removed.

use std::ffi::OsString;
use std::io::{Error, Result};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Where Debian puts the server's programs, a folder for each version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// A first start takes two seconds; a busy machine may need many more.
const START_SECONDS_MAX: u64 = 90;
const RUN: &str = r#"
cd "$FOLDER"
"$BIN/initdb" -D data -A trust -U sellkeep -E UTF8 --locale=C --no-sync >log 2>&1 || exit 1
"$BIN/postgres" -D data -k "$FOLDER" -h 127.0.0.1 -p "$PORT" "$@" >>log 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -INT "$server"
wait "$server"
cd /
rm -rf "$FOLDER"
"#;

/// A running server.
pub struct PostgresServer {
    port: u16,
    shell: Child,
}

impl PostgresServer {
    /// Starts a server with further settings (`name=value`); `None` where PostgreSQL is not installed.
    pub fn start(settings: &[&str]) -> Result<Option<PostgresServer>> {
        let Some(programs) = programs() else {
            return Ok(None);
        };
        let folder = folder()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = shell();
        command.args(["-c", RUN, "postgres"]);
        command.args(settings.iter().flat_map(|setting| ["-c", setting]));
        command.env("BIN", programs).env("FOLDER", &folder);
        command.env("PORT", port.to_string());
        command.stdin(Stdio::piped()).process_group(0);
        let mut server = PostgresServer {
            port,
            shell: command.spawn()?,
        };
        server.wait(&folder)?;
        Ok(Some(server))
    }

    /// The address of one of its databases.
    pub fn address(&self, database: &str) -> String {
        format!("postgres://sellkeep@127.0.0.1:{}/{database}", self.port)
    }

    fn wait(&mut self, folder: &Path) -> Result<()> {
        let end = Instant::now() + Duration::from_secs(START_SECONDS_MAX);
        while Instant::now() < end && self.shell.try_wait()?.is_none() {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        Err(Error::other(format!("PostgreSQL does not start:\n{log}")))
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// The newest version's programs.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir(VERSIONS).ok()?;
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let version = versions
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.join("bin/initdb").exists())
        .max_by_key(number)?;
    Some(version.join("bin"))
}

/// PostgreSQL refuses to run as root, so root hands it to the user of its package.
fn shell() -> Command {
    if !is_root() {
        return Command::new("sh");
    }
    let mut command = Command::new("setpriv");
    command.args([
        "--reuid=postgres",
        "--regid=postgres",
        "--clear-groups",
        "sh",
    ]);
    command
}

fn folder() -> Result<PathBuf> {
    let folder = tempfile::Builder::new().prefix("sellkeep-pg").tempdir()?;
    let folder = folder.keep();
    if is_root() {
        let owner = [OsString::from("postgres:postgres"), folder.clone().into()];
        Command::new("chown").args(owner).status()?;
    }
    Ok(folder)
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}
