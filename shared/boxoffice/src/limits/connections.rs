//! Connections: so many at the same time. One more is told to come again and closed, so that it
//! does not wait for an answer that never comes.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::http::request::Parts;
use axum::serve::{IncomingStream, Listener};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Limits;

/// Connections that are being told to come again; one more is closed without a word.
const REFUSING_MAX: usize = 64;

/// Telling somebody takes at most so long.
const REFUSING_WITHIN: Duration = Duration::from_secs(2);

/// What was sent has to be acknowledged within this time, or the client is gone: a stream of
/// events to a client that vanished without a word ends, and its viewer with it.
const ACKNOWLEDGED_WITHIN: Duration = Duration::from_secs(18);

/// What they are told. The reason stands in the status: nobody has said yet what language to
/// speak.
const REFUSAL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
    Retry-After: 2\r\n\
    Connection: close\r\n\
    Content-Type: application/problem+json\r\n\
    Content-Length: 134\r\n\r\n\
    {\"type\":\"urn:moding:problem:overloaded\",\"title\":\"Overloaded\",\
    \"status\":503,\"detail\":\"Please try again in a moment\",\"code\":\"overloaded\"}";

/// A listener that lets so many connections in at the same time.
pub struct Capped {
    listener: TcpListener,
    limits: Limits,
    open: Arc<Semaphore>,
    refusing: Arc<Semaphore>,
}

/// A connection that counts until it is closed.
pub struct Counted {
    stream: TcpStream,
    _permit: OwnedSemaphorePermit,
}

/// Where a connection comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// Where a request comes from; none in a test without connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedFrom(pub Option<Peer>);

impl<S: Sync> FromRequestParts<S> for AskedFrom {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>();
        Ok(Self(peer.map(|ConnectInfo(peer)| *peer)))
    }
}

impl Capped {
    /// Takes connections from `listener`.
    #[must_use]
    pub fn new(listener: TcpListener, limits: Limits) -> Self {
        Self {
            open: Arc::new(Semaphore::new(limits.connections_max())),
            refusing: Arc::new(Semaphore::new(REFUSING_MAX)),
            listener,
            limits,
        }
    }

    fn refuse(&self, mut stream: TcpStream) {
        self.limits.connection_refused();
        let Ok(permit) = self.refusing.clone().try_acquire_owned() else {
            return;
        };
        tokio::spawn(async move {
            let telling = async {
                stream.write_all(REFUSAL).await?;
                stream.shutdown().await
            };
            // One who does not listen is not told.
            let _ = tokio::time::timeout(REFUSING_WITHIN, telling).await;
            drop(permit);
        });
    }
}

impl Listener for Capped {
    type Io = Counted;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Counted, SocketAddr) {
        loop {
            let (stream, address) = Listener::accept(&mut self.listener).await;
            match self.open.clone().try_acquire_owned() {
                Ok(permit) => {
                    // Where a system cannot, it notices later.
                    let _ = SockRef::from(&stream).set_tcp_user_timeout(Some(ACKNOWLEDGED_WITHIN));
                    let counted = Counted {
                        stream,
                        _permit: permit,
                    };
                    return (counted, address);
                }
                Err(_) => self.refuse(stream),
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, Capped>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Capped>) -> Self {
        Self(*stream.remote_addr())
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
