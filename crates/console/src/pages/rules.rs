//! Rules: what is watched for, why, and what innocent things look the same.

use askama::Template;
use axum::extract::State;
use axum::routing::{MethodRouter, get};

use super::{Access, Page};
use crate::console::Console;
use crate::desk::RuleLine;
use crate::door::Visitor;
use crate::frame::{Frame, html};
use crate::trouble::Outcome;

pub(super) const PAGE: Page = Page::new("/rules", "Rules", Access::Person, methods).in_nav();

#[derive(Template)]
#[template(path = "rules.html")]
struct RulesPage {
    frame: Frame,
    rules: Vec<RuleLine>,
}

fn methods() -> MethodRouter<Console> {
    get(show)
}

async fn show(State(console): State<Console>, visitor: Visitor) -> Outcome {
    html(&RulesPage {
        frame: Frame::new(&visitor, PAGE.title),
        rules: console.desk.rules(),
    })
}
