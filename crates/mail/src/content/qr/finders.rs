//! The corners of a code, found without reading the code.
//!
//! Reading costs many times as much as decoding a picture, and most pictures hold
//! no code. Two corners of one size, as far apart as in some code and with modules
//! between them, are enough: the third may be damaged.

use super::Grey;

/// Lines of a picture that are looked at; a code worth scanning is crossed by several.
const LINES: usize = 300;
/// Corners that are compared with each other; a picture with more of them is searched.
const FINDERS_MAX: usize = 200;
/// A corner is seven modules wide. The middles of two corners are at least 14
/// modules apart (version 1) and at most 240 (the diagonal of version 40): 20 and
/// 350 tenths of a width, with room for a picture taken from the side.
const TENTHS_APART: std::ops::RangeInclusive<usize> = 13..=450;
/// Modules of one ink in a row. The mask of a code keeps them short; among 170
/// modules thrown by dice, one row of a hundred is longer.
const ROW_MODULES_MAX: usize = 14;

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
            let pair = found.iter().any(|known| finder.is_of_one_code(known, grey));
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

    /// Whether both may be corners of one code: of one ink, about one size, neither
    /// too near nor too far, with modules between them.
    fn is_of_one_code(&self, other: &Finder, grey: &Grey) -> bool {
        let (small, large) = (self.width.min(other.width), self.width.max(other.width));
        let apart = self.apart(other);
        self.is_dark == other.is_dark
            && large * 3 <= small * 4
            && TENTHS_APART.contains(&(apart * 10 / large))
            && self.has_modules_up_to(other, apart, grey)
    }

    fn apart(&self, other: &Finder) -> usize {
        let (across, down) = (self.x.abs_diff(other.x), self.y.abs_diff(other.y));
        (across * across + down * down).isqrt()
    }

    /// Whether the ink changes on the way as often as it does in a code.
    fn has_modules_up_to(&self, other: &Finder, apart: usize, grey: &Grey) -> bool {
        // Two looks a module, of which a width has seven.
        let looks = (apart * 28 / (self.width + other.width)).max(1);
        let between =
            |one: usize, other: usize, at: usize| (one * (looks - at) + other * at) / looks;
        let inks = (0..=looks).map(|at| {
            let (x, y) = (between(self.x, other.x, at), between(self.y, other.y, at));
            grey.pixels[y * grey.width + x] < 128
        });
        longest_run(inks) <= ROW_MODULES_MAX * 2
    }
}

fn longest_run(inks: impl Iterator<Item = bool>) -> usize {
    let (mut longest, mut length, mut before) = (0, 0, None);
    for ink in inks {
        length = if before == Some(ink) { length + 1 } else { 1 };
        longest = longest.max(length);
        before = Some(ink);
    }
    longest
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

    /// A picture with corners, `module` pixels a module, and stripes of `stripe`
    /// pixels between them.
    fn picture(side: usize, corners: &[(usize, usize, usize)], stripe: usize) -> Grey {
        let is_light = |at: usize| (at / stripe).is_multiple_of(2);
        let pixels = 0..side * side;
        let mut pixels: Vec<u8> = pixels
            .map(|at| if is_light(at % side) { 255 } else { 0 })
            .collect();
        for &(left, top, module) in corners {
            for y in 0..9 * module {
                for x in 0..9 * module {
                    // A light border, then rings of dark, light and dark.
                    let ring = |at: usize| (at / module).min(8 - at / module);
                    let is_light = matches!(ring(x).min(ring(y)), 0 | 2);
                    let at = (top + y) * side + left + x;
                    pixels[at] = if is_light { 255 } else { 0 };
                }
            }
        }
        Grey {
            width: side,
            height: side,
            pixels,
        }
    }

    fn check(corners: &[(usize, usize, usize)], stripe: usize, expected: bool) {
        let inks = inks(&picture(400, corners, stripe));
        assert_eq!(inks.dark, expected, "{corners:?}");
    }

    #[test]
    fn two_corners_that_fit_may_be_a_code() {
        check(&[(20, 20, 4), (120, 20, 4)], 6, true);
        check(&[(20, 20, 4), (120, 180, 5)], 6, true);
    }

    #[test]
    fn corners_that_do_not_fit_are_none() {
        check(&[], 6, false);
        check(&[(20, 20, 4)], 6, false);
        check(&[(20, 20, 2), (120, 20, 8)], 6, false);
        check(&[(2, 2, 1), (380, 380, 1)], 3, false);
    }

    #[test]
    fn corners_with_nothing_between_them_are_none() {
        check(&[(20, 20, 4), (320, 20, 4)], 200, false);
    }
}
