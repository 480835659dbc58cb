//! A recorded call: what was asked, what was answered, and whether the client does and understands the same.

use std::path::{Path, PathBuf};

use ddapps::api::{At, Client, Error};
use ddapps::model::{AppId, LiveApp, Publication, Version};
use serde_json::Value;

use crate::scripted::{Received, Reply, Scripted};

/// The path of all apps.
pub const APPS: &str = "/api/v2/app-builder/apps";

/// A recorded call.
pub struct Call {
    pub file: String,
    pub method: String,
    pub path: String,
    pub version: Option<String>,
    pub headers: Value,
    pub sent: Value,
    pub status: u16,
    pub answer: Value,
}

/// All recorded calls on apps, in the order of the files.
pub fn calls() -> Vec<Call> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    let of_file = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        let calls: Vec<Value> = serde_json::from_str(&text).unwrap();
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let call = move |call: Value| {
            let text = |pointer| {
                call.pointer(pointer)
                    .and_then(Value::as_str)
                    .map(str::to_owned)
            };
            Call {
                file: file.clone(),
                method: text("/request/method").unwrap(),
                path: text("/request/path").unwrap(),
                version: text("/request/query/version"),
                headers: call["request"]["headers"].clone(),
                sent: call["request"]["body"].clone(),
                status: call["response"]["status"].as_u64().unwrap() as u16,
                answer: call["response"]["body"].clone(),
            }
        };
        calls.into_iter().map(call).collect::<Vec<_>>()
    };
    let calls = files.iter().flat_map(of_file);
    calls.filter(|call| call.path.starts_with(APPS)).collect()
}

impl Call {
    pub async fn serve(&self) -> (Scripted, Client) {
        let reply = match self.status {
            204 => Reply::new(204, ""),
            status => Reply::json(status, &self.answer),
        };
        let server = Scripted::play([reply]).await;
        let client = server.client();
        (server, client)
    }

    /// The app that the path names, and what follows it; `None` for the path of all apps.
    pub fn app(&self) -> Option<(Option<AppId>, &str)> {
        let rest = self.path.strip_prefix(APPS)?.strip_prefix('/')?;
        let (id, part) = rest.split_once('/').unwrap_or((rest, ""));
        Some((id.parse().ok(), part))
    }

    pub fn assert_asked(&self, request: &Received) {
        let name = format!("{} {} {}", self.file, self.method, self.path);
        assert_eq!(
            request.line(),
            format!("{} {}", self.method, self.path),
            "{name}"
        );
        assert_eq!(
            request.query_value("version"),
            self.version.as_deref(),
            "{name}"
        );
        for header in ["accept", "content-type"] {
            assert_eq!(
                request.header(header),
                self.headers[header].as_str(),
                "{name} {header}"
            );
        }
        assert_eq!(request.header("dd-api-key"), Some("the-api-key"));
        assert_eq!(
            request.header("dd-application-key"),
            Some("the-application-key")
        );
        let mut sent = self.sent.clone();
        if self.method == "PATCH" {
            // The id in the body is optional, and the path has it.
            sent["data"].as_object_mut().unwrap().remove("id");
        }
        if self.path.ends_with("/tags") {
            // Tags are a set, and are sent sorted.
            let tags = sent["data"]["attributes"]["tags"].as_array_mut().unwrap();
            tags.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        }
        assert_eq!(request.json(), sent, "{name}");
    }

    pub fn assert_refused(&self, error: &Error) {
        assert_eq!(error.status(), Some(self.status), "{}", self.file);
        assert!(!error.is_ambiguous());
        let said = &self.answer["errors"][0];
        for field in ["title", "detail"] {
            let text = said[field].as_str().unwrap_or_default();
            assert!(error.to_string().contains(text), "{}: {error}", self.file);
        }
        for field in ["pointer", "parameter"] {
            let text = said["source"][field].as_str().unwrap_or_default();
            assert!(error.to_string().contains(text), "{}: {error}", self.file);
        }
    }

    pub fn assert_understood(&self, app: &LiveApp) {
        let (data, attributes) = (&self.answer["data"], &self.answer["data"]["attributes"]);
        let meta = &data["meta"];
        let body = app.app.definition.body();
        assert_eq!(app.id.to_string(), data["id"].as_str().unwrap());
        assert_eq!(app.app.name, attributes["name"]);
        assert_eq!(
            app.app.description.as_deref(),
            attributes["description"].as_str()
        );
        assert_eq!(app.app.self_service, attributes["selfService"].as_bool());
        assert_eq!(body.root_instance_name, attributes["rootInstanceName"]);
        assert_eq!(Value::from(body.components), attributes["components"]);
        let queries = attributes
            .get("queries")
            .unwrap_or(&attributes["embeddedQueries"]);
        assert_eq!(Value::from(body.queries), *queries);
        assert!(body.extra.is_empty(), "{:?}", body.extra);
        assert_eq!(app.app.tags.as_ref().map(|tags| tags.len()), Some(0));
        assert_eq!(app.version.0.to_string(), meta["version"].to_string());
        let version_id = app.version_id.map(|id| id.to_string());
        assert_eq!(version_id.as_deref(), meta["version_id"].as_str());
        assert_eq!(app.saved.at, meta["updated_at"]);
        assert_eq!(app.saved.by, meta["user_name"]);
        let nil = "00000000-0000-0000-0000-000000000000";
        let deployed = self.answer["included"][0]["attributes"]["app_version_id"].as_str();
        let expected = match deployed.filter(|id| *id != nil) {
            None => Publication::Unpublished,
            Some(id) if meta["updated_since_deployment"] == true => {
                Publication::Behind(id.parse().ok())
            }
            Some(id) => Publication::Current(id.parse().ok()),
        };
        assert_eq!(app.publication, expected, "{}", self.file);
        assert_eq!(app.app.publish, Some(expected != Publication::Unpublished));
    }

    pub fn version(&self) -> At {
        match self.version.as_deref() {
            None | Some("latest") => At::Latest,
            Some("deployed") => At::Deployed,
            Some(number) => At::Number(Version(number.parse().unwrap())),
        }
    }
}
