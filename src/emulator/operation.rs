//! Which operation a call asks for, with everything in it checked that can be checked without the store.
//!
//! Pure: a call in, an [`Operation`] or the [`Problem`] with it out.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::answer::Problem;
use super::call::{Call, Query, uuid};

/// Where the API lives on its host.
pub const BASE: &str = "/api/v2/app-builder";

const APPS: &str = "appDefinitions";

/// A valid call.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Lists apps.
    List(Listing),
    /// Creates an app from these attributes.
    Create(Map<String, Value>),
    /// Deletes several apps.
    DeleteMany(Vec<Uuid>),
    /// An operation on one app.
    App(Uuid, AppOperation),
    /// Lists the tags of all apps.
    ListTags,
    /// Lists blueprints, of which an emulated organisation has none.
    ListBlueprints,
    /// Looks for one blueprint, in vain.
    GetBlueprint(Uuid),
}

/// What is asked of one app.
#[derive(Clone, Debug, PartialEq)]
pub enum AppOperation {
    /// The app at a version.
    Get(VersionRef),
    /// New attributes, which make a new version.
    Update(Map<String, Value>),
    /// Deletes it.
    Delete,
    /// Makes the newest version live.
    Publish,
    /// Takes it offline.
    Unpublish,
    /// Turns self-service on or off.
    SelfService(bool),
    /// Sets the protection level.
    Protect(String),
    /// Replaces the tags.
    SetTags(Vec<String>),
    /// Marks it as a favourite, or not.
    Favorite(bool),
    /// Asks for an approval, with a title and a description.
    RequestPublish(String, String),
    /// Makes an old version the newest again.
    Revert(VersionRef),
    /// Names a version.
    NameVersion(VersionRef, String),
    /// Lists the versions.
    Versions(Page),
}

/// A version as a query names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionRef {
    /// The newest.
    Latest,
    /// The one that is live.
    Deployed,
    /// One by number.
    Number(u64),
}

impl VersionRef {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "latest" => Some(Self::Latest),
            "deployed" => Some(Self::Deployed),
            number => number.parse().ok().map(Self::Number),
        }
    }
}

/// Which part of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Items a page, if said.
    pub limit: Option<usize>,
    /// The page's number, if said.
    pub number: Option<usize>,
}

impl Page {
    fn take(query: &mut Query) -> Result<Self, Problem> {
        Ok(Self {
            limit: query.parsed("limit", |text| text.parse().ok().filter(|limit| *limit > 0))?,
            number: query.parsed("page", |text| text.parse().ok())?,
        })
    }
}

/// What a list of apps is filtered and sorted by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Which part of it.
    pub page: Page,
    /// By the creator's name.
    pub user_name: Option<String>,
    /// By the creator's id.
    pub user_uuid: Option<Uuid>,
    /// By the app's name.
    pub name: Option<String>,
    /// By the app's or the creator's name.
    pub query: Option<String>,
    /// By whether it is live.
    pub deployed: Option<bool>,
    /// By tags, as given.
    pub tags: Option<String>,
    /// By whether it is a favourite.
    pub favorite: Option<bool>,
    /// By whether it is open to self-service.
    pub self_service: Option<bool>,
    /// What to sort by, most important first.
    pub sort: Vec<Sort>,
}

/// One field to sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The field.
    pub by: SortField,
    /// Greatest first.
    pub descending: bool,
}

/// The fields that apps can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortField {
    /// The app's name.
    Name,
    /// When it was made.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
    /// Its creator's name.
    UserName,
}

/// Finds out what `call` asks for.
pub fn parse(call: &Call) -> Result<Operation, Problem> {
    let not_found =
        || Problem::new(404, "not found").detail(format!("no such path: {}", call.path));
    let path = call.path.strip_prefix(BASE).ok_or_else(not_found)?;
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (call.method.as_str(), segments.as_slice()) {
        ("GET", ["apps"]) => list(call),
        ("POST", ["apps"]) => plain(call, || Ok(Operation::Create(call.resource(APPS)?.1))),
        ("DELETE", ["apps"]) => plain(call, || Ok(Operation::DeleteMany(call.ids(APPS)?))),
        ("GET", ["tags"]) => empty(call, Operation::ListTags),
        ("GET", ["blueprints"]) => {
            let mut query = Query::of(call);
            Page::take(&mut query)?;
            query.finish()?;
            call.no_body()?;
            Ok(Operation::ListBlueprints)
        }
        ("GET", ["blueprints", "slugs" | "integration-id", _]) => {
            empty(call, Operation::ListBlueprints)
        }
        ("GET", ["blueprint", id]) => {
            let id = uuid(id)
                .ok_or_else(|| Problem::parameter("blueprintId", "invalid path parameter"))?;
            empty(call, Operation::GetBlueprint(id))
        }
        (method, ["apps", id, rest @ ..]) => {
            let asked = of_app(method, rest).ok_or_else(not_found)?;
            let id =
                uuid(id).ok_or_else(|| Problem::parameter("appId", "invalid path parameter"))?;
            Ok(Operation::App(id, asked(call, id)?))
        }
        _ => Err(not_found()),
    }
}

type Reader = fn(&Call, Uuid) -> Result<AppOperation, Problem>;

/// The reader of an operation on one app, if there is such an operation.
fn of_app(method: &str, rest: &[&str]) -> Option<Reader> {
    use AppOperation as Op;
    Some(match (method, rest) {
        ("GET", []) => |call, _| Ok(Op::Get(optional_version(call)?)),
        ("PATCH", []) => update,
        ("DELETE", []) => |call, _| empty(call, Op::Delete),
        ("POST", ["deployment"]) => |call, _| empty(call, Op::Publish),
        ("DELETE", ["deployment"]) => |call, _| empty(call, Op::Unpublish),
        ("PATCH", ["self-service"]) => |call, _| {
            plain(call, || {
                Ok(Op::SelfService(boolean(
                    call,
                    "selfService",
                    "selfService",
                )?))
            })
        },
        ("PATCH", ["favorite"]) => |call, _| {
            plain(call, || {
                Ok(Op::Favorite(boolean(call, "favorites", "favorite")?))
            })
        },
        ("PATCH", ["protection-level"]) => |call, _| plain(call, || Ok(Op::Protect(level(call)?))),
        ("PATCH", ["tags"]) => |call, _| {
            plain(call, || {
                Ok(Op::SetTags(tags(&call.attribute("tags", "tags")?)?))
            })
        },
        ("POST", ["publish-request"]) => |call, _| plain(call, || publish_request(call)),
        ("POST", ["revert"]) => |call, _| revert(call),
        ("PATCH", ["version-name"]) => |call, _| name_version(call),
        ("GET", ["versions"]) => |call, _| versions(call),
        _ => return None,
    })
}

/// A call without a query.
fn plain<T>(call: &Call, read: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
    Query::of(call).finish()?;
    read()
}

/// A call without a query and without a body.
fn empty<T>(call: &Call, operation: T) -> Result<T, Problem> {
    plain(call, || call.no_body().map(|()| operation))
}

/// An update may name the app in its body too, and then it must be the same.
fn update(call: &Call, id: Uuid) -> Result<AppOperation, Problem> {
    let (named, attributes) = plain(call, || call.resource(APPS))?;
    match named {
        Some(named) if uuid(&named) != Some(id) => {
            Err(Problem::at("/data/id", "invalid field").detail("the id is not that of the path"))
        }
        _ => Ok(AppOperation::Update(attributes)),
    }
}

fn list(call: &Call) -> Result<Operation, Problem> {
    let mut query = Query::of(call);
    let mut listing = Listing {
        page: Page::take(&mut query)?,
        user_name: query.take("filter[user_name]"),
        user_uuid: query.parsed("filter[user_uuid]", uuid)?,
        name: query.take("filter[name]"),
        query: query.take("filter[query]"),
        deployed: query.parsed("filter[deployed]", |text| text.parse().ok())?,
        tags: query.take("filter[tags]"),
        favorite: query.parsed("filter[favorite]", |text| text.parse().ok())?,
        self_service: query.parsed("filter[self_service]", |text| text.parse().ok())?,
        sort: Vec::new(),
    };
    // Joined by commas as the official clients do, or repeated as the specification's default style has it.
    while let Some(fields) = query.parsed("sort", |text| {
        text.split(',').map(sort).collect::<Option<Vec<_>>>()
    })? {
        listing.sort.extend(fields);
    }
    query.finish()?;
    call.no_body()?;
    Ok(Operation::List(listing))
}

fn sort(text: &str) -> Option<Sort> {
    let (descending, name) = match text.strip_prefix('-') {
        Some(name) => (true, name),
        None => (false, text),
    };
    let by = match name {
        "name" => SortField::Name,
        "created_at" => SortField::CreatedAt,
        "updated_at" => SortField::UpdatedAt,
        "user_name" => SortField::UserName,
        _ => return None,
    };
    Some(Sort { by, descending })
}

fn optional_version(call: &Call) -> Result<VersionRef, Problem> {
    let mut query = Query::of(call);
    let version = query.parsed("version", VersionRef::parse)?;
    query.finish()?;
    call.no_body()?;
    Ok(version.unwrap_or(VersionRef::Latest))
}

fn required_version(call: &Call) -> Result<VersionRef, Problem> {
    let mut query = Query::of(call);
    let version = query.required("version")?;
    query.finish()?;
    VersionRef::parse(&version)
        .ok_or_else(|| Problem::parameter("version", "invalid query parameter"))
}

fn revert(call: &Call) -> Result<AppOperation, Problem> {
    let version = required_version(call)?;
    call.no_body()?;
    if version == VersionRef::Latest {
        return Err(Problem::parameter("version", "invalid query parameter")
            .detail("cannot revert to `latest`"));
    }
    Ok(AppOperation::Revert(version))
}

fn name_version(call: &Call) -> Result<AppOperation, Problem> {
    let version = required_version(call)?;
    let name = text(
        &call.attribute("versionNames", "name")?,
        "/data/attributes/name",
    )?;
    Ok(AppOperation::NameVersion(version, name))
}

fn versions(call: &Call) -> Result<AppOperation, Problem> {
    let mut query = Query::of(call);
    let page = Page::take(&mut query)?;
    query.finish()?;
    call.no_body()?;
    Ok(AppOperation::Versions(page))
}

fn publish_request(call: &Call) -> Result<AppOperation, Problem> {
    let (_, attributes) = call.resource("publishRequest")?;
    let title = attributes.get("title").unwrap_or(&Value::Null);
    let title = text(title, "/data/attributes/title")?;
    let description = match attributes.get("description") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(description)) => description.clone(),
        Some(_) => return Err(Problem::at("/data/attributes/description", "invalid field")),
    };
    Ok(AppOperation::RequestPublish(title, description))
}

fn boolean(call: &Call, kind: &str, name: &str) -> Result<bool, Problem> {
    call.attribute(kind, name)?
        .as_bool()
        .ok_or_else(|| Problem::at(format!("/data/attributes/{name}"), "invalid field"))
}

fn level(call: &Call) -> Result<String, Problem> {
    match call.attribute("protectionLevel", "protectionLevel")? {
        Value::String(level) if is_level(&level) => Ok(level),
        _ => Err(Problem::at(
            "/data/attributes/protectionLevel",
            "invalid field",
        )),
    }
}

/// Whether a protection level of this name exists.
pub fn is_level(text: &str) -> bool {
    matches!(text, "direct_publish" | "approval_required")
}

/// A list of strings.
pub fn tags(value: &Value) -> Result<Vec<String>, Problem> {
    let invalid = || Problem::at("/data/attributes/tags", "invalid field");
    let Value::Array(items) = value else {
        return Err(invalid());
    };
    items
        .iter()
        .map(|item| item.as_str().map(str::to_owned).ok_or_else(invalid))
        .collect()
}

/// A text that must not be empty; an empty one counts as missing.
pub fn text(value: &Value, pointer: &str) -> Result<String, Problem> {
    match value {
        Value::String(text) if !text.is_empty() => Ok(text.clone()),
        Value::String(_) | Value::Null => Err(Problem::missing(pointer)),
        _ => Err(Problem::at(pointer, "invalid field")),
    }
}

#[cfg(test)]
mod tests;
