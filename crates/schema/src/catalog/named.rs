//! Rows of modules, globals, aliases, migrations and their like.

use std::collections::HashMap;
use std::sync::Arc;

use value::{Uuid, Value};

use super::{Collector, Target, ordered};
use crate::Schema;
use crate::model::*;

impl Collector<'_> {
    pub(super) fn add_alias(&mut self, alias: &Arc<Alias>) {
        let ty = self.add_view(&alias.name, &alias.expr, alias.inferred.as_ref(), true);
        let builtin = self.is_builtin_module(alias.name.module());
        let alias = alias.clone();
        self.row("schema::Alias", alias.id, alias.name.as_arc().clone(), builtin, move |row| {
            row.texts::<&str>("computed_fields", &[])
                .text("expr", alias.expr.text())
                .link("type", ty)
                .annotations(&alias.annotations)
        });
    }

    fn is_builtin_module(&self, module: &str) -> bool {
        self.schema.module(module).is_some_and(|module| module.builtin)
    }

    pub(super) fn add_global(&mut self, global: &Arc<Global>) {
        let target = match (&global.target, &global.computed) {
            (None, Some(computed)) => self.add_view(&global.name, computed, global.inferred.as_ref(), false),
            (Some(ty), _) => Some(self.note(ty)),
            _ => None,
        };
        let many = global.cardinality.or(global.inferred.as_ref().map(|it| it.cardinality));
        let required = global.required.or(global.inferred.as_ref().map(|it| it.required));
        let computed = global.computed.is_some();
        let open = [
            ("cardinality", computed && global.cardinality.is_none()),
            ("target", computed && global.target.is_none()),
            ("required", computed && global.required.is_none()),
        ];
        let open: Vec<&str> = open.iter().filter(|(_, open)| *open).map(|(name, _)| *name).collect();
        let cardinality = if many == Some(Cardinality::Many) { "Many" } else { "One" };
        let global = global.clone();
        self.row("schema::Global", global.id, global.name.as_arc().clone(), global.builtin, move |row| {
            row.texts("computed_fields", &open)
                .word("cardinality", "schema::Cardinality", cardinality)
                .flag("required", required.unwrap_or(false))
                .expr("default", global.default.as_ref())
                .expr("expr", global.computed.as_ref())
                .link("target", target)
                .annotations(&global.annotations)
        });
    }

    pub(super) fn add_abstract_index(&mut self, index: &Arc<AbstractIndex>) {
        let builtin = self.is_builtin_module(index.name.module());
        let index = index.clone();
        self.row("schema::Index", index.id, index.name.as_arc().clone(), builtin, move |row| {
            let ancestors = index_ancestors(row.schema, &index);
            row.texts::<&str>("computed_fields", &[])
                .texts::<&str>("inherited_fields", &[])
                .flag("abstract", true)
                .word("deferrability", "schema::IndexDeferrability", "Prohibited")
                .value("kwargs", Value::Array([].into()))
                .links("bases", ordered(index.bases.iter().copied()))
                .links("ancestors", ordered(ancestors))
                .annotations(&index.annotations)
        });
    }

    pub(super) fn add_annotation(&mut self, annotation: &Arc<Annotation>) {
        let builtin = self.is_builtin_module(annotation.name.module());
        let annotation = annotation.clone();
        self.row(
            "schema::Annotation",
            annotation.id,
            annotation.name.as_arc().clone(),
            builtin,
            move |row| {
                row.texts::<&str>("computed_fields", &[])
                    .flag("inheritable", annotation.inheritable)
                    .annotations(&annotation.annotations)
            },
        );
    }

    pub(super) fn add_permission(&mut self, permission: &Arc<Permission>) {
        let permission = permission.clone();
        let (id, name, builtin) = (permission.id, permission.name.as_arc().clone(), permission.builtin);
        self.row("schema::Permission", id, name, builtin, move |row| {
            row.annotations(&permission.annotations)
        });
    }

    pub(super) fn add_modules_and_history(&mut self) {
        let schema = self.schema;
        for module in schema.modules() {
            if self.is_known(module.id) {
                continue;
            }
            let module = module.clone();
            self.row("schema::Module", module.id, module.name.clone(), module.builtin, move |row| {
                row.texts::<&str>("computed_fields", &[]).annotations(&module.annotations)
            });
        }
        for future in schema.futures() {
            self.row("schema::FutureBehavior", future.id, future.name.clone(), false, |row| row);
        }
        self.add_extensions();
        self.add_migrations();
    }

    /// The packages that can be used, and those that are.
    fn add_extensions(&mut self) {
        for package in crate::extension::PACKAGES {
            let id = package_id(package.name);
            if !self.is_known(id) {
                self.row("sys::ExtensionPackage", id, package.name.into(), true, |row| {
                    let version = version(row.schema, package.version);
                    row.value("version", version).text("script", package.schema)
                });
            }
        }
        for extension in self.schema.extensions() {
            let package = package_id(&extension.name);
            self.row("schema::Extension", extension.id, extension.name.clone(), false, move |row| {
                row.link("package", Some(package))
            });
        }
    }

    fn add_migrations(&mut self) {
        let ids: HashMap<&str, Uuid> = self.schema.migrations().map(|it| (&*it.name, it.id)).collect();
        for migration in self.schema.migrations() {
            let parent = migration.parent.as_ref().and_then(|parent| ids.get(&**parent)).copied();
            let migration = migration.clone();
            self.row("schema::Migration", migration.id, migration.name.clone(), false, move |row| {
                let row = row
                    .texts::<&str>("computed_fields", &[])
                    .text("script", &migration.script)
                    .some_text("message", migration.message.as_ref())
                    .some_text("sdl", migration.sdl.as_ref())
                    .links("parents", parent.map(Target::new).into_iter().collect());
                match &migration.generated_by {
                    Some(word) => row.word("generated_by", "schema::MigrationGeneratedBy", word),
                    None => row,
                }
            });
        }
    }
}

/// The kinds of index that one extends, nearest first.
fn index_ancestors(schema: &Schema, index: &AbstractIndex) -> Vec<Uuid> {
    let mut ancestors = index.bases.clone();
    let mut next = 0;
    while let Some(id) = ancestors.get(next).copied() {
        if let Some(crate::Named::Index(of)) = schema.by_id(id) {
            let new = of.bases.iter().copied().filter(|id| !ancestors.contains(id));
            ancestors.extend(new.collect::<Vec<_>>());
        }
        next += 1;
    }
    ancestors
}

fn package_id(name: &str) -> Uuid {
    crate::identity::derived_id(&format!("package {name}"))
}

/// A version as the library's tuple.
fn version(schema: &Schema, text: &str) -> Value {
    let number =
        |at: usize| Value::Int64(text.split('.').nth(at).and_then(|it| it.parse().ok()).unwrap_or(0));
    let stage = schema.scalar_type_named("sys::VersionStage").and_then(|ty| ty.enum_values.clone());
    let names = stage.unwrap_or_default();
    let ordinal = names.iter().position(|name| &**name == "final").unwrap_or(0);
    let stage = value::EnumValue { ordinal: ordinal as u32, name: "final".into() };
    let local = Value::Array([].into());
    Value::Tuple([number(0), number(1), Value::Enum(stage), Value::Int64(0), local].into())
}
