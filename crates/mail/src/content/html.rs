//! Reads HTML as far as a reader sees it: text, links, forms, what is hidden.
//!
//! One pass, no tree, linear in the bytes whatever stands there (a tree builder
//! takes seconds for a few hundred kilobytes of nested `<div>`). Follows the
//! tokenizer of the WHATWG HTML standard (section 13.2.5) for tags, attributes,
//! comments and raw text; a test compares it with a full tokenizer.

mod attributes;
mod element;
mod form;
mod hiding;

use memchr::{memchr, memchr_iter, memmem};

use self::attributes::{Attributes, attribute, read_attributes};
use self::element::{Does, Name};
use self::hiding::is_hiding;
use super::entities;
use super::links::Collector;
use super::text::Text;
use super::{Form, LinkPlace};

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
            skip_raw_text(html, name, end, page)
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

/// Elements whose content is no markup; returns where the element ends.
fn skip_raw_text(html: &str, name: Name<'_>, at: usize, page: &mut Page<'_>) -> usize {
    if !name.element.is_raw {
        return at;
    }
    *page.has_script |= name.is("script");
    let bytes = html.as_bytes();
    let name = name.written.as_bytes();
    let ends = |found: &usize| {
        let rest = &bytes[at + found + 1..];
        rest.first() == Some(&b'/')
            && rest.len() > name.len()
            && rest[1..=name.len()].eq_ignore_ascii_case(name)
            && rest
                .get(1 + name.len())
                .is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'))
    };
    memchr_iter(b'<', &bytes[at..])
        .find(ends)
        .map_or(bytes.len(), |found| at + found)
}

fn start_tag<'h>(
    name: Name<'h>,
    attributes: &Attributes<'h>,
    state: &mut State<'h>,
    page: &mut Page<'_>,
) {
    if name.element.is_block {
        page.text.line_break();
    }
    *page.has_script |= attributes.iter().any(|(key, _)| is_handler(key));
    hide(name, attributes, state);
    let value = |key: &str| attribute(attributes, key).map(entities::decode);
    match name.element.does {
        does @ (Does::Anchor | Does::Area) => {
            close_anchor(state, page);
            if let Some(target) = value("href").or_else(|| value("xlink:href")) {
                state.anchor = Some((target, page.text.len()));
            }
            if does == Does::Area {
                close_anchor(state, page);
            }
        }
        Does::Image => image(attributes, state, page),
        Does::Form => {
            page.forms.extend(state.form.take());
            let action = value("action").unwrap_or_default();
            page.links.add(&action, "", LinkPlace::Form);
            state.form = Some(Form {
                action,
                in_attachment: page.in_attachment,
                ..Form::default()
            });
        }
        Does::Field => {
            let new = || Form {
                in_attachment: page.in_attachment,
                ..Form::default()
            };
            form::field(attributes, state.form.get_or_insert_with(new));
        }
        Does::Button => {
            if let Some(action) = value("formaction") {
                page.links.add(&action, "", LinkPlace::Form);
            }
        }
        Does::Meta => refresh(attributes, page),
        Does::Base => page.links.set_base(value("href").unwrap_or_default()),
        Does::Frame => {
            if let Some(source) = value("src") {
                page.links.add(&source, "", LinkPlace::Image);
            }
        }
        Does::Nothing => {
            if let Some(source) = attribute(attributes, "background") {
                page.links
                    .add(&entities::decode(source), "", LinkPlace::Image);
            }
        }
    }
}

/// An attribute that holds a script (`onclick`).
fn is_handler(key: &str) -> bool {
    let start = key.as_bytes().get(..2);
    key.len() > 2 && start.is_some_and(|start| start.eq_ignore_ascii_case(b"on"))
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
        if name.is(hidden_by) {
            *depth += 1;
        }
        return;
    }
    let style = attribute(attributes, "style").unwrap_or_default();
    let hidden = attributes
        .iter()
        .any(|(key, _)| key.eq_ignore_ascii_case("hidden"))
        || (!style.is_empty() && is_hiding(style));
    if hidden && !name.element.is_void {
        state.hidden_by = Some((name.written, 1));
    }
}

fn end_tag(name: Name<'_>, state: &mut State<'_>, page: &mut Page<'_>) {
    if name.element.is_block {
        page.text.line_break();
    }
    if let Some((hidden_by, depth)) = &mut state.hidden_by
        && name.is(hidden_by)
    {
        *depth -= 1;
        if *depth == 0 {
            state.hidden_by = None;
        }
    }
    match name.element.does {
        Does::Anchor => close_anchor(state, page),
        Does::Form => page.forms.extend(state.form.take()),
        _ => {}
    }
}

fn close_anchor(state: &mut State<'_>, page: &mut Page<'_>) {
    if let Some((target, from)) = state.anchor.take() {
        let shown = page.text.since(from).trim().to_owned();
        page.links.add(&target, &shown, LinkPlace::Anchor);
    }
}
