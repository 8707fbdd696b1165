//! A connection that is cut after a number of bytes from the server.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A port that leads to another one, until so many bytes came back.
pub async fn cutting(to: u16, mut bytes: usize) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let (near, _) = listener.accept().await.expect("a client");
        let far = TcpStream::connect(("127.0.0.1", to))
            .await
            .expect("the server");
        let (mut near_read, mut near_write) = near.into_split();
        let (mut far_read, mut far_write) = far.into_split();
        let up = tokio::spawn(async move { tokio::io::copy(&mut near_read, &mut far_write).await });
        let mut piece = vec![0; 1024];
        while bytes > 0 {
            let want = bytes.min(piece.len());
            match far_read.read(&mut piece[..want]).await {
                Ok(0) | Err(_) => break,
                Ok(came) => {
                    bytes -= came;
                    if near_write.write_all(&piece[..came]).await.is_err() {
                        break;
                    }
                }
            }
        }
        up.abort();
    });
    port
}
