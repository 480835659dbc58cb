//! The binary, run in a hermetic environment.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// One finished run of the binary.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// Runs the binary on the repository at `root`, against the server at `url` if there is one.
    pub fn new(root: &Path, url: Option<&str>, args: &[&str]) -> Self {
        let output = command(root, url).args(args).output().unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The result, when the run ended with this code.
    #[track_caller]
    pub fn expect(self, code: i32) -> String {
        assert_eq!(
            self.code, code,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self.stdout
    }

    /// The result as JSON, when the run ended with this code.
    #[track_caller]
    pub fn json(self, code: i32) -> Value {
        serde_json::from_str(&self.expect(code)).unwrap()
    }
}

/// The binary with nothing of the caller's environment but the search path, which `git` is looked up in; it must not
/// find a repository around the workspace.
pub fn command(root: &Path, url: Option<&str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ddapps"));
    command
        .env_clear()
        .env("HOME", root)
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("GIT_CEILING_DIRECTORIES", root.parent().unwrap())
        .arg("-C")
        .arg(root);
    if let Some(url) = url {
        command
            .env("DDAPPS_API_URL", url)
            .env("DD_API_KEY", "an-api-key")
            .env("DD_APP_KEY", "an-application-key");
    }
    command
}
