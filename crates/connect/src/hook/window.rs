//! How old a signed time may be.

use jiff::{SignedDuration, Timestamp};

use super::Refusal;

/// How far a signed time may lie from now: the tolerance that Stripe's libraries and Standard
/// Webhooks use. An older hook may be a recorded one, sent again.
pub const REPLAY_WINDOW: SignedDuration = SignedDuration::from_mins(5);

/// A signed time in whole seconds since 1970, near enough to now.
pub(crate) fn fresh(
    header: &'static str,
    seconds: &str,
    now: Timestamp,
) -> Result<Timestamp, Refusal> {
    let sent_at = seconds
        .parse()
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .ok_or(Refusal::HeaderUnreadable(header))?;
    within(sent_at, REPLAY_WINDOW, now)
}

/// A signed time that is not older than `age_max` and not in the future.
pub(crate) fn within(
    sent_at: Timestamp,
    age_max: SignedDuration,
    now: Timestamp,
) -> Result<Timestamp, Refusal> {
    let age = now.duration_since(sent_at);
    if age > age_max {
        return Err(Refusal::TooOld);
    }
    if age < -REPLAY_WINDOW {
        return Err(Refusal::TooNew);
    }
    Ok(sent_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(seconds: &str) -> Result<i64, Refusal> {
        let now = Timestamp::from_second(1_000_000).expect("a time");
        fresh("T", seconds, now).map(Timestamp::as_second)
    }

    #[test]
    fn five_minutes_either_way() {
        assert_eq!(check("999700"), Ok(999_700));
        assert_eq!(check("999699"), Err(Refusal::TooOld));
        assert_eq!(check("1000300"), Ok(1_000_300));
        assert_eq!(check("1000301"), Err(Refusal::TooNew));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for seconds in [
            "",
            "soon",
            "1e6",
            "9223372036854775807",
            "-9223372036854775808",
        ] {
            assert_eq!(
                check(seconds),
                Err(Refusal::HeaderUnreadable("T")),
                "{seconds}"
            );
        }
    }
}
