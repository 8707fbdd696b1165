//! The files of a packet as a ZIP, and what a file is by its first bytes.

use std::io::{Cursor, Write};

use jiff::{Timestamp, tz::TimeZone};
use sellkeep_respond::packet::File;

use super::PacketError;

/// The files as a ZIP, all with the time at which the packet was made.
pub fn zipped(files: &[File], made: Timestamp) -> Result<Vec<u8>, PacketError> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated);
    if let Some(time) = time_of(made) {
        options = options.last_modified_time(time);
    }
    for file in files {
        zip.start_file(&file.path, options)?;
        zip.write_all(&file.bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// A ZIP's times are of two seconds and begin in 1980.
fn time_of(at: Timestamp) -> Option<zip::DateTime> {
    let at = at.to_zoned(TimeZone::UTC);
    let part = |value: i8| u8::try_from(value).ok();
    zip::DateTime::from_date_and_time(
        u16::try_from(at.year()).ok()?,
        part(at.month())?,
        part(at.day())?,
        part(at.hour())?,
        part(at.minute())?,
        part(at.second())?,
    )
    .ok()
}

/// What a file is, by its first bytes; a person's word for it is not asked.
pub fn media_type(bytes: &[u8]) -> &'static str {
    const STARTS: &[(&[u8], &str)] = &[
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"%PDF-", "application/pdf"),
    ];
    let known = STARTS.iter().find(|(start, _)| bytes.starts_with(start));
    match known {
        Some((_, kind)) => kind,
        None if std::str::from_utf8(bytes).is_ok() => "text/plain",
        None => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        assert_eq!(media_type(b"%PDF-1.7"), "application/pdf");
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n..."), "image/png");
        assert_eq!(media_type(b"<script>"), "text/plain");
        assert_eq!(media_type(&[0xff, 0, 0xfe]), "application/octet-stream");
    }

    #[test]
    fn files_come_out_of_the_zip_as_they_went_in() {
        let file = |path: &str, bytes: &[u8]| File {
            path: path.to_owned(),
            bytes: bytes.to_vec(),
        };
        let files = [
            file("a.txt", b"hello"),
            file("originals/000.bin", &[7; 5000]),
        ];
        let at = "2026-11-24T10:00:00Z".parse().unwrap();
        let bytes = zipped(&files, at).unwrap();
        assert!(bytes.len() < 1000);
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for expected in &files {
            let mut found = Vec::new();
            let mut inside = zip.by_name(&expected.path).unwrap();
            std::io::Read::read_to_end(&mut inside, &mut found).unwrap();
            assert_eq!(found, expected.bytes);
        }
    }
}
