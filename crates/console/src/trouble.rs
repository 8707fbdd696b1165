//! What can stand in the way of a request, in words for whoever made it.
//!
//! What went wrong inside is written to the log, never into a page.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// Why a request was not answered.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Trouble {
    /// There is no such page or thing, or it is somebody else's.
    #[error("There is nothing here. It may have been removed, or the address is mistyped.")]
    NotFound,
    /// Nobody has signed in.
    #[error("Sign in to see this page.")]
    SignIn,
    /// The second step must be set up first.
    #[error("Set up the second step first.")]
    SecondStep,
    /// The person may not do that.
    #[error("{0}")]
    Forbidden(&'static str),
    /// What was sent cannot be taken.
    #[error("{0}")]
    Refused(String),
    /// Somebody else was faster.
    #[error(
        "Somebody else changed this while you were looking. Go back, reload, and see what they did."
    )]
    Conflict,
    /// Too many bytes.
    #[error("That is too large: a mail has at most 30 MB, a form 64 KB.")]
    TooLarge,
    /// Too many tries.
    #[error("{0}")]
    TooMany(String),
    /// Trouble of ours.
    #[error(
        "Something went wrong on our side; nothing was changed. Try again. If it stays, look at the log of sellkeep serve."
    )]
    Ours,
}

/// The outcome of a handler.
pub type Outcome = Result<Response, Trouble>;

impl Trouble {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Trouble::NotFound => StatusCode::NOT_FOUND,
            Trouble::SignIn => StatusCode::UNAUTHORIZED,
            Trouble::SecondStep | Trouble::Forbidden(_) => StatusCode::FORBIDDEN,
            Trouble::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Trouble::Conflict => StatusCode::CONFLICT,
            Trouble::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Trouble::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Trouble::Ours => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The heading of its page.
    pub fn title(&self) -> &'static str {
        match self {
            Trouble::NotFound => "Not found",
            Trouble::SignIn => "Sign in",
            Trouble::SecondStep => "Second step",
            Trouble::Forbidden(_) => "Not allowed",
            Trouble::Refused(_) => "That did not work",
            Trouble::Conflict => "Changed meanwhile",
            Trouble::TooLarge => "Too large",
            Trouble::TooMany(_) => "Wait a little",
            Trouble::Ours => "Trouble",
        }
    }
}

/// The page around it is made by `dress`, which knows who is asking.
impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<sellkeep_store::Error> for Trouble {
    fn from(error: sellkeep_store::Error) -> Trouble {
        match error {
            sellkeep_store::Error::Conflict { .. } => Trouble::Conflict,
            sellkeep_store::Error::Name { .. } => Trouble::NotFound,
            other => Trouble::ours(&other),
        }
    }
}

impl From<crate::packets::PacketError> for Trouble {
    fn from(error: crate::packets::PacketError) -> Trouble {
        use crate::packets::PacketError;
        match error {
            PacketError::NoIncident => Trouble::NotFound,
            PacketError::Store(error) => error.into(),
            other => Trouble::ours(&other),
        }
    }
}

impl Trouble {
    /// Notes what went wrong inside. The texts of the store carry no value from a row.
    pub fn ours(error: &dyn std::error::Error) -> Trouble {
        eprintln!("sellkeep: answering a page: {error}");
        let mut cause = error.source();
        while let Some(inner) = cause {
            eprintln!("sellkeep:   because: {inner}");
            cause = inner.source();
        }
        Trouble::Ours
    }
}

impl From<askama::Error> for Trouble {
    fn from(error: askama::Error) -> Trouble {
        Trouble::ours(&error)
    }
}
