//! The parts of a plan as one: those that `--shard` made of one repository.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::read::shortened;
use super::{SavedPlan, Summary};

/// Why plans are not the parts of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// There is none.
    #[error("there is no plan")]
    None,
    /// They were made for or from something else.
    #[error("they are not of one {what}: `{one}` and `{other}`")]
    Other {
        /// What differs.
        what: &'static str,
        /// What the first says.
        one: String,
        /// What another says.
        other: String,
    },
    /// One app is in two of them.
    #[error("the app `{key}` is in two of them")]
    Twice {
        /// The app's key.
        key: String,
    },
}

impl SavedPlan {
    /// One plan of parts, of which each app is in one. Its digest is a hash of theirs: it tells plans apart, and no run
    /// makes the same, so each part is applied by itself.
    pub fn merged(plans: Vec<Self>) -> Result<Self, MergeError> {
        let mut digests: Vec<_> = plans.iter().map(|it| it.digest.clone()).collect();
        let mut plans = plans.into_iter();
        let mut whole = plans.next().ok_or(MergeError::None)?;
        if digests.len() == 1 {
            return Ok(whole);
        }
        for part in plans {
            whole.same(&part)?;
            whole.summary.add(&part.summary);
            whole.apps.extend(part.apps);
            whole.findings.extend(part.findings);
        }
        whole.apps.sort_by(|a, b| a.key.cmp(&b.key));
        if let Some(twice) = (whole.apps.windows(2)).find(|pair| pair[0].key == pair[1].key) {
            let key = shortened(&twice[0].key);
            return Err(MergeError::Twice { key });
        }
        // What is wrong with a file as a whole is found for each part.
        let place = |it: &super::Finding| (it.file.clone(), it.line, it.column, it.rule.clone());
        whole.findings.sort_by_key(place);
        whole.findings.dedup();
        digests.sort();
        let hash = Sha256::digest(digests.join("\n"));
        let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        whole.digest = format!("sha256:{digits}");
        Ok(whole)
    }

    fn same(&self, other: &Self) -> Result<(), MergeError> {
        let about = |it: &Self| {
            let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
            BTreeMap::from([
                ("project", it.project.clone()),
                ("environment", known(&it.environment)),
                ("site", it.site.clone()),
                ("commit", known(&it.commit)),
                ("version of ddapps", it.ddapps_version.clone()),
            ])
        };
        let pairs = about(self).into_iter().zip(about(other).into_values());
        for ((what, one), other) in pairs {
            if one != other {
                let (one, other) = (shortened(&one), shortened(&other));
                return Err(MergeError::Other { what, one, other });
            }
        }
        Ok(())
    }
}

impl Summary {
    fn add(&mut self, other: &Self) {
        let Self {
            create,
            update,
            delete,
            adopt,
            publish,
            unpublish,
            no_op,
            refused,
            orphaned,
            waiting,
        } = *other;
        self.create += create;
        self.update += update;
        self.delete += delete;
        self.adopt += adopt;
        self.publish += publish;
        self.unpublish += unpublish;
        self.no_op += no_op;
        self.refused += refused;
        self.orphaned += orphaned;
        self.waiting += waiting;
    }
}
