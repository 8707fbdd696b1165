//! A guarded connection: what a server may send for one command, and how long it may be silent.
//!
//! Everything the server sends is metered before the IMAP reader sees it: bytes for the
//! command, the length of a line, the size that a literal announces, nested brackets.
//! Without that, a hostile server could make the reader take all memory or all stack.

use std::fmt;
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// The longest honest line is an answer to a search: 20,000 numbers of ten digits. A line
/// is read anew with every piece of it that comes, so a longer one costs time squared.
const LINE_BYTES_MAX: usize = 256 * 1024;
/// Structures of mails nest by parts; ours are never asked for, so this is ample.
const NESTING_MAX: usize = 50;
/// The end of a line that may announce a literal: `{4294967295+}` and the line break.
const TAIL_MAX: usize = 16;

/// Reached a limit: the text says which.
#[derive(Debug)]
pub struct Limit(pub &'static str);

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Limit {}

/// A connection under guard.
pub struct Guard<S> {
    inner: S,
    meter: Meter,
    within: Duration,
    patience: Pin<Box<Sleep>>,
    waiting: bool,
}

impl<S> Guard<S> {
    /// Guards a connection; nothing may be read until [`Guard::allow`].
    pub fn new(inner: S) -> Guard<S> {
        Guard {
            inner,
            meter: Meter::default(),
            within: Duration::ZERO,
            patience: Box::pin(sleep(Duration::ZERO)),
            waiting: false,
        }
    }

    /// What the next answers may cost: bytes in all, and silence between two of them.
    pub fn allow(&mut self, bytes: usize, silence: Duration) {
        self.meter.left = bytes;
        self.within = silence;
        self.waiting = false;
    }

    /// `Pending`, or an error once the other side was silent for too long.
    fn silent(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        if !self.waiting {
            self.waiting = true;
            let end = Instant::now() + self.within;
            self.patience.as_mut().reset(end);
        }
        self.patience
            .as_mut()
            .poll(cx)
            .map(|()| io::Error::from(io::ErrorKind::TimedOut))
    }
}

impl<S> fmt::Debug for Guard<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard(…)")
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let before = buf.filled().len();
        match Pin::new(&mut this.inner).poll_read(cx, buf) {
            Poll::Pending => this.silent(cx).map(Err),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(())) => {
                this.waiting = false;
                let came = buf.filled_mut().get_mut(before..).unwrap_or_default();
                Poll::Ready(this.meter.take(came).map_err(io::Error::other))
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.inner).poll_write(cx, buf) {
            Poll::Pending => self.silent(cx).map(Err),
            ready @ Poll::Ready(_) => {
                self.waiting = false;
                ready
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.inner).poll_flush(cx) {
            Poll::Pending => self.silent(cx).map(Err),
            ready @ Poll::Ready(_) => ready,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// Counts what comes in.
#[derive(Default)]
struct Meter {
    /// Bytes that may still come.
    left: usize,
    /// Bytes of a literal that are still to come; they are content, not lines.
    literal: usize,
    /// Length of the line so far, and how deep its brackets stand.
    line: usize,
    open: usize,
    /// The end of the line so far.
    tail: Vec<u8>,
}

impl Meter {
    fn take(&mut self, mut came: &mut [u8]) -> Result<(), Limit> {
        let left = self.left.checked_sub(came.len());
        self.left = left.ok_or(Limit("bytes"))?;
        while !came.is_empty() {
            let content = self.literal.min(came.len());
            self.literal -= content;
            came = came.split_at_mut(content).1;
            let end = came.iter().position(|byte| *byte == b'\n');
            let line = end.map_or(came.len(), |end| end + 1);
            let (now, rest) = came.split_at_mut(line);
            // Lines are ASCII (RFC 9051 section 9; only literals hold more). The IMAP reader
            // breaks on some texts that are not.
            now.iter_mut()
                .filter(|byte| !byte.is_ascii())
                .for_each(|byte| *byte = b'?');
            self.add(now)?;
            if end.is_some() {
                self.end_line()?;
            }
            came = rest;
        }
        Ok(())
    }

    fn add(&mut self, part: &[u8]) -> Result<(), Limit> {
        self.line += part.len();
        if self.line > LINE_BYTES_MAX {
            return Err(Limit("a line without end"));
        }
        for byte in part {
            match byte {
                b'(' => self.open += 1,
                b')' => self.open = self.open.saturating_sub(1),
                _ => {}
            }
            if self.open > NESTING_MAX {
                return Err(Limit("brackets in brackets"));
            }
        }
        self.tail.extend_from_slice(part);
        let surplus = self.tail.len().saturating_sub(TAIL_MAX);
        self.tail.drain(..surplus);
        Ok(())
    }

    /// A literal continues the line that announced it, so brackets stay open.
    fn end_line(&mut self) -> Result<(), Limit> {
        self.literal = announced(&self.tail).unwrap_or(0);
        self.tail.clear();
        if self.literal > self.left {
            return Err(Limit("a text larger than asked for"));
        }
        if self.literal == 0 {
            (self.line, self.open) = (0, 0);
        }
        Ok(())
    }
}

/// The size of the literal that the end of a line announces: `{123}`.
fn announced(tail: &[u8]) -> Option<usize> {
    let line = tail.strip_suffix(b"\n")?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let inner = line.strip_suffix(b"}")?;
    let begin = inner.iter().rposition(|byte| *byte == b'{')?;
    let digits = std::str::from_utf8(inner.get(begin + 1..)?).ok()?;
    digits.trim_end_matches('+').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(left: usize, parts: &[&[u8]]) -> Result<usize, &'static str> {
        let mut meter = Meter {
            left,
            ..Meter::default()
        };
        for part in parts {
            meter.take(&mut part.to_vec()).map_err(|limit| limit.0)?;
        }
        Ok(meter.literal)
    }

    #[test]
    fn content_is_no_line_and_is_counted_all_the_same() {
        let brackets =
            b"(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((";
        assert_eq!(
            take(
                500,
                &[b"* 1 FETCH (BODY[] {7", b"9}\r\n", brackets, b")\r\n"]
            ),
            Ok(0)
        );
        assert_eq!(take(500, &[b"* 1 FETCH (BODY[] {79}\r\n", b"abc"]), Ok(76));
        assert_eq!(take(500, &[brackets]), Err("brackets in brackets"));
    }

    #[test]
    fn lines_are_made_ascii_and_content_is_left_alone() {
        let mut meter = Meter {
            left: 100,
            ..Meter::default()
        };
        let mut came = "* OK \u{e9}\r\n* 1 FETCH (BODY[] {2}\r\n\u{e9} \u{e9})\r\n"
            .as_bytes()
            .to_vec();
        meter.take(&mut came).expect("within limits");
        assert_eq!(
            came,
            "* OK ??\r\n* 1 FETCH (BODY[] {2}\r\n\u{e9} ??)\r\n".as_bytes()
        );
    }

    #[test]
    fn limits_end_it() {
        assert_eq!(take(10, &[b"* OK ", b"welcome"]), Err("bytes"));
        let says = take(500, &[b"* 1 FETCH (BODY[] {536870912}\r\n"]);
        assert_eq!(says, Err("a text larger than asked for"));
        let long = vec![b'a'; LINE_BYTES_MAX];
        assert_eq!(take(usize::MAX, &[&long, b"a"]), Err("a line without end"));
        let mut lines = long.clone();
        lines.truncate(LINE_BYTES_MAX - 1);
        lines.push(b'\n');
        assert_eq!(take(usize::MAX, &[&lines, &lines]), Ok(0));
    }

    #[test]
    fn what_only_looks_like_a_literal_is_none() {
        for text in [
            "a}\r\n",
            "{x}\r\n",
            "{99999999999999999999}\r\n",
            "{}\r\n",
            "{5} \r\n",
        ] {
            assert_eq!(announced(text.as_bytes()), None, "{text}");
        }
        assert_eq!(announced(b"{5+}\n"), Some(5));
    }

    #[tokio::test]
    async fn silence_ends_too() {
        use tokio::io::AsyncReadExt;
        let (near, _far) = tokio::io::duplex(64);
        let mut guard = Guard::new(near);
        guard.allow(100, Duration::from_millis(30));
        let error = guard.read_u8().await.expect_err("nothing comes");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
