//! The address list of RFC 5322 section 3.4, without its obsolete forms.
//!
//! Linear, without recursion; reads to the end whatever stands there.

use super::FromProblem;

/// Comments may nest (RFC 5322 section 3.2.2); deeper than this nobody honest goes.
const COMMENT_DEPTH_MAX: usize = 16;

/// What an address list holds.
#[derive(Debug, Default)]
pub struct List {
    /// Addresses in the right place, as written.
    pub addresses: Vec<String>,
    /// Everything that is not an address: display names, comments, strays.
    pub words: String,
    /// What is not as the grammar has it.
    pub problems: Vec<FromProblem>,
}

/// What has been read of one mailbox so far.
#[derive(Default)]
struct Mailbox {
    bare: String,
    angle: Option<String>,
    has_words: bool,
}

/// Reads an address list.
pub fn read(value: &str) -> List {
    let mut list = List::default();
    let mut mailbox = Mailbox::default();
    let mut rest = value;
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '(' => list.comment(rest),
            '"' => list.quoted(rest, &mut mailbox),
            '<' => list.angle(rest, &mut mailbox),
            ',' => {
                list.close(std::mem::take(&mut mailbox), true);
                &rest[1..]
            }
            ';' | ':' | '>' | ')' => {
                list.problem();
                &rest[1..]
            }
            c if c.is_whitespace() => &rest[c.len_utf8()..],
            _ => list.word(rest, &mut mailbox),
        };
    }
    list.close(mailbox, false);
    list
}

impl List {
    fn problem(&mut self) {
        self.problems.push(FromProblem::OddSyntax);
    }

    fn say(&mut self, words: &str) {
        let words = words.trim();
        if !self.words.is_empty() && !words.is_empty() {
            self.words.push(' ');
        }
        self.words.push_str(words);
    }

    fn comment<'v>(&mut self, rest: &'v str) -> &'v str {
        let mut depth = 0;
        let mut escaped = false;
        for (at, c) in rest.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.say(&rest[1..at]);
                return &rest[at + 1..];
            }
            if depth > COMMENT_DEPTH_MAX {
                break;
            }
        }
        self.problem();
        self.say(&rest[1..]);
        ""
    }

    fn quoted<'v>(&mut self, rest: &'v str, mailbox: &mut Mailbox) -> &'v str {
        let (text, after) = unquote(rest);
        let Some(after) = after else {
            self.problem();
            self.say(&text);
            return "";
        };
        if after.starts_with('@') {
            // A quoted local part: allowed, and never seen in a marketplace's mail.
            self.problem();
        }
        if mailbox.angle.is_some() || !mailbox.bare.is_empty() {
            self.problem();
        }
        mailbox.has_words = true;
        self.say(&text);
        after
    }

    fn angle<'v>(&mut self, rest: &'v str, mailbox: &mut Mailbox) -> &'v str {
        let (inside, after, closed) = match rest.find('>') {
            Some(end) => (&rest[1..end], &rest[end + 1..], true),
            None => (&rest[1..], "", false),
        };
        if !closed || mailbox.angle.is_some() || mailbox.bare.contains('@') {
            self.problem();
        }
        let inside = inside.trim();
        let address = match inside.rsplit_once(':') {
            Some((_, address)) => {
                // A route (RFC 5322 section 4.4): some readers show it, some drop it.
                self.problem();
                address
            }
            None => inside,
        };
        if is_plain_address(address) {
            if let Some(earlier) = mailbox.angle.replace(address.to_owned()) {
                self.addresses.push(earlier);
            }
        } else {
            self.problem();
            self.say(&address.replace('"', ""));
        }
        after
    }

    fn word<'v>(&mut self, rest: &'v str, mailbox: &mut Mailbox) -> &'v str {
        let end = rest
            .find(|c: char| c.is_whitespace() || "(),;:<>\"".contains(c))
            .unwrap_or(rest.len());
        let word = &rest[..end];
        if mailbox.angle.is_some() {
            // Words after the address: the grammar has none there.
            self.problem();
            self.say(word);
        } else if is_plain_address(word) && !mailbox.has_words && mailbox.bare.is_empty() {
            word.clone_into(&mut mailbox.bare);
        } else {
            if word.contains('@') {
                self.problem();
            }
            mailbox.has_words = true;
            self.say(word);
        }
        &rest[end..]
    }

    /// Ends a mailbox at a comma or at the end of the field.
    fn close(&mut self, mailbox: Mailbox, at_comma: bool) {
        match (mailbox.angle, mailbox.bare) {
            (Some(angle), bare) => {
                self.addresses.push(angle);
                if !bare.is_empty() {
                    self.addresses.push(bare);
                }
            }
            (None, bare) if !bare.is_empty() => {
                self.addresses.push(bare);
                if mailbox.has_words {
                    self.problem();
                }
            }
            (None, _) if at_comma || (mailbox.has_words && !self.addresses.is_empty()) => {
                self.problem();
            }
            (None, _) if mailbox.has_words => self.problem(),
            (None, _) => {}
        }
    }
}

/// Reads a quoted string; the rest is `None` where it does not end.
fn unquote(rest: &str) -> (String, Option<&str>) {
    let mut text = String::new();
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => {
                text.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return (text, Some(&rest[at + 1..])),
            _ => text.push(c),
        }
    }
    (text, None)
}

/// Whether a text is `local@domain` in dot-atom form (RFC 5322 section 3.4.1).
fn is_plain_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let is_atom =
        |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c) || !c.is_ascii();
    !local.is_empty()
        && !domain.is_empty()
        && local.chars().all(is_atom)
        && domain.chars().all(is_atom)
}
