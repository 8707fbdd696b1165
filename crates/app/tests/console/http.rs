//! A plain HTTP client that sends what a browser would never send: any host, any path,
//! any header, a body that never comes.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A server that hangs is a failure, not a test that never ends.
const PATIENCE: Duration = Duration::from_mins(1);

/// A request in the making.
pub struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// What came back.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Header fields, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// A request without a body.
pub fn get(path: &str) -> Request {
    Request::new("GET", path)
}

/// A form as browsers send it.
pub fn post(path: &str, fields: &[(&str, &str)]) -> Request {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
        .collect();
    let mut request = Request::new("POST", path);
    request.body = pairs.join("&").into_bytes();
    request.with("content-type", "application/x-www-form-urlencoded")
}

impl Request {
    /// Any method.
    pub fn new(method: &str, path: &str) -> Request {
        Request {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// With a header field; one of the same name is replaced.
    pub fn with(mut self, name: &str, value: &str) -> Request {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a body.
    pub fn carrying(mut self, body: impl Into<Vec<u8>>) -> Request {
        self.body = body.into();
        self
    }

    /// Sends it and reads the whole answer.
    pub fn send(self, to: SocketAddr) -> Answer {
        let mut stream = self.open(to);
        let (mut bytes, mut piece) = (Vec::new(), vec![0; 1 << 16]);
        // A server that has answered may close while we still send: what it said counts.
        while let Ok(read @ 1..) = stream.read(&mut piece) {
            bytes.extend_from_slice(&piece[..read]);
            // A line that stays open has said enough with its head.
            if contains(&bytes, b"text/event-stream") && contains(&bytes, b"\r\n\r\n") {
                break;
            }
        }
        Answer::read(&bytes)
    }

    /// Sends it and leaves the connection open, to read along.
    pub fn open(self, to: SocketAddr) -> TcpStream {
        let mut stream = TcpStream::connect(to).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        let given = |name: &str| self.headers.iter().any(|(known, _)| known == name);
        if !given("host") {
            let _ = write!(head, "host: {to}\r\n");
        }
        if !given("content-length") && (self.method != "GET" || !self.body.is_empty()) {
            let _ = write!(head, "content-length: {}\r\n", self.body.len());
        }
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        head.push_str("connection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("the head is sent");
        let _ = stream.write_all(&self.body);
        stream
    }
}

impl Answer {
    fn read(bytes: &[u8]) -> Answer {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| {
            panic!("no HTTP answer: {:?}", String::from_utf8_lossy(bytes));
        });
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1));
        let field = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        Answer {
            status: status.and_then(|word| word.parse().ok()).expect("a status"),
            headers: lines.filter_map(field).collect(),
            body: bytes[end + 4..].to_vec(),
        }
    }

    /// The first header field of that name; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let mut fields = self.headers.iter();
        fields
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The cookie that it sets: `name=value`.
    pub fn cookie(&self) -> Option<String> {
        let (cookie, _) = self.header("set-cookie").split_once(';')?;
        Some(cookie.to_owned())
    }

    /// The token of the page's forms.
    pub fn csrf(&self) -> String {
        let text = self.text();
        let (_, rest) = text
            .split_once("name=\"csrf\" value=\"")
            .expect("the page has a form");
        rest.split('"').next().unwrap_or_default().to_owned()
    }
}

fn contains(bytes: &[u8], words: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    head.windows(words.len()).any(|part| part == words)
}

/// Percent-encodes everything but letters and digits.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
