//! One check: how it stands, how to set it right, one's word on it, or an exception.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::routing::{MethodRouter, get};
use jiff::SignedDuration;
use sellkeep_model::{Field, State as Snapshot, StateGroup};
use sellkeep_respond::raise::Answer;
use sellkeep_store::{Attested, Excepted, NewRecord, WordKind};
use serde::Deserialize;
use serde_json::json;

use super::preparation::stands;
use super::{Access, Page};
use crate::act::{answer_alert, note};
use crate::console::Console;
use crate::door::{SignedIn, Visitor};
use crate::form::Fields;
use crate::frame::{Frame, html, to};
use crate::prepare::{Look, SIGN_OFFS, look, say};
use crate::shown;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page =
    Page::new("/preparation/{theme}/{name}", "Check", Access::Act, methods).with_forms();

/// What proves something is a few sentences.
const WORDS_MAX: usize = 1000;
/// The rule of reminders: `detect` names it so in alerts.
const SIGN_OFF_RULE: &str = "preparation/sign-off";
/// The source of records that keep what was looked at.
const SIGN_OFF_SOURCE: &str = "console.sign-off";
/// Where nothing is known, somebody still may answer for a year at most.
const EXCEPTION_DAYS_MAX: i64 = 365;
/// Earlier words that are shown.
const WORDS_SHOWN: usize = 12;

#[derive(Template)]
#[template(path = "preparation_check.html")]
struct CheckPage {
    frame: Frame,
    account: String,
    question: String,
    stands: &'static str,
    says: String,
    why: String,
    expires: String,
    exception: Option<String>,
    points: u32,
    minutes: u32,
    steps: Vec<(String, Option<String>)>,
    source: String,
    seen: String,
    known: Option<Known>,
    asks: bool,
    words: Vec<String>,
}

/// What the snapshot knows of the thing that is signed off.
struct Known {
    title: &'static str,
    as_of: String,
    items: Vec<String>,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    account: String,
}

fn methods() -> MethodRouter<Console> {
    get(show).post(change)
}

async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    who: SignedIn,
    Path((theme, name)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Outcome {
    let id = format!("{theme}/{name}");
    let look = look(&console, &who, &asked.account).await?;
    let check = look.check(&id).ok_or(Trouble::NotFound)?;
    let snapshot = snapshot(&console, &who, &look, &id).await?;
    html(&CheckPage {
        frame: Frame::new(&visitor, PAGE.title),
        account: asked.account,
        question: check.question.clone(),
        stands: stands(check),
        says: check.says.clone(),
        why: check.why.clone(),
        expires: check.expires.map(|at| shown::time(&at)).unwrap_or_default(),
        exception: check.exception.as_ref().map(|exception| {
            format!(
                "{} answers for it until {}: {}",
                exception.owner,
                shown::time(&exception.expires),
                exception.reason
            )
        }),
        points: check.points,
        minutes: check.minutes,
        steps: check
            .steps
            .iter()
            .map(|step| (step.action.clone(), step.page.clone()))
            .collect(),
        source: check.source.clone(),
        seen: check.seen.clone(),
        known: snapshot.as_ref().map(known),
        asks: takes_a_word(&console, &id),
        words: words(&look, &id),
    })
}

/// A check that only a machine decides takes nobody's word.
fn takes_a_word(console: &Console, id: &str) -> bool {
    let checks = &console.knowledge().checks;
    let check = checks.iter().find(|check| check.id == id);
    check.is_some_and(|check| {
        !matches!(check.decided, sellkeep_knowledge::Decided::Automatic { .. })
    })
}

fn words(look: &Look, id: &str) -> Vec<String> {
    let attested = look.said.attested.iter().filter(|said| said.check == id);
    let attested = attested.map(|said| {
        let yes = if said.what.yes { "yes" } else { "no" };
        let kept = said.what.record.as_ref();
        let kept = kept.map(|digest| format!(" What was looked at is kept: record {digest}."));
        let words = format!(
            "{}: {} said {yes}. {}{}",
            shown::time(&said.at),
            said.by,
            said.what.evidence,
            kept.unwrap_or_default()
        );
        (said.at, words)
    });
    let excepted = look.said.excepted.iter().filter(|said| said.check == id);
    let excepted = excepted.map(|said| {
        let what = &said.what;
        let words = format!(
            "{}: {} noted that {} answers for it until {}. {}",
            shown::time(&said.at),
            said.by,
            what.owner,
            shown::time(&what.expires),
            what.reason
        );
        (said.at, words)
    });
    let mut all: Vec<_> = attested.chain(excepted).collect();
    all.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let all = all.into_iter().take(WORDS_SHOWN);
    all.map(|(_, words)| words).collect()
}

/// What is known now of users, applications or deposit methods.
async fn snapshot(
    console: &Console,
    who: &SignedIn,
    look: &Look,
    check: &str,
) -> Result<Option<Snapshot>, Trouble> {
    let group = match check {
        "access/users-reviewed" => StateGroup::Users,
        "access/apps-reviewed" => StateGroup::Apps,
        "money/deposit-account" => StateGroup::DepositMethods,
        _ => return Ok(None),
    };
    if look.account.is_none() {
        return Ok(None);
    }
    let state = console.store.state(&who.tenant, &look.id).await?.value;
    let mut all = console.desk.known(&state, group);
    all.sort_by_key(|known| known.as_of);
    Ok(all.pop())
}

/// Details that tell a person which one it is; the private ones are masked already.
const TOLD: &[Field] = &[
    Field::User,
    Field::App,
    Field::Name,
    Field::Role,
    Field::Tail,
    Field::Bank,
    Field::Country,
    Field::Method,
    Field::Status,
    Field::Default,
];

fn known(snapshot: &Snapshot) -> Known {
    let item = |item: &sellkeep_model::Item| {
        let told = TOLD.iter().filter_map(|field| {
            let value = item.fields.get(*field)?;
            Some(format!("{} {}", field.as_str(), value.shown()))
        });
        let told: Vec<String> = told.collect();
        if told.is_empty() {
            item.id.clone()
        } else {
            told.join(", ")
        }
    };
    Known {
        title: match snapshot.group {
            StateGroup::Users => "Users",
            StateGroup::Apps => "Applications",
            _ => "Deposit methods",
        },
        as_of: shown::time(&snapshot.as_of),
        items: snapshot.items.iter().map(item).collect(),
    }
}

async fn change(
    State(console): State<Console>,
    who: SignedIn,
    Path((theme, name)): Path<(String, String)>,
    fields: Fields,
) -> Outcome {
    let id = format!("{theme}/{name}");
    let account = fields.get("account").to_owned();
    let look = look(&console, &who, &account).await?;
    look.check(&id).ok_or(Trouble::NotFound)?;
    match fields.get("act") {
        "attest" => attest(&console, &who, &look, &id, &fields).await?,
        "except" => except(&console, &who, &look, &id, &fields).await?,
        _ => return Err(Trouble::Refused("Choose what to say.".to_owned())),
    }
    Ok(to(&format!("/preparation/{id}?account={account}")))
}

async fn attest(
    console: &Console,
    who: &SignedIn,
    look: &Look,
    check: &str,
    fields: &Fields,
) -> Result<(), Trouble> {
    if !takes_a_word(console, check) {
        let says = "This one is read by a machine; nobody's word changes it.";
        return Err(Trouble::Refused(says.to_owned()));
    }
    let yes = match fields.get("answer") {
        "yes" => true,
        "no" => false,
        _ => return Err(Trouble::Refused("Choose yes or no.".to_owned())),
    };
    let evidence = fields.words("evidence", "what you looked at", WORDS_MAX)?;
    let is_sign_off = SIGN_OFFS.contains(&check);
    let record = if is_sign_off {
        Some(kept(console, who, look, check, (yes, &evidence)).await?)
    } else {
        None
    };
    let what = Attested {
        yes,
        evidence,
        record,
    };
    say(
        console,
        who,
        WordKind::Attestation,
        (&look.id, check),
        &what,
    )
    .await?;
    let word = if yes { "yes" } else { "no" };
    note(console, who, "check-attested", check, word).await?;
    if is_sign_off && yes {
        end_reminder(console, who, &look.id, check).await?;
    }
    Ok(())
}

/// Keeps what was looked at as a record: what somebody signed can be shown later.
async fn kept(
    console: &Console,
    who: &SignedIn,
    look: &Look,
    check: &str,
    (yes, evidence): (bool, &str),
) -> Result<String, Trouble> {
    let now = console.now();
    let snapshot = snapshot(console, who, look, check).await?;
    let body = json!({"check": check, "account": look.id, "signed_off": yes, "by": who.name(),
        "at": now, "says": evidence, "known": snapshot});
    let record = NewRecord {
        account: look.id.clone(),
        source: SIGN_OFF_SOURCE.to_owned(),
        at: now,
        bytes: body.to_string().into_bytes(),
    };
    Ok(console.store.put_record(&who.tenant, record).await?)
}

async fn end_reminder(
    console: &Console,
    who: &SignedIn,
    account: &str,
    check: &str,
) -> Result<(), Trouble> {
    let pending = console.store.pending_alerts(&who.tenant, account).await?;
    for alert in pending {
        let detection = &alert.value.detection;
        let object = detection.object.as_ref();
        let about = object.is_some_and(|object| object.id == check);
        if detection.rule == SIGN_OFF_RULE && about {
            let reason = "signed off".to_owned();
            answer_alert(console, who, &alert, &Answer::Resolve { reason }).await?;
        }
    }
    Ok(())
}

async fn except(
    console: &Console,
    who: &SignedIn,
    look: &Look,
    check: &str,
    fields: &Fields,
) -> Result<(), Trouble> {
    let days: i64 = fields.get("days").parse().unwrap_or(-1);
    if !(0..=EXCEPTION_DAYS_MAX).contains(&days) {
        let says = "Choose for how many days: up to 365, or 0 to end it.";
        return Err(Trouble::Refused(says.to_owned()));
    }
    let what = Excepted {
        owner: fields.words("owner", "who answers for it", WORDS_MAX)?,
        reason: fields.words("reason", "why", WORDS_MAX)?,
        expires: console.now() + SignedDuration::from_hours(24 * days),
    };
    say(console, who, WordKind::Exception, (&look.id, check), &what).await?;
    note(console, who, "check-excepted", check, &what.reason).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use sellkeep_model::{Fields as Details, Item, ProofLevel};

    #[test]
    fn what_is_signed_is_told_by_what_people_recognise() {
        let item = |id: &str, fields| Item {
            id: id.to_owned(),
            fields,
        };
        let snapshot = Snapshot {
            group: StateGroup::DepositMethods,
            store: None,
            complete: true,
            proof: ProofLevel::Proven,
            as_of: jiff::Timestamp::UNIX_EPOCH,
            items: vec![
                item(
                    "m1",
                    Details::new()
                        .with(Field::Tail, "677")
                        .with(Field::Holder, "digest"),
                ),
                item("m2", Details::new()),
            ],
        };
        let known = known(&snapshot);
        assert_eq!(known.title, "Deposit methods");
        assert_eq!(known.items, ["tail 677", "m2"]);
    }
}
