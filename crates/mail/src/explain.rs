//! More about a finding or a caution, for `sellkeep explain`.

use sellkeep_model::Level;

use crate::flags::FLAGS;

/// What there is to say about one id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// The id.
    pub id: &'static str,
    /// A short title.
    pub title: &'static str,
    /// How much it usually weighs.
    pub level: Level,
    /// Why it matters.
    pub why: &'static str,
    /// What it rests on.
    pub source: &'static str,
}

/// Remarks and cautions that no flag produces.
const REMARKS: &[Explanation] = &[
    Explanation {
        id: "relayed-words",
        title: "The brand passes on a stranger's words",
        level: Level::Note,
        why: "Buyer messages, invoices and form mails carry a genuine signature and anybody's text.",
        source: "https://visualfoodie.com/identifying-fake-messages-in-the-amazon-message-center",
    },
    Explanation {
        id: "abused-channel",
        title: "A genuine mail that thieves fill",
        level: Level::Note,
        why: "Invoices, invitations and shared files are sent by the brand with words of whoever asked for them.",
        source: "https://github.com/sublime-security/sublime-rules/tree/main/detection-rules/paypal_invoice_abuse.yml",
    },
    Explanation {
        id: "not-a-known-notice",
        title: "Not a notice we know",
        level: Level::Note,
        why: "Employees and newsletters share a domain with notices. Only known notices tell of your account.",
        source: "measured on public lists: employees of marketplaces write with valid signatures",
    },
    Explanation {
        id: "archived-key",
        title: "Proven by an archived key",
        level: Level::Note,
        why: "The key that proves it is no longer published, so an archived copy was used. Whoever keeps that archive is trusted.",
        source: "RFC 6376 section 3.6.1 (revoked and removed keys)",
    },
    Explanation {
        id: "forwarded-as-attachment",
        title: "Forwarded as an attachment",
        level: Level::Note,
        why: "The attached mail was judged on its own; who forwarded it does not matter.",
        source: "RFC 2046 section 5.2.1 (message/rfc822)",
    },
    Explanation {
        id: "forwarded-inline",
        title: "Forwarded in the text",
        level: Level::Note,
        why: "The original header is lost, so only the content can be judged.",
        source: "RFC 5322 section 3.6.6",
    },
    Explanation {
        id: "outlook-msg",
        title: "Saved by Outlook",
        level: Level::Note,
        why: "Outlook does not keep the bytes that were signed, so a signature cannot be verified any more.",
        source: "MS-OXMSG (Outlook item file format)",
    },
    Explanation {
        id: "mail-flood",
        title: "One of a flood",
        level: Level::Weak,
        why: "Hundreds of sign-up mails within an hour are sent to bury the one notice that matters.",
        source: "shared observations of mail bombing before account takeovers; look for a genuine notice in between",
    },
    Explanation {
        id: "limit-reached",
        title: "Larger or deeper than any notice",
        level: Level::Weak,
        why: "Mails that exhaust their reader are built so. What lies beyond the limit was not read.",
        source: "RFC 5321 section 4.5.3 (limits)",
    },
];

/// Everything that can be explained.
pub fn explanations() -> impl Iterator<Item = Explanation> {
    let flags = FLAGS.iter().map(|flag| Explanation {
        id: flag.id,
        title: flag.title,
        level: flag.level,
        why: flag.why,
        source: flag.source,
    });
    flags.chain(REMARKS.iter().copied())
}

/// What there is to say about one id; `None` where it is unknown.
pub fn explain(id: &str) -> Option<Explanation> {
    explanations().find(|explanation| explanation.id == id)
}
