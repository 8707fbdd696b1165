//! Why a hook is not believed, in words for the log and the Eyes panel.
//!
//! No word of the request stands in it but the name of a header and the name of a key.

use thiserror::Error;

/// Why a hook is not believed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The body is larger than any genuine hook.
    #[error("the hook's body is larger than the limit; it was not read")]
    TooLarge,
    /// No secret is stored for this source.
    #[error("no secret is stored for this source; enter the one that the marketplace shows")]
    NoSecret,
    /// A header that the signature needs is missing.
    #[error("the hook has no header `{0}`; it is not signed as this source signs")]
    HeaderMissing(&'static str),
    /// A header that decides stands twice: which one counts is a guess, so none does.
    #[error("the hook has the header `{0}` more than once")]
    HeaderTwice(&'static str),
    /// A header cannot be read.
    #[error("the hook's header `{0}` cannot be read; it is not signed as this source signs")]
    HeaderUnreadable(&'static str),
    /// The signature is not of these bytes, or not by this secret.
    #[error("the hook's signature does not fit: changed on its way, or made with another secret")]
    WrongSignature,
    /// The signed time is too long ago.
    #[error("the hook was signed too long ago; it may be an old one sent again")]
    TooOld,
    /// The signed time is in the future.
    #[error("the hook's time lies in the future; compare this machine's clock")]
    TooNew,
    /// The named key is not at hand: fetch it and try again.
    #[error("the key `{0}` that signed the hook is not at hand yet")]
    KeyMissing(String),
    /// A key at hand cannot be used.
    #[error("the key that signed the hook cannot be used")]
    KeyUnusable,
    /// The certificate is not at hand: fetch it from this address and try again.
    #[error("the certificate that signed the hook is not at hand yet")]
    CertificateMissing(String),
    /// The certificate's address is not the source's own.
    #[error("the hook names a certificate elsewhere than at its own source")]
    CertificateElsewhere,
    /// The certificate is not the source's, has expired or comes from an unknown authority.
    #[error("the certificate that signed the hook is not one of its source's")]
    CertificateUnusable,
    /// The signature is of a kind that this source does not use.
    #[error("the hook is signed in a way that this source does not use")]
    UnknownAlgorithm,
}
