//! Masks every text and value of the format that could hold a credential. What is masked already stays as it is, so a
//! plan that was read back can be masked again.

use serde_json::Value;

use crate::render::redact::Mask;

use super::drift::{Base, DriftedApp, Save, SavedDrift};
use super::{
    App, Around, Change, Component, Drift, Expects, File, Finding, Live, Op, Place, Refusal,
    Remark, SavedPlan, Step,
};

impl SavedPlan {
    /// The same with every value masked. What is masked already stays.
    pub(in crate::render) fn masked(self, mask: &Mask) -> Self {
        Self {
            project: mask.text(&self.project),
            environment: self.environment.map(|it| mask.text(&it)),
            site: mask.text(&self.site),
            commit: self.commit.map(|it| mask.text(&it)),
            apps: (self.apps.into_iter()).map(|it| it.masked(mask)).collect(),
            findings: (self.findings.into_iter())
                .map(|it| it.masked(mask))
                .collect(),
            format_version: self.format_version,
            ddapps_version: self.ddapps_version,
            digest: self.digest,
            summary: self.summary,
        }
    }
}

impl App {
    pub(super) fn masked(self, mask: &Mask) -> Self {
        Self {
            key: mask.text(&self.key),
            id: self.id.map(|it| mask.text(&it)),
            url: self.url.map(|it| mask.text(&it)),
            name: mask.text(&self.name),
            file: self.file.map(|it| File {
                path: mask.text(&it.path),
                line: it.line,
            }),
            steps: self.steps.into_iter().map(|it| it.masked(mask)).collect(),
            changes: self.changes.into_iter().map(|it| it.masked(mask)).collect(),
            components: (self.components.into_iter())
                .map(|(name, it)| (mask.text(&name), it.masked(mask)))
                .collect(),
            connections: (self.connections.iter())
                .map(|(id, alias)| (mask.text(id), mask.text(alias)))
                .collect(),
            layout: self.layout.map(|it| it.masked(mask)),
            live: self.live.map(|it| it.masked(mask)),
            drift: self.drift.into_iter().map(|it| it.masked(mask)).collect(),
            refusal: self.refusal.map(|it| it.masked(mask)),
            notes: self.notes.into_iter().map(|it| it.masked(mask)).collect(),
            action: self.action,
            orphaned: self.orphaned,
        }
    }
}

impl SavedDrift {
    /// The same with every value masked. What is masked already stays.
    pub(in crate::render) fn masked(self, mask: &Mask) -> Self {
        Self {
            project: mask.text(&self.project),
            environment: self.environment.map(|it| mask.text(&it)),
            site: mask.text(&self.site),
            commit: self.commit.map(|it| mask.text(&it)),
            apps: (self.apps.into_iter()).map(|it| it.masked(mask)).collect(),
            format_version: self.format_version,
            ddapps_version: self.ddapps_version,
            summary: self.summary,
        }
    }
}

impl DriftedApp {
    fn masked(self, mask: &Mask) -> Self {
        // What it has in common with an app of a plan is masked as there.
        let app = self.as_app().masked(mask);
        let text = |it: &String| mask.text(it);
        Self {
            key: app.key,
            id: app.id,
            name: app.name,
            url: app.url,
            file: app.file,
            changes: app.changes,
            components: app.components,
            connections: app.connections,
            layout: app.layout,
            live: app.live,
            drift: app.drift,
            refusal: app.refusal,
            notes: app.notes,
            base: self.base.map(|it| Base {
                commit: it.commit.as_ref().map(text),
                ..it
            }),
            saves: self.saves.into_iter().map(|it| it.masked(mask)).collect(),
            unversioned: self.unversioned.iter().map(text).collect(),
            state: self.state,
            unmarked: self.unmarked,
        }
    }
}

impl Save {
    pub(super) fn masked(self, mask: &Mask) -> Self {
        Self {
            by: mask.text(&self.by),
            at: mask.text(&self.at),
            name: self.name.as_ref().map(|it| mask.text(it)),
            ..self
        }
    }
}

impl Step {
    fn masked(self, mask: &Mask) -> Self {
        let text = |it: String| mask.text(&it);
        Self {
            target: self.target.map(text),
            expects: self.expects.map(|it| Expects {
                version_id: it.version_id.map(text),
                ..it
            }),
            tags: self.tags.map(|tags| tags.into_iter().map(text).collect()),
            level: self.level.map(text),
            title: self.title.map(text),
            description: self.description.map(text),
            name: self.name.map(text),
            body: self.body.map(|it| mask.value(&it)),
            kind: self.kind,
            self_service: self.self_service,
            components: self.components,
            queries: self.queries,
            version: self.version,
        }
    }
}

impl Change {
    pub(super) fn masked(self, mask: &Mask) -> Self {
        let value = |value: &Value| match self.op {
            // A place: the names in its path are not those of values.
            Op::Move => mask.value(value),
            Op::Add | Op::Remove | Op::Change => mask.at(&self.path, value),
        };
        Self {
            before: value(&self.before),
            after: value(&self.after),
            path: mask.text(&self.path),
            place: self.place.map(|it| Place {
                parent: it.parent.map(|it| mask.text(&it)),
                ..it
            }),
            followed: self.followed.iter().map(|it| mask.text(it)).collect(),
            op: self.op,
        }
    }
}

impl Component {
    pub(super) fn masked(self, mask: &Mask) -> Self {
        let text = |it: String| mask.text(&it);
        let within = self.within.into_iter().map(|it| Around {
            kind: text(it.kind),
            name: text(it.name),
            title: it.title.map(text),
        });
        Self {
            within: within.collect(),
            kind: text(self.kind),
            title: self.title.map(text),
            holds: self.holds.map(text),
        }
    }
}

impl Live {
    fn masked(self, mask: &Mask) -> Self {
        Self {
            published_version_id: self.published_version_id.map(|it| mask.text(&it)),
            saved_by: mask.text(&self.saved_by),
            saved_at: mask.text(&self.saved_at),
            ..self
        }
    }
}

impl Drift {
    fn masked(self, mask: &Mask) -> Self {
        Self {
            path: mask.text(&self.path),
            by: mask.text(&self.by),
            at: mask.text(&self.at),
            ..self
        }
    }
}

impl Refusal {
    pub(super) fn masked(self, mask: &Mask) -> Self {
        Self {
            code: mask.text(&self.code),
            message: mask.text(&self.message),
            help: mask.text(&self.help),
        }
    }
}

impl Remark {
    pub(in crate::render) fn masked(self, mask: &Mask) -> Self {
        Self {
            code: mask.text(&self.code),
            message: mask.text(&self.message),
        }
    }
}

impl Finding {
    pub(in crate::render) fn masked(self, mask: &Mask) -> Self {
        Self {
            rule: mask.text(&self.rule),
            file: self.file.map(|it| mask.text(&it)),
            message: mask.text(&self.message),
            help: self.help.map(|it| mask.text(&it)),
            ..self
        }
    }
}
