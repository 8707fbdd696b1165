//! Properties of the plan, over many accounts, states and times.

use super::rhythm::About;
use super::*;

const STORES: [&str; 3] = ["A1", "A2", "A3"];

fn stores() -> Vec<String> {
    STORES.map(str::to_owned).to_vec()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).expect("a time")
}

/// The same throws every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

fn page(print: u64, more: bool) -> Told {
    Told::Page(Marks {
        print: print.to_string(),
        holds_something: true,
        more: more.then(|| "t".to_owned()),
        ..Marks::default()
    })
}

fn about(row: &Row) -> About {
    About {
        picture: row.picture,
        every: row.every,
        overlap: SignedDuration::from_mins(10),
        dice: 99,
    }
}

#[test]
fn every_kind_has_one_row() {
    for row in ROWS {
        let same = ROWS
            .iter()
            .filter(|other| other.kind == row.kind || other.name == row.name);
        assert_eq!(same.count(), 1, "{}", row.name);
        assert!(row.tight <= row.every);
    }
    assert_eq!(Kind::AllListings as usize + 1, ROWS.len());
}

#[test]
fn a_new_account_is_asked_for_everything_at_once_money_first() {
    let (stores, mut state) = (stores(), State::default());
    let mut asked = Vec::new();
    while let Some(watch) = first_due("a", &stores, &state, at(0)) {
        let lesson = about(watch.row());
        state
            .rhythm_mut(&watch.key())
            .learn(lesson, page(1, false), at(0));
        asked.push(watch);
    }
    assert_eq!(asked, watches(&stores));
    assert_eq!(asked[0].kind, Kind::PaymentMethods);
    assert_eq!(asked.len(), 13 + 2 * 5);
}

#[test]
fn what_was_heard_is_due_within_its_interval_and_not_at_once() {
    let mut dice = Dice(1);
    for _ in 0..20_000 {
        let account = format!("seller-{}", dice.below(100_000));
        let row = &ROWS[usize::try_from(dice.below(13)).expect("small")];
        let watch = Watch {
            kind: row.kind,
            store: None,
        };
        let heard = at(i64::try_from(dice.below(10_000_000)).expect("small"));
        let mut state = State::default();
        state.rhythm_mut(&watch.key()).heard = Some(heard);
        if dice.below(2) == 0 {
            state.changed = Some(heard);
        }
        let due = due(&account, &state, &watch, heard);
        let gap = due.duration_since(heard);
        assert!(
            gap > SignedDuration::ZERO && gap <= every(&state, row, heard),
            "{gap:?}"
        );
    }
}

#[test]
fn accounts_are_spread_over_the_interval() {
    let watch = Watch {
        kind: Kind::PaymentMethods,
        store: None,
    };
    let mut state = State::default();
    state.rhythm_mut(&watch.key()).heard = Some(at(0));
    let mut seconds = [0_u32; 300];
    for number in 0..10_000 {
        let due = due(&format!("seller-{number:05}"), &state, &watch, at(0));
        let second = due.duration_since(at(0)).as_secs() - 1;
        seconds[usize::try_from(second).expect("within the interval")] += 1;
    }
    let most = seconds.iter().max().expect("some");
    assert!(
        seconds.iter().all(|count| *count > 0) && *most < 80,
        "{most}"
    );
}

/// Whatever happens, nothing is forgotten, nothing is asked in a loop, and a state
/// survives being written down.
#[test]
fn any_history_leaves_every_watch_due_again() {
    let stores = stores();
    for seed in 0..40 {
        let mut dice = Dice(seed);
        let (mut state, mut now) = (State::default(), 0);
        for _ in 0..150 {
            now += i64::try_from(dice.below(120)).expect("small");
            let Some(watch) = first_due("a", &stores, &state, at(now)) else {
                now += next_due("a", &stores, &state, at(now))
                    .duration_since(at(now))
                    .as_secs();
                continue;
            };
            let told = match dice.below(12) {
                0..6 => page(dice.below(3), false),
                6 => page(dice.below(3), true),
                7 => Told::Slow(at(now + 30)),
                8 => Told::Fault,
                9 => Told::Refused,
                10 => Told::NotThere,
                _ => Told::Wrong,
            };
            let paged = matches!(&told, Told::Page(marks) if marks.more.is_some());
            let row = watch.row();
            let lesson = state
                .rhythm_mut(&watch.key())
                .learn(about(row), told, at(now));
            if lesson.changed && row.picture {
                state.changed = Some(at(now));
            }
            let again = due("a", &state, &watch, at(now));
            assert!(paged || again > at(now), "{watch:?} at once again");
            assert!(again <= at(now + 25 * 3600), "{watch:?} only at {again}");
            assert_eq!(State::parse(&state.text()).as_ref(), Some(&state));
        }
    }
}

#[test]
fn it_is_looked_at_more_closely_after_a_change_and_before_a_payout() {
    let mut state = State::default();
    assert!(!is_hot(&state, at(0)));
    state.changed = Some(at(0));
    assert!(
        is_hot(&state, at(0)) && is_hot(&state, at(71 * 3600)) && !is_hot(&state, at(73 * 3600))
    );
    state.changed = None;
    state.payout = Some(at(48 * 3600));
    assert!(
        !is_hot(&state, at(0)) && is_hot(&state, at(25 * 3600)) && is_hot(&state, at(49 * 3600))
    );
    assert!(!is_hot(&state, at(73 * 3600)));
}

#[test]
fn a_round_of_the_tightest_rhythm_fits_every_budget() {
    // Calls a second of an account with so many stores as Amazon has in one region.
    for row in ROWS.iter().filter(|row| row.report.is_none()) {
        let stores: u32 = if row.by_store { 16 } else { 1 };
        let asked = f64::from(stores) / row.tight.as_secs_f64();
        let given = row.operation.facts().rate * 0.9;
        assert!(asked < given, "{}: {asked} of {given}", row.name);
    }
}

#[test]
fn a_place_that_is_none_is_told() {
    assert_eq!(State::parse(""), Some(State::default()));
    for odd in ["{}", "INBOX", r#"{"version":99}"#] {
        assert_eq!(State::parse(odd), None);
    }
}
