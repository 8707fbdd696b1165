//! QR codes in pictures.
//!
//! A picture is decoded only when its header says that a code fits in, and
//! searched only when corners of a code stand in it (`finders`).

mod finders;

use super::Limit;

/// Sides of a picture that are looked at, in pixels: a code has 21 modules at
/// least, and no mail needs more than a large photograph.
const SIDE_MIN: usize = 42;
/// Pixels of one picture; beyond that decoding costs more than a mail is worth.
const PIXELS_MAX: usize = 4_000_000;
/// Pictures of one mail that are looked at.
pub const PICTURES_MAX: usize = 12;
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
    let inks = finders::inks(&grey);
    if inks.dark {
        let found = search(&grey);
        if !found.is_empty() {
            return found;
        }
    }
    if !inks.light {
        return Vec::new();
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
    } else if bytes.starts_with(b"GIF8") {
        gif(bytes)
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
    if bytes.starts_with(b"GIF8") {
        let little = |at: usize| Some(number(at + 1, 1)? << 8 | number(at, 1)?);
        return Some((little(6)?, little(8)?));
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

/// The first picture of a GIF; a mail program that shows no films shows this one.
fn gif(bytes: &[u8]) -> Option<Grey> {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    // Its size was checked before, and no frame is larger than the picture.
    options.check_frame_consistency(true);
    let mut decoder = options.read_info(bytes).ok()?;
    let frame = decoder.read_next_frame().ok()??;
    let (width, height) = (usize::from(frame.width), usize::from(frame.height));
    if width == 0 || width.saturating_mul(height) > PIXELS_MAX {
        return None;
    }
    let pixels: Vec<u8> = frame.buffer.chunks_exact(4).map(brightness).collect();
    (pixels.len() >= width * height).then_some(Grey {
        width,
        height,
        pixels,
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{self, LinkPlace};

    const MAIL: &str = include_str!("../../tests/flags/qr-code/with.eml");

    fn base64() -> &'static str {
        let (_, rest) = MAIL.split_once("base64\n\n").unwrap();
        rest.split_once("\n--b").unwrap().0
    }

    fn codes(mail: &str) -> Vec<String> {
        let links = content::read(mail.as_bytes()).links;
        let codes = links.into_iter().filter(|link| link.place == LinkPlace::Qr);
        codes.map(|link| link.target).collect()
    }

    #[test]
    fn a_picture_in_its_own_address_is_read() {
        let page = |kind: &str| {
            let data = base64().replace('\n', "");
            codes(&format!(
                "Content-Type: text/html\n\n<img src=\"{kind},{data}\">"
            ))
        };
        let found = page("data:image/png;base64");
        assert!(!found.is_empty());
        assert_eq!(page("DATA:image/png;base64"), found);
        assert!(page("data:image/png").is_empty());
        assert!(page("data:text/plain;base64").is_empty());
    }

    fn bytes() -> Vec<u8> {
        use base64::Engine;
        let engine = base64::engine::general_purpose::STANDARD;
        engine.decode(base64().replace('\n', "")).unwrap()
    }

    fn picture() -> Grey {
        super::png(&bytes()).unwrap()
    }

    #[test]
    fn a_gif_is_read() {
        let (png, grey) = (bytes(), picture());
        let (width, height) = (
            u16::try_from(grey.width).unwrap(),
            u16::try_from(grey.height).unwrap(),
        );
        let pixels: Vec<u8> = grey
            .pixels
            .iter()
            .map(|pixel| u8::from(*pixel > 127))
            .collect();
        let mut bytes = Vec::new();
        let mut encoder =
            gif::Encoder::new(&mut bytes, width, height, &[0, 0, 0, 255, 255, 255]).unwrap();
        let frame = gif::Frame::from_indexed_pixels(width, height, pixels, None);
        encoder.write_frame(&frame).unwrap();
        drop(encoder);
        let mut limits = Vec::new();
        assert_eq!(read(&bytes, &mut limits), read(&png, &mut limits));
        assert_eq!(read(&bytes, &mut limits).len(), 1);
        assert!(read(&bytes[..bytes.len() / 3], &mut limits).is_empty());
        assert!(read(b"GIF89a", &mut limits).is_empty());
    }

    #[test]
    fn a_light_code_on_a_dark_ground_is_read() {
        let mut grey = picture();
        let dark = finders::inks(&grey);
        assert!(dark.dark && !dark.light);
        let said = search(&grey);
        grey.pixels.iter_mut().for_each(|pixel| *pixel = !*pixel);
        let light = finders::inks(&grey);
        assert!(light.light && !light.dark);
        assert!(search(&grey).is_empty() && said.len() == 1);
    }

    #[test]
    fn a_huge_gif_is_not_unpacked() {
        let mut limits = Vec::new();
        assert!(read(b"GIF89a\xff\xff\xff\xff\0\0\0", &mut limits).is_empty());
        assert_eq!(limits, [Limit::Images]);
    }
}
