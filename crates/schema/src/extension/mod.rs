//! Extensions: which can be used, what they need and what they bring.
//!
//! What an extension brings is a schema document beside this file. Functions in it have no body here; they are found by
//! their keys, as those of the standard library are.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use diag::{Diagnostic, ErrorCode, Result, Span};
use syntax::ast::ObjectKind;

use crate::Schema;
use crate::decl::{Decl, Declared, Field, Setting};

/// An extension package.
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    /// Extensions that it needs.
    needs: &'static [&'static str],
    /// What it brings, as a schema document.
    pub(crate) schema: &'static str,
}

/// The packages that can be used, each after those it needs.
pub(crate) const PACKAGES: &[Package] = &[
    Package { name: "pgcrypto", version: "1.3", needs: &[], schema: include_str!("pgcrypto.gel") },
    Package { name: "pgvector", version: "0.7", needs: &[], schema: include_str!("pgvector.gel") },
    Package { name: "ai", version: "1.0", needs: &["pgvector"], schema: "module ext::ai {}" },
    Package { name: "auth", version: "1.0", needs: &["pgcrypto"], schema: include_str!("auth.gel") },
    Package { name: "edgeql_http", version: "1.0", needs: &[], schema: "" },
    Package { name: "graphql", version: "1.0", needs: &[], schema: "" },
    Package { name: "pg_trgm", version: "1.6", needs: &[], schema: include_str!("pg_trgm.gel") },
    Package { name: "pg_unaccent", version: "1.1", needs: &[], schema: include_str!("pg_unaccent.gel") },
];

/// Declares that an extension is used, and those that it needs. Without a version, the newest is used.
pub(crate) fn use_extension(
    declared: &mut Declared,
    name: &str,
    version: Option<&Arc<str>>,
    span: Option<Span>,
) -> Result<()> {
    let package = PACKAGES.iter().find(|package| package.name == name);
    let Some(package) = package.filter(|it| version.is_none_or(|wanted| matches(wanted, it.version))) else {
        let wanted = version.map(|version| format!(" version '{version}'")).unwrap_or_default();
        let message =
            format!("cannot create extension '{name}': extension package '{name}'{wanted} does not exist");
        return Err(Diagnostic::new(ErrorCode::SCHEMA, message));
    };
    for needed in package.needs {
        if declared.named(needed, &[ObjectKind::Extension]).is_none() {
            use_extension(declared, needed, None, None)?;
        }
    }
    let mut decl = Decl::new(ObjectKind::Extension, name, span);
    decl.set(Field::Version, Setting::Text(package.version.into()));
    declared.insert(decl);
    Ok(())
}

/// Who asks for a version gets that or a newer one.
fn matches(wanted: &str, available: &str) -> bool {
    numbers(wanted).is_some_and(|wanted| numbers(available).is_some_and(|available| wanted <= available))
}

fn numbers(version: &str) -> Option<Vec<u32>> {
    version.split('.').map(|number| number.parse().ok()).collect()
}

/// The extension that a module belongs to and that brings nothing yet: what is asked of it is not unknown, but missing here.
pub(crate) fn missing_in(module: &str) -> Option<&'static str> {
    (module == "ext::ai").then_some("the extension `ai`")
}

/// What the declarations stand on: the standard library and the extensions in use.
pub(crate) fn below(declared: &Declared) -> Schema {
    let used = |package: &&Package| declared.named(package.name, &[ObjectKind::Extension]).is_some();
    with_packages(PACKAGES.iter().filter(used).collect())
}

/// The standard library with packages on top, kept once made.
fn with_packages(packages: Vec<&'static Package>) -> Schema {
    static MADE: LazyLock<Mutex<HashMap<Vec<&'static str>, Schema>>> = LazyLock::new(Mutex::default);
    let names: Vec<&'static str> = packages.iter().map(|package| package.name).collect();
    if names.is_empty() {
        return Schema::std();
    }
    let made = MADE.lock().unwrap_or_else(PoisonError::into_inner).get(&names).cloned();
    made.unwrap_or_else(|| {
        let (mut schema, _) = build(&packages);
        schema = schema.as_base();
        MADE.lock().unwrap_or_else(PoisonError::into_inner).insert(names, schema.clone());
        schema
    })
}

/// Puts packages on top of one another. One whose document is broken is left out and reported; a test looks for such.
fn build(packages: &[&'static Package]) -> (Schema, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let schema = packages.iter().fold(Schema::std(), |below, package| {
        let document = syntax::parse_sdl(package.schema);
        match document.and_then(|document| Schema::package(&below, &document)) {
            Ok(schema) => schema,
            Err(problem) => {
                problems.push(problem);
                below
            }
        }
    });
    (schema, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_loads() {
        let all: Vec<&'static Package> = PACKAGES.iter().collect();
        let (schema, problems) = build(&all);
        assert_eq!(problems, []);
        let identity = schema.object_type_named("ext::auth::Identity").unwrap();
        assert_eq!(identity.constraints.len(), 1);
        assert!(identity.builtin);
    }

    #[test]
    fn an_older_version_asks_for_the_newest() {
        assert!(matches("1", "1.6") && matches("1.6", "1.6") && matches("0.4", "0.7"));
        assert!(!matches("9.9", "1.6") && !matches("1.", "1.6") && !matches("1.10", "1.6"));
    }
}
