//! The JSON Schemas of the saved plan and of what `drift` finds, made from the structs of [`super::json`].

use serde_json::Value;

use super::json::SavedPlan;
use super::json::drift::SavedDrift;

/// The JSON Schema (draft 2020-12) of version 1 of the saved plan.
pub fn plan_schema() -> Value {
    schemars::schema_for!(SavedPlan).to_value()
}

/// The JSON Schema of version 1 of what `drift` finds.
pub fn drift_schema() -> Value {
    schemars::schema_for!(SavedDrift).to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_files_are_fresh() {
        for (name, schema) in [("plan", plan_schema()), ("drift", drift_schema())] {
            let root = env!("CARGO_MANIFEST_DIR");
            let file = format!("{root}/schemas/{name}.v1.schema.json");
            let fresh = format!("{schema:#}\n");
            if std::env::var_os("DDAPPS_BLESS").is_some() {
                std::fs::write(&file, &fresh).unwrap();
            }
            let kept = std::fs::read_to_string(&file).unwrap_or_default();
            assert!(
                kept == fresh,
                "{file} is stale; DDAPPS_BLESS=1 writes it anew"
            );
        }
    }
}
