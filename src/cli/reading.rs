//! Says where the live apps came from, and why a cache was given up.

use ddapps::fetch::Reading;

use super::args::Global;
use super::output;

pub fn say(global: &Global, reading: &Reading) {
    let Reading {
        read,
        cached,
        distrust,
    } = reading;
    if let Some(distrust) = distrust {
        output::say(
            global,
            &format!("the cache was given up in this run, and everything was read: {distrust}"),
        );
    }
    let apps = if *read == 1 { "app" } else { "apps" };
    output::say(
        global,
        &format!("{read} {apps} read, {cached} taken from the cache"),
    );
}
