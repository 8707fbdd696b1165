//! What is known of one watch: when it was heard, how far it was read, what stands against it.
//!
//! [`Rhythm::learn`] is the only way it changes. An answer that turns a picture back to
//! what it was before a change is doubted first: Amazon's views lag behind one another,
//! and an old one after a new one would tell of a change that nobody made.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::marks::Marks;

/// The first wait after a fault; it doubles.
const FAULT_FIRST: SignedDuration = SignedDuration::from_secs(5);
/// Views of Amazon's that disagree have done so for minutes, not for longer.
const LAG_MAX: SignedDuration = SignedDuration::from_mins(30);
/// An answer that is doubted is asked for again so soon.
const DOUBT_WAIT: SignedDuration = SignedDuration::from_secs(45);
/// What every answer has said for so long is believed.
const DOUBT_MAX: SignedDuration = SignedDuration::from_mins(5);
/// An answer that is the same as before is kept so often all the same: it proves that we looked.
const KEEP_EVERY: SignedDuration = SignedDuration::from_hours(1);
/// What may not be read is tried again after this, then less and less often.
const REFUSED_FIRST: SignedDuration = SignedDuration::from_mins(15);
const REFUSED_LAST: SignedDuration = SignedDuration::from_hours(6);
/// What is not offered in a store may be some day.
const NOT_THERE: SignedDuration = SignedDuration::from_hours(24);
/// A question that is not accepted is a fault of ours, or of the account's form.
const WRONG_FIRST: SignedDuration = SignedDuration::from_hours(1);
/// A storm of notifications makes us ask so often, not more.
const HASTE_MIN: SignedDuration = SignedDuration::from_secs(20);
/// Far more pages than a span of minutes has; a first reading goes on next time.
const PAGES_MAX: u32 = 500;
/// Amazon pages through so many listings; behind it, the search begins anew from there.
const SEARCH_MAX: u64 = 1000;

/// What is known of one watch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rhythm {
    /// When it was last heard as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heard: Option<Timestamp>,
    /// Not before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wait: Option<Timestamp>,
    /// When the round of pages under way began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub began: Option<Timestamp>,
    /// The next page of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Pages read of it.
    #[serde(skip_serializing_if = "is_zero")]
    pub pages: u32,
    /// Read up to here, for what comes as a stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Failures in a row.
    #[serde(skip_serializing_if = "is_zero")]
    pub failures: u32,
    /// What the last answer looked like.
    #[serde(skip_serializing_if = "Option::is_none")]
    print: Option<String>,
    /// What it looked like before it changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    /// When it changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<Timestamp>,
    /// Since when answers are doubted.
    #[serde(skip_serializing_if = "Option::is_none")]
    doubt: Option<Timestamp>,
    /// When an answer was last kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<Timestamp>,
    /// It may not be read.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
    /// It is not offered here.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_there: bool,
    /// The report that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<String>,
    /// Where the report lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's form")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// What came of asking.
#[derive(Debug, Clone, PartialEq)]
pub enum Told {
    /// A page, with what stands out in it.
    Page(Marks),
    /// Asked too often, or nothing left to ask with: not before then.
    Slow(Timestamp),
    /// A fault on the way or at Amazon's.
    Fault,
    /// It may not be read.
    Refused,
    /// It is not offered here.
    NotThere,
    /// The question is not accepted.
    Wrong,
}

/// What to do with the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lesson {
    /// Keep it as a record.
    pub keep: bool,
    /// The picture changed.
    pub changed: bool,
}

const NOTHING: Lesson = Lesson {
    keep: false,
    changed: false,
};

/// What a watch is about, as far as learning goes.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// An answer is a whole picture.
    pub picture: bool,
    /// How often it is asked.
    pub every: SignedDuration,
    /// A stream is read again from so far before: what was late is not lost.
    pub overlap: SignedDuration,
    /// A number that spreads waits.
    pub dice: u64,
}

impl Rhythm {
    /// Whether nothing is under way: no page, no report, no doubt.
    pub fn is_at_rest(&self) -> bool {
        self.page.is_none()
            && self.report.is_none()
            && self.document.is_none()
            && self.doubt.is_none()
    }

    /// Makes it due now, unless something stands against it or it was just heard.
    pub fn hasten(&mut self, now: Timestamp) {
        let just = |at: Timestamp| now.duration_since(at) < HASTE_MIN;
        if self.wait.is_none() && !self.heard.is_some_and(just) {
            self.heard = None;
        }
    }

    /// Takes in what came of asking.
    pub fn learn(&mut self, about: About, told: Told, now: Timestamp) -> Lesson {
        match told {
            Told::Page(marks) => return self.page(about, &marks, now),
            Told::Slow(until) => self.wait = Some(until.max(now)),
            Told::Fault => {
                self.failures = self.failures.saturating_add(1);
                self.after(fault_wait(self.failures, about), now);
            }
            Told::Refused => {
                let first = !self.refused;
                self.refused = true;
                self.restart();
                let wait = doubled(REFUSED_FIRST, self.failures);
                self.failures = self.failures.saturating_add(1);
                self.after(wait.min(REFUSED_LAST), now);
                return Lesson {
                    keep: first,
                    ..NOTHING
                };
            }
            Told::NotThere => {
                self.not_there = true;
                self.restart();
                self.after(NOT_THERE, now);
            }
            Told::Wrong => {
                // A page's token may have run out: the round begins anew.
                let wait = if self.page.is_some() {
                    FAULT_FIRST
                } else {
                    doubled(WRONG_FIRST, self.failures).min(NOT_THERE)
                };
                self.failures = self.failures.saturating_add(1);
                self.restart();
                self.after(wait, now);
            }
        }
        NOTHING
    }

    fn page(&mut self, about: About, marks: &Marks, now: Timestamp) -> Lesson {
        self.wait = None;
        self.failures = 0;
        self.refused = false;
        self.not_there = false;
        let began = *self.began.get_or_insert(now);
        if about.picture && self.is_doubtful(&marks.print, now) {
            self.doubt.get_or_insert(now);
            self.began = None;
            self.after(DOUBT_WAIT, now);
            return NOTHING;
        }
        self.doubt = None;
        let lesson = self.compare(&marks.print, marks.holds_something, now);
        self.pages = self.pages.saturating_add(1);
        self.page.clone_from(&marks.more);
        if self.page.is_none() || self.pages >= PAGES_MAX {
            self.whole(about, marks, began, now);
        }
        lesson
    }

    /// The round is over.
    fn whole(&mut self, about: About, marks: &Marks, began: Timestamp, now: Timestamp) {
        let cut = marks.total > SEARCH_MAX || self.page.is_some();
        let from = match marks.newest.filter(|_| cut) {
            // The rest of a long list is asked for from where this one ended.
            Some(newest) if self.since.is_none_or(|since| newest > since) => {
                self.wait = Some(now);
                newest
            }
            _ => {
                self.heard = Some(now);
                began.saturating_sub(about.overlap).unwrap_or(began)
            }
        };
        self.since = Some(self.since.map_or(from, |since| since.max(from)));
        self.restart();
    }

    fn restart(&mut self) {
        self.page = None;
        self.pages = 0;
        self.began = None;
        self.report = None;
        self.document = None;
    }

    /// Whether an answer goes back to what was before a change, and nobody confirmed that.
    fn is_doubtful(&self, print: &str, now: Timestamp) -> bool {
        let back = self.before.as_deref() == Some(print) && self.print.as_deref() != Some(print);
        let recent = self
            .changed
            .is_some_and(|at| now.duration_since(at) < LAG_MAX);
        let young = self
            .doubt
            .is_none_or(|since| now.duration_since(since) < DOUBT_MAX);
        back && recent && young
    }

    fn compare(&mut self, print: &str, holds_something: bool, now: Timestamp) -> Lesson {
        let known = self.print.as_deref();
        let is_first = known.is_none();
        let is_same = known == Some(print);
        if !is_same {
            self.before = self.print.replace(print.to_owned());
            self.changed = Some(now);
        }
        let stale = self
            .kept
            .is_none_or(|kept| now.duration_since(kept) >= KEEP_EVERY);
        let keep = stale || (!is_same && holds_something);
        if keep {
            self.kept = Some(now);
        }
        Lesson {
            keep,
            changed: !is_same && !is_first,
        }
    }

    fn after(&mut self, wait: SignedDuration, now: Timestamp) {
        self.wait = Some(now.saturating_add(wait).unwrap_or(now));
    }
}

/// Doubles up to the interval, and is spread between half and the whole.
fn fault_wait(failures: u32, about: About) -> SignedDuration {
    let wait = doubled(FAULT_FIRST, failures.saturating_sub(1)).min(about.every);
    let dice = about.dice.rotate_left(failures % 64);
    let share = 512 + i32::try_from(dice % 512).unwrap_or_default();
    wait * share / 1024
}

fn doubled(first: SignedDuration, times: u32) -> SignedDuration {
    first * 2_i32.pow(times.min(16))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: About = About {
        picture: true,
        every: SignedDuration::from_mins(5),
        overlap: SignedDuration::from_mins(10),
        dice: 0x1234_5678_9abc_def0,
    };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).expect("a time")
    }

    fn page(print: &str) -> Told {
        Told::Page(Marks {
            print: print.to_owned(),
            holds_something: true,
            ..Marks::default()
        })
    }

    fn told(rhythm: &mut Rhythm, told: Told, seconds: i64) -> (bool, bool) {
        let lesson = rhythm.learn(ABOUT, told, at(seconds));
        (lesson.keep, lesson.changed)
    }

    #[test]
    fn the_same_answer_is_kept_once_an_hour() {
        let mut rhythm = Rhythm::default();
        let mut kept = Vec::new();
        for minute in 0..130 {
            if told(&mut rhythm, page("a"), minute * 60).0 {
                kept.push(minute);
            }
        }
        assert_eq!(kept, [0, 60, 120]);
    }

    #[test]
    fn a_change_is_kept_at_once_and_the_first_answer_is_none() {
        let mut rhythm = Rhythm::default();
        assert_eq!(told(&mut rhythm, page("a"), 0), (true, false));
        assert_eq!(told(&mut rhythm, page("b"), 60), (true, true));
    }

    #[test]
    fn an_old_view_after_a_new_one_is_doubted_and_asked_for_again() {
        let mut rhythm = Rhythm::default();
        told(&mut rhythm, page("a"), 0);
        told(&mut rhythm, page("b"), 60);
        assert_eq!(told(&mut rhythm, page("a"), 120), (false, false));
        assert!(!rhythm.is_at_rest() && rhythm.wait == Some(at(165)));
        // It was old: the next one is the new view again, and nothing happened.
        assert_eq!(told(&mut rhythm, page("b"), 165), (false, false));
        assert!(rhythm.is_at_rest());
        // It is true: for five minutes, every one says the same.
        for seconds in [225, 270, 315, 500] {
            assert_eq!(told(&mut rhythm, page("a"), seconds), (false, false));
        }
        assert_eq!(told(&mut rhythm, page("a"), 525), (true, true));
    }

    #[test]
    fn after_half_an_hour_nothing_is_doubted() {
        let mut rhythm = Rhythm::default();
        told(&mut rhythm, page("a"), 0);
        told(&mut rhythm, page("b"), 60);
        assert_eq!(told(&mut rhythm, page("a"), 60 + 30 * 60), (true, true));
    }

    #[test]
    fn faults_wait_longer_and_longer_up_to_the_interval() {
        let mut rhythm = Rhythm::default();
        let mut last = SignedDuration::ZERO;
        for count in 0..40 {
            told(&mut rhythm, Told::Fault, 0);
            let wait = rhythm.wait.expect("a wait").duration_since(at(0));
            assert!(wait >= SignedDuration::from_secs(2) && wait <= ABOUT.every);
            assert!(count > 6 || wait * 4 > last, "{wait:?} after {last:?}");
            last = wait;
        }
        told(&mut rhythm, page("a"), 10);
        assert_eq!((rhythm.failures, rhythm.wait), (0, None));
    }

    #[test]
    fn a_refusal_is_kept_when_it_begins() {
        let mut rhythm = Rhythm::default();
        told(&mut rhythm, page("a"), 0);
        assert_eq!(told(&mut rhythm, Told::Refused, 60), (true, false));
        assert_eq!(told(&mut rhythm, Told::Refused, 960), (false, false));
        assert!(rhythm.refused);
        for _ in 0..30 {
            told(&mut rhythm, Told::Refused, 1000);
        }
        assert_eq!(rhythm.wait, Some(at(1000 + 6 * 3600)));
        told(&mut rhythm, page("a"), 2000);
        assert!(!rhythm.refused);
    }

    #[test]
    fn a_stream_moves_on_when_its_last_page_was_read() {
        let mut rhythm = Rhythm::default();
        let more = |token: Option<&str>| {
            Told::Page(Marks {
                print: format!("{token:?}"),
                more: token.map(str::to_owned),
                ..Marks::default()
            })
        };
        told(&mut rhythm, more(Some("t")), 1000);
        assert_eq!(
            (rhythm.page.as_deref(), rhythm.since, rhythm.heard),
            (Some("t"), None, None)
        );
        told(&mut rhythm, Told::Fault, 1005);
        assert_eq!(rhythm.page.as_deref(), Some("t"), "a fault loses no page");
        told(&mut rhythm, more(None), 1010);
        assert_eq!(
            (rhythm.page.as_deref(), rhythm.heard),
            (None, Some(at(1010)))
        );
        assert_eq!(
            rhythm.since,
            Some(at(400)),
            "from its beginning, less the overlap"
        );
    }

    #[test]
    fn a_token_that_ran_out_begins_the_round_anew() {
        let mut rhythm = Rhythm {
            page: Some("t".to_owned()),
            since: Some(at(0)),
            ..Rhythm::default()
        };
        told(&mut rhythm, Told::Wrong, 10);
        assert_eq!(rhythm.page, None);
        assert_eq!(rhythm.since, Some(at(0)), "and loses nothing");
        assert!(rhythm.wait.is_some_and(|wait| wait < at(60)));
    }

    #[test]
    fn haste_makes_it_due_but_not_in_a_loop() {
        let mut rhythm = Rhythm::default();
        told(&mut rhythm, page("a"), 0);
        rhythm.hasten(at(10));
        assert_eq!(rhythm.heard, Some(at(0)), "it was just heard");
        rhythm.hasten(at(30));
        assert_eq!(rhythm.heard, None);
        told(&mut rhythm, Told::Refused, 40);
        let waits = rhythm.clone();
        rhythm.hasten(at(100));
        assert_eq!(
            rhythm, waits,
            "what may not be read is not asked for sooner"
        );
    }

    #[test]
    fn a_search_that_amazon_cuts_goes_on_from_its_end() {
        let mut rhythm = Rhythm {
            since: Some(at(0)),
            ..Rhythm::default()
        };
        let cut = |newest: i64| {
            Told::Page(Marks {
                print: "x".to_owned(),
                total: 5000,
                newest: Some(at(newest)),
                ..Marks::default()
            })
        };
        told(&mut rhythm, cut(100), 1000);
        assert_eq!((rhythm.since, rhythm.heard), (Some(at(100)), None));
        // Where it does not get any further, it is not asked for ever.
        told(&mut rhythm, cut(100), 1001);
        assert_eq!(rhythm.heard, Some(at(1001)));
    }
}
