//! People who get in by the door that everybody uses: a link, a password, a second step.

use aws_lc_rs::{digest, hmac, rand};
use jiff::{SignedDuration, Timestamp};
use sellkeep_store::{Invitation, Role, Tenant};

use crate::http::{Answer, Request, get, post};
use crate::server::Server;

/// What everybody here uses.
pub const PASSWORD: &str = "harbour violin seventeen moss";

/// Somebody who has signed in.
#[derive(Clone)]
pub struct Person {
    /// The name.
    pub name: String,
    /// `name=value`.
    pub cookie: String,
    /// The token of forms.
    pub csrf: String,
    /// The secret of the second step, as typed.
    pub secret: String,
    /// Recovery codes: each works once.
    pub recovery: Vec<String>,
}

impl Server {
    /// The first owner, by the printed link.
    pub fn owner(&self) -> Person {
        let link = self.link.clone().expect("nobody is in yet");
        self.enter("mia", &link)
    }

    /// Somebody of a role in a tenant, by a link that was laid into the store.
    pub fn join(&self, tenant: &str, role: Role, name: &str) -> Person {
        let link = self.invite(tenant, role);
        self.enter(name, &link)
    }

    /// Lays a one-time link into the store.
    pub fn invite(&self, tenant: &str, role: Role) -> String {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).unwrap();
        let key = sellkeep_model::hexadecimal(&bytes);
        let invitation = Invitation {
            hash: digest::digest(&digest::SHA256, key.as_bytes())
                .as_ref()
                .to_vec(),
            role: role.as_str().to_owned(),
            ends: Timestamp::now() + SignedDuration::from_hours(1),
        };
        self.place.with_store(async |store| {
            store
                .invite(&Tenant::new(tenant), &invitation)
                .await
                .unwrap();
        });
        format!("/welcome?key={key}")
    }

    /// A name and a password, no second step yet.
    pub fn half(&self, name: &str, link: &str) -> Person {
        let page = self.ask(get(link));
        assert_eq!(page.status, 200, "{}", page.text());
        let cookie = page.cookie().expect("the browser is given a token");
        let (_, key) = link.split_once("key=").unwrap();
        let fields = [
            ("csrf", page.csrf()),
            ("key", key.to_owned()),
            ("name", name.to_owned()),
            ("password", PASSWORD.to_owned()),
            ("again", PASSWORD.to_owned()),
        ];
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let done = self.ask(post("/welcome", &fields).with("cookie", &cookie));
        assert_eq!(
            (done.status, done.header("location")),
            (303, "/second-step"),
            "{}",
            done.text()
        );
        let mut person = Person {
            name: name.to_owned(),
            cookie: done.cookie().expect("a session"),
            csrf: String::new(),
            secret: String::new(),
            recovery: Vec::new(),
        };
        let page = self.ask(person.asks(get("/second-step")));
        person.csrf = page.csrf();
        person.secret = between(&page.text(), "class=\"key\">", "<");
        person
    }

    fn enter(&self, name: &str, link: &str) -> Person {
        let mut person = self.half(name, link);
        let code = code(&person.secret, Timestamp::now(), 0);
        let fields = [("csrf", person.csrf.as_str()), ("code", &code)];
        let done = self.ask(person.asks(post("/second-step", &fields)));
        assert_eq!(done.status, 200, "{}", done.text());
        person.recovery = recovery_codes(&done);
        assert!(!person.recovery.is_empty());
        person
    }

    /// Somebody asks for something.
    pub fn asked_by(&self, person: &Person, request: Request) -> Answer {
        self.ask(person.asks(request))
    }

    /// Somebody sends a form; the token is added.
    pub fn sent_by(&self, person: &Person, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("csrf", person.csrf.as_str())];
        all.extend(fields);
        self.ask(person.asks(post(path, &all)))
    }
}

impl Person {
    /// The request with this person's cookie.
    pub fn asks(&self, request: Request) -> Request {
        request.with("cookie", &self.cookie)
    }
}

fn recovery_codes(page: &Answer) -> Vec<String> {
    let text = page.text();
    let codes = text.split("<li><code>").skip(1);
    codes
        .filter_map(|rest| Some(rest.split_once('<')?.0.to_owned()))
        .collect()
}

/// The text between two marks.
pub fn between(text: &str, begin: &str, end: &str) -> String {
    let (_, rest) = text
        .split_once(begin)
        .unwrap_or_else(|| panic!("no {begin:?}"));
    let (found, _) = rest.split_once(end).unwrap_or_else(|| panic!("no {end:?}"));
    found.to_owned()
}

/// The code of an authenticator (RFC 6238), so many steps from now.
pub fn code(secret: &str, now: Timestamp, steps: i64) -> String {
    let step = u64::try_from(now.as_second() / 30 + steps).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &base32(secret));
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let at = usize::from(bytes[19] & 15);
    let word = u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}

fn base32(typed: &str) -> Vec<u8> {
    let digits = typed.chars().filter_map(|letter| match letter {
        'A'..='Z' => Some(u32::from(letter) - u32::from('A')),
        '2'..='7' => Some(u32::from(letter) - u32::from('2') + 26),
        _ => None,
    });
    let (mut out, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for digit in digits {
        held = (held << 5) | digit;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(held >> bits & 255).unwrap());
        }
    }
    out
}
