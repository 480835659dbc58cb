//! Where people look at a run: the page of its job, and what the job keeps. Told by the variables of the pipeline.

use std::path::{Component, Path};

use super::{Provider, Surroundings};

impl Surroundings {
    /// The page of the job that runs, for whoever wants to see more.
    pub fn job(&self) -> Option<String> {
        let variable = |name| self.variable(name);
        Some(match self.pipeline()? {
            Provider::Github => format!(
                "{}/{}/actions/runs/{}",
                variable("GITHUB_SERVER_URL")?,
                variable("GITHUB_REPOSITORY")?,
                variable("GITHUB_RUN_ID")?
            ),
            Provider::Gitlab => variable("CI_JOB_URL")?.to_owned(),
            Provider::Bitbucket => format!(
                "https://bitbucket.org/{}/pipelines/results/{}",
                variable("BITBUCKET_REPO_FULL_NAME")?,
                variable("BITBUCKET_BUILD_NUMBER")?
            ),
            Provider::Azure => format!(
                "{}/{}/_build/results?buildId={}",
                variable("SYSTEM_COLLECTIONURI")?.trim_end_matches('/'),
                variable("SYSTEM_TEAMPROJECT")?.replace(' ', "%20"),
                variable("BUILD_BUILDID")?
            ),
        })
    }

    /// The page where the host shows a file that the job keeps as an artifact. Whether it does is up to the pipeline.
    ///
    /// GitLab has one for each file of the repository's folder, Azure one for all artifacts of a run. On GitHub the
    /// address has a number that is known only after the upload, and Bitbucket has none beside the job's.
    pub fn artifact(&self, file: &Path) -> Option<String> {
        match self.pipeline()? {
            Provider::Gitlab => {
                let inside = file.strip_prefix(self.variable("CI_PROJECT_DIR")?).ok()?;
                let names = inside.components().map(|it| match it {
                    Component::Normal(name) => name.to_str(),
                    _ => None,
                });
                let path = names.collect::<Option<Vec<_>>>()?.join("/");
                Some(format!("{}/artifacts/file/{path}", self.job()?))
            }
            Provider::Azure => {
                let list = "view=artifacts&pathAsName=false&type=publishedArtifacts";
                Some(format!("{}&{list}", self.job()?))
            }
            Provider::Github | Provider::Bitbucket => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(file: &str, variables: &[(&str, &str)]) -> Option<String> {
        let variables = variables.iter().map(|(name, value)| {
            let text = |it: &str| it.to_owned();
            (text(name), text(value))
        });
        let around = Surroundings {
            variables: variables.collect(),
            ..Surroundings::default()
        };
        around.artifact(Path::new(file))
    }

    #[test]
    fn a_file_of_the_repository_has_a_page_on_gitlab() {
        let variables = [
            ("GITLAB_CI", "true"),
            ("CI_PROJECT_DIR", "/builds/octo/apps"),
            ("CI_JOB_URL", "https://gitlab.com/octo/apps/-/jobs/11"),
        ];
        let page = |file| artifact(file, &variables);
        assert_eq!(
            page("/builds/octo/apps/out/plan.html").unwrap(),
            "https://gitlab.com/octo/apps/-/jobs/11/artifacts/file/out/plan.html"
        );
        assert_eq!(page("/tmp/plan.html"), None);
        assert_eq!(page("/builds/octo/apps/../plan.html"), None);
        assert_eq!(page("/builds/octo/apps2/plan.html"), None);
    }

    #[test]
    fn azure_has_a_page_for_all_artifacts_of_a_run() {
        let variables = [
            ("TF_BUILD", "True"),
            ("SYSTEM_COLLECTIONURI", "https://dev.azure.com/octo/"),
            ("SYSTEM_TEAMPROJECT", "Our Project"),
            ("BUILD_BUILDID", "11"),
        ];
        assert_eq!(
            artifact("/agent/1/s/plan.html", &variables).unwrap(),
            "https://dev.azure.com/octo/Our%20Project/_build/results?buildId=11&view=artifacts&pathAsName=false&type=publishedArtifacts"
        );
    }

    #[test]
    fn where_no_page_is_known_there_is_none() {
        for variables in [
            &[("GITHUB_ACTIONS", "true")],
            &[("BITBUCKET_BUILD_NUMBER", "11")],
        ] {
            assert_eq!(artifact("/srv/ci/plan.html", variables), None);
        }
        assert_eq!(artifact("/srv/ci/plan.html", &[]), None);
    }
}
