//! The least HTTP client that will do: one kept connection, no parsing beyond the length. A
//! full client would need more of the two cores than the server.

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// One connection.
pub(crate) struct Wire {
    stream: BufReader<TcpStream>,
}

impl Wire {
    pub(crate) async fn open(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port))
            .await
            .expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        Self {
            stream: BufReader::new(stream),
        }
    }

    /// Posts `body`; the status and the answer.
    pub(crate) async fn post(&mut self, path: &str, body: &str) -> (u16, Value) {
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: moding\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        let stream = self.stream.get_mut();
        stream
            .write_all(request.as_bytes())
            .await
            .expect("it is sent");
        let (mut line, mut status, mut length) = (String::new(), 0, 0);
        loop {
            line.clear();
            self.stream.read_line(&mut line).await.expect("an answer");
            let head = line.trim_end().to_ascii_lowercase();
            if let Some(rest) = head.strip_prefix("http/1.1 ") {
                status = rest.get(..3).and_then(|it| it.parse().ok()).unwrap_or(0);
            } else if let Some(rest) = head.strip_prefix("content-length: ") {
                length = rest.parse().unwrap_or(0);
            } else if head.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.stream
            .read_exact(&mut body)
            .await
            .expect("the whole answer");
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }
}
