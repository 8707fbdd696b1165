//! The frame around every page: title, navigation, who has signed in.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::door::Visitor;
use crate::pages::{Access, PAGES};
use crate::trouble::Outcome;

/// What the base template needs.
pub struct Frame {
    /// The page's name.
    pub title: String,
    /// Pages to go to.
    pub nav: Vec<NavLine>,
    /// The name of whoever has signed in; empty for nobody.
    pub person: String,
    /// The token of forms.
    pub csrf: String,
    /// Whether whoever has signed in may answer and change things.
    pub may_act: bool,
    /// What the red button says.
    pub red: String,
    /// The language of what is translated (BCP 47).
    pub lang: &'static str,
}

/// One page to go to.
pub struct NavLine {
    /// Its address.
    pub path: &'static str,
    /// Its name.
    pub title: &'static str,
    /// It is the one that is shown.
    pub current: bool,
}

impl Frame {
    /// The frame of a page for a visitor. `title` is also what marks the page in the navigation.
    pub fn new(visitor: &Visitor, title: &str) -> Frame {
        let signed_in = visitor
            .signed_in
            .as_ref()
            .filter(|signed_in| signed_in.person.value.second_step);
        let open = |access: Access| match access {
            Access::Anyone => true,
            Access::Check => visitor.is_local || signed_in.is_some(),
            Access::Owner => signed_in.is_some_and(crate::door::SignedIn::is_owner),
            _ => signed_in.is_some(),
        };
        let shown = PAGES.iter().filter(|page| page.nav && open(page.access));
        Frame {
            title: title.to_owned(),
            nav: shown
                .map(|page| NavLine {
                    path: page.path,
                    title: page.title,
                    current: page.title == title,
                })
                .collect(),
            person: signed_in.map_or_else(String::new, |signed_in| signed_in.name().to_owned()),
            csrf: visitor.token.of_forms(),
            may_act: signed_in.is_some_and(crate::door::SignedIn::may_act),
            red: visitor.language.say("red-button"),
            lang: visitor.language.tag(),
        }
    }
}

/// A page as an answer.
pub fn html(page: &impl Template) -> Outcome {
    html_with(StatusCode::OK, page)
}

/// A page as an answer with another status.
pub fn html_with(status: StatusCode, page: &impl Template) -> Outcome {
    let text = page.render()?;
    let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    Ok((status, kind, text).into_response())
}

/// After something was done: to the page that shows it (RFC 9110 section 15.4.4).
pub fn to(path: &str) -> Response {
    Redirect::to(path).into_response()
}
