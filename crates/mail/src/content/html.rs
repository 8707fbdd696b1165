//! Reads HTML as far as a reader sees it: text, links, forms, what is hidden.
//!
//! One pass, no tree, linear in the bytes whatever stands there (a tree builder
//! takes seconds for a few hundred kilobytes of nested `<div>`). Follows the
//! tokenizer of the WHATWG HTML standard (section 13.2.5) for tags, attributes,
//! comments and raw text; a test compares it with a full tokenizer.

use memchr::{memchr, memchr2, memmem};

use super::entities;
use super::links::Collector;
use super::text::Text;
use super::{Form, LinkPlace};

/// Attributes of one tag beyond this are not read.
const ATTRIBUTES_MAX: usize = 200;
/// Hidden text that is kept for the report.
const HIDDEN_BYTES_MAX: usize = 8 * 1024;

/// What one HTML text shows, added to what was there before.
pub struct Page<'c> {
    /// Visible text.
    pub text: &'c mut Text,
    /// Text nobody sees.
    pub hidden: &'c mut String,
    /// Links.
    pub links: &'c mut Collector,
    /// Pictures that stand in the text itself (`data:`), still encoded.
    pub pictures: &'c mut Vec<String>,
    /// Forms.
    pub forms: &'c mut Vec<Form>,
    /// A script or an event handler was met.
    pub has_script: &'c mut bool,
    /// Target of a refresh.
    pub meta_refresh: &'c mut Option<String>,
    /// It is an attachment.
    pub in_attachment: bool,
}

#[derive(Default)]
struct State<'h> {
    /// The open anchor: its target and where its words begin.
    anchor: Option<(String, usize)>,
    /// The element that hides everything inside it, and how often its name is open.
    hidden_by: Option<(&'h str, usize)>,
    form: Option<Form>,
    /// Attributes of the tag at hand; one list for all tags.
    attributes: Attributes<'h>,
}

/// An element's name as written and, where HTML knows one of this length, in lower case.
#[derive(Clone, Copy)]
struct Name<'h> {
    written: &'h str,
    lower: [u8; NAME_BYTES_MAX],
}

/// No element whose name is longer is looked at (`blockquote` has ten).
const NAME_BYTES_MAX: usize = 10;

impl<'h> Name<'h> {
    fn at(html: &'h str, at: usize) -> Name<'h> {
        let rest = &html.as_bytes()[at..];
        let len = rest
            .iter()
            .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'))
            .unwrap_or(rest.len());
        let written = html.get(at..at + len).unwrap_or_default();
        let mut lower = [0; NAME_BYTES_MAX];
        if let Some(known) = lower.get_mut(..written.len()) {
            known.copy_from_slice(written.as_bytes());
            known.make_ascii_lowercase();
        }
        Name { written, lower }
    }

    /// The name in lower case; empty where no element is called so.
    fn known(&self) -> &str {
        let lower = self.lower.get(..self.written.len()).unwrap_or_default();
        std::str::from_utf8(lower).unwrap_or_default()
    }
}

/// Reads a whole text.
pub fn read(html: &str, page: &mut Page<'_>) {
    let mut state = State::default();
    let bytes = html.as_bytes();
    let mut at = 0;
    while at < bytes.len() && !page.text.is_full() {
        let tag = memchr(b'<', &bytes[at..]).map_or(bytes.len(), |found| at + found);
        words(&html[at..tag], &state, page);
        if tag >= bytes.len() {
            break;
        }
        at = markup(html, tag, &mut state, page);
    }
    close_anchor(&mut state, page);
    page.forms.extend(state.form);
}

fn words(text: &str, state: &State<'_>, page: &mut Page<'_>) {
    if text.is_empty() {
        return;
    }
    if state.hidden_by.is_none() {
        page.text.push_html(text);
    } else if page.hidden.len() < HIDDEN_BYTES_MAX {
        page.hidden.push_str(&entities::decode(text));
        page.hidden.push(' ');
    }
}

/// Handles what begins with `<`; returns where to go on.
fn markup<'h>(html: &'h str, at: usize, state: &mut State<'h>, page: &mut Page<'_>) -> usize {
    let bytes = html.as_bytes();
    match bytes.get(at + 1) {
        Some(b'!') => after_declaration(bytes, at),
        Some(b'?') => memchr(b'>', &bytes[at..]).map_or(bytes.len(), |end| at + end + 1),
        Some(b'/') if bytes.get(at + 2).is_some_and(u8::is_ascii_alphabetic) => {
            let end = memchr(b'>', &bytes[at..]).map_or(bytes.len(), |end| at + end + 1);
            end_tag(Name::at(html, at + 2), state, page);
            end
        }
        Some(b'/') => memchr(b'>', &bytes[at..]).map_or(bytes.len(), |end| at + end + 1),
        Some(byte) if byte.is_ascii_alphabetic() => {
            let name = Name::at(html, at + 1);
            let mut attributes = std::mem::take(&mut state.attributes);
            let end = read_attributes(html, at + 1 + name.written.len(), &mut attributes);
            start_tag(name, &attributes, state, page);
            state.attributes = attributes;
            skip_raw_text(html, name.known(), end, page)
        }
        _ => {
            words("<", state, page);
            at + 1
        }
    }
}

fn after_declaration(bytes: &[u8], at: usize) -> usize {
    if !bytes[at..].starts_with(b"<!--") {
        return memchr(b'>', &bytes[at..]).map_or(bytes.len(), |end| at + end + 1);
    }
    let body = &bytes[at + 4..];
    // `<!-->` and `<!--->` are empty comments (section 13.2.5.43).
    if body.starts_with(b">") {
        return at + 5;
    }
    if body.starts_with(b"->") {
        return at + 6;
    }
    let end = memmem::find(body, b"-->").map(|end| end + 3);
    let bang = memmem::find(&body[..end.unwrap_or(body.len())], b"--!>").map(|end| end + 4);
    at + 4 + bang.or(end).unwrap_or(body.len())
}

/// Name and value, both as written; entities undecoded.
type Attributes<'h> = Vec<(&'h str, &'h str)>;

/// Reads attributes up to the end of the tag (sections 13.2.5.32 to 13.2.5.40).
fn read_attributes<'h>(html: &'h str, at: usize, found: &mut Attributes<'h>) -> usize {
    let bytes = html.as_bytes();
    found.clear();
    let mut at = at;
    loop {
        at += bytes[at..]
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace() || **byte == b'/')
            .count();
        match bytes.get(at) {
            None => return bytes.len(),
            Some(b'>') => return at + 1,
            Some(_) => {}
        }
        let name_end = at
            + 1
            + bytes[at + 1..]
                .iter()
                .take_while(|byte| {
                    !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'>' | b'=')
                })
                .count();
        let name = html.get(at..name_end).unwrap_or_default();
        at = name_end
            + bytes[name_end..]
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace())
                .count();
        let mut value = "";
        if bytes.get(at) == Some(&b'=') {
            at += 1;
            at += bytes[at..]
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace())
                .count();
            (value, at) = attribute_value(html, at);
        }
        if found.len() < ATTRIBUTES_MAX {
            found.push((name, value));
        }
    }
}

fn attribute_value(html: &str, at: usize) -> (&str, usize) {
    let bytes = html.as_bytes();
    if let Some(quote @ (b'"' | b'\'')) = bytes.get(at) {
        let end = memchr(*quote, &bytes[at + 1..]).map_or(bytes.len(), |end| at + 1 + end);
        (
            html.get(at + 1..end).unwrap_or_default(),
            (end + 1).min(bytes.len()),
        )
    } else {
        let len = bytes[at..]
            .iter()
            .take_while(|byte| !byte.is_ascii_whitespace() && **byte != b'>')
            .count();
        (html.get(at..at + len).unwrap_or_default(), at + len)
    }
}

fn attribute<'h>(attributes: &Attributes<'h>, name: &str) -> Option<&'h str> {
    attributes
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| *value)
}

/// Elements whose content is no markup; returns where the element ends.
fn skip_raw_text(html: &str, name: &str, at: usize, page: &mut Page<'_>) -> usize {
    let raw = matches!(
        name,
        "script" | "style" | "title" | "textarea" | "xmp" | "iframe" | "noembed" | "noframes"
    );
    if !raw {
        return at;
    }
    *page.has_script |= name == "script";
    let bytes = html.as_bytes();
    let mut from = at;
    while let Some(found) = memchr2(b'<', b'<', &bytes[from..]).map(|found| from + found) {
        let rest = &bytes[found + 1..];
        let closes = rest.first() == Some(&b'/')
            && rest.len() > name.len()
            && rest[1..=name.len()].eq_ignore_ascii_case(name.as_bytes())
            && rest
                .get(1 + name.len())
                .is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
        if closes {
            return found;
        }
        from = found + 1;
    }
    bytes.len()
}

const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
];
/// Whether an element begins a line of its own.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "br"
            | "tr"
            | "td"
            | "th"
            | "li"
            | "ul"
            | "ol"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "table"
            | "hr"
            | "blockquote"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "center"
            | "pre"
            | "dd"
            | "dt"
            | "title"
    )
}

fn start_tag<'h>(
    name: Name<'h>,
    attributes: &Attributes<'h>,
    state: &mut State<'h>,
    page: &mut Page<'_>,
) {
    if is_block(name.known()) {
        page.text.line_break();
    }
    let is_handler = |key: &str| {
        key.len() > 2
            && key
                .get(..2)
                .is_some_and(|start| start.eq_ignore_ascii_case("on"))
    };
    *page.has_script |= attributes.iter().any(|(key, _)| is_handler(key));
    hide(name, attributes, state);
    let value = |key: &str| attribute(attributes, key).map(entities::decode);
    match name.known() {
        "a" | "area" => {
            close_anchor(state, page);
            if let Some(target) = value("href").or_else(|| value("xlink:href")) {
                state.anchor = Some((target, page.text.len()));
            }
            if name.known() == "area" {
                close_anchor(state, page);
            }
        }
        "img" => image(attributes, state, page),
        "form" => {
            page.forms.extend(state.form.take());
            let action = value("action").unwrap_or_default();
            page.links.add(&action, "", LinkPlace::Form);
            state.form = Some(Form {
                action,
                in_attachment: page.in_attachment,
                ..Form::default()
            });
        }
        "input" | "textarea" | "select" => field(attributes, state, page),
        "button" => {
            if let Some(action) = value("formaction") {
                page.links.add(&action, "", LinkPlace::Form);
            }
        }
        "meta" => refresh(attributes, page),
        "base" => page.links.set_base(value("href").unwrap_or_default()),
        "iframe" | "frame" | "embed" => {
            if let Some(source) = value("src") {
                page.links.add(&source, "", LinkPlace::Image);
            }
        }
        _ => {
            if let Some(source) = attribute(attributes, "background") {
                page.links
                    .add(&entities::decode(source), "", LinkPlace::Image);
            }
        }
    }
}

fn image(attributes: &Attributes<'_>, state: &State<'_>, page: &mut Page<'_>) {
    if let Some(source) = attribute(attributes, "src") {
        page.links
            .add(&entities::decode(source), "", LinkPlace::Image);
        page.pictures.extend(inline_picture(source));
    }
    let alt = attribute(attributes, "alt").unwrap_or_default();
    if !alt.is_empty() && state.hidden_by.is_none() {
        page.text.push_html(" ");
        page.text.push_html(alt);
        page.text.push_html(" ");
    }
}

/// The base64 of a picture that stands in its own address (RFC 2397).
fn inline_picture(source: &str) -> Option<String> {
    let source = source.trim_start();
    let start = source.get(.."data:image/".len())?;
    if !start.eq_ignore_ascii_case("data:image/") {
        return None;
    }
    let (kind, data) = source.split_once(',')?;
    kind.to_ascii_lowercase()
        .ends_with(";base64")
        .then(|| entities::decode(data))
}

/// Names of fields that take a secret, in the languages forms are written in.
const PASSWORD_NAMES: &[&str] = &[
    "passw",
    "pwd",
    "passcode",
    "senha",
    "contrase",
    "kennwort",
    "motdepasse",
];
const CARD_NAMES: &[&str] = &[
    "card",
    "cvv",
    "cvc",
    "iban",
    "ccnum",
    "expiry",
    "kreditkarte",
    "cartao",
    "tarjeta",
];

fn field(attributes: &Attributes<'_>, state: &mut State<'_>, page: &Page<'_>) {
    let kind = attribute(attributes, "type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let name = attribute(attributes, "name")
        .unwrap_or_default()
        .to_ascii_lowercase()
        + &attribute(attributes, "placeholder")
            .unwrap_or_default()
            .to_ascii_lowercase();
    let form = state.form.get_or_insert_with(|| Form {
        in_attachment: page.in_attachment,
        ..Form::default()
    });
    form.asks_password |=
        kind == "password" || PASSWORD_NAMES.iter().any(|word| name.contains(word));
    form.asks_card |= kind != "hidden" && CARD_NAMES.iter().any(|word| name.contains(word));
}

fn refresh(attributes: &Attributes<'_>, page: &mut Page<'_>) {
    let is_refresh = attribute(attributes, "http-equiv")
        .is_some_and(|value| value.eq_ignore_ascii_case("refresh"));
    if !is_refresh {
        return;
    }
    let content = entities::decode(attribute(attributes, "content").unwrap_or_default());
    let lower = content.to_ascii_lowercase();
    if let Some(at) = lower.find("url=") {
        let target = content[at + 4..]
            .trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'')
            .to_owned();
        page.links.add(&target, "", LinkPlace::Refresh);
        *page.meta_refresh = Some(target);
    }
}

/// Remembers an element that nobody sees.
fn hide<'h>(name: Name<'h>, attributes: &Attributes<'h>, state: &mut State<'h>) {
    if let Some((hidden_by, depth)) = &mut state.hidden_by {
        if hidden_by.eq_ignore_ascii_case(name.written) {
            *depth += 1;
        }
        return;
    }
    let style = attribute(attributes, "style").unwrap_or_default();
    let hidden = attributes
        .iter()
        .any(|(key, _)| key.eq_ignore_ascii_case("hidden"))
        || (!style.is_empty() && is_hiding(style));
    if hidden && !VOID.contains(&name.known()) {
        state.hidden_by = Some((name.written, 1));
    }
}

/// Inline styles that hide their element, without white space.
const HIDING: &[&str] = &[
    "display:none",
    "display:none!important",
    "visibility:hidden",
    "opacity:0",
    "mso-hide:all",
    "font-size:0",
    "font-size:0px",
    "font-size:1px",
    "max-height:0",
    "max-height:0px",
];

/// Whether an inline style hides its element.
fn is_hiding(style: &str) -> bool {
    let mut rules = style.split(';').map(str::trim_start);
    rules.any(|rule| HIDING.iter().any(|hiding| reads_as(rule, hiding)))
}

/// Whether a rule is the given one, white space and letter case aside.
fn reads_as(rule: &str, hiding: &str) -> bool {
    let written = rule.chars().filter(|c| !c.is_whitespace());
    written.map(|c| c.to_ascii_lowercase()).eq(hiding.chars())
}

fn end_tag(name: Name<'_>, state: &mut State<'_>, page: &mut Page<'_>) {
    if is_block(name.known()) {
        page.text.line_break();
    }
    if let Some((hidden_by, depth)) = &mut state.hidden_by
        && hidden_by.eq_ignore_ascii_case(name.written)
    {
        *depth -= 1;
        if *depth == 0 {
            state.hidden_by = None;
        }
    }
    match name.known() {
        "a" => close_anchor(state, page),
        "form" => page.forms.extend(state.form.take()),
        _ => {}
    }
}

fn close_anchor(state: &mut State<'_>, page: &mut Page<'_>) {
    if let Some((target, from)) = state.anchor.take() {
        let shown = page.text.since(from).trim().to_owned();
        page.links.add(&target, &shown, LinkPlace::Anchor);
    }
}
