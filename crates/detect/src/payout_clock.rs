//! Payout clock: method added → hold ends → money leaves.
//!
//! Zero hour is the switch of the default method: a hold runs when a method is added,
//! not when one that is old enough becomes the default. Every question is answered for
//! a moment, from what was known to have happened by then.

use jiff::Timestamp;
use sellkeep_knowledge::Hold;
use sellkeep_model::{Account, Money};
use serde::Serialize;

use crate::moment::{Millis, length, millis, stamp};
use crate::state::{AccountState, Facts, MethodAdded, PayoutDue};
use crate::tails::{among, same_tail};

/// How much time is left before money leaves, as the console shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PayoutClock {
    /// The method that was added last.
    pub method: Option<String>,
    /// Its ending.
    pub tail: Option<String>,
    /// Whether the owner attests that ending; unknown where he attests none.
    pub attested: Option<bool>,
    /// When it was added.
    pub added: Option<Timestamp>,
    /// When the hold after that ends; absent once it has.
    pub hold_ends: Option<Timestamp>,
    /// When the default method was last switched: zero hour.
    pub switched: Option<Timestamp>,
    /// When the next payout is due.
    pub next_payout: Option<Timestamp>,
    /// How much is due then.
    pub next_amount: Option<Money>,
    /// What lies on the account, by currency.
    pub balances: Vec<Money>,
    /// The earliest moment money can leave to a new method; absent where none is new.
    pub deadline: Option<Timestamp>,
}

/// Every account's clock at a moment.
pub fn payout_clock(account: &Account, state: &AccountState, now: Timestamp) -> PayoutClock {
    let facts = &state.cold.facts;
    let at = millis(now);
    let added = last_added(facts, at);
    let due = next_due(facts, at);
    let ends = added
        .map(|method| hold_end(account, method))
        .filter(|ends| *ends > at);
    let tail = added.and_then(|method| method.tail.clone());
    let switched = facts
        .defaults
        .iter()
        .rfind(|switch| switch.at <= at)
        .map(|switch| switch.at);
    let attests = !account.deposit_tails.is_empty();
    PayoutClock {
        method: added.map(|method| method.method.clone()),
        attested: tail
            .as_ref()
            .filter(|_| attests)
            .map(|tail| among(tail, &account.deposit_tails)),
        tail,
        added: added.map(|method| stamp(method.at)),
        hold_ends: ends.map(stamp),
        switched: switched.map(stamp),
        next_payout: due.map(|due| stamp(due.due)),
        next_amount: due.and_then(|due| {
            Some(Money {
                amount: due.amount?,
                currency: due.currency.clone(),
            })
        }),
        balances: balances(facts, at),
        deadline: ends
            .or_else(|| leaves_after_switch(account, facts, at))
            .map(stamp),
    }
}

/// The earliest moment money can leave because of what happened at a moment. After a
/// method was added, when its hold ends; after a switch to a method without a hold, with
/// the next payout, and at once where none is known.
pub fn deadline(account: &Account, facts: &Facts, tail: Option<&str>, at: Millis) -> Millis {
    let mut methods = facts.methods.iter().rev().filter(|method| method.at <= at);
    let meant = |method: &&MethodAdded| match (tail, &method.tail) {
        (Some(tail), Some(other)) => same_tail(tail, other),
        _ => true,
    };
    let ends = methods.find(meant).map(|method| hold_end(account, method));
    match ends.filter(|ends| *ends > at) {
        Some(ends) => ends,
        None => next_due(facts, at).map_or(at, |due| due.due),
    }
}

/// How long a marketplace holds money back, for a store of an account.
pub fn hold(account: &Account, store: Option<&str>) -> Millis {
    let own = store
        .and_then(|store| account.holds.get(store))
        .or_else(|| account.holds.get(&account.marketplace));
    let known = || {
        let mut holds = Hold::builtin().iter();
        holds
            .find(|hold| hold.marketplace == account.marketplace)
            .map(|hold| &hold.lasts)
    };
    own.or_else(known).map_or(0, |lasts| length(lasts.0))
}

/// When the last hold that began until a moment ends, if it is still running then.
pub fn hold_left(account: &Account, facts: &Facts, at: Millis) -> Millis {
    let ends = last_added(facts, at).map_or(at, |method| hold_end(account, method));
    (ends - at).max(0)
}

/// The next payout, as it was known at a moment.
pub fn next_due(facts: &Facts, at: Millis) -> Option<&PayoutDue> {
    let known = facts.payouts.iter().filter(|payout| payout.known <= at);
    // Of each store the newest word counts: a payout that was put off is not due twice.
    let newest = known.clone().filter(|payout| {
        !known
            .clone()
            .any(|other| other.what == payout.what && other.known > payout.known)
    });
    newest
        .filter(|payout| payout.due >= at)
        .min_by_key(|payout| payout.due)
}

/// What lies on the account as it was known at a moment, where it is of one currency.
pub fn open_balance(facts: &Facts, at: Millis) -> Option<f64> {
    match balances(facts, at).as_slice() {
        [one] => Some(one.amount),
        _ => None,
    }
}

/// What lies on the account, in all stores, as it was known at a moment.
fn balances(facts: &Facts, at: Millis) -> Vec<Money> {
    let known = facts.balances.iter().filter(|balance| balance.at <= at);
    let newest = known.clone().filter(|balance| {
        !known
            .clone()
            .any(|other| other.store == balance.store && other.at > balance.at)
    });
    let mut sums: Vec<Money> = Vec::new();
    for balance in newest {
        match sums.iter_mut().find(|sum| sum.currency == balance.currency) {
            Some(sum) => sum.amount += balance.amount,
            None => sums.push(Money {
                amount: balance.amount,
                currency: balance.currency.clone(),
            }),
        }
    }
    sums
}

fn last_added(facts: &Facts, at: Millis) -> Option<&MethodAdded> {
    facts.methods.iter().rfind(|method| method.at <= at)
}

fn hold_end(account: &Account, method: &MethodAdded) -> Millis {
    method
        .at
        .saturating_add(hold(account, method.store.as_deref()))
}

/// A switch that was made lately lets money leave with the next payout.
fn leaves_after_switch(account: &Account, facts: &Facts, at: Millis) -> Option<Millis> {
    let switch = facts.defaults.iter().rfind(|switch| switch.at <= at)?;
    let ours = switch
        .tail
        .as_ref()
        .is_some_and(|tail| among(tail, &account.deposit_tails));
    let due = next_due(facts, switch.at).map_or(switch.at, |due| due.due);
    (!ours && due >= at).then_some(due)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::{DAY, HOUR};
    use crate::testing::account;

    fn added(at: Millis, tail: &str) -> MethodAdded {
        MethodAdded {
            at,
            method: tail.to_owned(),
            tail: Some(tail.to_owned()),
            store: None,
        }
    }

    fn due(known: Millis, due: Millis) -> PayoutDue {
        PayoutDue {
            known,
            what: "DE".to_owned(),
            due,
            amount: Some(9.0),
            currency: Some("EUR".to_owned()),
        }
    }

    #[test]
    fn a_new_method_waits_for_its_hold() {
        let facts = Facts {
            methods: vec![added(0, "677")],
            ..Facts::default()
        };
        assert_eq!(deadline(&account(), &facts, Some("677"), HOUR), 3 * DAY);
        assert_eq!(hold_left(&account(), &facts, DAY), 2 * DAY);
        assert_eq!(hold_left(&account(), &facts, 9 * DAY), 0);
    }

    #[test]
    fn a_switch_to_an_old_method_has_no_hold_but_the_next_payout() {
        let mut facts = Facts {
            methods: vec![added(0, "677")],
            ..Facts::default()
        };
        assert_eq!(deadline(&account(), &facts, Some("677"), 5 * DAY), 5 * DAY);
        facts.payouts = vec![due(0, 6 * DAY)];
        assert_eq!(deadline(&account(), &facts, Some("677"), 5 * DAY), 6 * DAY);
        facts.methods.push(added(5 * DAY, "999"));
        assert_eq!(deadline(&account(), &facts, Some("677"), 5 * DAY), 6 * DAY);
        assert_eq!(deadline(&account(), &facts, Some("999"), 5 * DAY), 8 * DAY);
    }

    #[test]
    fn what_the_account_says_of_its_holds_wins() {
        let mut account = account();
        let hours = |text: &str| serde_json::from_str(&format!("\"{text}\"")).expect("a length");
        account.holds.insert("amazon".to_owned(), hours("PT24H"));
        account.holds.insert("DE".to_owned(), hours("PT2H"));
        assert_eq!(hold(&account, None), DAY);
        assert_eq!(hold(&account, Some("DE")), 2 * HOUR);
        account.marketplace = "nobody".to_owned();
        assert_eq!(hold(&account, None), 0);
    }

    #[test]
    fn only_what_was_known_at_the_moment_counts() {
        let facts = Facts {
            payouts: vec![due(0, 6 * DAY), due(2 * DAY, 9 * DAY)],
            balances: vec![
                crate::state::Balance {
                    at: 0,
                    store: None,
                    amount: 5.0,
                    currency: None,
                },
                crate::state::Balance {
                    at: DAY,
                    store: None,
                    amount: 7.0,
                    currency: None,
                },
            ],
            ..Facts::default()
        };
        assert_eq!(next_due(&facts, DAY).map(|due| due.due), Some(6 * DAY));
        assert_eq!(next_due(&facts, 3 * DAY).map(|due| due.due), Some(9 * DAY));
        assert_eq!(next_due(&facts, 10 * DAY), None);
        assert_eq!(open_balance(&facts, HOUR), Some(5.0));
        assert_eq!(open_balance(&facts, DAY), Some(7.0));
    }

    #[test]
    fn money_of_two_currencies_is_not_added_up() {
        let balance = |store: &str, amount, currency: &str| crate::state::Balance {
            at: 0,
            store: Some(store.to_owned()),
            amount,
            currency: Some(currency.to_owned()),
        };
        let facts = Facts {
            balances: vec![
                balance("DE", 5.0, "EUR"),
                balance("PL", 40.0, "PLN"),
                balance("FR", 2.5, "EUR"),
            ],
            ..Facts::default()
        };
        let shown: Vec<String> = balances(&facts, DAY).iter().map(Money::to_string).collect();
        assert_eq!(shown, ["7.50 EUR", "40.00 PLN"]);
        assert_eq!(open_balance(&facts, DAY), None);
    }

    #[test]
    fn the_console_sees_zero_hour() {
        let mut state = AccountState::default();
        state.cold.facts.methods = vec![added(0, "677")];
        state.cold.facts.payouts = vec![due(0, 6 * DAY)];
        state.cold.facts.defaults = vec![crate::state::DefaultSwitched {
            at: 5 * DAY,
            method: "m".to_owned(),
            tail: Some("677".to_owned()),
        }];
        let clock = payout_clock(&account(), &state, stamp(5 * DAY));
        assert_eq!(clock.switched, Some(stamp(5 * DAY)));
        assert_eq!(clock.deadline, Some(stamp(6 * DAY)));
        assert_eq!((clock.hold_ends, clock.attested), (None, None));
        let early = payout_clock(&account(), &state, stamp(DAY));
        assert_eq!(early.deadline, Some(stamp(3 * DAY)));
    }
}
