//! `sellkeep serve` as people start it, on a free port, with a local webhook as its channel.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::expect_used, reason = "only tests use it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::program::Place;

/// The account that is watched.
pub const ACCOUNT: &str = "shop";
/// How long anything here may take before the test gives up; a busy machine is slow.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A running server.
pub struct Served {
    /// Its port.
    pub port: u16,
    /// Its folder.
    pub place: Place,
    /// Everything that the channel was told.
    pub told: Receiver<String>,
    child: Child,
}

impl Served {
    /// Starts one with an account and a channel.
    pub fn start(more: &[&str]) -> Served {
        Served::start_in(Place::new(), more)
    }

    /// Starts one in a folder that holds something already.
    pub fn start_in(place: Place, more: &[&str]) -> Served {
        let (tell, told) = channel();
        let port = webhook(tell);
        let accounts = format!(
            r#"{{"accounts":[{{"id":"{ACCOUNT}","marketplace":"stripe","name":"The shop"}}]}}"#
        );
        place.put("accounts.json", accounts);
        place.put("channels.toml", format!("[[channel]]\nkind = 'webhook'\nname = 'here'\nurl = 'http://127.0.0.1:{port}/'\nsecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'\nallow_private = true\n"));
        let said = place.run(&["ingest", "--accounts", "accounts.json", "--dns", "none"]);
        assert_eq!(said.code, 0, "{}", said.err);
        let mut command = Command::new(env!("CARGO_BIN_EXE_sellkeep"));
        command.args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--channels",
            "channels.toml",
        ]);
        if !more.contains(&"--dns") {
            command.args(["--dns", "none"]);
        }
        command.args(more).current_dir(place.path());
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let output = child.stdout.take().expect("piped");
        let port = console(BufReader::new(output));
        Served {
            port,
            place,
            told,
            child,
        }
    }

    /// Sends one request; the status, and the rest of the answer.
    pub fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> (u16, String) {
        let mut stream = self.connect();
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).expect("written");
        // A server that refuses early need not take the rest.
        let _ = stream.write_all(body);
        answer(&mut stream)
    }

    /// Brings a hook; the status.
    pub fn bring(&self, source: &str, headers: &[(&str, &str)], body: &str) -> u16 {
        let path = format!("/hooks/{source}");
        self.ask("POST", &path, headers, body.as_bytes()).0
    }

    /// A connection to it.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("set");
        stream
    }

    /// What the channel was told next.
    pub fn next_told(&self) -> String {
        self.told.recv_timeout(PATIENCE).expect("an alert in time")
    }

    /// `sellkeep sources …` beside the running server.
    pub fn sources(&self, arguments: &[&str]) -> String {
        let said = self.place.run(&[&["sources"], arguments].concat());
        assert_eq!(said.code, 0, "{arguments:?}: {}{}", said.out, said.err);
        said.out
    }

    /// Lists the sources until the list holds these words.
    pub fn until_listed(&self, words: &str) -> String {
        let end = std::time::Instant::now() + PATIENCE;
        loop {
            let list = self.sources(&["list"]);
            if list.contains(words) {
                return list;
            }
            assert!(std::time::Instant::now() < end, "{words}: {list}");
            thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Status and rest of an HTTP answer.
pub fn answer(stream: &mut TcpStream) -> (u16, String) {
    let mut bytes = Vec::new();
    // The other side may cut the line after it has answered early.
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let status = text.split(' ').nth(1).and_then(|word| word.parse().ok());
    (status.unwrap_or(0), text)
}

/// The port that the server names; its further words are passed over.
fn console(mut output: impl BufRead + Send + 'static) -> u16 {
    let mut line = String::new();
    while output.read_line(&mut line).expect("words") > 0 {
        if let Some((_, rest)) = line.split_once("http://127.0.0.1:") {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
            return digits.parse().expect("a port");
        }
        line.clear();
    }
    unreachable!("the server ended before it named its port");
}

/// A receiver of webhooks that hands on each request.
fn webhook(tell: Sender<String>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let tell = tell.clone();
            thread::spawn(move || serve(stream, &tell));
        }
    });
    port
}

fn serve(stream: TcpStream, tell: &Sender<String>) {
    let mut reader = BufReader::new(stream);
    while let Some((head, body)) = request(&mut reader) {
        let _ = tell.send(head + &body);
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
        if reader.get_mut().write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// One HTTP request: its head and its body.
pub fn request(reader: &mut BufReader<TcpStream>) -> Option<(String, String)> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(digits) = lower.strip_prefix("content-length:") {
            length = digits.trim().parse().ok()?;
        }
        let ends = line.trim().is_empty();
        head.push_str(&line);
        if ends {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((head, String::from_utf8_lossy(&body).into_owned()))
}
