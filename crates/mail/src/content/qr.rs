//! QR codes in pictures.
//!
//! A picture is decoded only when its header says that a code fits in, and
//! searched only when rows with a code's finder pattern stand in it.

use super::Limit;

/// Sides of a picture that are looked at, in pixels: a code has 21 modules at
/// least, and no mail needs more than a large photograph.
const SIDE_MIN: usize = 42;
/// Pixels of one picture; beyond that decoding costs more than a mail is worth.
const PIXELS_MAX: usize = 4_000_000;
/// Pictures of one mail that are looked at.
pub const PICTURES_MAX: usize = 12;
/// Rows with the pattern 1:1:3:1:1 that a picture with a code has at least.
const FINDER_ROWS_MIN: usize = 3;

/// A picture as brightness, row by row.
struct Grey {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// What the QR codes of one picture say.
pub fn read(bytes: &[u8], limits: &mut Vec<Limit>) -> Vec<String> {
    let Some(mut grey) = decode(bytes, limits) else {
        return Vec::new();
    };
    if finder_rows(&grey) < FINDER_ROWS_MIN {
        return Vec::new();
    }
    let found = search(&grey);
    if !found.is_empty() {
        return found;
    }
    for pixel in &mut grey.pixels {
        *pixel = !*pixel;
    }
    search(&grey)
}

fn decode(bytes: &[u8], limits: &mut Vec<Limit>) -> Option<Grey> {
    let (width, height) = size(bytes)?;
    if width < SIDE_MIN || height < SIDE_MIN {
        return None;
    }
    if width.saturating_mul(height) > PIXELS_MAX {
        limits.push(Limit::Images);
        return None;
    }
    if bytes.starts_with(b"\x89PNG") {
        png(bytes)
    } else {
        jpeg(bytes)
    }
}

/// Width and height from the first bytes, without decoding.
fn size(bytes: &[u8]) -> Option<(usize, usize)> {
    let number = |at: usize, len: usize| -> Option<usize> {
        Some(
            bytes
                .get(at..at + len)?
                .iter()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
        )
    };
    if bytes.starts_with(b"\x89PNG") {
        return Some((number(16, 4)?, number(20, 4)?));
    }
    if !bytes.starts_with(b"\xff\xd8") {
        return None;
    }
    let mut at = 2;
    while bytes.get(at) == Some(&0xff) {
        let marker = *bytes.get(at + 1)?;
        let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            return Some((number(at + 7, 2)?, number(at + 5, 2)?));
        }
        at += 2 + number(at + 2, 2)?.max(2);
    }
    None
}

fn png(bytes: &[u8]) -> Option<Grey> {
    let mut decoder = png::Decoder::new_with_limits(
        std::io::Cursor::new(bytes),
        png::Limits {
            bytes: PIXELS_MAX * 8,
        },
    );
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let mut buffer = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut buffer).ok()?;
    let (width, height) = (
        usize::try_from(frame.width).ok()?,
        usize::try_from(frame.height).ok()?,
    );
    let samples = frame.color_type.samples();
    let pixels = buffer
        .chunks_exact(samples)
        .take(width * height)
        .map(brightness)
        .collect();
    Some(Grey {
        width,
        height,
        pixels,
    })
}

/// Mean of the colours; transparent counts as white, which is what it is shown on.
fn brightness(samples: &[u8]) -> u8 {
    let over = |value: u8, alpha: u8| 255 - (u16::from(255 - value) * u16::from(alpha) / 255);
    let mean = match samples {
        [grey] => u16::from(*grey),
        [grey, alpha] => over(*grey, *alpha),
        [r, g, b] => (u16::from(*r) + u16::from(*g) + u16::from(*b)) / 3,
        [r, g, b, alpha, ..] => (over(*r, *alpha) + over(*g, *alpha) + over(*b, *alpha)) / 3,
        [] => 255,
    };
    u8::try_from(mean).unwrap_or(u8::MAX)
}

fn jpeg(bytes: &[u8]) -> Option<Grey> {
    use zune_jpeg::zune_core::{
        bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions,
    };
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(ColorSpace::Luma)
        .set_max_width(PIXELS_MAX / SIDE_MIN)
        .set_max_height(PIXELS_MAX / SIDE_MIN);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let pixels = decoder.decode().ok()?;
    let (width, height) = decoder.dimensions()?;
    (pixels.len() >= width * height).then_some(Grey {
        width,
        height,
        pixels,
    })
}

/// Rows in which dark, light, dark, light, dark stand in the ratio 1:1:3:1:1 (ISO/IEC 18004).
fn finder_rows(grey: &Grey) -> usize {
    let step = (grey.height / 400).max(1);
    let rows = grey.pixels.chunks_exact(grey.width).step_by(step);
    rows.filter(|row| has_finder(row))
        .take(FINDER_ROWS_MIN)
        .count()
}

fn has_finder(row: &[u8]) -> bool {
    let mut runs = [0_usize; 5];
    let mut dark = row.first().is_some_and(|pixel| *pixel < 128);
    let mut length = 0;
    for pixel in row
        .iter()
        .chain(std::iter::once(&if dark { 255 } else { 0 }))
    {
        if (*pixel < 128) == dark {
            length += 1;
            continue;
        }
        runs.rotate_left(1);
        runs[4] = length;
        // The ratio is the same for an inverted code.
        if is_ratio(&runs) {
            return true;
        }
        dark = !dark;
        length = 1;
    }
    false
}

fn is_ratio(runs: &[usize; 5]) -> bool {
    let total: usize = runs.iter().sum();
    if runs.contains(&0) || total < 7 {
        return false;
    }
    let near = |run: usize, modules: usize| (run * 7).abs_diff(modules * total) * 2 <= total + 7;
    near(runs[0], 1) && near(runs[1], 1) && near(runs[2], 3) && near(runs[3], 1) && near(runs[4], 1)
}

/// Codes in one picture that are read at most.
const CODES_MAX: usize = 4;

fn search(grey: &Grey) -> Vec<String> {
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(grey.width, grey.height, |x, y| {
        grey.pixels[y * grey.width + x]
    });
    let grids = image.detect_grids();
    grids
        .into_iter()
        .take(CODES_MAX)
        .filter_map(|grid| grid.decode().ok())
        .map(|(_, text)| text)
        .collect()
}
