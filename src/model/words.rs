//! The file language's own words (`FORMAT.md` sections 3 and 4): a property that bears one stands under `properties:`, and is
//! so called in the paths of differences.

/// Those of a query.
pub const QUERY_WORDS: [&str; 8] = [
    "type",
    "action",
    "connection",
    "inputs",
    "spec",
    "js",
    "events",
    "properties",
];

/// Those of a component.
pub const COMPONENT_WORDS: [&str; 6] = ["at", "events", "children", "grid", "file", "properties"];
