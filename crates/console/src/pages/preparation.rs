//! Preparation: the score, one thing to do next, what was lost, what must be signed off,
//! and every check.

use askama::Template;
use axum::extract::{Query, State};
use axum::routing::{MethodRouter, get};
use sellkeep_model::{Answered, CheckResult};
use sellkeep_store::{OwnDomain, WordKind};
use serde::Deserialize;

use super::{Access, Page};
use crate::act::note;
use crate::console::Console;
use crate::door::{SignedIn, Visitor};
use crate::form::Fields;
use crate::frame::{Frame, html, to};
use crate::pictures::{Picture, line};
use crate::prepare::{Look, SIGN_OFFS, accounts, look, look_up, say, signed_off};
use crate::shown;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page = Page::new("/preparation", "Preparation", Access::Act, methods)
    .in_nav()
    .with_forms();

/// The longest domain name (RFC 1035 section 2.3.4).
const DOMAIN_CHARS_MAX: usize = 253;
/// Selectors of one domain: few providers sign for a shop.
const SELECTORS_MAX: usize = 10;

#[derive(Template)]
#[template(path = "preparation.html")]
struct PreparationPage {
    frame: Frame,
    account: String,
    accounts: Vec<(String, String)>,
    points: u32,
    points_max: u32,
    next: Option<NextLine>,
    lost: Vec<LostLine>,
    signed: Vec<SignedLine>,
    groups: Vec<Group>,
    domain: String,
    selectors: String,
    pictures: Vec<Picture>,
}

struct NextLine {
    check: String,
    action: String,
    minutes: u32,
    points: u32,
}

struct LostLine {
    check: String,
    question: String,
    day: String,
}

struct SignedLine {
    check: String,
    question: String,
    last: String,
    expires: String,
}

struct Group {
    title: &'static str,
    checks: Vec<CheckLine>,
}

/// One check of a list.
pub struct CheckLine {
    /// `theme/name`.
    pub check: String,
    /// What is asked.
    pub question: String,
    /// How it stands, in a word or two.
    pub stands: &'static str,
    /// Why, and until when.
    pub says: String,
    /// What it is worth.
    pub points: u32,
    /// How long it takes.
    pub minutes: u32,
}

/// Whether a check belongs to a group.
type Belongs = fn(&CheckResult) -> bool;

/// How a check stands: its group.
const GROUPS: &[(&str, Belongs)] = &[
    ("Not in order", |one| {
        one.answer == Answered::Fail && one.exception.is_none()
    }),
    ("Please answer", |one| {
        one.answer == Answered::AskThePerson && one.exception.is_none()
    }),
    ("Not known yet", |one| {
        one.answer == Answered::Unknown && one.exception.is_none()
    }),
    ("Somebody answers for it", |one| one.exception.is_some()),
    ("In order", |one| one.answer == Answered::Pass),
];

impl CheckLine {
    /// Of what a check found.
    pub fn of(one: &CheckResult) -> CheckLine {
        let mut says = one.says.clone();
        if let Some(expires) = one.expires {
            says = format!("{says} It holds until {}.", shown::time(&expires));
        }
        if let Some(exception) = &one.exception {
            says = format!(
                "{says} {} answers for it until {}: {}",
                exception.owner,
                shown::time(&exception.expires),
                exception.reason
            );
        }
        CheckLine {
            check: one.check.clone(),
            question: one.question.clone(),
            stands: stands(one),
            says,
            points: one.points,
            minutes: one.minutes,
        }
    }
}

/// How a check stands, for a person.
pub fn stands(one: &CheckResult) -> &'static str {
    match (one.answer, one.expires) {
        (Answered::Pass, None) => "in order, read by us",
        (Answered::Pass, Some(_)) => "in order, somebody said so",
        _ if one.exception.is_some() => "excepted",
        (Answered::Fail, _) => "not in order",
        (Answered::Unknown, _) => "not known",
        (Answered::AskThePerson, _) => "please answer",
    }
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    account: Option<String>,
}

fn methods() -> MethodRouter<Console> {
    get(show).post(change)
}

async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Outcome {
    let accounts = accounts(&console, &who).await?;
    let first = accounts.first().map(|(id, _)| id.clone());
    let id = asked.account.or(first).unwrap_or_default();
    let look = look(&console, &who, &id).await?;
    let domain = look.said.domain.clone().unwrap_or_default();
    html(&PreparationPage {
        frame: Frame::new(&visitor, PAGE.title),
        account: id,
        accounts,
        points: look.now.points,
        points_max: look.now.points_max,
        next: look.now.next.as_ref().map(|next| NextLine {
            check: next.check.clone(),
            action: next.action.clone(),
            minutes: next.minutes,
            points: next.points,
        }),
        lost: lost(&look),
        signed: SIGN_OFFS
            .iter()
            .filter_map(|id| signed(&look, id))
            .collect(),
        groups: groups(&look.now.checks),
        domain: domain.domain,
        selectors: domain.selectors.join(" "),
        pictures: history(&look).into_iter().collect(),
    })
}

fn lost(look: &Look) -> Vec<LostLine> {
    let lost = look.regressions().into_iter().map(|lost| LostLine {
        check: lost.check.check.clone(),
        question: lost.check.question.clone(),
        day: lost.day,
    });
    lost.collect()
}

fn signed(look: &Look, id: &str) -> Option<SignedLine> {
    let check = look.check(id)?;
    let last = signed_off(look, id);
    Some(SignedLine {
        check: id.to_owned(),
        question: check.question.clone(),
        last: last.map_or_else(
            || "never".to_owned(),
            |said| format!("{} by {}", shown::time(&said.at), said.by),
        ),
        expires: check
            .expires
            .map_or_else(|| "now".to_owned(), |expires| shown::time(&expires)),
    })
}

fn groups(checks: &[CheckResult]) -> Vec<Group> {
    let group = |(title, belongs): &(&'static str, Belongs)| Group {
        title,
        checks: checks
            .iter()
            .filter(|one| belongs(one))
            .map(CheckLine::of)
            .collect(),
    };
    let groups = GROUPS.iter().map(group);
    groups.filter(|group| !group.checks.is_empty()).collect()
}

/// The points of each day that has a score.
#[expect(clippy::cast_precision_loss, reason = "a few hundred points at most")]
fn history(look: &Look) -> Option<Picture> {
    let points = look.past.iter().map(|day| (day.at, day.points as f64));
    let points: Vec<_> = points.collect();
    line("score", "How the score changed", "points", &points)
}

async fn change(State(console): State<Console>, who: SignedIn, fields: Fields) -> Outcome {
    let account = fields.get("account").to_owned();
    look(&console, &who, &account).await?;
    let domain = own_domain(&fields)?;
    let named = domain.domain.clone();
    say(
        &console,
        &who,
        WordKind::OwnDomain,
        (&account, "own-domain"),
        &domain,
    )
    .await?;
    note(&console, &who, "own-domain-named", &named, "").await?;
    if !named.is_empty() {
        look_up(&console, &who, &account).await?;
    }
    Ok(to(&format!("/preparation?account={account}")))
}

fn own_domain(fields: &Fields) -> Result<OwnDomain, Trouble> {
    let text = fields
        .get("domain")
        .trim_end_matches('.')
        .to_ascii_lowercase();
    if !text.is_empty() && sellkeep_model::Domain::parse(&text).is_err() {
        let says = format!("{text:?} is no domain name. Write it like example.com.");
        return Err(Trouble::Refused(says));
    }
    let selectors = fields.get("selectors").split([' ', ',']);
    let selectors: Vec<String> = selectors
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let is_label = |word: &String| {
        let letters = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        word.len() < DOMAIN_CHARS_MAX && word.chars().all(letters)
    };
    if selectors.len() > SELECTORS_MAX || !selectors.iter().all(is_label) {
        let says = "A selector is one word, such as google or s1; name at most ten.";
        return Err(Trouble::Refused(says.to_owned()));
    }
    Ok(OwnDomain {
        domain: text,
        selectors,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<OwnDomain, Trouble> {
        own_domain(&Fields::parse(body.as_bytes()))
    }

    #[test]
    fn a_domain_is_read_with_its_selectors() {
        let found = read("domain=Shop.Example.&selectors=s1,+Google").unwrap();
        assert_eq!(found.domain, "shop.example");
        assert_eq!(found.selectors, ["s1", "google"]);
        assert_eq!(read("domain=").unwrap(), OwnDomain::default());
    }

    #[test]
    fn what_is_no_domain_is_refused() {
        assert!(read("domain=not+a+domain").is_err());
        assert!(read("domain=shop.example&selectors=a%2Fb").is_err());
        assert!(
            read(&format!(
                "domain=shop.example&selectors={}",
                "s+".repeat(11)
            ))
            .is_err()
        );
    }
}
