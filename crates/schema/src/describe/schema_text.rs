//! `describe schema as sdl`, and what it shares with `as ddl`.

use syntax::Style;
use syntax::ast::{ObjectKind, SchemaDocument, SchemaItem, SchemaModule};

use super::definition::Form;
use super::node::NOWHERE;
use crate::decl::Decl;
use crate::{QName, Schema};

impl Schema {
    /// The whole schema as a schema document. Loading it gives an equal schema.
    pub fn describe_sdl(&self) -> String {
        let mut items: Vec<SchemaItem> = self
            .top_level()
            .map(|decl| SchemaItem::Definition(self.form(true, None).definition(decl)))
            .collect();
        for module in self.user_modules() {
            let decls = self.ordered_in_module(&module);
            let form = self.form(true, Some(&module));
            let declared =
                decls.into_iter().map(|decl| SchemaItem::Definition(form.definition(decl))).collect();
            items.push(SchemaItem::Module(SchemaModule {
                name: module.into(),
                items: declared,
                span: NOWHERE,
            }));
        }
        syntax::print_schema(&SchemaDocument { items }, Style::SDL)
    }

    /// What lives in a module, as a document lists it: by class, then by name.
    pub(super) fn ordered_in_module(&self, module: &str) -> Vec<&Decl> {
        let inside = |decl: &&Decl| module_of(decl).is_some_and(|it| it == module);
        let mut decls: Vec<&Decl> = self.declared().iter().filter(inside).collect();
        decls.reverse();
        decls.sort_by(|a, b| (rank(a.class), &a.name).cmp(&(rank(b.class), &b.name)));
        decls
    }

    pub(crate) fn form<'a>(&'a self, sdl: bool, module: Option<&'a str>) -> Form<'a> {
        Form { schema: self, sdl, module }
    }

    /// Extensions and future behaviours.
    pub(crate) fn top_level(&self) -> impl Iterator<Item = &Decl> {
        let declared = self.declared();
        declared.of_class(ObjectKind::Extension).chain(declared.of_class(ObjectKind::Future))
    }

    /// The user's modules by name.
    pub(crate) fn user_modules(&self) -> Vec<String> {
        let modules = self.declared().of_class(ObjectKind::Module);
        let mut modules: Vec<String> = modules.map(|decl| decl.name.to_string()).collect();
        modules.sort();
        modules
    }
}

/// The module that a declaration lives in.
fn module_of(decl: &Decl) -> Option<String> {
    match decl.class {
        ObjectKind::Module | ObjectKind::Extension | ObjectKind::Future => None,
        _ => Some(QName::parse(&decl.name).module().to_owned()),
    }
}

/// Classes in the order in which a document lists them.
fn rank(class: ObjectKind) -> u8 {
    match class {
        ObjectKind::Alias => 0,
        ObjectKind::Annotation => 1,
        ObjectKind::Constraint => 2,
        ObjectKind::Function => 3,
        ObjectKind::Global => 4,
        ObjectKind::Index => 5,
        ObjectKind::Link => 6,
        ObjectKind::Permission => 7,
        ObjectKind::Property => 8,
        ObjectKind::ScalarType => 9,
        _ => 10,
    }
}
