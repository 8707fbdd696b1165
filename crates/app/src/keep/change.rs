//! What is written of an account after its records were read or its time has passed: its
//! state, its alerts, the jobs that follow.

use std::collections::BTreeMap;

use anyhow::Result;
use jiff::Timestamp;
use sellkeep_model::{Alert, AlertState, Detection};
use sellkeep_respond::raise::{AlertPolicy, Answer, Board, Change, answer, for_all, raise};
use sellkeep_store::{Changes, NewJob, Tenant, Versioned, delivery};

use super::seats::Taken;
use super::work::{Keeper, TICK};
use crate::watch::Seat;

/// Who resolves an alert that what became known later explains.
const SELLKEEP: &str = "Sellkeep";
/// Why such an alert is over.
const EXPLAINED: &str = "What became known later explains it.";

impl Keeper {
    /// Adds an account's new state, the alerts that change, and the jobs that follow.
    pub(super) async fn change(
        &self,
        tenant: &Tenant,
        taken: &mut Taken,
        detections: &[(Detection, Timestamp)],
        now: Timestamp,
        changes: &mut Changes,
    ) -> Result<()> {
        let gone = taken.seat.state.take_withdrawn();
        let reached = taken.seat.state.now();
        let tick = plan(&mut taken.seat, reached);
        changes.jobs.extend(tick.map(|job| (tenant.clone(), job)));
        changes.states.push(taken.change(tenant)?);
        let account = &taken.seat.account.id;
        self.alerts(tenant, account, detections, &gone, now, changes)
            .await
    }

    /// Adds the alerts that change by what was found and by what turned out to be nothing.
    pub(super) async fn alerts(
        &self,
        tenant: &Tenant,
        account: &str,
        detections: &[(Detection, Timestamp)],
        gone: &[String],
        now: Timestamp,
        changes: &mut Changes,
    ) -> Result<()> {
        if detections.is_empty() && gone.is_empty() {
            return Ok(());
        }
        let known = self.known(tenant, account, detections).await?;
        let touched = touched(known, detections, gone, now);
        let jobs = touched.iter().filter(|one| one.told);
        let jobs = jobs.map(|one| (tenant.clone(), delivery(&one.alert.value, now)));
        changes.jobs.extend(jobs);
        let alerts = touched.into_iter().map(|one| (tenant.clone(), one.alert));
        changes.alerts.extend(alerts);
        Ok(())
    }

    /// The alerts that these detections may join.
    async fn known(
        &self,
        tenant: &Tenant,
        account: &str,
        detections: &[(Detection, Timestamp)],
    ) -> Result<Vec<Versioned<Alert>>> {
        let mut known = self.store.pending_alerts(tenant, account).await?;
        for (detection, _) in detections {
            for id in [detection.id.clone(), for_all(detection)] {
                if known.iter().all(|alert| alert.value.id != id) {
                    known.extend(self.store.alert(tenant, &id).await?);
                }
            }
        }
        Ok(known)
    }
}

/// The job that lets the account's time pass when it matters next; `None` where one waits
/// already, which will plan the next one itself. One that was planned for a time which has
/// been reached may have been set aside, and is not waited for.
pub(super) fn plan(seat: &mut Seat, reached: Timestamp) -> Option<NewJob> {
    let next = seat.next_tick()?;
    let planned = seat.state.planned().filter(|planned| *planned > reached);
    if planned.is_some_and(|planned| planned <= next) {
        return None;
    }
    seat.state.plan(Some(next));
    Some(NewJob::new(
        TICK,
        format!("{}@{next}", seat.account.id),
        next,
    ))
}

/// An alert that changed, and whether people hear of it.
struct Touched {
    alert: Versioned<Alert>,
    told: bool,
}

fn touched(
    known: Vec<Versioned<Alert>>,
    detections: &[(Detection, Timestamp)],
    gone: &[String],
    now: Timestamp,
) -> Vec<Touched> {
    let versions: BTreeMap<String, u64> = known
        .iter()
        .map(|alert| (alert.value.id.clone(), alert.version))
        .collect();
    let mut board = Board::new(known.into_iter().map(|alert| alert.value));
    let mut told: BTreeMap<String, bool> = BTreeMap::new();
    let policy = AlertPolicy::default();
    for (detection, at) in detections {
        match raise(&policy, &mut board, detection, *at) {
            Change::Raised(alert) | Change::Revised(alert) => {
                told.insert(alert.id, true);
            }
            Change::Counted(alert) => {
                told.entry(alert.id).or_default();
            }
            Change::Nothing => {}
        }
    }
    let over: Vec<Alert> = gone
        .iter()
        .filter_map(|id| board.get(id))
        .filter(|alert| waits_for_an_answer(&alert.state))
        .map(|alert| answer(alert, &explained(), SELLKEEP, now))
        .collect();
    told.extend(over.iter().map(|alert| (alert.id.clone(), true)));
    let resolved = |id: &str| over.iter().find(|alert| alert.id == *id);
    told.into_iter()
        .filter_map(|(id, told)| {
            let value = resolved(&id).or_else(|| board.get(&id))?.clone();
            let version = versions.get(&id).copied().unwrap_or_default();
            let alert = Versioned { value, version };
            Some(Touched { alert, told })
        })
        .collect()
}

fn explained() -> Answer {
    Answer::Resolve {
        reason: EXPLAINED.to_owned(),
    }
}

/// What a person has said of an alert stands; only where nobody has, it ends by itself.
fn waits_for_an_answer(state: &AlertState) -> bool {
    matches!(state, AlertState::Open | AlertState::Snoozed { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_tick_is_planned_once_and_anew_when_its_time_went_by_without_it() {
        let account = json!({"id": "a", "marketplace": "amazon",
            "sources": [{"source": "mailbox", "expected_every": "PT24H", "grace": "PT6H"}]});
        let mut seat = Seat::new(serde_json::from_value(account).expect("an account"));
        let begin: Timestamp = "2026-11-01T10:00:00Z".parse().expect("a time");
        seat.watch_from(begin);
        let job = plan(&mut seat, begin).expect("a job");
        assert_eq!(job.input, "a@2026-11-02T16:00:00Z");
        assert_eq!(plan(&mut seat, begin), None);
        // It was set aside: what was planned then is waited for no longer.
        let later: Timestamp = "2026-11-05T10:00:00Z".parse().expect("a time");
        seat.watch_from(later);
        seat.state.plan(Some(job.due));
        seat.account.sources[0].expected_every = Some(sellkeep_model::Length(
            jiff::SignedDuration::from_hours(216),
        ));
        assert!(plan(&mut seat, later).is_some());
    }

    fn alert(id: &str, state: &AlertState) -> Versioned<Alert> {
        let alert = json!({
            "id": id, "count": 1, "revision": 1,
            "raised": "2026-11-01T10:00:00Z", "changed": "2026-11-01T10:00:00Z",
            "state": state,
            "detection": {
                "id": id, "rule": "r", "rule_version": "1", "account": "a",
                "level": "act-now", "title": "t", "happened": "2026-11-01T10:00:00Z",
                "at": "2026-11-01T10:00:00Z", "object": null, "how_we_know": [],
                "first_step": "f", "deadline": null, "causes": [], "proof": "proven",
                "family": "payout", "weight": 0.5, "playbook": null, "tags": [],
            },
        });
        let value = serde_json::from_value(alert).expect("an alert");
        Versioned { value, version: 3 }
    }

    #[test]
    fn what_becomes_known_later_ends_only_what_nobody_has_answered() {
        let at: Timestamp = "2026-11-01T11:00:00Z".parse().expect("a time");
        let by = "ann".to_owned();
        let known = vec![
            alert("open", &AlertState::Open),
            alert("hers", &AlertState::NotMe { by: by.clone(), at }),
            alert("taken", &AlertState::Acknowledged { by, at }),
        ];
        let gone = ["open", "hers", "taken", "unknown"].map(str::to_owned);
        let touched = touched(known, &[], &gone, at);
        let [one] = touched.as_slice() else {
            panic!("{}", touched.len());
        };
        assert!(one.told && one.alert.version == 3 && one.alert.value.id == "open");
        assert!(matches!(one.alert.value.state, AlertState::Resolved { .. }));
    }
}
