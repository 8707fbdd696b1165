//! The catalogue of notices: which mails a brand is known to send and what each tells.
//!
//! A notice is met by its sender and by its words. Words come from published copies
//! (`words`) or from our own lists (`own_words`, a [`crate::Deed`]); which of both was
//! met is told apart wherever the reading is used.

use sellkeep_model::{EventKind, Field};
use serde::Deserialize;

use crate::source::Source;

/// One kind of mail that the brand is known to send
/// (`knowledge/brands/<brand>/notices/<notice>/notice.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Notice {
    /// Stable name, also the folder's name.
    pub id: String,
    /// What happened, when such a mail is proven.
    pub kind: EventKind,
    /// What kind of mail it is.
    pub class: NoticeClass,
    /// The senders' addresses; `*` stands for any run of characters.
    pub senders: Vec<String>,
    /// Published wordings; any one of them must be met. None: the sender says it all.
    #[serde(default)]
    pub words: Vec<Wording>,
    /// A deed whose own word lists count as wordings too.
    #[serde(default)]
    pub own_words: Option<String>,
    /// What to read from the text, beside what the deed of the same kind reads.
    #[serde(default, rename = "detail")]
    pub details: Vec<Detail>,
    /// Remark.
    pub notes: Option<String>,
    /// Source, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}

impl Notice {
    /// Whether only the sender decides.
    pub fn is_any_words(&self) -> bool {
        self.words.is_empty() && self.own_words.is_none()
    }
}

/// What kind of mail a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoticeClass {
    /// An intruder's deed, or the answer to one, can show in it.
    Security,
    /// Orders, listings, reports.
    Business,
    /// The words of a buyer or another stranger.
    Relay,
    /// Advertising.
    Marketing,
}

impl NoticeClass {
    /// The word as it stands in the files.
    pub fn as_str(self) -> &'static str {
        match self {
            NoticeClass::Security => "security",
            NoticeClass::Business => "business",
            NoticeClass::Relay => "relay",
            NoticeClass::Marketing => "marketing",
        }
    }
}

/// Words of a notice in one language: one of the subjects and one of the phrases.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Wording {
    /// Language tag (`en`, `de` …).
    pub language: String,
    /// Words of the subject, any one; none: any subject.
    #[serde(default)]
    pub subjects: Vec<String>,
    /// Words of the text, any one; none: any text.
    #[serde(default)]
    pub phrases: Vec<String>,
}

/// One thing to read from the text of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Detail {
    /// Where it goes.
    pub field: Field,
    /// How it is written.
    pub form: DetailForm,
    /// Words that stand before it, any one; none: anywhere, where the form allows that.
    #[serde(default)]
    pub after: Vec<String>,
    /// For a fixed detail: what the notice always says.
    #[serde(default)]
    pub value: Option<String>,
}

/// How a detail is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DetailForm {
    /// The last digits of an account's number; only the last four are kept.
    Tail,
    /// Money with its currency; sets the currency too.
    Amount,
    /// An order's number: digits and hyphens.
    Order,
    /// Words up to the end of the line.
    Words,
    /// A mail address; only masked and as a keyed digest.
    Address,
    /// Not read: `value` holds it.
    Fixed,
}

impl DetailForm {
    /// Whether nothing need stand before it to recognise it.
    pub fn is_plain_by_itself(self) -> bool {
        matches!(
            self,
            DetailForm::Amount | DetailForm::Order | DetailForm::Fixed
        )
    }
}
