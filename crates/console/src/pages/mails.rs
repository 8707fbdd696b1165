//! Mail seen: the verdicts on mails of sources, newest first.

use askama::Template;
use axum::extract::{Query, State};
use axum::routing::{MethodRouter, get};
use sellkeep_model::Examination;
use sellkeep_store::Evidence;
use serde::Deserialize;

use super::alerts::{Asked, FilterLine, LINES};
use super::{Access, Page};
use crate::console::Console;
use crate::door::{SignedIn, Visitor};
use crate::frame::{Frame, html};
use crate::shown;
use crate::trouble::Outcome;

pub(super) const PAGE: Page = Page::new("/mail", "Mail seen", Access::Person, methods).in_nav();

const FILTERS: &[(&str, &str)] = &[
    ("", "All"),
    ("fake", "Fake"),
    ("genuine", "Genuine"),
    ("unproven", "Unproven"),
    ("unrelated", "Unrelated"),
];

#[derive(Template)]
#[template(path = "mails.html")]
struct MailsPage {
    frame: Frame,
    filters: Vec<FilterLine>,
    mails: Vec<MailLine>,
    older: String,
}

struct MailLine {
    record: String,
    verdict: String,
    claims: String,
    says: String,
    account: String,
    when: String,
}

/// The part of evidence that a page reads.
#[derive(Deserialize)]
pub struct Body {
    /// The examination, for a mail.
    pub examination: Option<Examination>,
}

fn methods() -> MethodRouter<Console> {
    get(show)
}

async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Outcome {
    let verdict = Some(asked.filter.as_str()).filter(|word| !word.is_empty());
    let before = asked.before.parse().ok();
    let found = console
        .store
        .verdicts(&who.tenant, verdict, before.as_ref(), LINES)
        .await?;
    let last = found.last().filter(|_| found.len() == LINES);
    html(&MailsPage {
        frame: Frame::new(&visitor, PAGE.title),
        filters: FILTERS
            .iter()
            .map(|(word, title)| FilterLine {
                word,
                title,
                current: *word == asked.filter,
            })
            .collect(),
        older: last.map_or_else(String::new, |last| {
            format!("/mail?filter={}&before={}", asked.filter, last.place())
        }),
        mails: found.iter().map(line).collect(),
    })
}

fn line(evidence: &Evidence) -> MailLine {
    let body: Option<Body> = serde_json::from_str(&evidence.body).ok();
    let examination = body.and_then(|body| body.examination);
    let first = examination
        .as_ref()
        .map(|examination| match &examination.proof {
            Some(proof) => proof.says.clone(),
            None => examination
                .findings
                .first()
                .map(|finding| finding.says.clone())
                .unwrap_or_default(),
        });
    MailLine {
        record: evidence.record.clone(),
        verdict: evidence.verdict.clone(),
        claims: examination
            .map(|examination| examination.claims.join(", "))
            .unwrap_or_default(),
        says: first.unwrap_or_default(),
        account: evidence.account.clone(),
        when: shown::time(&evidence.at),
    }
}
