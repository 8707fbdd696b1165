//! How well an account is prepared, and how that changed: what pages, API and reports share.
//!
//! The score of a day is kept whenever somebody says something, and once a day by the
//! keeper. Not here: the checks themselves, which the desk asks.

use sellkeep_model::{Account, Answered, CheckResult, EventKind, id_of};
use sellkeep_store::{
    Attested, DayScore, PAGE_ROWS_MAX, ReadFacts, SaidOfAccount, Word, WordKind, prepare,
};
use serde::Serialize;

use crate::console::Console;
use crate::desk::{Asked, Prepared};
use crate::door::{SignedIn, Token};
use crate::shown;
use crate::trouble::Trouble;
use crate::word;

/// Days of the past that are looked at.
const DAYS: usize = 90;

/// The checks that are signed off at regular times, with what the snapshot knows of each.
pub const SIGN_OFFS: &[&str] = &[
    "access/users-reviewed",
    "access/apps-reviewed",
    "money/deposit-account",
];

/// What is known of an account's preparation.
pub struct Look {
    /// The account's id; empty before any is set up.
    pub id: String,
    /// The account.
    pub account: Option<Account>,
    /// What people said.
    pub said: SaidOfAccount,
    /// What the checks find now.
    pub now: Prepared,
    /// The scores of past days, newest first.
    pub past: Vec<DayScore>,
}

/// A check that was in order and is not any more.
pub struct Regression<'l> {
    /// What it finds now.
    pub check: &'l CheckResult,
    /// The last day on which it was in order.
    pub day: String,
}

impl Look {
    /// Checks that were in order on an earlier day.
    pub fn regressions(&self) -> Vec<Regression<'_>> {
        let lost = self.now.checks.iter();
        let lost = lost.filter(|check| check.answer != Answered::Pass);
        lost.filter_map(|check| {
            let mut past = self.past.iter();
            let found = past.find(|day| day.passed.contains(&check.check))?;
            let day = shown::time(&found.at);
            Some(Regression { check, day })
        })
        .collect()
    }

    /// One check.
    pub fn check(&self, id: &str) -> Option<&CheckResult> {
        self.now.checks.iter().find(|check| check.check == id)
    }

    fn facts(&self) -> ReadFacts {
        let newest = self.past.first();
        newest.map(|day| day.facts.clone()).unwrap_or_default()
    }
}

/// Looks at an account. An empty id stands for the business before any account is set up.
pub async fn look(console: &Console, who: &SignedIn, id: &str) -> Result<Look, Trouble> {
    let account = match id {
        "" => None,
        id => Some(account(console, who, id).await?),
    };
    let store = &console.store;
    let said = store.said_of(&who.tenant, id).await?;
    let past = store.scores(&who.tenant, id, DAYS).await?;
    let state = match &account {
        Some(_) => Some(store.state(&who.tenant, id).await?.value),
        None => None,
    };
    let facts = past.first().map(|day| day.facts.clone());
    let asked = Asked {
        id,
        account: account.as_ref().zip(state.as_ref()),
        said: &said,
        facts: &facts.unwrap_or_default(),
    };
    let now = console.desk.prepared(&asked, console.now());
    Ok(Look {
        id: id.to_owned(),
        account,
        said,
        now,
        past,
    })
}

async fn account(console: &Console, who: &SignedIn, id: &str) -> Result<Account, Trouble> {
    let found = console.store.account(&who.tenant, id).await?;
    Ok(found.ok_or(Trouble::NotFound)?.value)
}

/// The accounts to choose from: id and name.
pub async fn accounts(console: &Console, who: &SignedIn) -> Result<Vec<(String, String)>, Trouble> {
    let store = &console.store;
    let found = store.accounts(&who.tenant, "", PAGE_ROWS_MAX).await?;
    let named = found.into_iter().map(|account| {
        let account = account.value;
        let name = account.name.unwrap_or_else(|| account.id.clone());
        (account.id, name)
    });
    Ok(named.collect())
}

/// Keeps what somebody said about an account's check, and the score that follows.
pub async fn say(
    console: &Console,
    who: &SignedIn,
    kind: WordKind,
    (account, subject): (&str, &str),
    what: &impl Serialize,
) -> Result<(), Trouble> {
    let word = Word {
        id: id_of(&["word", Token::random().as_str()]),
        kind,
        account: account.to_owned(),
        subject: subject.to_owned(),
        at: console.now(),
        who: who.name().to_owned(),
        body: serde_json::to_string(what).map_err(|error| Trouble::ours(&error))?,
    };
    console.store.say(&who.tenant, &word).await?;
    if kind == WordKind::Attestation {
        let recorded = EventKind::AttestationRecorded;
        word::say(console, who, account, recorded, ("check", subject)).await?;
    }
    keep_score(console, who, account).await
}

async fn keep_score(console: &Console, who: &SignedIn, account: &str) -> Result<(), Trouble> {
    let look = look(console, who, account).await?;
    let score = DayScore {
        at: console.now(),
        points: look.now.points.into(),
        points_max: look.now.points_max.into(),
        passed: passed(&look.now),
        facts: look.facts(),
    };
    console
        .store
        .put_score(&who.tenant, account, &score)
        .await?;
    Ok(())
}

/// The checks that pass.
pub fn passed(found: &Prepared) -> Vec<String> {
    let passed = found.checks.iter();
    let passed = passed.filter(|check| check.answer == Answered::Pass);
    passed.map(|check| check.check.clone()).collect()
}

/// Asks the keeper to look the account's own domain up: a page does not ask the DNS.
pub async fn look_up(console: &Console, who: &SignedIn, account: &str) -> Result<(), Trouble> {
    let now = console.now();
    let job = prepare(account, &now.to_string(), now);
    console.store.enqueue(&who.tenant, &[job]).await?;
    Ok(())
}

/// When and by whom a check was last signed off with yes.
pub fn signed_off<'l>(look: &'l Look, check: &str) -> Option<&'l sellkeep_store::Said<Attested>> {
    let mut said = look.said.attested.iter();
    said.find(|said| said.check == check && said.what.yes)
}
