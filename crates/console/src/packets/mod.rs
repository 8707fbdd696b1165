//! Packets of an incident: what belongs to it is gathered into its chain of evidence, the
//! chain is signed, and the files for one reader are packed.
//!
//! Records are added to the chain once, whoever asks how often. The key that signs is the
//! tenant's own and lies sealed among the secrets.

mod pack;
mod piece;

use std::collections::BTreeMap;

use aws_lc_rs::rand;
use aws_lc_rs::signature::Ed25519KeyPair;
use jiff::{SignedDuration, Timestamp};
use sellkeep_knowledge::{Contact, Knowledge};
use sellkeep_model::{Alert, Event};
use sellkeep_respond::evidence::{Head, Link, Piece, head, next};
use sellkeep_respond::incident::{Act, Incident};
use sellkeep_respond::packet::{
    AMAZON_API_CONTACT, Case, Original, Owner, Reader, Theme, files, theme, wanted,
};
use sellkeep_store::{EventFilter, KeptIncident, PAGE_ROWS_MAX, Secret, Store, Tenant, Versioned};

pub use pack::media_type;
use pack::zipped;
use piece::{happened, originals, piece};

/// The secret that signs ends of chains.
const KEY: &str = "sellkeep/evidence-key";
/// Bytes of an Ed25519 seed (RFC 8032 section 5.1.5).
const SEED_BYTES: usize = 32;
/// Records that are gathered: the story of an incident, not the archive of an account.
const PIECES_MAX: usize = 500;
/// Bytes of all pieces of a packet: it is mailed or uploaded, and made in memory.
const PACKET_BYTES_MAX: usize = 200 << 20;
/// Events before the incident was opened that may belong to it, where no alert says so.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Themes that tell the story of an intrusion; orders and prices come in by their alerts.
const STORY: &[Theme] = &[Theme::Access, Theme::Money, Theme::Standing];
/// Who adds records to a chain.
const SELLKEEP: &str = "sellkeep";

/// Why a packet cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PacketError {
    /// There is no such incident.
    #[error("there is no such incident")]
    NoIncident,
    /// What is kept of it cannot be read.
    #[error("what is kept of the incident cannot be read")]
    Corrupt(#[source] serde_json::Error),
    /// The key that signs is not usable, or none can be made.
    #[error("the key that signs the chain of evidence cannot be used")]
    Key,
    /// The store.
    #[error("the store did not do what a packet needs")]
    Store(#[from] sellkeep_store::Error),
    /// The ZIP.
    #[error("the files could not be packed")]
    Zip(#[from] zip::result::ZipError),
    /// Writing into the ZIP.
    #[error("a file could not be packed")]
    Write(#[from] std::io::Error),
}

/// Where packets are made from.
#[derive(Clone, Copy)]
pub struct Archive<'a> {
    /// Everything that is kept.
    pub store: &'a Store,
    /// Facts: contacts, playbooks, guidance.
    pub knowledge: &'a Knowledge,
    /// Whose.
    pub tenant: &'a Tenant,
}

/// What was gathered of an incident.
pub struct Gathered {
    /// The incident.
    pub incident: Incident,
    /// Its alerts.
    pub alerts: Vec<Alert>,
    /// What happened.
    pub events: Vec<Event>,
    /// The pieces.
    pub originals: Vec<Original>,
    /// Its chain.
    pub chain: Vec<Link>,
    /// Signed ends, oldest first.
    pub heads: Vec<Head>,
}

/// A packet, ready to be handed over.
pub struct Packed {
    /// Its file name.
    pub name: String,
    /// The ZIP.
    pub bytes: Vec<u8>,
    /// The signed end of the chain that is in it.
    pub head: Option<Head>,
}

impl Archive<'_> {
    /// An incident with everything that belongs to it, as it is now; nothing is written.
    pub async fn read(&self, id: &str) -> Result<Gathered, PacketError> {
        let kept = self.store.incident(self.tenant, id).await?;
        let incident = incident(kept)?;
        let alerts = self.alerts(&incident).await?;
        let events = self.events(&incident, &alerts).await?;
        let chain = self.store.chain(self.tenant, id).await?;
        let heads = self.store.chain_heads(self.tenant, id).await?;
        Ok(Gathered {
            originals: originals(&incident, &events),
            incident,
            alerts,
            events,
            chain: parsed(&chain)?,
            heads: parsed(&heads)?,
        })
    }

    /// Adds what belongs to the incident and is not in its chain yet; signs its end.
    pub async fn gather(&self, id: &str, now: Timestamp) -> Result<Gathered, PacketError> {
        let mut found = self.read(id).await?;
        let digests: Vec<String> = found
            .originals
            .iter()
            .map(|one| one.sha256.clone())
            .take(PIECES_MAX)
            .collect();
        for digest in digests {
            if found.chain.iter().any(|link| link.sha256 == digest) {
                continue;
            }
            let Some(bytes) = self.store.record(self.tenant, &digest).await? else {
                continue;
            };
            let happened = happened(&found.events, &digest);
            let piece = piece(&bytes, happened, now);
            self.add(id, &mut found.chain, &piece, SELLKEEP, now)
                .await?;
        }
        found.heads.extend(self.sign(id, &found.chain, now).await?);
        Ok(found)
    }

    /// Adds one piece at the end of a chain.
    pub async fn add(
        &self,
        id: &str,
        chain: &mut Vec<Link>,
        piece: &Piece<'_>,
        by: &str,
        now: Timestamp,
    ) -> Result<(), PacketError> {
        let link = next(chain.last(), piece, by, now);
        let body = serde_json::to_string(&link).map_err(PacketError::Corrupt)?;
        self.store
            .add_link(self.tenant, id, link.number, &body)
            .await?;
        chain.push(link);
        Ok(())
    }

    /// The packet of an incident for a reader.
    pub async fn pack(
        &self,
        id: &str,
        reader: Reader,
        business: &str,
        now: Timestamp,
    ) -> Result<Packed, PacketError> {
        let found = self.gather(id, now).await?;
        let (owner, country) = self.owner(&found.incident, business).await?;
        let contacts = self.contacts(reader, &owner.1, country.as_deref());
        let case = Case {
            owner: &owner.0,
            incident: &found.incident,
            alerts: &found.alerts,
            events: &found.events,
            originals: &found.originals,
            chain: &found.chain,
            heads: &found.heads,
            playbooks: &self.knowledge.playbooks,
            facts: &self.knowledge.facts,
            contacts: &contacts,
            made: now,
        };
        let contents = self.contents(&wanted(&found.originals, reader)).await?;
        let files = files(&case, reader, |hash| contents.get(hash).cloned());
        let short: String = id.chars().take(8).collect();
        Ok(Packed {
            name: format!("sellkeep-{}-{short}.zip", reader.as_str()),
            bytes: zipped(&files, now)?,
            head: found.heads.last().cloned(),
        })
    }

    async fn alerts(&self, incident: &Incident) -> Result<Vec<Alert>, PacketError> {
        let mut alerts = Vec::new();
        for entry in &incident.log {
            if let Act::AlertJoined { alert } = &entry.what {
                let alert = self.store.alert(self.tenant, alert).await?;
                alerts.extend(alert.map(|alert| alert.value));
            }
        }
        Ok(alerts)
    }

    /// What led to the alerts, and what else tells the story from then on.
    async fn events(
        &self,
        incident: &Incident,
        alerts: &[Alert],
    ) -> Result<Vec<Event>, PacketError> {
        let mut events: BTreeMap<String, Event> = BTreeMap::new();
        for alert in alerts {
            let account = &alert.detection.account;
            for cause in &alert.detection.causes {
                let event = self.store.event(self.tenant, account, &cause.event).await?;
                events.extend(event.map(|event| (event.id.clone(), event)));
            }
        }
        let begins = events.values().map(|event| event.happened).min();
        let opened = incident.log.first().map(|entry| entry.at);
        let from = begins.or_else(|| opened?.checked_sub(LOOK_BACK).ok());
        let until = incident.closed_at().unwrap_or(Timestamp::MAX);
        if let Some(from) = from.filter(|_| !incident.account.is_empty()) {
            let filter = EventFilter::Account(incident.account.clone());
            let found = self
                .store
                .events(self.tenant, &filter, None, PAGE_ROWS_MAX)
                .await?;
            let belongs = |event: &Event| {
                let within = event.happened >= from && event.happened <= until;
                within && STORY.contains(&theme(event.kind))
            };
            let found = found.into_iter().filter(belongs);
            events.extend(found.map(|event| (event.id.clone(), event)));
        }
        let mut events: Vec<Event> = events.into_values().collect();
        events.sort_by(|a, b| (a.learned, &a.id).cmp(&(b.learned, &b.id)));
        Ok(events)
    }

    /// Signs the end of a chain; nothing where the chain is empty.
    async fn sign(
        &self,
        id: &str,
        chain: &[Link],
        now: Timestamp,
    ) -> Result<Option<Head>, PacketError> {
        if chain.is_empty() {
            return Ok(None);
        }
        let key = self.key(now).await?;
        let Some(head) = head(chain, &key, now) else {
            return Ok(None);
        };
        let body = serde_json::to_string(&head).map_err(PacketError::Corrupt)?;
        self.store.add_head(self.tenant, id, now, &body).await?;
        Ok(Some(head))
    }

    /// The tenant's key, made at its first use.
    async fn key(&self, now: Timestamp) -> Result<Ed25519KeyPair, PacketError> {
        if self.store.secret(self.tenant, KEY).await?.is_none() {
            let mut seed = [0; SEED_BYTES];
            rand::fill(&mut seed).map_err(|_| PacketError::Key)?;
            let secret = Secret::new(seed);
            self.store
                .put_secret(self.tenant, KEY, &secret, now)
                .await?;
        }
        let seed = self.store.secret(self.tenant, KEY).await?;
        let seed = seed.ok_or(PacketError::Key)?;
        Ed25519KeyPair::from_seed_unchecked(seed.expose()).map_err(|_| PacketError::Key)
    }

    /// Whose the incident is: what the packet says, and the brand's id; the country.
    async fn owner(
        &self,
        incident: &Incident,
        business: &str,
    ) -> Result<((Owner, String), Option<String>), PacketError> {
        let account = self.store.account(self.tenant, &incident.account).await?;
        let account = account.map(|account| account.value);
        let brand = account.as_ref().map(|one| one.marketplace.clone());
        let brand = brand.unwrap_or_default();
        let known = self.knowledge.brands.iter().find(|one| one.id == brand);
        let name = account.as_ref().and_then(|one| one.name.clone());
        let owner = Owner {
            business: business.to_owned(),
            account: name.unwrap_or_else(|| incident.account.clone()),
            marketplace: known.map_or_else(|| brand.clone(), |one| one.name.clone()),
        };
        Ok(((owner, brand), account.and_then(|one| one.country)))
    }

    /// Whom the packet can be sent to.
    fn contacts(
        &self,
        reader: Reader,
        brand: &str,
        country: Option<&str>,
    ) -> Vec<(String, String, String)> {
        let all = &self.knowledge.contacts;
        let found: Vec<&Contact> = match reader {
            Reader::Marketplace => self.knowledge.contacts_for(brand, "account-compromised"),
            Reader::AmazonApi => all
                .iter()
                .filter(|one| one.id == AMAZON_API_CONTACT)
                .collect(),
            Reader::Police => all
                .iter()
                .filter(|one| one.service == "authority")
                .filter(|one| country.is_some_and(|country| one.region == country))
                .collect(),
            Reader::Bank | Reader::Insurer | Reader::Client => Vec::new(),
        };
        let shown = found.into_iter().map(|one| {
            let sure = format!("{}, checked {}", one.channel, one.source.seen);
            (one.organisation.clone(), one.value.clone(), sure)
        });
        shown.collect()
    }

    /// The pieces that are handed over, up to a size; what is beyond counts as held back.
    async fn contents(&self, wanted: &[&str]) -> Result<BTreeMap<String, Vec<u8>>, PacketError> {
        let mut contents = BTreeMap::new();
        let mut room = PACKET_BYTES_MAX;
        for digest in wanted {
            let Some(bytes) = self.store.record(self.tenant, digest).await? else {
                continue;
            };
            let Some(left) = room.checked_sub(bytes.len()) else {
                continue;
            };
            room = left;
            contents.insert((*digest).to_owned(), bytes);
        }
        Ok(contents)
    }
}

fn incident(kept: Option<Versioned<KeptIncident>>) -> Result<Incident, PacketError> {
    let kept = kept.ok_or(PacketError::NoIncident)?;
    serde_json::from_str(&kept.value.body).map_err(PacketError::Corrupt)
}

fn parsed<T: for<'d> serde::Deserialize<'d>>(bodies: &[String]) -> Result<Vec<T>, PacketError> {
    let each = bodies.iter().map(|body| serde_json::from_str(body));
    each.collect::<Result<_, _>>().map_err(PacketError::Corrupt)
}
