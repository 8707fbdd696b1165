//! Playbooks: what to do when something happened. No sign-in: an owner who is locked out
//! of everything must be able to read them.

use askama::Template;
use axum::extract::State;
use axum::routing::{MethodRouter, get};

use super::{Access, Page};
use crate::console::Console;
use crate::door::Visitor;
use crate::frame::{Frame, html};
use crate::trouble::Outcome;

pub(super) const PAGE: Page =
    Page::new("/playbooks", "Playbooks", Access::Anyone, methods).in_nav();

#[derive(Template)]
#[template(path = "playbooks.html")]
struct PlaybooksPage {
    frame: Frame,
    playbooks: Vec<PlaybookLine>,
}

struct PlaybookLine {
    id: String,
    title: String,
    trigger: String,
    steps: usize,
}

fn methods() -> MethodRouter<Console> {
    get(show)
}

async fn show(State(console): State<Console>, visitor: Visitor) -> Outcome {
    let playbooks = console.knowledge().playbooks.iter();
    html(&PlaybooksPage {
        frame: Frame::new(&visitor, PAGE.title),
        playbooks: playbooks
            .map(|playbook| PlaybookLine {
                id: playbook.id.clone(),
                title: playbook.title.clone(),
                trigger: playbook.trigger.clone(),
                steps: playbook.steps.len(),
            })
            .collect(),
    })
}
