//! The catalogue of notices, ready to be met: every brand's notices, the deeds, the
//! topics and the languages over one list of phrases.
//!
//! Not here: what follows from a met notice (`genuine`, `claimed`).

use std::collections::HashMap;

use sellkeep_knowledge::{Brand, Deed, Detail, DetailForm, Knowledge, Notice, NoticeClass};
use sellkeep_model::EventKind;

use super::page::Pages;
use super::phrases::{PhraseId, PhraseList, Phrases};
use super::senders;
use super::sentence::{Said, Statement};

/// By what a notice was recognised, the surest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Rank {
    /// The sender alone.
    Sender,
    /// Our own word lists.
    OwnWords,
    /// A published subject.
    Subject,
    /// A published phrase of the text.
    Text,
}

/// Something that a mail says, by a notice of the catalogue or by a deed alone.
#[derive(Debug, Clone)]
pub(crate) struct Met<'k> {
    pub(crate) kind: EventKind,
    pub(crate) rank: Rank,
    pub(crate) notice: Option<&'k Notice>,
    pub(crate) details: Vec<&'k Detail>,
    pub(crate) language: Option<String>,
    /// The words that were met, as they are compared.
    pub(crate) phrase: String,
    /// Where; the subject comes before the text.
    at: (bool, usize),
}

/// The catalogue, ready.
#[derive(Debug)]
pub struct Catalogue {
    pub(crate) phrases: Phrases,
    /// Published wordings by brand, per notice of the brand.
    wordings: HashMap<String, Vec<Vec<Wording>>>,
    /// Per deed of the knowledge.
    statements: Vec<Vec<(String, Statement)>>,
    topics: HashMap<String, Vec<PhraseId>>,
    languages: Vec<(String, Vec<PhraseId>)>,
}

#[derive(Debug)]
struct Wording {
    language: String,
    subjects: Vec<PhraseId>,
    phrases: Vec<PhraseId>,
}

impl Catalogue {
    /// Makes everything ready that does not depend on the single mail.
    pub fn new(knowledge: &Knowledge) -> Catalogue {
        let mut list = PhraseList::default();
        let wordings = knowledge.brands.iter();
        let wordings = wordings
            .map(|brand| (brand.id.clone(), brand_wordings(brand, &mut list)))
            .collect();
        let unsaid = unsaid(knowledge, &mut list);
        let statements = knowledge.deeds.iter();
        let statements = statements
            .map(|deed| deed_statements(deed, &unsaid, &mut list))
            .collect();
        let topics = topics(knowledge, &mut list);
        let languages = knowledge.languages.iter();
        let languages = languages
            .map(|language| (language.code.clone(), list.add_all(&language.common)))
            .collect();
        Catalogue {
            phrases: list.finish(),
            wordings,
            statements,
            topics,
            languages,
        }
    }

    /// The notices of a brand that a mail from this address meets: those recognised by
    /// the surest means, first place first. Where a stranger's words come from the same
    /// address, only the subject is believed.
    pub(crate) fn notices<'k>(
        &self,
        knowledge: &'k Knowledge,
        brand: &'k Brand,
        address: &str,
        pages: &Pages<'_>,
    ) -> Vec<Met<'k>> {
        let sent = |notice: &&Notice| senders::sends(notice, address);
        let mut sent = brand.notices.iter().filter(sent);
        let relays = sent.any(|notice| notice.class == NoticeClass::Relay);
        let met = self.each(knowledge, brand, pages, |notice| {
            senders::sends(notice, address)
        });
        let met = met.filter(|met| !relays || matches!(met.rank, Rank::Sender | Rank::Subject));
        surest(met.collect())
    }

    /// The security notices of a brand whose words a mail uses, whoever sent it.
    pub(crate) fn imitated<'k>(
        &self,
        knowledge: &'k Knowledge,
        brand: &'k Brand,
        pages: &Pages<'_>,
    ) -> Vec<Met<'k>> {
        let met = self.each(knowledge, brand, pages, |notice| {
            notice.class == NoticeClass::Security && notice.kind != EventKind::MailNotice
        });
        surest(met.filter(|met| met.rank > Rank::OwnWords).collect())
    }

    fn each<'a, 'k: 'a>(
        &'a self,
        knowledge: &'k Knowledge,
        brand: &'k Brand,
        pages: &'a Pages<'_>,
        wanted: impl Fn(&Notice) -> bool + 'a,
    ) -> impl Iterator<Item = Met<'k>> + 'a {
        let wordings = self.wordings.get(&brand.id).map(Vec::as_slice);
        let notices = brand.notices.iter().zip(wordings.unwrap_or_default());
        notices
            .filter(move |(notice, _)| wanted(notice))
            .filter_map(move |(notice, wordings)| self.met(knowledge, notice, wordings, pages))
    }

    fn met<'k>(
        &self,
        knowledge: &'k Knowledge,
        notice: &'k Notice,
        wordings: &[Wording],
        pages: &Pages<'_>,
    ) -> Option<Met<'k>> {
        let new = |rank| Met {
            kind: notice.kind,
            rank,
            notice: Some(notice),
            details: details(knowledge, notice),
            language: None,
            phrase: String::new(),
            at: (true, 0),
        };
        let published = wordings.iter().filter_map(|wording| {
            let (rank, phrase, at) = self.published(wording, pages)?;
            let language = Some(wording.language.clone());
            Some(Met {
                language,
                phrase,
                at,
                ..new(rank)
            })
        });
        if let Some(published) = published.max_by_key(|met| (met.rank, met.phrase.len())) {
            return Some(published);
        }
        let own = notice.own_words.as_deref();
        let own = own.and_then(|id| {
            knowledge
                .deeds
                .binary_search_by(|deed| deed.id.as_str().cmp(id))
                .ok()
        });
        if let Some((language, phrase, at)) = own.and_then(|deed| self.said(deed, pages)) {
            return Some(Met {
                language: Some(language),
                phrase,
                at,
                ..new(Rank::OwnWords)
            });
        }
        notice.is_any_words().then(|| new(Rank::Sender))
    }

    fn published(
        &self,
        wording: &Wording,
        pages: &Pages<'_>,
    ) -> Option<(Rank, String, (bool, usize))> {
        let subject = pages.subject.hits.first(&wording.subjects);
        let text = pages.text.hits.first(&wording.phrases);
        if subject.is_none() && !wording.subjects.is_empty() {
            return None;
        }
        if text.is_none() && !wording.phrases.is_empty() {
            return None;
        }
        let (rank, hit, in_text) = match (text, subject) {
            (Some(hit), _) => (Rank::Text, hit, true),
            (None, Some(hit)) => (Rank::Subject, hit, false),
            (None, None) => return None,
        };
        let phrase = self.phrases.words(hit.phrase).to_owned();
        Some((rank, phrase, (in_text, hit.range.start)))
    }

    /// What the words say that happened, by our own lists alone, first place first.
    pub(crate) fn deeds<'k>(&self, knowledge: &'k Knowledge, pages: &Pages<'_>) -> Vec<Met<'k>> {
        let said = knowledge
            .deeds
            .iter()
            .enumerate()
            .filter_map(|(place, deed)| {
                let (language, phrase, at) = self.said(place, pages)?;
                Some(Met {
                    kind: deed.kind,
                    rank: Rank::OwnWords,
                    notice: None,
                    details: deed.details.iter().collect(),
                    language: Some(language),
                    phrase,
                    at,
                })
            });
        surest(said.collect())
    }

    fn said(&self, deed: usize, pages: &Pages<'_>) -> Option<(String, String, (bool, usize))> {
        let statements = self.statements.get(deed)?;
        [(false, &pages.subject), (true, &pages.text)]
            .into_iter()
            .find_map(|(in_text, page)| {
                let said = statements.iter().filter_map(|(language, statement)| {
                    let said = statement.said(page)?;
                    Some((language.clone(), self.shown(&said), (in_text, said.at)))
                });
                said.min_by_key(|(_, _, at)| *at)
            })
    }

    fn shown(&self, said: &Said) -> String {
        let deed = self.phrases.words(said.deed);
        match said.thing {
            Some(thing) => format!("{} \u{2026} {deed}", self.phrases.words(thing)),
            None => deed.to_owned(),
        }
    }

    /// Whether words of one of these topics stand in a page.
    pub(crate) fn is_about(&self, topics: &[&str], page: &super::page::Page<'_>) -> bool {
        let mut topics = topics.iter().filter_map(|topic| self.topics.get(*topic));
        topics.any(|phrases| page.hits.first(phrases).is_some())
    }

    /// The language of a mail, by its commonest words.
    pub(crate) fn language(&self, pages: &Pages<'_>) -> Option<&str> {
        super::language::of(&self.languages, pages)
    }
}

/// The surest ones, each kind once, first place first. Of several that stand at one
/// place the longest counts: "two-step verification … disabled" is not "account … disabled".
fn surest(mut met: Vec<Met<'_>>) -> Vec<Met<'_>> {
    let rank = met.iter().map(|met| met.rank).max();
    met.retain(|met| Some(met.rank) == rank);
    met.sort_by_key(|met| (met.at, std::cmp::Reverse(met.phrase.len())));
    let (mut kinds, mut places) = (Vec::new(), Vec::new());
    met.retain(|met| {
        let new = !kinds.contains(&met.kind) && !places.contains(&met.at);
        kinds.push(met.kind);
        places.push(met.at);
        new
    });
    met
}

/// The details of a notice, and those of the deeds of its kind for the other fields. What
/// a deed always says is the notice's only where the notice works by that deed's words.
fn details<'k>(knowledge: &'k Knowledge, notice: &'k Notice) -> Vec<&'k Detail> {
    let own = notice.own_words.as_deref();
    let deeds = knowledge.deeds.iter();
    let of_kind = deeds.filter(|deed| deed.kind == notice.kind);
    let general = of_kind.flat_map(|deed| {
        let says = own == Some(deed.id.as_str());
        let details = deed.details.iter();
        details.filter(move |detail| says || detail.form != DetailForm::Fixed)
    });
    let details = &notice.details;
    let missing = general.filter(|detail| details.iter().all(|own| own.field != detail.field));
    details.iter().chain(missing).collect()
}

fn brand_wordings(brand: &Brand, list: &mut PhraseList) -> Vec<Vec<Wording>> {
    let mut wording = |words: &sellkeep_knowledge::Wording| Wording {
        language: words.language.clone(),
        subjects: list.add_all(&words.subjects),
        phrases: list.add_all(&words.phrases),
    };
    let notices = brand.notices.iter();
    notices
        .map(|notice| notice.words.iter().map(&mut wording).collect())
        .collect()
}

fn deed_statements(
    deed: &Deed,
    unsaid: &HashMap<&str, Vec<PhraseId>>,
    list: &mut PhraseList,
) -> Vec<(String, Statement)> {
    let words = deed.words.iter();
    words
        .map(|words| {
            let unsaid = unsaid.get(words.language.as_str());
            let statement = Statement {
                things: list.add_all(&words.things),
                deeds: list.add_all(&words.deeds),
                unsaid: unsaid.cloned().unwrap_or_default(),
            };
            (words.language.clone(), statement)
        })
        .collect()
}

fn unsaid<'k>(knowledge: &'k Knowledge, list: &mut PhraseList) -> HashMap<&'k str, Vec<PhraseId>> {
    let languages = knowledge.languages.iter();
    languages
        .map(|language| (language.code.as_str(), list.add_all(&language.unsaid)))
        .collect()
}

fn topics(knowledge: &Knowledge, list: &mut PhraseList) -> HashMap<String, Vec<PhraseId>> {
    let topics = knowledge.topics.iter();
    topics
        .map(|topic| {
            let words = topic.words.iter();
            let phrases = words
                .flat_map(|words| list.add_all(&words.phrases))
                .collect();
            (topic.id.clone(), phrases)
        })
        .collect()
}
