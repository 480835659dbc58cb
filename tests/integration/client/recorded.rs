//! Every recorded call of the App Builder API is made again through the client: it must ask what was asked, and
//! understand what was answered.
//!
//! Left out, since the client has no such operation: blueprints, tag list, favourite. Calls with an id that is no uuid
//! cannot be made at all; their error bodies are served all the same.

use ddapps::api::{Client, Deletion, Error, Filter};
use ddapps::model::{AppId, ProtectionLevel, Version};

use super::recording::{APPS, Call, calls};

/// Makes the calls that `wanted` selects, and returns how many there were.
async fn each(
    wanted: impl Fn(&Call) -> bool,
    mut make: impl AsyncFnMut(&Call, &Client) -> Result<(), Error>,
) -> usize {
    let mut made = 0;
    for call in calls().iter().filter(|call| wanted(call)) {
        let (server, client) = call.serve().await;
        match make(call, &client).await {
            Ok(()) => assert!(call.status < 300 || matches!(call.status, 404 | 410)),
            Err(error) => call.assert_refused(&error),
        }
        call.assert_asked(&server.received()[0]);
        assert_eq!(server.received().len(), 1, "{}", call.file);
        made += 1;
    }
    made
}

/// Selects calls on one app, or on a part of it, whose id is one.
fn on(method: &str, part: &str) -> impl Fn(&Call) -> bool {
    move |call| {
        let same = |(id, found): (Option<AppId>, &str)| id.is_some() && found == part;
        call.method == method && call.app().is_some_and(same)
    }
}

fn id(call: &Call) -> AppId {
    call.app().unwrap().0.unwrap()
}

#[tokio::test]
async fn apps_are_read_as_recorded() {
    let made = each(on("GET", ""), async |call, client| {
        match client.app(id(call), call.version()).await? {
            Some(app) => call.assert_understood(&app),
            None => assert!(matches!(call.status, 404 | 410)),
        }
        Ok(())
    })
    .await;
    assert_eq!(made, 98);
}

#[tokio::test]
async fn apps_are_created_as_recorded() {
    let create = |call: &Call| call.method == "POST" && call.path == APPS;
    let made = each(create, async |call, client| {
        let id = client
            .writer()
            .create(&call.sent["data"]["attributes"])
            .await?;
        assert_eq!(id.to_string(), call.answer["data"]["id"]);
        Ok(())
    })
    .await;
    assert_eq!(made, 62);
}

#[tokio::test]
async fn apps_are_updated_as_recorded() {
    let made = each(on("PATCH", ""), async |call, client| {
        let attributes = &call.sent["data"]["attributes"];
        call.assert_understood(&client.writer().update(id(call), attributes).await?);
        Ok(())
    })
    .await;
    assert_eq!(made, 11);
}

#[tokio::test]
async fn apps_are_deleted_as_recorded() {
    let made = each(on("DELETE", ""), async |call, client| {
        let gone = match call.status {
            404 => Deletion::AlreadyGone,
            _ => Deletion::Deleted,
        };
        assert_eq!(client.writer().delete(id(call)).await?, gone);
        Ok(())
    })
    .await;
    assert_eq!(made, 66);
}

#[tokio::test]
async fn several_apps_are_deleted_as_recorded() {
    // One recording names an id that is no uuid.
    let many = |call: &Call| call.method == "DELETE" && call.path == APPS && call.status != 400;
    let made = each(many, async |call, client| {
        let named = call.sent["data"].as_array().unwrap();
        let ids: Vec<AppId> = named
            .iter()
            .map(|item| item["id"].as_str().unwrap().parse().unwrap())
            .collect();
        let deleted = client.writer().delete_many(&ids).await?;
        assert_eq!(deleted, ids.into_iter().collect());
        Ok(())
    })
    .await;
    assert_eq!(made, 7);
}

#[tokio::test]
async fn publications_are_made_and_ended_as_recorded() {
    let deployment =
        |call: &Call| on("POST", "deployment")(call) || on("DELETE", "deployment")(call);
    let made = each(deployment, async |call, client| {
        let deployed = match call.method.as_str() {
            "POST" => client.writer().publish(id(call)).await?,
            _ => client.writer().unpublish(id(call)).await?,
        };
        let version = &call.answer["data"]["attributes"]["app_version_id"];
        match deployed.version_id {
            Some(id) => assert_eq!(id.to_string(), *version),
            None => assert_eq!(version, "00000000-0000-0000-0000-000000000000"),
        }
        assert_eq!(deployed.version_id.is_some(), call.method == "POST");
        Ok(())
    })
    .await;
    assert_eq!(made, 30);
}

#[tokio::test]
async fn settings_are_changed_as_recorded() {
    let patch = |call: &Call| {
        let parts = ["self-service", "protection-level", "tags", "version-name"];
        parts.iter().any(|part| on("PATCH", part)(call))
    };
    let made = each(patch, async |call, client| {
        let (writer, attributes) = (client.writer(), &call.sent["data"]["attributes"]);
        match call.app().unwrap().1 {
            "self-service" => writer.set_self_service(id(call), true).await,
            "tags" => {
                let tags = attributes["tags"].as_array().unwrap();
                let tags = tags.iter().map(|tag| tag.as_str().unwrap().to_owned());
                writer.set_tags(id(call), &tags.collect()).await
            }
            "version-name" => {
                let name = attributes["name"].as_str().unwrap();
                writer.name_version(id(call), call.version(), name).await
            }
            _ => {
                let level = ProtectionLevel::ApprovalRequired;
                let shown = writer.set_protection_level(id(call), level).await?;
                assert_eq!(shown, Some(level));
                Ok(())
            }
        }
    })
    .await;
    assert_eq!(made, 4);
}

#[tokio::test]
async fn a_revert_is_asked_for_as_recorded() {
    let made = each(on("POST", "revert"), async |call, client| {
        client
            .writer()
            .revert(id(call), call.version())
            .await
            .map(drop)
    })
    .await;
    assert_eq!(made, 1);
}

#[tokio::test]
async fn versions_are_listed_as_recorded() {
    let made = each(on("GET", "versions"), async |call, client| {
        let versions = client.versions(id(call)).await?;
        let shown = &call.answer["data"][0];
        assert_eq!(versions.len(), 1);
        assert_eq!(versions[0].id.to_string(), shown["id"]);
        assert_eq!(versions[0].version, Version(1));
        assert_eq!(versions[0].saved.by, shown["attributes"]["user_uuid"]);
        assert_eq!(versions[0].name, None);
        assert!(!versions[0].ever_published);
        Ok(())
    })
    .await;
    assert_eq!(made, 1);
}

#[tokio::test]
async fn recorded_listings_that_show_less_than_they_announce_are_incomplete() {
    for call in calls()
        .iter()
        .filter(|call| call.method == "GET" && call.path == APPS)
    {
        let (server, client) = call.serve().await;
        let shown = call.answer["data"].as_array().unwrap().len() as u64;
        let count = call.answer["meta"]["page"]["totalFilteredCount"]
            .as_u64()
            .unwrap();
        match client.list(&Filter::default()).await {
            Ok(apps) => assert_eq!((apps.len() as u64, count), (shown, shown)),
            Err(Error::IncompleteListing {
                announced,
                shown: found,
                ..
            }) => {
                assert_eq!((announced, found), (count, shown));
                assert!(shown < count);
            }
            Err(other) => panic!("{other}"),
        }
        call.assert_asked(&server.received()[0]);
    }
}

#[tokio::test]
async fn every_recorded_error_body_is_understood() {
    let errors = calls().into_iter().filter(|call| call.status >= 400);
    let mut read = 0;
    for call in errors {
        let (_server, client) = call.serve().await;
        let any = AppId(uuid::Uuid::from_u128(1));
        call.assert_refused(&client.versions(any).await.unwrap_err());
        read += 1;
    }
    assert_eq!(read, 54);
}
