//! Connections that can be cut.
//!
//! A web framework's handler must answer; it cannot just hang up. So the connection itself can be told to: once cut it
//! accepts no more bytes, HTTP gives up, and the socket closes without an answer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// The handle that cuts one connection.
#[derive(Clone, Debug)]
pub(super) struct Cut(Arc<AtomicBool>);

impl Cut {
    /// Closes the connection; nothing more is sent.
    pub fn cut(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it was cut.
    pub fn is_cut(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Connected<IncomingStream<'_, Lines>> for Cut {
    fn connect_info(stream: IncomingStream<'_, Lines>) -> Self {
        stream.io().cut.clone()
    }
}

/// A listener whose connections can be cut one by one, and all at once by dropping it.
pub(super) struct Lines {
    listener: TcpListener,
    gone: Arc<AtomicBool>,
}

impl Lines {
    /// Takes connections from `listener`.
    pub fn new(listener: TcpListener) -> Self {
        let gone = Arc::new(AtomicBool::new(false));
        Self { listener, gone }
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::Release);
    }
}

impl Listener for Lines {
    type Io = Line;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        // The framework's own listener waits and tries again when the process is out of sockets.
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Small answers in a row must not wait for one another.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot switch off the delay of small packets");
        }
        let line = Line {
            stream,
            cut: Cut(Arc::new(AtomicBool::new(false))),
            gone: Arc::clone(&self.gone),
        };
        (line, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// A connection that fails once it is cut or its server is gone.
pub(super) struct Line {
    stream: TcpStream,
    cut: Cut,
    gone: Arc<AtomicBool>,
}

impl Line {
    fn open(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        if self.cut.is_cut() || self.gone.load(Ordering::Acquire) {
            return Err(io::Error::from(io::ErrorKind::ConnectionAborted));
        }
        Ok(Pin::new(&mut self.stream))
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.open() {
            Ok(stream) => stream.poll_read(cx, buf),
            Err(error) => Poll::Ready(Err(error)),
        }
    }
}

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.open() {
            Ok(stream) => stream.poll_write(cx, buf),
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
