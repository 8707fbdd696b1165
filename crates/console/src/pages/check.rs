//! Check a mail: upload, paste, link. Before sign-in only for whoever sits at this machine.
//! Nothing of it is kept.

use askama::Template;
use axum::extract::State;
use axum::routing::{MethodRouter, get};
use sellkeep_model::Examination;

use super::report::Report;
use super::{Access, Page};
use crate::console::Console;
use crate::door::Visitor;
use crate::form::Upload;
use crate::frame::{Frame, html};
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page = Page::new("/check", "Check a mail", Access::Check, methods)
    .in_nav()
    .with_forms()
    .up_to(BYTES_MAX);

/// Providers deliver no larger mails (Gmail 25 MB, Microsoft 365 35 MB by default encoded);
/// beside it stands the form.
const BYTES_MAX: usize = 36 << 20;

#[derive(Template)]
#[template(path = "check.html")]
struct CheckPage {
    frame: Frame,
    report: Option<Report>,
    problem: String,
}

fn methods() -> MethodRouter<Console> {
    get(show).post(judge)
}

async fn show(visitor: Visitor) -> Outcome {
    page(&visitor, None, String::new())
}

fn page(visitor: &Visitor, report: Option<Report>, problem: String) -> Outcome {
    html(&CheckPage {
        frame: Frame::new(visitor, PAGE.title),
        report,
        problem,
    })
}

async fn judge(State(console): State<Console>, visitor: Visitor, upload: Upload) -> Outcome {
    let what = match What::of(&upload) {
        Ok(what) => what,
        Err(says) => return page(&visitor, None, says.to_owned()),
    };
    let examination = examine(&console, what).await?;
    page(
        &visitor,
        Some(Report::of(&examination, visitor.language)),
        String::new(),
    )
}

/// What is to be judged.
pub enum What {
    /// A mail as received.
    Mail(Vec<u8>),
    /// A pasted text.
    Text(String),
    /// A link.
    Link(String),
}

impl What {
    fn of(upload: &Upload) -> Result<What, &'static str> {
        let (text, link) = (upload.fields.get("text"), upload.fields.get("link"));
        if !upload.file.is_empty() {
            return Ok(What::Mail(upload.file.to_vec()));
        }
        if !text.is_empty() {
            return Ok(What::text(upload.fields.raw("text")));
        }
        if !link.is_empty() {
            return Ok(What::Link(link.to_owned()));
        }
        Err("Nothing to check yet: choose a file, paste a text or a link.")
    }

    /// A pasted mail with its headers is a mail, not a text.
    pub fn text(text: &str) -> What {
        let start = text.trim_start();
        let first: Vec<&str> = start.lines().take(40).collect();
        let has = |name: &str| {
            let mut lines = first.iter();
            lines.any(|line| line.to_ascii_lowercase().starts_with(name))
        };
        if has("from:") && (has("received:") || has("dkim-signature:") || has("message-id:")) {
            return What::Mail(start.as_bytes().to_vec());
        }
        What::Text(text.to_owned())
    }
}

/// Judges off the threads that serve pages.
pub async fn examine(console: &Console, what: What) -> Result<Examination, Trouble> {
    let permit = console.checks.clone().acquire_owned().await;
    let permit = permit.map_err(|error| Trouble::ours(&error))?;
    let desk = console.desk.clone();
    let judged = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        match what {
            What::Mail(bytes) => desk.check_mail(&bytes),
            What::Text(text) => desk.check_text(&text),
            What::Link(link) => desk.check_link(&link),
        }
    });
    judged.await.map_err(|error| Trouble::ours(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_source_is_a_mail_and_words_are_a_text() {
        let mail = "Received: by mx\nFrom: a@b.example\nSubject: x\n\nhello";
        assert!(matches!(What::text(mail), What::Mail(_)));
        assert!(matches!(
            What::text("From: your bank, call us"),
            What::Text(_)
        ));
    }
}
