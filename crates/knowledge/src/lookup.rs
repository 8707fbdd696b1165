//! Who a domain belongs to: zones of strangers first, then exact names, then suffixes.

use std::collections::HashMap;

use sellkeep_model::Domain;

use crate::brand::{Brand, MailRole, Match, WebHost};
use crate::source::Confidence;
use crate::zone::Zone;
use crate::{Contact, Fact, Knowledge, Lure, MailDomain};

/// Names → places in the lists, built once.
#[derive(Debug, Clone, Default)]
pub struct Index {
    mail: HashMap<Box<str>, (usize, usize)>,
    hosts: HashMap<Box<str>, (usize, usize)>,
    zones: HashMap<Box<str>, usize>,
    shorteners: HashMap<Box<str>, Option<usize>>,
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
    /// domain is told as such, whatever it lies below.
    pub fn sender(&self, domain: &Domain) -> Option<Sender<'_>> {
        if let Some(sender) = self.mail_record(domain.as_str(), true) {
            return Some(sender);
        }
        if self.zone(domain).is_some() {
            return None;
        }
        let parent = upwards(domain)
            .skip(1)
            .find_map(|name| self.mail_record(name, false).map(|sender| (sender, name)));
        let (sender, name) = parent?;
        let first_label = domain.labels().next().unwrap_or_default();
        if sender
            .brand
            .relay_first_labels
            .iter()
            .any(|label| label == first_label)
        {
            return Some(Sender {
                role: MailRole::Relay,
                record: None,
                ..sender
            });
        }
        let by_suffix = sender
            .record
            .is_some_and(|record| record.matching == Match::Suffix);
        let strangers = matches!(
            sender.role,
            MailRole::Relay | MailRole::Tenant | MailRole::Transport
        );
        debug_assert!(domain.is_within_str(name));
        (by_suffix || strangers).then_some(sender)
    }

    fn mail_record(&self, name: &str, itself: bool) -> Option<Sender<'_>> {
        let (brand, place) = *self.index.mail.get(name)?;
        let brand = self.brands.get(brand)?;
        let record = brand.mail_domains.get(place)?;
        let zone = self.index.zones.contains_key(name);
        // A zone's own name may send the owner's mail (facebookmail.com); names below it never do.
        let role = if zone
            && !(itself && record.role == MailRole::Notification)
            && !is_strangers(record.role)
        {
            MailRole::Tenant
        } else {
            record.role
        };
        Some(Sender {
            brand,
            role,
            record: Some(record),
        })
    }

    /// The zone of strangers that a name lies in.
    pub fn zone(&self, domain: &Domain) -> Option<&Zone> {
        upwards(domain)
            .find_map(|name| self.index.zones.get(name))
            .and_then(|at| self.zones.get(*at))
    }

    /// What a host is: zones before brands, exact names before suffixes.
    pub fn host(&self, host: &Domain) -> Host<'_> {
        for name in upwards(host) {
            if let Some(shortener) = self.index.shorteners.get(name) {
                return Host::Shortener {
                    brand: shortener.and_then(|at| self.brands.get(at)),
                };
            }
            if let Some(zone) = self
                .index
                .zones
                .get(name)
                .and_then(|at| self.zones.get(*at))
            {
                return Host::Zone(zone);
            }
            if let Some(found) = self.brand_host(name, name == host.as_str()) {
                return found;
            }
        }
        Host::Unknown
    }

    fn brand_host(&self, name: &str, itself: bool) -> Option<Host<'_>> {
        if let Some((brand, place)) = self.index.hosts.get(name) {
            let brand = self.brands.get(*brand)?;
            let web_host = brand.web_hosts.get(*place)?;
            if web_host.role == "user pages" {
                return Some(Host::Unknown);
            }
            if itself || web_host.matching == Match::Suffix {
                return Some(Host::BrandSite {
                    brand,
                    web_host: Some(web_host),
                });
            }
        }
        // Whatever lies below a brand's own mail domain is run by the brand, for
        // zones of strangers below it have been met on the way up.
        let sender = self.mail_record(name, false)?;
        let sure = sender
            .record
            .is_some_and(|record| record.source.confidence > Confidence::Low);
        (sure && !is_strangers(sender.role)).then_some(Host::BrandSite {
            brand: sender.brand,
            web_host: None,
        })
    }

    /// The brand that owns a name, by any record that is not about strangers.
    pub fn owns(&self, domain: &Domain) -> Option<&Brand> {
        match self.host(domain) {
            Host::BrandSite { brand, .. } => Some(brand),
            Host::Shortener { brand } => brand,
            Host::Zone(_) => self
                .sender(domain)
                .filter(|sender| !is_strangers(sender.role))
                .map(|sender| sender.brand),
            Host::Unknown => self.parent_owner(domain),
        }
    }

    /// `www.otto.de` is known and `otto.de` is asked for: the registered name is the same.
    fn parent_owner(&self, domain: &Domain) -> Option<&Brand> {
        let www = format!("www.{}", domain.as_str());
        let (brand, place) = *self.index.hosts.get(www.as_str())?;
        let brand = self.brands.get(brand)?;
        (brand.web_hosts.get(place)?.source.confidence > Confidence::Low).then_some(brand)
    }

    /// A brand by its id.
    pub fn brand(&self, id: &str) -> Option<&Brand> {
        self.brands
            .binary_search_by(|brand| brand.id.as_str().cmp(id))
            .ok()
            .map(|at| &self.brands[at])
    }

    /// A contact by its id.
    pub fn contact(&self, id: &str) -> Option<&Contact> {
        self.contacts
            .binary_search_by(|contact| contact.id.as_str().cmp(id))
            .ok()
            .map(|at| &self.contacts[at])
    }

    /// A lure by its id.
    pub fn lure(&self, id: &str) -> Option<&Lure> {
        self.lures.iter().find(|lure| lure.id == id)
    }

    /// A fact by its id.
    pub fn fact(&self, id: &str) -> Option<&Fact> {
        self.facts
            .binary_search_by(|fact| fact.id.as_str().cmp(id))
            .ok()
            .map(|at| &self.facts[at])
    }
}

fn is_strangers(role: MailRole) -> bool {
    matches!(
        role,
        MailRole::Relay | MailRole::Tenant | MailRole::Transport
    )
}
