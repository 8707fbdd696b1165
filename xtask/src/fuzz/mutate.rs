//! Makes hostile inputs out of seeds; the same seed number gives the same inputs.

/// Larger inputs only take time; bombs below this size are found all the same.
const BYTES_MAX: usize = 256 * 1024;
/// Changes made to one input at most.
const CHANGES_MAX: usize = 8;
/// A repetition grows at most by this.
const REPEAT_MAX: usize = 4_096;

/// Words with a meaning to one reader or another.
const WORDS: &[&[u8]] = &[
    b"\r\n",
    b"\n",
    b"\r\n\r\n",
    b"\0",
    b"\xff\xfe",
    b"\xe2\x80\xae",
    b"\xc2\xad",
    b"\xed\xa0\x80",
    b"From: ",
    b"\r\nFrom: a@b.example\r\n",
    b"@",
    b"<",
    b">",
    b"\"",
    b"\\",
    b"(",
    b")",
    b",",
    b";",
    b":",
    b"=?utf-8?B?",
    b"=?utf-8?Q?=",
    b"?=",
    b"=?x?x?x?=",
    b"Content-Type: multipart/mixed; boundary=b\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"\r\n--b\r\n",
    b"\r\n--b--\r\n",
    b"=00",
    b"=\r\n",
    b"DKIM-Signature: v=1; a=rsa-sha256; d=amazon.com; s=s; h=From; bh=AA==; b=AA==\r\n",
    b"Authentication-Results: mx.example; dkim=pass header.d=amazon.com\r\n",
    b"; l=0;",
    b"<div>",
    b"</div>",
    b"<a href=\"https://",
    b"</a>",
    b"<base href=",
    b"<!--",
    b"<style>",
    b"<form action=",
    b"&#x",
    b"&#0;",
    b"&amp",
    b"display:none",
    b"data:text/html,",
    b"javascript:",
    b"https://",
    b"http://[::1]/",
    b"xn--",
    b"xn--80ak6aa92e.com",
    b"amazon",
    b"paypal.com",
    b".",
    b"..",
    b"%2e",
    b"%00",
    b"{",
    b"}",
    b"[",
    b"]",
    b"[[",
    b"null",
    b"-1",
    b"1e999",
    b"18446744073709551616",
    b"0x",
    b"''' ",
    b"\"\"\"",
    b"stream\r\n",
    b"endstream",
    b"/URI (",
    b"obj",
    b"/FlateDecode",
];

/// Bytes at the edges of things.
const EDGES: &[u8] = &[0x00, 0x01, 0x09, 0x0a, 0x0d, 0x20, 0x7f, 0x80, 0xc0, 0xff];

/// An endless row of inputs.
pub struct Mutator<'s> {
    seeds: &'s [Vec<u8>],
    chance: Chance,
}

impl<'s> Mutator<'s> {
    /// Over these seeds.
    pub fn new(seeds: &'s [Vec<u8>], number: u64) -> Mutator<'s> {
        let chance = Chance(number);
        Mutator { seeds, chance }
    }

    /// The next input.
    pub fn next_input(&mut self) -> Vec<u8> {
        let mut input = self.seed().to_vec();
        for _ in 0..=self.chance.below(CHANGES_MAX) {
            self.change(&mut input);
            input.truncate(BYTES_MAX);
        }
        input
    }

    fn seed(&mut self) -> &'s [u8] {
        let at = self.chance.below(self.seeds.len());
        self.seeds.get(at).map(Vec::as_slice).unwrap_or_default()
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        match self.chance.below(9) {
            0 => self.flip(input),
            1 => self.edge(input),
            2 => self.cut(input),
            3 => self.copy(input),
            4 | 5 => self.insert_word(input),
            6 => self.splice(input),
            7 => self.repeat(input),
            _ => self.swap_lines(input),
        }
    }

    fn flip(&mut self, input: &mut [u8]) {
        let at = self.chance.below(input.len());
        let bit = self.chance.below(8);
        if let Some(byte) = input.get_mut(at) {
            *byte ^= 1 << bit;
        }
    }

    fn edge(&mut self, input: &mut [u8]) {
        let at = self.chance.below(input.len());
        let edge = EDGES[self.chance.below(EDGES.len())];
        if let Some(byte) = input.get_mut(at) {
            *byte = edge;
        }
    }

    fn cut(&mut self, input: &mut Vec<u8>) {
        let range = self.range(input.len());
        input.drain(range);
    }

    fn copy(&mut self, input: &mut Vec<u8>) {
        let range = self.range(input.len());
        let piece = input[range].to_vec();
        self.insert(input, &piece);
    }

    fn insert_word(&mut self, input: &mut Vec<u8>) {
        let word = WORDS[self.chance.below(WORDS.len())];
        self.insert(input, word);
    }

    /// A piece of another seed.
    fn splice(&mut self, input: &mut Vec<u8>) {
        let other = self.seed();
        let range = self.range(other.len());
        self.insert(input, &other[range]);
    }

    fn repeat(&mut self, input: &mut Vec<u8>) {
        let word = WORDS[self.chance.below(WORDS.len())];
        let times = self.chance.below(REPEAT_MAX);
        self.insert(input, &word.repeat(times));
    }

    fn swap_lines(&mut self, input: &mut Vec<u8>) {
        let mut lines: Vec<&[u8]> = input.split_inclusive(|byte| *byte == b'\n').collect();
        let (one, other) = (
            self.chance.below(lines.len()),
            self.chance.below(lines.len()),
        );
        if one < lines.len() && other < lines.len() {
            lines.swap(one, other);
        }
        *input = lines.concat();
    }

    fn insert(&mut self, input: &mut Vec<u8>, piece: &[u8]) {
        let at = self.chance.below(input.len() + 1);
        input.splice(at..at, piece.iter().copied());
    }

    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let one = self.chance.below(length + 1);
        let other = self.chance.below(length + 1);
        one.min(other)..one.max(other)
    }
}

/// SplitMix64: small, fast, good enough to spread changes.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below the bound; 0 where the bound is 0.
    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(number: u64) -> Vec<Vec<u8>> {
        let seeds = [b"From: a@b.example\r\n\r\nHello".to_vec(), Vec::new()];
        let mut mutator = Mutator::new(&seeds, number);
        (0..200).map(|_| mutator.next_input()).collect()
    }

    #[test]
    fn the_same_number_gives_the_same_inputs() {
        assert_eq!(inputs(1), inputs(1));
        assert_ne!(inputs(1), inputs(2));
    }

    #[test]
    fn inputs_differ_and_stay_small() {
        let inputs = inputs(3);
        assert!(inputs.iter().all(|input| input.len() <= BYTES_MAX));
        let distinct: std::collections::BTreeSet<_> = inputs.iter().collect();
        assert!(distinct.len() > 150, "{}", distinct.len());
    }
}
