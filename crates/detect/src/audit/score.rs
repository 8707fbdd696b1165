//! How well an account is prepared, and the one thing that helps most for its time.

use sellkeep_model::{Answered, CheckResult};
use serde::Serialize;

/// How well an account is prepared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Score {
    /// Points of checks that pass.
    pub points: u32,
    /// Points of all checks that were asked.
    pub of: u32,
    /// The one best thing to do next; `None` where all pass or somebody answers for it.
    pub next: Option<NextStep>,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextStep {
    /// The check.
    pub check: String,
    /// What to do.
    pub action: String,
    /// How long it takes.
    pub minutes: u32,
    /// What it is worth.
    pub points: u32,
}

/// The score of all results of one account.
pub fn score(results: &[CheckResult]) -> Score {
    let passed = |result: &&CheckResult| result.answer == Answered::Pass;
    Score {
        points: results.iter().filter(passed).map(|one| one.points).sum(),
        of: results.iter().map(|one| one.points).sum(),
        next: next(results),
    }
}

/// Most points a minute; of equals the one with more points, then the first by name.
fn next(results: &[CheckResult]) -> Option<NextStep> {
    let open = results
        .iter()
        .filter(|one| one.answer != Answered::Pass && one.exception.is_none());
    let best = open.max_by(|a, b| {
        let value = |one: &CheckResult, other: &CheckResult| {
            u64::from(one.points) * u64::from(other.minutes)
        };
        let rate = value(a, b).cmp(&value(b, a));
        let more = a.points.cmp(&b.points);
        rate.then(more).then_with(|| b.check.cmp(&a.check))
    })?;
    let action = match best.answer {
        Answered::Fail => best
            .steps
            .first()
            .map_or(&best.question, |step| &step.action),
        _ => &best.question,
    };
    Some(NextStep {
        check: best.check.clone(),
        action: action.clone(),
        minutes: best.minutes,
        points: best.points,
    })
}
