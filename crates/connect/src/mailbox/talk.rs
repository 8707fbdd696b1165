//! Talking IMAP: one command, its answers, its end. Only commands that change nothing.
//!
//! Every command has a budget of bytes and time. What the server sends beside the answer
//! is passed over; a goodbye ends the talk. Not here: which command is next (`mod`).

use std::cmp::Reverse;
use std::error::Error as _;
use std::io;
use std::time::Duration;

use async_imap::Session;
use async_imap::imap_proto::{
    AttributeValue, Capability, MailboxDatum, Response, ResponseCode, Status,
};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::client::TlsStream;

use super::cursor::{Gap, Look};
use super::folders::{Listed, chosen};
use super::guard::{Guard, Limit};
use crate::connector::Trouble;

/// The connection.
pub type Line = Guard<TlsStream<TcpStream>>;

/// Silence between two pieces of one answer. Searching a large folder takes servers a while.
const SILENCE_MAX: Duration = Duration::from_mins(1);
/// A whole answer: a batch over a slow line, with much room.
const ANSWER_WITHIN: Duration = Duration::from_mins(5);
/// Lists of folders and searches: ten thousand folders, or twenty thousand numbers.
const LIST_BYTES_MAX: usize = 2_000_000;
/// Numbers searched at once, so that the answer stays within the limit of a line.
const SEARCH_SPAN: u32 = 20_000;
/// Around each mail: its number, its attributes, and what the server says in between.
const MAIL_MARGIN: usize = 8 * 1024;

/// An open mailbox.
pub struct Talk {
    session: Session<Line>,
    /// The folder that is open.
    folder: Option<String>,
    /// The folders that are read.
    pub folders: Vec<String>,
    /// Whether the server tells news by itself.
    pub tells_news: bool,
}

/// What of a mail is fetched.
#[derive(Debug, Clone, Copy)]
pub enum Part {
    /// All of it.
    Whole,
    /// The first bytes.
    First(u32),
}

impl Talk {
    /// A session that was just entered.
    pub fn new(session: Session<Line>) -> Talk {
        Talk {
            session,
            folder: None,
            folders: Vec::new(),
            tells_news: false,
        }
    }

    /// Learns the folders and whether the server tells news.
    pub async fn learn(&mut self) -> Result<(), Trouble> {
        let mut tells_news = false;
        self.ask("CAPABILITY", LIST_BYTES_MAX, "say what it can", |answer| {
            if let Response::Capabilities(list) = answer {
                let idle = |one: &Capability<'_>| matches!(one, Capability::Atom(name) if name.eq_ignore_ascii_case("IDLE"));
                tells_news |= list.iter().any(idle);
            }
        })
        .await?;
        self.tells_news = tells_news;
        let mut listed = Vec::new();
        self.ask(
            "LIST \"\" \"*\"",
            LIST_BYTES_MAX,
            "list the folders",
            |answer| {
                if let Response::MailboxData(MailboxDatum::List(one)) = answer {
                    listed.extend(Listed::new(
                        &one.name,
                        &one.name_attributes,
                        one.delimiter.as_deref(),
                    ));
                }
            },
        )
        .await?;
        self.folders = chosen(listed);
        Ok(())
    }

    /// Opens a folder for reading only and says how it is numbered.
    pub async fn look(&mut self, folder: &str) -> Result<Look, Trouble> {
        self.folder = None;
        let (mut validity, mut next) = (None, None);
        let command = format!("EXAMINE {}", quoted(folder));
        self.ask(&command, LIST_BYTES_MAX, "open a folder", |answer| {
            if let Response::Data { outcome, .. } = answer {
                match outcome.code {
                    Some(ResponseCode::UidValidity(number)) => validity = Some(number),
                    Some(ResponseCode::UidNext(number)) => next = Some(number),
                    _ => {}
                }
            }
        })
        .await?;
        self.folder = Some(folder.to_owned());
        match (validity, next) {
            (Some(validity), Some(next)) => Ok(Look { validity, next }),
            _ => Err(Trouble::Strange("how a folder is numbered")),
        }
    }

    /// Whether this folder is open.
    pub fn is_open(&self, folder: &str) -> bool {
        self.folder.as_deref() == Some(folder)
    }

    /// The numbers of mails in the upper part of a gap, highest first, and where that part begins.
    pub async fn numbers(&mut self, gap: Gap) -> Result<(Vec<u32>, u32), Trouble> {
        let from = gap.from.max(gap.to.saturating_sub(SEARCH_SPAN - 1));
        let mut found: Vec<u32> = Vec::new();
        let command = format!("UID SEARCH UID {from}:{}", gap.to);
        self.ask(&command, LIST_BYTES_MAX, "list the mails", |answer| {
            if let Response::MailboxData(MailboxDatum::Search(numbers)) = answer {
                found.extend(
                    numbers
                        .iter()
                        .filter(|number| (from..=gap.to).contains(number)),
                );
            }
        })
        .await?;
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.dedup();
        Ok((found, from))
    }

    /// The sizes of mails.
    pub async fn sizes(&mut self, numbers: &[u32]) -> Result<Vec<(u32, u32)>, Trouble> {
        let mut sizes = Vec::new();
        let command = format!("UID FETCH {} (UID RFC822.SIZE)", set(numbers));
        self.ask(
            &command,
            LIST_BYTES_MAX,
            "tell the size of mails",
            |answer| {
                let Response::Fetch(_, attributes) = answer else {
                    return;
                };
                let size = attributes.iter().find_map(|one| match one {
                    AttributeValue::Rfc822Size(size) => Some(*size),
                    _ => None,
                });
                sizes.extend(
                    number(attributes)
                        .zip(size)
                        .filter(|(number, _)| numbers.contains(number)),
                );
            },
        )
        .await?;
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        sizes.dedup_by_key(|(number, _)| *number);
        Ok(sizes)
    }

    /// Fetches mails without marking them as read (`BODY.PEEK`).
    pub async fn mails(
        &mut self,
        numbers: &[u32],
        part: Part,
        bytes: usize,
    ) -> Result<Vec<(u32, Vec<u8>)>, Trouble> {
        let range = match part {
            Part::Whole => String::new(),
            Part::First(bytes) => format!("<0.{bytes}>"),
        };
        let command = format!("UID FETCH {} (UID BODY.PEEK[]{range})", set(numbers));
        let limit = bytes + numbers.len() * MAIL_MARGIN;
        let mut mails = Vec::new();
        self.ask(&command, limit, "hand out mails", |answer| {
            let Response::Fetch(_, attributes) = answer else {
                return;
            };
            let body = attributes.iter().find_map(|one| match one {
                AttributeValue::BodySection {
                    section: None,
                    data: Some(data),
                    ..
                } => Some(data.to_vec()),
                _ => None,
            });
            mails.extend(
                number(attributes)
                    .zip(body)
                    .filter(|(number, _)| numbers.contains(number)),
            );
        })
        .await?;
        mails.sort_unstable_by_key(|(number, _)| Reverse(*number));
        mails.dedup_by_key(|(number, _)| *number);
        Ok(mails)
    }

    /// Waits until the server tells of a change in the open folder, or until a time. IDLE (RFC 2177).
    pub async fn news(&mut self, end: Instant) -> Result<(), Trouble> {
        let silence = end.saturating_duration_since(Instant::now()) + SILENCE_MAX;
        self.session.get_mut().allow(LIST_BYTES_MAX, silence);
        let step = "while waiting for mail";
        let tag = self
            .session
            .run_command("IDLE")
            .await
            .map_err(|error| lost(&error, step))?;
        while let Ok(answer) = timeout_at(end, self.session.read_response()).await {
            let answer = answer
                .map_err(|error| cut(&error, step))?
                .ok_or(Trouble::Cut(step))?;
            match answer.parsed() {
                Response::Done {
                    tag: of, status, ..
                } if *of == tag => {
                    // It ended by itself or never began: not to be asked for again.
                    self.tells_news = *status == Status::Ok;
                    return Ok(());
                }
                Response::Data {
                    status: Status::Bye,
                    ..
                } => return Err(Trouble::Cut(step)),
                Response::MailboxData(MailboxDatum::Exists(_) | MailboxDatum::Recent(_)) => break,
                _ => {}
            }
        }
        self.session.get_mut().allow(LIST_BYTES_MAX, SILENCE_MAX);
        self.session
            .run_command_untagged("DONE")
            .await
            .map_err(|error| lost(&error, step))?;
        self.end_of(&tag, "wait for mail", |_| {}).await
    }

    /// Says goodbye; whether it is heard does not matter.
    pub async fn leave(mut self) {
        let _ = self.ask("LOGOUT", LIST_BYTES_MAX, "end", |_| {}).await;
    }

    /// One command: each answer is shown, until the server says how it ended.
    async fn ask(
        &mut self,
        command: &str,
        bytes: usize,
        step: &'static str,
        each: impl FnMut(&Response<'_>),
    ) -> Result<(), Trouble> {
        self.session.get_mut().allow(bytes, SILENCE_MAX);
        let tag = self.session.run_command(command).await;
        let tag = tag.map_err(|error| lost(&error, step))?;
        self.end_of(&tag, step, each).await
    }

    async fn end_of(
        &mut self,
        tag: &async_imap::imap_proto::RequestId,
        step: &'static str,
        mut each: impl FnMut(&Response<'_>),
    ) -> Result<(), Trouble> {
        let end = Instant::now() + ANSWER_WITHIN;
        loop {
            let answer = timeout_at(end, self.session.read_response()).await;
            let answer = answer
                .map_err(|_| Trouble::Silent(step))?
                .map_err(|error| cut(&error, step))?
                .ok_or(Trouble::Cut(step))?;
            match answer.parsed() {
                Response::Done {
                    tag: of, status, ..
                } if of == tag => {
                    return match status {
                        Status::Ok => Ok(()),
                        _ => Err(Trouble::Refused(step)),
                    };
                }
                Response::Data {
                    status: Status::Bye,
                    ..
                } => return Err(Trouble::Cut(step)),
                other => each(other),
            }
        }
    }
}

fn number(attributes: &[AttributeValue<'_>]) -> Option<u32> {
    attributes.iter().find_map(|one| match one {
        AttributeValue::Uid(number) => Some(*number),
        _ => None,
    })
}

/// A set of numbers as commands take it: runs are written as ranges.
fn set(numbers: &[u32]) -> String {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in sorted {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let written = runs.into_iter().map(|(from, to)| {
        if from == to {
            from.to_string()
        } else {
            format!("{from}:{to}")
        }
    });
    written.collect::<Vec<_>>().join(",")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What an error of the connection means at a step.
pub fn cut(error: &io::Error, step: &'static str) -> Trouble {
    let limit = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Limit>());
    if let Some(limit) = limit {
        return Trouble::TooMuch(limit.0);
    }
    match error.kind() {
        io::ErrorKind::TimedOut => Trouble::Silent(step),
        // The reader's word for what is no IMAP; a text that could quote the mail is not passed on.
        io::ErrorKind::Other if error.source().is_none() => Trouble::Strange(step),
        _ => Trouble::Cut(step),
    }
}

fn lost(error: &async_imap::error::Error, step: &'static str) -> Trouble {
    match error {
        async_imap::error::Error::Io(error) => cut(error, step),
        _ => Trouble::Cut(step),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_shortly() {
        assert_eq!(set(&[9, 7, 8, 3, 1, 2, u32::MAX]), "1:3,7:9,4294967295");
        assert_eq!(set(&[]), "");
    }

    #[test]
    fn a_folder_cannot_end_its_quotation() {
        assert_eq!(quoted(r#"a"b\c"#), r#""a\"b\\c""#);
    }
}
