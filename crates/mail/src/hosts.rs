//! What the hosts of one mail are, each looked up once.
//!
//! The same few hosts stand in dozens of links, and many red flags ask for them.
//! Nothing is decided here; the answers are those of the knowledge and the names.

use std::cell::RefCell;

use rustc_hash::FxHashMap;
use sellkeep_knowledge::{Brand, Host, Knowledge};
use sellkeep_model::Domain;

use crate::names::{Lookalike, NameIndex};

/// Stands for the suffix of strangers while their own labels are read (RFC 2606).
const STRANGER: &str = "invalid";

/// The hosts met so far.
pub struct Hosts<'k> {
    knowledge: &'k Knowledge,
    names: &'k NameIndex,
    met: RefCell<FxHashMap<Domain, Met<'k>>>,
}

/// What is known of one host.
#[derive(Clone)]
pub struct Met<'k> {
    /// What it is.
    pub host: Host<'k>,
    /// Whose it is, by any record.
    pub owner: Option<&'k Brand>,
    /// Whom it imitates.
    pub alike: Option<Lookalike>,
}

impl<'k> Hosts<'k> {
    /// None met yet.
    pub fn new(knowledge: &'k Knowledge, names: &'k NameIndex) -> Hosts<'k> {
        Hosts {
            knowledge,
            names,
            met: RefCell::default(),
        }
    }

    /// What is known of a host.
    pub fn of(&self, domain: &Domain) -> Met<'k> {
        if let Some(met) = self.met.borrow().get(domain) {
            return met.clone();
        }
        let owner = self.knowledge.owns(domain);
        let met = Met {
            host: self.knowledge.host(domain),
            owner,
            alike: self.alike(domain, owner),
        };
        self.met.borrow_mut().insert(domain.clone(), met.clone());
        met
    }

    /// A brand's own domain never imitates another, nor does a known suffix of
    /// strangers itself; below one only the stranger's labels are read.
    fn alike(&self, domain: &Domain, owner: Option<&Brand>) -> Option<Lookalike> {
        if owner.is_some() || self.knowledge.sender(domain).is_some() {
            return None;
        }
        let Some(zone) = self.knowledge.zone(domain) else {
            return self.names.lookalike(domain);
        };
        let labels = domain
            .as_str()
            .strip_suffix(zone.domain.as_str())?
            .strip_suffix('.')?;
        let stranger = Domain::parse(&format!("{labels}.{STRANGER}")).ok()?;
        self.names.lookalike(&stranger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_told_the_same_twice() {
        let knowledge = Knowledge::builtin().unwrap();
        let names = NameIndex::new(&knowledge);
        let hosts = Hosts::new(&knowledge, &names);
        let told = |name: &str| {
            let met = hosts.of(&Domain::parse(name).unwrap());
            let owner = met.owner.map(|brand| brand.id.clone());
            (owner, met.alike.map(|alike| alike.brand))
        };
        for _ in 0..2 {
            assert_eq!(told("www.amazon.com"), (Some("amazon".to_owned()), None));
            assert_eq!(told("amazon-verify.com"), (None, Some("amazon".to_owned())));
            assert_eq!(told("paypal.firebaseapp.com").1.as_deref(), Some("paypal"));
            assert_eq!(told("example.org"), (None, None));
        }
    }
}
