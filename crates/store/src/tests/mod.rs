//! One list of store tests, run in memory, on a file and on PostgreSQL.

mod doors;
mod killed;
mod opening;
mod people;
mod places;
mod postgres_server;
mod prepared;
mod queues;
mod recording;
mod samples;
mod statements;
mod watching;

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
        an_intake_moves_its_source_once, records_come_together_with_their_marks, what_is_brought_twice_is_filed_once,
        what_is_not_believed_is_counted;
    queues: a_job_is_added_once, a_held_job_is_nobody_elses_until_its_time_runs_out,
        a_failing_job_waits_and_is_set_aside, a_job_that_kills_its_workers_is_set_aside,
        a_node_gives_back_what_it_held,
        what_was_held_comes_first_and_no_delivery_is_blamed,
        a_job_that_takes_workers_down_wears_out_no_other, a_lost_claim_ends_nothing, done_jobs_are_forgotten_by_age;
    watching: a_partition_has_one_node, a_commit_is_whole_or_nothing,
        a_node_that_lost_its_lease_writes_nothing, hot_states_come_together,
        alerts_are_listed_and_counted, a_receipt_is_noted_once, a_job_ends_with_its_outcome,
        verdicts_are_listed, a_job_settles_with_states_and_alerts,
        jobs_settle_together_or_not_at_all, whole_states_come_together;
    people: words_are_only_ever_added, accounts_are_kept_by_version, accounts_are_found_by_their_names, sources_are_kept_by_version,
        a_secret_is_sealed, the_audit_log_shows_tampering,
        the_audit_log_is_one_chain_for_many_writers, another_tenant_sees_nothing;
    doors: people_are_kept_by_version_and_name, a_session_is_one_tenants_and_ends,
        an_invitation_is_used_once, incidents_are_kept_by_version;
    prepared: what_was_said_is_found_by_account, a_day_has_one_score,
        a_chain_takes_each_place_once, an_answer_is_given_once;
    statements: both_engines_understand_every_statement;
}
