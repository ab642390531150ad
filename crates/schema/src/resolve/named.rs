//! Modules, annotations, globals, aliases and other things that have a name and little else.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use syntax::ast::ObjectKind;
use value::Uuid;

use super::{Resolver, located};
use crate::QName;
use crate::decl::{Decl, Field, Setting};
use crate::layer::Named;
use crate::model::*;

impl Resolver<'_> {
    pub(super) fn add_modules(&mut self) {
        for decl in self.declared.of_class(ObjectKind::Module) {
            let name = decl.name.clone();
            let module = Module {
                id: decl.id,
                name: name.clone(),
                builtin: self.declared.builtin,
                annotations: Vec::new(),
            };
            self.layer.modules.insert(name, Arc::new(module));
        }
    }

    pub(super) fn add_annotations(&mut self) -> Result<()> {
        for decl in self.declared.of_class(ObjectKind::Annotation) {
            let annotation = Annotation {
                id: decl.id,
                name: QName::parse(&decl.name),
                inheritable: decl.is(Field::Inheritable),
                annotations: Vec::new(),
            };
            self.insert(&decl.name, Named::Annotation(Arc::new(annotation)));
        }
        // An annotation may annotate another that is declared after it.
        for decl in self.declared.of_class(ObjectKind::Annotation) {
            let values = self.annotations(Some(decl), &[])?;
            if let (false, Some(Named::Annotation(it))) =
                (values.is_empty(), self.layer.names.get_mut(&*decl.name))
            {
                Arc::make_mut(it).annotations = values;
            }
        }
        for decl in self.declared.of_class(ObjectKind::Module) {
            let values = self.annotations(Some(decl), &[])?;
            if let (false, Some(module)) = (values.is_empty(), self.layer.modules.get_mut(&decl.name)) {
                Arc::make_mut(module).annotations = values;
            }
        }
        Ok(())
    }

    pub(super) fn add_abstract_indexes(&mut self) -> Result<()> {
        for decl in self.declared.of_class(ObjectKind::Index) {
            let base = |name: &Arc<str>| self.index_id(name);
            let index = AbstractIndex {
                id: decl.id,
                name: QName::parse(&decl.name),
                bases: decl.bases().iter().filter_map(base).collect(),
                annotations: self.annotations(Some(decl), &[])?,
            };
            self.insert(&decl.name, Named::Index(Arc::new(index)));
        }
        Ok(())
    }

    /// An abstract index may be declared before the one that it extends.
    fn index_id(&self, name: &str) -> Option<Uuid> {
        let declared = self.declared.of_class(ObjectKind::Index).find(|decl| *decl.name == *name);
        declared.map(|decl| decl.id).or_else(|| self.below.named(name).map(Named::id))
    }

    pub(super) fn add_named(&mut self) -> Result<()> {
        for decl in self.declared.iter() {
            match decl.class {
                ObjectKind::Global => {
                    let global = self.global(decl)?;
                    self.insert(&decl.name, Named::Global(Arc::new(global)));
                }
                ObjectKind::Alias => {
                    let alias = self.alias(decl)?;
                    self.insert(&decl.name, Named::Alias(Arc::new(alias)));
                }
                ObjectKind::Permission => {
                    let name = QName::parse(&decl.name);
                    let annotations = self.annotations(Some(decl), &[])?;
                    let it = Permission { id: decl.id, name, builtin: self.declared.builtin, annotations };
                    self.insert(&decl.name, Named::Permission(Arc::new(it)));
                }
                ObjectKind::Extension => {
                    let version = decl.text(Field::Version).cloned().unwrap_or_default();
                    let it = Extension { id: decl.id, name: decl.name.clone(), version };
                    self.layer.extensions.push(Arc::new(it));
                }
                ObjectKind::Future => {
                    self.layer.futures.push(Arc::new(Future { id: decl.id, name: decl.name.clone() }));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn global(&self, decl: &Decl) -> Result<Global> {
        let target = decl.ty(Field::Target).map(|ty| self.ty(ty, decl.span)).transpose()?;
        let cardinality = match decl.settings.get(&Field::Cardinality) {
            Some(Setting::Cardinality(cardinality)) => Some(*cardinality),
            _ => None,
        };
        let required = decl.flag(Field::Required);
        let default = decl.expr(Field::Default).cloned();
        let computed = decl.expr(Field::Computed).cloned();
        let stored = computed.is_none();
        let problem = if !stored && target.is_some() {
            Some("cannot specify a type and an expression for a global")
        } else if stored && required == Some(true) && default.is_none() {
            Some("required globals must have a default")
        } else if stored && cardinality == Some(Cardinality::Many) {
            Some("non-computed globals may not be multi")
        } else if stored && target.as_ref().is_some_and(crate::TypeRef::is_object) {
            Some("non-computed globals may not have have object type")
        } else if stored && target.is_none() {
            Some("globals must have a type or an expression")
        } else if !stored && default.is_some() {
            Some("computed globals may not have default values")
        } else {
            None
        };
        if let Some(message) = problem {
            return Err(located(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message), decl.span));
        }
        Ok(Global {
            id: decl.id,
            name: QName::parse(&decl.name),
            builtin: self.declared.builtin,
            target,
            cardinality: cardinality.or(stored.then_some(Cardinality::One)),
            required: required.or(stored.then_some(false)),
            default,
            computed,
            inferred: self.declared.inferred.get(&decl.id).cloned(),
            annotations: self.annotations(Some(decl), &[])?,
        })
    }

    fn alias(&self, decl: &Decl) -> Result<Alias> {
        let Some(expr) = decl.expr(Field::Using).cloned() else {
            let message = format!("alias '{}' has no expression", decl.name);
            return Err(located(Diagnostic::new(ErrorCode::INVALID_ALIAS_DEFINITION, message), decl.span));
        };
        Ok(Alias {
            id: decl.id,
            name: QName::parse(&decl.name),
            expr,
            inferred: self.declared.inferred.get(&decl.id).cloned(),
            annotations: self.annotations(Some(decl), &[])?,
        })
    }
}
