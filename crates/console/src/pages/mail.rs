//! One mail that was seen: the verdict with all its reasons.

use askama::Template;
use axum::extract::{Path, State};
use axum::routing::{MethodRouter, get};

use super::mails::Body;
use super::report::Report;
use super::{Access, Page};
use crate::console::Console;
use crate::door::{SignedIn, Visitor};
use crate::frame::{Frame, html};
use crate::shown;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page = Page::new("/mail/{record}", "Mail", Access::Person, methods);

#[derive(Template)]
#[template(path = "mail.html")]
struct MailPage {
    frame: Frame,
    report: Report,
    record: String,
    account: String,
    when: String,
    knowledge: String,
}

fn methods() -> MethodRouter<Console> {
    get(show)
}

async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    who: SignedIn,
    Path(record): Path<String>,
) -> Outcome {
    let is_digest = record.len() == 64 && record.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_digest {
        return Err(Trouble::NotFound);
    }
    let evidence = console.store.evidence(&who.tenant, &record).await?;
    let evidence = evidence.ok_or(Trouble::NotFound)?;
    let body: Option<Body> = serde_json::from_str(&evidence.body).ok();
    let examination = body
        .and_then(|body| body.examination)
        .ok_or(Trouble::NotFound)?;
    html(&MailPage {
        frame: Frame::new(&visitor, PAGE.title),
        report: Report::of(&examination, visitor.language),
        record,
        account: evidence.account,
        when: shown::time(&evidence.at),
        knowledge: evidence.knowledge.chars().take(12).collect(),
    })
}
