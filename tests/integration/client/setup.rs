//! A client is made on every machine, and only with certificates that somebody chose.

use std::collections::BTreeSet;
use std::process::Command;

use ddapps::api::{At, Client, Credentials, Filter, Settings, endpoint};
use ddapps::http::{self, Roots, SetupError};
use ddapps::model::AppId;
use ddapps::model::Site;
use serde_json::Value;
use uuid::Uuid;

fn client(roots: Roots) -> Result<Client, SetupError> {
    let site: Site = "datadoghq.eu".parse().unwrap();
    Client::new(Settings {
        endpoint: endpoint(site),
        credentials: Credentials::new("a", "b").unwrap(),
        http: http::Settings {
            roots,
            ..http::Settings::default()
        },
    })
}

#[test]
fn a_client_is_made_with_the_roots_of_the_system() {
    assert!(client(Roots::System).is_ok());
}

#[test]
fn a_client_is_made_where_the_system_has_no_roots() {
    // The system's roots are looked for in the environment first, which is a whole process's, so this is another one.
    let child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "client::setup::a_client_is_made_with_the_roots_of_the_system",
        ])
        .env("SSL_CERT_FILE", "/nonexistent/roots.pem")
        .env("SSL_CERT_DIR", "/nonexistent")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success() && printed.contains("1 passed"),
        "{printed}"
    );
}

#[test]
fn a_file_without_certificates_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roots.pem");
    let error = client(Roots::File(path.clone())).err().unwrap();
    assert!(matches!(error, SetupError::RootsUnreadable { .. }));
    assert!(error.to_string().contains("roots.pem"));
    for text in [
        "",
        "hello",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
    ] {
        std::fs::write(&path, text).unwrap();
        let error = client(Roots::File(path.clone())).err().unwrap();
        assert!(error.to_string().contains("roots.pem"), "{text}: {error}");
    }
}

#[test]
fn calls_can_be_spawned() {
    fn assert_send(_: impl Send) {}
    let client = client(Roots::System).unwrap();
    let (writer, id) = (client.writer(), AppId(Uuid::from_u128(1)));
    assert_send(client.list(&Filter::default()));
    assert_send(client.app(id, At::Latest));
    assert_send(client.versions(id));
    assert_send(writer.create(&Value::Null));
    assert_send(writer.update(id, &Value::Null));
    assert_send(writer.delete_many(&[id]));
    assert_send(writer.set_tags(id, &BTreeSet::new()));
}
