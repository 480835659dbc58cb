//! The JSON Schemas of the saved plan, of what `drift` finds and of what `pull` does, made from the structs of [`super::json`].

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::json::SavedPlan;
use super::json::drift::SavedDrift;
use super::json::pull::Document as Pull;

/// The JSON Schema (draft 2020-12) of version 1 of the saved plan.
pub fn plan_schema() -> Value {
    schemars::schema_for!(SavedPlan).to_value()
}

/// The JSON Schema of version 1 of what `drift` finds.
pub fn drift_schema() -> Value {
    schemars::schema_for!(SavedDrift).to_value()
}

/// The JSON Schema of version 1 of what `pull` does.
pub fn pull_schema() -> Value {
    // Nobody reads it back: every field that is always written is there.
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings
        .into_generator()
        .into_root_schema_for::<Pull>()
        .to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_files_are_fresh() {
        let schemas = [
            ("plan", plan_schema()),
            ("drift", drift_schema()),
            ("pull", pull_schema()),
        ];
        for (name, schema) in schemas {
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
