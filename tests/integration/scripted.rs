//! A loopback server that plays what a test tells it, down to connections that break: it speaks just enough HTTP/1.1 and
//! knows nothing of the API, so that it can misbehave in ways that no honest server can.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use ddapps::api::{Client, Credentials, Settings};
use ddapps::http::{self, Endpoint, Retry};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    pub method: String,
    pub path: String,
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Received {
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header == name)?;
        Some(&found.1)
    }

    pub fn json(&self) -> Value {
        match self.body.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(&self.body).unwrap(),
        }
    }

    pub fn query_value(&self, name: &str) -> Option<&str> {
        let pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs
            .into_iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }
}

/// What the server does with a request.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    fault: Fault,
    delay: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    /// The connection is closed without an answer.
    Drop,
    /// The answer ends in the middle of its body.
    Truncate,
    /// No answer ever comes.
    Hang,
    /// The answer comes byte by byte, with such a pause after each.
    Drip(Duration),
}

impl Reply {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.into(),
            fault: Fault::None,
            delay: Duration::ZERO,
        }
    }

    pub fn json(status: u16, body: &Value) -> Self {
        Self::new(status, body.to_string()).header("content-type", "application/vnd.api+json")
    }

    pub fn drop() -> Self {
        Self {
            fault: Fault::Drop,
            ..Self::new(200, "")
        }
    }

    pub fn hang() -> Self {
        Self {
            fault: Fault::Hang,
            ..Self::new(200, "")
        }
    }

    pub fn truncated(mut self) -> Self {
        self.fault = Fault::Truncate;
        self
    }

    pub fn dripping(mut self, pause: Duration) -> Self {
        self.fault = Fault::Drip(pause);
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// The running server; it ends with the value.
pub struct Scripted {
    pub endpoint: Endpoint,
    received: Arc<Mutex<Vec<Received>>>,
    task: JoinHandle<()>,
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Scripted {
    /// Plays the replies in the order of the requests, and repeats the last one.
    pub async fn play(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies: Vec<Reply> = replies.into_iter().collect();
        Self::start(move |index, _| replies[index.min(replies.len() - 1)].clone()).await
    }

    /// Answers every request by a function of its number and itself.
    pub async fn start(reply: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let (log, reply) = (received.clone(), Arc::new(reply));
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (log, reply) = (log.clone(), reply.clone());
                let answer = move |request: Received| {
                    let mut log = log.lock().unwrap();
                    log.push(request);
                    reply(log.len() - 1, &log[log.len() - 1])
                };
                // A client that goes away is no failure of the server.
                tokio::spawn(async move { serve(stream, answer).await.ok() });
            }
        });
        Self {
            endpoint: endpoint.parse().unwrap(),
            received,
            task,
        }
    }

    /// What has arrived until now.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// A client of this server that loses no time between attempts.
    pub fn client(&self) -> Client {
        self.client_with(quick())
    }

    pub fn client_with(&self, http: http::Settings) -> Client {
        let credentials = Credentials::new("the-api-key", "the-application-key").unwrap();
        let endpoint = self.endpoint.clone();
        Client::new(Settings {
            endpoint,
            credentials,
            http,
        })
        .unwrap()
    }
}

/// Settings that lose no time between attempts.
pub fn quick() -> http::Settings {
    http::Settings {
        retry: Retry {
            repeats: 3,
            base: Duration::from_millis(1),
            cap: Duration::from_millis(4),
            longest_wait: Duration::from_millis(20),
            patience: Duration::from_millis(200),
        },
        ..http::Settings::default()
    }
}

async fn serve(stream: TcpStream, answer: impl Fn(Received) -> Reply) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(request) = receive(&mut stream).await? {
        let reply = answer(request);
        tokio::time::sleep(reply.delay).await;
        match reply.fault {
            Fault::Drop => return Ok(()),
            Fault::Hang => std::future::pending().await,
            Fault::None | Fault::Truncate | Fault::Drip(_) => {}
        }
        let mut head = format!("HTTP/1.1 {} Scripted\r\n", reply.status);
        for (name, value) in &reply.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if reply.status != 204 {
            head.push_str(&format!("content-length: {}\r\n", reply.body.len()));
        }
        head.push_str("\r\n");
        // One write, or the two would wait for each other's acknowledgement.
        let mut bytes = head.into_bytes();
        match reply.fault {
            Fault::Truncate => bytes.extend(&reply.body[..reply.body.len() / 2]),
            _ => bytes.extend(&reply.body),
        }
        if let Fault::Drip(pause) = reply.fault {
            for byte in bytes {
                stream.write_all(&[byte]).await?;
                tokio::time::sleep(pause).await;
            }
            continue;
        }
        stream.write_all(&bytes).await?;
        if reply.fault == Fault::Truncate {
            return Ok(());
        }
    }
    Ok(())
}

async fn receive(stream: &mut BufReader<TcpStream>) -> std::io::Result<Option<Received>> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (path, query) = (path.to_owned(), query.to_owned());
    let mut headers = Vec::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        let name = name.to_ascii_lowercase();
        if name == "content-length" {
            length = value.parse().unwrap();
        }
        headers.push((name, value.to_owned()));
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(Some(Received {
        method,
        path,
        query,
        headers,
        body,
    }))
}
