//! The body of an Outlook message that is kept as compressed RTF only.
//!
//! Unpacks it (MS-OXRTFCP) and takes out what a reader sees: the HTML that was
//! wrapped into it (MS-OXRTFEX) or the plain words. Fonts, colours, pictures are
//! not read. Broken input gives what was read before it broke.

/// Length of the dictionary (MS-OXRTFCP section 2.1.3.1.2).
const DICTIONARY: usize = 4096;
/// What the dictionary holds at the start (section 2.1.2.1).
const PRELOADED: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
/// Compressed and uncompressed, as the header says.
const COMPRESSED: &[u8] = b"LZFu";
const UNCOMPRESSED: &[u8] = b"MELA";
/// Length of the header: two sizes, the kind, a checksum.
const HEADER: usize = 16;
/// Bytes it may unpack to; bodies of mails are far smaller.
const UNPACKED_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Unpacks a body; `None` where it is none.
pub fn unpack(bytes: &[u8]) -> Option<Vec<u8>> {
    let body = bytes.get(HEADER..)?;
    let raw = u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?);
    let size = usize::try_from(raw).ok()?.min(UNPACKED_BYTES_MAX);
    match bytes.get(8..12)? {
        UNCOMPRESSED => Some(body[..body.len().min(size)].to_vec()),
        COMPRESSED => {
            let mut out = decompress(body);
            out.truncate(size);
            Some(out)
        }
        _ => None,
    }
}

/// Groups of eight, each led by a byte that says which are references (section 2.2).
fn decompress(body: &[u8]) -> Vec<u8> {
    let mut dictionary = Dictionary::new();
    let mut out = Vec::new();
    let mut rest = body.iter().copied();
    while let Some(control) = rest.next() {
        for bit in 0..8 {
            let Some(first) = rest.next() else {
                return out;
            };
            if control >> bit & 1 == 0 {
                out.push(dictionary.put(first));
                continue;
            }
            let Some(second) = rest.next() else {
                return out;
            };
            let reference = usize::from(first) << 8 | usize::from(second);
            let (offset, length) = (reference >> 4, (reference & 0xf) + 2);
            if offset == dictionary.next || out.len() > UNPACKED_BYTES_MAX {
                return out;
            }
            for at in offset..offset + length {
                out.push(dictionary.put(dictionary.bytes[at % DICTIONARY]));
            }
        }
    }
    out
}

/// The last bytes that were unpacked, in a ring.
struct Dictionary {
    bytes: [u8; DICTIONARY],
    next: usize,
}

impl Dictionary {
    fn new() -> Dictionary {
        let mut bytes = [b' '; DICTIONARY];
        bytes[..PRELOADED.len()].copy_from_slice(PRELOADED);
        Dictionary {
            bytes,
            next: PRELOADED.len(),
        }
    }

    fn put(&mut self, byte: u8) -> u8 {
        self.bytes[self.next] = byte;
        self.next = (self.next + 1) % DICTIONARY;
        byte
    }
}

/// What an RTF text shows.
pub struct Shown {
    /// It is HTML that was wrapped into RTF.
    pub is_html: bool,
    /// The text.
    pub text: String,
}

/// Groups that show nothing.
const SILENT: &[&str] = &[
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "header",
    "footer",
];

/// Reads an RTF text.
pub fn read(rtf: &[u8]) -> Shown {
    let is_html = memchr::memmem::find(rtf, b"\\fromhtml1").is_some();
    let mut reader = Reader {
        out: Vec::new(),
        groups: vec![Group::default()],
        stand_in: false,
    };
    let mut at = 0;
    while at < rtf.len() {
        at = reader.step(rtf, at);
    }
    // Bytes above ASCII are those of the page the writer used; Windows-1252 is usual.
    let text = String::from_utf8(reader.out)
        .unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect());
    Shown { is_html, text }
}

/// What holds up to the end of a group.
#[derive(Debug, Clone, Copy, Default)]
struct Group {
    /// Nothing in it is shown.
    silent: bool,
    /// It holds HTML as it was (`\htmltag`).
    tag: bool,
    /// RTF that only repeats the HTML (`\htmlrtf`).
    repeats: bool,
}

struct Reader {
    out: Vec<u8>,
    groups: Vec<Group>,
    /// The next sign stands in for a character that old readers do not know.
    stand_in: bool,
}

impl Reader {
    fn step(&mut self, rtf: &[u8], at: usize) -> usize {
        match rtf[at] {
            b'{' => {
                let group = self.group();
                if self.groups.len() < GROUPS_MAX {
                    self.groups.push(group);
                }
            }
            b'}' if self.groups.len() > 1 => {
                self.groups.pop();
            }
            b'\\' => return self.control(rtf, at + 1),
            b'\r' | b'\n' | b'}' => {}
            byte => self.show(&[byte]),
        }
        at + 1
    }

    /// A control word with its number, or one sign.
    fn control(&mut self, rtf: &[u8], at: usize) -> usize {
        let rest = &rtf[at..];
        let letters = count(rest, u8::is_ascii_alphabetic);
        if letters == 0 {
            return at + self.sign(rest);
        }
        let sign = usize::from(rest.get(letters) == Some(&b'-'));
        let digits = count(&rest[letters + sign..], u8::is_ascii_digit);
        let end = letters + if digits > 0 { sign + digits } else { 0 };
        let word = std::str::from_utf8(&rest[..letters]).unwrap_or_default();
        let number = std::str::from_utf8(&rest[letters..end]).unwrap_or_default();
        self.word(word, number);
        at + end + usize::from(rest.get(end) == Some(&b' '))
    }

    fn sign(&mut self, rest: &[u8]) -> usize {
        match rest.first() {
            Some(b'\'') => {
                let digits = rest
                    .get(1..3)
                    .and_then(|digits| std::str::from_utf8(digits).ok());
                if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    let mut buffer = [0; 4];
                    let text = char::from(byte).encode_utf8(&mut buffer).as_bytes();
                    self.show(text);
                }
                3.min(rest.len())
            }
            // A group that a reader may skip; wrapped HTML is told by its own word.
            Some(b'*') => {
                self.change(|group| group.silent = true);
                1
            }
            Some(sign @ (b'\\' | b'{' | b'}')) => {
                self.show(&[*sign]);
                1
            }
            Some(b'~') => {
                self.show(b" ");
                1
            }
            _ => rest.len().min(1),
        }
    }

    fn word(&mut self, word: &str, number: &str) {
        match word {
            "htmltag" => self.change(|group| (group.silent, group.tag) = (false, true)),
            "htmlrtf" => self.change(|group| group.repeats = number != "0"),
            "par" | "line" => self.show(b"\r\n"),
            "tab" => self.show(b"\t"),
            "u" => {
                let code = number.parse::<i32>().unwrap_or_default();
                let code = u32::try_from(code.rem_euclid(0x1_0000)).unwrap_or_default();
                let shown = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
                let mut buffer = [0; 4];
                self.show(shown.encode_utf8(&mut buffer).as_bytes());
                self.stand_in = true;
            }
            word if SILENT.contains(&word) => self.change(|group| group.silent = true),
            _ => {}
        }
    }

    fn show(&mut self, text: &[u8]) {
        if std::mem::take(&mut self.stand_in) {
            return;
        }
        let group = self.group();
        let hidden = group.silent || group.repeats && !group.tag;
        if !hidden {
            self.out.extend_from_slice(text);
        }
    }

    fn group(&self) -> Group {
        self.groups.last().copied().unwrap_or_default()
    }

    fn change(&mut self, change: impl FnOnce(&mut Group)) {
        if let Some(group) = self.groups.last_mut() {
            change(group);
        }
    }
}

/// Groups in groups; beyond it a body is built to exhaust its reader.
const GROUPS_MAX: usize = 1_000;

fn count(bytes: &[u8], is_one: impl Fn(&u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| is_one(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MS-OXRTFCP section 4.1.1: simple compressed RTF.
    const SIMPLE: &[u8] = &[
        0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 0x03, 0x00,
        0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68,
        0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f,
        0xa0,
    ];
    /// MS-OXRTFCP section 4.1.2: a reference that reads what it is writing.
    const CROSSING: &[u8] = &[
        0x1a, 0, 0, 0, 0x1c, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xe2, 0xd4, 0x4b, 0x51, 0x41, 0x00,
        0x04, 0x20, 0x57, 0x58, 0x59, 0x5a, 0x0d, 0x6e, 0x7d, 0x01, 0x0e, 0xb0,
    ];

    #[test]
    fn examples_of_the_specification() {
        let unpacked = unpack(SIMPLE).unwrap();
        assert_eq!(
            unpacked,
            b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
        );
        assert_eq!(read(&unpacked).text, "hello world");
        let unpacked = unpack(CROSSING).unwrap();
        assert_eq!(unpacked, b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}");
        assert_eq!(PRELOADED.len(), 207);
    }

    #[test]
    fn uncompressed_and_broken_bodies() {
        let plain = b"\x10\0\0\0\x04\0\0\0MELA\0\0\0\0{\\b}rest";
        assert_eq!(unpack(plain).unwrap(), b"{\\b}");
        assert_eq!(unpack(b"too short"), None);
        assert_eq!(unpack(b"\0\0\0\0\0\0\0\0WHAT\0\0\0\0"), None);
        for cut in HEADER..SIMPLE.len() {
            assert!(unpack(&SIMPLE[..cut]).unwrap().len() <= 43);
        }
    }

    #[test]
    fn wrapped_html_comes_out_as_it_was() {
        let rtf = br#"{\rtf1\ansi\fromhtml1 {\fonttbl{\f0 Arial;}}{\*\htmltag84 <a href="https://evil.example/">}\htmlrtf {\b \htmlrtf0 Amazon\'e4 \u8364?\htmlrtf }\htmlrtf0 {\*\htmltag92 </a>}\par{\*\generator x;}}"#;
        let shown = read(rtf);
        assert!(shown.is_html);
        assert!(
            shown
                .text
                .starts_with("<a href=\"https://evil.example/\">Amazon\u{e4} \u{20ac}")
        );
        assert!(shown.text.contains("</a>") && !shown.text.contains("Arial"));
        assert!(!shown.text.contains("generator"));
    }

    #[test]
    fn anything_ends() {
        for rtf in [
            &b"{{{{"[..],
            b"}}}}",
            b"\\",
            b"\\'",
            b"\\'4",
            b"\\u",
            b"\\u-",
            b"",
        ] {
            read(rtf);
        }
        read(&b"{".repeat(100_000));
    }
}
