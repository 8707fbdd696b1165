//! What people do, and what follows: answers to alerts, incidents, the audit log.

use jiff::{SignedDuration, Timestamp};
use sellkeep_knowledge::Playbook;
use sellkeep_model::{Alert, EventKind, id_of};
use sellkeep_respond::incident::{Act, Entry, Incident};
use sellkeep_respond::playbook::Run;
use sellkeep_respond::raise::{Answer, answer};
use sellkeep_store::{AuditDeed, Deed, KeptIncident, Versioned, delivery};

use crate::console::Console;
use crate::door::SignedIn;
use crate::trouble::Trouble;
use crate::word::say;

/// Writes into the audit log what somebody did.
pub async fn note(
    console: &Console,
    who: &SignedIn,
    deed: &str,
    subject: &str,
    says: &str,
) -> Result<(), Trouble> {
    let entry = AuditDeed {
        at: console.now(),
        who: who.name().to_owned(),
        deed: deed.to_owned(),
        subject: subject.to_owned(),
        says: says.to_owned(),
    };
    console.store.audit(&who.tenant, &entry).await?;
    Ok(())
}

/// Writes a person's answer to an alert; channels are told what has become of it.
pub async fn answer_alert(
    console: &Console,
    who: &SignedIn,
    alert: &Versioned<Alert>,
    said: &Answer,
) -> Result<(), Trouble> {
    let now = console.now();
    let value = answer(&alert.value, said, who.name(), now);
    let (word, says) = words(said);
    let deed = Deed {
        at: now,
        who: who.name().to_owned(),
        deed: word.to_owned(),
        says: says.to_owned(),
    };
    let jobs = [delivery(&value, now)];
    let version = alert.version;
    let written = Versioned { value, version };
    console
        .store
        .answer_alert(&who.tenant, &written, &deed, &jobs)
        .await?;
    let account = &alert.value.detection.account;
    let about = ("alert", alert.value.id.as_str());
    match said {
        Answer::ItWasMe => say(console, who, account, EventKind::OwnerConfirmed, about).await?,
        Answer::NotMe => say(console, who, account, EventKind::OwnerDenied, about).await?,
        Answer::Acknowledge | Answer::Snooze { .. } | Answer::Resolve { .. } => {}
    }
    note(
        console,
        who,
        &format!("alert-{word}"),
        &alert.value.id,
        says,
    )
    .await
}

fn words(said: &Answer) -> (&'static str, &str) {
    match said {
        Answer::Acknowledge => ("acknowledged", ""),
        Answer::Snooze { reason, .. } => ("snoozed", reason),
        Answer::ItWasMe => ("it-was-me", ""),
        Answer::NotMe => ("not-me", ""),
        Answer::Resolve { reason } => ("resolved", reason),
    }
}

/// How far back a zero hour may lie: older ones would make every deadline look missed.
const ZERO_HOUR_AGE_MAX: SignedDuration = SignedDuration::from_hours(24 * 365);

/// Opens the incident of an alert, or finds the one that is there. Returns its id.
pub async fn open_for_alert(
    console: &Console,
    who: &SignedIn,
    alert: &Alert,
) -> Result<String, Trouble> {
    let detection = &alert.detection;
    let id = id_of(&["incident", &alert.id]);
    if console.store.incident(&who.tenant, &id).await?.is_some() {
        return Ok(id);
    }
    let now = console.now();
    let mut incident = Incident::open(&id, &detection.account, &detection.title, who.name(), now);
    enter(
        &mut incident,
        who,
        now,
        Act::AlertJoined {
            alert: alert.id.clone(),
        },
    )?;
    if let Some(playbook) = playbook(console, detection.playbook.as_deref()) {
        begin(&mut incident, who, playbook, detection.happened, now)?;
    }
    save(console, who, Versioned::new(incident)).await?;
    note(console, who, "incident-opened", &id, &detection.title).await?;
    Ok(id)
}

/// The playbook of that id.
pub fn playbook<'c>(console: &'c Console, id: Option<&str>) -> Option<&'c Playbook> {
    let playbooks = &console.knowledge().playbooks;
    playbooks.iter().find(|known| Some(known.id.as_str()) == id)
}

/// Begins a playbook in an incident, counted from a zero hour.
pub fn begin(
    incident: &mut Incident,
    who: &SignedIn,
    playbook: &Playbook,
    zero_hour: Timestamp,
    now: Timestamp,
) -> Result<(), Trouble> {
    if incident.runs.iter().any(|run| run.playbook == playbook.id) {
        return Ok(());
    }
    let act = Act::PlaybookBegun {
        playbook: playbook.id.clone(),
    };
    enter(incident, who, now, act)?;
    let earliest = now - ZERO_HOUR_AGE_MAX;
    incident
        .runs
        .push(Run::new(playbook, zero_hour.clamp(earliest, now)));
    Ok(())
}

/// Enters something into an incident.
pub fn enter(
    incident: &mut Incident,
    who: &SignedIn,
    at: Timestamp,
    what: Act,
) -> Result<(), Trouble> {
    let by = who.name().to_owned();
    let entered = incident.enter(Entry { at, by, what });
    entered.map_err(|refused| Trouble::Refused(refused.to_string()))
}

/// Reads an incident.
pub async fn incident(
    console: &Console,
    who: &SignedIn,
    id: &str,
) -> Result<Versioned<Incident>, Trouble> {
    let kept = console.store.incident(&who.tenant, id).await?;
    let kept = kept.ok_or(Trouble::NotFound)?;
    let value = serde_json::from_str(&kept.value.body).map_err(|error| Trouble::ours(&error))?;
    let version = kept.version;
    Ok(Versioned { value, version })
}

/// Writes an incident back.
pub async fn save(
    console: &Console,
    who: &SignedIn,
    incident: Versioned<Incident>,
) -> Result<(), Trouble> {
    let body = serde_json::to_string(&incident.value).map_err(|error| Trouble::ours(&error))?;
    let kept = KeptIncident {
        id: incident.value.id,
        account: incident.value.account,
        changed: console.now(),
        body,
    };
    let version = incident.version;
    let kept = Versioned {
        value: kept,
        version,
    };
    Ok(console.store.put_incident(&who.tenant, &kept).await?)
}
