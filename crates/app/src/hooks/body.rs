//! Reads a body within its limits: bytes, time, and memory of all bodies together.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use futures_util::StreamExt as _;
use sellkeep_connect::hook::BODY_BYTES_MAX;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A marketplace sends its body at once; whoever takes longer wants to hold us up.
const BODY_WITHIN: Duration = Duration::from_secs(10);
/// Memory of all bodies at a time, in KiB: sixteen of the largest, thousands of usual ones.
const MEMORY_KIB: usize = 64 * 1024;

/// Memory for bodies, and how long one may take.
pub struct Room {
    memory: Arc<Semaphore>,
    within: Duration,
}

/// A body, and the memory it takes while it is looked at.
pub struct Held {
    /// The bytes as received.
    pub bytes: Vec<u8>,
    memory: Vec<OwnedSemaphorePermit>,
}

impl Room {
    /// Empty room.
    pub fn new() -> Room {
        Room {
            memory: Arc::new(Semaphore::new(MEMORY_KIB)),
            within: BODY_WITHIN,
        }
    }

    /// Reads a body, or says with which status it is refused.
    pub async fn read(&self, body: Body) -> Result<Held, StatusCode> {
        let read = tokio::time::timeout(self.within, self.collect(body));
        read.await.unwrap_or(Err(StatusCode::REQUEST_TIMEOUT))
    }

    async fn collect(&self, body: Body) -> Result<Held, StatusCode> {
        let mut held = Held {
            bytes: Vec::new(),
            memory: Vec::new(),
        };
        let mut taken_kib = 0;
        let mut pieces = body.into_data_stream();
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|_| StatusCode::BAD_REQUEST)?;
            let all = held.bytes.len() + piece.len();
            if all > BODY_BYTES_MAX {
                return Err(StatusCode::PAYLOAD_TOO_LARGE);
            }
            let more_kib = all.div_ceil(1024) - taken_kib;
            let more = u32::try_from(more_kib).unwrap_or(u32::MAX);
            let permit = Arc::clone(&self.memory).try_acquire_many_owned(more);
            held.memory
                .push(permit.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?);
            taken_kib += more_kib;
            held.bytes.extend_from_slice(&piece);
        }
        Ok(held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn memory_is_given_back_and_never_exceeded() {
        let room = Room::new();
        let body = || Body::from(vec![b'x'; BODY_BYTES_MAX]);
        let mut held = Vec::new();
        for _ in 0..16 {
            held.push(room.read(body()).await.expect("room"));
        }
        let refused = room.read(Body::from("x")).await.err();
        assert_eq!(refused, Some(StatusCode::SERVICE_UNAVAILABLE));
        held.pop();
        assert!(room.read(body()).await.is_ok());
        let large = room.read(Body::from(vec![b'x'; BODY_BYTES_MAX + 1])).await;
        assert_eq!(large.err(), Some(StatusCode::PAYLOAD_TOO_LARGE));
    }

    #[tokio::test]
    async fn a_body_that_never_ends_ends() {
        let endless = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
        let room = Room {
            within: Duration::from_millis(20),
            ..Room::new()
        };
        let read = room.read(Body::from_stream(endless)).await;
        assert_eq!(read.err(), Some(StatusCode::REQUEST_TIMEOUT));
    }
}
