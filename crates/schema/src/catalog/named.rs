//! Rows of modules, globals, aliases, migrations and their like.

use std::collections::HashMap;
use std::sync::Arc;

use value::Uuid;

use super::{Catalog, Target};
use crate::model::*;

impl Catalog<'_> {
    pub(super) fn add_alias(&mut self, alias: &Alias) {
        let ty = self.add_view(&alias.name, &alias.expr, alias.inferred.as_ref());
        let builtin = self.is_builtin_module(alias.name.module());
        let row = self
            .row("schema::Alias", alias.id, alias.name.as_str(), builtin)
            .texts::<&str>("computed_fields", &[])
            .text("expr", alias.expr.text())
            .link("type", ty);
        let row = self.annotations(row, &alias.annotations);
        self.push(row);
    }

    fn is_builtin_module(&self, module: &str) -> bool {
        self.schema.module(module).is_some_and(|module| module.builtin)
    }

    pub(super) fn add_global(&mut self, global: &Global) {
        let target = match (&global.target, &global.computed) {
            (None, Some(computed)) => self.add_view(&global.name, computed, global.inferred.as_ref()),
            (Some(ty), _) => Some(self.type_id(ty)),
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
        let row = self
            .row("schema::Global", global.id, global.name.as_str(), global.builtin)
            .texts("computed_fields", &open)
            .word(
                "cardinality",
                "schema::Cardinality",
                if many == Some(Cardinality::Many) { "Many" } else { "One" },
            )
            .flag("required", required.unwrap_or(false))
            .expr("default", global.default.as_ref())
            .expr("expr", global.computed.as_ref())
            .link("target", target);
        let row = self.annotations(row, &global.annotations);
        self.push(row);
    }

    pub(super) fn add_abstract_index(&mut self, index: &AbstractIndex) {
        let builtin = self.is_builtin_module(index.name.module());
        let row = self
            .row("schema::Index", index.id, index.name.as_str(), builtin)
            .texts::<&str>("computed_fields", &[])
            .flag("abstract", true)
            .word("deferrability", "schema::IndexDeferrability", "Prohibited");
        let row = self.annotations(row, &index.annotations);
        self.push(row);
    }

    pub(super) fn add_annotation(&mut self, annotation: &Annotation) {
        let builtin = self.is_builtin_module(annotation.name.module());
        let row = self
            .row("schema::Annotation", annotation.id, annotation.name.as_str(), builtin)
            .texts::<&str>("computed_fields", &[])
            .flag("inheritable", annotation.inheritable);
        let row = self.annotations(row, &annotation.annotations);
        self.push(row);
    }

    pub(super) fn add_permission(&mut self, permission: &Permission) {
        let row = self.row("schema::Permission", permission.id, permission.name.as_str(), permission.builtin);
        let row = self.annotations(row, &permission.annotations);
        self.push(row);
    }

    pub(super) fn add_modules_and_history(&mut self) {
        let modules: Vec<Arc<Module>> = self.schema.modules().cloned().collect();
        for module in modules {
            let row = self.row("schema::Module", module.id, &module.name, module.builtin);
            let row = self.annotations(row.texts::<&str>("computed_fields", &[]), &module.annotations);
            self.push(row);
        }
        let futures: Vec<Arc<Future>> = self.schema.futures().cloned().collect();
        for future in futures {
            let row = self.row("schema::FutureBehavior", future.id, &future.name, false);
            self.push(row);
        }
        self.add_extensions();
        self.add_migrations();
    }

    /// The packages that can be used, and those that are.
    fn add_extensions(&mut self) {
        for package in crate::extension::PACKAGES {
            let row = self
                .row("sys::ExtensionPackage", package_id(package.name), package.name, true)
                .value("version", version(self.schema, package.version))
                .text("script", package.schema);
            self.push(row);
        }
        let extensions: Vec<Arc<Extension>> = self.schema.extensions().cloned().collect();
        for extension in extensions {
            let row = self
                .row("schema::Extension", extension.id, &extension.name, false)
                .link("package", Some(package_id(&extension.name)));
            self.push(row);
        }
    }

    fn add_migrations(&mut self) {
        let migrations: Vec<Arc<Migration>> = self.schema.migrations().cloned().collect();
        let ids: HashMap<&str, Uuid> = migrations.iter().map(|it| (&*it.name, it.id)).collect();
        for migration in &migrations {
            let parent = migration.parent.as_ref().and_then(|parent| ids.get(&**parent));
            let mut row = self
                .row("schema::Migration", migration.id, &migration.name, false)
                .texts::<&str>("computed_fields", &[])
                .text("script", &migration.script)
                .some_text("message", migration.message.as_ref())
                .links("parents", parent.into_iter().map(|id| Target::new(*id)).collect());
            if let Some(word) = &migration.generated_by {
                row = row.word("generated_by", "schema::MigrationGeneratedBy", word);
            }
            self.push(row);
        }
    }
}

fn package_id(name: &str) -> Uuid {
    crate::identity::derived_id(&format!("package {name}"))
}

/// A version as the library's tuple.
fn version(schema: &crate::Schema, text: &str) -> value::Value {
    let number =
        |at: usize| value::Value::Int64(text.split('.').nth(at).and_then(|it| it.parse().ok()).unwrap_or(0));
    let stage = schema.scalar_type_named("sys::VersionStage").and_then(|ty| ty.enum_values.clone());
    let names = stage.unwrap_or_default();
    let ordinal = names.iter().position(|name| &**name == "final").unwrap_or(0);
    let stage = value::EnumValue { ordinal: ordinal as u32, name: "final".into() };
    let local = value::Value::Array([].into());
    value::Value::Tuple(
        [number(0), number(1), value::Value::Enum(stage), value::Value::Int64(0), local].into(),
    )
}
