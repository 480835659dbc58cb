//! How many cases of a property are tried, and which. The library's own tests use this file, too.

use proptest::test_runner::{Config, RngSeed};

/// Code that nobody changed must not fail by chance, so the same cases are tried each time and everywhere. Any number
/// would do.
const SEED: u64 = 7;

/// So many cases of a property, always the same ones; or, with `PROPTEST_CASES`, as many as that says, new ones each time.
pub fn cases(usual: u32) -> Config {
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => Config::default(),
        None => Config {
            rng_seed: RngSeed::Fixed(SEED),
            ..Config::with_cases(usual)
        },
    }
}
