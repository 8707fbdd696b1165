//! Sources that have not been heard for longer than the account expects.

use super::View;
use crate::moment::{Millis, length};
use crate::rule::{Body, Grace};

/// A source that is silent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Silent {
    /// Its name.
    pub source: String,
    /// When its silence became too long, or will.
    pub from: Millis,
    /// When it was last heard.
    pub last: Option<Millis>,
}

/// All sources that a silence rule waits for, with the time their silence is too long.
pub(crate) fn silent(view: &View<'_>) -> Vec<Silent> {
    let Body::Silence { grace } = view.rule.body else {
        return Vec::new();
    };
    let extra = match grace {
        Grace::Account => None,
        Grace::Fixed(extra) => Some(length(extra)),
    };
    let sources = view.account.sources.iter().filter_map(|expected| {
        let source = expected.source.as_str();
        let from = view
            .eyes
            .silent_from(view.account, source, extra, view.facts.since)?;
        let last = view.eyes.last(source);
        Some(Silent {
            source: source.to_owned(),
            from,
            last,
        })
    });
    sources.collect()
}
