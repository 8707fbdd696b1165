//! One text of a mail with everything that was met in it.

use crate::names::Folded;
use crate::notices::phrases::{Hits, Phrases};

/// A notice says what it has to say before this, in octets of its text.
pub(crate) const NOTICE_OCTETS_MAX: usize = 16 * 1024;

/// A subject or a text, folded, with the phrases that stand in it.
#[derive(Debug)]
pub(crate) struct Page<'t> {
    pub(crate) original: &'t str,
    pub(crate) folded: Folded,
    pub(crate) hits: Hits,
}

impl<'t> Page<'t> {
    pub(crate) fn of(text: &'t str, phrases: &Phrases) -> Page<'t> {
        let original = &text[..text.floor_char_boundary(NOTICE_OCTETS_MAX)];
        let folded = Folded::of(original);
        let hits = phrases.find(folded.as_str());
        Page {
            original,
            folded,
            hits,
        }
    }

    pub(crate) fn text(&self) -> &str {
        self.folded.as_str()
    }
}

/// Subject and text of one mail.
#[derive(Debug)]
pub(crate) struct Pages<'t> {
    pub(crate) subject: Page<'t>,
    pub(crate) text: Page<'t>,
}

impl<'t> Pages<'t> {
    pub(crate) fn of(subject: &'t str, text: &'t str, phrases: &Phrases) -> Pages<'t> {
        Pages {
            subject: Page::of(subject, phrases),
            text: Page::of(text, phrases),
        }
    }
}
