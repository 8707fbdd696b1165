//! How far each folder is read: everything below `next`, but for the gaps.
//!
//! A gap is a range of UIDs that is still to be read, newest first. The past of a folder
//! is its first gap, so backfill and what came while nobody looked are the same thing.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// More folders than are ever read of one mailbox (INBOX, spam, trash, archive, and as
/// many that were renamed); the cursor cannot grow for ever.
const FOLDERS_MAX: usize = 50;
/// More absences than this, each with mail, before any is caught up: the oldest are joined.
const GAPS_MAX: usize = 50;

/// How far a mailbox is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    folders: BTreeMap<String, Progress>,
    /// The catching up that is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catching_up: Option<CatchingUp>,
}

/// Since when, and how much there was to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatchingUp {
    /// When it began.
    pub since: Timestamp,
    /// UIDs that were to be read in all.
    pub total: u64,
}

/// How far a folder is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The folder's numbering; when it changes, no UID means anything any more (RFC 9051 section 2.3.1.1).
    validity: u32,
    /// The first UID that was never seen.
    next: u32,
    /// What is still to be read below, newest first.
    gaps: Vec<Gap>,
}

/// UIDs still to be read, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The lowest.
    pub from: u32,
    /// The highest.
    pub to: u32,
}

impl Gap {
    /// Whether it reaches back to the beginning: what was there before anybody looked.
    pub fn is_past(self) -> bool {
        self.from == 1
    }
}

/// What a look at a folder showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// UIDVALIDITY.
    pub validity: u32,
    /// UIDNEXT.
    pub next: u32,
}

impl Cursor {
    /// A cursor as it was kept; an empty text is the beginning.
    pub fn parse(text: &str) -> Option<Cursor> {
        if text.is_empty() {
            return Some(Cursor::default());
        }
        serde_json::from_str(text).ok()
    }

    /// The text to keep.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Takes in a look at a folder. Returns whether its numbering is another than before.
    pub fn look(&mut self, folder: &str, look: Look) -> bool {
        if let Some(known) = self.folders.get_mut(folder)
            && known.validity == look.validity
            && known.next <= look.next
        {
            known.add(known.next, look.next);
            return false;
        }
        let renumbered = self.folders.contains_key(folder);
        if renumbered || self.folders.len() < FOLDERS_MAX {
            let mut fresh = Progress {
                validity: look.validity,
                next: 1,
                gaps: Vec::new(),
            };
            fresh.add(1, look.next);
            self.folders.insert(folder.to_owned(), fresh);
        }
        renumbered
    }

    /// The newest gap of a folder.
    pub fn gap(&self, folder: &str) -> Option<Gap> {
        self.folders.get(folder)?.gaps.first().copied()
    }

    /// Everything of the newest gap from a UID upwards has been read.
    pub fn read_down_to(&mut self, folder: &str, uid: u32) {
        let Some(progress) = self.folders.get_mut(folder) else {
            return;
        };
        let Some(gap) = progress.gaps.first_mut() else {
            return;
        };
        if uid <= gap.from {
            progress.gaps.remove(0);
        } else {
            gap.to = gap.to.min(uid - 1);
        }
    }

    /// Notes since when it is being caught up; forgets it once nothing is left.
    pub fn watch(&mut self, now: Timestamp) {
        let left = self.left();
        self.catching_up = match self.catching_up {
            _ if left == 0 => None,
            None => Some(CatchingUp {
                since: now,
                total: left,
            }),
            Some(known) => Some(CatchingUp {
                total: known.total.max(left),
                ..known
            }),
        };
    }

    /// UIDs still to be read, in all folders; some may not exist any more.
    pub fn left(&self) -> u64 {
        let gaps = self.folders.values().flat_map(|progress| &progress.gaps);
        gaps.map(|gap| u64::from(gap.to - gap.from) + 1).sum()
    }
}

impl Progress {
    fn add(&mut self, from: u32, next: u32) {
        self.next = next;
        if from >= next {
            return;
        }
        self.gaps.insert(0, Gap { from, to: next - 1 });
        // Joining reads some mails again rather than never.
        if self.gaps.len() > GAPS_MAX
            && let (Some(last), Some(before)) = (self.gaps.pop(), self.gaps.last_mut())
        {
            before.from = last.from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(validity: u32, next: u32) -> Look {
        Look { validity, next }
    }

    fn gaps(cursor: &Cursor) -> Vec<(u32, u32)> {
        let gaps = cursor.folders["INBOX"].gaps.iter();
        gaps.map(|gap| (gap.from, gap.to)).collect()
    }

    #[test]
    fn the_past_is_read_from_the_top_and_news_come_before_it() {
        let mut cursor = Cursor::default();
        assert!(!cursor.look("INBOX", look(7, 101)));
        cursor.read_down_to("INBOX", 51);
        assert_eq!(gaps(&cursor), [(1, 50)]);
        cursor.look("INBOX", look(7, 104));
        assert_eq!(gaps(&cursor), [(101, 103), (1, 50)]);
        assert!(!cursor.gap("INBOX").expect("a gap").is_past());
        assert_eq!(cursor.left(), 53);
        cursor.read_down_to("INBOX", 101);
        cursor.read_down_to("INBOX", 1);
        assert_eq!((gaps(&cursor), cursor.left()), (vec![], 0));
        assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
    }

    #[test]
    fn another_numbering_means_reading_again() {
        let mut cursor = Cursor::default();
        cursor.look("INBOX", look(7, 11));
        cursor.read_down_to("INBOX", 1);
        assert!(cursor.look("INBOX", look(8, 6)));
        assert_eq!(gaps(&cursor), [(1, 5)]);
        // A server that counts backwards under the same numbering has renumbered, too.
        assert!(cursor.look("INBOX", look(8, 3)));
        assert_eq!(gaps(&cursor), [(1, 2)]);
    }

    #[test]
    fn it_cannot_grow_for_ever() {
        let mut cursor = Cursor::default();
        for number in 0..200 {
            cursor.look(&format!("f{number}"), look(1, 1));
            cursor.look("f0", look(1, 2 + number));
        }
        assert_eq!(cursor.folders.len(), FOLDERS_MAX);
        assert_eq!(cursor.folders["f0"].gaps.len(), GAPS_MAX);
        assert_eq!(cursor.left(), 200);
        assert_eq!(Cursor::parse("{"), None);
    }

    #[test]
    fn the_end_of_all_numbers_is_no_trouble() {
        let mut cursor = Cursor::default();
        cursor.look("INBOX", look(1, u32::MAX));
        cursor.look("INBOX", look(1, 0));
        assert_eq!(cursor.left(), 0);
    }
}
