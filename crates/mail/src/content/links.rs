//! Where a link leads: read as a browser would, kept as it was written.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};

use memchr::{memchr, memchr_iter, memchr3, memmem};
use rustc_hash::{FxHashMap, FxHasher};
use sellkeep_model::Domain;
use url::{Host, Url};

use super::{LINKS_MAX, Link, LinkPlace};

/// A target longer than this is cut; honest trackers stay below.
const TARGET_BYTES_MAX: usize = 2_048;
/// Words shown for a link beyond this are cut.
const SHOWN_BYTES_MAX: usize = 400;
/// More addresses inside one link tell nothing new.
const INNER_MAX: usize = 8;

/// Links under construction: each (target, shown) once.
#[derive(Debug, Default)]
pub struct Collector {
    links: Vec<Link>,
    /// Where a link of this hash stands in the list.
    seen: FxHashMap<u64, usize>,
    base: String,
    full: bool,
}

impl Collector {
    /// Adds a link, unless it stands there already or leads nowhere.
    pub fn add(&mut self, target: &str, shown: &str, place: LinkPlace) {
        if self.links.len() >= LINKS_MAX {
            self.full = true;
            return;
        }
        let target = self.absolute(target);
        let Some(link) = read(&target, shown, place) else {
            return;
        };
        let next = self.links.len();
        let known = *self.seen.entry(hash(&link)).or_insert(next);
        // Two links of one hash are compared: nobody can hide one behind another.
        if known == next || !is_same(&self.links[known], &link) {
            self.links.push(link);
        }
    }

    /// `<base href>`: relative targets lead below it.
    pub fn set_base(&mut self, base: String) {
        if self.base.is_empty() {
            self.base = base;
        }
    }

    fn absolute<'t>(&self, target: &'t str) -> Cow<'t, str> {
        let relative = !self.base.is_empty() && !target.contains(':') && !target.starts_with("//");
        if relative && let Ok(joined) = Url::parse(&self.base).and_then(|base| base.join(target)) {
            return Cow::Owned(joined.to_string());
        }
        Cow::Borrowed(target)
    }

    /// Adds every address that is written out in a text.
    pub fn add_from_text(&mut self, text: &str, place: LinkPlace) {
        for start in ["http://", "https://", "www."] {
            for at in memmem::find_iter(text.as_bytes(), start) {
                let glued = text[..at]
                    .chars()
                    .next_back()
                    .is_some_and(|c| c.is_alphanumeric() || c == '/' || c == '.');
                if glued && start == "www." {
                    continue;
                }
                let rest = &text[at..];
                let end = rest
                    .find(|c: char| {
                        c.is_whitespace() || "<>\"'()[]{}|\\^`".contains(c) || !c.is_ascii()
                    })
                    .unwrap_or(rest.len());
                let target = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_']);
                if target.len() > start.len() {
                    self.add(target, target, place);
                }
            }
        }
    }

    /// Whether the limit was reached.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// The finished list.
    pub fn finish(self) -> Vec<Link> {
        self.links
    }
}

fn hash(link: &Link) -> u64 {
    let mut hasher = FxHasher::default();
    (&link.target, &link.shown, link.place).hash(&mut hasher);
    hasher.finish()
}

fn is_same(known: &Link, link: &Link) -> bool {
    (&known.target, &known.shown, known.place) == (&link.target, &link.shown, link.place)
}

/// Reads one link; `None` where it is empty or leads only inside the mail.
pub fn read(target: &str, shown: &str, place: LinkPlace) -> Option<Link> {
    let written = target.trim();
    // Browsers drop tabs and line ends inside an address (URL standard, section 4.4).
    let written = match memchr3(b'\t', b'\n', b'\r', written.as_bytes()) {
        Some(_) => Cow::Owned(written.replace(['\t', '\n', '\r'], "")),
        None => Cow::Borrowed(written),
    };
    let written = cut(&written, TARGET_BYTES_MAX);
    if written.is_empty() || written.starts_with('#') || written.starts_with("cid:") {
        return None;
    }
    let Target {
        scheme,
        host,
        ip_host,
        has_userinfo,
    } = plain(written).unwrap_or_else(|| by_the_standard(written));
    let inner_hosts = if host.is_some() {
        inner(written, host.as_ref())
    } else {
        Vec::new()
    };
    Some(Link {
        target: written.to_owned(),
        shown: one_line(shown),
        place,
        host,
        ip_host,
        scheme,
        has_userinfo,
        inner_hosts,
    })
}

/// The words of a link with single spaces, cut.
fn one_line(shown: &str) -> String {
    let mut line = String::with_capacity(shown.len().min(SHOWN_BYTES_MAX));
    for word in shown.split_whitespace() {
        if line.len() > SHOWN_BYTES_MAX {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line.truncate(line.floor_char_boundary(SHOWN_BYTES_MAX));
    line
}

/// What a link's beginning says.
struct Target {
    scheme: String,
    host: Option<Domain>,
    ip_host: bool,
    has_userinfo: bool,
}

/// The usual link, `https://name/…` with a plain name, read without the full parser.
fn plain(written: &str) -> Option<Target> {
    let (scheme, rest) = written.split_once("://")?;
    if !matches!(scheme, "http" | "https") || !written.is_ascii() {
        return None;
    }
    let name = rest.split(['/', '?', '#']).next()?;
    let is_plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-')
    };
    let last = name.rsplit('.').next()?;
    // A last label with a digit in front may be a number in disguise; `xn--` needs mapping.
    let simple = name.bytes().all(is_plain)
        && last.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.contains("xn--");
    let host = Domain::parse(name).ok().filter(|_| simple)?;
    Some(Target {
        scheme: scheme.to_owned(),
        host: Some(host),
        ip_host: false,
        has_userinfo: false,
    })
}

/// Any other link, as the URL standard has it.
fn by_the_standard(written: &str) -> Target {
    let url = parse(written);
    let scheme = url
        .as_ref()
        .map_or_else(|| scheme_of(written), |url| url.scheme().to_owned());
    let (host, ip_host) = match url.as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => (Domain::parse(name).ok(), false),
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => (None, true),
        None => (None, false),
    };
    let has_userinfo = url
        .as_ref()
        .is_some_and(|url| !url.username().is_empty() || url.password().is_some())
        && matches!(scheme.as_str(), "http" | "https");
    Target {
        scheme,
        host,
        ip_host,
        has_userinfo,
    }
}

fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

fn parse(written: &str) -> Option<Url> {
    if let Some(rest) = written.strip_prefix("//") {
        return Url::parse(&format!("https://{rest}")).ok();
    }
    match Url::parse(written) {
        // `amazon.com:443/x` reads as a scheme; a name with a dot is a host.
        Ok(url) if url.scheme().contains('.') => Url::parse(&format!("http://{written}")).ok(),
        Ok(url) => Some(url),
        Err(_) => {
            let host = written.split(['/', '?', '#']).next().unwrap_or_default();
            let bare = host.contains('.')
                && !host.contains(|c: char| c.is_whitespace() || c == '@')
                && !host.starts_with('.');
            bare.then(|| Url::parse(&format!("http://{written}")).ok())
                .flatten()
        }
    }
}

fn scheme_of(written: &str) -> String {
    let scheme = written.split(':').next().unwrap_or_default();
    let is_scheme = scheme.len() < written.len()
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    if is_scheme {
        scheme.to_ascii_lowercase()
    } else {
        String::new()
    }
}

/// Other addresses inside a link: written out, or percent-encoded once or twice.
fn inner(target: &str, host: Option<&Domain>) -> Vec<Domain> {
    let mut found: Vec<Domain> = Vec::new();
    let mut text = Cow::Borrowed(target);
    for _ in 0..3 {
        for name in addressed(&text) {
            if let Ok(domain) = Domain::parse(name)
                && domain.labels().count() > 1
                && Some(&domain) != host
                && !found.contains(&domain)
                && found.len() < INNER_MAX
            {
                found.push(domain);
            }
        }
        if memchr(b'%', text.as_bytes()).is_none() {
            break;
        }
        text = Cow::Owned(percent_decoded(&text));
    }
    found
}

/// What stands behind each `://` but a link's own.
fn addressed(text: &str) -> impl Iterator<Item = &str> {
    let colons = memchr_iter(b':', text.as_bytes());
    let starts = colons.filter(|at| text[*at..].starts_with("://"));
    let inside = starts.skip(usize::from(text.starts_with("http")));
    inside.map(|at| {
        let name = text[at + 3..]
            .split(['/', '?', '#', '&', ':', '%', '"', '\''])
            .next()
            .unwrap_or_default();
        name.rsplit('@').next().unwrap_or_default()
    })
}

fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten();
        if let Some(byte) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            out.push(byte);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(target: &str, expected: &str) {
        let got = read(target, "", LinkPlace::Anchor).map_or_else(
            || "none".to_owned(),
            |link| {
                let host = link.host.as_ref().map_or("-", Domain::as_str);
                let inner: Vec<&str> = link.inner_hosts.iter().map(Domain::as_str).collect();
                format!(
                    "{} {host} ip={} user={} {inner:?}",
                    link.scheme, link.ip_host, link.has_userinfo
                )
            },
        );
        assert_eq!(got, expected, "for {target}");
    }

    #[test]
    fn links_are_read_as_browsers_do() {
        check(
            "https://www.Amazon.com/x",
            "https www.amazon.com ip=false user=false []",
        );
        check(
            "http:\\\\evil.example\\x",
            "http evil.example ip=false user=false []",
        );
        check(
            "ht\ntps://evil.example/",
            "https evil.example ip=false user=false []",
        );
        check(
            "https://amazon.com@evil.example/",
            "https evil.example ip=false user=true []",
        );
        check("http://0x7f.1/", "http - ip=true user=false []");
        check(
            "//evil.example/x",
            "https evil.example ip=false user=false []",
        );
        check(
            "amazon.com/verify",
            "http amazon.com ip=false user=false []",
        );
        check("mailto:a@b.example", "mailto - ip=false user=false []");
        check("javascript:alert(1)", "javascript - ip=false user=false []");
        check("data:text/html;base64,xx", "data - ip=false user=false []");
        check("#top", "none");
        check(
            "https://www.google.com/url?q=https%3A%2F%2Fevil.example%2F",
            "https www.google.com ip=false user=false [\"evil.example\"]",
        );
        check(
            "https://r.example/a/https://evil.example/b",
            "https r.example ip=false user=false [\"evil.example\"]",
        );
    }

    #[test]
    fn the_short_way_reads_what_the_standard_reads() {
        for link in [
            "https://www.amazon.com/x?y#z",
            "http://a-b.example",
            "https://1.2.3.4/",
            "http://x.0x7f/",
            "https://a.b@c.d/",
            "https://xn--mazon-3ve.com/",
            "https://a..b/",
        ] {
            let long = by_the_standard(link);
            if let Some(short) = plain(link) {
                assert_eq!(
                    (short.scheme, short.host, short.ip_host, short.has_userinfo),
                    (long.scheme, long.host, long.ip_host, long.has_userinfo),
                    "for {link}"
                );
            }
        }
        assert!(plain("https://1.2.3.4/").is_none() && plain("https://a.b@c.d/").is_none());
    }

    #[test]
    fn addresses_in_text_are_found() {
        let mut links = Collector::default();
        links.add_from_text(
            "See https://a.example/x. Or (www.b.example), not xwww.c.example",
            LinkPlace::Text,
        );
        let hosts: Vec<String> = links
            .finish()
            .iter()
            .filter_map(|link| link.host.as_ref().map(ToString::to_string))
            .collect();
        assert_eq!(hosts, ["a.example", "www.b.example"]);
    }
}
