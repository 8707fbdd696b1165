//! Letters and digits that are taken for each other at a glance, within ASCII.
//!
//! Both sides of a comparison are brought to one form: `i`, `1`, `|` and `l`
//! become `l`, `0` becomes `o`, `rn` becomes `m`, `vv` becomes `w`. The form is
//! for comparing only; nobody ever sees it.

/// What each byte is taken for, on its own.
static TAKEN_FOR: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte: u8 = 0;
    loop {
        table[byte as usize] = match byte {
            b'i' | b'1' | b'|' => b'l',
            b'0' => b'o',
            _ => byte,
        };
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// What two bytes in a row are taken for.
fn pair(before: u8, byte: u8) -> Option<u8> {
    match (before, byte) {
        (b'r', b'n') => Some(b'm'),
        (b'v', b'v') => Some(b'w'),
        _ => None,
    }
}

/// Writes the comparable form of folded text into `out` as far as it has room
/// and says how many octets were written; never more than `text` has.
pub fn write(text: &[u8], out: &mut [u8]) -> usize {
    let mut written = 0;
    let mut before = 0;
    for &byte in text {
        let taken = TAKEN_FOR[usize::from(byte)];
        if let Some(both) = pair(before, byte) {
            out[written - 1] = both;
            before = 0;
        } else if let Some(place) = out.get_mut(written) {
            *place = taken;
            written += 1;
            before = byte;
        } else {
            break;
        }
    }
    written
}

/// The comparable form of folded text.
pub fn form(text: &str) -> Vec<u8> {
    let mut out = vec![0; text.len()];
    let written = write(text.as_bytes(), &mut out);
    out.truncate(written);
    out
}

/// The comparable form with the place in `text` where each octet begins, and
/// behind them the end of the text.
pub fn form_with_places(text: &str) -> (Vec<u8>, Vec<usize>) {
    let mut out = Vec::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len() + 1);
    let mut before = 0;
    for (at, &byte) in text.as_bytes().iter().enumerate() {
        if let Some(both) = pair(before, byte) {
            out.pop();
            out.push(both);
            before = 0;
        } else {
            out.push(TAKEN_FOR[usize::from(byte)]);
            places.push(at);
            before = byte;
        }
    }
    places.push(text.len());
    (out, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_for_each_other_has_one_form() {
        for (left, right) in [
            ("amazon", "arnaz0n"),
            ("paypal", "paypa1"),
            ("paypal", "paypai"),
            ("walmart", "vvalrnart"),
        ] {
            assert_eq!(form(left), form(right));
            assert_eq!(form_with_places(right).0, form(right));
        }
        assert_ne!(form("amazon"), form("amazom"));
        assert_eq!(form_with_places("arn").1, [0, 1, 3]);
    }
}
