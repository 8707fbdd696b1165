//! Words of a structured header field: comments skipped, quotes resolved
//! (RFC 5322 section 3.2). It only moves forward, so any input ends.

/// A place in the value of a field.
#[derive(Debug, Clone)]
pub(super) struct Reader<'a> {
    rest: &'a str,
    /// A comment or a quoted text had no end.
    pub(super) broken: bool,
}

impl<'a> Reader<'a> {
    /// At the beginning.
    pub(super) fn new(text: &'a str) -> Reader<'a> {
        Reader {
            rest: text,
            broken: false,
        }
    }

    /// A name: up to `=`, `;`, white space or a comment.
    pub(super) fn name(&mut self) -> String {
        self.word(Some(b'='))
    }

    /// A value: up to `;`, white space or a comment; `=` belongs to it.
    pub(super) fn value(&mut self) -> String {
        self.word(None)
    }

    /// The word that may name the server.
    pub(super) fn value_as_id(&mut self) -> String {
        self.word(Some(b'='))
    }

    /// Steps over a character if it comes next.
    pub(super) fn take(&mut self, wanted: char) -> bool {
        self.skip_blank();
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Whether a character comes next.
    pub(super) fn next_is(&mut self, wanted: char) -> bool {
        self.skip_blank();
        self.rest.starts_with(wanted)
    }

    /// Whether nothing but comments is left.
    pub(super) fn at_end(&mut self) -> bool {
        self.skip_blank();
        self.rest.is_empty()
    }

    /// Skips to behind the next `;`.
    pub(super) fn skip_segment(&mut self) {
        while !self.at_end() && !self.take(';') {
            if self.value().is_empty() {
                self.advance(1);
            }
        }
    }

    fn word(&mut self, stop: Option<u8>) -> String {
        self.skip_blank();
        let mut word = String::new();
        loop {
            if self.rest.starts_with('"') {
                self.quoted(&mut word);
                continue;
            }
            // All of these are ASCII, so the word ends at a character.
            let ends = |byte: u8| {
                matches!(byte, b';' | b'(' | b'"')
                    || byte.is_ascii_whitespace()
                    || Some(byte) == stop
            };
            let end = self.rest.bytes().position(ends);
            let end = end.unwrap_or(self.rest.len());
            word.push_str(self.rest.get(..end).unwrap_or_default());
            self.advance(end);
            if !self.rest.starts_with('"') {
                return word;
            }
        }
    }

    /// Appends a quoted text without its quotes.
    fn quoted(&mut self, word: &mut String) {
        self.advance(1);
        while let Some(at) = self.rest.find(['"', '\\']) {
            word.push_str(self.rest.get(..at).unwrap_or_default());
            let is_end = self.rest.as_bytes().get(at) == Some(&b'"');
            self.advance(at + 1);
            if is_end {
                return;
            }
            if let Some(escaped) = self.rest.chars().next() {
                word.push(escaped);
                self.advance(escaped.len_utf8());
            }
        }
        self.broken = true;
        self.rest = "";
    }

    /// White space and comments, which may hold comments.
    fn skip_blank(&mut self) {
        loop {
            self.rest = self.rest.trim_ascii_start();
            if !self.rest.starts_with('(') {
                return;
            }
            self.skip_comment();
        }
    }

    fn skip_comment(&mut self) {
        let mut depth = 0_usize;
        let mut escaped = false;
        for (at, byte) in self.rest.bytes().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.advance(at + 1);
                return;
            }
        }
        self.broken = true;
        self.rest = "";
    }

    /// Moves on by bytes that end at a character.
    fn advance(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }
}
