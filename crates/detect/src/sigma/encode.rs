//! Encodings of values: UTF-16 in its three kinds, Base64 plain and at any offset.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Refusal;

/// One encoding, in the order a rule names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf16Le,
    Utf16Be,
    /// With a byte order mark.
    Utf16,
    Base64,
    /// Wherever it may stand in a longer encoded text.
    Base64Offset,
}

/// All texts that a value may appear as.
pub(super) fn encode(text: &str, encodings: &[Encoding]) -> Result<Vec<String>, Refusal> {
    let mut bytes = text.as_bytes().to_vec();
    for (at, encoding) in encodings.iter().enumerate() {
        let last = at + 1 == encodings.len();
        match encoding {
            Encoding::Utf16Le => bytes = utf16(&bytes, u16::to_le_bytes)?,
            Encoding::Utf16Be => bytes = utf16(&bytes, u16::to_be_bytes)?,
            Encoding::Utf16 => {
                let mut marked = vec![0xff, 0xfe];
                marked.extend(utf16(&bytes, u16::to_le_bytes)?);
                bytes = marked;
            }
            Encoding::Base64 => bytes = STANDARD.encode(&bytes).into_bytes(),
            Encoding::Base64Offset if last => return Ok(offsets(&bytes)),
            Encoding::Base64Offset => return Err("`base64offset` must come last".to_owned()),
        }
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| "this value in UTF-16 is no text; write `base64` after it".to_owned())?;
    Ok(vec![text])
}

fn utf16(bytes: &[u8], order: fn(u16) -> [u8; 2]) -> Result<Vec<u8>, Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|_| "UTF-16 stands twice".to_owned())?;
    Ok(text.encode_utf16().flat_map(order).collect())
}

/// The part of the code that is the same whatever stands before and behind, for the three
/// places that a byte can have in a group of three.
fn offsets(bytes: &[u8]) -> Vec<String> {
    const BEFORE: [usize; 3] = [0, 2, 3];
    const BEHIND: [usize; 3] = [0, 3, 2];
    let at = |shift: usize| {
        let mut shifted = vec![b' '; shift];
        shifted.extend_from_slice(bytes);
        let code = STANDARD.encode(&shifted);
        let end = code.len() - BEHIND[shifted.len() % 3];
        code.get(BEFORE[shift]..end).unwrap_or_default().to_owned()
    };
    (0..3).map(at).filter(|code| !code.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_at_every_offset() {
        let codes = encode("http://", &[Encoding::Base64Offset]).expect("codes");
        for before in ["", "x", "xy", "xyz"] {
            for behind in ["", "a", "ab"] {
                let whole = STANDARD.encode(format!("{before}http://{behind}"));
                assert!(
                    codes.iter().any(|code| whole.contains(code)),
                    "{whole} {codes:?}"
                );
            }
        }
    }

    #[test]
    fn wide_and_encoded() {
        let code = encode("cmd", &[Encoding::Utf16Le, Encoding::Base64]).expect("a code");
        assert_eq!(code, [STANDARD.encode(b"c\0m\0d\0")]);
        let code = encode("cmd", &[Encoding::Utf16, Encoding::Base64]).expect("a code");
        assert_eq!(code, [STANDARD.encode(b"\xff\xfec\0m\0d\0")]);
        let code = encode("cmd", &[Encoding::Utf16Be]).expect("a text");
        assert_eq!(code, ["\0c\0m\0d"]);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert!(encode("ä", &[Encoding::Utf16Le]).is_err());
        assert!(encode("a", &[Encoding::Base64Offset, Encoding::Base64]).is_err());
    }
}
