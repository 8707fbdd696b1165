//! The desk's settings: one TOML file.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use sellkeep_connect::channels::Secret;
use sellkeep_connect::mailbox::{self, MailboxSecret, PORT};
use sellkeep_connect::smtp::{OutgoingSettings, certificate};
use serde::Deserialize;

use super::folder::Folder;

/// A desk serves a team, not a town.
const ALLOWED_MAX: usize = 1_000;

/// The settings of the desk.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where SMTP is spoken.
    pub listen: Option<SocketAddr>,
    /// Where LMTP is spoken.
    pub lmtp: Option<SocketAddr>,
    /// The name it greets with.
    #[serde(default = "name")]
    pub name: String,
    /// The addresses that mails are forwarded to.
    pub addresses: Vec<String>,
    /// Who is answered: addresses, or whole domains.
    pub allow: Vec<String>,
    /// Servers that let in nobody but their own signed-in users, under their own
    /// addresses: what comes from there is believed without SPF or DKIM.
    #[serde(default)]
    pub submission_servers: Vec<IpAddr>,
    /// Servers that pass mails on to us: SPF would judge them and not the sender.
    #[serde(default)]
    pub relays: Vec<IpAddr>,
    /// Certificate with its chain, for STARTTLS.
    certificate: Option<PathBuf>,
    /// Its key.
    key: Option<PathBuf>,
    /// The server that carries the answers.
    #[serde(default)]
    pub answer: Option<OutgoingSettings>,
    /// A mailbox that the desk reads.
    mailbox: Option<MailboxSettings>,
}

/// A mailbox that mails are forwarded to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MailboxSettings {
    host: String,
    #[serde(default = "port")]
    port: u16,
    user: String,
    password: Secret,
    ca_file: Option<PathBuf>,
    /// The folder; the inbox where none is named.
    #[serde(default = "inbox")]
    folder: String,
}

fn name() -> String {
    "localhost".to_owned()
}

fn port() -> u16 {
    PORT
}

fn inbox() -> String {
    "INBOX".to_owned()
}

impl Settings {
    /// Reads the file.
    pub fn file(path: &Path) -> Result<Settings> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("reading the desk's settings {}", path.display()))?;
        Settings::parse(&text)
            .with_context(|| format!("understanding the desk's settings {}", path.display()))
    }

    fn parse(text: &str) -> Result<Settings> {
        // The reader's own words would quote the line, and a password may stand in it.
        let settings: Settings = toml::from_str(text).map_err(|error| {
            let before = error.span().map_or(0, |span| span.start);
            let line = text
                .get(..before)
                .map_or(1, |text| text.matches('\n').count() + 1);
            anyhow::anyhow!("line {line} is not as it should be; docs/desk.md shows every setting")
        })?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<()> {
        let named = |list: &[String]| {
            list.iter()
                .all(|one| one.is_ascii() && !one.trim().is_empty())
        };
        ensure!(
            !self.addresses.is_empty() && self.addresses.iter().all(|one| is_address(one)),
            "`addresses` must name the address that mails are forwarded to"
        );
        ensure!(
            !self.allow.is_empty() && self.allow.len() <= ALLOWED_MAX && named(&self.allow),
            "`allow` must name who is answered: addresses, or domains"
        );
        ensure!(
            self.listen.is_some() || self.lmtp.is_some() || self.mailbox.is_some(),
            "one of `listen`, `lmtp` and [mailbox] must say where mails come in"
        );
        ensure!(
            self.certificate.is_some() == self.key.is_some(),
            "`certificate` and `key` belong together"
        );
        ensure!(
            self.answer.is_some(),
            "[answer] must name the server that carries the answers"
        );
        Ok(())
    }

    /// Certificate and key for STARTTLS.
    pub fn tls(&self) -> Result<Option<Arc<sellkeep_connect::smtp::TlsSettings>>> {
        let (Some(chain), Some(key)) = (&self.certificate, &self.key) else {
            return Ok(None);
        };
        let read = certificate(chain, key).map_err(|says| anyhow::anyhow!(says));
        read.map(Some).context("reading the desk's certificate")
    }

    /// The mailbox that the desk reads.
    pub fn folder(&self) -> Result<Option<Folder>> {
        let Some(settings) = &self.mailbox else {
            return Ok(None);
        };
        let ca = settings.ca_file.as_ref().map(|path| {
            std::fs::read_to_string(path)
                .with_context(|| format!("reading the certificate {}", path.display()))
        });
        let place = mailbox::Settings {
            host: settings.host.clone(),
            port: settings.port,
            user: settings.user.clone(),
            ca: ca.transpose()?,
            oauth: None,
            folder: Some(settings.folder.clone()),
        };
        place.check().context("the desk's mailbox")?;
        let secret = MailboxSecret {
            main: settings.password.reveal().to_owned(),
            client: None,
        };
        Ok(Some(Folder::new(place, secret)))
    }

    /// Whether an address is the desk's own.
    pub fn is_ours(&self, address: &str) -> bool {
        self.addresses
            .iter()
            .any(|own| own.eq_ignore_ascii_case(address))
    }

    /// Whether a sender is on the list.
    pub fn may_ask(&self, address: &str) -> bool {
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        let fits = |one: &String| {
            if one.contains('@') {
                one.eq_ignore_ascii_case(address)
            } else {
                one.eq_ignore_ascii_case(domain)
            }
        };
        !domain.is_empty() && self.allow.iter().any(fits)
    }
}

fn is_address(text: &str) -> bool {
    text.is_ascii()
        && text
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Settings for tests; answers go nowhere.
    pub fn settings(more: &str) -> Result<Settings> {
        Settings::parse(&format!(
            "listen = '127.0.0.1:0'\naddresses = ['check@shop.example']\nallow = ['shop.example', 'ann@home.example']\n{more}\n\
             [answer]\nhost = '127.0.0.1'\nport = 1\nsecurity = 'plain'\nfrom = 'check@shop.example'\n"
        ))
    }

    #[test]
    fn who_is_answered_is_a_list_of_addresses_and_domains() {
        let settings = settings("").expect("settings");
        for (address, may) in [
            ("Bob@SHOP.example", true),
            ("ann@home.example", true),
            ("eve@home.example", false),
            ("bob@sub.shop.example", false),
            ("bob@evilshop.example", false),
            ("shop.example", false),
        ] {
            assert_eq!(settings.may_ask(address), may, "{address}");
        }
        assert!(settings.is_ours("CHECK@shop.example"));
    }

    #[test]
    fn a_mistake_is_named_without_quoting() {
        let told = |more: &str| format!("{:#}", settings(more).err().expect("a mistake"));
        assert!(told("certificate = 'a.pem'").contains("belong together"));
        assert!(told("pasword = 'hush'").contains("line 4"));
        assert!(!told("pasword = 'hush'").contains("hush"));
        let none = Settings::parse("addresses = ['a@b.example']\nallow = ['b.example']\n");
        assert!(format!("{:#}", none.err().expect("a mistake")).contains("must say where"));
    }
}
