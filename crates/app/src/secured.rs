//! Pages over TLS with the owner's own certificate, which is read again every hour, so
//! that a renewed one needs no restart.
//!
//! A handshake is done beside the others: whoever connects and says nothing holds up
//! nobody, and is let go after some seconds.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use axum::serve::Listener;
use sellkeep_connect::smtp::{TlsSettings, certificate};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long a handshake may take.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// Handshakes at once; more wait in the system's queue.
const HANDSHAKES_MAX: usize = 256;
/// How often the certificate is read again.
const READ_AGAIN: Duration = Duration::from_hours(1);
/// Wait after the system could not take a connection (no file handle is left).
const AFTER_TROUBLE: Duration = Duration::from_millis(200);

/// Certificate with its chain, and its key, both PEM.
#[derive(Debug, Clone)]
pub struct Paths {
    /// The chain, own certificate first.
    pub chain: PathBuf,
    /// The key.
    pub key: PathBuf,
}

impl Paths {
    fn read(&self) -> Result<TlsAcceptor> {
        let settings = certificate(&self.chain, &self.key).map_err(|says| anyhow!(says))?;
        let mut settings = TlsSettings::clone(&settings);
        settings.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(settings)))
    }
}

/// Connections whose handshake is done.
pub struct Secured {
    done: mpsc::Receiver<(TlsStream<TcpStream>, SocketAddr)>,
    at: SocketAddr,
}

impl Secured {
    /// Secures what comes in at a listener, until it is dropped.
    pub fn new(listener: TcpListener, paths: Paths) -> Result<Secured> {
        let at = listener.local_addr()?;
        let acceptor = paths.read().context("reading the certificate")?;
        let (shook, done) = mpsc::channel(HANDSHAKES_MAX);
        tokio::spawn(secure(listener, paths, acceptor, shook));
        Ok(Secured { done, at })
    }
}

impl Listener for Secured {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.done.recv().await {
            Some(connection) => connection,
            // The task that accepts ends only with this listener.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(self.at)
    }
}

async fn secure(
    listener: TcpListener,
    paths: Paths,
    mut acceptor: TlsAcceptor,
    shook: mpsc::Sender<(TlsStream<TcpStream>, SocketAddr)>,
) {
    let room = Arc::new(Semaphore::new(HANDSHAKES_MAX));
    let mut again = interval_at(Instant::now() + READ_AGAIN, READ_AGAIN);
    again.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        let taken = tokio::select! {
            taken = listener.accept() => taken,
            () = shook.closed() => return,
            _ = again.tick() => {
                acceptor = read_again(&paths, acceptor);
                continue;
            }
        };
        let Ok((stream, from)) = taken else {
            tokio::time::sleep(AFTER_TROUBLE).await;
            continue;
        };
        let (handshake, shook) = (acceptor.accept(stream), shook.clone());
        tokio::spawn(async move {
            if let Ok(Ok(stream)) = timeout(HANDSHAKE_WITHIN, handshake).await {
                // Nobody serves any more: the connection just ends.
                shook.send((stream, from)).await.ok();
            }
            drop(place);
        });
    }
}

/// The certificate as it lies there now; the old one where that cannot be read.
fn read_again(paths: &Paths, old: TlsAcceptor) -> TlsAcceptor {
    match paths.read() {
        Ok(acceptor) => acceptor,
        Err(error) => {
            eprintln!("sellkeep: the certificate in use stays, because of this: {error:#}");
            old
        }
    }
}

/// Both files, or neither.
pub fn paths(chain: Option<&Path>, key: Option<&Path>) -> Option<Paths> {
    Some(Paths {
        chain: chain?.to_owned(),
        key: key?.to_owned(),
    })
}
