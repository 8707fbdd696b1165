//! mbox: many mails in one file, each after a `From ` line (RFC 4155).

use memchr::memmem;

/// The mails of an mbox, unescaped; one mail where the file is none.
pub fn split(bytes: &[u8]) -> Vec<Vec<u8>> {
    if !is_separator(bytes) {
        return vec![bytes.to_vec()];
    }
    let mut starts = vec![0];
    for found in memmem::find_iter(bytes, b"\nFrom ") {
        if is_separator(&bytes[found + 1..]) {
            starts.push(found + 1);
        }
    }
    starts.push(bytes.len());
    starts
        .windows(2)
        .map(|pair| message(&bytes[pair[0]..pair[1]]))
        .collect()
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
    has_clock && line.len() < 400
}

/// One mail without its separator; `>From ` becomes `From ` (mboxrd).
fn message(bytes: &[u8]) -> Vec<u8> {
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
    if out.ends_with(b"\n\n") {
        out.pop();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn mails_are_told_apart_and_unescaped() {
        let mbox = b"From a@b.c Mon Mar  2 10:00:00 2026\nSubject: 1\n\n>From here\nFrom prose\n\nFrom a@b.c Mon Mar  2 10:00:01 2026\nSubject: 2\n\nx\n";
        let mails = split(mbox);
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[0], b"Subject: 1\n\nFrom here\nFrom prose\n");
        assert_eq!(split(b"Subject: x\n\nFrom y\n").len(), 1);
        assert_eq!(split(b"").len(), 1);
    }
}
