//! What single records cannot say: whether they fit each other.
//!
//! No sender of notices lies in a zone of strangers, no name has two owners,
//! and a brand that is called complete has what a verdict and a report need.

use std::collections::BTreeMap;

use sellkeep_model::Domain;

use super::Loader;
use crate::brand::{Brand, MailDomain, MailRole, Match};
use crate::problem::Problem;

impl Loader {
    /// Compares the records with each other.
    pub(super) fn sound(&mut self) {
        let mut found = Vec::new();
        for brand in self.brands.values() {
            self.complete(brand, &mut found);
            self.senders_in_zones(brand, &mut found);
            aliases(brand, &mut found);
        }
        self.one_owner(&mut found);
        self.brands_exist(&mut found);
        self.problems.append(&mut found);
    }

    fn complete(&self, brand: &Brand, found: &mut Vec<Problem>) {
        if !brand.complete {
            return;
        }
        let notices = |domain: &MailDomain| domain.role == MailRole::Notification;
        let has_contact = self.brand_contacts.iter().any(|(id, contacts)| {
            *id == brand.id && contacts.iter().any(|contact| contact.reports_fakes)
        });
        let needs = [
            (
                brand.mail_domains.iter().any(notices),
                "a mail_domain with the role notification",
            ),
            (
                brand.web_hosts.iter().any(|host| host.role == "sign-in"),
                "a web_host with the role sign-in",
            ),
            (has_contact, "a contact with the purpose report-phishing"),
        ];
        for (_, what) in needs.iter().filter(|(there, _)| !there) {
            found.push(of_brand(
                brand,
                "brand",
                format!("`complete`, but without {what}"),
            ));
        }
    }

    fn senders_in_zones(&self, brand: &Brand, found: &mut Vec<Problem>) {
        for sender in &brand.mail_domains {
            if sender.role != MailRole::Notification {
                continue;
            }
            // A zone's own name may send its owner's notices; names below it may not.
            let inside = |zone: &Domain| {
                sender.domain.is_within(zone)
                    && (sender.domain != *zone || sender.matching == Match::Suffix)
            };
            let zones = self.knowledge.zones.iter().map(|zone| &zone.domain);
            if let Some(zone) = zones.into_iter().find(|zone| inside(zone)) {
                found.push(of_brand(
                    brand,
                    &format!("mail_domain {}", sender.domain),
                    format!("`role` is notification, but strangers live below {zone}"),
                ));
            }
        }
    }

    /// Each name stands once among the senders, the hosts and the short links of all brands.
    fn one_owner(&self, found: &mut Vec<Problem>) {
        let mut owners: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        for brand in self.brands.values() {
            let mail = brand.mail_domains.iter();
            let mail = mail.map(|record| ("mail_domain", record.domain.as_str()));
            let hosts = brand.web_hosts.iter();
            let hosts = hosts.map(|record| ("web_host", record.host.as_str()));
            let links = brand.shorteners.iter();
            let links = links.map(|record| ("shortener", record.domain.as_str()));
            for (table, name) in mail.chain(hosts).chain(links) {
                if let Some(owner) = owners.insert((table, name), &brand.id) {
                    found.push(of_brand(
                        brand,
                        &format!("{table} {name}"),
                        format!("the name stands in brand {owner:?} already"),
                    ));
                }
            }
        }
    }

    /// Whatever names a brand names one that is there.
    fn brands_exist(&self, found: &mut Vec<Problem>) {
        let unknown = |id: &str| !self.brands.contains_key(id);
        for zone in &self.knowledge.zones {
            let brand = zone.looks_like_brand.as_deref();
            if let Some(brand) = brand.filter(|id| unknown(id)) {
                found.push(Problem {
                    file: "zones.toml".to_owned(),
                    record: format!("zone {}", zone.domain),
                    what: format!("`looks_like_brand`: there is no brand {brand:?}"),
                });
            }
        }
        for (brand, _) in self.brand_contacts.iter().filter(|(id, _)| unknown(id)) {
            found.push(Problem {
                file: format!("brands/{brand}/contacts.toml"),
                record: "file".to_owned(),
                what: format!("there is no brand {brand:?}"),
            });
        }
    }
}

fn aliases(brand: &Brand, found: &mut Vec<Problem>) {
    for alias in &brand.common_aliases {
        if !brand.display_aliases.contains(alias) {
            found.push(of_brand(
                brand,
                "brand",
                format!("`common_aliases`: {alias:?} is none of `display_aliases`"),
            ));
        }
    }
}

fn of_brand(brand: &Brand, record: &str, what: String) -> Problem {
    Problem {
        file: format!("brands/{}/brand.toml", brand.id),
        record: record.to_owned(),
        what,
    }
}
