//! Connections: how many, from whom, for how long, with TLS where a certificate is given.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::lines::{Break, Lines, Text};
use super::session::{Protocol, Session, Step};
use super::{MAIL_BYTES_MAX, Reply, Taken, Taker};

/// Connections at a time; each is somebody who waits for an answer.
const CONNECTIONS_MAX: usize = 64;
/// Of them from one machine; a mail server opens a few.
const CONNECTIONS_OF_ONE_MAX: usize = 16;
/// A whole session, with all its mails. Nobody holds a place for longer.
const SESSION_MAX: Duration = Duration::from_mins(15);
/// TLS begins at once or not at all.
const TLS_WITHIN: Duration = Duration::from_secs(20);
/// Memory of all mails at a time, in KiB: three of the largest, hundreds of usual ones.
const MEMORY_KIB: usize = 128 * 1024;
/// Memory is taken in steps of that many KiB.
const MEMORY_STEP_KIB: usize = 256;

/// Where mails come in.
pub struct Door {
    /// The name it greets with.
    pub name: String,
    /// LMTP instead of SMTP.
    pub is_local: bool,
    /// Certificate and key, for STARTTLS.
    pub tls: Option<Arc<ServerConfig>>,
}

/// A certificate with its chain, and its key, from PEM files.
pub fn certificate(chain: &Path, key: &Path) -> Result<Arc<ServerConfig>, String> {
    let unreadable = |path: &Path| format!("{} cannot be read as PEM", path.display());
    let certificates = CertificateDer::pem_file_iter(chain).map_err(|_| unreadable(chain))?;
    let certificates: Result<Vec<_>, _> = certificates.collect();
    let certificates = certificates.map_err(|_| unreadable(chain))?;
    let key_read = PrivateKeyDer::from_pem_file(key).map_err(|_| unreadable(key))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| "TLS cannot be set up".to_owned())?
        .with_no_client_auth()
        .with_single_cert(certificates, key_read)
        .map_err(|_| {
            let (chain, key) = (chain.display(), key.display());
            format!("certificate {chain} and key {key} do not belong together")
        })?;
    Ok(Arc::new(config))
}

/// Serves until the shutdown.
pub async fn serve(
    listener: TcpListener,
    door: Arc<Door>,
    taker: Arc<dyn Taker>,
    mut stopped: watch::Receiver<bool>,
) {
    let house = Arc::new(House::default());
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stopped| *stopped) => return,
        };
        // One connection that failed, or too many open files: the next one may do.
        let Ok((stream, from)) = stream else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let Some(guest) = house.enter(from.ip()) else {
            // Dropped: whoever fills the house gets no memory of ours for an answer.
            continue;
        };
        let (door, taker) = (Arc::clone(&door), Arc::clone(&taker));
        tokio::spawn(async move {
            let session = receive(stream, &guest, &door, &*taker);
            let _ = timeout(SESSION_MAX, session).await;
        });
    }
}

/// Who is here.
struct House {
    guests: Mutex<HashMap<IpAddr, usize>>,
    memory: Arc<Semaphore>,
}

impl Default for House {
    fn default() -> House {
        House {
            guests: Mutex::default(),
            memory: Arc::new(Semaphore::new(MEMORY_KIB)),
        }
    }
}

/// One connection; dropped, it has left.
struct Guest {
    house: Arc<House>,
    from: IpAddr,
}

impl House {
    fn enter(self: &Arc<House>, from: IpAddr) -> Option<Guest> {
        let mut guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = guests.values().sum();
        let own = guests.entry(from).or_insert(0);
        if all >= CONNECTIONS_MAX || *own >= CONNECTIONS_OF_ONE_MAX {
            guests.retain(|_, count| *count > 0);
            return None;
        }
        *own += 1;
        drop(guests);
        Some(Guest {
            house: Arc::clone(self),
            from,
        })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut guests = self
            .house
            .guests
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = guests.get_mut(&self.from) {
            *count -= 1;
        }
        guests.retain(|_, count| *count > 0);
    }
}

async fn receive(
    stream: TcpStream,
    guest: &Guest,
    door: &Door,
    taker: &dyn Taker,
) -> Result<(), Break> {
    let protocol = if door.is_local {
        Protocol::Lmtp
    } else {
        Protocol::Smtp
    };
    let mut session = Session::new(&door.name, protocol, door.tls.is_some());
    let mut lines = Lines::new(stream);
    lines.say(&session.greeting().written()).await?;
    let ended = talk(&mut lines, &mut session, protocol, guest, taker).await;
    if !told(&mut lines, &ended).await? {
        return Ok(());
    }
    // Only STARTTLS leads here.
    let (Some(config), Some(stream)) = (&door.tls, lines.into_inner()) else {
        return Ok(());
    };
    let secured = TlsAcceptor::from(Arc::clone(config)).accept(stream);
    let Ok(Ok(secured)) = timeout(TLS_WITHIN, secured).await else {
        return Ok(());
    };
    session.secured();
    let mut lines = Lines::new(secured);
    let ended = talk(&mut lines, &mut session, protocol, guest, taker).await;
    told(&mut lines, &ended).await.map(drop)
}

/// Tells why a session ends, where that is not known yet; whether TLS is to begin.
async fn told<S>(lines: &mut Lines<S>, ended: &Result<bool, Break>) -> Result<bool, Break>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let reply = match ended {
        Ok(secure) => return Ok(*secure),
        Err(Break::Gone) => return Ok(false),
        Err(Break::Silent) => Reply::new(421, "4.4.2", "Nothing was said for too long"),
        Err(Break::LongLine) => Reply::new(500, "5.5.2", "A line, or the mail, has no end"),
        Err(Break::Smuggling) => {
            Reply::new(521, "5.5.2", "A line must end with CR and LF together")
        }
    };
    lines.say(&reply.written()).await?;
    lines.end().await;
    Ok(false)
}

/// One dialogue; true where TLS is to begin.
async fn talk<S>(
    lines: &mut Lines<S>,
    session: &mut Session,
    protocol: Protocol,
    guest: &Guest,
    taker: &dyn Taker,
) -> Result<bool, Break>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    loop {
        let line = lines.command().await?;
        match session.command(&line, taker) {
            Step::Say(reply) => lines.say(&reply.written()).await?,
            Step::Secure(reply) => {
                lines.say(&reply.written()).await?;
                return Ok(true);
            }
            Step::End(reply) => {
                lines.say(&reply.written()).await?;
                return Ok(false);
            }
            Step::Text(reply) => {
                lines.say(&reply.written()).await?;
                take(lines, session, protocol, guest, taker).await?;
            }
        }
    }
}

async fn take<S>(
    lines: &mut Lines<S>,
    session: &mut Session,
    protocol: Protocol,
    guest: &Guest,
    taker: &dyn Taker,
) -> Result<(), Break>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut memory: Vec<OwnedSemaphorePermit> = Vec::new();
    let text = lines.text(MAIL_BYTES_MAX, |bytes| grow(&mut memory, guest, bytes));
    let text = text.await?;
    let (helo, mail_from, recipients) = session.envelope();
    let answers = match protocol {
        Protocol::Smtp => 1,
        Protocol::Lmtp => recipients.len(),
    };
    let reply = match text {
        Text::TooLarge => Reply::new(552, "5.3.4", "The mail is larger than 40 MB"),
        Text::NoRoom => Reply::new(452, "4.3.1", "No room at the moment, try again"),
        Text::Whole(bytes) => {
            let mail = Taken {
                client: guest.from,
                helo,
                mail_from,
                recipients,
                bytes,
            };
            taker.take(mail).await
        }
    };
    lines.say(&reply.written().repeat(answers)).await
}

/// Takes memory for a mail of that size; whether there was enough.
fn grow(memory: &mut Vec<OwnedSemaphorePermit>, guest: &Guest, bytes: usize) -> bool {
    while memory.len() * MEMORY_STEP_KIB * 1024 < bytes {
        let step = u32::try_from(MEMORY_STEP_KIB).unwrap_or(u32::MAX);
        match Arc::clone(&guest.house.memory).try_acquire_many_owned(step) {
            Ok(permit) => memory.push(permit),
            Err(_) => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_machine_never_fills_the_house() {
        let house = Arc::new(House::default());
        let enter = |last: u8| house.enter(IpAddr::from([192, 0, 2, last]));
        let mut guests: Vec<Guest> = (0..100).filter_map(|_| enter(1)).collect();
        assert_eq!(guests.len(), CONNECTIONS_OF_ONE_MAX);
        for last in 2..20 {
            guests.extend((0..100).filter_map(|_| enter(last)));
        }
        assert_eq!(guests.len(), CONNECTIONS_MAX);
        guests.pop();
        assert!(enter(200).is_some());
        guests.clear();
        assert!(house.guests.lock().expect("whole").is_empty());
    }

    #[test]
    fn memory_is_shared_and_given_back() {
        let house = Arc::new(House::default());
        let guest = house.enter(IpAddr::from([192, 0, 2, 1])).expect("room");
        let mut held: Vec<Vec<OwnedSemaphorePermit>> = Vec::new();
        for _ in 0..3 {
            let mut memory = Vec::new();
            assert!(grow(&mut memory, &guest, MAIL_BYTES_MAX));
            held.push(memory);
        }
        assert!(!grow(&mut Vec::new(), &guest, MAIL_BYTES_MAX));
        held.pop();
        assert!(grow(&mut Vec::new(), &guest, MAIL_BYTES_MAX));
    }
}
