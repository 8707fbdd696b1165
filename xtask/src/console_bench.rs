//! How long the console's pages take on the server, how heavy they are and how much memory
//! `serve` holds, over a store of 1,000,000 events, 10,000 alerts and 1,000 accounts.
//!
//! The released program answers over loopback, one request after another, as the owner sees it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use jiff::{SignedDuration, Timestamp};
use sellkeep_model::Account;
use sellkeep_store::{KeySource, Person, Role, Session, Store, Tenant, Versioned};
use sha2::{Digest, Sha256};

use crate::store_bench::pages;

/// Requests of each page.
const TIMES: usize = 200;
/// What the bench's own session shows; its data folder goes away with it.
const SHOWN: &str = "5e55101d5e55101d5e55101d5e55101d5e55101d5e55101d5e55101d5e55101d";
/// Pages by what they show: `{}` is an account's or an alert's id.
const PAGES: &[&str] = &[
    "/",
    "/alerts",
    "/alerts?filter=act-now",
    "/accounts",
    "/accounts/account-{}",
    "/portfolio",
    "/mail",
    "/incidents",
    "/preparation",
    "/contacts",
    "/resources",
    "/rules",
    "/sources",
    "/people",
    "/audit",
    "/api/accounts",
    "/api/alerts",
    "/api/events",
];

/// `bench console`: needs a released `sellkeep` beside this program.
pub fn run() -> Result<()> {
    let program = std::env::current_exe()?.with_file_name("sellkeep");
    if !program.exists() {
        bail!("cargo build --release -p sellkeep comes first");
    }
    let folder = tempfile::tempdir_in("target").context("run it from the repository")?;
    let runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = { runtime }.enable_all().build()?;
    let empty = Server::start(&program, folder.path())?;
    println!(
        "empty: started in {} ms, {}",
        empty.took.as_millis(),
        empty.memory()?
    );
    drop(empty);
    runtime.block_on(fill(folder.path()))?;
    let server = Server::start(&program, folder.path())?;
    println!(
        "full: started in {} ms, {}",
        server.took.as_millis(),
        server.memory()?
    );
    println!("pages, {TIMES} of each: p50 and p99 until the last byte");
    for page in PAGES {
        server.measure(page)?;
    }
    println!("afterwards: {}", server.memory()?);
    Ok(())
}

async fn fill(folder: &Path) -> Result<()> {
    let data = folder.join("data");
    let key = KeySource::File(data.join("master.key"));
    let address = data.join("sellkeep.db").display().to_string();
    let store = Store::open(&address, &key).await?;
    let tenant = Tenant::new(sellkeep_model::TENANT_DEFAULT);
    for number in 0..pages::ACCOUNTS {
        let id = pages::account(number);
        let account = serde_json::json!({"id": id, "marketplace": "amazon", "tenant": tenant.as_str(),
            "name": format!("Shop {number}"), "stores": ["A1PA6795UKMFR9"]});
        let account: Account = serde_json::from_value(account).context("an account")?;
        store.put_account(&Versioned::new(account)).await?;
    }
    pages::fill_events(&store, &tenant).await?;
    pages::fill_alerts(&store, &tenant).await?;
    sign_in(&store, &tenant).await?;
    store.close().await;
    Ok(())
}

/// An owner who is signed in already.
async fn sign_in(store: &Store, tenant: &Tenant) -> Result<()> {
    let now = Timestamp::now();
    let person = Person {
        id: "bench".to_owned(),
        name: "bench".to_owned(),
        role: Role::Owner,
        password: String::new(),
        second_step: true,
        last_code: 0,
        recovery: Vec::new(),
        failures: 0,
        locked_until: None,
        since: now,
    };
    store.put_person(tenant, &Versioned::new(person)).await?;
    let session = Session {
        hash: Sha256::digest(SHOWN).to_vec(),
        person: "bench".to_owned(),
        scope: String::new(),
        begun: now,
        seen: now,
        ends: now + SignedDuration::from_hours(1),
        device: "bench".to_owned(),
    };
    Ok(store.add_session(tenant, &session).await?)
}

struct Server {
    child: Child,
    at: SocketAddr,
    took: Duration,
}

impl Server {
    fn start(program: &Path, folder: &Path) -> Result<Server> {
        let begin = Instant::now();
        let mut child = Command::new(program)
            .args([
                "serve",
                "--data",
                "data",
                "--dns",
                "none",
                "--listen",
                "127.0.0.1:0",
            ])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting sellkeep serve")?;
        let out = child.stdout.take().context("its output")?;
        let mut lines = BufReader::new(out).lines().map_while(Result::ok);
        let line = lines.find(|line| line.contains("://"));
        let line = line.context("it did not say where it listens")?;
        let (_, rest) = line.split_once("://").context("an address")?;
        let host = rest.split('/').next().unwrap_or_default().trim();
        let at = host
            .parse()
            .with_context(|| format!("{host:?} is no address"))?;
        // What it says later must not stop it.
        std::thread::spawn(move || lines.for_each(drop));
        let server = Server {
            child,
            at,
            took: begin.elapsed(),
        };
        server.get("/healthz")?;
        Ok(server)
    }

    fn measure(&self, page: &str) -> Result<()> {
        let mut times = Vec::with_capacity(TIMES);
        let mut bytes = 0;
        for number in 0..TIMES {
            let path = page.replace("{}", &format!("{:04}", number * 7 % pages::ACCOUNTS));
            let begin = Instant::now();
            bytes = bytes.max(self.get(&path)?);
            times.push(begin.elapsed());
        }
        times.sort();
        let at = |part: usize| times[TIMES * part / 100].as_secs_f64() * 1000.0;
        println!(
            "  {page:24} {:6.1} ms {:6.1} ms, {} KB",
            at(50),
            at(99),
            bytes / 1000
        );
        Ok(())
    }

    /// Asks for a page as a browser would; its size as it was sent.
    fn get(&self, path: &str) -> Result<usize> {
        let mut stream = TcpStream::connect(self.at)?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: {}\r\ncookie: sellkeep={SHOWN}\r\naccept-encoding: gzip\r\nconnection: close\r\n\r\n",
            self.at
        )?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        if !answer.starts_with(b"HTTP/1.1 200") {
            let head: Vec<u8> = answer.into_iter().take(200).collect();
            bail!("{path}: {}", String::from_utf8_lossy(&head));
        }
        Ok(answer.len())
    }

    fn memory(&self) -> Result<String> {
        let file = format!("/proc/{}/status", self.child.id());
        let text = std::fs::read_to_string(file)?;
        let field = |name: &str| -> Option<u64> {
            let line = text.lines().find(|line| line.starts_with(name))?;
            line.split_whitespace().nth(1)?.parse().ok()
        };
        let megabytes = |name| field(name).unwrap_or_default() / 1024;
        Ok(format!(
            "{} MB resident, {} MB at most",
            megabytes("VmRSS:"),
            megabytes("VmHWM:")
        ))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ended already, or ends now; there is nobody to tell.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
