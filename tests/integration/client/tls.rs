//! Encrypted connections that break, in the handshake and in the middle of an answer.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ddapps::api::{Client, Credentials, Filter, Settings};
use ddapps::http::{self, Endpoint, Roots};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::scripted::quick;

/// What becomes of a connection.
#[derive(Clone, Copy)]
enum Fate {
    /// Reset once the client has begun the handshake.
    ResetInHandshake,
    /// Reset in the middle of the answer to the first request.
    ResetInAnswer,
    /// Answers the first request.
    Answer,
}

/// A server of its own certificate, with a fate for each connection; the last one repeats.
struct Encrypted {
    endpoint: Endpoint,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
    certificate: PathBuf,
    _folder: tempfile::TempDir,
}

async fn encrypted(fates: &'static [Fate]) -> Encrypted {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let certificate = folder.path().join("root.pem");
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = tokio_rustls::rustls::crypto::ring::default_provider();
    let config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], PrivateKeyDer::from(key))
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (connections, requests) = <(Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
    let (connected, requested) = (connections.clone(), requests.clone());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let number = connected.fetch_add(1, Ordering::SeqCst);
            let fate = fates[number.min(fates.len() - 1)];
            let (acceptor, requested) = (acceptor.clone(), requested.clone());
            // A client that goes away is no failure of the server.
            tokio::spawn(async move { serve(stream, &acceptor, fate, &requested).await.ok() });
        }
    });
    Encrypted {
        endpoint: format!("https://localhost:{port}").parse().unwrap(),
        connections,
        requests,
        certificate,
        _folder: folder,
    }
}

async fn serve(
    mut stream: TcpStream,
    acceptor: &TlsAcceptor,
    fate: Fate,
    requests: &AtomicUsize,
) -> std::io::Result<()> {
    // What is closed like this is reset, not ended.
    stream.set_zero_linger()?;
    if matches!(fate, Fate::ResetInHandshake) {
        stream.read_u8().await?;
        return Ok(());
    }
    let mut stream = acceptor.accept(stream).await?;
    let mut request = Vec::new();
    // Small requests come in one piece; the head is enough to know that one came.
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        request.push(stream.read_u8().await?);
    }
    requests.fetch_add(1, Ordering::SeqCst);
    let body = json!({"data": [], "meta": {"page": {"totalCount": 0, "totalFilteredCount": 0}}});
    let body = body.to_string();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    let sent = match fate {
        Fate::ResetInAnswer => &body[..body.len() / 2],
        Fate::ResetInHandshake | Fate::Answer => &body,
    };
    stream.write_all(format!("{head}{sent}").as_bytes()).await?;
    stream.flush().await?;
    if matches!(fate, Fate::Answer) {
        // Until the client closes.
        let _ = stream.read_u8().await;
    }
    Ok(())
}

impl Encrypted {
    fn client(&self) -> Client {
        Client::new(Settings {
            endpoint: self.endpoint.clone(),
            credentials: Credentials::new("the-api-key", "the-application-key").unwrap(),
            http: http::Settings {
                roots: Roots::File(self.certificate.clone()),
                ..quick()
            },
        })
        .unwrap()
    }

    fn counts(&self) -> (usize, usize) {
        (
            self.connections.load(Ordering::SeqCst),
            self.requests.load(Ordering::SeqCst),
        )
    }
}

#[tokio::test]
async fn a_handshake_that_is_reset_is_tried_again() {
    let server = encrypted(&[Fate::ResetInHandshake, Fate::ResetInHandshake, Fate::Answer]).await;
    server.client().list(&Filter::default()).await.unwrap();
    assert_eq!(server.counts(), (3, 1));
}

#[tokio::test]
async fn a_creation_whose_handshakes_are_all_reset_certainly_did_not_happen() {
    let server = encrypted(&[Fate::ResetInHandshake]).await;
    let writer = server.client().writer();
    let error = writer.create(&json!({"name": "x"})).await.unwrap_err();
    assert!(!error.is_ambiguous(), "{error}");
    assert_eq!(server.counts(), (4, 0));
}

#[tokio::test]
async fn an_answer_that_is_reset_is_asked_for_again_where_that_changes_nothing() {
    let server = encrypted(&[Fate::ResetInAnswer, Fate::ResetInAnswer, Fate::Answer]).await;
    server.client().list(&Filter::default()).await.unwrap();
    assert_eq!(server.counts(), (3, 3));
}

#[tokio::test]
async fn a_creation_whose_answer_is_reset_may_have_happened_and_is_sent_once() {
    let server = encrypted(&[Fate::ResetInAnswer, Fate::Answer]).await;
    let writer = server.client().writer();
    let error = writer.create(&json!({"name": "x"})).await.unwrap_err();
    assert!(error.is_ambiguous(), "{error}");
    assert_eq!(server.counts(), (1, 1));
}
