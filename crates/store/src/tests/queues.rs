//! The queue.

use jiff::SignedDuration;

use super::samples::{at, tenant};
use crate::{ATTEMPTS_MAX, DELIVERY, Error, Job, NewJob, Store};

const HOLD: SignedDuration = SignedDuration::from_mins(5);

fn job(input: &str) -> NewJob {
    NewJob::new("examine", input, at(0))
}

async fn claim(store: &Store, owner: &str, minutes: i64) -> Vec<Job> {
    let jobs = store.claim(owner, "examine", 10, at(minutes), HOLD).await;
    jobs.expect("jobs are taken")
}

async fn first(store: &Store, kind: &str, minutes: i64) -> Job {
    let mut jobs = store.claim("n", kind, 1, at(minutes), HOLD).await.unwrap();
    jobs.remove(0)
}

async fn one(store: &Store, minutes: i64) -> Job {
    let mut jobs = claim(store, "n", minutes).await;
    assert_eq!(jobs.len(), 1);
    jobs.remove(0)
}

pub(super) async fn a_job_is_added_once(store: Store) {
    let jobs = [job("1"), job("2"), job("1")];
    assert_eq!(store.enqueue(&tenant(), &jobs[..2]).await.unwrap(), 2);
    assert_eq!(store.enqueue(&tenant(), &jobs[1..]).await.unwrap(), 0);
    for taken in claim(&store, "n", 1).await {
        store.complete(&taken, at(1)).await.unwrap();
    }
    // Done, but known: the same input is not done again.
    assert_eq!(store.enqueue(&tenant(), &jobs).await.unwrap(), 0);
    assert!(claim(&store, "n", 9).await.is_empty());
    let nameless = store.enqueue(&tenant(), &[job("")]).await;
    assert!(matches!(nameless, Err(Error::Name { .. })));
}

pub(super) async fn a_held_job_is_nobody_elses_until_its_time_runs_out(store: Store) {
    store.enqueue(&tenant(), &[job("1")]).await.unwrap();
    assert!(claim(&store, "early", -1).await.is_empty());
    assert_eq!(claim(&store, "n", 1).await.len(), 1);
    assert!(claim(&store, "m", 2).await.is_empty());
    assert_eq!(claim(&store, "m", 7).await.len(), 1);
}

pub(super) async fn a_failing_job_waits_and_is_set_aside(store: Store) {
    store.enqueue(&tenant(), &[job("1")]).await.unwrap();
    let mut minutes = 1;
    for attempt in 1..=ATTEMPTS_MAX {
        let taken = one(&store, minutes).await;
        assert_eq!(taken.attempts, attempt);
        let aside = store
            .fail(&taken, "no answer\0", at(minutes))
            .await
            .unwrap();
        assert_eq!(aside, attempt == ATTEMPTS_MAX);
        assert!(claim(&store, "n", minutes).await.is_empty());
        minutes += 31;
    }
    assert!(claim(&store, "n", minutes).await.is_empty());
    let aside = store.poisoned(&tenant(), None, 10).await.unwrap();
    assert_eq!(aside.len(), 1);
    assert_eq!(
        (aside[0].input.as_str(), aside[0].trouble.as_str()),
        ("1", "no answer")
    );
    let rest = store.poisoned(&tenant(), Some(&aside[0].place()), 10).await;
    assert!(rest.unwrap().is_empty());
    assert!(
        store
            .retry(&tenant(), "examine", "1", at(minutes))
            .await
            .unwrap()
    );
    assert!(
        !store
            .retry(&tenant(), "examine", "1", at(minutes))
            .await
            .unwrap()
    );
    assert_eq!(one(&store, minutes).await.attempts, 1);
}

pub(super) async fn a_job_that_kills_its_workers_is_set_aside(store: Store) {
    store.enqueue(&tenant(), &[job("1")]).await.unwrap();
    let tries = i64::try_from(ATTEMPTS_MAX).unwrap();
    for time in 0..tries {
        one(&store, 10 * time).await;
    }
    assert!(claim(&store, "n", 10 * tries).await.is_empty());
    let aside = store.poisoned(&tenant(), None, 10).await.unwrap();
    assert!(aside[0].trouble.contains("without a word"));
}

pub(super) async fn a_node_gives_back_what_it_held(store: Store) {
    store.enqueue(&tenant(), &[job("1")]).await.unwrap();
    let before = one(&store, 1).await;
    assert_eq!(store.release("other").await.unwrap(), 0);
    assert_eq!(store.release("n").await.unwrap(), 1);
    let after = one(&store, 2).await;
    assert_eq!(after.attempts, before.attempts + 1);
}

pub(super) async fn what_was_held_comes_first_and_no_delivery_is_blamed(store: Store) {
    let jobs = [job("1"), NewJob::new(DELIVERY, "told", at(0))];
    store.enqueue(&tenant(), &jobs).await.unwrap();
    let held = first(&store, "examine", 1).await;
    let told = first(&store, DELIVERY, 1).await;
    store.enqueue(&tenant(), &[job("0")]).await.unwrap();
    store.release("n").await.unwrap();
    assert_eq!(first(&store, "examine", 2).await.input, held.input);
    assert_eq!(first(&store, DELIVERY, 2).await.attempts, told.attempts);
}

pub(super) async fn a_job_that_takes_workers_down_wears_out_no_other(store: Store) {
    let jobs: Vec<NewJob> = (0..9).map(|number| job(&number.to_string())).collect();
    store.enqueue(&tenant(), &jobs).await.unwrap();
    let mut done = 0;
    // Whoever meets job 4 dies of it; all others end.
    for _ in 0..=ATTEMPTS_MAX + 1 {
        loop {
            let taken = store.claim_careful("n", "examine", 9, at(1), HOLD);
            let taken = taken.await.unwrap();
            if taken.is_empty() || taken.iter().any(|job| job.input == "4") {
                break;
            }
            for job in taken {
                store.complete(&job, at(1)).await.unwrap();
                done += 1;
            }
        }
        store.release("n").await.unwrap();
    }
    let aside = store.poisoned(&tenant(), None, 10).await.unwrap();
    let aside: Vec<&str> = aside.iter().map(|job| job.input.as_str()).collect();
    assert_eq!((done, aside), (8, vec!["4"]));
}

pub(super) async fn a_lost_claim_ends_nothing(store: Store) {
    store.enqueue(&tenant(), &[job("1")]).await.unwrap();
    let slow = one(&store, 1).await;
    let quick = one(&store, 7).await;
    let late = store.complete(&slow, at(8)).await;
    assert!(matches!(late, Err(Error::ClaimLost { .. })));
    assert!(store.fail(&slow, "x", at(8)).await.is_err());
    store.complete(&quick, at(8)).await.unwrap();
    assert!(store.complete(&quick, at(8)).await.is_err());
}

pub(super) async fn done_jobs_are_forgotten_by_age(store: Store) {
    store.enqueue(&tenant(), &[job("1")]).await.unwrap();
    let taken = one(&store, 1).await;
    assert_eq!(store.forget_done(at(99)).await.unwrap(), 0);
    store.complete(&taken, at(5)).await.unwrap();
    assert_eq!(store.forget_done(at(5)).await.unwrap(), 0);
    assert_eq!(store.forget_done(at(6)).await.unwrap(), 1);
    assert_eq!(store.enqueue(&tenant(), &[job("1")]).await.unwrap(), 1);
}
