//! `sellkeep serve` on a free loopback port, ended with the test.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::http::{Answer, Request};
use crate::place::Place;

/// A start that takes longer is a failure; it is far below a second on an idle machine.
const STARTS_WITHIN: Duration = Duration::from_mins(1);

/// A running server with its data.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub at: SocketAddr,
    /// The one-time link's path, where nobody was let in yet.
    pub link: Option<String>,
    /// Its data folder.
    pub place: Place,
}

impl Server {
    /// Over a new data folder.
    pub fn empty() -> Server {
        Server::start(Place::new(), &[])
    }

    /// Over a data folder with two accounts of one tenant, one of them taken over, and an
    /// account of another tenant.
    pub fn filled() -> Server {
        Server::start(Place::filled(), &[])
    }

    /// Over a data folder, with more options.
    pub fn start(place: Place, more: &[&str]) -> Server {
        let offline = if more.contains(&"--dns") {
            &[][..]
        } else {
            &["--dns", "none"]
        };
        let mut child = Command::new(env!("CARGO_BIN_EXE_sellkeep"))
            .args(["serve", "--data", "data"])
            .args(offline)
            .args(["--listen", "127.0.0.1:0"])
            .args(more)
            .current_dir(place.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program starts");
        let lines = lines(child.stdout.take().expect("piped"));
        let first = lines.recv_timeout(STARTS_WITHIN).expect("it says where");
        let mut said = vec![first];
        while !said.iter().any(|line| line.contains("://")) {
            said.push(lines.recv_timeout(STARTS_WITHIN).expect("it says where"));
        }
        let line = said.iter().find(|line| line.contains("://")).unwrap();
        let (_, rest) = line.split_once("://").unwrap();
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let at = host.trim().parse().ok();
        let at = at.unwrap_or_else(|| listening(&child));
        Server {
            child,
            at,
            link: path.contains("key=").then(|| format!("/{}", path.trim())),
            place,
        }
    }

    /// Sends a request.
    pub fn ask(&self, request: Request) -> Answer {
        request.send(self.at)
    }

    /// The address of a page.
    pub fn address(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    /// Kilobytes of memory that it holds now (Linux).
    pub fn resident_kb(&self) -> Option<u64> {
        let file = format!("/proc/{}/status", self.child.id());
        let text = std::fs::read_to_string(file).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Lines as they come; the pipe is emptied until the program ends.
fn lines(out: impl Read + Send + 'static) -> Receiver<String> {
    let (send, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            let _ = send.send(line);
        }
    });
    lines
}

/// The loopback port that the program listens on, where it printed its public name only.
fn listening(child: &Child) -> SocketAddr {
    let table = std::fs::read_to_string("/proc/net/tcp").expect("Linux");
    let own: Vec<String> = std::fs::read_dir(format!("/proc/{}/fd", child.id()))
        .expect("our own child")
        .filter_map(|file| std::fs::read_link(file.ok()?.path()).ok())
        .map(|path| path.display().to_string())
        .collect();
    let listens = |line: &&str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let socket = format!("socket:[{}]", fields.get(9).unwrap_or(&""));
        fields.get(3) == Some(&"0A") && own.contains(&socket)
    };
    let line = table.lines().find(listens).expect("it listens");
    let port = line
        .split_whitespace()
        .nth(1)
        .and_then(|at| at.split(':').nth(1));
    let port = port.and_then(|port| u16::from_str_radix(port, 16).ok());
    SocketAddr::from(([127, 0, 0, 1], port.expect("a port")))
}
