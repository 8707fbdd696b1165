//! The check@ desk: people forward a suspicious mail and get the verdict back by mail.
//!
//! Only senders on the list are answered, and only where SPF, DKIM or their own submission
//! server proves that the mail is theirs; a forged sender gets no mail from us. Mail
//! written by machines is never answered (RFC 3834). The answer is handed over before the
//! mail is taken, so that a crash loses none. Not here: the SMTP dialogue
//! (`sellkeep_connect::smtp`), the verdict (`sellkeep_mail`).

mod answer;
mod automatic;
mod folder;
mod inside;
mod proven;
mod settings;
mod take;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use sellkeep_connect::smtp::{Door, Taker, serve};
use tokio::net::TcpListener;
use tokio::sync::watch;

pub use settings::Settings;
use take::{Desk, DeskDoor};

use crate::watch::Flow;

/// A desk that is open: its doors are bound, nobody is served yet.
pub struct Open {
    desk: Arc<Desk>,
    doors: Vec<(TcpListener, Arc<Door>)>,
    folder: Option<folder::Folder>,
}

/// Opens the desk that a settings file describes.
pub async fn open(path: &Path, flow: Arc<Flow>) -> Result<Open> {
    let settings = Settings::file(path)?;
    let tls = settings.tls()?;
    let mut doors = Vec::new();
    for (listen, is_local) in [(settings.listen, false), (settings.lmtp, true)] {
        let Some(at) = listen else { continue };
        let listener = TcpListener::bind(at).await;
        let listener = listener.with_context(|| format!("listening on {at} for the desk"))?;
        let door = Door {
            name: settings.name.clone(),
            is_local,
            tls: tls.clone(),
        };
        println!("The desk takes mails at {}", listener.local_addr()?);
        doors.push((listener, Arc::new(door)));
    }
    let folder = settings.folder()?;
    Ok(Open {
        desk: Arc::new(Desk::new(settings, flow)?),
        doors,
        folder,
    })
}

impl Open {
    /// Serves until the shutdown.
    pub async fn run(self, stopped: watch::Receiver<bool>) {
        let mut tasks = tokio::task::JoinSet::new();
        for (listener, door) in self.doors {
            let taker: Arc<dyn Taker> = Arc::new(DeskDoor(Arc::clone(&self.desk)));
            tasks.spawn(serve(listener, door, taker, stopped.clone()));
        }
        if let Some(folder) = self.folder {
            tasks.spawn(folder.read(self.desk, stopped));
        }
        while tasks.join_next().await.is_some() {}
    }
}
