//! What nobody knows about the API, as switches.
//!
//! Each switch stands for an open question (the section of the API notes is named); its first value is what is recorded
//! or likeliest, and the default. A client is right only if it survives every value of every one of them.

/// Declares the enums, [`Switches`] and the table of names from one list, so that they cannot part.
macro_rules! switches {
    ($($(#[$doc:meta])* $name:literal $field:ident: $kind:ident {
        $(#[$first_doc:meta])* $first:ident = $first_name:literal,
        $($(#[$value_doc:meta])* $value:ident = $value_name:literal),+ $(,)?
    })+) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
            pub enum $kind {
                $(#[$first_doc])* #[default] $first,
                $($(#[$value_doc])* $value),+
            }
        )+

        /// How this server answers the open questions.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Switches { $($(#[$doc])* pub $field: $kind),+ }

        /// Every switch with its values, the default first.
        const ALL: &[(&str, &[&str])] = &[$(($name, &[$first_name, $($value_name),+])),+];

        impl Switches {
            /// Sets a switch by name, as `--switch name=value` does.
            pub fn set(&mut self, name: &str, value: &str) -> Result<(), UnknownSwitch> {
                match (name, value) {
                    $(
                        ($name, $first_name) => self.$field = $kind::$first,
                        $(($name, $value_name) => self.$field = $kind::$value,)+
                    )+
                    _ => return Err(UnknownSwitch::new(name, value)),
                }
                Ok(())
            }
        }
    };
}

switches! {
    /// The status of publishing what is already live (API notes 14.1).
    "republish" republish: Republish { BadRequest = "400", Conflict = "409" }
    /// The status of unpublishing twice in a row (14.1).
    "reunpublish" reunpublish: Reunpublish { BadRequest = "400", Conflict = "409" }
    /// The status of publishing under `approval_required` (14.1).
    "publish-under-approval" publish_under_approval: PublishUnderApproval {
        Forbidden = "403", BadRequest = "400", Conflict = "409",
    }
    /// When GET and update answers show `protectionLevel` (14.2).
    "protection-level-in-get" protection_level_in_get: ProtectionLevelInGet {
        /// Once it was set, whatever the value.
        OnceSet = "once-set",
        Never = "never",
        /// The default level too.
        Always = "always",
    }
    /// When list items show `protectionLevel` (14.2).
    "protection-level-in-list" protection_level_in_list: ProtectionLevelInList {
        Never = "never", OnceSet = "once-set", Always = "always",
    }
    /// What list items show as `updated_at`: nothing promises that it is what the app itself shows (4).
    "updated-at-in-list" updated_at_in_list: UpdatedAtInList {
        Exact = "exact",
        /// The time of creation, whatever was saved since.
        Created = "created",
        Absent = "absent",
    }
    /// Whether list items show deployments; no listed app had one in the recordings (4).
    "deployment-in-list" deployment_in_list: DeploymentInList { Present = "present", Absent = "absent" }
    /// The number of the first page of the app and version lists (14.3).
    "first-page" first_page: FirstPage {
        Zero = "zero",
        /// Pages 0 and 1 are the same page.
        ZeroOrOne = "zero-or-one",
        /// Page 0 is empty.
        One = "one",
    }
    /// The largest page; a greater `limit` is quietly lowered to it (14.3).
    "max-limit" max_limit: MaxLimit { Hundred = "100", Ten = "10", Thousand = "1000" }
    /// Whether `tags` in a create body have effect; recorded in 2025: none (14.4).
    "tags-in-create" tags_in_create: TagsInCreate { Ignored = "ignored", Honoured = "honoured" }
    /// Whether `tags` in an update body have effect (14.4).
    "tags-in-update" tags_in_update: TagsInUpdate { Ignored = "ignored", Honoured = "honoured" }
    /// Whether `selfService` in a create or update body has effect (14.4).
    "self-service-in-body" self_service_in_body: SelfServiceInBody { Ignored = "ignored", Honoured = "honoured" }
    /// What a change of tags or self-service moves (14.5).
    "settings-change" settings_change: SettingsChange {
        Nothing = "nothing",
        UpdatedAt = "updated-at",
        /// A new version with the same content.
        Version = "version",
    }
    /// The body of a 403 for keys that are missing, wrong or not registered (14.6).
    "forbidden-body" forbidden_body: ForbiddenBody {
        /// A list of strings.
        Gateway = "gateway",
        /// A list of objects.
        JsonApi = "json-api",
        /// A list of strings beside further top-level keys.
        Extended = "extended",
    }
    /// How `filter[name]` matches (14.7).
    "name-filter" name_filter: NameFilter {
        /// Anywhere in the name, whatever the case.
        Substring = "substring",
        Exact = "exact",
        /// One of the name's words, as an index of words would.
        Word = "word",
    }
    /// How `filter[tags]` reads several tags (14.7).
    "tags-filter" tags_filter: TagsFilter {
        /// Separated by commas; an app must have all.
        All = "all",
        /// Separated by commas; an app must have one.
        Any = "any",
        /// The whole value is one tag.
        Whole = "whole",
    }
    /// What a delete of many does when some ids are unknown (14.8).
    "delete-many-partial" delete_many_partial: DeleteManyPartial {
        /// 404, nothing deleted.
        Nothing = "nothing",
        /// 404, the known ones deleted.
        KnownThen404 = "known-then-404",
        /// 200, the known ones deleted and echoed.
        Known = "known",
    }
    /// The status of `version=deployed` for an app that is not published (14.9).
    "deployed-when-unpublished" deployed_when_unpublished: DeployedWhenUnpublished { Gone = "410", NotFound = "404" }
    /// Whether GET lists `relationships.connections` (14.11).
    "connections-relationship" connections_relationship: ConnectionsRelationship { Absent = "absent", Present = "present" }
    /// Whether attributes that no document names are kept (14.11).
    "extra-attributes" extra_attributes: ExtraAttributes { Kept = "kept", Dropped = "dropped" }
    /// Whether GET and update answers carry `meta.version_id` and `meta.run_as_user`; servers before 2025-09 did not (3.1).
    "version-id" version_id: VersionId { Present = "present", Absent = "absent" }
    /// The `app_version_id` in the answer to a publish request (3.13).
    "publish-request-version" publish_request_version: PublishRequestVersion { Nil = "nil", Newest = "newest" }
    /// How numbers in definitions come back (5).
    "number-form" number_form: NumberForm {
        /// As sent.
        Kept = "kept",
        /// Without zeros at the end: `1.0` as `1`.
        Shortened = "shortened",
    }
    /// The keys of an error item, by the age of the server (7).
    "error-form" error_form: ErrorForm {
        /// `status`, `id`, `title`, `detail`: since 2025-09.
        Newest = "newest",
        /// Only `title`: 2025-01-30 to 2025-03.
        Title = "title",
        /// `title` and the same text as `detail`: 2025-01-09.
        TitleAndDetail = "title-and-detail",
        /// Only `detail`: 2024-12.
        Detail = "detail",
    }
}

impl Switches {
    /// Every switch by name with the names of its values, the default first.
    pub fn all() -> &'static [(&'static str, &'static [&'static str])] {
        ALL
    }
}

/// No switch of that name, or no such value of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownSwitch {
    /// The name is not one.
    #[error("no switch `{name}`; there are {}", names.join(", "))]
    Name {
        /// What was asked for.
        name: String,
        /// What there is.
        names: Vec<&'static str>,
    },
    /// The switch has no such value.
    #[error("switch `{name}` cannot be `{value}`, only {}", values.join(", "))]
    Value {
        /// The switch.
        name: String,
        /// What was asked for.
        value: String,
        /// What there is.
        values: &'static [&'static str],
    },
}

impl UnknownSwitch {
    fn new(name: &str, value: &str) -> Self {
        match ALL.iter().find(|(known, _)| *known == name) {
            Some((_, values)) => Self::Value {
                name: name.to_owned(),
                value: value.to_owned(),
                values,
            },
            None => Self::Name {
                name: name.to_owned(),
                names: ALL.iter().map(|(known, _)| *known).collect(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_value_can_be_set_and_the_first_is_the_default() {
        for (name, values) in Switches::all() {
            let mut seen = Vec::new();
            for value in *values {
                let mut switches = Switches::default();
                switches.set(name, value).expect("listed");
                assert!(
                    !seen.contains(&switches),
                    "`{name}={value}` changes nothing"
                );
                seen.push(switches);
            }
            assert_eq!(seen.first(), Some(&Switches::default()), "{name}");
        }
    }

    #[test]
    fn an_unknown_switch_is_told_the_names_and_an_unknown_value_the_values() {
        let mut switches = Switches::default();
        let name = switches
            .set("republsh", "400")
            .expect_err("no such switch")
            .to_string();
        assert!(name.contains("republish"), "{name}");
        let value = switches
            .set("republish", "500")
            .expect_err("no such value")
            .to_string();
        assert!(value.contains("400, 409"), "{value}");
    }
}
