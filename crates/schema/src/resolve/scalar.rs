//! Scalar types.

use std::sync::Arc;

use diag::Result;
use syntax::ast::ObjectKind;

use super::Resolver;
use super::order::bases_first;
use crate::QName;
use crate::decl::{Decl, Field};
use crate::layer::Named;
use crate::model::*;

impl Resolver<'_> {
    pub(super) fn add_scalars(&mut self) -> Result<()> {
        for decl in bases_first(self.declared, ObjectKind::ScalarType, |_| true)? {
            let ty = self.scalar(decl)?;
            self.insert(&decl.name, Named::Scalar(Arc::new(ty)));
        }
        Ok(())
    }

    fn scalar(&self, decl: &Decl) -> Result<ScalarType> {
        let members = decl.texts(Field::Members);
        let is_enum = !members.is_empty();
        let bases = match is_enum {
            true => self.named("std::anyenum").map(Named::id).into_iter().collect(),
            false => self.base_ids(decl)?,
        };
        let parents: Vec<Arc<ScalarType>> = bases.iter().filter_map(|id| self.scalar_by_id(*id)).collect();
        let is_abstract = decl.is(Field::Abstract);
        let base = if is_enum { Some(decl.id) } else { parents.iter().find_map(|parent| parent.base) };
        // An extension may bring a representation of its own.
        let base = base.or((self.declared.builtin && !is_abstract).then_some(decl.id));
        self.check_scalar(decl, &parents)?;
        let inherited: Vec<&[Arc<Constraint>]> = parents.iter().map(|parent| &*parent.constraints).collect();
        let annotations: Vec<&[AnnotationValue]> =
            parents.iter().map(|parent| &*parent.annotations).collect();
        Ok(ScalarType {
            id: decl.id,
            name: QName::parse(&decl.name),
            is_abstract,
            builtin: self.declared.builtin,
            ancestors: self.ancestors(decl, &bases)?,
            bases,
            base,
            enum_values: is_enum
                .then(|| members.into())
                .or_else(|| parents.iter().find_map(|parent| parent.enum_values.clone())),
            args: decl.texts(Field::TypeArgs).to_vec(),
            default: decl
                .expr(Field::Default)
                .cloned()
                .or_else(|| parents.iter().find_map(|it| it.default.clone())),
            constraints: self.constraints(ConstraintSubject::Scalar(decl.id), Some(decl), &inherited)?,
            annotations: self.annotations(Some(decl), &annotations)?,
        })
    }

    pub(super) fn scalar_by_id(&self, id: uuid::Uuid) -> Option<Arc<ScalarType>> {
        match self.by_id(id)? {
            Named::Scalar(ty) => Some(ty.clone()),
            _ => None,
        }
    }
}
