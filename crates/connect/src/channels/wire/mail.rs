//! One mail to one SMTP server.
//!
//! The server's name is resolved here, judged like every other address, and connected to
//! by number; its certificate is still checked against the name. Without TLS only this
//! very machine is talked to.

use std::error::Error as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{AsyncSmtpTransport, Error};
use lettre::{AsyncTransport as _, Tokio1Executor};

use super::address::{Reach, forbidden};
use super::secret::Secret;
use super::trouble::Trouble;

/// How the connection is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from the first byte (port 465).
    Tls,
    /// TLS after a plain greeting, and nothing without it (port 587).
    Starttls,
    /// None: only to this very machine.
    Plain,
}

/// A mail server and how to sign in.
pub struct Server {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is secured.
    pub security: Security,
    /// User and password.
    pub login: Option<(Secret, Secret)>,
    /// Certificate of a private authority.
    pub authority: Option<Certificate>,
    /// Which networks it may stand in.
    pub reach: Reach,
}

/// A mail, finished, and its way.
pub struct Letter {
    /// The server that takes it.
    pub server: Arc<Server>,
    /// From whom, to whom.
    pub envelope: Envelope,
    /// The mail.
    pub bytes: Vec<u8>,
}

/// A greeting, a login and a mail are a dozen answers.
const STEPS: u32 = 3;

/// Hands the mail to its server.
pub async fn deliver(letter: &Letter, answer_within: Duration) -> Result<(), Trouble> {
    let server = &letter.server;
    let all = async {
        let ip = resolve(server).await?;
        let transport = transport(server, ip, answer_within)?;
        let sent = transport.send_raw(&letter.envelope, &letter.bytes).await;
        sent.map(|_| ())
            .map_err(|error| trouble(server, &error, answer_within))
    };
    let whole = answer_within * STEPS;
    tokio::time::timeout(whole, all)
        .await
        .unwrap_or_else(|_| Err(slow(server, whole)))
}

async fn resolve(server: &Server) -> Result<IpAddr, Trouble> {
    let host = || server.host.clone();
    let found = tokio::net::lookup_host((server.host.as_str(), server.port)).await;
    let found: Vec<SocketAddr> = found
        .map_err(|_| Trouble::Unreachable {
            host: host(),
            cause: "its name could not be resolved",
        })?
        .collect();
    let closed = |address: &SocketAddr| !allows(server, address.ip());
    if found.iter().any(closed) {
        let says = match server.security {
            Security::Plain => {
                "without TLS only this very machine may be used. Set security = \"starttls\" or \"tls\""
            }
            _ => forbidden(server.reach),
        };
        return Err(Trouble::Forbidden { host: host(), says });
    }
    // IPv4 first: a machine whose IPv6 leads nowhere is common, the opposite is rare.
    let best = found.iter().min_by_key(|address| address.is_ipv6());
    best.map(SocketAddr::ip).ok_or(Trouble::Unreachable {
        host: host(),
        cause: "its name has no address",
    })
}

fn allows(server: &Server, ip: IpAddr) -> bool {
    match server.security {
        Security::Plain => ip.is_loopback(),
        Security::Tls | Security::Starttls => server.reach.allows(ip),
    }
}

fn transport(
    server: &Server,
    ip: IpAddr,
    answer_within: Duration,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, Trouble> {
    let tls = match server.security {
        Security::Plain => Tls::None,
        Security::Starttls => Tls::Required(tls(server)?),
        Security::Tls => Tls::Wrapper(tls(server)?),
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(ip.to_string())
        .port(server.port)
        .timeout(Some(answer_within))
        .tls(tls);
    if let Some((user, password)) = &server.login {
        let user = user.reveal().to_owned();
        builder = builder.credentials(Credentials::new(user, password.reveal().to_owned()));
    }
    Ok(builder.build())
}

fn tls(server: &Server) -> Result<TlsParameters, Trouble> {
    let mut builder = TlsParameters::builder(server.host.clone());
    if let Some(authority) = &server.authority {
        builder = builder.add_root_certificate(authority.clone());
    }
    builder
        .build()
        .map_err(|_| Trouble::Form("no TLS is available on this machine"))
}

/// What an SMTP error means. The server's own words may name people, so only its code counts.
fn trouble(server: &Server, error: &Error, answer_within: Duration) -> Trouble {
    let host = server.host.clone();
    if error.is_timeout() {
        return slow(server, answer_within);
    }
    if let Some(status) = error.status().map(u16::from) {
        return answered(host, status);
    }
    if error.is_tls() || is_about_certificate(error) {
        let says = "its certificate could not be verified. Check `host`, or give its authority as `ca_file`";
        return Trouble::Forbidden { host, says };
    }
    if error.is_client() {
        let says = "it offers no TLS or no way to sign in. Check `security` and `port`";
        return Trouble::Forbidden { host, says };
    }
    Trouble::Unreachable {
        host,
        cause: "the connection failed or was cut",
    }
}

/// The TLS library reports a certificate that it does not accept as invalid data.
fn is_about_certificate(error: &Error) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_error = inner.downcast_ref::<std::io::Error>();
        if inner_error.is_some_and(|inner| inner.kind() == std::io::ErrorKind::InvalidData) {
            return true;
        }
        cause = inner.source();
    }
    false
}

/// Reply codes of RFC 5321 4.2.3 and RFC 4954 6.
fn answered(host: String, status: u16) -> Trouble {
    let says = match status {
        454 | 500..=504 => "it does not know a command that it should. Check `security` and `port`",
        400..=499 => return Trouble::Broken { host, status },
        530 | 534 | 535 | 538 => "user or password was not accepted",
        550..=553 => {
            "it does not take mail from that sender or for that recipient. Check `from` and `to`"
        }
        _ => "it did not take the mail",
    };
    Trouble::Refused { host, status, says }
}

fn slow(server: &Server, within: Duration) -> Trouble {
    Trouble::Slow {
        host: server.host.clone(),
        seconds: within.as_secs(),
    }
}
