//! Resources: official pages by marketplace and topic, what each answers, when it was seen;
//! and the sheet to talk over with a security adviser.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Query, State};
use axum::routing::{MethodRouter, get};
use jiff::tz::TimeZone;
use sellkeep_knowledge::{Knowledge, Resource};
use sellkeep_model::Answered;
use serde::Deserialize;

use super::{Access, Page};
use crate::console::Console;
use crate::door::{SignedIn, Visitor};
use crate::frame::{Frame, html};
use crate::prepare::{accounts, look};
use crate::shown;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page =
    Page::new("/resources", "Resources", Access::Person, methods).in_nav();
pub(super) const SHARE: Page = Page::new(
    "/resources/share",
    "For your adviser",
    Access::Person,
    methods_of_share,
);

#[derive(Template)]
#[template(path = "resources.html")]
struct ResourcesPage {
    frame: Frame,
    platforms: Vec<Choice>,
    topics: Vec<Choice>,
    platform: String,
    topic: String,
    resources: Vec<ResourceLine>,
}

struct Choice {
    word: String,
    shown: String,
    current: bool,
}

struct ResourceLine {
    title: String,
    page: String,
    answers: Vec<String>,
    seen: String,
    old: bool,
}

#[derive(Template)]
#[template(path = "share.html")]
struct SharePage {
    frame: Frame,
    made: String,
    accounts: Vec<AccountLine>,
    resources: Vec<ResourceLine>,
    playbooks: Vec<String>,
}

struct AccountLine {
    name: String,
    points: u32,
    points_max: u32,
    open: Vec<String>,
    excepted: Vec<String>,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    platform: String,
    #[serde(default)]
    topic: String,
}

fn methods() -> MethodRouter<Console> {
    get(show)
}

fn methods_of_share() -> MethodRouter<Console> {
    get(share)
}

async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Outcome {
    let knowledge = console.knowledge();
    let all = &knowledge.resources;
    known(all, &asked)?;
    let platforms: BTreeSet<&str> = all.iter().map(|one| one.platform.as_str()).collect();
    let topics: BTreeSet<&str> = all
        .iter()
        .flat_map(|one| one.topics.iter().map(String::as_str))
        .collect();
    html(&ResourcesPage {
        frame: Frame::new(&visitor, PAGE.title),
        platforms: choices(&platforms, &asked.platform, |id| name(knowledge, id)),
        topics: choices(&topics, &asked.topic, |word| word.replace('-', " ")),
        resources: lines(&console, &asked),
        platform: asked.platform,
        topic: asked.topic,
    })
}

fn choices(words: &BTreeSet<&str>, current: &str, shown: impl Fn(&str) -> String) -> Vec<Choice> {
    let choice = |word: &&str| Choice {
        word: (*word).to_owned(),
        shown: shown(word),
        current: *word == current,
    };
    words.iter().map(choice).collect()
}

/// The name of a marketplace or an authority.
fn name(knowledge: &Knowledge, id: &str) -> String {
    let brand = knowledge.brands.iter().find(|brand| brand.id == id);
    brand.map_or_else(|| id.to_uppercase(), |brand| brand.name.clone())
}

/// A choice that no page stands for is a mistyped address.
fn known(all: &[Resource], asked: &Asked) -> Result<(), Trouble> {
    let platform = all.iter().any(|one| one.platform == asked.platform);
    let topic = all.iter().any(|one| one.topics.contains(&asked.topic));
    let right = (platform || asked.platform.is_empty()) && (topic || asked.topic.is_empty());
    if right {
        Ok(())
    } else {
        Err(Trouble::NotFound)
    }
}

fn lines(console: &Console, asked: &Asked) -> Vec<ResourceLine> {
    let today = console.now().to_zoned(TimeZone::UTC).date();
    let wanted = |one: &&Resource| {
        let platform = asked.platform.is_empty() || one.platform == asked.platform;
        platform && (asked.topic.is_empty() || one.topics.contains(&asked.topic))
    };
    let all = console.knowledge().resources.iter().filter(wanted);
    all.map(|one| ResourceLine {
        title: one.title.clone(),
        page: one.source.source.clone(),
        answers: one.answers.clone(),
        seen: one.source.seen.clone(),
        old: one.source.is_stale(today),
    })
    .collect()
}

/// The sheet to talk over: how each account stands, what is open, and the pages for it.
async fn share(
    State(console): State<Console>,
    visitor: Visitor,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Outcome {
    known(&console.knowledge().resources, &asked)?;
    let mut named = accounts(&console, &who).await?;
    named.truncate(ACCOUNTS_MAX);
    if named.is_empty() {
        named.push((String::new(), "The business".to_owned()));
    }
    let mut lines_of_accounts = Vec::new();
    for (id, name) in named {
        let look = look(&console, &who, &id).await?;
        let checks = look.now.checks.iter();
        let open = checks
            .clone()
            .filter(|one| one.answer != Answered::Pass && one.exception.is_none());
        let excepted = checks.filter_map(|one| {
            let exception = one.exception.as_ref()?;
            Some(format!(
                "{} ({} answers for it until {}: {})",
                one.question,
                exception.owner,
                shown::time(&exception.expires),
                exception.reason
            ))
        });
        lines_of_accounts.push(AccountLine {
            name,
            points: look.now.points,
            points_max: look.now.points_max,
            open: open.map(|one| one.question.clone()).collect(),
            excepted: excepted.collect(),
        });
    }
    let playbooks = console.knowledge().playbooks.iter();
    html(&SharePage {
        frame: Frame::new(&visitor, SHARE.title),
        made: shown::time(&console.now()),
        accounts: lines_of_accounts,
        resources: lines(&console, &asked),
        playbooks: playbooks.map(|playbook| playbook.title.clone()).collect(),
    })
}

/// Accounts on the sheet: it is talked over in one meeting.
const ACCOUNTS_MAX: usize = 20;
