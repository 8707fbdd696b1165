//! What is remembered of one account: one value, small when the account is quiet.
//!
//! The hot part changes with every record and stays below 400 bytes on a quiet
//! account; the cold part changes only when something happened. Both can be written
//! down and restored at any point; what follows is then the same as without.
//! Not here: when a rule is met (`evaluate`), what a reading changed (`snapshot`).

mod buckets;
mod eyes;
mod facts;
mod hits;
mod kept;
mod key;
mod recent;
mod rule_state;
mod standing;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use buckets::{Added, Buckets, LEARN_SPAN};
pub use eyes::{Eyes, is_interface, is_mailbox};
pub use facts::{Balance, DefaultSwitched, Facts, MethodAdded, PayoutDue, note};
pub use hits::{Hit, Hits, Room};
pub use kept::Kept;
pub use key::{Key, hash};
pub use recent::{REPEAT_MAX, Recent, Seen};
pub use rule_state::RuleState;
pub use standing::{Change, Found, Standing};

use crate::moment::{Millis, millis, stamp};
use crate::rule::Rule;
use crate::snapshot::Snapshot;

/// The form of a written state; another one is refused, and the state is rebuilt.
const FORM: u8 = 1;

/// What is remembered of one account.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AccountState {
    pub(crate) hot: Hot,
    pub(crate) cold: Cold,
    #[serde(skip)]
    pub(crate) cold_changed: bool,
}

/// What changes with every record.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Hot {
    /// The latest time that anybody told us.
    pub now: Millis,
    /// The latest event time.
    pub newest: Millis,
    /// When time itself matters next.
    pub next: Option<Millis>,
    /// Sources with the time they were last heard.
    pub eyes: Eyes,
    /// Events that have been here.
    pub recent: Recent,
    /// The time for which the host has planned a tick.
    #[serde(default)]
    pub planned: Option<Millis>,
}

/// What changes only when something happened.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Cold {
    pub kept: Kept,
    pub facts: Facts,
    pub rules: BTreeMap<String, RuleState>,
    pub snapshot: Snapshot,
    pub withdrawn: Vec<String>,
}

/// A state as it is stored. The cold part is given only when it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The hot part.
    pub hot: Vec<u8>,
    /// The cold part.
    pub cold: Option<Vec<u8>>,
}

/// Why a stored state cannot be used. It can always be rebuilt from the records.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// It was written in another form.
    #[error("the stored state has form {found}, this version reads form {FORM}: rebuild it")]
    Form {
        /// The form found; 0 where there is none.
        found: u8,
    },
    /// It cannot be read.
    #[error("could not read the {part} part of a stored state: rebuild it")]
    Read {
        /// Which part.
        part: &'static str,
        /// Why.
        #[source]
        cause: rmp_serde::decode::Error,
    },
    /// It cannot be written.
    #[error("could not write the {part} part of a state")]
    Write {
        /// Which part.
        part: &'static str,
        /// Why.
        #[source]
        cause: rmp_serde::encode::Error,
    },
}

impl AccountState {
    /// The state to store; the cold part only if it changed since the last time.
    pub fn checkpoint(&mut self) -> Result<Checkpoint, StateError> {
        let hot = rmp_serde::to_vec(&self.hot)
            .map_err(|cause| StateError::Write { part: "hot", cause })?;
        let cold = self
            .cold_changed
            .then(|| rmp_serde::to_vec_named(&self.cold));
        let cold = cold.transpose().map_err(|cause| StateError::Write {
            part: "cold",
            cause,
        })?;
        self.cold_changed = false;
        Ok(Checkpoint {
            hot: with_form(hot),
            cold: cold.map(with_form),
        })
    }

    /// The state of two stored parts; without a cold part nothing had happened yet.
    pub fn restore(hot: &[u8], cold: Option<&[u8]>) -> Result<AccountState, StateError> {
        let hot = rmp_serde::from_slice(of_form(hot)?)
            .map_err(|cause| StateError::Read { part: "hot", cause })?;
        let cold = cold.map(|cold| {
            rmp_serde::from_slice(of_form(cold)?).map_err(|cause| StateError::Read {
                part: "cold",
                cause,
            })
        });
        Ok(AccountState {
            hot,
            cold: cold.transpose()?.unwrap_or_default(),
            cold_changed: false,
        })
    }

    /// The latest time that anybody told us.
    pub fn now(&self) -> Timestamp {
        stamp(self.hot.now)
    }

    /// The time for which the host has planned a tick, if any waits.
    pub fn planned(&self) -> Option<Timestamp> {
        self.hot.planned.map(stamp)
    }

    /// Notes the time for which the host has planned a tick.
    pub fn plan(&mut self, at: Option<Timestamp>) {
        self.hot.planned = at.map(millis);
    }

    /// Whether anything was ever heard of the account, or it is watched since some time.
    pub fn is_watched(&self) -> bool {
        self.cold.facts.since.is_some()
    }

    /// Takes the ids of detections that no longer hold because of what became known
    /// late. Whoever raised alerts for them resolves these.
    pub fn take_withdrawn(&mut self) -> Vec<String> {
        std::mem::take(&mut self.cold.withdrawn)
    }

    /// Everything that a rule of this account has found and that still holds.
    pub fn standing(&self) -> impl Iterator<Item = (&str, &Found)> {
        self.cold.rules.iter().flat_map(|(rule, state)| {
            state
                .standing
                .all()
                .iter()
                .map(|found| (rule.as_str(), found))
        })
    }

    /// How many things are remembered: events, ids and hits. Bounded for each account.
    pub fn remembered(&self) -> usize {
        let rules = self.cold.rules.values();
        let hits: usize = rules
            .map(|own| own.hits.all().len() + own.standing.all().len())
            .sum();
        hits + self.cold.kept.len() + self.hot.recent.len()
    }

    /// How much memory the hot part takes: itself and what it points to, as far as can be
    /// known from its lengths.
    pub fn hot_bytes(&self) -> usize {
        size_of::<Hot>() + self.hot.eyes.heap_bytes() + self.hot.recent.heap_bytes()
    }

    /// What a rule remembers. A rule whose conditions changed starts afresh, alone.
    pub(crate) fn rule(&mut self, rule: &Rule) -> &mut RuleState {
        let stale = self.cold.rules.get(&rule.id);
        if stale.is_some_and(|state| state.version != rule.state_version) {
            self.forget(&rule.id);
        }
        let fresh = || RuleState {
            version: rule.state_version.clone(),
            ..RuleState::default()
        };
        self.cold.rules.entry(rule.id.clone()).or_insert_with(fresh)
    }

    /// Forgets what a rule remembers and what is kept for it alone.
    fn forget(&mut self, rule: &str) {
        if let Some(state) = self.cold.rules.remove(rule) {
            for hit in state.hits.all() {
                self.cold.kept.release(hit.key);
            }
        }
    }
}

fn with_form(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.insert(0, FORM);
    bytes
}

fn of_form(bytes: &[u8]) -> Result<&[u8], StateError> {
    match bytes.split_first() {
        Some((&FORM, rest)) => Ok(rest),
        first => Err(StateError::Form {
            found: first.map_or(0, |(form, _)| *form),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::event_at;

    #[test]
    fn a_state_survives_being_stored() {
        let mut state = AccountState::default();
        state.hot.eyes.heard("mailbox", 5);
        let event = event_at("payout.method_added", 1_000);
        state.cold.kept.keep(Key::of(&event), &event);
        state.cold_changed = true;
        let stored = state.checkpoint().expect("written");
        let restored = AccountState::restore(&stored.hot, stored.cold.as_deref());
        assert_eq!(restored.expect("read"), state);
        assert_eq!(state.checkpoint().expect("written").cold, None);
    }

    #[test]
    fn another_form_is_refused_with_what_to_do() {
        let error = AccountState::restore(&[9, 0], None)
            .expect_err("refused")
            .to_string();
        assert!(
            error.contains("form 9") && error.contains("rebuild"),
            "{error}"
        );
        assert!(AccountState::restore(&[], None).is_err());
        assert!(AccountState::restore(&[FORM, 0xc1], None).is_err());
    }
}
