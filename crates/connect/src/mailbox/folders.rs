//! Which folders of a mailbox are read: where mail arrives, and where an intruder hides it.
//!
//! The server names their use (RFC 6154); where it does not, usual names count. Where one
//! folder holds everything (Gmail's "All Mail"), it stands for inbox and archive, because a
//! filter that skips the inbox leaves mail only there.

use async_imap::imap_proto::NameAttribute;

/// What a folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// Where mail arrives.
    Inbox,
    /// Everything but spam and trash.
    All,
    /// Spam.
    Junk,
    /// Trash.
    Trash,
    /// Archive.
    Archive,
}

/// Usual names, in small letters, where a server does not tell the use.
const NAMES: &[(&str, Use)] = &[
    ("archive", Use::Archive),
    ("archiv", Use::Archive),
    ("archives", Use::Archive),
    ("bulk mail", Use::Junk),
    ("corbeille", Use::Trash),
    ("deleted items", Use::Trash),
    ("deleted messages", Use::Trash),
    ("gelöschte elemente", Use::Trash),
    ("junk", Use::Junk),
    ("junk e-mail", Use::Junk),
    ("junk email", Use::Junk),
    ("papierkorb", Use::Trash),
    ("spam", Use::Junk),
    ("trash", Use::Trash),
];

/// A folder that the server lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name as the server writes it.
    pub name: String,
    /// What it is for, as far as it is one of ours.
    used: Option<Use>,
    /// Only its name says so.
    guessed: bool,
}

impl Listed {
    /// From a line of the server's list; `None` where it cannot be opened.
    pub fn new(
        name: &str,
        attributes: &[NameAttribute<'_>],
        delimiter: Option<&str>,
    ) -> Option<Listed> {
        if attributes.contains(&NameAttribute::NoSelect) || name.chars().any(char::is_control) {
            return None;
        }
        let told = attributes.iter().find_map(|attribute| match attribute {
            NameAttribute::All => Some(Use::All),
            NameAttribute::Junk => Some(Use::Junk),
            NameAttribute::Trash => Some(Use::Trash),
            NameAttribute::Archive => Some(Use::Archive),
            _ => None,
        });
        let told = told.or_else(|| name.eq_ignore_ascii_case("INBOX").then_some(Use::Inbox));
        Some(Listed {
            name: name.to_owned(),
            used: told.or_else(|| usual(name, delimiter)),
            guessed: told.is_none(),
        })
    }
}

fn usual(name: &str, delimiter: Option<&str>) -> Option<Use> {
    let own = match delimiter {
        Some(delimiter) if !delimiter.is_empty() => name.rsplit(delimiter).next()?,
        _ => name,
    };
    let own = own.to_lowercase();
    let found = NAMES.iter().find(|(usual, _)| *usual == own);
    found.map(|(_, used)| *used)
}

/// The folders to read, most important first, one of each use.
pub fn chosen(mut listed: Vec<Listed>) -> Vec<String> {
    let has_all = listed.iter().any(|folder| folder.used == Some(Use::All));
    listed.retain(|folder| match folder.used {
        None => false,
        Some(Use::Inbox | Use::Archive) => !has_all,
        Some(_) => true,
    });
    listed.sort_by_key(|folder| (folder.used, folder.guessed));
    listed.dedup_by_key(|folder| folder.used);
    // RFC 9051 section 5.1: a mailbox has an INBOX, listed or not.
    let arrives = |folder: &Listed| matches!(folder.used, Some(Use::Inbox | Use::All));
    let unlisted = (!listed.iter().any(arrives)).then(|| "INBOX".to_owned());
    let names = listed.into_iter().map(|folder| folder.name);
    unlisted.into_iter().chain(names).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(list: &[(&str, &[NameAttribute<'_>])], expected: &[&str]) {
        let listed = list.iter();
        let listed = listed
            .filter_map(|(name, attributes)| Listed::new(name, attributes, Some("/")))
            .collect();
        assert_eq!(chosen(listed), expected);
    }

    #[test]
    fn what_the_server_says_counts_before_names() {
        check(
            &[
                ("Trash", &[]),
                ("Old/Papierkorb", &[NameAttribute::Trash]),
                ("Drafts", &[NameAttribute::Drafts]),
                ("inbox", &[]),
                ("Spam", &[NameAttribute::Junk]),
                ("Archive", &[NameAttribute::NoSelect]),
            ],
            &["inbox", "Spam", "Old/Papierkorb"],
        );
        check(&[("Archive", &[]), ("Orders", &[])], &["INBOX", "Archive"]);
    }

    #[test]
    fn one_folder_with_everything_stands_for_inbox_and_archive() {
        check(
            &[
                ("INBOX", &[]),
                ("[Gmail]", &[NameAttribute::NoSelect]),
                ("[Gmail]/All Mail", &[NameAttribute::All]),
                ("[Gmail]/Spam", &[NameAttribute::Junk]),
                ("[Gmail]/Trash", &[NameAttribute::Trash]),
            ],
            &["[Gmail]/All Mail", "[Gmail]/Spam", "[Gmail]/Trash"],
        );
    }

    #[test]
    fn an_empty_or_hostile_list_leaves_the_inbox() {
        check(&[], &["INBOX"]);
        check(
            &[("Trash\r\nA1 DELETE INBOX", &[NameAttribute::Trash])],
            &["INBOX"],
        );
    }
}
