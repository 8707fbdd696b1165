//! rspamd as it is shipped, one worker, over HTTP on the loopback, without the network.
//!
//! Every name it asks for does not exist, answered at once by `Nowhere`: with no
//! answer it would wait for its time limit. Needs to be started as root, since it
//! gives its rights away itself.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::{Peer, sample};
use crate::bench::number;
use crate::processor;

pub const PEER: Peer = Peer {
    name: "rspamd, one worker",
    rate,
};

/// Mails it judges.
const MAILS: usize = 300;
/// Mails before it is measured: rules are compiled on first use.
const WARM_UP: usize = 30;
/// It compiles its patterns for so long at most.
const START: Duration = Duration::from_mins(2);
/// Longest wait for one verdict; its own limit is 8 seconds.
const ANSWER: Duration = Duration::from_secs(20);

fn rate(paths: &[PathBuf]) -> Result<Option<f64>> {
    let Some(server) = Server::start()? else {
        return Ok(None);
    };
    let mails = sample(paths, MAILS);
    for mail in mails.iter().take(WARM_UP) {
        server.judge(mail)?;
    }
    let begin = server.seconds();
    for mail in &mails {
        server.judge(mail)?;
    }
    Ok(Some(number(mails.len()) / (server.seconds() - begin)))
}

/// A running rspamd with a folder of its own; both end with this value.
struct Server {
    child: Child,
    address: SocketAddr,
    folder: PathBuf,
}

impl Server {
    /// Starts it and waits for its first verdict; `None` where it is not installed.
    fn start() -> Result<Option<Server>> {
        if !Path::new("/etc/rspamd/common.conf").exists() {
            return Ok(None);
        }
        let address = free_address()?;
        // A folder for each start: helpers of the one before may still write into theirs.
        let name = format!("sellkeep-rspamd-{}-{}", std::process::id(), address.port());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder)?;
        let configuration = folder.join("rspamd.conf");
        fs::write(&configuration, settings(address, nowhere()?))?;
        let owned = Command::new("chown")
            .arg("-R")
            .arg("_rspamd")
            .arg(&folder)
            .status();
        owned.context("the folder for rspamd cannot be given away")?;
        let child = Command::new("rspamd")
            .args(["-f", "-u", "_rspamd", "-g", "_rspamd", "-c"])
            .arg(&configuration)
            .arg(format!("--var=DBDIR={}", folder.display()))
            .arg(format!("--var=RUNDIR={}", folder.display()))
            .arg(format!("--var=LOGDIR={}", folder.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(child) = child else {
            return Ok(None);
        };
        let mut server = Server {
            child,
            address,
            folder,
        };
        server.wait()?;
        Ok(Some(server))
    }

    fn wait(&mut self) -> Result<()> {
        let begin = Instant::now();
        while begin.elapsed() < START {
            if self.ask(b"From: a@example.com\r\n\r\nhello\r\n").is_ok() {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("rspamd ended while it was started: {status}; is this root?");
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        bail!("rspamd did not answer within {START:?}")
    }

    fn judge(&self, mail: &Path) -> Result<()> {
        let bytes = fs::read(mail)?;
        self.ask(&bytes)
            .with_context(|| format!("rspamd gave no verdict on {}", mail.display()))
    }

    fn ask(&self, mail: &[u8]) -> Result<()> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(ANSWER))?;
        write!(
            stream,
            "POST /checkv2 HTTP/1.0\r\nContent-Length: {}\r\n\r\n",
            mail.len()
        )?;
        stream.write_all(mail)?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        if answer.contains("\"action\"") {
            return Ok(());
        }
        bail!("no action in its answer")
    }

    fn seconds(&self) -> f64 {
        processor::tree_seconds(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends its workers itself when it is asked to.
        let pid = self.child.id().to_string();
        let _ = Command::new("kill").arg(&pid).status();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?)
}

fn settings(address: SocketAddr, dns: SocketAddr) -> String {
    format!(
        r#".include "$CONFDIR/common.conf"
options {{
    pidfile = "$RUNDIR/rspamd.pid";
    .include "$CONFDIR/options.inc"
    dns {{ nameserver = ["{}:{}:10"]; }}
}}
logging {{ type = "file"; filename = "$LOGDIR/rspamd.log"; level = "error"; }}
worker "normal" {{ bind_socket = "{address}"; count = 1; }}
"#,
        dns.ip(),
        dns.port()
    )
}

/// Header of a DNS message in octets (RFC 1035 section 4.1.1).
const HEADER: usize = 12;

/// A name server to which no name exists; it ends with the process.
fn nowhere() -> Result<SocketAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = socket.local_addr()?;
    std::thread::spawn(move || {
        let mut message = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut message) {
            if length < HEADER {
                continue;
            }
            // It is an answer, recursion is available, there is no such name.
            message[2] |= 0x80;
            message[3] = 0x83;
            let _ = socket.send_to(&message[..length], from);
        }
    });
    Ok(address)
}
