//! The header fields of a mail as its signer and its receiver saw them: raw, in order.
//!
//! Every security decision reads From, Subject and the rest from here and never
//! from a forgiving parser, so that one mail cannot mean two things.

use memchr::{memchr, memchr2};

/// More header fields than any delivered mail carries; what follows is not read.
pub const FIELDS_MAX: usize = 2_000;

/// One header field, its bytes untouched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header<'a> {
    /// The name as written, without the colon and without white space around it.
    pub name: &'a str,
    /// Everything after the colon, folding and final line break included.
    pub raw: &'a [u8],
    /// White space stood before the name or between name and colon (obsolete
    /// syntax, RFC 5322 section 4.5): readers disagree about such a field.
    pub odd_name: bool,
}

impl Header<'_> {
    /// The value unfolded, trimmed, undecoded; broken UTF-8 is replaced.
    pub fn value(&self) -> String {
        let raw = self.raw.trim_ascii();
        if memchr2(b'\r', b'\n', raw).is_none() {
            return String::from_utf8_lossy(raw).trim().to_owned();
        }
        let line_ends = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let unfolded = raw.iter().copied().filter(|byte| !line_ends(byte));
        let unfolded: Vec<u8> = unfolded.collect();
        String::from_utf8_lossy(&unfolded).trim().to_owned()
    }

    /// Whether this is the named field, whatever its letter case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// All header fields of one mail, top first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers<'a> {
    fields: Vec<Header<'a>>,
    /// Where the body begins in the bytes given.
    pub body_offset: usize,
    /// More than `FIELDS_MAX` fields stood there.
    pub truncated: bool,
    /// Lines inside the header that are neither a field nor a continuation.
    pub stray_lines: usize,
}

impl<'a> Headers<'a> {
    /// Reads the header of a mail; never fails, stops at the first empty line.
    pub fn read(mail: &'a [u8]) -> Headers<'a> {
        let mut headers = Headers::default();
        let mut at = envelope_line(mail);
        while at < mail.len() {
            let end = field_end(mail, at);
            let line = &mail[at..end];
            if is_blank(line) {
                at = end;
                break;
            }
            headers.take(line);
            at = end;
        }
        headers.body_offset = at;
        headers
    }

    fn take(&mut self, line: &'a [u8]) {
        if self.fields.len() >= FIELDS_MAX {
            self.truncated = true;
            return;
        }
        match field(line) {
            Some(header) => self.fields.push(header),
            None => self.stray_lines += 1,
        }
    }

    /// All fields, top first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Header<'a>> {
        self.fields.iter()
    }

    /// All fields of one name, top first.
    pub fn all<'s>(
        &'s self,
        name: &'s str,
    ) -> impl DoubleEndedIterator<Item = &'s Header<'a>> + 's {
        self.fields.iter().filter(move |header| header.is(name))
    }

    /// The topmost field of one name.
    pub fn first(&self, name: &str) -> Option<&Header<'a>> {
        self.fields.iter().find(|header| header.is(name))
    }

    /// How many fields of one name there are.
    pub fn count(&self, name: &str) -> usize {
        self.fields.iter().filter(|header| header.is(name)).count()
    }
}

/// Skips the `From sender date` line of an mbox; `From : sender` is a field.
fn envelope_line(mail: &[u8]) -> usize {
    let is_field = || {
        mail[5..]
            .iter()
            .find(|byte| **byte != b' ' && **byte != b'\t')
            == Some(&b':')
    };
    if !mail.starts_with(b"From ") || is_field() {
        return 0;
    }
    memchr(b'\n', mail).map_or(mail.len(), |end| end + 1)
}

/// The end of the field that begins at `start`: after its last continuation line.
fn field_end(mail: &[u8], start: usize) -> usize {
    let mut at = start;
    loop {
        at = memchr(b'\n', &mail[at..]).map_or(mail.len(), |end| at + end + 1);
        let continues = matches!(mail.get(at), Some(b' ' | b'\t'));
        if !continues || is_blank(&mail[start..at]) || is_blank(next_line(mail, at)) {
            return at;
        }
    }
}

fn next_line(mail: &[u8], at: usize) -> &[u8] {
    let end = memchr(b'\n', &mail[at..]).map_or(mail.len(), |end| at + end + 1);
    let line = &mail[at..end];
    // A line of white space alone continues the field; only a truly empty one ends the header.
    if line.starts_with(b" ") || line.starts_with(b"\t") {
        b"x"
    } else {
        line
    }
}

fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n" | b"\r" | b"")
}

fn field(line: &[u8]) -> Option<Header<'_>> {
    let colon = memchr2(b':', b'\n', line)?;
    if line[colon] != b':' {
        return None;
    }
    let name = std::str::from_utf8(&line[..colon]).ok()?;
    let trimmed = name.trim();
    if trimmed.is_empty() || trimmed.bytes().any(|byte| !byte.is_ascii_graphic()) {
        return None;
    }
    Some(Header {
        name: trimmed,
        raw: &line[colon + 1..],
        odd_name: trimmed.len() != name.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_keep_their_bytes_and_order() {
        let headers =
            Headers::read(b"From: a\r\nSubject: one\r\n two\r\nfrom : b\r\n\r\nFrom: body\r\n");
        let from: Vec<String> = headers.all("From").map(Header::value).collect();
        assert_eq!(from, ["a", "b"]);
        assert!(headers.all("from").nth(1).unwrap().odd_name);
        assert_eq!(headers.first("subject").unwrap().value(), "one two");
        assert_eq!(headers.body_offset, 41);
    }

    #[test]
    fn a_first_line_with_a_space_before_the_name_is_still_seen() {
        let headers = Headers::read(b" From: a@example.com\r\nFrom: b@example.net\r\n\r\n");
        assert_eq!(headers.count("From"), 2);
        assert!(headers.first("From").unwrap().odd_name);
    }

    #[test]
    fn a_field_with_a_space_before_the_colon_is_no_mbox_line() {
        assert_eq!(Headers::read(b"From : a\nFrom: b\n\n").count("From"), 2);
        assert_eq!(
            Headers::read(b"From a@b.c Mon Mar  2\nFrom: b\n\n").count("From"),
            1
        );
    }

    #[test]
    fn anything_ends() {
        for mail in [
            &b""[..],
            b"\n",
            b"From",
            b": x\n",
            b"From x\nA: b",
            b"\r",
            b" \n \n",
        ] {
            let headers = Headers::read(mail);
            assert!(headers.body_offset <= mail.len());
        }
        let many = b"A: b\n".repeat(FIELDS_MAX + 5);
        assert!(Headers::read(&many).truncated);
    }
}
