//! What the tests share: a workspace on disk, a server of their own, and the binary in a hermetic environment.

pub mod answers;
pub mod cases;
pub mod cycle;
pub mod generate;
pub mod messy;
pub mod nasty;
pub mod patch;
pub mod run;

use std::path::{Path, PathBuf};

use ddapps::emulator::{Emulator, Running, Settings};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub use cases::cases;

/// A repository in a folder of its own.
pub struct Workspace(TempDir);

impl Workspace {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A repository of one project without environments.
    pub fn with_project() -> Self {
        let workspace = Self::new();
        workspace.write("ddapps.yaml", "project: platform\n");
        workspace
    }

    pub fn root(&self) -> &Path {
        self.0.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// A path inside the project.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Copies a folder with everything in it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => {
                std::fs::copy(entry.path(), target).unwrap();
            }
        }
    }
}

/// The names of the real apps in `tests/corpus`, without `.json`.
pub fn corpus() -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(project("tests/corpus"))
        .unwrap()
        .filter_map(|entry| {
            Some(
                entry
                    .unwrap()
                    .file_name()
                    .to_str()?
                    .strip_suffix(".json")?
                    .to_owned(),
            )
        })
        .collect();
    names.sort();
    names
}

/// A server on loopback, with a runtime of its own.
pub struct Server {
    runtime: Runtime,
    running: Running,
}

impl Server {
    pub fn new(settings: Settings) -> Self {
        Self::of(Emulator::new(settings))
    }

    pub fn with_state(state: &Value, settings: Settings) -> Self {
        Self::of(Emulator::from_json(state, settings).unwrap())
    }

    fn of(emulator: Emulator) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let running = runtime.block_on(emulator.start()).unwrap();
        Self { runtime, running }
    }

    pub fn url(&self) -> &str {
        self.running.url()
    }

    pub fn emulator(&self) -> &Emulator {
        self.running.emulator()
    }

    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// The write requests since the log was last cleared, as `METHOD path`.
    pub fn writes(&self) -> Vec<String> {
        (self.emulator().requests().iter())
            .filter(|request| request.write)
            .map(|request| format!("{} {}", request.method, request.path))
            .collect()
    }
}
