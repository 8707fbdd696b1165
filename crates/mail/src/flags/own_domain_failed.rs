//! From lies in the brand's own domain, and the domain's own checks say no.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::authentication::DkimResult;
use crate::facts::Facts;

pub const FLAG: Flag = Flag {
    id: "own-domain-failed",
    title: "The brand's own domain denies this mail",
    level: Level::Decisive,
    why: "The domain's owner publishes which servers may send and which keys sign. This mail meets neither, so the address is forged or the mail was changed.",
    source: "RFC 7489 section 6.6.2, RFC 7208 section 8.4",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let domain = facts.sender.domain.as_ref()?;
    facts.sender_brand?;
    let checked = &facts.authentication;
    let dmarc = checked.dmarc.as_ref()?;
    let spf = checked.spf.as_ref()?;
    if dmarc.dkim_aligned || dmarc.spf_aligned {
        return None;
    }
    let signed = checked.dkim.iter().any(|check| {
        let aligned = check
            .domain
            .as_ref()
            .is_some_and(|signer| signer.organisation() == domain.organisation());
        aligned && !matches!(check.result, DkimResult::Unusable(_))
    });
    let denied = matches!(
        spf.result.as_str(),
        "fail" | "softfail" | "none" | "neutral" | "permerror" | "pass"
    );
    let enforced = matches!(dmarc.policy.as_deref(), Some("quarantine" | "reject"));
    if !denied || (dmarc.policy.is_none() && spf.result != "fail") {
        return None;
    }
    // A list or a forwarder breaks a signature and changes the server without any
    // forgery (RFC 7960): only a mail that never was signed is denied outright.
    let level = if signed {
        Level::Weak
    } else if enforced {
        Level::Decisive
    } else {
        Level::Strong
    };
    let says = format!(
        "{domain} neither signed this mail nor allows the server it came from (SPF {}).",
        spf.result
    );
    sign(level, says, &facts.sender.raw)
}
