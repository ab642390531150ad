//! Object types.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use indexmap::IndexMap;
use syntax::ast::ObjectKind;
use value::Uuid;

use super::order::bases_first;
use super::{Resolver, located};
use crate::QName;
use crate::decl::{Decl, Field, verbose_name};
use crate::layer::Named;
use crate::model::*;

impl Resolver<'_> {
    pub(super) fn add_object_types(&mut self) -> Result<()> {
        for decl in bases_first(self.declared, ObjectKind::Type, |_| true)? {
            let ty = self.object_type(decl)?;
            self.insert(&decl.name, Named::Object(Arc::new(ty)));
        }
        Ok(())
    }

    fn object_type(&self, decl: &Decl) -> Result<ObjectType> {
        let bases = self.object_bases(decl)?;
        let ancestors = self.ancestors(decl, &bases)?;
        let parents: Vec<Arc<ObjectType>> = bases.iter().filter_map(|id| self.object(*id).cloned()).collect();
        let constraints: Vec<&[Arc<Constraint>]> = parents.iter().map(|it| &*it.constraints).collect();
        let indexes: Vec<&[Arc<Index>]> = parents.iter().map(|it| &*it.indexes).collect();
        let policies: Vec<&[Arc<AccessPolicy>]> = parents.iter().map(|it| &*it.policies).collect();
        let triggers: Vec<&[Arc<Trigger>]> = parents.iter().map(|it| &*it.triggers).collect();
        let annotations: Vec<&[AnnotationValue]> = parents.iter().map(|it| &*it.annotations).collect();
        let pointers = self.type_pointers(decl, &parents)?;
        Ok(ObjectType {
            id: decl.id,
            name: QName::parse(&decl.name),
            is_abstract: decl.is(Field::Abstract),
            builtin: self.declared.builtin,
            pointers,
            constraints: self.constraints(ConstraintSubject::Object(decl.id), Some(decl), &constraints)?,
            indexes: self.indexes(decl.id, Some(decl), &indexes)?,
            policies: self.policies(decl.id, decl, &policies)?,
            triggers: self.triggers(decl.id, decl, &triggers)?,
            annotations: self.annotations(Some(decl), &annotations)?,
            bases,
            ancestors,
        })
    }

    /// What it extends: `std::Object` where it says nothing.
    fn object_bases(&self, decl: &Decl) -> Result<Vec<Uuid>> {
        let bases = self.base_ids(decl)?;
        for (id, name) in bases.iter().zip(decl.bases()) {
            self.check_base(*id, name).map_err(|error| located(error, decl.span))?;
        }
        if bases.is_empty() {
            return Ok(self.below.object_type_named("std::Object").map(|ty| ty.id).into_iter().collect());
        }
        Ok(bases)
    }

    fn check_base(&self, id: Uuid, name: &str) -> Result<()> {
        let Some(base) = self.object(id) else {
            let message = format!("'{name}' exists, but is a scalar type, not an object type");
            return Err(Diagnostic::new(ErrorCode::INVALID_REFERENCE, message));
        };
        if self.declared.builtin || !base.builtin || matches!(name, "std::Object" | "std::BaseObject") {
            return Ok(());
        }
        match base.name.module() {
            module if module.starts_with("ext::") => Ok(()),
            _ => {
                let message = format!("cannot extend system type '{name}'");
                Err(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message))
            }
        }
    }

    fn type_pointers(
        &self,
        decl: &Decl,
        parents: &[Arc<ObjectType>],
    ) -> Result<IndexMap<Arc<str>, Arc<Pointer>>> {
        let mut inherited: IndexMap<Arc<str>, Vec<Arc<Pointer>>> = IndexMap::new();
        for pointer in parents.iter().flat_map(|parent| parent.pointers.values()) {
            inherited.entry(pointer.name.clone()).or_default().push(pointer.clone());
        }
        let mut pointers = IndexMap::new();
        for (name, above) in &inherited {
            let own = decl.pointers().find(|child| child.name == *name);
            let pointer = self.pointer(decl, own, name, above)?;
            pointers.insert(name.clone(), Arc::new(pointer));
        }
        for child in decl.pointers().filter(|child| !inherited.contains_key(&child.name)) {
            if child.overloaded {
                let message = format!(
                    "{}: cannot be declared `overloaded` as there are no ancestors defining it.",
                    verbose_name(child, Some(decl))
                );
                return Err(located(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message), child.span));
            }
            let pointer = self.pointer(decl, Some(child), &child.name, &[])?;
            pointers.insert(child.name.clone(), Arc::new(pointer));
        }
        Ok(pointers)
    }
}
