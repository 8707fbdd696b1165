//! One mail at the desk: may it be answered, what is the verdict, answer it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use jiff::Timestamp;
use sellkeep_connect::smtp::{Answering, Outgoing, Reply, Taken, Taker, Words};
use sellkeep_mail::{Header, Headers, Record};
use sellkeep_model::{Caution, Envelope, id_of, sha256};

use super::answer::{self, Looked, shown_subject};
use super::automatic;
use super::inside::{Attached, attached};
use super::proven::{self, Way};
use super::settings::Settings;
use crate::output::Judged;
use crate::rate::Limit;
use crate::watch::Flow;

/// Mails of one person at once: the harvest of a bad morning.
const ASKS_BURST: u32 = 20;
/// And one more each so long.
const ASK_EVERY: Duration = Duration::from_mins(2);
/// Mails of all at once, and one more each so long: each may fill a core for a second.
const ALL_BURST: u32 = 200;
const ALL_EVERY: Duration = Duration::from_secs(1);
/// Longer than any Message-ID.
const ID_BYTES_MAX: usize = 250;

/// The desk.
pub struct Desk {
    settings: Settings,
    outgoing: Outgoing,
    flow: Arc<Flow>,
    asks: Limit<String>,
    all: Limit<()>,
}

/// What becomes of a mail.
enum Fate {
    /// It is refused.
    Refused(Reply),
    /// It is taken and not answered.
    Silent,
    /// It is answered.
    Answered(Box<Words>),
}

impl Desk {
    /// A desk with these settings.
    pub fn new(mut settings: Settings, flow: Arc<Flow>) -> Result<Desk> {
        let way = settings.answer.take();
        let way = way.context("[answer] is missing in the desk's settings")?;
        let outgoing = Outgoing::new(way).context("the server that carries the desk's answers")?;
        Ok(Desk {
            settings,
            outgoing,
            flow,
            asks: Limit::new(ASKS_BURST, ASK_EVERY),
            all: Limit::new(ALL_BURST, ALL_EVERY),
        })
    }

    /// Takes a mail that came some way, answers it, and says what became of it.
    pub async fn handle(self: Arc<Desk>, mail: Taken, way: Way) -> Reply {
        let desk = Arc::clone(&self);
        // Examining may ask the DNS and takes time of its own.
        let fate = tokio::task::spawn_blocking(move || desk.fate(&mail, way, Timestamp::now()));
        match fate.await {
            Ok(Fate::Refused(reply)) => reply,
            Ok(Fate::Silent) => taken(),
            Ok(Fate::Answered(words)) => self.send(&words).await,
            Err(_) => Reply::new(451, "4.3.0", "The mail could not be looked at, try again"),
        }
    }

    async fn send(&self, words: &Words) -> Reply {
        match self.outgoing.send(words).await {
            Ok(()) => taken(),
            Err(error) => {
                eprintln!("sellkeep: an answer of the desk: {error}");
                Reply::new(451, "4.3.0", "The answer could not be sent, try again")
            }
        }
    }

    fn fate(&self, mail: &Taken, way: Way, now: Timestamp) -> Fate {
        let headers = Headers::read(&mail.bytes);
        let from = headers.first("From").map(Header::value);
        let is_automatic =
            automatic::sign(&headers, &mail.mail_from, &from.unwrap_or_default()).is_some();
        if is_automatic {
            return Fate::Silent;
        }
        let (settings, answers) = (&self.settings, self.flow.answers());
        let proven = proven::sender(settings, answers, mail, &headers, way, now);
        let sender = match proven {
            Ok(sender) => sender,
            Err(reply) => return Fate::Refused(reply),
        };
        // Ours would be answered by us without end.
        if self.settings.is_ours(&sender) {
            return Fate::Silent;
        }
        if !self.is_addressed(&headers) {
            // A signed mail to somebody else could be sent on to us by anybody.
            let says = "The mail must name this address in To or Cc";
            return Fate::Refused(Reply::new(550, "5.7.1", says));
        }
        let instant = Instant::now();
        let may = self.asks.take(sender.to_lowercase(), instant) && self.all.take((), instant);
        if !may {
            return Fate::Refused(Reply::new(450, "4.7.1", "Too many mails, try again later"));
        }
        Fate::Answered(Box::new(self.words(mail, &headers, sender, now)))
    }

    fn is_addressed(&self, headers: &Headers<'_>) -> bool {
        let fields = headers.all("To").chain(headers.all("Cc"));
        let text: String = fields
            .map(|field| field.value().to_lowercase() + "\n")
            .collect();
        let own = self.settings.addresses.iter();
        own.map(|address| address.to_lowercase())
            .any(|address| text.contains(&address))
    }

    fn words(&self, mail: &Taken, headers: &Headers<'_>, to: String, now: Timestamp) -> Words {
        let looked = self.look(&mail.bytes, now);
        let message_id = headers.first("Message-ID").map(Header::value);
        Words {
            to,
            subject: answer::subject(&looked, headers),
            text: answer::text(&looked),
            in_reply_to: message_id.filter(|id| is_message_id(id)),
            id: id_of(&["desk", &sha256(&mail.bytes)]),
            at: now,
        }
    }

    fn look(&self, mail: &[u8], now: Timestamp) -> Looked {
        let (inside, beyond) = attached(mail);
        if inside.is_empty() {
            return Looked {
                judged: vec![self.judge(mail, false, now)],
                attached: false,
                beyond: 0,
            };
        }
        let judge = |one: &Attached| self.judge(&one.bytes, one.rebuilt, now);
        Looked {
            judged: inside.iter().map(judge).collect(),
            attached: true,
            beyond,
        }
    }

    fn judge(&self, mail: &[u8], rebuilt: bool, now: Timestamp) -> Judged {
        let record = Record {
            mail,
            envelope: &Envelope::default(),
            trust: &[],
            at: None,
            now,
            recipient: None,
        };
        let mut examination = self.flow.answers().examine(self.flow.examiner(), &record);
        if rebuilt {
            examination.caution.push(Caution {
                id: "outlook-msg".to_owned(),
                says: "Outlook does not keep the bytes that were signed, so no signature can be verified. Forward the mail as .eml for a sure answer.".to_owned(),
            });
        }
        Judged {
            name: shown_subject(&Headers::read(mail)),
            examination,
            timed: false,
        }
    }
}

fn taken() -> Reply {
    Reply::new(250, "2.0.0", "Taken")
}

fn is_message_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic();
    text.len() <= ID_BYTES_MAX
        && text.starts_with('<')
        && text.ends_with('>')
        && text.bytes().all(plain)
        && text.matches(['<', '>']).count() == 2
}

/// The desk behind the receiver's doors.
impl Taker for DeskDoor {
    fn is_ours(&self, address: &str) -> bool {
        self.0.settings.is_ours(address)
    }

    fn take(&self, mail: Taken) -> Answering<'_> {
        Box::pin(Arc::clone(&self.0).handle(mail, Way::Connection))
    }
}

/// A desk that mails are brought to.
pub struct DeskDoor(pub Arc<Desk>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_message_id_is_answered_to() {
        assert!(is_message_id("<1.a@shop.example>"));
        for text in ["", "1@a", "<a b@c>", "<a>\r\nBcc: <b>", "<a><b>"] {
            assert!(!is_message_id(text), "{text:?}");
        }
    }
}
