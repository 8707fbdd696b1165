//! The SMTP and LMTP receiver against whoever talks to it: politely, wrongly, without end.

#![allow(clippy::expect_used, reason = "a test that cannot go on ends")]

use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use sellkeep_connect::smtp::{
    Answering, Door, MAIL_BYTES_MAX, Reply, Taken, Taker, TlsSettings, certificate, serve,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsConnector;

const OURS: &str = "check@shop.example";

/// Keeps what it is given; refuses what says so.
#[derive(Default)]
struct Kept(Mutex<Vec<Taken>>);

impl Taker for Kept {
    fn is_ours(&self, address: &str) -> bool {
        address.eq_ignore_ascii_case(OURS)
    }

    fn take(&self, mail: Taken) -> Answering<'_> {
        Box::pin(async move {
            if mail.bytes.starts_with(b"Refuse") {
                return Reply::new(550, "5.7.1", "Not this one");
            }
            self.0.lock().expect("whole").push(mail);
            Reply::new(250, "2.0.0", "Taken")
        })
    }
}

/// A receiver on a free port.
struct Desk {
    port: u16,
    kept: Arc<Kept>,
    _stop: watch::Sender<bool>,
}

impl Desk {
    async fn open(is_local: bool, tls: Option<Arc<TlsSettings>>) -> Desk {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let kept = Arc::new(Kept::default());
        let door = Door {
            name: "mx.shop.example".to_owned(),
            is_local,
            tls,
        };
        let (stop, stopped) = watch::channel(false);
        let taker: Arc<dyn Taker> = kept.clone();
        tokio::spawn(serve(listener, Arc::new(door), taker, stopped));
        Desk {
            port,
            kept,
            _stop: stop,
        }
    }

    async fn smtp() -> Desk {
        Desk::open(false, None).await
    }

    async fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await;
        stream.expect("a connection")
    }

    /// Sends everything at once and reads to the end; the answers' codes.
    async fn codes(&self, sent: &[u8]) -> Vec<u16> {
        let mut stream = self.connect().await;
        codes(&mut stream, sent).await
    }

    fn taken(&self) -> Vec<String> {
        let kept = self.kept.0.lock().expect("whole");
        let text = |mail: &Taken| String::from_utf8_lossy(&mail.bytes).into_owned();
        kept.iter().map(text).collect()
    }
}

async fn codes(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), sent: &[u8]) -> Vec<u16> {
    // The other side may have ended before all was sent.
    let _ = stream.write_all(sent).await;
    let _ = stream.shutdown().await;
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said).await;
    let said = String::from_utf8_lossy(&said).into_owned();
    let last = said
        .lines()
        .filter(|line| line.as_bytes().get(3) == Some(&b' '));
    last.filter_map(|line| line[..3].parse().ok()).collect()
}

/// A mail's envelope up to its text.
const BEGIN: &str =
    "EHLO a.example\r\nMAIL FROM:<ann@shop.example>\r\nRCPT TO:<check@shop.example>\r\nDATA\r\n";

#[tokio::test]
async fn two_mails_in_one_piece() {
    let desk = Desk::smtp().await;
    let again = BEGIN.split_once("\r\n").expect("lines").1;
    let sent = format!(
        "{BEGIN}Subject: 1\r\n\r\n..dot\r\n.\r\n{again}Refuse\r\n.\r\n{again}Subject: 2\r\n.\r\nQUIT\r\n"
    );
    let codes = desk.codes(sent.as_bytes()).await;
    assert_eq!(
        codes,
        [
            220, 250, 250, 250, 354, 250, 250, 250, 354, 550, 250, 250, 354, 250, 221
        ]
    );
    assert_eq!(
        desk.taken(),
        ["Subject: 1\r\n\r\n.dot\r\n", "Subject: 2\r\n"]
    );
    let kept = desk.kept.0.lock().expect("whole");
    assert_eq!(
        (kept[0].helo.as_str(), kept[0].mail_from.as_str()),
        ("a.example", "ann@shop.example")
    );
    assert_eq!(kept[0].client.to_string(), "127.0.0.1");
}

#[tokio::test]
async fn lmtp_answers_for_each_recipient() {
    let desk = Desk::open(true, None).await;
    let sent = "LHLO a\r\nMAIL FROM:<a@shop.example>\r\nRCPT TO:<check@shop.example>\r\nRCPT TO:<Check@Shop.example>\r\nRCPT TO:<else@shop.example>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n";
    let codes = desk.codes(sent.as_bytes()).await;
    assert_eq!(codes, [220, 250, 250, 250, 250, 550, 354, 250, 250, 221]);
    assert_eq!(desk.taken().len(), 1);
}

#[tokio::test]
async fn no_second_mail_is_smuggled_in() {
    for end in [
        "\n.\r\n",
        "\r\n.\n",
        "\n.\n",
        "\r.\r\n",
        "\r\n.\r",
        "\r\r\n.\r\n",
    ] {
        let desk = Desk::smtp().await;
        let inner = "MAIL FROM:<boss@shop.example>\r\nRCPT TO:<check@shop.example>\r\nDATA\r\nSubject: smuggled\r\n.\r\n";
        let sent = format!("{BEGIN}Subject: outer\r\n\r\nx{end}{inner}QUIT\r\n");
        let codes = desk.codes(sent.as_bytes()).await;
        assert_eq!(codes, [220, 250, 250, 250, 354, 521], "{end:?}");
        assert_eq!(desk.taken().len(), 0, "{end:?}");
    }
    let desk = Desk::smtp().await;
    assert_eq!(
        desk.codes(b"EHLO a\nMAIL FROM:<a@b.example>\r\n").await,
        [220, 521]
    );
}

#[tokio::test]
async fn lines_and_mails_without_end_end() {
    let desk = Desk::smtp().await;
    assert_eq!(desk.codes(&vec![b'A'; 100_000]).await, [220, 500]);
    let long = [BEGIN.as_bytes(), &vec![b'x'; 1024 * 1024]].concat();
    assert_eq!(desk.codes(&long).await, [220, 250, 250, 250, 354, 500]);

    // Somewhat too large: refused when it has ended; the session goes on.
    let line = [vec![b'x'; 998], b"\r\n".to_vec()].concat();
    let large = line.repeat(MAIL_BYTES_MAX / line.len() + 2);
    let sent = [BEGIN.as_bytes(), &large, b".\r\nQUIT\r\n"].concat();
    assert_eq!(desk.codes(&sent).await, [220, 250, 250, 250, 354, 552, 221]);

    // Without end: at twice the limit it is over.
    let begin = Instant::now();
    let mut stream = desk.connect().await;
    stream.write_all(BEGIN.as_bytes()).await.expect("sent");
    let piece = line.repeat(1000);
    let mut sent = 0;
    while stream.write_all(&piece).await.is_ok() {
        sent += piece.len();
        assert!(sent < 4 * MAIL_BYTES_MAX, "it goes on for ever");
    }
    println!(
        "an endless mail was cut after {sent} bytes, {:?}",
        begin.elapsed()
    );
    assert_eq!(desk.taken().len(), 0);
}

#[tokio::test]
async fn whoever_fills_the_house_keeps_nobody_inside_out() {
    let desk = Desk::smtp().await;
    let mut idle = Vec::new();
    for _ in 0..40 {
        idle.push(desk.connect().await);
    }
    // Sixteen of one machine are greeted; the others are cut.
    let mut greeted = 0;
    for stream in &mut idle {
        let mut first = [0; 3];
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read_exact(&mut first));
        greeted += usize::from(matches!(read.await, Ok(Ok(_))));
    }
    assert_eq!(greeted, 16);
    drop(idle);
    let end = Instant::now() + Duration::from_secs(20);
    while desk.codes(b"QUIT\r\n").await != [220, 221] {
        assert!(Instant::now() < end, "the places are not given back");
    }
}

fn openssl(folder: &std::path::Path) {
    let words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE -keyout key.pem -out cert.pem";
    let made = Command::new("openssl")
        .args(words.split(' '))
        .current_dir(folder)
        .output();
    assert!(made.expect("openssl").status.success());
}

#[tokio::test]
async fn tls_begins_and_nothing_said_before_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    openssl(folder.path());
    let (chain, key) = (
        folder.path().join("cert.pem"),
        folder.path().join("key.pem"),
    );
    let tls = certificate(&chain, &key).expect("a certificate");
    assert!(certificate(&key, &chain).is_err());
    let desk = Desk::open(false, Some(tls)).await;

    let mut stream = desk.connect().await;
    let mut said = vec![0; 4096];
    stream.write_all(b"EHLO a\r\n").await.expect("sent");
    let mut text = String::new();
    while !text.contains("STARTTLS") {
        let came = stream.read(&mut said).await.expect("read");
        text.push_str(&String::from_utf8_lossy(&said[..came]));
    }
    stream.write_all(b"STARTTLS\r\n").await.expect("sent");
    while !text.contains("220 2.0.0") {
        let came = stream.read(&mut said).await.expect("read");
        text.push_str(&String::from_utf8_lossy(&said[..came]));
    }
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(&chain).expect("PEM"))
        .expect("added");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let secured = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await;
    let mut secured = secured.expect("TLS");
    let sent =
        format!("MAIL FROM:<a@b.example>\r\nSTARTTLS\r\n{BEGIN}Subject: safe\r\n.\r\nQUIT\r\n");
    let codes = codes(&mut secured, sent.as_bytes()).await;
    assert_eq!(codes, [503, 502, 250, 250, 250, 354, 250, 221]);
    assert_eq!(desk.taken(), ["Subject: safe\r\n"]);

    // What was sent ahead of TLS by somebody on the way ends the connection.
    let ahead = desk
        .codes(b"EHLO a\r\nSTARTTLS\r\nMAIL FROM:<x@evil.example>\r\n")
        .await;
    assert_eq!(ahead, [220, 250, 220]);
}
