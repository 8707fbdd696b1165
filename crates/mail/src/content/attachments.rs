//! What a file is, by its first bytes and not by its name.

/// The kind of a file: `pdf`, `png`, `jpeg`, `gif`, `zip`, `html`, `svg`,
/// `calendar`, `mail`, `executable`, `office` or `other`.
pub fn sniff(bytes: &[u8], name: &str, declared: &str) -> &'static str {
    let magic: &[(&[u8], &str)] = &[
        (b"%PDF", "pdf"),
        (b"\x89PNG", "png"),
        (b"\xff\xd8\xff", "jpeg"),
        (b"GIF8", "gif"),
        (b"PK\x03\x04", "zip"),
        (b"MZ", "executable"),
        (b"\x7fELF", "executable"),
        (b"\xd0\xcf\x11\xe0", "office"),
        (b"BEGIN:VCALENDAR", "calendar"),
    ];
    if let Some((_, kind)) = magic.iter().find(|(start, _)| bytes.starts_with(start)) {
        return kind;
    }
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_ascii_lowercase();
    let name = name.to_ascii_lowercase();
    if start.contains("<svg") || declared == "image/svg+xml" || has_ending(&name, ".svg") {
        return "svg";
    }
    let named_page = [".html", ".htm", ".shtml", ".xhtml", ".mht"]
        .iter()
        .any(|ending| has_ending(&name, ending));
    let looks_like_page = ["<!doctype html", "<html", "<script", "<body", "<form"]
        .iter()
        .any(|tag| start.contains(tag));
    if named_page || declared == "text/html" || looks_like_page {
        return "html";
    }
    if has_ending(&name, ".eml") || declared == "message/rfc822" {
        return "mail";
    }
    "other"
}

/// Whether a file of this kind is looked into.
pub fn is_opened(kind: &str) -> bool {
    !matches!(kind, "zip" | "executable" | "office" | "other")
}

/// Whether a name, already in lower case, has an ending.
fn has_ending(name: &str, ending: &str) -> bool {
    name.ends_with(ending)
}

#[cfg(test)]
mod tests {
    use super::sniff;

    #[test]
    fn bytes_beat_names() {
        assert_eq!(sniff(b"%PDF-1.7", "invoice.png", "image/png"), "pdf");
        assert_eq!(sniff(b"  <HTML><body>", "x.txt", "text/plain"), "html");
        assert_eq!(sniff(b"MZ\x90", "x.pdf", "application/pdf"), "executable");
        assert_eq!(sniff(b"", "", ""), "other");
    }
}
