//! What a mail that is not genuine claims: only claims come of it, whatever it says.
//!
//! They let a rule see a notice without its fact, and a fake that prepares a theft.

use sellkeep_knowledge::{Brand, Knowledge};
use sellkeep_model::{Event, EventKind, Examination, Field, Fields, ProofLevel, Verdict};

use super::catalogue::{Catalogue, Met};
use super::genuine::concerns;
use super::page::Pages;
use super::write::Writer;
use super::{KINDS_MAX, details};

/// One mail that is fake or unproven while it is read.
pub(super) struct Claimed<'a, 'k> {
    pub(super) knowledge: &'k Knowledge,
    pub(super) catalogue: &'a Catalogue,
    pub(super) examination: &'a Examination,
    pub(super) pages: &'a Pages<'a>,
    pub(super) writer: Writer<'a>,
}

impl<'k> Claimed<'_, 'k> {
    /// All that it claims, beside that it came in.
    pub(super) fn events(&self) -> Vec<Event> {
        let forged = (self.writer.verdict == Verdict::Fake).then(|| self.forged());
        let deeds = self.brand().map(|brand| self.deeds(brand));
        forged
            .into_iter()
            .chain(deeds.unwrap_or_default())
            .collect()
    }

    /// The claimed brand that concerns the account, the strongest first.
    fn brand(&self) -> Option<&'k Brand> {
        let marketplace = &self.writer.letter.account.marketplace;
        let mut claims = self.examination.claims.iter();
        claims.find_map(|claim| {
            let brand = self.knowledge.brand(claim)?;
            concerns(brand, marketplace).then_some(brand)
        })
    }

    fn forged(&self) -> Event {
        let claims = &self.examination.claims;
        let brand = self.brand().map(|brand| &brand.id).or(claims.first());
        let seen = self.writer.seen;
        let host = seen.link.as_ref().or(seen.domain.as_ref());
        let first_flag = self.examination.findings.first();
        let mut fields = self.general(None);
        fields.set_if(Field::Brand, brand.map(String::as_str));
        fields.set_if(Field::Domain, host.map(sellkeep_model::Domain::as_str));
        fields.set_if(Field::Reason, first_flag.map(|flag| flag.id.as_str()));
        self.writer
            .event(EventKind::MailForged, ProofLevel::Claimed, fields)
    }

    fn deeds(&self, brand: &Brand) -> Vec<Event> {
        let imitated = self.catalogue.imitated(self.knowledge, brand, self.pages);
        let said = if imitated.is_empty() {
            self.catalogue.deeds(self.knowledge, self.pages)
        } else {
            imitated
        };
        let said = said.iter().take(KINDS_MAX);
        said.map(|met| self.deed(brand, met)).collect()
    }

    fn deed(&self, brand: &Brand, met: &Met<'_>) -> Event {
        let key = self.writer.letter.key;
        let mut fields = details::read(&met.details, self.pages, key);
        for (field, value) in self.general(met.language.as_deref()).iter() {
            fields.set(field, value.clone());
        }
        fields.set(Field::Brand, brand.id.as_str());
        fields.set(Field::Phrase, met.phrase.as_str());
        self.writer.event(met.kind, ProofLevel::Claimed, fields)
    }

    fn general(&self, language: Option<&str>) -> Fields {
        let language = language.or_else(|| self.catalogue.language(self.pages));
        let own = &self.writer.letter.account.addresses;
        let mut fields = Fields::new()
            .with(Field::Verdict, self.writer.verdict.as_str())
            .with(Field::Addressed, self.writer.seen.is_addressed_to(own));
        fields.set_if(Field::Language, language);
        fields
    }
}
