//! The From line is not exactly one valid address.

use sellkeep_model::Level;

use super::{Flag, Sign, sign};
use crate::facts::Facts;
use crate::sender::FromProblem;

pub const FLAG: Flag = Flag {
    id: "broken-sender",
    title: "A sender line that mail programs read differently",
    level: Level::Decisive,
    why: "A broken sender line makes the checks look at one address and the reader at another. \
          Marketplaces write exactly one plain address.",
    source: "RFC 5322 section 3.6.2, RFC 7489 section 6.6.1; \"Composition Kills\", USENIX Security 2020",
    look,
};

fn look(facts: &Facts<'_>) -> Option<Sign> {
    let problem = *facts.sender.problems.first()?;
    let in_play = facts
        .sender
        .all_domains()
        .any(|domain| facts.owns(domain).is_some())
        || !facts.display_names.is_empty();
    let level = match problem {
        FromProblem::Missing if !in_play => return None,
        _ if in_play => Level::Decisive,
        _ => Level::Strong,
    };
    sign(
        level,
        format!("The sender line {}.", problem.says()),
        &facts.sender.raw,
    )
}
