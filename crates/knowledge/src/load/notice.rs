//! Reads notices, deeds, topics and lures, and checks what their forms cannot say.

use toml::{Table, Value};

use super::Loader;
use crate::deed::{Deed, Topic};
use crate::lure::Lure;
use crate::notice::{Detail, DetailForm, Notice, Wording};

impl Loader {
    pub(super) fn notice(&mut self, path: &str, brand: &str, folder: &str, table: Table) {
        let Some(notice) = self.record::<Notice>(path, "notice", Value::Table(table)) else {
            return;
        };
        self.named_after(path, "notice", &notice.id, folder);
        for what in notice_mistakes(&notice) {
            self.problem(path, "notice", what);
        }
        self.notices
            .push((path.to_owned(), brand.to_owned(), notice));
    }

    pub(super) fn deed(&mut self, path: &str, table: Table) {
        if let Some(deed) = self.record::<Deed>(path, "deed", Value::Table(table)) {
            self.named_after_file(path, "deed", &deed.id);
            for what in detail_mistakes(&deed.details) {
                self.problem(path, "deed", what);
            }
            self.knowledge.deeds.push(deed);
        }
    }

    pub(super) fn topic(&mut self, path: &str, table: Table) {
        if let Some(topic) = self.record::<Topic>(path, "topic", Value::Table(table)) {
            self.named_after_file(path, "topic", &topic.id);
            self.knowledge.topics.push(topic);
        }
    }

    pub(super) fn lure(&mut self, path: &str, table: Table) {
        if let Some(lure) = self.record::<Lure>(path, "lure", Value::Table(table)) {
            self.named_after_file(path, "lure", &lure.id);
            self.knowledge.lures.push(lure);
        }
    }

    fn named_after_file(&mut self, path: &str, record: &str, id: &str) {
        let file = path.rsplit('/').next().unwrap_or(path);
        self.named_after(path, record, id, file.trim_end_matches(".toml"));
    }

    /// Gives each notice to its brand; a brand or deed that a notice names must be there.
    pub(super) fn give_notices(&mut self) {
        for (path, brand, notice) in std::mem::take(&mut self.notices) {
            let deed = notice.own_words.as_deref();
            let deeds = &self.knowledge.deeds;
            if let Some(unknown) = deed.filter(|id| deeds.iter().all(|deed| deed.id != *id)) {
                let what = format!("`own_words`: there is no deed {unknown:?}");
                self.problem(&path, "notice", what);
            }
            if let Some(known) = self.brands.get_mut(&brand) {
                known.notices.push(notice);
            } else {
                self.problem(&path, "notice", format!("there is no brand {brand:?}"));
            }
        }
    }
}

fn notice_mistakes(notice: &Notice) -> Vec<String> {
    let mut found = detail_mistakes(&notice.details);
    if notice.senders.is_empty() {
        found.push("`senders` is empty: a notice is known by who sends it".to_owned());
    }
    let no_address = |sender: &&String| !sender.contains('@');
    if let Some(sender) = notice.senders.iter().find(no_address) {
        found.push(format!("`senders` must hold addresses: {sender:?}"));
    }
    let says_nothing = |words: &Wording| words.subjects.is_empty() && words.phrases.is_empty();
    if notice.words.iter().any(says_nothing) {
        found.push("`words` must hold `subjects` or `phrases`".to_owned());
    }
    found
}

fn detail_mistakes(details: &[Detail]) -> Vec<String> {
    let mut found = Vec::new();
    for detail in details {
        let name = detail.field.as_str();
        if (detail.form == DetailForm::Fixed) != detail.value.is_some() {
            found.push(format!(
                "`detail` {name}: `value` and the form fixed belong together"
            ));
        }
        if detail.after.is_empty() && !detail.form.is_plain_by_itself() {
            found.push(format!("`detail` {name}: `after` is missing"));
        }
    }
    found
}
