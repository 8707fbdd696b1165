//! Breaks blocks into lines and lines into pages.

use super::metrics::width;

/// Format of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// ISO 216: 210 × 297 mm.
    A4,
    /// ANSI: 8.5 × 11 inches.
    Letter,
}

impl Paper {
    /// Width and height in points (1/72 inch).
    pub fn size(self) -> (f32, f32) {
        match self {
            Paper::A4 => (595.28, 841.89),
            Paper::Letter => (612.0, 792.0),
        }
    }
}

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// The document's name.
    Title(String),
    /// The name of a part.
    Heading(String),
    /// Running text.
    Text(String),
    /// One line of a table: what, and its value in bold.
    Row(String, String),
}

/// Pieces in order, with the paper they go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// For the viewer's window.
    pub title: String,
    /// Language of the text (BCP 47).
    pub language: String,
    /// The paper.
    pub paper: Paper,
    /// Columns on a page.
    pub columns: usize,
    /// The pieces.
    pub blocks: Vec<Block>,
}

/// Words at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// From the left, in points.
    pub x: f32,
    /// From the bottom, in points.
    pub y: f32,
    /// Type size in points.
    pub size: f32,
    /// Bold.
    pub bold: bool,
    /// The words.
    pub text: String,
    /// The block it belongs to.
    pub block: usize,
}

/// Pages of runs.
pub type Pages = Vec<Vec<Run>>;

/// White space around a page; printers need about half of it.
const MARGIN: f32 = 34.0;
const GUTTER: f32 = 16.0;
/// Larger than any document of ours: a million lines would be somebody's attack.
const PAGES_MAX: usize = 2000;

/// Lays the document out at a type size.
pub fn lay_out(document: &Document, size: f32) -> Pages {
    let mut cursor = Cursor::new(document.paper, document.columns.max(1));
    for (number, block) in document.blocks.iter().enumerate() {
        cursor.block(number, block, size);
    }
    cursor.pages
}

/// The smallest type that people read on paper without a glass.
pub const SIZE_MIN: f32 = 6.0;

/// The largest type size, from 10 down to [`SIZE_MIN`] points, at which everything stands
/// on one page; `None` where not even the smallest does.
pub fn fit_on_one_page(document: &Document) -> Option<f32> {
    let stands = |size: f32| lay_out(document, size).len() == 1;
    if !stands(SIZE_MIN) {
        return None;
    }
    let sizes = (25..=40).rev().map(|quarter: u8| f32::from(quarter) / 4.0);
    Some(
        sizes
            .into_iter()
            .find(|size| stands(*size))
            .unwrap_or(SIZE_MIN),
    )
}

struct Cursor {
    pages: Pages,
    paper: Paper,
    columns: usize,
    column: usize,
    top: f32,
    y: f32,
}

impl Cursor {
    fn new(paper: Paper, columns: usize) -> Cursor {
        let top = paper.size().1 - MARGIN;
        Cursor {
            pages: vec![Vec::new()],
            paper,
            columns,
            column: 0,
            top,
            y: top,
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a page has a handful of columns"
    )]
    fn column_width(&self) -> f32 {
        let inner = self.paper.size().0 - 2.0 * MARGIN;
        (inner - GUTTER * (self.columns - 1) as f32) / self.columns as f32
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a page has a handful of columns"
    )]
    fn left(&self) -> f32 {
        MARGIN + (self.column_width() + GUTTER) * self.column as f32
    }

    fn block(&mut self, number: usize, block: &Block, size: f32) {
        match block {
            Block::Title(text) => {
                let inner = self.paper.size().0 - 2.0 * MARGIN;
                self.lines(number, text, size * 1.6, true, inner);
                self.y -= size * 0.6;
                self.top = self.y;
            }
            Block::Heading(text) => {
                // A heading never stands alone at the end of a column.
                self.need(size * 4.5);
                if (self.y - self.top).abs() > f32::EPSILON {
                    self.y -= size * 0.7;
                }
                self.lines(number, text, size * 1.15, true, self.column_width());
            }
            Block::Text(text) => {
                self.lines(number, text, size, false, self.column_width());
                self.y -= size * 0.25;
            }
            Block::Row(what, value) => {
                self.need(size * 2.6);
                self.lines(number, what, size * 0.88, false, self.column_width());
                self.lines(number, value, size, true, self.column_width());
                self.y -= size * 0.25;
            }
        }
    }

    fn lines(&mut self, block: usize, text: &str, size: f32, bold: bool, room: f32) {
        for line in wrapped(text, size, bold, room) {
            self.need(size * 1.25);
            self.y -= size * 1.22;
            let run = Run {
                x: self.left(),
                y: self.y,
                size,
                bold,
                text: line,
                block,
            };
            if let Some(page) = self.pages.last_mut() {
                page.push(run);
            }
        }
    }

    /// Goes on in the next column or page where too little room is left.
    fn need(&mut self, height: f32) {
        if self.y - height >= MARGIN || self.pages.len() >= PAGES_MAX {
            return;
        }
        self.column += 1;
        if self.column >= self.columns {
            self.column = 0;
            self.top = self.paper.size().1 - MARGIN;
            self.pages.push(Vec::new());
        }
        self.y = self.top;
    }
}

/// Lines no wider than the room; a word that is wider by itself is cut.
fn wrapped(text: &str, size: f32, bold: bool, room: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        for piece in pieces(word, size, bold, room) {
            let longer = if line.is_empty() {
                piece.clone()
            } else {
                format!("{line} {piece}")
            };
            if width(&longer, size, bold) > room && !line.is_empty() {
                lines.push(std::mem::replace(&mut line, piece));
            } else {
                line = longer;
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

fn pieces(word: &str, size: f32, bold: bool, room: f32) -> Vec<String> {
    if width(word, size, bold) <= room {
        return vec![word.to_owned()];
    }
    let mut pieces = vec![String::new()];
    for letter in word.chars() {
        let Some(last) = pieces.last_mut() else { break };
        last.push(letter);
        if width(last, size, bold) > room - size {
            pieces.push(String::new());
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(rows: usize, paper: Paper) -> Document {
        let row = |number| {
            Block::Row(
                format!("What {number}"),
                format!("value-{number}@example.org"),
            )
        };
        Document {
            title: "Test".to_owned(),
            language: "en".to_owned(),
            paper,
            columns: 2,
            blocks: std::iter::once(Block::Title("Test".to_owned()))
                .chain((0..rows).map(row))
                .collect(),
        }
    }

    #[test]
    fn type_shrinks_until_a_page_holds_everything() {
        let few = fit_on_one_page(&document(10, Paper::A4)).expect("fits");
        let many = fit_on_one_page(&document(90, Paper::A4)).expect("fits");
        assert!(few > many, "{few} {many}");
        assert_eq!(fit_on_one_page(&document(2000, Paper::A4)), None);
    }

    #[test]
    fn no_line_leaves_its_column_or_its_page() {
        for paper in [Paper::A4, Paper::Letter] {
            let mut document = document(300, paper);
            document.blocks.push(Block::Text("x".repeat(4000)));
            let (wide, high) = paper.size();
            for run in lay_out(&document, 9.0).into_iter().flatten() {
                assert!(run.y >= 20.0 && run.y < high, "{run:?}");
                assert!(
                    run.x + width(&run.text, run.size, run.bold) <= wide - 20.0,
                    "{run:?}"
                );
            }
        }
    }
}
