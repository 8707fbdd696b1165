//! Opening a connection: the name, TCP, TLS, the greeting, and entering.

use std::sync::Arc;
use std::time::Duration;

use async_imap::imap_proto::{Response, Status};
use async_imap::{Authenticator, Client};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::guard::Guard;
use super::settings::Settings;
use super::talk::{Line, Talk, cut};
use crate::connector::Trouble;
use crate::hook::pem_blocks;

/// A host that has not taken the connection by then is down.
const CONNECT_WITHIN: Duration = Duration::from_secs(20);
/// The greeting and what is said until the mailbox is open is short; capabilities are the longest.
const GREETING_BYTES_MAX: usize = 64 * 1024;
/// Servers delay the answer to a wrong password on purpose; more than this is no answer.
const ENTER_WITHIN: Duration = Duration::from_mins(1);

/// What proves the user.
pub enum Proof {
    /// A password.
    Password(String),
    /// An access token.
    Token(String),
}

/// Connects and enters.
pub async fn open(settings: &Settings, proof: &Proof) -> Result<Talk, Trouble> {
    let line = connect(settings).await?;
    let mut client = Client::new(line);
    client.get_mut().allow(GREETING_BYTES_MAX, ENTER_WITHIN);
    greeting(&mut client).await?;
    client.get_mut().allow(GREETING_BYTES_MAX, ENTER_WITHIN);
    let entered = timeout(ENTER_WITHIN, enter(client, settings, proof)).await;
    entered.map_err(|_| Trouble::Silent("while entering"))?
}

async fn connect(settings: &Settings) -> Result<Line, Trouble> {
    let stream = dial(settings).await?;
    Ok(Guard::new(secure(settings, stream).await?))
}

/// Connects to the host of the settings.
pub(crate) async fn dial(settings: &Settings) -> Result<TcpStream, Trouble> {
    let place = (settings.host.as_str(), settings.port);
    let found = timeout(CONNECT_WITHIN, tokio::net::lookup_host(place)).await;
    let found: Vec<_> = found
        .map_err(|_| Trouble::Silent("while its name was looked up"))?
        .map_err(|_| Trouble::HostUnknown)?
        .collect();
    let stream = timeout(CONNECT_WITHIN, TcpStream::connect(found.as_slice())).await;
    let stream = stream
        .map_err(|_| Trouble::Unreachable)?
        .map_err(|_| Trouble::Unreachable)?;
    // Commands are short and each waits for its answer.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// Begins TLS and checks the certificate against the host of the settings.
pub(crate) async fn secure(
    settings: &Settings,
    stream: TcpStream,
) -> Result<TlsStream<TcpStream>, Trouble> {
    let name = ServerName::try_from(settings.host.clone())
        .map_err(|_| Trouble::Settings("the host is no name and no address".to_owned()))?;
    let secured = TlsConnector::from(trust(settings)?).connect(name, stream);
    let secured = timeout(CONNECT_WITHIN, secured).await;
    secured
        .map_err(|_| Trouble::Silent("before TLS began"))?
        .map_err(|error| not_secured(&error))
}

fn trust(settings: &Settings) -> Result<Arc<ClientConfig>, Trouble> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    for certificate in pem_blocks(settings.ca.as_deref().unwrap_or_default(), "CERTIFICATE") {
        let certificate = CertificateDer::from(certificate);
        let added = roots.add(certificate);
        added.map_err(|_| Trouble::Settings("its certificate cannot be read".to_owned()))?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| Trouble::Settings("TLS cannot be set up".to_owned()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn not_secured(error: &std::io::Error) -> Trouble {
    let cause = error.get_ref().and_then(|inner| inner.downcast_ref());
    match cause {
        Some(rustls::Error::InvalidCertificate(why)) => Trouble::Certificate(match why {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired",
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "it was made for another name"
            }
            CertificateError::UnknownIssuer => "no known authority vouches for it",
            CertificateError::Revoked => "it was withdrawn",
            _ => "it is not valid",
        }),
        Some(rustls::Error::InvalidMessage(_)) => Trouble::NoTls,
        Some(_) => Trouble::Strange("while TLS was set up"),
        None => Trouble::Cut("while TLS was set up"),
    }
}

async fn greeting(client: &mut Client<Line>) -> Result<(), Trouble> {
    let answer = client.read_response().await;
    let answer = answer.map_err(|error| cut(&error, "before the greeting"))?;
    let answer = answer.ok_or(Trouble::Cut("before the greeting"))?;
    match answer.parsed() {
        Response::Data {
            status: Status::Ok, ..
        } => Ok(()),
        Response::Data {
            status: Status::Bye,
            ..
        } => Err(Trouble::Busy("it says goodbye at once")),
        _ => Err(Trouble::Strange("the greeting")),
    }
}

async fn enter(client: Client<Line>, settings: &Settings, proof: &Proof) -> Result<Talk, Trouble> {
    let entered = match proof {
        Proof::Password(password) if password.is_ascii() && settings.user.is_ascii() => {
            client.login(&settings.user, password).await
        }
        Proof::Password(password) => {
            let says = format!("\0{}\0{password}", settings.user);
            client.authenticate("PLAIN", Says(Some(says))).await
        }
        Proof::Token(token) => {
            let says = format!("user={}\x01auth=Bearer {token}\x01\x01", settings.user);
            client.authenticate("XOAUTH2", Says(Some(says))).await
        }
    };
    let session = entered.map_err(|(error, _)| not_entered(&error, proof))?;
    Ok(Talk::new(session))
}

fn not_entered(error: &async_imap::error::Error, proof: &Proof) -> Trouble {
    use async_imap::error::Error;
    match error {
        // RFC 5530: these say that the password is not to blame.
        Error::No(says)
            if ["UNAVAILABLE", "LIMIT", "INUSE", "Maximum number"]
                .iter()
                .any(|word| says.contains(word)) =>
        {
            Trouble::Busy("it lets nobody in")
        }
        Error::No(_) | Error::Bad(_) => match proof {
            Proof::Password(_) => Trouble::Password,
            Proof::Token(_) => Trouble::Token,
        },
        Error::Io(error) => cut(error, "while entering"),
        Error::ConnectionLost => Trouble::Cut("while entering"),
        Error::Validate(_) => Trouble::Settings("user or password holds a line break".to_owned()),
        _ => Trouble::Strange("while entering"),
    }
}

/// Says one thing, and nothing when asked again: a refused token is explained by the
/// server in a second question, which wants an empty answer.
struct Says(Option<String>);

impl Authenticator for Says {
    type Response = String;

    fn process(&mut self, _: &[u8]) -> String {
        self.0.take().unwrap_or_default()
    }
}
