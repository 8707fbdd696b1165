//! The second step: codes of an authenticator (RFC 6238) and recovery codes.

use aws_lc_rs::rand;
use jiff::Timestamp;
use qrcodegen::{QrCode, QrCodeEcc};
use sellkeep_model::sha256;
use std::fmt::Write as _;
use totp_rs::{Algorithm, Builder, Totp};

/// Bytes of a secret (RFC 4226 section 4: 160 bits recommended).
const SECRET_BYTES: usize = 20;
/// Recovery codes that a person is given.
const RECOVERY_CODES: usize = 8;
/// Letters that are told apart on paper; 16 of them are 80 bits.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789z";
const RECOVERY_LETTERS: usize = 16;
/// Quiet border of a QR code in modules (ISO/IEC 18004).
const BORDER: i32 = 4;

/// The codes of one secret.
pub struct Codes {
    totp: Totp,
    secret: Vec<u8>,
}

impl Codes {
    /// The codes of a secret. SHA-1, 6 digits, 30 seconds: what every authenticator understands.
    pub fn new(secret: &[u8]) -> Option<Codes> {
        let builder = Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(1)
            .with_step_duration(30)
            .with_secret(secret.to_vec());
        Some(Codes {
            totp: builder.build().ok()?,
            secret: secret.to_vec(),
        })
    }

    /// Codes of a new secret.
    pub fn random() -> Option<Codes> {
        let mut secret = [0; SECRET_BYTES];
        rand::fill(&mut secret).ok()?;
        Codes::new(&secret)
    }

    /// The secret, to be sealed.
    pub fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// The time step that a code belongs to, where it is right now.
    pub fn check(&self, code: &str, now: Timestamp) -> Option<u64> {
        let digits: String = code.chars().filter(char::is_ascii_digit).collect();
        let seconds = u64::try_from(now.as_second()).ok()?;
        if digits.len() != 6 {
            return None;
        }
        self.totp.check(&digits, seconds)
    }

    /// The secret as one types it into an authenticator (RFC 4648 base 32), in groups.
    pub fn typed(&self) -> String {
        let text = base32(&self.secret);
        let groups: Vec<String> = text
            .as_bytes()
            .chunks(4)
            .map(|group| String::from_utf8_lossy(group).into_owned())
            .collect();
        groups.join(" ")
    }

    /// The picture that an authenticator scans: the path of an SVG and its size in modules.
    pub fn picture(&self, name: &str) -> Option<(String, i32)> {
        let name: String = name
            .chars()
            .filter(|letter| letter.is_ascii_alphanumeric() || ".-_@".contains(*letter))
            .collect();
        let address = format!(
            "otpauth://totp/Sellkeep:{name}?secret={}&issuer=Sellkeep",
            base32(&self.secret)
        );
        let code = QrCode::encode_text(&address, QrCodeEcc::Medium).ok()?;
        let mut path = String::new();
        for y in 0..code.size() {
            for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
                // Writing into a text cannot fail.
                let _ = write!(path, "M{},{}h1v1h-1z", x + BORDER, y + BORDER);
            }
        }
        Some((path, code.size() + 2 * BORDER))
    }
}

fn base32(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(DIGITS[(held >> bits) as usize & 31]));
        }
    }
    if bits > 0 {
        out.push(char::from(DIGITS[(held << (5 - bits)) as usize & 31]));
    }
    out
}

/// New recovery codes: as they are shown once, and the hashes that are kept.
pub fn recovery_codes() -> Option<(Vec<String>, Vec<String>)> {
    let mut shown = Vec::new();
    for _ in 0..RECOVERY_CODES {
        let mut bytes = [0; RECOVERY_LETTERS];
        rand::fill(&mut bytes).ok()?;
        let letter = |byte: &u8| char::from(LETTERS[usize::from(byte & 31)]);
        let text: String = bytes.iter().map(letter).collect();
        let groups = [&text[..4], &text[4..8], &text[8..12], &text[12..]];
        shown.push(groups.join("-"));
    }
    let kept = shown.iter().map(|code| recovery_hash(code)).collect();
    Some((shown, kept))
}

/// What is kept of a recovery code: 80 random bits need no slow hash.
pub fn recovery_hash(code: &str) -> String {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    let folded: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    sha256(format!("recovery {folded}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    /// RFC 6238 appendix B, SHA-1, the last six digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let codes = Codes::new(b"12345678901234567890").unwrap();
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
        ] {
            assert!(codes.check(code, at(seconds)).is_some(), "{code}");
        }
        assert_eq!(codes.check("287 082", at(59)), Some(1));
        assert_eq!(codes.check("287082", at(300)), None);
        assert_eq!(codes.check("", at(59)), None);
    }

    #[test]
    fn a_secret_is_typed_in_base_32() {
        let codes = Codes::new(b"12345678901234567890").unwrap();
        assert_eq!(codes.typed(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let (path, size) = codes.picture("mia").unwrap();
        assert!(path.starts_with("M4,4h1v1h-1z") && size > 30);
    }

    #[test]
    fn recovery_codes_differ_and_are_kept_as_hashes() {
        let (shown, kept) = recovery_codes().unwrap();
        assert_eq!((shown.len(), kept.len()), (8, 8));
        assert_ne!(shown[0], shown[1]);
        assert_eq!(
            recovery_hash(&shown[0].to_uppercase().replace('-', " ")),
            kept[0]
        );
    }
}
