//! A mailbox folder as the desk's way in: whatever arrives there is answered.
//!
//! What lay there before the desk opened first is not answered. The place is kept only in
//! memory: after a restart the desk goes on with what arrives from then on.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sellkeep_connect::connector::{Connector as _, Trouble};
use sellkeep_connect::mailbox::{Mailbox, MailboxSecret, Settings};
use sellkeep_connect::smtp::Taken;
use sellkeep_mail::{Header, Headers};
use sellkeep_model::Record;
use tokio::sync::watch;

use super::proven::Way;
use super::take::Desk;

/// After trouble with the server, and before an answer that failed is tried again.
const AGAIN: Duration = Duration::from_secs(20);
/// An answer is tried that often; one mail must not hold up the others.
const TRIES: usize = 3;

/// A mailbox folder that is read for the desk.
pub struct Folder {
    settings: Settings,
    secret: MailboxSecret,
}

impl Folder {
    /// A folder; nothing is connected yet.
    pub fn new(settings: Settings, secret: MailboxSecret) -> Folder {
        Folder { settings, secret }
    }

    /// Reads and answers until the shutdown.
    pub async fn read(self, desk: Arc<Desk>, mut stopped: watch::Receiver<bool>) {
        tokio::select! {
            () = self.answer(&desk) => {}
            _ = stopped.wait_for(|stopped| *stopped) => {}
        }
    }

    async fn answer(&self, desk: &Arc<Desk>) {
        let mut place: Option<String> = None;
        loop {
            let read = self.round(desk, &mut place).await;
            if let Err(trouble) = read {
                eprintln!("sellkeep: the desk's mailbox: {trouble}");
                tokio::time::sleep(AGAIN).await;
            }
        }
    }

    /// Reads on until there is trouble.
    async fn round(&self, desk: &Arc<Desk>, place: &mut Option<String>) -> Result<(), Trouble> {
        let mut mailbox = Mailbox::new(self.settings.clone(), self.secret.clone())?;
        let mut cursor = match place.take() {
            Some(known) => known,
            None => mailbox.from_now().await?,
        };
        *place = Some(cursor.clone());
        loop {
            let batch = mailbox.fetch(&cursor).await?;
            for record in &batch.records {
                for _ in 0..TRIES {
                    if answered(desk, record).await {
                        break;
                    }
                    tokio::time::sleep(AGAIN).await;
                }
            }
            cursor = batch.next_cursor;
            *place = Some(cursor.clone());
        }
    }
}

/// Whether a mail is done with.
async fn answered(desk: &Arc<Desk>, record: &Record) -> bool {
    let bytes = record
        .eml_base64
        .as_deref()
        .map(|text| STANDARD.decode(text));
    let Some(Ok(bytes)) = bytes else {
        return true;
    };
    let headers = Headers::read(&bytes);
    // The provider notes the return path on delivery (RFC 5321 section 4.4).
    let path = headers.first("Return-Path").map(Header::value);
    let path = path
        .as_deref()
        .map_or("unknown", |path| path.trim_matches(['<', '>']));
    let mail = Taken {
        client: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        helo: String::new(),
        mail_from: path.to_owned(),
        recipients: Vec::new(),
        bytes: bytes.clone(),
    };
    let reply = Arc::clone(desk).handle(mail, Way::Mailbox).await;
    // What may succeed later is tried again; the rest is done with.
    reply.code < 400 || reply.code >= 500
}
