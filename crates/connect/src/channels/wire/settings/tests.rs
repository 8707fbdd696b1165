//! The channels file: what is read, and how mistakes are told.

use std::os::unix::fs::PermissionsExt as _;

use sellkeep_model::{AlertLevel, Detail};

use super::*;

const GOOD: &str = r#"
console = "https://sellkeep.example/"

[[channel]]
name = "phone"
kind = "ntfy"
topic = "t0p-s3cret"
level = "for-information"
detail = "full"
batch = "PT5M"
repeat_every = "PT1H"
quiet = { from = "22:00", to = "07:00", time_zone = "Europe/Berlin" }

[[channel]]
name = "duty"
kind = "pagerduty"
routing_key = "0123456789abcdef0123456789abcdef"
ladder_only = true

[[ladder]]
after = "PT15M"
channel = "duty"

[deadman]
url = "https://hc.example/uuid"
every = "PT5M"
"#;

fn error(text: &str) -> String {
    match parse(text) {
        Ok(_) => panic!("read: {text}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_good_file_is_read() {
    let channels = parse(GOOD).expect("channels");
    let phone = channels.get("phone").expect("phone");
    assert_eq!(phone.route.level, AlertLevel::ForInformation);
    assert_eq!(phone.route.detail, Detail::Full);
    assert!(!phone.route.one_by_one);
    let duty = channels.get("duty").expect("duty");
    assert_eq!(
        (duty.route.level, duty.route.detail),
        (AlertLevel::CheckToday, Detail::Short)
    );
    assert!(duty.route.one_by_one && duty.route.ladder_only);
    assert_eq!(channels.ladder[0].level, AlertLevel::ActNow);
    assert_eq!(
        channels.console.as_deref(),
        Some("https://sellkeep.example")
    );
    assert!(channels.deadman.is_some());
}

#[test]
fn an_empty_file_has_no_channel() {
    assert!(parse("").expect("nothing").channels.is_empty());
}

#[test]
fn a_mistake_is_named_and_no_value_is_quoted() {
    let ntfy = |more: &str| format!("[[channel]]\nname='p'\nkind='ntfy'\ntopic='s3cret'\n{more}");
    for (text, says) in [
        (ntfy("tokn = 's3cret'"), "tokn"),
        (ntfy("allow_private = 's3cret'"), "expected a boolean"),
        (ntfy("server = 'http://s3cret.example'"), "https"),
        (ntfy("server = 'https://127.0.0.1/s3cret'"), "allow_private"),
        (ntfy("token = { file = '/no/such' }"), "/no/such"),
        (ntfy("level = 's3cret'"), "unknown variant"),
        (ntfy("batch = 'PT25H'"), "batch"),
        (ntfy("batch = '-PT1H'"), "batch"),
        (ntfy("repeat_every = 'PT5S'"), "repeat_every"),
        (
            ntfy("quiet = { from='22:00', to='07:00', time_zone='s3cret' }"),
            "time_zone",
        ),
        (
            ntfy("[[ladder]]\nafter='PT5M'\nchannel='q'"),
            "no such channel",
        ),
        (format!("{}{}", ntfy(""), ntfy("")), "twice"),
        (
            "[[channel]]\nname='p'\nkind='s3cret'".to_owned(),
            "one of smtp, webhook",
        ),
        ("[[channel]]\nkind='ntfy'".to_owned(), "name"),
        ("[[channel]]\nname='a b'\nkind='ntfy'".to_owned(), "name"),
        ("[[channel]\nname='s3cret'".to_owned(), "line 1"),
        ("s3cret = 1".to_owned(), "line 1"),
        ("console = 'javascript:s3cret'".to_owned(), "console"),
    ] {
        let error = error(&text);
        assert!(error.contains(says), "{says} is not in: {error}");
        let is_name = text.starts_with("s3cret");
        assert!(is_name || !error.contains("s3cret"), "leaks: {error}");
    }
}

#[test]
fn every_kind_says_what_is_missing() {
    for kind in crate::channels::CHANNELS {
        let error = error(&format!("[[channel]]\nname='p'\nkind='{}'", kind.name));
        assert!(error.contains("missing field"), "{}: {error}", kind.name);
    }
}

#[test]
fn a_file_that_others_can_read_is_a_caution() {
    let file_of_ours = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file_of_ours.path(), GOOD).expect("written");
    assert!(
        file(file_of_ours.path())
            .expect("channels")
            .cautions
            .is_empty()
    );
    std::fs::set_permissions(file_of_ours.path(), std::fs::Permissions::from_mode(0o644))
        .expect("mode");
    assert_eq!(
        file(file_of_ours.path()).expect("channels").cautions.len(),
        1
    );
}

#[test]
fn a_missing_file_is_said_so() {
    let error = file(Path::new("/no/such/channels.toml"))
        .err()
        .expect("no file")
        .to_string();
    assert!(error.contains("/no/such/channels.toml"), "{error}");
}
