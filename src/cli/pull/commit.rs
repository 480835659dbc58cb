//! A commit of what was pulled: by the program `git`, with nothing but the files that changed.
//!
//! Names and paths come from the server and from strangers' files: paths stand after `--` and are taken literally, the
//! message goes through the standard input, and every line of it that holds a name begins with our own words.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result};
use ddapps::render::line;

use crate::cli::exit::{Ending, Exit};

/// A commit that is about to be made.
pub struct Commit {
    root: PathBuf,
    files: Vec<String>,
}

impl Commit {
    /// Looks whether the files can be committed by themselves, and begins the branch. Nothing is written before.
    pub fn begin(root: &Path, files: Vec<String>, branch: Option<&str>) -> Result<Self> {
        let commit = Self {
            root: root.to_owned(),
            files,
        };
        let mut status = vec![
            "status",
            "--porcelain=v1",
            "-z",
            "--untracked-files=all",
            "--",
        ];
        status.extend(commit.files.iter().map(String::as_str));
        let dirty = commit.git(&status, "")?;
        if let Some(entry) = dirty.split('\0').find(|it| !it.is_empty()) {
            let path = entry.get(3..).unwrap_or(entry);
            let message = format!("`{path}` has changes that are not committed");
            let hint = "commit or stash them first, or pull without `--commit`";
            return Err(Ending::new(Exit::Refused, message).hint(hint).into());
        }
        if let Some(branch) = branch {
            commit.switch(branch)?;
        }
        Ok(commit)
    }

    fn switch(&self, branch: &str) -> Result<()> {
        let now = self.git(&["branch", "--show-current"], "")?;
        if now.trim() == branch {
            return Ok(());
        }
        // Refuses names that are none, and such as look like an option.
        self.git(&["check-ref-format", "--branch", branch], "")
            .map_err(|_| {
                let message = format!("`{branch}` is no name for a branch");
                Ending::new(Exit::Usage, message)
            })?;
        self.git(&["switch", "--quiet", "--create", branch], "")?;
        Ok(())
    }

    /// Commits the files; returns what was done, in words.
    pub fn make(&self, message: &str) -> Result<String> {
        let files = || self.files.iter().map(String::as_str);
        let with_files = |args: &[&'static str]| -> Vec<String> {
            let args = args.iter().copied().chain(["--"]).chain(files());
            args.map(str::to_owned).collect()
        };
        let run = |args: &[&'static str], input: &str| {
            let args = with_files(args);
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            self.git(&args, input)
                .context("the files are written, but not committed")
        };
        run(&["add", "--all"], "")?;
        let commit = [
            "commit",
            "--quiet",
            "--only",
            "--cleanup=whitespace",
            "--file=-",
        ];
        run(&commit, message)?;
        let hash = self.git(&["rev-parse", "--short", "HEAD"], "")?;
        Ok(format!("committed as {}", hash.trim()))
    }

    fn git(&self, args: &[&str], input: &str) -> Result<String> {
        let mut command = Command::new("git");
        command
            .arg("--literal-pathspecs")
            .arg("-C")
            .arg(&self.root)
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut run = || -> std::io::Result<Output> {
            let mut child = command.spawn()?;
            if let Some(mut stdin) = child.stdin.take() {
                // A program that does not read its input has ended, and says why by itself.
                let _ = stdin.write_all(input.as_bytes());
            }
            child.wait_with_output()
        };
        let output = run().context("`git` cannot be run")?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let what = args.first().copied().unwrap_or_default();
            let said = said.lines().filter(|it| !it.trim().is_empty());
            let said: Vec<_> = said.map(|it| line(it.trim())).collect();
            let message = format!("`git {what}` failed: {}", said.join("; "));
            return Err(Ending::new(Exit::Failed, message).into());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}
