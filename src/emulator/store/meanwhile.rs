//! What somebody else does to an app while a client is at work.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::Store;
use super::app::User;
use crate::emulator::answer::{Answer, Problem};

/// Something that somebody else does to an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Saves a new version with one more component.
    Save,
    /// Saves the newest version once more, as it is.
    SaveAgain,
    /// Makes the newest version live.
    Publish,
    /// Takes it offline.
    Unpublish,
    /// Adds a tag.
    Tag,
    /// Deletes it.
    Delete,
}

impl Deed {
    /// Each of them once, so that tests can try them all.
    pub fn all() -> [Self; 6] {
        [
            Self::Save,
            Self::SaveAgain,
            Self::Publish,
            Self::Unpublish,
            Self::Tag,
            Self::Delete,
        ]
    }

    /// The tag that [`Deed::Tag`] adds.
    pub const TAG: &str = "team:somebody-else";
    /// The component that [`Deed::Save`] adds.
    pub const COMPONENT: &str = "fromSomebodyElse";
    /// Who does all this.
    pub const NAME: &str = "somebody.else@example.com";
}

impl Store {
    /// Lets somebody else do something; refused where the API would refuse it.
    pub fn meanwhile(&mut self, id: Uuid, deed: Deed) -> Answer {
        self.deed(id, deed)
            .unwrap_or_else(|problem| self.refuse(&problem))
    }

    fn deed(&mut self, id: Uuid, deed: Deed) -> Result<Answer, Problem> {
        match deed {
            Deed::Save => self.saved_by_other(id, |content| {
                let component = json!({
                    "type": "text", "name": Deed::COMPONENT, "events": [], "properties": {},
                });
                if let Some(Value::Array(components)) = content.get_mut("components") {
                    components.push(component);
                }
            }),
            Deed::SaveAgain => self.saved_by_other(id, |_| ()),
            Deed::Publish => self.publish(id),
            Deed::Unpublish => self.unpublish(id),
            Deed::Tag => {
                self.change(id)?.tags.push(Deed::TAG.to_owned());
                Ok(Answer::no_content())
            }
            Deed::Delete => self.delete(id),
        }
    }

    fn saved_by_other(
        &mut self,
        id: Uuid,
        edit: impl FnOnce(&mut Map<String, Value>),
    ) -> Result<Answer, Problem> {
        let mut content = Map::clone(&self.app(id)?.newest.content);
        edit(&mut content);
        self.push(id, Arc::new(content))?;
        self.change(id)?.newest.author = Some(User::named(Deed::NAME));
        Ok(Answer::no_content())
    }
}
