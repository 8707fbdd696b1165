//! Which fields each kind of record has.
//!
//! `deny_unknown_fields` of serde cannot be used beside a flattened source, and
//! it would name the first mistake only; so the fields stand here, once.

use serde::de::DeserializeOwned;

use super::form::{Field, Form, may, must};
use crate::brand::{AbusedChannel, DmarcSeen, MailDomain, Shortener, Signature, WebHost};
use crate::contact::Contact;
use crate::deed::{Deed, Topic};
use crate::fact::Fact;
use crate::hold::Hold;
use crate::language::Language;
use crate::lure::Lure;
use crate::machine::MachineName;
use crate::notice::Notice;
use crate::resource::Resource;
use crate::tag::Technique;
use crate::zone::Zone;

/// A kind of record: its fields beside `source`, `seen` and `confidence`.
pub trait Fields: DeserializeOwned {
    /// The fields.
    const FIELDS: &'static [Field];
}

const MATCH: Form = Form::OneOf(&["exact", "suffix"]);
const MAIL_ROLES: Form = Form::OneOf(&[
    "notification",
    "marketing",
    "corporate",
    "affiliate",
    "relay",
    "tenant",
    "envelope",
    "transport",
]);
const MANNERS: Form = Form::OneOf(&[
    "attach-original",
    "forward-inline-not-as-attachment",
    "forward-unchanged",
    "forward-with-full-headers",
    "attach-or-forward-full-message",
    "arf",
]);

/// The fields of a brand itself.
pub const BRAND: &[Field] = &[
    must("id", Form::Text),
    must("name", Form::Text),
    must(
        "kind",
        Form::OneOf(&[
            "marketplace",
            "payments",
            "cloud",
            "adjacent",
            "mailbox",
            "carrier",
        ]),
    ),
    may("complete", Form::Flag),
    may("common_word", Form::Flag),
    may("display_aliases", Form::Texts),
    may("common_aliases", Form::Texts),
    may("lookalike_words", Form::Texts),
    may("relay_first_labels", Form::Texts),
    may("sister_brands", Form::Texts),
    may("notes", Form::Text),
    may("mail_domain", Form::Records),
    may("web_host", Form::Records),
    may("shortener", Form::Records),
    may("signature", Form::Records),
    may("dmarc", Form::Records),
    may("abused_channel", Form::Records),
];

impl Fields for MailDomain {
    const FIELDS: &'static [Field] = &[
        must("domain", Form::Domain),
        must("match", MATCH),
        must("role", MAIL_ROLES),
        may("evidence", Form::Text),
        may("notes", Form::Text),
    ];
}

impl Fields for WebHost {
    const FIELDS: &'static [Field] = &[
        must("host", Form::Domain),
        must("match", MATCH),
        must("role", Form::Text),
        may("notes", Form::Text),
    ];
}

impl Fields for Shortener {
    const FIELDS: &'static [Field] = &[must("domain", Form::Domain), may("notes", Form::Text)];
}

impl Fields for Signature {
    const FIELDS: &'static [Field] = &[
        must("from_domain", Form::Domain),
        must("dkim_d", Form::Texts),
        must("selectors_seen", Form::Texts),
        may("envelope_from", Form::Text),
        must("result", Form::Text),
        may("notes", Form::Text),
    ];
}

impl Fields for DmarcSeen {
    const FIELDS: &'static [Field] = &[
        must("domain", Form::Domain),
        must("policy", Form::OneOf(&["none", "quarantine", "reject"])),
        may("notes", Form::Text),
    ];
}

impl Fields for AbusedChannel {
    const FIELDS: &'static [Field] = &[
        must("sender", Form::Text),
        must("what", Form::Text),
        must("signal", Form::Text),
        may("notes", Form::Text),
    ];
}

impl Fields for Notice {
    const FIELDS: &'static [Field] = &[
        must("id", Form::Text),
        must("kind", Form::EventKind),
        must("class", CLASSES),
        must("senders", Form::Texts),
        may("words", Form::Tables(WORDING)),
        may("own_words", Form::Text),
        may("detail", Form::Tables(DETAIL)),
        may("notes", Form::Text),
    ];
}

const CLASSES: Form = Form::OneOf(&["security", "business", "relay", "marketing"]);

const WORDING: &[Field] = &[
    must("language", Form::Text),
    may("subjects", Form::Texts),
    may("phrases", Form::Texts),
];

const DETAIL: &[Field] = &[
    must("field", Form::EventField),
    must(
        "form",
        Form::OneOf(&["tail", "amount", "order", "words", "address", "fixed"]),
    ),
    may("after", Form::Texts),
    may("value", Form::Text),
];

impl Fields for Deed {
    const FIELDS: &'static [Field] = &[
        must("id", Form::Text),
        must("kind", Form::EventKind),
        must("title", Form::Text),
        must("words", Form::Tables(DEED_WORDS)),
        may("detail", Form::Tables(DETAIL)),
    ];
}

const DEED_WORDS: &[Field] = &[
    must("language", Form::Text),
    must("things", Form::Texts),
    must("deeds", Form::Texts),
];

impl Fields for Topic {
    const FIELDS: &'static [Field] = &[
        must("id", Form::OneOf(crate::deed::TOPICS)),
        must("title", Form::Text),
        must("words", Form::Tables(WORDS)),
    ];
}

impl Fields for Language {
    const FIELDS: &'static [Field] = &[
        must("code", Form::Text),
        must("common", Form::Texts),
        must("unsaid", Form::Texts),
    ];
}

impl Fields for MachineName {
    const FIELDS: &'static [Field] = &[must("name", Form::Text)];
}

impl Fields for Technique {
    const FIELDS: &'static [Field] = &[
        must("tag", Form::Text),
        must("name", Form::Text),
        must("version", Form::Text),
    ];
}

impl Fields for Contact {
    const FIELDS: &'static [Field] = &[
        must("id", Form::Text),
        must("organisation", Form::Text),
        must("service", Form::Text),
        must("region", Form::Text),
        must("purpose", Form::Text),
        must("channel", Form::OneOf(&["email", "phone", "form", "chat"])),
        must("value", Form::Text),
        may("hours", Form::Text),
        may("how_to_send", MANNERS),
        may("notes", Form::Text),
        may("requires_login", Form::Flag),
    ];
}

impl Fields for Fact {
    const FIELDS: &'static [Field] = &[
        must("id", Form::Text),
        must("platform", Form::Text),
        must("category", Form::Text),
        must("statement", Form::Text),
        may("severity", Form::Text),
        may("check", Form::OneOf(&["automatic", "attested", "manual"])),
        may("how", Form::Text),
        may("notes", Form::Text),
    ];
}

impl Fields for Resource {
    const FIELDS: &'static [Field] = &[
        must("id", Form::Text),
        must("platform", Form::Text),
        must("topics", Form::Texts),
        must("title", Form::Text),
        must("answers", Form::Texts),
    ];
}

impl Fields for Hold {
    const FIELDS: &'static [Field] = &[
        must("marketplace", Form::Text),
        must("lasts", Form::Text),
        must("says", Form::Text),
    ];
}

impl Fields for Zone {
    const FIELDS: &'static [Field] = &[
        must("domain", Form::Domain),
        must("owner", Form::Text),
        must(
            "public_suffix",
            Form::OneOf(&["yes", "no", "partial", "wildcard"]),
        ),
        must("why", Form::Text),
        may("looks_like_brand", Form::Text),
    ];
}

impl Fields for Lure {
    const FIELDS: &'static [Field] = &[
        must("id", Form::Text),
        must("title", Form::Text),
        must("why", Form::Text),
        must("words", Form::Tables(WORDS)),
    ];
}

const WORDS: &[Field] = &[must("language", Form::Text), must("phrases", Form::Texts)];
