//! Talking ManageSieve: greeting, STARTTLS, entering, listing and getting scripts. Only
//! commands that change nothing.
//!
//! The password is sent over TLS only; what the server said before TLS does not count after it.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

use super::script::SCRIPT_BYTES_MAX;
use crate::connector::Trouble;
use crate::mailbox::{Settings, dial, secure};

/// One answer, with everything in it.
const ANSWER_WITHIN: Duration = Duration::from_mins(1);
/// A line without its literals: a list of scripts has one line each.
const LINE_BYTES_MAX: usize = 16 * 1024;
/// Lines in one answer.
const LINES_MAX: usize = 2_000;

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// A word.
    Word(String),
    /// A text in quotation marks, or a literal.
    Text(Vec<u8>),
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Ok,
    No,
    Bye,
}

/// A connection.
struct Line<S> {
    stream: S,
    buffer: Vec<u8>,
}

/// An open ManageSieve session.
pub struct Talk(Line<TlsStream<TcpStream>>);

impl Talk {
    /// Enters with a password.
    pub async fn with_password(settings: &Settings, password: &str) -> Result<Talk, Trouble> {
        let says = format!("\0{}\0{password}", settings.user);
        Talk::enter(settings, "PLAIN", &says, Trouble::Password).await
    }

    /// Enters with an access token.
    pub async fn with_token(settings: &Settings, token: &str) -> Result<Talk, Trouble> {
        let says = format!("user={}\x01auth=Bearer {token}\x01\x01", settings.user);
        Talk::enter(settings, "XOAUTH2", &says, Trouble::Token).await
    }

    async fn enter(
        settings: &Settings,
        mechanism: &str,
        says: &str,
        refused: Trouble,
    ) -> Result<Talk, Trouble> {
        let mut plain = Line::new(dial(settings).await?);
        plain.expect("the greeting").await?;
        plain.ask("STARTTLS", "begin TLS").await?;
        let mut line = Line::new(secure(settings, plain.stream).await?);
        // The server tells its abilities anew (RFC 5804 section 2.2).
        line.expect("the greeting after TLS").await?;
        let shown = STANDARD.encode(says);
        line.send(&format!("AUTHENTICATE \"{mechanism}\" \"{shown}\""))
            .await?;
        match line.answer("entering").await?.1 {
            End::Ok => Ok(Talk(line)),
            End::No => Err(refused),
            End::Bye => Err(Trouble::Busy("it says goodbye")),
        }
    }

    /// The name of the active script; `None` where none is active.
    pub async fn active(&mut self) -> Result<Option<String>, Trouble> {
        let lines = self.0.ask("LISTSCRIPTS", "list the rules").await?;
        let active = lines.into_iter().find_map(|line| match line.as_slice() {
            [Part::Text(name), Part::Word(word)] if word.eq_ignore_ascii_case("ACTIVE") => {
                String::from_utf8(name.clone()).ok()
            }
            _ => None,
        });
        Ok(active)
    }

    /// A script.
    pub async fn script(&mut self, name: &str) -> Result<String, Trouble> {
        let command = format!("GETSCRIPT {}", quoted(name));
        let lines = self.0.ask(&command, "hand out the rules").await?;
        let text = lines.into_iter().flatten().find_map(|part| match part {
            Part::Text(text) => Some(text),
            Part::Word(_) => None,
        });
        let text = text.ok_or(Trouble::Strange("the rules"))?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// Says goodbye; whether it is heard does not matter.
    pub async fn leave(mut self) {
        let _ = self.0.ask("LOGOUT", "end").await;
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Line<S> {
    fn new(stream: S) -> Line<S> {
        Line {
            stream,
            buffer: Vec::new(),
        }
    }

    async fn send(&mut self, command: &str) -> Result<(), Trouble> {
        let bytes = format!("{command}\r\n");
        let sent = timeout(ANSWER_WITHIN, self.stream.write_all(bytes.as_bytes())).await;
        sent.map_err(|_| Trouble::Silent("while it was asked"))?
            .map_err(|_| Trouble::Cut("while it was asked"))?;
        let flushed = timeout(ANSWER_WITHIN, self.stream.flush()).await;
        flushed
            .map_err(|_| Trouble::Silent("while it was asked"))?
            .map_err(|_| Trouble::Cut("while it was asked"))
    }

    /// One command and its answer, which must be good.
    async fn ask(&mut self, command: &str, step: &'static str) -> Result<Vec<Vec<Part>>, Trouble> {
        self.send(command).await?;
        match self.answer(step).await? {
            (lines, End::Ok) => Ok(lines),
            (_, End::No) => Err(Trouble::Refused(step)),
            (_, End::Bye) => Err(Trouble::Busy("it says goodbye")),
        }
    }

    async fn expect(&mut self, step: &'static str) -> Result<(), Trouble> {
        match self.answer(step).await?.1 {
            End::Ok => Ok(()),
            End::No | End::Bye => Err(Trouble::Busy("it lets nobody in")),
        }
    }

    async fn answer(&mut self, step: &'static str) -> Result<(Vec<Vec<Part>>, End), Trouble> {
        let read = timeout(ANSWER_WITHIN, self.lines(step)).await;
        read.unwrap_or(Err(Trouble::Silent(step)))
    }

    async fn lines(&mut self, step: &'static str) -> Result<(Vec<Vec<Part>>, End), Trouble> {
        let mut lines = Vec::new();
        let mut left = SCRIPT_BYTES_MAX;
        while lines.len() < LINES_MAX {
            let line = self.line(step, &mut left).await?;
            let end = match line.first() {
                Some(Part::Word(word)) if word.eq_ignore_ascii_case("OK") => Some(End::Ok),
                Some(Part::Word(word)) if word.eq_ignore_ascii_case("NO") => Some(End::No),
                Some(Part::Word(word)) if word.eq_ignore_ascii_case("BYE") => Some(End::Bye),
                _ => None,
            };
            if let Some(end) = end {
                return Ok((lines, end));
            }
            lines.push(line);
        }
        Err(Trouble::TooMuch(step))
    }

    /// One line with its literals, of which `left` bytes may come.
    async fn line(&mut self, step: &'static str, left: &mut usize) -> Result<Vec<Part>, Trouble> {
        let mut parts = Vec::new();
        loop {
            let text = self.piece(step).await?;
            let read = read_parts(&text, &mut parts);
            let Some(literal) = read.map_err(|_| Trouble::Strange(step))? else {
                return Ok(parts);
            };
            *left = left.checked_sub(literal).ok_or(Trouble::TooMuch(step))?;
            while self.buffer.len() < literal {
                self.fill(step).await?;
            }
            let rest = self.buffer.split_off(literal);
            parts.push(Part::Text(std::mem::replace(&mut self.buffer, rest)));
        }
    }

    /// Up to the end of a line.
    async fn piece(&mut self, step: &'static str) -> Result<Vec<u8>, Trouble> {
        loop {
            if let Some(at) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let rest = self.buffer.split_off(at + 1);
                let line = std::mem::replace(&mut self.buffer, rest);
                return Ok(line.trim_ascii_end().to_vec());
            }
            if self.buffer.len() > LINE_BYTES_MAX {
                return Err(Trouble::TooMuch(step));
            }
            self.fill(step).await?;
        }
    }

    async fn fill(&mut self, step: &'static str) -> Result<(), Trouble> {
        match self.stream.read_buf(&mut self.buffer).await {
            Ok(1..) => Ok(()),
            Ok(0) | Err(_) => Err(Trouble::Cut(step)),
        }
    }
}

/// It is no line of this protocol.
struct Odd;

/// The parts of a line; the length of a literal where one follows.
fn read_parts(line: &[u8], parts: &mut Vec<Part>) -> Result<Option<usize>, Odd> {
    let mut rest = line.trim_ascii_start();
    while let Some(first) = rest.first() {
        match first {
            b'"' => {
                let (text, after) = unquoted(&rest[1..]).ok_or(Odd)?;
                parts.push(Part::Text(text));
                rest = after.trim_ascii_start();
            }
            b'{' => return literal(rest).ok_or(Odd).map(Some),
            b'(' => {
                // A code in brackets says why; our words say it already.
                let end = rest.iter().position(|byte| *byte == b')').ok_or(Odd)?;
                rest = rest[end + 1..].trim_ascii_start();
            }
            _ => {
                let end = rest.iter().position(|byte| *byte == b' ');
                let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
                let word = std::str::from_utf8(word).map_err(|_| Odd)?;
                parts.push(Part::Word(word.to_owned()));
                rest = after.trim_ascii_start();
            }
        }
    }
    Ok(None)
}

/// `{13}` or `{13+}`: so many bytes follow.
fn literal(rest: &[u8]) -> Option<usize> {
    let inner = rest.strip_prefix(b"{")?.strip_suffix(b"}")?;
    let digits = inner.strip_suffix(b"+").unwrap_or(inner);
    std::str::from_utf8(digits).ok()?.parse().ok()
}

fn unquoted(rest: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut text = Vec::new();
    let mut at = 0;
    loop {
        match rest.get(at)? {
            b'"' => return Some((text, &rest[at + 1..])),
            b'\\' => {
                text.push(*rest.get(at + 1)?);
                at += 2;
            }
            byte => {
                text.push(*byte);
                at += 1;
            }
        }
    }
}

fn quoted(name: &str) -> String {
    // A name of the server's own; a line break in it would be a second command.
    let plain: String = name.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", plain.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::duplex;

    async fn answer(sent: &[u8]) -> Result<(Vec<Vec<Part>>, End), Trouble> {
        let (near, mut far) = duplex(4 << 20);
        far.write_all(sent).await.expect("sent");
        drop(far);
        Line::new(near).answer("a step").await
    }

    fn text(words: &str) -> Part {
        Part::Text(words.as_bytes().to_vec())
    }

    #[tokio::test]
    async fn the_examples_of_the_standard() {
        // RFC 5804 sections 2.7 and 2.9.
        let list = b"\"summer_script\"\r\n\"vac\\\"ation\"\r\n{13}\r\nclever\"script\r\n\"main_script\" ACTIVE\r\nOK\r\n";
        let (lines, end) = answer(list).await.expect("an answer");
        assert_eq!(end, End::Ok);
        assert_eq!(lines[1], [text("vac\"ation")]);
        assert_eq!(lines[2], [text("clever\"script")]);
        assert_eq!(
            lines[3],
            [text("main_script"), Part::Word("ACTIVE".to_owned())]
        );
        let script =
            b"{54}\r\n#this is my wonderful script\r\nreject \"I reject all\";\r\n\r\nOK\r\n";
        let (lines, _) = answer(script).await.expect("an answer");
        assert_eq!(
            lines[0][0],
            text("#this is my wonderful script\r\nreject \"I reject all\";\r\n")
        );
        let no = b"NO (NONEXISTENT) \"There is no script by that name\"\r\n";
        assert_eq!(answer(no).await, Ok((Vec::new(), End::No)));
        let bye = b"BYE (TRYLATER) {5}\r\nlater\r\n";
        assert_eq!(answer(bye).await, Ok((Vec::new(), End::Bye)));
    }

    #[tokio::test]
    async fn a_hostile_server_gets_no_memory_and_no_time() {
        for sent in [
            b"{99999999999}\r\n".to_vec(),
            format!("{{{}}}\r\n", SCRIPT_BYTES_MAX + 1).into_bytes(),
            vec![b'x'; LINE_BYTES_MAX + 100],
            b"\"a\"\r\n".repeat(LINES_MAX + 1),
        ] {
            assert!(matches!(answer(&sent).await, Err(Trouble::TooMuch(_))));
        }
        for sent in [
            &b"{x}\r\n"[..],
            b"\"open\r\n",
            b"{-1}\r\n",
            b"(open\r\n",
            b"\xff\xfe\r\n",
        ] {
            assert!(
                matches!(answer(sent).await, Err(Trouble::Strange(_))),
                "{sent:?}"
            );
        }
        assert_eq!(answer(b"\"cut").await, Err(Trouble::Cut("a step")));
    }

    #[test]
    fn a_name_cannot_end_its_quotation_or_its_line() {
        assert_eq!(quoted("a\"b\\c\r\nLOGOUT"), r#""a\"b\\cLOGOUT""#);
    }
}
