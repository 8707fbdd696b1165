//! Writes laid out pages as a tagged PDF 1.7 (PDF 32000-1, section 14.8).

use pdf_writer::types::StructRole;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use super::layout::{Block, Document, Pages, Run, lay_out};
use super::metrics::encoded;

/// Numbers of the objects that every document has.
struct Refs {
    next: i32,
}

impl Refs {
    fn take(&mut self) -> Ref {
        self.next += 1;
        Ref::new(self.next)
    }
}

/// The document as the bytes of a PDF file, at a type size in points.
pub fn write(document: &Document, size: f32) -> Vec<u8> {
    let pages = lay_out(document, size);
    let mut refs = Refs { next: 0 };
    let (catalog, tree, plain, bold, structure, part) = (
        refs.take(),
        refs.take(),
        refs.take(),
        refs.take(),
        refs.take(),
        refs.take(),
    );
    let page_refs: Vec<(Ref, Ref)> = pages.iter().map(|_| (refs.take(), refs.take())).collect();
    let marks = marks(&pages);
    let mark_refs: Vec<Ref> = marks.iter().map(|_| refs.take()).collect();
    let parents = refs.take();

    let mut pdf = Pdf::new();
    write_catalog(&mut pdf, document, catalog, tree, structure);
    pdf.document_info(refs.take())
        .title(TextStr(&document.title))
        .producer(TextStr("Sellkeep"));
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    pdf.pages(tree)
        .kids(page_refs.iter().map(|(page, _)| *page))
        .count(count);
    for (id, name) in [(plain, "Helvetica"), (bold, "Helvetica-Bold")] {
        pdf.type1_font(id)
            .base_font(Name(name.as_bytes()))
            .encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    for (number, page) in pages.iter().enumerate() {
        let (page_ref, content_ref) = page_refs[number];
        write_page(
            &mut pdf,
            document,
            page_ref,
            content_ref,
            tree,
            (plain, bold),
            number,
        );
        pdf.stream(content_ref, &content(page, number, &marks));
    }
    write_structure(
        &mut pdf, document, structure, part, parents, &marks, &mark_refs, &page_refs,
    );
    pdf.finish()
}

/// One piece of marked content: the part of a block that stands on one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    page: usize,
    block: usize,
    /// Its number on the page.
    id: i32,
}

fn marks(pages: &Pages) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for (page, runs) in pages.iter().enumerate() {
        let mut id = 0;
        for run in runs {
            let known = marks
                .last()
                .is_some_and(|mark| mark.page == page && mark.block == run.block);
            if !known {
                marks.push(Mark {
                    page,
                    block: run.block,
                    id,
                });
                id += 1;
            }
        }
    }
    marks
}

fn write_catalog(pdf: &mut Pdf, document: &Document, id: Ref, tree: Ref, structure: Ref) {
    let mut catalog = pdf.catalog(id);
    catalog.pages(tree);
    catalog.lang(TextStr(&document.language));
    catalog.mark_info().marked(true);
    catalog.viewer_preferences().display_doc_title(true);
    catalog.pair(Name(b"StructTreeRoot"), structure);
    catalog.finish();
}

fn write_page(
    pdf: &mut Pdf,
    document: &Document,
    id: Ref,
    content: Ref,
    tree: Ref,
    (plain, bold): (Ref, Ref),
    number: usize,
) {
    let (wide, high) = document.paper.size();
    let mut page = pdf.page(id);
    page.parent(tree)
        .media_box(Rect::new(0.0, 0.0, wide, high))
        .contents(content)
        .struct_parents(i32::try_from(number).unwrap_or_default());
    let mut resources = page.resources();
    let mut fonts = resources.fonts();
    fonts.pair(Name(b"F"), plain).pair(Name(b"B"), bold);
}

fn content(runs: &[Run], page: usize, marks: &[Mark]) -> Vec<u8> {
    let mut content = Content::new();
    for mark in marks.iter().filter(|mark| mark.page == page) {
        content
            .begin_marked_content_with_properties(Name(b"P"))
            .properties()
            .identify(mark.id);
        for run in runs.iter().filter(|run| run.block == mark.block) {
            let font: &[u8] = if run.bold { b"B" } else { b"F" };
            content
                .begin_text()
                .set_font(Name(font), run.size)
                .next_line(run.x, run.y)
                .show(Str(&encoded(&run.text)))
                .end_text();
        }
        content.end_marked_content();
    }
    content.finish().into_vec()
}

#[expect(
    clippy::too_many_arguments,
    reason = "object numbers of one file; a struct would only rename them"
)]
fn write_structure(
    pdf: &mut Pdf,
    document: &Document,
    structure: Ref,
    part: Ref,
    parents: Ref,
    marks: &[Mark],
    mark_refs: &[Ref],
    page_refs: &[(Ref, Ref)],
) {
    pdf.indirect(structure)
        .dict()
        .pair(Name(b"Type"), Name(b"StructTreeRoot"))
        .pair(Name(b"K"), part)
        .pair(Name(b"ParentTree"), parents);
    let mut whole = pdf.struct_element(part);
    whole.kind(StructRole::Document).parent(structure);
    whole.children().items(mark_refs.iter().copied());
    whole.finish();
    for (mark, id) in marks.iter().zip(mark_refs) {
        let role = match document.blocks.get(mark.block) {
            Some(Block::Title(_)) => StructRole::H1,
            Some(Block::Heading(_)) => StructRole::H2,
            _ => StructRole::P,
        };
        let mut element = pdf.struct_element(*id);
        element.kind(role).parent(part).page(page_refs[mark.page].0);
        element.marked_content_child().marked_content_id(mark.id);
    }
    let mut tree = pdf.indirect(parents).dict();
    let mut numbers = tree.insert(Name(b"Nums")).array();
    for page in 0..page_refs.len() {
        numbers.item(i32::try_from(page).unwrap_or_default());
        let mut list = numbers.push().array();
        for (mark, id) in marks.iter().zip(mark_refs) {
            if mark.page == page {
                list.item(*id);
            }
        }
    }
}
