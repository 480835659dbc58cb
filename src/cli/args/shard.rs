//! Which part of a repository a job works on: said by number, or taken from the pipeline that runs the jobs.

use std::str::FromStr;

use ddapps::model::Shard;

/// A part as the command line names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// This one.
    Given(Shard),
    /// The one that the pipeline has for this job; of so many, where the pipeline does not say.
    Pipeline(Option<u32>),
}

/// The variables by which a pipeline numbers its parallel jobs: the job's number, the number of jobs, the first job's number.
type Numbering = (&'static str, Option<&'static str>, u32);

/// GitLab, Buildkite, CircleCI, Azure, Kubernetes. Kubernetes tells no number of jobs.
const NUMBERINGS: [Numbering; 5] = [
    ("CI_NODE_INDEX", Some("CI_NODE_TOTAL"), 1),
    (
        "BUILDKITE_PARALLEL_JOB",
        Some("BUILDKITE_PARALLEL_JOB_COUNT"),
        0,
    ),
    ("CIRCLE_NODE_INDEX", Some("CIRCLE_NODE_TOTAL"), 0),
    (
        "SYSTEM_JOBPOSITIONINPHASE",
        Some("SYSTEM_TOTALJOBSINPHASE"),
        1,
    ),
    ("JOB_COMPLETION_INDEX", None, 0),
];

impl Part {
    /// The part that is meant, with what the environment's variables say.
    pub fn shard(self, variable: impl Fn(&str) -> Option<String>) -> Result<Shard, String> {
        let wanted = match self {
            Self::Given(shard) => return Ok(shard),
            Self::Pipeline(wanted) => wanted,
        };
        let found = NUMBERINGS.iter().find_map(|numbering| {
            let index = variable(numbering.0).filter(|it| !it.is_empty())?;
            Some((numbering, index))
        });
        let Some(((name, total, first), index)) = found else {
            let names = NUMBERINGS.map(|(name, ..)| name).join(", ");
            return Err(format!(
                "no pipeline says which part this job is: {names} are not set"
            ));
        };
        let number = |name: &str, text: &str| {
            (text.parse::<u32>()).map_err(|_| format!("{name} is `{text}`, which is no number"))
        };
        let index = number(name, &index)?.checked_sub(*first);
        let said = match total.and_then(|total| Some((total, variable(total)?))) {
            Some((total, text)) => Some(number(total, &text)?),
            None => None,
        };
        let count = match (said, wanted) {
            (Some(said), Some(wanted)) if said != wanted => {
                return Err(format!("the pipeline runs {said} jobs, not {wanted}"));
            }
            (Some(count), _) | (None, Some(count)) => count,
            (None, None) => {
                return Err(format!(
                    "{name} does not say of how many: write `auto/N` with the number of jobs"
                ));
            }
        };
        let index = index.and_then(|it| it.checked_add(1));
        (index.and_then(|index| Shard::new(index, count)))
            .ok_or_else(|| format!("{name} is no part of {count}"))
    }
}

impl FromStr for Part {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("auto") {
            Some("") => Ok(Self::Pipeline(None)),
            Some(count) => (count.strip_prefix('/'))
                .and_then(|count| count.parse().ok())
                .filter(|count| *count > 0)
                .map(|count| Self::Pipeline(Some(count)))
                .ok_or_else(|| format!("`{text}` is not `auto` or `auto/N`")),
            None => text.parse().map(Self::Given),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(text: &str, variables: &[(&str, &str)]) -> Result<(u32, u32), String> {
        let value = |name: &str| {
            let found = variables.iter().find(|(it, _)| *it == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let shard = text.parse::<Part>()?.shard(value)?;
        Ok((shard.index, shard.count))
    }

    #[test]
    fn each_pipeline_numbers_its_jobs_in_its_own_way() {
        for (variables, expected) in [
            ([("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "3")], (1, 3)),
            (
                [
                    ("BUILDKITE_PARALLEL_JOB", "0"),
                    ("BUILDKITE_PARALLEL_JOB_COUNT", "3"),
                ],
                (1, 3),
            ),
            (
                [("CIRCLE_NODE_INDEX", "2"), ("CIRCLE_NODE_TOTAL", "3")],
                (3, 3),
            ),
            (
                [
                    ("SYSTEM_JOBPOSITIONINPHASE", "2"),
                    ("SYSTEM_TOTALJOBSINPHASE", "2"),
                ],
                (2, 2),
            ),
        ] {
            assert_eq!(shard("auto", &variables), Ok(expected));
        }
        let kubernetes = [("JOB_COMPLETION_INDEX", "2")];
        assert_eq!(shard("auto/4", &kubernetes), Ok((3, 4)));
        assert_eq!(shard("2/5", &kubernetes), Ok((2, 5)));
    }

    #[test]
    fn a_part_that_nothing_says_is_refused() {
        let wrong = |text, variables| shard(text, variables).unwrap_err();
        assert!(wrong("auto", &[]).contains("CI_NODE_INDEX"));
        assert!(wrong("auto", &[("JOB_COMPLETION_INDEX", "2")]).contains("auto/N"));
        assert!(wrong("auto/2", &[("JOB_COMPLETION_INDEX", "2")]).contains("no part of 2"));
        assert!(wrong("auto", &[("CI_NODE_INDEX", "x")]).contains("no number"));
        let gitlab = [("CI_NODE_INDEX", "0"), ("CI_NODE_TOTAL", "3")];
        assert!(wrong("auto", &gitlab).contains("no part of 3"));
        assert!(wrong("auto/2", &[("CI_NODE_INDEX", "1"), gitlab[1]]).contains("3 jobs, not 2"));
        for text in ["auto/", "auto/0", "auto/x", "automatic", "0/3"] {
            assert!(text.parse::<Part>().is_err(), "{text}");
        }
    }
}
