//! What to do, step by step, when something happened.
//!
//! The fields are those of `knowledge/playbooks/<playbook>/playbook.toml`.

use serde::Deserialize;

/// Steps for one kind of trouble.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Playbook {
    /// Stable name, also the folder's name.
    pub id: String,
    /// What happened, as a person would say it.
    pub title: String,
    /// When it is to be used.
    pub trigger: String,
    /// `critical`, `high`, `medium` or `low`.
    pub severity: String,
    /// What is reached at the end.
    pub goal: String,
    /// Pages it was made from.
    pub sources: Vec<String>,
    /// When they were read (YYYY-MM-DD).
    pub seen: String,
    /// The steps in order.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

/// One step: one screen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its number, from 1.
    #[serde(rename = "n")]
    pub number: u32,
    /// What to do.
    pub action: String,
    /// Who does it.
    pub who: String,
    /// Minutes from zero hour until it should be done.
    #[serde(rename = "deadline_min")]
    pub deadline_minutes: u32,
    /// `source`: a stated or legal time; `judgement`: ours.
    pub deadline_basis: DeadlineBasis,
    /// The step counts only where this is so; asked as a question.
    pub condition: Option<String>,
    /// What to save before doing it.
    pub evidence: Option<String>,
    /// Contacts to use, by id.
    pub contacts: Vec<String>,
    /// What proves that it worked.
    pub verify: String,
    /// The page it comes from; without one, the playbook's sources stand for it.
    pub source: Option<String>,
}

/// Where a deadline comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeadlineBasis {
    /// A stated or legal time.
    Source,
    /// Our own judgement.
    Judgement,
}

/// Everything wrong with a playbook's text, as sentences; an empty list is a good one.
pub fn mistakes(
    playbook: &Playbook,
    folder: &str,
    knows_contact: impl Fn(&str) -> bool,
) -> Vec<String> {
    let mut found = Vec::new();
    if playbook.id != folder {
        found.push(format!(
            "`id` is {:?}, but the folder is {folder:?}",
            playbook.id
        ));
    }
    if !["critical", "high", "medium", "low"].contains(&playbook.severity.as_str()) {
        found.push("`severity` must be critical, high, medium or low".to_owned());
    }
    if playbook.steps.is_empty() || playbook.sources.is_empty() {
        found.push("a playbook has at least one step and one source".to_owned());
    }
    for (at, step) in playbook.steps.iter().enumerate() {
        if usize::try_from(step.number) != Ok(at + 1) {
            found.push(format!(
                "step {}: steps are numbered from 1 without a gap",
                step.number
            ));
        }
        let empty = step.action.trim().is_empty() || step.who.trim().is_empty();
        if empty || step.verify.trim().is_empty() {
            found.push(format!(
                "step {}: `action`, `who` and `verify` must say something",
                step.number
            ));
        }
        for contact in step.contacts.iter().filter(|id| !knows_contact(id)) {
            found.push(format!(
                "step {}: no contact is called {contact:?}",
                step.number
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playbook() -> Playbook {
        toml::from_str(
            r#"id = "a"
            title = "A"
            trigger = "t"
            severity = "critical"
            goal = "g"
            sources = ["an official page"]
            seen = "2026-11-22"
            [[step]]
            n = 1
            action = "Do"
            who = "owner"
            deadline_min = 5
            deadline_basis = "judgement"
            contacts = ["known"]
            verify = "Done""#,
        )
        .expect("a playbook")
    }

    #[test]
    fn a_good_playbook_has_no_mistakes() {
        assert_eq!(
            mistakes(&playbook(), "a", |id| id == "known"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn every_mistake_is_named() {
        let mut bad = playbook();
        bad.severity = "awful".to_owned();
        bad.steps[0].number = 2;
        bad.steps[0].verify = " ".to_owned();
        let found = mistakes(&bad, "b", |_| false);
        assert_eq!(found.len(), 5, "{found:?}");
    }
}
