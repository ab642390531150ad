//! The `Cargo.toml` of a crate that holds nothing but generated code.

use crate::files::TOML_MARK;
use crate::settings::Package;

/// Its text. The crates that generated code names are all that it depends on.
pub(super) fn print(package: &Package) -> String {
    let Package { name, runtime } = package;
    format!(
        "{TOML_MARK} for the crate of all queries; do not edit.\n\
         [package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [dependencies]\nruntime = {runtime}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n\
         utoipa = {{ version = \"6\", features = [\"uuid\"] }}\n"
    )
}
