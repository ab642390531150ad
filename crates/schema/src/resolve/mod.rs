//! From declarations to the resolved schema: everything inherited, every reference an id.

mod callable;
mod callable_rules;
mod constraint;
mod constraint_rules;
mod named;
mod object;
mod order;
mod pointer;
mod pointer_rules;
mod rule;
mod scalar;
mod scalar_rules;
mod settle;
mod type_title;
mod union;

pub(crate) use callable::shown_signature;
pub(crate) use callable_rules::same_signature;
pub(crate) use settle::settle_kinds;

use std::collections::HashMap;
use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result, Span};
use syntax::ast::ObjectKind;
use value::Uuid;

use crate::decl::{Decl, DeclType, Declared, verbose_name};
use crate::identity::derived;
use crate::layer::{Layer, Named};
use crate::linearize::linearize;
use crate::model::*;
use crate::{QName, Schema, TupleElement, TypeRef};

/// Works out the layer that the declarations make on top of `below`.
///
/// With `strict`, a pointer that is also inherited must have been written with `overloaded`.
pub(crate) fn resolve(below: &Schema, declared: &Declared, strict: bool) -> Result<Layer> {
    let mut resolver = Resolver { below, declared, strict, types: HashMap::new(), layer: Layer::default() };
    resolver.collect_types();
    resolver.add_modules();
    resolver.add_annotations()?;
    resolver.add_abstract_constraints()?;
    resolver.add_abstract_indexes()?;
    resolver.add_scalars()?;
    resolver.add_abstract_pointers()?;
    resolver.add_object_types()?;
    resolver.check_unions()?;
    resolver.add_functions()?;
    resolver.add_named()?;
    resolver.layer.migrations = declared.migrations.clone();
    Ok(resolver.layer)
}

struct Resolver<'a> {
    below: &'a Schema,
    declared: &'a Declared,
    strict: bool,
    /// Declared types by full name.
    types: HashMap<Arc<str>, TypeRef>,
    layer: Layer,
}

impl<'a> Resolver<'a> {
    fn collect_types(&mut self) {
        for decl in self.declared.iter() {
            let ty = match decl.class {
                ObjectKind::ScalarType => TypeRef::Scalar(decl.id),
                ObjectKind::Type => TypeRef::Object(decl.id),
                _ => continue,
            };
            self.types.insert(decl.name.clone(), ty);
        }
    }

    fn named(&self, name: &str) -> Option<&Named> {
        self.layer.names.get(name).or_else(|| self.below.named(name))
    }

    fn by_id(&self, id: Uuid) -> Option<&Named> {
        let own = self.layer.ids.get(&id).and_then(|name| self.layer.names.get(name));
        own.or_else(|| self.below.by_id(id))
    }

    fn object(&self, id: Uuid) -> Option<&Arc<ObjectType>> {
        match self.by_id(id)? {
            Named::Object(ty) => Some(ty),
            _ => None,
        }
    }

    /// The type with this full name, resolved already or not.
    fn type_named(&self, name: &str) -> Option<TypeRef> {
        if let Some(ty) = self.types.get(name) {
            return Some(ty.clone());
        }
        match self.below.named(name)? {
            Named::Scalar(ty) => Some(TypeRef::Scalar(ty.id)),
            Named::Object(ty) => Some(TypeRef::Object(ty.id)),
            _ => None,
        }
    }

    fn ty(&self, ty: &DeclType, span: Option<Span>) -> Result<TypeRef> {
        match ty {
            DeclType::Name(name) => match &**name {
                "anytype" => Ok(TypeRef::AnyType),
                "anytuple" => Ok(TypeRef::AnyTuple),
                "anyobject" => Ok(TypeRef::AnyObject),
                name => self.type_named(name).ok_or_else(|| no_such_type(name, span)),
            },
            DeclType::Applied(name, _) => self.type_named(name).ok_or_else(|| no_such_type(name, span)),
            DeclType::Tuple(elements) => {
                let element = |(name, ty): &(Option<Arc<str>>, DeclType)| {
                    Ok(TupleElement { name: name.clone(), ty: self.ty(ty, span)? })
                };
                Ok(TypeRef::Tuple(elements.iter().map(element).collect::<Result<_>>()?))
            }
            DeclType::Array(of) => Ok(TypeRef::Array(self.ty(of, span)?.into())),
            DeclType::Range(of) => Ok(TypeRef::Range(self.range_of(of, span)?.into())),
            DeclType::MultiRange(of) => Ok(TypeRef::MultiRange(self.range_of(of, span)?.into())),
            DeclType::Union(names) => {
                let id = |name: &Arc<str>| match self.type_named(name) {
                    Some(TypeRef::Object(id)) => Ok(id),
                    _ => Err(no_such_type(name, span)),
                };
                Ok(TypeRef::Union(names.iter().map(id).collect::<Result<_>>()?))
            }
        }
    }

    /// The type of a range's bounds: one of the library's that has an order to make ranges of.
    fn range_of(&self, of: &DeclType, span: Option<Span>) -> Result<TypeRef> {
        let ty = self.ty(of, span)?;
        let point = self.below.scalar_type_named("std::anypoint").map(|ty| ty.id);
        let fits = match (&ty, point) {
            (TypeRef::Scalar(id), Some(point)) => {
                self.below.scalar_type(*id).is_some_and(|ty| ty.id == point || ty.ancestors.contains(&point))
            }
            (other, _) => other.has_pseudo_type(),
        };
        if fits {
            return Ok(ty);
        }
        let message = format!("unsupported range subtype: {of}");
        Err(located(Diagnostic::new(ErrorCode::UNSUPPORTED_FEATURE, message), span))
    }

    /// The ids that the bases of a declaration name, in order.
    fn base_ids(&self, decl: &Decl) -> Result<Vec<Uuid>> {
        let id = |name: &Arc<str>| {
            let known = self.named(name).map(Named::id);
            known.ok_or_else(|| {
                let message = format!("{} '{name}' does not exist", crate::decl::class_title(decl.class));
                located(Diagnostic::new(ErrorCode::INVALID_REFERENCE, message), decl.span)
            })
        };
        decl.bases().iter().map(id).collect()
    }

    fn ancestors(&self, decl: &Decl, bases: &[Uuid]) -> Result<Vec<Uuid>> {
        linearize(bases, |id| self.ancestors_of(id)).ok_or_else(|| {
            let message =
                format!("could not find consistent ancestor order for {}", verbose_name(decl, None));
            located(Diagnostic::new(ErrorCode::SCHEMA, message), decl.span)
        })
    }

    fn ancestors_of(&self, id: Uuid) -> &[Uuid] {
        match self.by_id(id) {
            Some(Named::Object(it)) => &it.ancestors,
            Some(Named::Scalar(it)) => &it.ancestors,
            Some(Named::Constraint(it)) => &it.ancestors,
            Some(Named::Pointer(it)) => &it.bases,
            _ => &[],
        }
    }

    /// Own annotations, and inheritable ones of what is inherited from that are not set anew.
    fn annotations(
        &self,
        decl: Option<&Decl>,
        inherited: &[&[AnnotationValue]],
    ) -> Result<Vec<AnnotationValue>> {
        let mut values: Vec<AnnotationValue> = Vec::new();
        for child in decl.iter().flat_map(|decl| decl.children_of(ObjectKind::AnnotationValue)) {
            values.push(self.annotation_value(child)?);
        }
        for value in inherited.iter().copied().flatten() {
            let passes =
                matches!(self.by_id(value.annotation), Some(Named::Annotation(it)) if it.inheritable);
            if passes && values.iter().all(|it| it.annotation != value.annotation) {
                values.push(AnnotationValue { owned: false, ..value.clone() });
            }
        }
        Ok(values)
    }

    fn annotation_value(&self, decl: &Decl) -> Result<AnnotationValue> {
        let Some(Named::Annotation(annotation)) = self.named(&decl.name) else {
            let message = format!("annotation '{}' does not exist", decl.name);
            return Err(located(Diagnostic::new(ErrorCode::INVALID_REFERENCE, message), decl.span));
        };
        Ok(AnnotationValue {
            annotation: annotation.id,
            name: annotation.name.clone(),
            value: decl.text(crate::decl::Field::Value).cloned().unwrap_or_default(),
            owned: true,
        })
    }

    fn insert(&mut self, name: &str, item: Named) {
        self.layer.insert(QName::parse(name), item);
    }
}

fn no_such_type(name: &str, span: Option<Span>) -> Diagnostic {
    located(Diagnostic::new(ErrorCode::INVALID_REFERENCE, format!("type '{name}' does not exist")), span)
}

/// The diagnostic, at the place if there is one.
fn located(error: Diagnostic, span: Option<Span>) -> Diagnostic {
    error.at_if_unknown(span)
}
