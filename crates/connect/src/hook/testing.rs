//! Requests for the tests of signatures.

use jiff::Timestamp;

use super::HookRequest;

/// A moment for tests that need none in particular.
pub(crate) const NOW: Timestamp = Timestamp::UNIX_EPOCH;

/// A hook with these headers and bytes.
pub(crate) fn request<'a>(headers: &'a [(&'a str, &'a str)], body: &'a [u8]) -> HookRequest<'a> {
    HookRequest {
        method: "POST",
        path_and_query: "/hooks",
        headers,
        body,
    }
}
