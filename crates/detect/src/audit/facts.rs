//! Facts that the snapshot of an account tells.

use sellkeep_model::{Account, Field, Item, ProofLevel, State, StateGroup};

use super::{Facts, Known};
use crate::moment::stamp;
use crate::state::AccountState;
use crate::tails::same_tail;

/// `deposit.unexpected`: how many deposit methods are not among those that the owner
/// attests. Without a complete list, or without the owner's word, there is no such fact.
pub fn snapshot_facts(account: &Account, state: &AccountState) -> Facts {
    let mut facts = Facts::new();
    if let Some(unexpected) = unexpected_methods(account, state) {
        facts.insert("deposit.unexpected".to_owned(), Known::Number(unexpected));
    }
    facts
}

/// What is known now of the things of a group, a state for each store: for whoever looks
/// through them. Things of a state that is not complete may be missing.
pub fn known_now(state: &AccountState, group: StateGroup) -> Vec<State> {
    let groups = state.cold.snapshot.groups(group);
    let states = groups.map(|(store, lines)| State {
        group,
        store: store.map(str::to_owned),
        complete: lines.complete.is_some(),
        proof: ProofLevel::Observed,
        as_of: stamp(lines.newest),
        items: lines
            .items
            .iter()
            .map(|(id, line)| Item {
                id: id.clone(),
                fields: line.fields.clone(),
            })
            .collect(),
    });
    states.collect()
}

fn unexpected_methods(account: &Account, state: &AccountState) -> Option<i64> {
    if account.deposit_tails.is_empty() {
        return None;
    }
    let groups = state.cold.snapshot.groups(StateGroup::DepositMethods);
    let mut complete = false;
    let mut unexpected = 0;
    for (_, group) in groups {
        complete |= group.complete.is_some();
        let strange = group.items.values().filter(|line| {
            let tail = line.fields.text(Field::Tail);
            !tail.is_some_and(|tail| is_attested(account, tail))
        });
        unexpected += i64::try_from(strange.count()).ok()?;
    }
    complete.then_some(unexpected)
}

fn is_attested(account: &Account, tail: &str) -> bool {
    let mut tails = account.deposit_tails.iter();
    tails.any(|attested| same_tail(attested, tail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Origin, observe, testing};
    use sellkeep_model::{Fields, Item, ProofLevel, State, Timestamp};

    fn check(attested: &[&str], tails: &[&str], complete: bool, expected: Option<i64>) {
        let mut account = testing::account();
        account.deposit_tails = attested.iter().map(|tail| (*tail).to_owned()).collect();
        let at: Timestamp = "2026-11-24T10:00:00Z".parse().expect("a time");
        let item = |tail: &&str| Item {
            id: format!("method {tail}"),
            fields: Fields::new().with(Field::Tail, *tail),
        };
        let observed = State {
            group: StateGroup::DepositMethods,
            store: None,
            complete,
            proof: ProofLevel::Proven,
            as_of: at,
            items: tails.iter().map(item).collect(),
        };
        let origin = Origin {
            source: "amazon.api".to_owned(),
            operation: None,
            record: None,
            learned: at,
        };
        let mut state = AccountState::default();
        observe(&account, &mut state, &observed, &origin);
        let facts = snapshot_facts(&account, &state);
        let expected = expected.map(Known::Number);
        assert_eq!(facts.get("deposit.unexpected"), expected.as_ref());
        let known = known_now(&state, StateGroup::DepositMethods);
        let [known] = known.as_slice() else {
            unreachable!("one store was read");
        };
        let told: Vec<&str> = known
            .items
            .iter()
            .filter_map(|item| item.fields.text(Field::Tail))
            .collect();
        assert_eq!((told.as_slice(), known.as_of), (tails, at));
        assert!(known_now(&state, StateGroup::Users).is_empty());
    }

    #[test]
    fn every_method_beyond_the_attested_ones_counts() {
        check(&["677"], &["677"], true, Some(0));
        check(&["677"], &["677", "911", "912"], true, Some(2));
    }

    #[test]
    fn without_a_complete_list_or_the_owners_word_there_is_no_fact() {
        check(&["677"], &["677"], false, None);
        check(&[], &["677"], true, None);
    }
}
