//! What a genuine mail says about the account.
//!
//! A notice of the catalogue is proven. Without one, words of a machine's mail are a
//! guess and only observed. Employees' mail, advertising and strangers' words say nothing
//! about the account. Not here: mails that are not genuine (`claimed`).

use sellkeep_knowledge::{Brand, BrandKind, Knowledge, MailRole, NoticeClass};
use sellkeep_model::{Event, EventKind, Examination, Field, Fields, ProofKind, ProofLevel};

use super::catalogue::{Catalogue, Met, Rank};
use super::page::Pages;
use super::write::Writer;
use super::{KINDS_MAX, details, senders};

/// How the phrase of a guess is introduced.
const BY_ITS_WORDS: &str = "by its words";
/// How a phrase of our own lists is introduced.
const OWN_LIST: &str = "our own wording list";

/// Topics that make an unknown mail of a machine worth a look.
const WORTH_A_LOOK: &[&str] = &["security", "money"];

/// One genuine mail while it is read.
pub(super) struct Genuine<'a, 'k> {
    pub(super) knowledge: &'k Knowledge,
    pub(super) catalogue: &'a Catalogue,
    pub(super) brand: &'k Brand,
    pub(super) examination: &'a Examination,
    pub(super) pages: &'a Pages<'a>,
    pub(super) writer: Writer<'a>,
}

impl<'k> Genuine<'_, 'k> {
    /// All that it says, beside that it came in.
    pub(super) fn events(&self) -> Vec<Event> {
        let Some(address) = self.writer.seen.address.as_deref() else {
            return Vec::new();
        };
        if self.holds_strangers_words() {
            return vec![self.message()];
        }
        let met = self
            .catalogue
            .notices(self.knowledge, self.brand, address, self.pages);
        let class = met
            .first()
            .and_then(|met| met.notice)
            .map(|notice| notice.class);
        match class {
            Some(NoticeClass::Relay) => vec![self.message()],
            Some(NoticeClass::Marketing) => Vec::new(),
            Some(NoticeClass::Security) if is_only_a_sender(&met) => {
                let said = self.by_words(address);
                if said.is_empty() {
                    self.notices(&met)
                } else {
                    said
                }
            }
            Some(_) => self.notices(&met),
            None => self.by_words(address),
        }
    }

    /// Whether what stands in it was written by somebody else than the brand.
    fn holds_strangers_words(&self) -> bool {
        let seen = self.writer.seen;
        let cautions = &self.examination.caution;
        let relayed = cautions
            .iter()
            .any(|caution| ["relayed-words", "abused-channel"].contains(&caution.id.as_str()));
        let introduced = seen.abused
            && (self.catalogue.is_about(&["stranger"], &self.pages.subject)
                || self.catalogue.is_about(&["stranger"], &self.pages.text));
        relayed || introduced || seen.has_phone || seen.role == Some(MailRole::Relay)
    }

    fn message(&self) -> Event {
        let details = self.general(None);
        let proof = self.proof();
        self.writer
            .event(EventKind::MessageReceived, proof, details)
    }

    fn notices(&self, met: &[Met<'k>]) -> Vec<Event> {
        let address = self.writer.seen.address.as_deref().unwrap_or_default();
        let notices = met.iter().take(KINDS_MAX);
        notices
            .map(|met| {
                let mut details = self.details(met);
                if met.rank == Rank::OwnWords {
                    details.set(Field::Phrase, format!("{OWN_LIST}: {}", met.phrase));
                }
                // Anybody at the brand may use our words; only a known mailbox means them.
                let by_name = met
                    .notice
                    .is_some_and(|notice| senders::sends_by_name(notice, address));
                let proof = match met.rank {
                    Rank::OwnWords if !by_name => self.proof().min(ProofLevel::Observed),
                    _ => self.proof(),
                };
                self.of_account(met.kind, proof, details)
            })
            .collect()
    }

    /// An unknown mail: what its words say, or that somebody should look at it.
    fn by_words(&self, address: &str) -> Vec<Event> {
        let notifies = self.writer.seen.role == Some(MailRole::Notification);
        if !notifies || !senders::is_machine(self.knowledge, self.brand, address) {
            return Vec::new();
        }
        let said = self.catalogue.deeds(self.knowledge, self.pages);
        if said.is_empty() {
            return self.unclassified(address).into_iter().collect();
        }
        let proof = self.proof().min(ProofLevel::Observed);
        let said = said.iter().take(KINDS_MAX);
        said.map(|met| {
            let phrase = format!("{BY_ITS_WORDS}: {}", met.phrase);
            let details = self.details(met).with(Field::Phrase, phrase);
            self.of_account(met.kind, proof, details)
        })
        .collect()
    }

    fn unclassified(&self, address: &str) -> Option<Event> {
        let about = |topics, page| self.catalogue.is_about(topics, page);
        let subject = about(WORTH_A_LOOK, &self.pages.subject);
        let business = about(&["business"], &self.pages.subject);
        let text = !business && about(WORTH_A_LOOK, &self.pages.text);
        if !subject && !text && !self.is_security_sender(address) {
            return None;
        }
        let kind = EventKind::MailUnclassifiedSecurity;
        Some(self.of_account(kind, self.proof(), self.general(None)))
    }

    /// Whether this very mailbox sends security notices and nothing else.
    fn is_security_sender(&self, address: &str) -> bool {
        if self.writer.seen.abused {
            return false;
        }
        let notices = self.brand.notices.iter();
        let mut notices = notices.filter(|notice| senders::sends_by_name(notice, address));
        let first = notices.next();
        let is_security = |class| class == NoticeClass::Security;
        first.is_some_and(|notice| is_security(notice.class))
            && notices.all(|notice| is_security(notice.class))
    }

    fn details(&self, met: &Met<'k>) -> Fields {
        let mut fields = details::read(&met.details, self.pages, self.writer.letter.key);
        for (field, value) in self.general(met.language.as_deref()).iter() {
            fields.set(field, value.clone());
        }
        fields.set_if(Field::Notice, met.notice.map(|notice| notice.id.as_str()));
        if !met.phrase.is_empty() {
            fields.set(Field::Phrase, met.phrase.as_str());
        }
        fields
    }

    fn general(&self, language: Option<&str>) -> Fields {
        let language = language.or_else(|| self.catalogue.language(self.pages));
        let mut fields = Fields::new()
            .with(Field::Brand, self.brand.id.as_str())
            .with(Field::Verdict, self.writer.verdict.as_str())
            .with(Field::Addressed, self.is_addressed());
        fields.set_if(Field::Language, language);
        fields
    }

    /// An event of the account, or only a notice where the brand is neither its
    /// marketplace nor a service that money goes through.
    fn of_account(&self, kind: EventKind, proof: ProofLevel, details: Fields) -> Event {
        let marketplace = &self.writer.letter.account.marketplace;
        if concerns(self.brand, marketplace) || kind == EventKind::MailNotice {
            return self.writer.event(kind, proof, details);
        }
        let details = details.with(Field::Type, kind.as_str());
        self.writer.event(EventKind::MailNotice, proof, details)
    }

    /// How sure it is that the brand says so of this account: a mail that another
    /// mailbox received proves the brand, not the account.
    fn proof(&self) -> ProofLevel {
        let by = self.examination.proof.as_ref().map(|proof| proof.kind);
        let own = self.writer.letter.account.addresses.is_empty() || self.is_addressed();
        match by {
            None => ProofLevel::Claimed,
            Some(ProofKind::Observed) => ProofLevel::Observed,
            Some(_) if !own => ProofLevel::Observed,
            Some(_) => ProofLevel::Proven,
        }
    }

    fn is_addressed(&self) -> bool {
        let own = &self.writer.letter.account.addresses;
        self.writer.seen.is_addressed_to(own)
    }
}

/// Whether a brand's mail speaks about an account of this marketplace.
pub(super) fn concerns(brand: &Brand, marketplace: &str) -> bool {
    marketplace.is_empty() || brand.id == marketplace || brand.kind == BrandKind::Payments
}

fn is_only_a_sender(met: &[Met<'_>]) -> bool {
    met.iter()
        .all(|met| met.rank == Rank::Sender && met.kind == EventKind::MailNotice)
}
