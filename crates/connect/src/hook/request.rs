//! A hook as it came in: method, path, headers, raw bytes.

use super::Refusal;

/// Larger than any hook of any source here (the largest, an order with all its lines, stay
/// below 1 MB), and small enough that hashing it costs little.
pub const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A hook as it came in.
#[derive(Debug, Clone, Copy)]
pub struct HookRequest<'a> {
    /// `POST`.
    pub method: &'a str,
    /// Path with query, as in the request line.
    pub path_and_query: &'a str,
    /// Header fields in their order; a name may stand more than once.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body's bytes as received, before any decoding.
    pub body: &'a [u8],
}

impl<'a> HookRequest<'a> {
    /// The one header field of that name, whatever its letter case.
    pub(crate) fn header(&self, name: &'static str) -> Result<&'a str, Refusal> {
        let mut values = self
            .headers
            .iter()
            .filter(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim());
        match (values.next(), values.next()) {
            (None, _) => Err(Refusal::HeaderMissing(name)),
            (Some(value), None) => Ok(value),
            (Some(_), Some(_)) => Err(Refusal::HeaderTwice(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_counts_once_whatever_its_letter_case() {
        let request = |headers| HookRequest {
            method: "POST",
            path_and_query: "/",
            headers,
            body: b"",
        };
        let name = "X-Name";
        assert_eq!(request(&[("x-name", " a ")]).header(name), Ok("a"));
        assert_eq!(
            request(&[]).header(name),
            Err(Refusal::HeaderMissing("X-Name"))
        );
        assert_eq!(
            request(&[("x-name", "a"), ("X-NAME", "b")]).header(name),
            Err(Refusal::HeaderTwice("X-Name"))
        );
    }
}
