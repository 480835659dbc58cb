//! The JSON Schema of the saved plan, made from the structs of [`super::json`].

use serde_json::Value;

use super::json::SavedPlan;

/// The JSON Schema (draft 2020-12) of version 1 of the saved plan.
pub fn plan_schema() -> Value {
    schemars::schema_for!(SavedPlan).to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_file_is_fresh() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/plan.v1.schema.json");
        let fresh = format!("{:#}\n", plan_schema());
        if std::env::var_os("DDAPPS_BLESS").is_some() {
            std::fs::write(file, &fresh).unwrap();
        }
        let kept = std::fs::read_to_string(file).unwrap_or_default();
        assert!(
            kept == fresh,
            "schemas/plan.v1.schema.json is stale; DDAPPS_BLESS=1 writes it anew"
        );
    }
}
