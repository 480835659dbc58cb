//! The words that App Builder is known to use: types of components and queries, their properties, events and reactions.
//!
//! Known from the API reference and from real apps; the product grows, so a word that is not here is unknown and not
//! wrong. Editors offer and explain these words, and `validate` recognises slips of the finger by them. What a value must
//! be for the app to work is not known here.

mod component;
mod event;
mod query;

pub use component::COMPONENTS;
pub use event::{EVENTS, REACTIONS, Reaction};
pub use query::{QUERIES, SPEC};

/// Something with properties: a type of component or query.
#[derive(Clone, Copy, Debug)]
pub struct Type {
    /// The API's `type`.
    pub name: &'static str,
    /// What it is, for people.
    pub about: &'static str,
    /// Its own properties, without those that every component has.
    pub properties: &'static [Property],
}

/// A known property.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// Its key.
    pub name: &'static str,
    /// What kind of value it takes.
    pub kind: Kind,
    /// What it does, for people.
    pub about: &'static str,
}

/// What kind of value a property takes. In place of each an expression may stand.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A text.
    Text,
    /// `true` or `false`; the editor also saves them as strings.
    Flag,
    /// A number; the editor also saves it as a string.
    Number,
    /// One of these words, or one that is not known here.
    Word(&'static [&'static str]),
    /// A mapping.
    Map,
    /// Anything.
    Value,
    /// The columns of a table.
    Columns,
    /// The buttons of a table's rows: components in the raw shape.
    RowButtons,
    /// The tabs of a `tabs`.
    Tabs,
}

const fn of(name: &'static str, kind: Kind, about: &'static str) -> Property {
    Property { name, kind, about }
}

/// What nearly every component has.
pub const COMMON: [Property; 1] = [of(
    "isVisible",
    Kind::Flag,
    "Whether the component and what is in it are shown. Often an expression, such as `${!!select0.value}`.",
)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_stands_once_and_is_explained() {
        for types in [&COMPONENTS[..], &QUERIES[..]] {
            let mut names: Vec<_> = types.iter().map(|it| it.name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), types.len());
            for it in types {
                let mut properties: Vec<_> = it.properties.iter().map(|it| it.name).collect();
                properties.sort_unstable();
                properties.dedup();
                assert_eq!(properties.len(), it.properties.len(), "{}", it.name);
                let texts = it.properties.iter().map(|it| it.about);
                for about in texts.chain([it.about]) {
                    assert!(about.ends_with('.'), "{}: {about}", it.name);
                }
            }
        }
    }
}
