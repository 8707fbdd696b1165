//! The sheet as one HTML page that needs nothing else: for the phone, for printing, offline.

use std::fmt::Write;

use super::{Line, Section, Sheet};

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:16px/1.4 system-ui,sans-serif;margin:1rem auto;max-width:60rem;padding:0 1rem}\
main{columns:2;column-gap:2rem}section{break-inside:avoid}\
h1{font-size:1.4rem}h2{font-size:1.1rem;margin:1rem 0 .3rem;border-bottom:1px solid}\
dt{font-size:.85rem;margin-top:.4rem}dd{margin:0;font-weight:700;overflow-wrap:anywhere}\
small{display:block;font-weight:400}\
@media(max-width:40rem){main{columns:1}}\
@media print{body{font-size:8.5pt;margin:0;max-width:none;color:#000;background:#fff}a{color:inherit;text-decoration:none}}";

/// The page.
pub fn html(sheet: &Sheet) -> String {
    let title = escaped(&sheet.title);
    let mut steps = String::new();
    for step in &sheet.first_steps {
        let _ = write!(steps, "<li>{}</li>", escaped(step));
    }
    let sections: String = sheet.sections.iter().map(section).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head><body>\
         <h1>{title}</h1><main><section><h2>First</h2><ol>{steps}</ol></section>{sections}</main>\
         <p>Made {} by Sellkeep. “Check again” means: look at the official page before you rely on it.</p>\
         </body></html>\n",
        sheet.made
    )
}

fn section(section: &Section) -> String {
    let mut out = format!("<section><h2>{}</h2>", escaped(&section.title));
    for id in &section.ids {
        let _ = write!(out, "<p>{}</p>", escaped(id));
    }
    out.push_str("<dl>");
    for line in &section.lines {
        let mark = if line.doubtful { "(?) " } else { "" };
        let _ = write!(
            out,
            "<dt>{mark}{}</dt><dd>{}<small>{}</small></dd>",
            escaped(&line.what),
            value(line),
            escaped(&line.checked)
        );
    }
    out.push_str("</dl></section>");
    out
}

/// Numbers can be dialled and addresses written to with a tap; pages are shown as text,
/// since an address that one types is safer than a link.
fn value(line: &Line) -> String {
    let text = escaped(&line.value);
    let dialled: String = line
        .value
        .chars()
        .filter(|letter| letter.is_ascii_digit() || *letter == '+')
        .collect();
    let is_number = dialled.len() > 4
        && line
            .value
            .chars()
            .all(|letter| letter.is_ascii_digit() || "+-() ./".contains(letter));
    if is_number {
        return format!("<a href=\"tel:{dialled}\">{text}</a>");
    }
    if line.value.contains('@') && !line.value.contains([' ', '/', ':']) {
        return format!("<a href=\"mailto:{text}\">{text}</a>");
    }
    text
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
