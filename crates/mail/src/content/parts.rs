//! The parts of a mail that are shown or attached, under limits.
//!
//! Where the parts are is the matter of `mime`; which of them a reader sees, what
//! is a file and where two readings differ is decided here.

use super::Limit;
use super::mime::{Kind, Part};
use crate::headers::Headers;

/// Far more parts than any genuine notice carries. A mail beyond this is built
/// to exhaust its reader, which is worth saying in the verdict.
pub const PARTS_MAX: usize = 200;
/// A mail in a mail in a mail: deeper than this nobody forwards.
pub const DEPTH_MAX: usize = 8;
/// Parts in parts in parts. Mail programs write four levels; each level costs one
/// more look at the bytes.
pub const LEVELS_MAX: usize = 20;
/// Bytes of one mail that are read at most; providers refuse larger ones.
pub const MAIL_BYTES_MAX: usize = 60 * 1024 * 1024;

/// One part that holds no others.
#[derive(Debug)]
pub struct Leaf<'m> {
    /// What it is and holds.
    pub part: Part<'m>,
    /// It is shown as part of the mail and not as a file.
    pub shown: bool,
    /// A reader of HTML sees it.
    in_html: bool,
    /// A reader of plain text sees it.
    in_text: bool,
}

/// The leaves of a mail, in order.
pub fn leaves<'m>(headers: &Headers<'m>, mail: &'m [u8], limits: &mut Vec<Limit>) -> Vec<Leaf<'m>> {
    if mail.len() > MAIL_BYTES_MAX {
        limits.push(Limit::Size);
        return Vec::new();
    }
    let mut walk = Walk {
        leaves: Vec::new(),
        parts: 0,
        limits,
    };
    walk.part(Part::of_mail(headers, mail), &mut Around::default());
    let mut leaves = walk.leaves;
    let has_html = leaves
        .iter()
        .any(|leaf| leaf.in_html && leaf.part.kind == Kind::Html);
    for leaf in &mut leaves {
        leaf.shown = leaf.in_html || leaf.in_text && !has_html;
    }
    leaves
}

/// What stands around a part.
#[derive(Debug, Clone, Copy)]
struct Around {
    /// The part it belongs to; `None` for the whole mail.
    parent: Option<Kind>,
    /// How many parts of its parent came before it.
    before: usize,
    /// Some part around it is an alternative.
    in_alternative: bool,
    /// No half of an alternative around it has been found for a reader of HTML.
    needs_html: bool,
    /// The same for a reader of plain text.
    needs_text: bool,
    level: usize,
}

impl Default for Around {
    fn default() -> Around {
        Around {
            parent: None,
            before: 0,
            in_alternative: false,
            needs_html: true,
            needs_text: true,
            level: 0,
        }
    }
}

struct Walk<'m, 'l> {
    leaves: Vec<Leaf<'m>>,
    parts: usize,
    limits: &'l mut Vec<Limit>,
}

impl<'m> Walk<'m, '_> {
    fn part(&mut self, part: Part<'m>, around: &mut Around) {
        self.parts += 1;
        let inner = if around.level < LEVELS_MAX {
            part.parts(PARTS_MAX + 1)
        } else {
            self.limits.push(Limit::Parts);
            Vec::new()
        };
        if inner.is_empty() {
            return self.leaf(part, around);
        }
        let mut inside = Around {
            parent: Some(part.kind),
            before: 0,
            in_alternative: around.in_alternative || part.kind == Kind::Alternative,
            level: around.level + 1,
            ..*around
        };
        let first = self.leaves.len();
        for part in inner {
            if self.parts >= PARTS_MAX {
                self.limits.push(Limit::Parts);
                break;
            }
            self.part(part, &mut inside);
            inside.before += 1;
        }
        if part.kind == Kind::Alternative && inside.needs_html && inside.needs_text {
            self.lone_half(first);
        }
    }

    fn leaf(&mut self, mut part: Part<'m>, around: &mut Around) {
        // A set of parts that names a boundary and has none is text to whoever opens it.
        let is_broken_set = part.is_multipart() && part.has_boundary();
        if is_broken_set {
            part.kind = Kind::OtherText;
        } else if part.is_multipart() {
            part.kind = Kind::File;
        }
        let (in_html, in_text) = seen_by(&part, around);
        self.leaves.push(Leaf {
            part,
            shown: false,
            in_html,
            in_text,
        });
    }

    /// An alternative with one half only shows this half to everybody.
    fn lone_half(&mut self, first: usize) {
        let inside = &mut self.leaves[first..];
        let has_html = inside.iter().any(|leaf| leaf.in_html);
        let has_text = inside.iter().any(|leaf| leaf.in_text);
        if has_html != has_text {
            for leaf in inside {
                (leaf.in_html, leaf.in_text) = (leaf.in_html || leaf.in_text, true);
            }
        }
    }
}

/// Whether a reader of HTML and a reader of plain text see a part as the mail itself.
fn seen_by(part: &Part<'_>, around: &mut Around) -> (bool, bool) {
    if around.parent == Some(Kind::Alternative) {
        return (part.kind == Kind::Html, part.kind == Kind::Plain);
    }
    let can_be_shown = matches!(part.kind, Kind::Plain | Kind::Html | Kind::Media);
    let helps_another =
        around.parent == Some(Kind::Related) || part.is_named && part.kind != Kind::Media;
    let is_file = part.is_attachment || around.before > 0 && helps_another;
    if !can_be_shown || is_file {
        return (false, false);
    }
    if around.in_alternative && (around.needs_text || around.needs_html) {
        match part.kind {
            Kind::Html => around.needs_text = false,
            Kind::Plain => around.needs_html = false,
            _ => {}
        }
    }
    (around.needs_html, around.needs_text)
}

/// Header fields that decide how the body is read: two of one kind are read differently.
const DECIDING: &[&str] = &["Content-Type", "Content-Transfer-Encoding", "MIME-Version"];

/// Why mail programs could show this mail differently, in plain words.
pub fn ambiguity(headers: &Headers<'_>) -> Option<String> {
    if let Some(name) = DECIDING.iter().find(|name| headers.count(name) > 1) {
        return Some(format!("the field {name} stands there more than once"));
    }
    let value = headers.first("Content-Type")?.value().to_ascii_lowercase();
    if value.matches("boundary").count() > 1 {
        return Some("the boundary between its parts is given more than once".to_owned());
    }
    let encoding = headers
        .first("Content-Transfer-Encoding")
        .map(|field| field.value().to_ascii_lowercase());
    let known = ["", "7bit", "8bit", "binary", "quoted-printable", "base64"];
    if let Some(encoding) = encoding
        && !known.contains(&encoding.split_whitespace().next().unwrap_or_default())
    {
        return Some(format!("its encoding {encoding:?} is none that is known"));
    }
    None
}
