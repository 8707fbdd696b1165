//! The corners of a code, found without reading the code.
//!
//! Reading costs many times as much as decoding a picture, and most pictures hold
//! no code. Two corners of one size, as far apart as in some code, are enough:
//! the third may be damaged.

use super::Grey;

/// Lines of a picture that are looked at; a code worth scanning is crossed by several.
const LINES: usize = 300;
/// Corners that are compared with each other; a picture with more of them is searched.
const FINDERS_MAX: usize = 200;
/// A corner is seven modules wide. The middles of two corners are at least 14
/// modules apart (version 1), and at most 240 (the diagonal of version 40): in
/// widths 2 and 35, with room for a picture taken from the side.
const WIDTHS_APART: std::ops::RangeInclusive<f64> = 1.3..=45.0;

/// How a code may stand in a picture.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Inks {
    /// Dark on light.
    pub dark: bool,
    /// Light on dark.
    pub light: bool,
}

/// A corner of a code.
#[derive(Debug, Clone, Copy)]
struct Finder {
    x: usize,
    y: usize,
    width: usize,
    is_dark: bool,
}

/// A run of five with the ratio 1:1:3:1:1, by its middle and its length.
struct Crossing {
    middle: usize,
    length: usize,
    is_dark: bool,
}

/// In which ways a code may stand in a picture.
pub fn inks(grey: &Grey) -> Inks {
    let mut inks = Inks::default();
    let mut found: Vec<Finder> = Vec::new();
    for y in (0..grey.height).step_by((grey.height / LINES).max(1)) {
        let row = &grey.pixels[y * grey.width..(y + 1) * grey.width];
        for crossing in crossings(row.iter().copied()) {
            let finder = Finder {
                x: crossing.middle,
                y,
                width: crossing.length,
                is_dark: crossing.is_dark,
            };
            if found.iter().any(|known| finder.is_again(known)) || !finder.stands_in(grey) {
                continue;
            }
            let pair = found.iter().any(|known| finder.is_of_one_code(known));
            inks.dark |= pair && finder.is_dark;
            inks.light |= pair && !finder.is_dark;
            found.push(finder);
            if inks.dark && inks.light || found.len() >= FINDERS_MAX {
                return Inks {
                    dark: true,
                    light: true,
                };
            }
        }
    }
    inks
}

impl Finder {
    /// Another line has crossed the same corner.
    fn is_again(&self, known: &Finder) -> bool {
        let near = |one: usize, other: usize| one.abs_diff(other) < self.width;
        near(known.x, self.x) && near(known.y, self.y)
    }

    /// Whether the column through the middle has the ratio there too, about as large.
    fn stands_in(&self, grey: &Grey) -> bool {
        let top = self.y.saturating_sub(self.width);
        let end = (self.y + self.width).min(grey.height);
        let column = (top..end).map(|row| grey.pixels[row * grey.width + self.x]);
        crossings(column).into_iter().any(|crossing| {
            let height = crossing.length;
            crossing.is_dark == self.is_dark
                && (top + crossing.middle).abs_diff(self.y) * 3 < height
                && height * 2 > self.width
                && self.width * 2 > height
        })
    }

    /// Whether both may be corners of one code: of one ink, about one size, and
    /// neither too near nor too far.
    #[expect(clippy::cast_precision_loss, reason = "sides of pictures are small")]
    fn is_of_one_code(&self, other: &Finder) -> bool {
        let (small, large) = (self.width.min(other.width), self.width.max(other.width));
        let (across, down) = (self.x.abs_diff(other.x), self.y.abs_diff(other.y));
        let apart = (across as f64).hypot(down as f64) / large as f64;
        self.is_dark == other.is_dark && large * 2 <= small * 3 && WIDTHS_APART.contains(&apart)
    }
}

/// Every run of five that has the ratio (ISO/IEC 18004 section 6.3.3).
fn crossings(line: impl Iterator<Item = u8>) -> Vec<Crossing> {
    let mut found = Vec::new();
    let mut runs = [0_usize; 5];
    let (mut is_dark, mut start, mut end) = (false, 0, 0);
    let mut close = |length: usize, at: usize, is_dark: bool| {
        runs = [runs[1], runs[2], runs[3], runs[4], length];
        if is_ratio(&runs) {
            let length: usize = runs.iter().sum();
            found.push(Crossing {
                middle: at - length / 2,
                length,
                is_dark,
            });
        }
    };
    for (at, pixel) in line.enumerate() {
        if (pixel < 128) != is_dark {
            close(at - start, at, is_dark);
            (is_dark, start) = (!is_dark, at);
        }
        end = at + 1;
    }
    close(end - start, end, is_dark);
    found
}

fn is_ratio(runs: &[usize; 5]) -> bool {
    let total: usize = runs.iter().sum();
    // The middle is the widest; most runs of a picture end here.
    if runs[2] * 7 < total || runs.contains(&0) || total < 7 {
        return false;
    }
    let near = |run: usize, modules: usize| (run * 7).abs_diff(modules * total) * 2 <= total + 7;
    near(runs[0], 1) && near(runs[1], 1) && near(runs[2], 3) && near(runs[3], 1) && near(runs[4], 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A white picture with squares of a corner, `module` pixels a module.
    fn picture(side: usize, corners: &[(usize, usize, usize)]) -> Grey {
        let mut pixels = vec![255; side * side];
        for &(left, top, module) in corners {
            for y in 0..7 * module {
                for x in 0..7 * module {
                    let ring = |at: usize| (at / module).min(6 - at / module);
                    let is_light = ring(x).min(ring(y)) == 1;
                    pixels[(top + y) * side + left + x] = if is_light { 255 } else { 0 };
                }
            }
        }
        Grey {
            width: side,
            height: side,
            pixels,
        }
    }

    fn check(corners: &[(usize, usize, usize)], expected: bool) {
        let inks = inks(&picture(400, corners));
        assert_eq!((inks.dark, inks.light), (expected, false), "{corners:?}");
    }

    #[test]
    fn two_corners_that_fit_may_be_a_code() {
        check(&[(20, 20, 4), (120, 20, 4)], true);
        check(&[(20, 20, 4), (120, 180, 5)], true);
    }

    #[test]
    fn corners_that_do_not_fit_are_none() {
        check(&[], false);
        check(&[(20, 20, 4)], false);
        check(&[(20, 20, 2), (120, 20, 8)], false);
        check(&[(2, 2, 1), (380, 380, 1)], false);
    }
}
