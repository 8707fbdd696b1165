//! mbox: many mails in one file, each after a `From ` line (RFC 4155).
//!
//! The file is only scanned for where each mail begins, so that an archive of
//! any size is judged on all cores and never stands in memory as a whole.

use std::io::Read;

use memchr::memmem;

/// A separator line longer than this is prose.
const SEPARATOR_BYTES_MAX: usize = 400;
/// Bytes read at once while scanning.
const CHUNK_BYTES: usize = 1024 * 1024;

/// Whether bytes begin as an mbox does.
pub fn is_mbox(start: &[u8]) -> bool {
    is_separator(start)
}

/// Where each mail begins, the end of the file last; `None` beyond `bytes_max`.
pub fn starts(mut file: impl Read, bytes_max: u64) -> std::io::Result<Option<Vec<u64>>> {
    let mut starts = Vec::new();
    // A line break before the file makes the first separator like all others.
    let mut window = vec![b'\n'];
    let mut window_at = 0_u64;
    loop {
        let old = window.len();
        let read = (&mut file)
            .take(CHUNK_BYTES as u64)
            .read_to_end(&mut window)?;
        let last = read == 0;
        // A separator that may reach beyond the window waits for the next chunk.
        let sure = if last {
            window.len()
        } else {
            window.len().saturating_sub(SEPARATOR_BYTES_MAX)
        };
        for found in memmem::find_iter(&window, b"\nFrom ").take_while(|found| *found < sure) {
            if is_separator(&window[found + 1..]) {
                starts.push(window_at + found as u64);
            }
        }
        if last {
            starts.push(window_at + old as u64 - 1);
            return Ok(Some(starts));
        }
        window.drain(..sure);
        window_at += sure as u64;
        if window_at > bytes_max {
            return Ok(None);
        }
    }
}

/// `From sender weekday month day time year`: a digit-bearing clock tells it from prose.
fn is_separator(bytes: &[u8]) -> bool {
    let line = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let Some(rest) = line.strip_prefix(b"From ") else {
        return false;
    };
    let has_clock = rest.windows(3).any(|window| {
        window[0].is_ascii_digit() && window[1] == b':' && window[2].is_ascii_digit()
    });
    has_clock && line.len() < SEPARATOR_BYTES_MAX
}

/// One mail without its separator; `>From ` becomes `From ` (mboxrd).
pub fn message(bytes: &[u8]) -> Vec<u8> {
    let body = bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(&bytes[bytes.len()..], |end| &bytes[end + 1..]);
    let mut out = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let quotes = line.iter().take_while(|byte| **byte == b'>').count();
        let escaped = quotes > 0 && line[quotes..].starts_with(b"From ");
        out.extend_from_slice(if escaped { &line[1..] } else { line });
    }
    // The empty line before the next separator belongs to the file, not to the mail.
    for empty in [&b"\r\n\r\n"[..], b"\n\n"] {
        if out.ends_with(empty) {
            out.truncate(out.len() - empty.len() / 2);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(mbox: &[u8]) -> Vec<Vec<u8>> {
        let starts = starts(mbox, u64::MAX).unwrap().unwrap();
        let at = |offset: u64| usize::try_from(offset).unwrap();
        starts
            .windows(2)
            .map(|pair| message(&mbox[at(pair[0])..at(pair[1])]))
            .collect()
    }

    #[test]
    fn mails_are_told_apart_and_unescaped() {
        let mbox = b"From a@b.c Mon Mar  2 10:00:00 2026\nSubject: 1\n\n>From here\nFrom prose\n\nFrom a@b.c Mon Mar  2 10:00:01 2026\nSubject: 2\n\nx\n";
        let mails = split(mbox);
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[0], b"Subject: 1\n\nFrom here\nFrom prose\n");
        assert_eq!(mails[1], b"Subject: 2\n\nx\n");
        assert!(!is_mbox(b"Subject: x\n\nFrom y\n"));
    }

    #[test]
    fn a_separator_on_the_border_of_two_chunks_is_seen_once() {
        let separator = b"From a@b.c Mon Mar  2 10:00:00 2026\n";
        for shift in 0..60 {
            let mut mbox = separator.to_vec();
            mbox.resize(CHUNK_BYTES - shift, b'x');
            mbox.push(b'\n');
            mbox.extend_from_slice(separator);
            mbox.extend_from_slice(b"Subject: 2\n");
            assert_eq!(split(&mbox).len(), 2, "shifted by {shift}");
        }
    }

    #[test]
    fn an_archive_beyond_the_limit_is_refused() {
        let mbox = b"From a@b.c Mon Mar  2 10:00:00 2026\nx\n".repeat(200_000);
        assert!(starts(&mbox[..], 1024).unwrap().is_none());
    }
}
