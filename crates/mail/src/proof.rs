//! What counts as proof that a mail comes from the brand it claims.
//!
//! Every condition is checked on its own and can only take proof away. A
//! verified signature of the brand is not enough: it must cover everything that
//! changes what the reader sees or where an answer goes.

use sellkeep_knowledge::{Brand, MailRole};
use sellkeep_model::{Domain, Proof, ProofKind};

use crate::authentication::{DkimCheck, DkimResult, DkimWeakness};
use crate::content::Limit;
use crate::facts::{Facts, Kind};
use crate::{hops, sender};

/// Why there is no proof, in plain words, to follow "because".
pub type Lack = String;

/// The proof, or what is missing for it.
pub fn find(facts: &Facts<'_>) -> Result<Proof, Lack> {
    let (brand, domain) = provable_sender(facts)?;
    whole(facts)?;
    let by_signature = signed(facts, brand, domain);
    let lack = match by_signature {
        Ok(proof) => return Ok(proof),
        Err(lack) => lack,
    };
    if let Some(proof) = allowed_server(facts, brand, domain) {
        return Ok(proof);
    }
    if let Some(proof) = observed(facts, brand, domain) {
        return Ok(proof);
    }
    Err(lack)
}

/// From is one plain address in a domain that the brand writes from.
fn provable_sender<'f>(facts: &'f Facts<'_>) -> Result<(&'f Brand, &'f Domain), Lack> {
    if facts.kind != Kind::Mail {
        return Err("there is no mail header to check".to_owned());
    }
    if let Some(problem) = facts.sender.problems.first() {
        return Err(format!("its sender line {}", problem.says()));
    }
    let domain = facts
        .sender
        .domain
        .as_ref()
        .ok_or("it names no sender that could be checked")?;
    let (brand, role) = facts
        .sender_brand
        .ok_or_else(|| format!("{domain} is not known to send mail for a brand"))?;
    match role {
        MailRole::Notification | MailRole::Marketing | MailRole::Corporate | MailRole::Relay => {
            Ok((brand, domain))
        }
        MailRole::Affiliate | MailRole::Tenant | MailRole::Envelope | MailRole::Transport => Err(
            format!("anybody or another company can write from {domain}"),
        ),
    }
}

/// Nothing about the mail's structure leaves a doubt what the reader sees.
fn whole(facts: &Facts<'_>) -> Result<(), Lack> {
    if let Some(why) = &facts.content.ambiguous_mime {
        return Err(format!("mail programs show it differently: {why}"));
    }
    let structural = facts
        .content
        .limits_reached
        .iter()
        .any(|limit| matches!(limit, Limit::Parts | Limit::Depth | Limit::Size));
    if structural || facts.headers.truncated {
        return Err(
            "it is built larger or deeper than any notice and was not read to its end".to_owned(),
        );
    }
    if facts.headers.stray_lines > 0 {
        return Err("its header holds lines that mail programs read differently".to_owned());
    }
    Ok(())
}

fn signed(facts: &Facts<'_>, brand: &Brand, domain: &Domain) -> Result<Proof, Lack> {
    let mut lack = format!("it carries no signature of {domain}");
    for check in &facts.authentication.dkim {
        if !is_aligned(facts, check, brand, domain) {
            continue;
        }
        match counts(facts, check) {
            Ok(()) => return Ok(signature_proof(check, brand)),
            Err(why) => lack = why,
        }
    }
    Err(lack)
}

/// The signer is the brand itself, and the same organisation as From: equal, or
/// one lies in the other. The Public Suffix List alone is not asked, because it
/// joins strangers (`amazon.com.be` and any other name under `com.be`).
fn is_aligned(facts: &Facts<'_>, check: &DkimCheck, brand: &Brand, domain: &Domain) -> bool {
    let Some(signer) = &check.domain else {
        return false;
    };
    let related = signer == domain || domain.is_within(signer) || signer.is_within(domain);
    let own = facts.knowledge.sender(signer).is_some_and(|sender| {
        let writes = matches!(
            sender.role,
            MailRole::Notification
                | MailRole::Marketing
                | MailRole::Corporate
                | MailRole::Relay
                | MailRole::Envelope
        );
        sender.brand.id == brand.id && writes
    });
    related && own
}

/// Whether a signature of the brand counts as proof.
fn counts(facts: &Facts<'_>, check: &DkimCheck) -> Result<(), Lack> {
    match &check.result {
        DkimResult::Pass => {}
        DkimResult::Fail(_) => {
            return Err(format!(
                "the signature of {} does not fit the mail as it is",
                check.domain_raw
            ));
        }
        DkimResult::Unusable(why) => {
            return Err(format!(
                "the signature of {} cannot be used: {why}",
                check.domain_raw
            ));
        }
        DkimResult::NoKey => {
            return Err(format!(
                "the key of {} is not published (any more)",
                check.domain_raw
            ));
        }
        DkimResult::KeyUnavailable => {
            return Err(format!(
                "the key of {} could not be asked for",
                check.domain_raw
            ));
        }
    }
    if let Some(weakness) = check.weaknesses.first() {
        return Err(format!(
            "the signature of {} {}",
            check.domain_raw,
            weakness_says(*weakness)
        ));
    }
    if let Some((name, why)) = uncovered(facts, check) {
        return Err(format!("the field {name} {why}"));
    }
    Ok(())
}

/// A weakness in plain words, to follow "the signature".
pub fn weakness_says(weakness: DkimWeakness) -> &'static str {
    match weakness {
        DkimWeakness::FromUnsigned => "does not cover the sender line",
        DkimWeakness::SubjectUnsigned => "does not cover the subject",
        DkimWeakness::DateUnsigned => "does not cover the date",
        DkimWeakness::RecipientUnsigned => "does not cover the recipient",
        DkimWeakness::ContentTypeUnsigned => "does not cover what kind of text it is",
        DkimWeakness::BodyPartUnsigned => "leaves a part of the text uncovered",
        DkimWeakness::DuplicateOfSigned => "covers only one of two fields of the same name",
        DkimWeakness::Expired => "had expired when the mail arrived",
        DkimWeakness::FromTheFuture => "is dated after the mail arrived",
        DkimWeakness::Sha1 => "uses an algorithm that is broken (SHA-1)",
        DkimWeakness::KeyTooShort => "uses a key that is too short",
        DkimWeakness::TestMode => "is marked as a test by its owner",
        DkimWeakness::KeyNotForThis => "uses a key that is not meant for this",
    }
}

/// Fields that change what a reader sees; each must be signed as often as it stands there.
const SEEN_FIELDS: &[&str] = &[
    "From",
    "Sender",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Disposition",
    "Resent-From",
    "Resent-Sender",
];

/// A field beyond the signature's cover that changes what the reader sees or
/// where an answer goes; its name, and why in words to follow "the field X".
pub(crate) fn uncovered(
    facts: &Facts<'_>,
    check: &DkimCheck,
) -> Option<(&'static str, &'static str)> {
    check
        .domain
        .as_ref()
        .and_then(|signer| facts.knowledge.sender(signer))?;
    let over = |name: &str| {
        facts.headers.count(name)
            > check
                .signed_fields
                .iter()
                .filter(|field| field.eq_ignore_ascii_case(name))
                .count()
    };
    if let Some(name) = SEEN_FIELDS.iter().find(|name| over(name)) {
        return Some((name, "is not covered by the signature"));
    }
    let reply = facts.reply_to();
    let strange = reply.iter().any(|domain| {
        !facts.is_senders_own(domain)
            && facts.knowledge.owns(domain).map(|brand| &brand.id)
                != facts.sender_brand.map(|(brand, _)| &brand.id)
    });
    let unreadable = facts.headers.count("Reply-To") > 0 && reply.is_empty();
    if over("Reply-To") && (strange || unreadable) {
        return Some((
            "Reply-To",
            "is not covered by the signature and leads elsewhere",
        ));
    }
    facts
        .headers
        .iter()
        .any(|header| header.odd_name && SEEN_FIELDS.iter().any(|name| header.is(name)))
        .then_some((
            "From or Subject",
            "stands there in a spelling that only some mail programs recognise",
        ))
}

fn signature_proof(check: &DkimCheck, brand: &Brand) -> Proof {
    let domain = check
        .domain
        .as_ref()
        .map_or_else(String::new, ToString::to_string);
    let says = format!(
        "Signed by {domain}, which is {}'s own, and unchanged since.",
        brand.name
    );
    Proof {
        kind: ProofKind::Dkim,
        brand: brand.id.clone(),
        domain,
        selector: Some(check.selector.clone()),
        key_bits: check.key_bits,
        key_from: None,
        by: None,
        says,
    }
}

/// SPF for an envelope that the user's own server recorded: the connecting
/// server is one of the brand's, and the whole mail came from it.
fn allowed_server(facts: &Facts<'_>, brand: &Brand, domain: &Domain) -> Option<Proof> {
    let dmarc = facts.authentication.dmarc.as_ref()?;
    let spf = facts
        .authentication
        .spf
        .as_ref()
        .filter(|spf| spf.passed())?;
    let sent_by = spf.domain.as_ref()?;
    let related = sent_by == domain || sent_by.is_within(domain) || domain.is_within(sent_by);
    let own = facts
        .knowledge
        .owns(sent_by)
        .is_some_and(|owner| owner.id == brand.id);
    let published = dmarc.policy.is_some() && dmarc.spf_aligned;
    let single = SEEN_FIELDS
        .iter()
        .all(|name| facts.headers.count(name) <= 1);
    let denied_signature =
        facts.authentication.dkim.iter().any(|check| {
            is_aligned(facts, check, brand, domain) && check.result != DkimResult::Pass
        });
    let answers_home = facts
        .reply_to()
        .iter()
        .all(|reply| facts.is_senders_own(reply));
    // A mail that passed other servers on its way was not handed over by the brand.
    let direct = facts.headers.count("Received") <= 1;
    if !(related && own && published && single && answers_home && direct) || denied_signature {
        return None;
    }
    let says = format!(
        "Handed over by a server that {sent_by} allows (SPF), and {domain} asks to be judged by that (DMARC)."
    );
    Some(Proof {
        kind: ProofKind::Spf,
        brand: brand.id.clone(),
        domain: sent_by.to_string(),
        selector: None,
        key_bits: None,
        key_from: None,
        by: None,
        says,
    })
}

/// The user's own provider wrote that DMARC passed for From.
fn observed(facts: &Facts<'_>, brand: &Brand, domain: &Domain) -> Option<Proof> {
    let report = hops::trusted_report(facts)?;
    let passed = report.results.iter().any(|result| {
        result.method == "dmarc"
            && result.result == "pass"
            && result
                .property("header.from")
                .and_then(|from| Domain::parse(from).ok())
                .as_ref()
                == Some(domain)
    });
    let single = SEEN_FIELDS
        .iter()
        .all(|name| facts.headers.count(name) <= 1);
    let reply = facts
        .headers
        .all("Reply-To")
        .flat_map(|field| sender::addresses_in(&field.value()));
    let answers_home = reply.into_iter().all(|reply| facts.is_senders_own(&reply));
    // Our own arithmetic beats somebody's report: a signature that we saw fail is no proof.
    let contradicted = facts.authentication.dkim.iter().any(|check| {
        is_aligned(facts, check, brand, domain) && matches!(check.result, DkimResult::Fail(_))
            || is_aligned(facts, check, brand, domain)
                && check.result == DkimResult::Pass
                && counts(facts, check).is_err()
    });
    if !passed || !single || !answers_home || contradicted {
        return None;
    }
    let by = report
        .authserv_id
        .clone()
        .unwrap_or_else(|| "outlook".to_owned());
    let says = format!(
        "Observed by {by}, your provider: the checks of {domain} passed when the mail arrived."
    );
    Some(Proof {
        kind: ProofKind::Observed,
        brand: brand.id.clone(),
        domain: domain.to_string(),
        selector: None,
        key_bits: None,
        key_from: None,
        by: Some(by),
        says,
    })
}
