//! Reads lines as RFC 5321 writes them: ended by CR LF, and by nothing else.
//!
//! Servers that took a bare LF for the end of a line could be made to see a second mail
//! inside of a first one ("SMTP smuggling", 2023). Here a CR or LF alone ends the connection.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

/// Four times what RFC 5321 section 4.5.3.1.4 asks for: extensions lengthen commands.
const COMMAND_BYTES_MAX: usize = 2_048;
/// RFC 5321 allows 1,000 bytes; some programs write a whole page in one line.
const TEXT_LINE_BYTES_MAX: usize = 256 * 1024;
/// Bytes read at once.
const PIECE: usize = 16 * 1024;
/// Silence between two pieces. RFC 5321 section 4.5.3.2 says five minutes, for slow lines of old.
const SILENCE_MAX: Duration = Duration::from_mins(2);

/// How long, and how much, is read after the last words.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// The other side went away.
    Gone,
    /// It said nothing for too long.
    Silent,
    /// A line was ended by CR or LF alone.
    Smuggling,
    /// A line without an end.
    LongLine,
}

/// What came of the text of a mail.
#[derive(Debug, PartialEq, Eq)]
pub enum Text {
    /// All of it.
    Whole(Vec<u8>),
    /// It was larger than allowed; it was read to its end and thrown away.
    TooLarge,
    /// There was no memory for it.
    NoRoom,
}

/// A connection, read line by line.
pub struct Lines<S> {
    stream: S,
    buffer: Vec<u8>,
    start: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Lines<S> {
    /// A new connection.
    pub fn new(stream: S) -> Lines<S> {
        Lines {
            stream,
            buffer: Vec::new(),
            start: 0,
        }
    }

    /// The connection for something else, if nothing was sent ahead (RFC 3207 section 4:
    /// what was sent before TLS must not count after it).
    pub fn into_inner(self) -> Option<S> {
        (self.start == self.buffer.len()).then_some(self.stream)
    }

    /// Sends words.
    pub async fn say(&mut self, words: &str) -> Result<(), Break> {
        let written = async {
            self.stream.write_all(words.as_bytes()).await?;
            self.stream.flush().await
        };
        match timeout(SILENCE_MAX, written).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Break::Gone),
            Err(_) => Err(Break::Silent),
        }
    }

    /// Ends. What is still on its way is read for a moment, because closing over unread
    /// bytes would take our last words back (TCP resets the connection).
    pub async fn end(&mut self) {
        let drained = async {
            let _ = self.stream.shutdown().await;
            let mut piece = vec![0; PIECE];
            let mut left = LINGER_BYTES_MAX;
            while let Ok(came @ 1..) = self.stream.read(&mut piece).await {
                left = left.saturating_sub(came);
                if left == 0 {
                    break;
                }
            }
        };
        let _ = timeout(LINGER, drained).await;
    }

    /// A command.
    pub async fn command(&mut self) -> Result<Vec<u8>, Break> {
        self.line(COMMAND_BYTES_MAX).await
    }

    /// The text of a mail, up to the line with a full stop alone. `room` is asked before
    /// memory is taken. Of what is too large at most as much again is read.
    pub async fn text(
        &mut self,
        limit: usize,
        mut room: impl FnMut(usize) -> bool,
    ) -> Result<Text, Break> {
        let (mut text, mut size, mut has_room) = (Vec::new(), 0, true);
        loop {
            let line = self.line(TEXT_LINE_BYTES_MAX).await?;
            let line = match line.as_slice() {
                b"." => break,
                [b'.', rest @ ..] => rest,
                whole => whole,
            };
            size += line.len() + 2;
            if size > 2 * limit {
                return Err(Break::LongLine);
            }
            has_room = has_room && (size > limit || room(size));
            if size > limit || !has_room {
                text = Vec::new();
                continue;
            }
            text.extend_from_slice(line);
            text.extend_from_slice(b"\r\n");
        }
        Ok(match (size > limit, has_room) {
            (true, _) => Text::TooLarge,
            (false, false) => Text::NoRoom,
            (false, true) => Text::Whole(text),
        })
    }

    /// One line without its end.
    async fn line(&mut self, limit: usize) -> Result<Vec<u8>, Break> {
        let mut seen = self.start;
        loop {
            let new = self.buffer.get(seen..).unwrap_or_default();
            if let Some(at) = new.iter().position(|byte| *byte == b'\n') {
                let line = &self.buffer[self.start..seen + at];
                let line = ended(line)?.to_vec();
                self.start = seen + at + 1;
                return if line.len() > limit {
                    Err(Break::LongLine)
                } else {
                    Ok(line)
                };
            }
            if self.buffer.len() - self.start > limit {
                return Err(Break::LongLine);
            }
            self.compact();
            seen = self.buffer.len();
            self.fill().await?;
        }
    }

    fn compact(&mut self) {
        self.buffer.drain(..self.start);
        self.start = 0;
    }

    async fn fill(&mut self) -> Result<(), Break> {
        let before = self.buffer.len();
        self.buffer.resize(before + PIECE, 0);
        let read = timeout(SILENCE_MAX, self.stream.read(&mut self.buffer[before..])).await;
        let came = match &read {
            Ok(Ok(came)) => *came,
            Ok(Err(_)) | Err(_) => 0,
        };
        self.buffer.truncate(before + came);
        match read {
            Err(_) => Err(Break::Silent),
            Ok(Ok(1..)) => Ok(()),
            Ok(Ok(0) | Err(_)) => Err(Break::Gone),
        }
    }
}

/// A line up to its LF, without the CR that must stand before it and nowhere else.
fn ended(line: &[u8]) -> Result<&[u8], Break> {
    match line {
        [rest @ .., b'\r'] if !rest.contains(&b'\r') => Ok(rest),
        _ => Err(Break::Smuggling),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::duplex;

    async fn lines(sent: &[u8]) -> Lines<tokio::io::DuplexStream> {
        let (near, mut far) = duplex(1 << 20);
        far.write_all(sent).await.expect("sent");
        Lines::new(near)
    }

    async fn text(sent: &[u8], limit: usize) -> Result<Text, Break> {
        lines(sent).await.text(limit, |_| true).await
    }

    #[tokio::test]
    async fn dots_are_taken_off_and_the_end_is_found() {
        let whole = text(b"a\r\n..b\r\n.c\r\n\r\n.\r\nQUIT\r\n", 100).await;
        assert_eq!(whole, Ok(Text::Whole(b"a\r\n.b\r\nc\r\n\r\n".to_vec())));
    }

    #[tokio::test]
    async fn no_other_end_of_a_line_is_one() {
        for sent in [
            "a\n.\r\nMAIL FROM:<x@evil.example>\r\n.\r\n",
            "a\r\n.\nMAIL\r\n.\r\n",
            "a\n.\n",
            "a\r.\r\n.\r\n",
            "a\r\r\n.\r\n",
            "\n",
        ] {
            assert_eq!(
                text(sent.as_bytes(), 100).await,
                Err(Break::Smuggling),
                "{sent:?}"
            );
        }
    }

    #[tokio::test]
    async fn what_is_too_large_is_read_to_its_end_but_not_for_ever() {
        let large = [b"0123456789\r\n".repeat(10), b".\r\nNOOP\r\n".to_vec()].concat();
        let mut lines = lines(&large).await;
        assert_eq!(lines.text(100, |_| true).await, Ok(Text::TooLarge));
        assert_eq!(lines.command().await, Ok(b"NOOP".to_vec()));
        assert_eq!(
            text(&b"0123456789\r\n".repeat(50), 100).await,
            Err(Break::LongLine)
        );
    }

    #[tokio::test]
    async fn without_room_nothing_is_kept() {
        let mut lines = lines(b"ab\r\n.\r\n").await;
        assert_eq!(lines.text(100, |_| false).await, Ok(Text::NoRoom));
    }

    #[tokio::test]
    async fn a_line_without_end_ends() {
        let mut lines = lines(&vec![b'x'; COMMAND_BYTES_MAX + 2]).await;
        assert_eq!(lines.command().await, Err(Break::LongLine));
        let (near, far) = duplex(10);
        drop(far);
        assert_eq!(Lines::new(near).command().await, Err(Break::Gone));
    }

    #[tokio::test]
    async fn what_is_sent_ahead_of_tls_is_noticed() {
        let mut lines = lines(b"STARTTLS\r\nMAIL FROM:<a@b.example>\r\n").await;
        assert_eq!(lines.command().await, Ok(b"STARTTLS".to_vec()));
        assert!(lines.into_inner().is_none());
    }
}
