//! The limit of a plan without latency: a client that lists and reads the same apps and parses the answers, and nothing else.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::Semaphore;

use super::{Outcome, PAGE};

/// How long it takes to list so many apps, and to read and parse so many of them, this many at once, on all cores.
pub fn read(url: &str, apps: usize, wanted: usize, at_once: usize) -> Outcome<Duration> {
    let runtime = tokio::runtime::Runtime::new()?;
    let client = client()?;
    let begin = Instant::now();
    let read = runtime.block_on(read_all(
        client,
        format!("{url}/api/v2/app-builder/apps"),
        apps,
        wanted,
        at_once,
    ))?;
    let took = begin.elapsed();
    match read == wanted {
        true => Ok(took),
        false => Err(format!("{read} of {wanted} apps were read").into()),
    }
}

/// Asks for these one after the other, and lets the answers go.
pub fn get(url: &str, paths: &[String]) -> Outcome<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let client = client()?;
    for path in paths {
        runtime.block_on(async {
            let answer = call(&client, format!("{url}{path}")).send().await?;
            answer.error_for_status()?.bytes().await
        })?;
    }
    Ok(())
}

fn client() -> Outcome<reqwest::Client> {
    // Another user of the library may have chosen the provider already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder();
    Ok(client.tls_certs_only([]).no_proxy().build()?)
}

fn call(client: &reqwest::Client, address: String) -> reqwest::RequestBuilder {
    let call = client.get(address).header("dd-api-key", "a");
    call.header("dd-application-key", "b")
}

async fn read_all(
    client: reqwest::Client,
    url: String,
    apps: usize,
    wanted: usize,
    at_once: usize,
) -> Outcome<usize> {
    let permits = Arc::new(Semaphore::new(at_once));
    let ask = |address: String| {
        let (client, permits) = (client.clone(), Arc::clone(&permits));
        tokio::spawn(async move {
            let _permit = permits.acquire().await;
            let body = call(&client, address)
                .send()
                .await
                .ok()?
                .bytes()
                .await
                .ok()?;
            serde_json::from_slice::<Value>(&body).ok()
        })
    };
    let pages = (0..apps.div_ceil(PAGE))
        .map(|page| ask(format!("{url}?limit={PAGE}&page={page}&sort=created_at")));
    let mut answers = Vec::with_capacity(wanted);
    for page in pages.collect::<Vec<_>>() {
        let page = page.await?.ok_or("a page is no JSON")?;
        let ids = page["data"].as_array().into_iter().flatten();
        let ids = ids.take(wanted - answers.len());
        answers.extend(ids.filter_map(|app| Some(ask(format!("{url}/{}", app["id"].as_str()?)))));
    }
    let mut read = 0;
    for answer in answers {
        read += usize::from(answer.await?.is_some_and(|app| app["data"].is_object()));
    }
    Ok(read)
}
