//! One list of store tests, run in memory, on a file and on PostgreSQL.

mod places;
mod postgres_server;
mod queues;
mod recording;
mod samples;

use places::Place;

/// Runs every test of the list on every engine.
macro_rules! on_every_engine {
    ($($file:ident: $($name:ident),+;)*) => {
        mod memory {
            $($(#[tokio::test] async fn $name() {
                let place = super::Place::memory();
                super::$file::$name(place.open().await).await;
            })+)*
        }
        mod file {
            $($(#[tokio::test] async fn $name() {
                let place = super::Place::file();
                super::$file::$name(place.open().await).await;
            })+)*
        }
        mod postgres {
            $($(#[tokio::test] async fn $name() {
                if let Some(place) = super::Place::postgres().await {
                    super::$file::$name(place.open().await).await;
                }
            })+)*
        }
    };
}

on_every_engine! {
    recording: a_record_is_filed_once, a_record_survives_whatever_its_bytes,
        records_are_read_on_from_a_place, an_altered_record_is_noticed,
        events_keep_their_order_and_come_once, events_are_found_by_account_kind_and_record,
        an_intake_moves_its_source_once;
    queues: a_job_is_added_once, a_held_job_is_nobody_elses_until_its_time_runs_out,
        a_failing_job_waits_and_is_set_aside, a_job_that_kills_its_workers_is_set_aside,
        a_node_gives_back_what_it_held, a_lost_claim_ends_nothing, done_jobs_are_forgotten_by_age;
}
