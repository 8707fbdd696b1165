//! The elements of HTML that matter to a reader, by their names.

/// An element's name as written, and what it is.
#[derive(Clone, Copy)]
pub struct Name<'h> {
    /// As it is written.
    pub written: &'h str,
    /// What it is.
    pub element: Element,
}

/// No element whose name is longer is looked at (`blockquote` has ten).
const NAME_BYTES_MAX: usize = 10;

impl<'h> Name<'h> {
    pub fn at(html: &'h str, at: usize) -> Name<'h> {
        let rest = &html.as_bytes()[at..];
        let len = rest
            .iter()
            .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'))
            .unwrap_or(rest.len());
        let written = html.get(at..at + len).unwrap_or_default();
        Name {
            written,
            element: Element::of(written.as_bytes()),
        }
    }

    /// Whether it is this name, letter case aside.
    pub fn is(&self, other: &str) -> bool {
        self.written.eq_ignore_ascii_case(other)
    }
}

/// What an element does to what is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// Nothing of its own.
    Nothing,
    /// Leads somewhere (`a`).
    Anchor,
    /// Leads somewhere and has no words (`area`).
    Area,
    /// Shows a picture.
    Image,
    /// Is a form.
    Form,
    /// Asks for something in a form.
    Field,
    /// May send a form.
    Button,
    /// May lead on.
    Meta,
    /// Says where relative links lead.
    Base,
    /// Shows another page.
    Frame,
}

/// What HTML knows of an element.
#[derive(Clone, Copy)]
pub struct Element {
    /// What it does.
    pub does: Does,
    /// It begins a line of its own.
    pub is_block: bool,
    /// It has no content.
    pub is_void: bool,
    /// Its content is no markup.
    pub is_raw: bool,
}

impl Element {
    fn of(written: &[u8]) -> Element {
        let mut lower = [0; NAME_BYTES_MAX];
        let Some(name) = lower.get_mut(..written.len()) else {
            return Element::plain(Does::Nothing);
        };
        name.copy_from_slice(written);
        name.make_ascii_lowercase();
        Element::named(name)
    }

    /// What HTML knows by a name in lower case.
    fn named(name: &[u8]) -> Element {
        match name {
            b"a" => Element::plain(Does::Anchor),
            b"area" => Element::void(Does::Area),
            b"img" => Element::void(Does::Image),
            b"form" => Element::plain(Does::Form),
            b"input" => Element::void(Does::Field),
            b"select" => Element::plain(Does::Field),
            b"textarea" => Element::raw(Does::Field),
            b"button" => Element::plain(Does::Button),
            b"meta" => Element::void(Does::Meta),
            b"base" => Element::void(Does::Base),
            b"frame" => Element::plain(Does::Frame),
            b"iframe" => Element::raw(Does::Frame),
            b"embed" => Element::void(Does::Frame),
            b"br" | b"hr" => Element {
                is_block: true,
                ..Element::void(Does::Nothing)
            },
            b"title" => Element {
                is_block: true,
                ..Element::raw(Does::Nothing)
            },
            b"col" | b"link" | b"source" | b"track" | b"wbr" => Element::void(Does::Nothing),
            b"script" | b"style" | b"xmp" | b"noembed" | b"noframes" => Element::raw(Does::Nothing),
            b"p" | b"div" | b"tr" | b"td" | b"th" | b"li" | b"ul" | b"ol" | b"h1" | b"h2"
            | b"h3" | b"h4" | b"h5" | b"h6" | b"table" | b"blockquote" | b"section"
            | b"article" | b"header" | b"footer" | b"center" | b"pre" | b"dd" | b"dt" => Element {
                is_block: true,
                ..Element::plain(Does::Nothing)
            },
            _ => Element::plain(Does::Nothing),
        }
    }

    const fn plain(does: Does) -> Element {
        Element {
            does,
            is_block: false,
            is_void: false,
            is_raw: false,
        }
    }

    const fn void(does: Does) -> Element {
        Element {
            is_void: true,
            ..Element::plain(does)
        }
    }

    const fn raw(does: Does) -> Element {
        Element {
            is_raw: true,
            ..Element::plain(does)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_any_letter_case() {
        assert!(Name::at("<BlockQuote>", 1).element.is_block);
        assert!(Name::at("<iFrame/", 1).element.is_raw);
        assert!(Name::at("<A\nhref", 1).element.does == Does::Anchor);
        assert!(Name::at("<br>", 1).element.is_void && Name::at("<br>", 1).element.is_block);
    }

    #[test]
    fn other_names_are_nothing_special() {
        for html in ["<x>", "<", "<aa>", "<blockquotes>", "<\u{e4}>"] {
            let element = Name::at(html, 1).element;
            assert!(element.does == Does::Nothing && !element.is_block, "{html}");
        }
    }
}
