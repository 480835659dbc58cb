//! What a turn came to, as the documents that the other commands print.

use ddapps::model::Texts;
use ddapps::render::{self, Document};
use serde_json::{Value, json};

use super::outcome::Outcome;
use crate::cli::args::Global;
use crate::cli::keys::secrets;
use crate::cli::output;

/// The documents of a turn by their names, each as it is written.
pub type CameTo = Vec<(&'static str, String)>;

/// The documents of a turn, each on one line.
pub fn came_to(global: &Global, outcome: &Outcome, full: bool) -> CameTo {
    let text = |document| output::json_line(global, document, full);
    match outcome {
        Outcome::Invalid(_, findings) => {
            let document = text(Document::findings(findings, &Texts::new()));
            let findings = serde_json::from_str(&document)
                .map_or(Value::Null, |mut document: Value| {
                    document["findings"].take()
                });
            vec![("findings", render::event(&findings))]
        }
        Outcome::Failed(error, _) => {
            let secrets = secrets();
            let mut chain = error
                .chain()
                .map(|it| render::masked(&it.to_string(), &secrets));
            let message = chain.next();
            let error = json!({"message": message, "causes": chain.collect::<Vec<_>>()});
            vec![("error", render::event(&error))]
        }
        Outcome::Planned(planned) => {
            let mut came_to = vec![("plan", text(planned.document()))];
            let copies = planned.copies().into_iter().map(
                |(key, id, url)| json!({"key": key.as_str(), "id": id.to_string(), "url": url}),
            );
            if planned.is_draft {
                came_to.push(("copies", render::event(&copies.collect())));
            }
            if let Some(report) = planned.report() {
                came_to.push(("report", text(report)));
            }
            came_to
        }
    }
}
