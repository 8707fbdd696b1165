//! A mail in a record: decoded, examined once, read.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sellkeep_model::{Account, DigestKey, DnsAnswers, Envelope, Examination, Reading, Record};

use super::Letter;
use crate::examine::{self, Examiner};

/// What came of a record that holds a mail.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Read {
    /// The verdict; `None` where the record holds no mail that could be read.
    pub examination: Option<Examination>,
    /// The events, and what could not be understood.
    pub reading: Reading,
}

impl Examiner {
    /// Examines the mail of a record and reads what it says about the account.
    pub fn read(
        &self,
        record: &Record,
        account: &Account,
        key: &DigestKey,
        dns: &dyn DnsAnswers,
    ) -> Read {
        let mail = match mail_of(record) {
            Ok(mail) => mail,
            Err((place, says)) => {
                let mut read = Read::default();
                read.reading.problem(place, says);
                return read;
            }
        };
        let envelope = Envelope::default();
        let received = examine::Record {
            mail: &mail,
            envelope: &envelope,
            trust: &account.trusted_authserv_ids,
            at: None,
            now: record.at,
            recipient: None,
        };
        let (examination, seen) = self.examine_with_notice(&received, dns);
        let letter = Letter {
            account,
            record,
            key,
        };
        let reading = super::read(
            self.knowledge(),
            self.catalogue(),
            &examination,
            &seen,
            &letter,
        );
        Read {
            examination: Some(examination),
            reading,
        }
    }
}

/// The mail's bytes; else the place of the trouble and the trouble.
fn mail_of(record: &Record) -> Result<Vec<u8>, (&'static str, &'static str)> {
    match (&record.eml, &record.eml_base64) {
        (Some(text), _) => Ok(text.as_bytes().to_vec()),
        (None, Some(encoded)) => {
            let plain: String = encoded.split_whitespace().collect();
            let decoded = STANDARD.decode(plain);
            decoded.map_err(|_| ("eml_base64", "is not base64; the mail was not read"))
        }
        (None, None) => Err(("eml", "the record holds no mail; nothing was read")),
    }
}
