//! Portfolio: all accounts of whoever works for several, the most urgent first.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::routing::{MethodRouter, get};
use jiff::Timestamp;
use sellkeep_model::{Account, AlertLevel};
use sellkeep_store::{PAGE_ROWS_MAX, pending};

use super::{Access, Page};
use crate::console::Console;
use crate::door::{SignedIn, Visitor};
use crate::frame::{Frame, html};
use crate::shown;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page =
    Page::new("/portfolio", "Portfolio", Access::Person, methods).in_nav();

/// Accounts on the board: those below need nobody today, and stand on their own page.
const SHOWN_MAX: usize = 100;

#[derive(Template)]
#[template(path = "portfolio.html")]
struct PortfolioPage {
    frame: Frame,
    lines: Vec<BoardLine>,
    quiet: usize,
    all: usize,
}

/// One account on the board.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Standing {
    id: String,
    name: String,
    marketplace: String,
    act_now: u64,
    check_today: u64,
    deadline: Option<Timestamp>,
    points: Option<(u64, u64)>,
}

struct BoardLine {
    id: String,
    name: String,
    marketplace: String,
    act_now: u64,
    check_today: u64,
    left: String,
    score: String,
}

impl Standing {
    /// The most urgent first: act now by the nearest deadline, then check today, then the
    /// least prepared.
    fn urgency(&self) -> impl Ord + use<> {
        let prepared = self
            .points
            .map_or(0, |(points, of)| points * 1000 / of.max(1));
        (
            self.act_now == 0,
            self.check_today == 0 && self.act_now == 0,
            self.deadline.unwrap_or(Timestamp::MAX),
            std::cmp::Reverse((self.act_now, self.check_today)),
            prepared,
            self.id.clone(),
        )
    }
}

fn methods() -> MethodRouter<Console> {
    get(show)
}

async fn show(State(console): State<Console>, visitor: Visitor, who: SignedIn) -> Outcome {
    let mut board = board(&console, &who).await?;
    let all = board.len();
    board.truncate(SHOWN_MAX);
    complete(&console, &who, &mut board).await?;
    board.sort_by_cached_key(Standing::urgency);
    let now = console.now();
    html(&PortfolioPage {
        frame: Frame::new(&visitor, PAGE.title),
        quiet: board
            .iter()
            .filter(|line| line.act_now + line.check_today == 0)
            .count(),
        lines: board.into_iter().map(|line| shown(line, now)).collect(),
        all,
    })
}

fn shown(line: Standing, now: Timestamp) -> BoardLine {
    BoardLine {
        left: line
            .deadline
            .map(|until| shown::left(until, now))
            .unwrap_or_default(),
        score: line.points.map_or_else(
            || "not looked at".to_owned(),
            |(points, of)| format!("{points} of {of}"),
        ),
        id: line.id,
        name: line.name,
        marketplace: line.marketplace,
        act_now: line.act_now,
        check_today: line.check_today,
    }
}

/// Every account with what needs somebody on it; deadlines and scores come later, for
/// those that are shown.
async fn board(console: &Console, who: &SignedIn) -> Result<Vec<Standing>, Trouble> {
    let store = &console.store;
    let counts = async |level| -> Result<BTreeMap<String, u64>, Trouble> {
        let counts = store.counts(&who.tenant, pending(level)).await?;
        Ok(counts.into_iter().collect())
    };
    let act_now = counts(AlertLevel::ActNow).await?;
    let check_today = counts(AlertLevel::CheckToday).await?;
    let mut board = Vec::new();
    let mut after = String::new();
    loop {
        let page = store.accounts(&who.tenant, &after, PAGE_ROWS_MAX).await?;
        let Some(last) = page.last() else { break };
        after.clone_from(&last.value.id);
        let of =
            |counts: &BTreeMap<String, u64>, id: &str| counts.get(id).copied().unwrap_or_default();
        board.extend(page.into_iter().map(|account| {
            let account: Account = account.value;
            Standing {
                act_now: of(&act_now, &account.id),
                check_today: of(&check_today, &account.id),
                name: account.name.unwrap_or_else(|| account.id.clone()),
                marketplace: account.marketplace,
                id: account.id,
                ..Standing::default()
            }
        }));
    }
    board.sort_by_cached_key(Standing::urgency);
    Ok(board)
}

async fn complete(
    console: &Console,
    who: &SignedIn,
    board: &mut [Standing],
) -> Result<(), Trouble> {
    let store = &console.store;
    let ids: Vec<&str> = board.iter().map(|line| line.id.as_str()).collect();
    let scores = store.latest_scores(&who.tenant, &ids).await?;
    for line in board {
        if line.act_now + line.check_today > 0 {
            let alerts = store.pending_alerts(&who.tenant, &line.id).await?;
            let deadlines = alerts
                .iter()
                .filter_map(|alert| alert.value.detection.deadline);
            line.deadline = deadlines.min();
        }
        line.points = scores.get(&line.id).map(|day| (day.points, day.points_max));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(
        id: &str,
        act_now: u64,
        check_today: u64,
        deadline: Option<i64>,
        points: u64,
    ) -> Standing {
        Standing {
            id: id.to_owned(),
            act_now,
            check_today,
            deadline: deadline.map(|second| Timestamp::from_second(second).unwrap()),
            points: Some((points, 100)),
            ..Standing::default()
        }
    }

    #[test]
    fn the_nearest_deadline_of_the_gravest_comes_first() {
        let mut board = [
            line("quiet and prepared", 0, 0, None, 90),
            line("quiet", 0, 0, None, 10),
            line("today", 0, 5, Some(1), 50),
            line("later", 1, 0, Some(900), 50),
            line("soon", 1, 0, Some(100), 50),
            line("no deadline", 3, 0, None, 50),
        ];
        board.sort_by_cached_key(Standing::urgency);
        let order: Vec<&str> = board.iter().map(|line| line.id.as_str()).collect();
        let expected = [
            "soon",
            "later",
            "no deadline",
            "today",
            "quiet",
            "quiet and prepared",
        ];
        assert_eq!(order, expected);
    }
}
