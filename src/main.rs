//! The `ddapps` binary: parses the command line, runs the command, and returns its exit code.

mod cli;

use std::process::ExitCode;

/// Definitions are trees of small values, made on one thread and dropped on another: the system's allocator spends a
/// quarter of a plan's processor time on them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
