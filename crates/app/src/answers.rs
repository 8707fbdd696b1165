//! DNS answers for an examination: a recorded zone, archived keys, or the live DNS.
//!
//! The examination itself asks nobody. It says which answers it lacks; those
//! are asked for together, and the mail is examined again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use anyhow::{Context, Result};
use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::{RData, RecordType as Kind};
use sellkeep_mail::notices::Read;
use sellkeep_mail::{Examiner, Record};
use sellkeep_model::{
    Account, Answer, Caution, DigestKey, DnsAnswers, DnsQuestion, DnsUse, Examination, RecordType,
    RecordedZone, Verdict, ZoneEntry,
};

/// Rounds of asking: SPF may include others up to ten times (RFC 7208 section 4.6.4).
const ROUNDS_MAX: usize = 13;
/// Questions for one mail; honest mail needs about ten.
const QUESTIONS_MAX: usize = 60;
/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(4);

/// Where answers come from.
pub struct Answers {
    base: Base,
    archived: RecordedZone,
}

enum Base {
    Nobody,
    Recorded(RecordedZone),
    Kept(BTreeMap<DnsQuestion, Answer>),
    Live(Box<Live>),
}

struct Live {
    known: Mutex<BTreeMap<DnsQuestion, Answer>>,
    /// Started with the first question, so that offline work never pays for it;
    /// `None` inside where this machine has no usable resolver.
    resolver: OnceLock<Option<(tokio::runtime::Runtime, TokioResolver)>>,
}

impl Answers {
    /// `live`, `none`, or the path of a recorded zone.
    pub fn new(choice: &str, keys: Option<&Path>) -> Result<Answers> {
        let base = match choice {
            "live" => Base::Live(Box::new(Live {
                known: Mutex::default(),
                resolver: OnceLock::new(),
            })),
            "none" => Base::Nobody,
            path => Base::Recorded(read_zone(Path::new(path))?),
        };
        let archived = keys.map(read_keys).transpose()?.unwrap_or_default();
        Ok(Answers { base, archived })
    }

    /// Answers of a zone in memory.
    pub fn recorded(zone: RecordedZone) -> Answers {
        Answers {
            base: Base::Recorded(zone),
            archived: RecordedZone::default(),
        }
    }

    /// Answers that were kept in a bundle; what was not asked then is not asked now.
    pub fn kept(dns: &[DnsUse]) -> Answers {
        let known = dns
            .iter()
            .filter_map(|used| Some((used.question.clone(), used.answer.clone()?)));
        Answers {
            base: Base::Kept(known.collect()),
            archived: RecordedZone::default(),
        }
    }

    /// Examines a mail, asking for whatever answers it lacks.
    pub fn examine(&self, examiner: &Examiner, record: &Record<'_>) -> Examination {
        let mut examination = examiner.examine(record, self);
        for _ in 0..ROUNDS_MAX {
            if !self.ask_for(&examination) {
                break;
            }
            examination = examiner.examine(record, self);
        }
        self.tell_key_origin(&mut examination);
        examination
    }

    /// Examines the mail of a record and reads what it says, the same way.
    pub fn read(
        &self,
        examiner: &Examiner,
        record: &sellkeep_model::Record,
        account: &Account,
        key: &DigestKey,
    ) -> Read {
        let mut read = examiner.read(record, account, key, self);
        for _ in 0..ROUNDS_MAX {
            let lacks = read.examination.as_ref();
            if !lacks.is_some_and(|examination| self.ask_for(examination)) {
                break;
            }
            read = examiner.read(record, account, key, self);
        }
        if let Some(examination) = &mut read.examination {
            self.tell_key_origin(examination);
        }
        read
    }

    /// Asks the live DNS these questions; recorded answers need no asking.
    pub fn ask(&self, questions: &[DnsQuestion]) {
        if let Base::Live(live) = &self.base {
            live.ask(questions);
        }
    }

    /// Asks the live DNS for what an examination lacked; whether anything was asked.
    fn ask_for(&self, examination: &Examination) -> bool {
        let Base::Live(live) = &self.base else {
            return false;
        };
        let lacking: Vec<DnsQuestion> = examination
            .dns
            .iter()
            .filter(|used| used.answer.is_none())
            .map(|used| used.question.clone())
            .collect();
        if lacking.is_empty() || examination.dns.len() > QUESTIONS_MAX {
            return false;
        }
        live.ask(&lacking);
        true
    }

    /// Says where the proving key came from; an archived one deserves a caution.
    fn tell_key_origin(&self, examination: &mut Examination) {
        let Some(proof) = &mut examination.proof else {
            return;
        };
        let Some(selector) = &proof.selector else {
            return;
        };
        let question = DnsQuestion {
            name: format!("{selector}._domainkey.{}", proof.domain),
            kind: RecordType::Txt,
        };
        let origin = match &self.base {
            _ if self.is_archived(&question) => "archived",
            Base::Live(_) => "live",
            _ => "recorded",
        };
        proof.key_from = Some(origin.to_owned());
        if origin == "archived" && examination.verdict == Verdict::Genuine {
            let says = "The signing key is no longer published; an archived copy of it was used."
                .to_owned();
            examination.caution.push(Caution {
                id: "archived-key".to_owned(),
                says,
            });
        }
    }

    fn is_archived(&self, question: &DnsQuestion) -> bool {
        let published = matches!(self.base.answer(question), Some(Answer::Records(_)));
        !published && matches!(self.archived.answer(question), Some(Answer::Records(_)))
    }
}

impl DnsAnswers for Answers {
    fn answer(&self, question: &DnsQuestion) -> Option<Answer> {
        let answer = self.base.answer(question);
        if matches!(answer, Some(Answer::Records(_))) {
            return answer;
        }
        match self.archived.answer(question) {
            Some(archived @ Answer::Records(_)) => Some(archived),
            _ => answer,
        }
    }
}

impl Base {
    fn answer(&self, question: &DnsQuestion) -> Option<Answer> {
        match self {
            Base::Nobody => None,
            Base::Recorded(zone) => zone.answer(question),
            Base::Kept(known) => known.get(question).cloned(),
            Base::Live(live) => live.known.lock().ok()?.get(question).cloned(),
        }
    }
}

impl Live {
    fn ask(&self, questions: &[DnsQuestion]) {
        // Several workers may wait inside one runtime at once; whoever is there drives it.
        let answers = match self.resolver.get_or_init(|| start().ok()) {
            Some((runtime, resolver)) => runtime.block_on(ask_together(resolver, questions)),
            None => questions
                .iter()
                .map(|question| (question.clone(), Answer::Failed))
                .collect(),
        };
        if let Ok(mut known) = self.known.lock() {
            known.extend(answers);
        }
    }
}

/// All questions of one round at the same time.
async fn ask_together(
    resolver: &TokioResolver,
    questions: &[DnsQuestion],
) -> Vec<(DnsQuestion, Answer)> {
    let mut under_way = tokio::task::JoinSet::new();
    for question in questions.iter().cloned() {
        let resolver = resolver.clone();
        under_way.spawn(async move {
            let answer = look_up(&resolver, &question).await;
            (question, answer)
        });
    }
    let mut answers = Vec::with_capacity(questions.len());
    while let Some(done) = under_way.join_next().await {
        answers.extend(done);
    }
    answers
}

fn start() -> Result<(tokio::runtime::Runtime, TokioResolver)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let resolver = {
        let _inside = runtime.enter();
        TokioResolver::builder_tokio()?.build()?
    };
    Ok((runtime, resolver))
}

async fn look_up(resolver: &TokioResolver, question: &DnsQuestion) -> Answer {
    let kind = match question.kind {
        RecordType::Txt => Kind::TXT,
        RecordType::Mx => Kind::MX,
        RecordType::A => Kind::A,
        RecordType::Aaaa => Kind::AAAA,
        RecordType::Ptr => Kind::PTR,
    };
    let name = format!("{}.", question.name);
    match tokio::time::timeout(PATIENCE, resolver.lookup(name, kind)).await {
        Ok(Ok(lookup)) => {
            let records: Vec<String> = lookup
                .answers()
                .iter()
                .filter_map(|record| written(&record.data))
                .collect();
            if records.is_empty() {
                Answer::NoData
            } else {
                Answer::Records(records)
            }
        }
        Ok(Err(error)) if error.is_nx_domain() => Answer::NoName,
        Ok(Err(error)) if error.is_no_records_found() => Answer::NoData,
        // The servers failed, or were silent for too long.
        Ok(Err(_)) | Err(_) => Answer::Failed,
    }
}

/// A record in presentation form; TXT strings joined (RFC 7208 section 3.3).
fn written(data: &RData) -> Option<String> {
    match data {
        RData::TXT(txt) => {
            let bytes: Vec<u8> = txt
                .txt_data
                .iter()
                .flat_map(|part| part.iter().copied())
                .collect();
            Some(String::from_utf8_lossy(&bytes).into_owned())
        }
        RData::MX(mx) => Some(format!(
            "{} {}",
            mx.preference,
            mx.exchange.to_ascii().trim_end_matches('.')
        )),
        RData::A(address) => Some(address.0.to_string()),
        RData::AAAA(address) => Some(address.0.to_string()),
        RData::PTR(name) => Some(name.0.to_ascii().trim_end_matches('.').to_owned()),
        _ => None,
    }
}

fn read_zone(path: &Path) -> Result<RecordedZone> {
    let text = fs::read_to_string(path).with_context(|| {
        format!(
            "reading the recorded zone {} (--dns takes live, none or a file)",
            path.display()
        )
    })?;
    RecordedZone::from_json(&text)
        .with_context(|| format!("reading the recorded zone {}", path.display()))
}

/// Archived keys: tab-separated selector, domain, TXT record, a header line first.
fn read_keys(path: &Path) -> Result<RecordedZone> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("reading the archived keys {}", path.display()))?;
    let mut zone = RecordedZone::default();
    for (number, line) in text.lines().enumerate() {
        let fields: Vec<&str> = line.split('\t').collect();
        match fields.as_slice() {
            [] | ["" | "selector", ..] => {}
            [selector, domain, record, ..] => {
                let entry = ZoneEntry {
                    txt: vec![(*record).to_owned()],
                    ..ZoneEntry::default()
                };
                zone.insert(&format!("{selector}._domainkey.{domain}"), entry);
            }
            _ => anyhow::bail!(
                "{} line {}: expected selector, domain and TXT record, separated by tabs",
                path.display(),
                number + 1
            ),
        }
    }
    Ok(zone)
}
