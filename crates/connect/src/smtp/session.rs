//! The dialogue: which command may come when, and what is answered. Touches no socket.

use super::{MAIL_BYTES_MAX, Reply, Taker};

/// A person forwards to one address; some have two.
const RECIPIENTS_MAX: usize = 10;
/// Mails in one session: a queue that was held up.
const MAILS_MAX: usize = 100;
/// Mistakes before the session ends.
const MISTAKES_MAX: usize = 10;
/// Commands in one session: four for a mail, and some to spare.
const COMMANDS_MAX: usize = 1_000;
/// Longest address (RFC 5321 section 4.5.3.1.3).
const ADDRESS_BYTES_MAX: usize = 256;

/// Which protocol is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// SMTP.
    Smtp,
    /// LMTP (RFC 2033): one answer for each recipient.
    Lmtp,
}

/// What to do after a command.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// Answer and go on.
    Say(Reply),
    /// Answer and begin TLS.
    Secure(Reply),
    /// Answer and read the text of a mail.
    Text(Reply),
    /// Answer and end.
    End(Reply),
}

/// One session.
pub struct Session {
    name: String,
    protocol: Protocol,
    may_secure: bool,
    helo: Option<String>,
    sender: Option<String>,
    recipients: Vec<String>,
    mistakes: usize,
    commands: usize,
    mails: usize,
}

impl Session {
    /// A new session.
    pub fn new(name: &str, protocol: Protocol, may_secure: bool) -> Session {
        Session {
            name: name.to_owned(),
            protocol,
            may_secure,
            helo: None,
            sender: None,
            recipients: Vec::new(),
            mistakes: 0,
            commands: 0,
            mails: 0,
        }
    }

    /// The first words.
    pub fn greeting(&self) -> Reply {
        let protocol = match self.protocol {
            Protocol::Smtp => "ESMTP",
            Protocol::Lmtp => "LMTP",
        };
        Reply::plain(220, vec![format!("{} {protocol}", self.name)])
    }

    /// After TLS has begun everything said before is forgotten (RFC 3207 section 4.2).
    pub fn secured(&mut self) {
        self.may_secure = false;
        self.helo = None;
        self.forget();
    }

    /// The mail's envelope: name, sender, recipients.
    pub fn envelope(&mut self) -> (String, String, Vec<String>) {
        self.mails += 1;
        let sender = self.sender.take().unwrap_or_default();
        let recipients = std::mem::take(&mut self.recipients);
        (self.helo.clone().unwrap_or_default(), sender, recipients)
    }

    /// One command.
    pub fn command(&mut self, line: &[u8], taker: &dyn Taker) -> Step {
        self.commands += 1;
        if self.commands > COMMANDS_MAX {
            return Step::End(Reply::new(421, "4.7.0", "Too many commands"));
        }
        let step = self.step(line, taker);
        if let Step::Say(reply) = &step
            && reply.code >= 500
        {
            self.mistakes += 1;
            if self.mistakes > MISTAKES_MAX {
                return Step::End(Reply::new(421, "4.7.0", "Too many mistakes"));
            }
        }
        step
    }

    fn step(&mut self, line: &[u8], taker: &dyn Taker) -> Step {
        let Ok(line) = std::str::from_utf8(line) else {
            return say(500, "5.5.2", "A command is plain text");
        };
        if !line.is_ascii() || line.bytes().any(|byte| byte < b' ') {
            return say(500, "5.5.2", "A command is plain text");
        }
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        match (word.to_ascii_uppercase().as_str(), self.protocol) {
            ("EHLO", Protocol::Smtp) | ("LHLO", Protocol::Lmtp) => self.hello(rest, true),
            ("HELO", Protocol::Smtp) => self.hello(rest, false),
            ("STARTTLS", _) => self.secure(rest),
            ("MAIL", _) => self.mail(rest),
            ("RCPT", _) => self.rcpt(rest, taker),
            ("DATA", _) => self.data(rest),
            ("RSET", _) => {
                self.forget();
                say(250, "2.0.0", "Forgotten")
            }
            ("NOOP", _) => say(250, "2.0.0", "Nothing done"),
            ("QUIT", _) => Step::End(Reply::new(221, "2.0.0", "Goodbye")),
            ("VRFY" | "EXPN", _) => say(502, "5.5.1", "Nobody is named here"),
            _ => say(500, "5.5.1", "This command is not known"),
        }
    }

    fn forget(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }

    fn hello(&mut self, name: &str, extended: bool) -> Step {
        if name.is_empty() || name.len() > ADDRESS_BYTES_MAX || name.contains(' ') {
            return say(501, "5.5.4", "Say your name");
        }
        self.forget();
        self.helo = Some(name.to_owned());
        let mut says = vec![self.name.clone()];
        if extended {
            let usual = ["PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES"];
            says.extend(usual.map(str::to_owned));
            says.push(format!("SIZE {MAIL_BYTES_MAX}"));
            says.extend(self.may_secure.then(|| "STARTTLS".to_owned()));
        }
        Step::Say(Reply::plain(250, says))
    }

    fn secure(&mut self, rest: &str) -> Step {
        if !rest.is_empty() {
            return say(501, "5.5.4", "STARTTLS stands alone");
        }
        if !self.may_secure {
            return say(502, "5.5.1", "TLS cannot begin here");
        }
        Step::Secure(Reply::new(220, "2.0.0", "Begin TLS"))
    }

    fn mail(&mut self, rest: &str) -> Step {
        if self.helo.is_none() {
            return say(503, "5.5.1", "Say your name first");
        }
        if self.sender.is_some() {
            return say(503, "5.5.1", "One mail at a time");
        }
        if self.mails >= MAILS_MAX {
            return Step::End(Reply::new(421, "4.7.0", "Enough for this session"));
        }
        let Some((address, parameters)) = path(rest, "FROM:") else {
            return say(501, "5.5.4", "MAIL FROM:<address> is expected");
        };
        for parameter in parameters.split_ascii_whitespace() {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let known = match name.to_ascii_uppercase().as_str() {
                "SIZE" => match value.parse::<usize>() {
                    Ok(size) if size > MAIL_BYTES_MAX => {
                        return say(552, "5.3.4", "The mail is larger than 40 MB");
                    }
                    Ok(_) => true,
                    Err(_) => false,
                },
                "BODY" => {
                    value.eq_ignore_ascii_case("8BITMIME") || value.eq_ignore_ascii_case("7BIT")
                }
                _ => false,
            };
            if !known {
                return say(555, "5.5.4", "A parameter of MAIL is not known");
            }
        }
        self.sender = Some(address.to_owned());
        say(250, "2.1.0", "Sender noted")
    }

    fn rcpt(&mut self, rest: &str, taker: &dyn Taker) -> Step {
        if self.sender.is_none() {
            return say(503, "5.5.1", "Name the sender first");
        }
        let Some((address, "")) = path(rest, "TO:") else {
            return say(501, "5.5.4", "RCPT TO:<address> is expected");
        };
        if !taker.is_ours(address) {
            return say(
                550,
                "5.7.1",
                "This address is not served here, and nothing is passed on",
            );
        }
        if self.recipients.len() >= RECIPIENTS_MAX {
            return say(452, "4.5.3", "Too many recipients");
        }
        self.recipients.push(address.to_owned());
        say(250, "2.1.5", "Recipient noted")
    }

    fn data(&mut self, rest: &str) -> Step {
        if !rest.is_empty() {
            return say(501, "5.5.4", "DATA stands alone");
        }
        if self.recipients.is_empty() {
            return say(503, "5.5.1", "Name sender and recipient first");
        }
        Step::Text(Reply::plain(
            354,
            vec!["End with a full stop on a line of its own".to_owned()],
        ))
    }
}

fn say(code: u16, enhanced: &'static str, says: &str) -> Step {
    Step::Say(Reply::new(code, enhanced, says))
}

/// The address between angle brackets after a word, and what follows it. Routes (`<@a:b@c>`) are
/// long out of use and are not read (RFC 5321 appendix C).
fn path<'a>(rest: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let head = rest.get(..word.len())?;
    if !head.eq_ignore_ascii_case(word) {
        return None;
    }
    let inner = rest[word.len()..].trim_start().strip_prefix('<')?;
    let (address, after) = inner.split_once('>')?;
    let plain =
        |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b',' | b':' | b'"' | b'\\');
    let well_formed = address.is_empty() || address.split('@').count() == 2;
    if !well_formed || address.len() > ADDRESS_BYTES_MAX || !address.bytes().all(plain) {
        return None;
    }
    let separated = after.is_empty() || after.starts_with(' ');
    separated.then(|| (address, after.trim()))
}

#[cfg(test)]
mod tests {
    use super::super::{Answering, Taken};
    use super::*;

    struct Ours;

    impl Taker for Ours {
        fn is_ours(&self, address: &str) -> bool {
            address.eq_ignore_ascii_case("check@shop.example")
        }
        fn take(&self, _: Taken) -> Answering<'_> {
            Box::pin(async { Reply::new(250, "2.0.0", "Taken") })
        }
    }

    fn codes(protocol: Protocol, commands: &[&str]) -> Vec<u16> {
        let mut session = Session::new("mx.example", protocol, true);
        let codes = commands
            .iter()
            .map(|line| match session.command(line.as_bytes(), &Ours) {
                Step::Say(reply) | Step::Secure(reply) | Step::Text(reply) | Step::End(reply) => {
                    reply.code
                }
            });
        codes.collect()
    }

    #[test]
    fn the_usual_dialogue() {
        let usual = [
            "EHLO a.example",
            "MAIL FROM:<ann@shop.example> SIZE=1000 BODY=8BITMIME",
            "rcpt to:<CHECK@shop.example>",
            "DATA",
        ];
        assert_eq!(codes(Protocol::Smtp, &usual), [250, 250, 250, 354]);
        let local = [
            "LHLO a",
            "MAIL FROM:<>",
            "RCPT TO:<check@shop.example>",
            "QUIT",
        ];
        assert_eq!(codes(Protocol::Lmtp, &local), [250, 250, 250, 221]);
        assert_eq!(codes(Protocol::Lmtp, &["EHLO a", "HELO a"]), [500, 500]);
        assert_eq!(codes(Protocol::Smtp, &["LHLO a", "STARTTLS"]), [500, 220]);
    }

    #[test]
    fn what_comes_too_early_or_is_not_ours() {
        let early = [
            "MAIL FROM:<a@b.example>",
            "RCPT TO:<check@shop.example>",
            "DATA",
        ];
        assert_eq!(codes(Protocol::Smtp, &early), [503, 503, 503]);
        let foreign = [
            "HELO a",
            "MAIL FROM:<a@b.example>",
            "RCPT TO:<x@elsewhere.example>",
            "DATA",
        ];
        assert_eq!(codes(Protocol::Smtp, &foreign), [250, 250, 550, 503]);
    }

    #[test]
    fn odd_commands_are_mistakes_and_mistakes_have_an_end() {
        for (line, code) in [
            ("EHLO", 501),
            ("EHLO a\tb", 500),
            ("ÄHLO a", 500),
            ("VRFY root", 502),
            ("BDAT 10 LAST", 500),
            ("XFORWARD ADDR=1.2.3.4", 500),
        ] {
            assert_eq!(codes(Protocol::Smtp, &[line]), [code], "{line}");
        }
        for line in [
            "MAIL FROM:a@b.example",
            "MAIL FROM:<a@b.example",
            "MAIL FROM:<@x.example:a@b.example>",
            "MAIL FROM:<\"a\\\"b\"@c.example>",
            "MAIL FROM:<a b@c.example>",
            "MAIL TO:<a@b.example>",
            "MAIL",
        ] {
            assert_eq!(codes(Protocol::Smtp, &["HELO a", line])[1], 501, "{line}");
        }
        let large = format!("MAIL FROM:<a@b.example> SIZE={}", MAIL_BYTES_MAX + 1);
        assert_eq!(codes(Protocol::Smtp, &["HELO a", &large]), [250, 552]);
        let unknown = "MAIL FROM:<a@b.example> SMTPUTF8";
        assert_eq!(codes(Protocol::Smtp, &["HELO a", unknown]), [250, 555]);
        let mistakes = codes(Protocol::Smtp, &["X"; 12]);
        assert_eq!(mistakes[MISTAKES_MAX - 1..], [500, 421, 421]);
        let idle = codes(Protocol::Smtp, &["NOOP"; COMMANDS_MAX + 1]);
        assert_eq!(idle.last(), Some(&421));
    }

    #[test]
    fn after_tls_everything_is_said_anew() {
        let mut session = Session::new("mx.example", Protocol::Smtp, true);
        session.command(b"EHLO a", &Ours);
        session.command(b"MAIL FROM:<a@b.example>", &Ours);
        session.secured();
        let mail = session.command(b"MAIL FROM:<a@b.example>", &Ours);
        assert!(matches!(mail, Step::Say(reply) if reply.code == 503));
        let again = session.command(b"STARTTLS", &Ours);
        assert!(matches!(again, Step::Say(reply) if reply.code == 502));
    }
}
