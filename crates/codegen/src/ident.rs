//! Names of the database to names of Rust: case, keywords, and no two alike.

use std::collections::BTreeSet;

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Types that every module sees without saying so, which a struct of ours must not hide.
const PRELUDE: [&str; 12] =
    ["Box", "Default", "Err", "None", "Ok", "Option", "Result", "Self", "Some", "String", "Vec", "Debug"];

/// Module names that Cargo or the generator need for themselves.
const RESERVED_MODULES: [&str; 6] = ["lib", "main", "mod", "schema", "shared", "tests"];

/// A field, argument or function: `createdAt` becomes `created_at`, `type` becomes `r#type`, `2nd` becomes `_2nd`.
pub(crate) fn snake(name: &str) -> String {
    escape(&name.to_snake_case())
}

/// A field or argument that keeps its case.
pub(crate) fn as_written(name: &str) -> String {
    escape(&name.replace(|c: char| !(c.is_alphanumeric() || c == '_'), "_"))
}

/// A type or enum member: `in-progress` becomes `InProgress`, `1st` becomes `_1st`.
pub(crate) fn camel(name: &str) -> String {
    escape(&name.to_upper_camel_case())
}

fn escape(name: &str) -> String {
    let kept: String = name.chars().filter(|c| *c == '_' || c.is_alphanumeric()).collect();
    let candidates = [kept.clone(), format!("r#{kept}"), format!("_{kept}"), format!("{kept}_")];
    candidates.into_iter().find(|candidate| is_ident(candidate)).unwrap_or_else(|| "unnamed".to_owned())
}

fn is_ident(name: &str) -> bool {
    name != "_" && syn::parse_str::<syn::Ident>(name).is_ok()
}

/// Can name a module and the function in it as it stands.
pub(crate) fn is_module(name: &str) -> bool {
    !RESERVED_MODULES.contains(&name) && is_ident(name) && name.starts_with(|c: char| c.is_alphabetic())
}

pub(crate) fn is_function(name: &str) -> bool {
    is_ident(name) && name.to_snake_case() == name
}

pub(crate) fn is_type(name: &str) -> bool {
    is_ident(name) && name.to_upper_camel_case() == name && !PRELUDE.contains(&name)
}

/// Names given out in one scope.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(BTreeSet<String>);

impl Names {
    /// A scope in which some names are taken already.
    pub(crate) fn reserving(names: &[&str]) -> Names {
        Names(names.iter().map(|name| (*name).to_owned()).collect())
    }

    /// The name itself, or with underscores and then a number where it was given out before.
    pub(crate) fn unique(&mut self, name: &str) -> String {
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let mut candidates =
            [name.to_owned(), format!("{}_", name.trim_start_matches("r#"))].into_iter().chain(numbered);
        let free = candidates.find(|candidate| !self.0.contains(candidate)).unwrap_or_default();
        self.0.insert(free.clone());
        free
    }

    /// The type name itself, or with a number where it was given out before.
    pub(crate) fn unique_type(&mut self, name: &str) -> String {
        let mut candidates =
            std::iter::once(name.to_owned()).chain((2..).map(|number| format!("{name}{number}")));
        let free = candidates.find(|candidate| !self.0.contains(candidate)).unwrap_or_default();
        self.0.insert(free.clone());
        free
    }
}
