//! Who a domain belongs to: zones of strangers first, then exact names, then suffixes.

use rustc_hash::FxHashMap;
use sellkeep_model::Domain;

use crate::brand::{Brand, MailRole, Match, WebHost};
use crate::source::Confidence;
use crate::zone::Zone;
use crate::{Contact, Fact, Knowledge, Lure, MailDomain};

/// The role of hosts below which the brand's users have pages of their own.
const USER_PAGES: &str = "user pages";

/// Names → places in the lists, built once. Only our own names are ever put in, so
/// the hash need not stand up to anybody; every link of every mail is looked up.
#[derive(Debug, Clone, Default)]
pub struct Index {
    mail: FxHashMap<Box<str>, (usize, usize)>,
    hosts: FxHashMap<Box<str>, (usize, usize)>,
    zones: FxHashMap<Box<str>, usize>,
    shorteners: FxHashMap<Box<str>, Option<usize>>,
}

/// A domain that a brand's mail comes from, or that strangers write from.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'k> {
    /// The brand.
    pub brand: &'k Brand,
    /// What it does with the domain.
    pub role: MailRole,
    /// The record; `None` for a relay that is known by its first label only.
    pub record: Option<&'k MailDomain>,
}

/// What a host is.
#[derive(Debug, Clone, Copy)]
pub enum Host<'k> {
    /// An official host of a brand.
    BrandSite {
        /// The brand.
        brand: &'k Brand,
        /// The record; `None` where only the brand's mail domain is known.
        web_host: Option<&'k WebHost>,
    },
    /// Below a suffix of strangers.
    Zone(&'k Zone),
    /// A short-link service.
    Shortener {
        /// The brand whose own it is.
        brand: Option<&'k Brand>,
    },
    /// Nothing is known of it.
    Unknown,
}

impl Index {
    /// Indexes all names.
    pub fn new(knowledge: &Knowledge) -> Index {
        let mut index = Index::default();
        for (at, brand) in knowledge.brands.iter().enumerate() {
            for (place, domain) in brand.mail_domains.iter().enumerate() {
                index
                    .mail
                    .insert(domain.domain.as_str().into(), (at, place));
            }
            for (place, host) in brand.web_hosts.iter().enumerate() {
                index.hosts.insert(host.host.as_str().into(), (at, place));
            }
            for shortener in &brand.shorteners {
                // A low-confidence one is on a public list only: not the brand's.
                let owner = (shortener.source.confidence > Confidence::Low).then_some(at);
                index
                    .shorteners
                    .insert(shortener.domain.as_str().into(), owner);
            }
        }
        for (at, zone) in knowledge.zones.iter().enumerate() {
            index.zones.insert(zone.domain.as_str().into(), at);
        }
        for shortener in &knowledge.shorteners {
            index
                .shorteners
                .entry(shortener.domain.as_str().into())
                .or_insert(None);
        }
        index
    }
}

/// A name and every name above it, longest first.
fn upwards(domain: &Domain) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain.as_str()), |name| {
        name.split_once('.').map(|(_, parent)| parent)
    })
}

impl Knowledge {
    /// Whose mail comes from a domain. A relay, a tenant's or a transport's
    /// domain is told as such, whatever it lies below; below a zone of strangers
    /// nobody is known, unless the brand itself says that tenants write there.
    pub fn sender(&self, domain: &Domain) -> Option<Sender<'_>> {
        if let Some(sender) = self.sender_of(domain.as_str()) {
            return Some(self.without_trust_in_zones(sender, domain));
        }
        for name in upwards(domain).skip(1) {
            let sender = self.sender_of(name);
            let in_zone = self.index.zones.contains_key(name);
            if let Some(stranger) = sender.filter(|sender| is_strangers(sender.role)) {
                let reaches = !in_zone || stranger.reaches_below();
                return reaches.then_some(stranger);
            }
            if in_zone {
                return None;
            }
            if let Some(sender) = sender {
                if relays(sender.brand, domain, name) {
                    return Some(sender.as_relay());
                }
                if sender.reaches_below() {
                    return Some(sender);
                }
            }
        }
        None
    }

    /// The record of exactly this name.
    fn sender_of(&self, name: &str) -> Option<Sender<'_>> {
        let (brand, place) = *self.index.mail.get(name)?;
        let brand = self.brands.get(brand)?;
        let record = brand.mail_domains.get(place)?;
        Some(Sender {
            brand,
            role: record.role,
            record: Some(record),
        })
    }

    /// A zone's own name may send its owner's notices (`facebookmail.com`); in
    /// every other role it is taken for the strangers' it was handed out to.
    fn without_trust_in_zones<'k>(&self, sender: Sender<'k>, domain: &Domain) -> Sender<'k> {
        let trusted = is_strangers(sender.role) || sender.role == MailRole::Notification;
        if trusted || !self.index.zones.contains_key(domain.as_str()) {
            return sender;
        }
        Sender {
            role: MailRole::Tenant,
            ..sender
        }
    }

    /// The zone of strangers that a name lies in.
    pub fn zone(&self, domain: &Domain) -> Option<&Zone> {
        upwards(domain)
            .find_map(|name| self.index.zones.get(name))
            .and_then(|at| self.zones.get(*at))
    }

    /// What a host is. From the name itself upwards, and on each step zones
    /// before brands, so that `payoneer.custhelp.com` can be official inside a
    /// zone, and nothing inside a zone inherits trust from above it.
    pub fn host(&self, host: &Domain) -> Host<'_> {
        for name in upwards(host) {
            if let Some(shortener) = self.index.shorteners.get(name) {
                return Host::Shortener {
                    brand: shortener.and_then(|at| self.brands.get(at)),
                };
            }
            if let Some(zone) = self.index.zones.get(name) {
                return self.zones.get(*zone).map_or(Host::Unknown, Host::Zone);
            }
            if let Some(found) = self.brand_host(host, name) {
                return found;
            }
        }
        Host::Unknown
    }

    /// What the records of `name`, which is `host` or lies above it, say of `host`.
    fn brand_host(&self, host: &Domain, name: &str) -> Option<Host<'_>> {
        if let Some((brand, web_host)) = self.web_host_of(name)
            && (name == host.as_str() || web_host.matching == Match::Suffix)
        {
            let sure = web_host.source.confidence > Confidence::Low;
            if !sure || web_host.role == USER_PAGES || relays(brand, host, name) {
                return Some(Host::Unknown);
            }
            return Some(Host::BrandSite {
                brand,
                web_host: Some(web_host),
            });
        }
        let sender = self.sender_of(name)?;
        if is_strangers(sender.role) || relays(sender.brand, host, name) {
            return Some(Host::Unknown);
        }
        // Whatever lies below a brand's own mail domain is run by the brand, for
        // zones of strangers below it have been met on the way up.
        let sure = sender
            .record
            .is_some_and(|record| record.source.confidence > Confidence::Low);
        sure.then_some(Host::BrandSite {
            brand: sender.brand,
            web_host: None,
        })
    }

    fn web_host_of(&self, name: &str) -> Option<(&Brand, &WebHost)> {
        let (brand, place) = *self.index.hosts.get(name)?;
        let brand = self.brands.get(brand)?;
        Some((brand, brand.web_hosts.get(place)?))
    }

    /// The brand that owns a name, by any record that is not about strangers.
    /// Says less than `host`: an owned name may be a parked one.
    pub fn owns(&self, domain: &Domain) -> Option<&Brand> {
        match self.host(domain) {
            Host::BrandSite { brand, .. } => Some(brand),
            Host::Shortener { brand } => brand,
            Host::Zone(_) => self
                .sender(domain)
                .filter(|sender| !is_strangers(sender.role))
                .map(|sender| sender.brand),
            Host::Unknown => self.owner_by_any_record(domain),
        }
    }

    /// Records of low confidence count here, and `www.otto.de` for `otto.de`.
    fn owner_by_any_record(&self, domain: &Domain) -> Option<&Brand> {
        for name in upwards(domain) {
            if let Some(sender) = self.sender_of(name) {
                return (!is_strangers(sender.role)).then_some(sender.brand);
            }
            if let Some((brand, web_host)) = self.web_host_of(name) {
                return (web_host.role != USER_PAGES).then_some(brand);
            }
        }
        let www = format!("www.{}", domain.organisation());
        self.web_host_of(&www).map(|(brand, _)| brand)
    }

    /// A brand by its id.
    pub fn brand(&self, id: &str) -> Option<&Brand> {
        by_id(&self.brands, id, |brand| &brand.id)
    }

    /// A contact by its id.
    pub fn contact(&self, id: &str) -> Option<&Contact> {
        by_id(&self.contacts, id, |contact| &contact.id)
    }

    /// A lure by its id.
    pub fn lure(&self, id: &str) -> Option<&Lure> {
        by_id(&self.lures, id, |lure| &lure.id)
    }

    /// A fact by its id.
    pub fn fact(&self, id: &str) -> Option<&Fact> {
        by_id(&self.facts, id, |fact| &fact.id)
    }
}

impl Sender<'_> {
    /// Whether the record speaks of the names below it too.
    fn reaches_below(&self) -> bool {
        self.record
            .is_some_and(|record| record.matching == Match::Suffix)
    }

    fn as_relay(self) -> Self {
        Sender {
            role: MailRole::Relay,
            record: None,
            ..self
        }
    }
}

/// Looks an id up in a list that is sorted by it.
fn by_id<'k, T>(sorted: &'k [T], id: &str, id_of: impl Fn(&T) -> &String) -> Option<&'k T> {
    let at = sorted
        .binary_search_by(|record| id_of(record).as_str().cmp(id))
        .ok()?;
    sorted.get(at)
}

/// Whether a label between `domain` and its parent `above` marks a relay of the
/// brand (`marketplace` in `marketplace.amazon.co.uk`).
fn relays(brand: &Brand, domain: &Domain, above: &str) -> bool {
    if brand.relay_first_labels.is_empty() {
        return false;
    }
    let below = domain.as_str().strip_suffix(above).unwrap_or_default();
    below
        .split('.')
        .any(|label| brand.relay_first_labels.iter().any(|relay| relay == label))
}

fn is_strangers(role: MailRole) -> bool {
    matches!(
        role,
        MailRole::Relay | MailRole::Tenant | MailRole::Transport
    )
}
