//! Facts that the snapshot of an account tells.

use sellkeep_model::{Account, Field, StateGroup};

use super::{Facts, Known};
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
