//! What to do next, first thing first. Never only "be careful".

use sellkeep_knowledge::Brand;
use sellkeep_model::{Advice, Verdict};

use crate::facts::{Facts, Kind};

/// The steps for a verdict.
pub fn steps(
    facts: &Facts<'_>,
    verdict: Verdict,
    claims: &[String],
    lack: Option<&str>,
) -> Vec<Advice> {
    let brand = claims.first().and_then(|id| facts.knowledge.brand(id));
    match (verdict, brand) {
        (Verdict::Fake, Some(brand)) => fake(facts, brand),
        (Verdict::Unproven, Some(brand)) => unproven(facts, brand, lack),
        (Verdict::Genuine, Some(brand)) => genuine(facts, brand),
        _ => vec!["It claims no marketplace or payment service that we know. Treat it as you would any mail from that sender.".to_owned()],
    }
}

fn fake(facts: &Facts<'_>, brand: &Brand) -> Vec<Advice> {
    let mut steps = vec!["Do not click, answer, call or open anything in it.".to_owned()];
    if facts.kind == Kind::Mail {
        steps.push(format!(
            "Report it: `sellkeep report FILE` prepares the mail to {}.",
            report_address(facts, brand)
        ));
    }
    steps.push(format!(
        "If you typed a password or a code: open {} by typing the address yourself, change the password, sign out all devices and check the bank account for payouts now.",
        sign_in(brand)
    ));
    steps.push(
        "Keep the original mail; do not forward it in the text, only as an attachment.".to_owned(),
    );
    steps
}

fn unproven(facts: &Facts<'_>, brand: &Brand, lack: Option<&str>) -> Vec<Advice> {
    let mut steps = vec![format!(
        "Use no link or number in it. Open {} by typing the address yourself and look whether the same notice stands there.",
        sign_in(brand)
    )];
    if facts.content.forwarded_inline.is_some() {
        steps.push(format!("I can only judge content, because the mail was forwarded in the text. {FORWARD_AS_ATTACHMENT}"));
    } else if facts.kind == Kind::Mail {
        if let Some(lack) = lack {
            steps.push(format!("It is not proven because {lack}. Check the original file with its full header, or name your provider with --trust."));
        }
    } else {
        steps.push(
            "For a sure answer check the original mail as a file: a pasted text has no header."
                .to_owned(),
        );
    }
    steps
}

/// How to hand on a mail with its header, per mail program (menus as of 2026).
pub const FORWARD_AS_ATTACHMENT: &str = "Forward it as an attachment instead: \
Gmail: More (three dots) > Forward as attachment. \
Outlook: More actions > Forward as attachment, or drag the mail into a new one. \
Apple Mail: Message > Forward as Attachment. \
Thunderbird: Message > Forward As > Attachment.";

fn genuine(facts: &Facts<'_>, brand: &Brand) -> Vec<Advice> {
    if facts.kind == Kind::Link {
        return vec![format!(
            "The link leads to an official site of {}. Still, sign in only where you typed the address yourself.",
            brand.name
        )];
    }
    vec![
        format!(
            "It comes from {}. If it asks for something, do it at {} by typing the address yourself.",
            brand.name,
            sign_in(brand)
        ),
        "If it tells of a change that you did not make, act at once: change the password and check the payout account.".to_owned(),
    ]
}

/// The official sign-in page, or the brand's name where none is known.
fn sign_in(brand: &Brand) -> String {
    let host = brand
        .web_hosts
        .iter()
        .find(|host| host.role == "sign-in")
        .or_else(|| brand.web_hosts.iter().find(|host| host.role != "assets"));
    host.map_or_else(
        || format!("{}'s site", brand.name),
        |host| format!("https://{}/", host.host),
    )
}

fn report_address(facts: &Facts<'_>, brand: &Brand) -> String {
    let contacts = facts.knowledge.contacts_for(&brand.id, "report-phishing");
    let mail = contacts.iter().find(|contact| {
        contact.channel == "email"
            && contact.source.confidence > sellkeep_knowledge::Confidence::Low
    });
    mail.or(contacts.first()).map_or_else(
        || "the right address".to_owned(),
        |contact| contact.value.clone(),
    )
}
