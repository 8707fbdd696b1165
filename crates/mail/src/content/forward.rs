//! A mail that was forwarded in the text: its original header is lost.
//!
//! Mail programs introduce it by a line of their own and repeat the sender and
//! the subject below it, in the user's language.

use super::{ForwardedInline, text};

/// Lines that introduce a forwarded mail (Gmail, Outlook, Apple Mail, Thunderbird, Yahoo).
const MARKERS: &[&str] = &[
    "---------- forwarded message",
    "-------- forwarded message",
    "----- forwarded message",
    "begin forwarded message",
    "-----original message-----",
    "---------- weitergeleitete nachricht",
    "-------- weitergeleitete nachricht",
    "anfang der weitergeleiteten nachricht",
    "-----urspr\u{fc}ngliche nachricht-----",
    "---------- message transf\u{e9}r\u{e9}",
    "-------- message transf\u{e9}r\u{e9}",
    "d\u{e9}but du message r\u{e9}exp\u{e9}di\u{e9}",
    "-----message d'origine-----",
    "---------- mensaje reenviado",
    "-------- mensaje reenviado",
    "inicio del mensaje reenviado",
    "-----mensaje original-----",
    "---------- messaggio inoltrato",
    "-------- messaggio inoltrato",
    "inizio messaggio inoltrato",
    "-----messaggio originale-----",
    "---------- mensagem encaminhada",
    "-------- mensagem encaminhada",
    "in\u{ed}cio da mensagem encaminhada",
    "---------- forwarded bericht",
    "-------- doorgestuurd bericht",
    "begin doorgestuurd bericht",
    "-----oorspronkelijk bericht-----",
    "---------- treść przekazanej wiadomości",
    "-------- przekazana wiadomość",
    "---------- \u{8f6c}\u{53d1}\u{7684}\u{90ae}\u{4ef6}",
    "---------- \u{8ee2}\u{9001}\u{3055}\u{308c}\u{305f}\u{30e1}\u{30c3}\u{30bb}\u{30fc}\u{30b8}",
];
const FROM_LABELS: &[&str] = &[
    "from:",
    "von:",
    "de:",
    "de :",
    "da:",
    "van:",
    "od:",
    "\u{53d1}\u{4ef6}\u{4eba}:",
    "\u{53d1}\u{4ef6}\u{4eba}\u{ff1a}",
    "\u{5dee}\u{51fa}\u{4eba}:",
];
const SUBJECT_LABELS: &[&str] = &[
    "subject:",
    "betreff:",
    "objet:",
    "objet :",
    "asunto:",
    "oggetto:",
    "assunto:",
    "onderwerp:",
    "temat:",
    "\u{4e3b}\u{9898}:",
    "\u{4ef6}\u{540d}:",
];
/// The repeated header is no longer than this.
const LINES_MAX: usize = 14;
/// Prefixes of a forwarded mail's subject.
const PREFIXES: &[&str] = &[
    "fw:", "fwd:", "wg:", "tr:", "rv:", "enc:", "i:", "doorst:", "pd:",
];

/// What the markers begin with, so that most lines are told from them at once.
const MARKERS_BEGIN: &[u8] = b"-abdi";

/// Finds a forwarded mail in the text; the subject tells where no line introduces it.
pub fn find(text: &str, subject: &str) -> Option<ForwardedInline> {
    let introduced = lines(text).position(is_marker);
    let start = match introduced {
        Some(at) => at + 1,
        // Outlook writes no line: From, Sent, To and Subject follow each other.
        None if is_forwarded(subject) => {
            lines(text).position(|line| label(line, FROM_LABELS).is_some())?
        }
        None => return None,
    };
    let header = || lines(text).skip(start).take(LINES_MAX);
    let marker = introduced.and_then(|at| lines(text).nth(at));
    Some(ForwardedInline {
        marker: marker.unwrap_or("a header repeated in the text").to_owned(),
        from: header().find_map(|line| label(line, FROM_LABELS)),
        subject: header().find_map(|line| label(line, SUBJECT_LABELS)),
    })
}

/// The lines of a text without the marks of a quotation.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text::lines(text).map(|line| line.trim().trim_start_matches(['>', ' ', '*']))
}

fn is_forwarded(subject: &str) -> bool {
    let subject = subject.trim();
    PREFIXES.iter().any(|prefix| begins_with(subject, prefix))
}

fn is_marker(line: &str) -> bool {
    let first = line.as_bytes().first().map(u8::to_ascii_lowercase);
    first.is_some_and(|first| MARKERS_BEGIN.contains(&first))
        && MARKERS
            .iter()
            .filter(|marker| marker.as_bytes().first().copied() == first)
            .any(|marker| begins_with(line, marker))
}

/// Whether a text begins with words in lower case, whatever its own letter case.
fn begins_with(text: &str, words: &str) -> bool {
    let mut lower = text.chars().flat_map(char::to_lowercase);
    words.chars().all(|c| lower.next() == Some(c))
}

fn label(line: &str, labels: &[&str]) -> Option<String> {
    let label = labels.iter().find(|label| begins_with(line, label))?;
    let rest = line.get(label.len()..)?.trim().trim_matches('*').trim();
    (!rest.is_empty()).then(|| rest.replace("[mailto:", "<").replace(']', ">"))
}

#[cfg(test)]
mod tests {
    use super::{MARKERS, find, is_marker};

    #[test]
    fn every_marker_begins_as_it_is_said() {
        for marker in MARKERS {
            assert!(
                is_marker(marker) && is_marker(&marker.to_uppercase()),
                "{marker}"
            );
        }
    }

    #[test]
    fn forwarded_mails_are_recognised() {
        let text = "look at this\n\n---------- Forwarded message ---------\nFrom: Amazon <x@evil.example>\nDate: today\nSubject: Verify\n\nhello";
        let found = find(text, "Fwd: Verify").unwrap();
        assert_eq!(found.from.as_deref(), Some("Amazon <x@evil.example>"));
        assert_eq!(found.subject.as_deref(), Some("Verify"));
        let outlook = "Von: PayPal <a@b.example>\nGesendet: heute\nAn: ich\nBetreff: Konto\n";
        assert!(find(outlook, "WG: Konto").is_some());
        assert!(find("From: here to eternity", "a film").is_none());
    }
}
