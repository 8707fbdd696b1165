//! Was a mail written by a machine? Then it is not answered (RFC 3834 section 2).

use sellkeep_mail::Headers;

/// Local parts that no person writes from (RFC 2142 and custom).
const MACHINES: &[&str] = &[
    "bounce",
    "bounces",
    "daemon",
    "donotreply",
    "do-not-reply",
    "listserv",
    "mailer-daemon",
    "majordomo",
    "no-reply",
    "noreply",
    "owner",
    "postmaster",
    "root",
];

/// What shows that a mail was written by a machine; `None` where a person seems to write.
pub fn sign(headers: &Headers<'_>, mail_from: &str, from: &str) -> Option<&'static str> {
    if mail_from.is_empty() || value(headers, "Return-Path") == "<>" {
        return Some("it has no return path");
    }
    if values(headers, "Auto-Submitted").any(|value| word(&value) != "no") {
        return Some("it says that a machine submitted it");
    }
    if values(headers, "Precedence").any(|value| matches!(word(&value), "bulk" | "junk" | "list")) {
        return Some("it was sent in bulk");
    }
    if headers.iter().any(|field| is_list(field.name)) {
        return Some("it came through a mailing list");
    }
    let suppress = value(headers, "X-Auto-Response-Suppress");
    let mut suppressed = suppress.split(',').map(str::trim);
    if suppressed.any(|what| matches!(what, "all" | "autoreply" | "oof")) {
        return Some("it asks for no automatic answer");
    }
    if value(headers, "Content-Type").starts_with("multipart/report") {
        return Some("it is a report about another mail");
    }
    [mail_from, from]
        .into_iter()
        .any(is_machine)
        .then_some("its sender is a machine")
}

fn value(headers: &Headers<'_>, name: &str) -> String {
    let field = headers.first(name);
    field.map_or_else(String::new, |field| field.value().trim().to_lowercase())
}

/// All fields of a name: one is enough to show a machine.
fn values<'h>(headers: &'h Headers<'_>, name: &'h str) -> impl Iterator<Item = String> + 'h {
    let fields = headers.all(name);
    fields.map(|field| field.value().trim().to_lowercase())
}

/// The word before any parameter or comment.
fn word(text: &str) -> &str {
    let end = text.find([';', '(', ' ']).unwrap_or(text.len());
    &text[..end]
}

fn is_list(name: &str) -> bool {
    name.to_ascii_lowercase().starts_with("list-")
}

fn is_machine(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default().to_lowercase();
    MACHINES.contains(&local.as_str()) || local.starts_with("owner-") || local.ends_with("-request")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(header: &str, mail_from: &str) -> Option<&'static str> {
        let mail = format!("From: ann@shop.example\r\n{header}\r\n\r\nHello.\r\n");
        sign(
            &Headers::read(mail.as_bytes()),
            mail_from,
            "ann@shop.example",
        )
    }

    #[test]
    fn a_person_is_answered() {
        for header in [
            "Subject: x",
            "Auto-Submitted: no",
            "Auto-Submitted: no; x=y",
            "Precedence: first-class",
        ] {
            assert_eq!(check(header, "ann@shop.example"), None, "{header}");
        }
    }

    #[test]
    fn a_machine_is_not() {
        for header in [
            "Auto-Submitted: auto-replied (vacation)",
            "Auto-Submitted: auto-generated",
            "auto-submitted: AUTO-NOTIFIED",
            "Precedence: bulk",
            "Precedence: LIST",
            "List-Id: <talk.shop.example>",
            "List-Unsubscribe: <mailto:x@shop.example>",
            "X-Auto-Response-Suppress: DR, All",
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
            "Return-Path: <>",
        ] {
            assert!(check(header, "ann@shop.example").is_some(), "{header}");
        }
        for sender in [
            "",
            "MAILER-DAEMON@shop.example",
            "owner-talk@shop.example",
            "talk-request@shop.example",
            "noreply@shop.example",
        ] {
            assert!(check("Subject: x", sender).is_some(), "{sender}");
        }
    }
}
