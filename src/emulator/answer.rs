//! What the server says back: a status, a content type and bytes.
//!
//! Every error form of the API is made here, so that a change of wording happens in one place. Nothing here decides
//! *which* answer is right.

use axum::body::Bytes;
use serde_json::{Value, json};
use uuid::Uuid;

use super::switch::{ErrorForm, ForbiddenBody};

/// The media type of the App Builder API, errors included.
const JSON_API: &str = "application/vnd.api+json";
/// The media type of the gateway in front of it.
const JSON: &str = "application/json";

/// One answer, before it meets HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The content type; none goes with an empty body.
    pub content_type: Option<&'static str>,
    /// The body as sent.
    pub body: Bytes,
}

impl Answer {
    /// A JSON document of the App Builder API.
    pub fn json(status: u16, body: &Value) -> Self {
        Self::bytes(status, Bytes::from(body.to_string()))
    }

    /// A JSON document that was written out before.
    pub fn bytes(status: u16, body: Bytes) -> Self {
        Self {
            status,
            content_type: Some(JSON_API),
            body,
        }
    }

    /// 204: neither a body nor a content type.
    pub fn no_content() -> Self {
        Self {
            status: 204,
            content_type: None,
            body: Bytes::new(),
        }
    }

    /// The gateway's form of an error: a list of strings.
    pub fn gateway(status: u16, text: &str) -> Self {
        Self {
            status,
            content_type: Some(JSON),
            body: Bytes::from(json!({ "errors": [text] }).to_string()),
        }
    }

    /// The page that a proxy shows when nothing behind it answers.
    pub fn html(status: u16, title: &str) -> Self {
        let page = format!(
            "<html>\r\n<head><title>{status} {title}</title></head>\r\n<body><h1>{status} {title}</h1></body>\r\n</html>\r\n"
        );
        Self {
            status,
            content_type: Some("text/html"),
            body: Bytes::from(page),
        }
    }

    /// 403: missing or wrong keys, or a key that is not registered.
    pub fn forbidden(form: ForbiddenBody) -> Self {
        match form {
            ForbiddenBody::Gateway => Self::gateway(403, "Forbidden"),
            ForbiddenBody::JsonApi => Self::json(
                403,
                &json!({ "errors": [{ "status": "403", "title": "Forbidden", "detail": "the application key is not registered" }] }),
            ),
            ForbiddenBody::Extended => Self {
                status: 403,
                content_type: Some(JSON),
                body: Bytes::from(
                    json!({ "status": "error", "code": 403, "errors": ["Forbidden"], "statuspage": "http://status.datadoghq.com" }).to_string(),
                ),
            },
        }
    }
}

/// What a refused request is told, in the words that all error forms share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    status: u16,
    title: String,
    detail: String,
    source: Option<Value>,
}

impl Problem {
    /// A problem whose detail is its title.
    pub fn new(status: u16, title: impl Into<String>) -> Self {
        let title = title.into();
        Self {
            status,
            detail: title.clone(),
            title,
            source: None,
        }
    }

    /// The same problem with more to say.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// A fault in the body, at a JSON pointer.
    pub fn at(pointer: impl Into<String>, title: impl Into<String>) -> Self {
        let mut problem = Self::new(400, title);
        problem.source = Some(json!({ "pointer": pointer.into() }));
        problem
    }

    /// A fault in a path or query parameter.
    pub fn parameter(name: &str, title: impl Into<String>) -> Self {
        let mut problem = Self::new(400, title);
        problem.source = Some(json!({ "parameter": name }));
        problem
    }

    /// A field that must be there is missing or empty.
    pub fn missing(pointer: impl Into<String>) -> Self {
        Self::at(pointer, "missing required field")
    }

    /// No such app, or not any more: the API tells no difference.
    pub fn app_not_found(id: Uuid) -> Self {
        Self::new(404, "app not found").detail(format!("app with id {id} not found"))
    }

    /// The answer in the form of one age of the API; `id` is the id of this very error.
    pub fn answer(&self, form: ErrorForm, id: Uuid) -> Answer {
        let Self {
            status,
            title,
            detail,
            source,
        } = self;
        let mut item = match form {
            ErrorForm::Newest => {
                json!({ "status": status.to_string(), "id": id, "title": title, "detail": detail })
            }
            ErrorForm::Title => json!({ "title": title }),
            ErrorForm::TitleAndDetail => json!({ "title": title, "detail": title }),
            ErrorForm::Detail => json!({ "detail": title }),
        };
        if let Some(source) = source {
            item["source"] = source.clone();
        }
        Answer::json(*status, &json!({ "errors": [item] }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(form: ErrorForm) -> String {
        let answer = Problem::missing("/data/attributes/name").answer(form, Uuid::nil());
        String::from_utf8(answer.body.to_vec()).expect("JSON is UTF-8")
    }

    #[test]
    fn every_age_of_the_error_form_keeps_the_source() {
        for form in [
            ErrorForm::Newest,
            ErrorForm::Title,
            ErrorForm::TitleAndDetail,
            ErrorForm::Detail,
        ] {
            assert!(item(form).contains(r#""source":{"pointer":"/data/attributes/name"}"#));
        }
    }

    #[test]
    fn the_newest_form_has_status_id_title_and_detail() {
        let text = item(ErrorForm::Newest);
        for key in ["\"status\":\"400\"", "\"id\"", "\"title\"", "\"detail\""] {
            assert!(text.contains(key), "{key} in {text}");
        }
    }

    #[test]
    fn the_old_forms_have_only_what_they_had() {
        assert!(!item(ErrorForm::Title).contains("detail"));
        assert!(!item(ErrorForm::Detail).contains("title"));
    }
}
