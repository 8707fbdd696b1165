//! The one function: a mail, DNS answers, knowledge and a time in; a verdict with its reasons out.

use std::cell::OnceCell;
use std::sync::OnceLock;

use sellkeep_knowledge::{Host, Knowledge};
use sellkeep_model::{
    DnsAnswers, Envelope, Examination, Finding, Level, Proof, ProofKind, Timestamp, Verdict,
};

use crate::authentication::{self, Authentication};
use crate::content::{self, Content, LinkPlace};
use crate::facts::{Facts, Kind};
use crate::headers::Headers;
use crate::hosts::Hosts;
use crate::names::NameIndex;
use crate::notices::{Catalogue, Seen};
use crate::recipient::Recipient;
use crate::sender::{self, Sender};
use crate::{advice, caution, claims, decide, explain, flags, hops, printable, proof};

/// Examines mails, texts and links against one state of the knowledge.
#[derive(Debug)]
pub struct Examiner {
    knowledge: Knowledge,
    names: NameIndex,
    /// Made ready when the first notice is looked for: a fake needs none.
    notices: OnceLock<Catalogue>,
}

/// One mail as it was received.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The bytes, untouched.
    pub mail: &'a [u8],
    /// The envelope, as far as it is known.
    pub envelope: &'a Envelope,
    /// Authserv-ids of the user's own providers; `outlook` for Microsoft's style.
    pub trust: &'a [String],
    /// Judge as of then; `None`: when the newest server took it.
    pub at: Option<Timestamp>,
    /// The present, for a mail that says nothing of its time.
    pub now: Timestamp,
    /// The reader's own account, where it is known.
    pub recipient: Option<&'a Recipient>,
}

impl Examiner {
    /// Prepares everything that does not depend on the single mail.
    pub fn new(knowledge: Knowledge) -> Examiner {
        let names = NameIndex::new(&knowledge);
        Examiner {
            knowledge,
            names,
            notices: OnceLock::new(),
        }
    }

    /// The knowledge it judges by.
    pub fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// The notices it knows, ready to be met.
    pub fn catalogue(&self) -> &Catalogue {
        self.notices.get_or_init(|| Catalogue::new(&self.knowledge))
    }

    /// Judges a mail.
    pub fn examine(&self, record: &Record<'_>, dns: &dyn DnsAnswers) -> Examination {
        self.examine_and(record, dns, |_| ()).0
    }

    /// Judges a mail and keeps what the reading of a notice needs of it.
    pub fn examine_with_notice(
        &self,
        record: &Record<'_>,
        dns: &dyn DnsAnswers,
    ) -> (Examination, Seen) {
        self.examine_and(record, dns, Seen::of)
    }

    fn examine_and<T>(
        &self,
        record: &Record<'_>,
        dns: &dyn DnsAnswers,
        keep: impl FnOnce(&Facts<'_>) -> T,
    ) -> (Examination, T) {
        let headers = Headers::read(record.mail);
        let received = record
            .envelope
            .received_at
            .or_else(|| hops::received_at(&headers));
        let at = record.at.or(received).unwrap_or(record.now);
        let sender = Sender::read(&headers);
        let authentication = authentication::authenticate(
            record.mail,
            &headers,
            sender.domain.as_ref().filter(|_| sender.is_unambiguous()),
            record.envelope,
            dns,
            at,
        );
        let content = content::read_below(&headers, record.mail);
        let mut facts = self.facts(Kind::Mail, &headers, record.envelope, at);
        facts.trust = record.trust;
        facts.recipient = record.recipient.filter(|known| !known.is_empty());
        facts.sender = sender;
        facts.authentication = authentication;
        facts.content = content;
        facts.subject = subject(&headers);
        self.look_for_names(&mut facts);
        let kept = keep(&facts);
        (judge(facts), kept)
    }

    /// Judges a pasted text, an SMS, a chat or a call script.
    pub fn examine_text(&self, text: &str, now: Timestamp) -> Examination {
        let (headers, envelope) = (Headers::default(), Envelope::default());
        let mut facts = self.facts(Kind::Text, &headers, &envelope, now);
        facts.content = content::read_text(text);
        self.judge(facts)
    }

    /// Judges a link alone; it is never fetched.
    pub fn examine_link(&self, link: &str, now: Timestamp) -> Examination {
        let (headers, envelope) = (Headers::default(), Envelope::default());
        let mut facts = self.facts(Kind::Link, &headers, &envelope, now);
        facts.content.links = content::read_link(link, "", LinkPlace::Text)
            .into_iter()
            .collect();
        self.judge(facts)
    }

    fn facts<'a>(
        &'a self,
        kind: Kind,
        headers: &'a Headers<'a>,
        envelope: &'a Envelope,
        at: Timestamp,
    ) -> Facts<'a> {
        Facts {
            kind,
            knowledge: &self.knowledge,
            names: &self.names,
            notices: &self.notices,
            headers,
            envelope,
            trust: &[],
            recipient: None,
            sender: Sender::default(),
            sender_brand: None,
            subject: String::new(),
            authentication: Authentication::default(),
            content: Content::default(),
            display_names: Vec::new(),
            subject_names: Vec::new(),
            subject_lures: Vec::new(),
            text_names: Vec::new(),
            text_lures: Vec::new(),
            claims: Vec::new(),
            at,
            phone: OnceCell::new(),
            hosts: Hosts::new(&self.knowledge, &self.names),
        }
    }

    fn judge(&self, mut facts: Facts<'_>) -> Examination {
        self.look_for_names(&mut facts);
        judge(facts)
    }

    fn look_for_names(&self, facts: &mut Facts<'_>) {
        facts.display_names = self.names.names_in(&facts.sender.display);
        (facts.subject_names, facts.subject_lures) = self.names.scan(&facts.subject);
        (facts.text_names, facts.text_lures) = self.names.scan(&facts.content.text);
        let knowledge = facts.knowledge;
        facts.sender_brand = facts
            .sender
            .domain
            .as_ref()
            .and_then(|domain| knowledge.sender(domain))
            .map(|sender| (sender.brand, sender.role));
    }
}

fn judge(mut facts: Facts<'_>) -> Examination {
    facts.claims = claims::find(&facts);
    let findings = flags::look(&facts);
    facts.claims = decide::standing_claims(&facts.claims, &findings);
    let proof = proof::find(&facts).or_else(|lack| official_site(&facts).ok_or(lack));
    let verdict = decide::verdict(&facts, &facts.claims, proof.as_ref().ok(), &findings);
    conclude(facts, verdict, proof, findings)
}

/// The subject as shown: every Subject field, decoded.
fn subject(headers: &Headers<'_>) -> String {
    let all: Vec<String> = headers
        .all("Subject")
        .map(|field| sender::decode(&field.value()))
        .collect();
    all.join(" | ")
}

/// A link alone is the brand's when its host is an official one and nothing in
/// it leads on; there is no sender to prove.
fn official_site(facts: &Facts<'_>) -> Option<Proof> {
    if facts.kind != Kind::Link {
        return None;
    }
    let link = facts.content.links.first()?;
    let host = link.host.as_ref()?;
    let Host::BrandSite {
        brand,
        web_host: Some(known),
    } = facts.knowledge.host(host)
    else {
        return None;
    };
    let sure = known.source.confidence == sellkeep_knowledge::Confidence::High;
    let plain = link.scheme == "https" && !link.has_userinfo && link.inner_hosts.is_empty();
    (sure && plain).then(|| Proof {
        kind: ProofKind::Site,
        brand: brand.id.clone(),
        domain: host.to_string(),
        selector: None,
        key_bits: None,
        key_from: None,
        by: None,
        says: format!(
            "{host} is an official site of {} ({}).",
            brand.name, known.role
        ),
    })
}

fn conclude(
    facts: Facts<'_>,
    verdict: Verdict,
    proof: Result<Proof, String>,
    mut findings: Vec<Finding>,
) -> Examination {
    let genuine = verdict == Verdict::Genuine;
    let (proof, lack) = match proof {
        Ok(proof) if genuine => (Some(proof), None),
        Ok(_) => (None, None),
        Err(lack) => (None, Some(lack)),
    };
    let mut brands: Vec<String> = Vec::new();
    for claimed in &facts.claims {
        if !brands.contains(&claimed.claim.brand) {
            brands.push(claimed.claim.brand.clone());
        }
    }
    if let Some(proof) = &proof {
        // The proven brand stands first, whatever else the mail names.
        brands.retain(|brand| *brand != proof.brand);
        brands.insert(0, proof.brand.clone());
    }
    let caution = if genuine {
        caution::find(&facts, &findings)
    } else {
        Vec::new()
    };
    let advice = advice::steps(&facts, verdict, &brands, lack.as_deref());
    remarks(&facts, &mut findings);
    Examination {
        verdict,
        claims: brands,
        proof,
        caution,
        findings,
        advice,
        confidence: confidence(&facts).to_owned(),
        judged_as_of: facts.at,
        claimed: claimed(&facts),
        knowledge: facts.knowledge.version.clone(),
        dns: facts.authentication.dns,
    }
}

fn claimed(facts: &Facts<'_>) -> Vec<sellkeep_model::Claim> {
    let shown = |claimed: &claims::Claimed| {
        let mut claim = claimed.claim.clone();
        claim.quote = printable::line(&claim.quote);
        claim
    };
    facts.claims.iter().map(shown).collect()
}

fn confidence(facts: &Facts<'_>) -> &'static str {
    match facts.kind {
        Kind::Text => "low: no headers",
        Kind::Link => "low: the link alone, not what lies behind it",
        Kind::Mail if facts.content.forwarded_inline.is_some() => {
            "low: forwarded in the text, only the content can be judged"
        }
        Kind::Mail => "full",
    }
}

/// Remarks that weigh nothing but belong into the report.
fn remarks(facts: &Facts<'_>, findings: &mut Vec<Finding>) {
    if let Some(forwarded) = &facts.content.forwarded_inline {
        findings.extend(remark(
            "forwarded-inline",
            "The mail was forwarded in the text, so only its content can be judged.",
            &forwarded.marker,
        ));
    }
    if !facts.content.limits_reached.is_empty() {
        let limits = format!("{:?}", facts.content.limits_reached);
        findings.extend(remark(
            "limit-reached",
            "The mail is larger or deeper than any notice; a part of it was not read.",
            &limits,
        ));
    }
}

fn remark(id: &str, says: &str, quote: &str) -> Option<Finding> {
    let known = explain::explain(id)?;
    Some(Finding {
        id: id.to_owned(),
        level: Level::Note,
        says: says.to_owned(),
        quote: printable::line(quote),
        why: known.why.to_owned(),
        source: known.source.to_owned(),
    })
}
