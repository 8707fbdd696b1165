//! How far the past of a mailbox is read, from the place that is kept: shown to people.

use std::time::Duration;

use jiff::Timestamp;

use super::cursor::Cursor;

/// The catching up that is under way. Numbers count UIDs, some of which may not exist any more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backfill {
    /// To be read in all.
    pub total: u64,
    /// Still to be read.
    pub left: u64,
    /// Read a second, since it began.
    pub per_second: f64,
    /// How long the rest will take at that rate.
    pub remaining: Option<Duration>,
}

/// The catching up that a kept place tells of; `None` where nothing is left to read.
pub fn backfill(cursor: &str, now: Timestamp) -> Option<Backfill> {
    let cursor = Cursor::parse(cursor)?;
    let (known, left) = (cursor.catching_up?, cursor.left());
    let seconds = now.duration_since(known.since).as_secs_f64();
    let done = known.total.saturating_sub(left);
    #[expect(clippy::cast_precision_loss, reason = "no mailbox has 2^52 mails")]
    let (done, rest) = (done as f64, left as f64);
    let per_second = if seconds > 0.0 { done / seconds } else { 0.0 };
    let remaining = (per_second > 0.0).then(|| Duration::try_from_secs_f64(rest / per_second));
    Some(Backfill {
        total: known.total,
        left,
        per_second,
        remaining: remaining.and_then(Result::ok),
    })
}

#[cfg(test)]
mod tests {
    use super::super::cursor::Look;
    use super::*;

    #[test]
    fn rate_and_rest_are_told_until_nothing_is_left() {
        let at = |seconds| Timestamp::from_second(seconds).expect("a time");
        let mut cursor = Cursor::default();
        let look = Look {
            validity: 7,
            next: 1001,
        };
        cursor.look("INBOX", look);
        cursor.watch(at(0));
        let begun = backfill(&cursor.text(), at(0)).expect("under way");
        assert_eq!(
            (begun.total, begun.left, begun.remaining),
            (1000, 1000, None)
        );
        cursor.read_down_to("INBOX", 751);
        cursor.watch(at(10));
        let under_way = backfill(&cursor.text(), at(10)).expect("under way");
        assert_eq!((under_way.total, under_way.left), (1000, 750));
        assert!((under_way.per_second - 25.0).abs() < 0.001);
        assert_eq!(under_way.remaining, Some(Duration::from_secs(30)));
        cursor.read_down_to("INBOX", 1);
        cursor.watch(at(40));
        assert_eq!(backfill(&cursor.text(), at(41)), None);
        assert_eq!(backfill("", at(1)), None);
        assert_eq!(backfill("{", at(1)), None);
    }
}
