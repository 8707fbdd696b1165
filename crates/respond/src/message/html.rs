//! The text as HTML for mails: no script, no picture, no link; works in every mail program.

use super::{Line, Text};

/// The inside of a mail's body.
pub fn page(text: &Text) -> String {
    let paragraphs: Vec<String> = text
        .paragraphs
        .iter()
        .map(|lines| paragraph(lines))
        .collect();
    let title = escaped(&text.title);
    format!(
        "<h1 style=\"font-size:1.2em\">{title}</h1>{}",
        paragraphs.join("<hr>")
    )
}

fn paragraph(lines: &[Line]) -> String {
    lines.iter().map(row).collect()
}

fn row(line: &Line) -> String {
    let says = match line.says.as_slice() {
        [one] => escaped(one),
        many => {
            let items: Vec<String> = many
                .iter()
                .map(|says| format!("<li>{}</li>", escaped(says)))
                .collect();
            format!("<ul>{}</ul>", items.concat())
        }
    };
    match (line.label, line.says.len()) {
        ("", _) => format!("<p>{says}</p>"),
        (label, 1) => format!("<p><strong>{label}:</strong> {says}</p>"),
        (label, _) => format!("<p><strong>{label}:</strong></p>{says}"),
    }
}

/// The five characters that mean something in HTML, as references.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn markup_is_text() {
        assert_eq!(escaped("<b a='1\">&"), "&lt;b a=&#39;1&quot;&gt;&amp;");
    }
}
