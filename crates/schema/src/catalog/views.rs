//! Rows of the types that aliases and computed globals make.

use std::sync::Arc;

use indexmap::IndexMap;
use syntax::ast::{Expr, ExprKind, PathRoot, PathStepKind, QueryKind, ShapeElement, ShapeTarget};
use value::Uuid;

use super::types::of_collection;
use super::{Collector, ordered, owned};
use crate::model::*;
use crate::trace::type_of;
use crate::{Expression, QName, TypeRef};

/// Shapes nested deeper than this make no types.
const MAX_DEPTH: usize = 8;

impl Collector<'_> {
    /// The type of an alias or computed global: one of its own, named after it. A shape below a LIMIT or an OFFSET has
    /// another, which that of an alias names after both.
    pub(super) fn add_view(
        &mut self,
        name: &QName,
        expr: &Expression,
        inferred: Option<&Inferred>,
        is_alias: bool,
    ) -> Option<Uuid> {
        let ty = inferred.map(|it| it.ty.clone()).or_else(|| type_of(self.schema, expr, None))?;
        let id = view_id(name.as_str());
        match &ty {
            TypeRef::Object(base) => {
                let base = self.schema.object_type(*base)?.clone();
                self.add_shaped_view(name, &base, expr, is_alias);
            }
            TypeRef::Scalar(base) => {
                let base = self.schema.scalar_type(*base)?.clone();
                let view = ScalarType {
                    id,
                    name: name.clone(),
                    builtin: false,
                    bases: vec![base.id],
                    ancestors: above(base.id, &base.ancestors),
                    constraints: Vec::new(),
                    ..ScalarType::clone(&base)
                };
                self.add_scalar_row(&Arc::new(view), Some(expr.text().to_owned()));
            }
            TypeRef::Union(_) | TypeRef::AnyType | TypeRef::AnyTuple | TypeRef::AnyObject => {
                return Some(self.note(&ty));
            }
            collection => self.add_collection_view(id, name, collection, expr.text()),
        }
        Some(id)
    }

    fn add_shaped_view(&mut self, name: &QName, base: &ObjectType, expr: &Expression, is_alias: bool) {
        let tree = expr.tree().ok();
        let shape = tree.and_then(outer_shape).unwrap_or_default();
        let stem = format!("__{}", name.local());
        if shape.is_empty() || !tree.is_some_and(is_cut) {
            self.add_object_view(name, base, Some(expr.text()), shape, &stem, 0);
            return;
        }
        let inner = if is_alias { format!("{stem}__{}", base.name.local()) } else { stem.clone() };
        let inner = QName::new(name.module(), &inner);
        let inner = self.add_object_view(&inner, base, None, shape, &stem, 0);
        self.add_object_view(name, &inner, Some(expr.text()), &[], &stem, 0);
    }

    fn add_collection_view(&mut self, id: Uuid, name: &QName, ty: &TypeRef, expr: &str) {
        let of = self.note(ty);
        let class = match ty {
            TypeRef::Tuple(_) => "schema::TupleExprAlias",
            TypeRef::Range(_) => "schema::RangeExprAlias",
            TypeRef::MultiRange(_) => "schema::MultiRangeExprAlias",
            _ => "schema::ArrayExprAlias",
        };
        let (ty, expr) = (ty.clone(), expr.to_owned());
        self.row(class, id, name.as_arc().clone(), false, move |row| {
            let row = row.flag("from_alias", true).flag("abstract", false).text("expr", &expr);
            of_collection(row, of, &ty)
        });
    }

    /// A type that has all that `base` has and what a shape adds. Types of shapes within are named after `stem`.
    fn add_object_view(
        &mut self,
        name: &QName,
        base: &ObjectType,
        expr: Option<&str>,
        shape: &[ShapeElement],
        stem: &str,
        depth: usize,
    ) -> ObjectType {
        let id = view_id(name.as_str());
        let inherited = base.pointers.values().map(|pointer| seen_through(pointer, id));
        let mut pointers: IndexMap<_, _> = inherited.map(|it| (it.name.clone(), Arc::new(it))).collect();
        for element in shape {
            if let Some(mut pointer) = self.shape_pointer(base, id, element) {
                self.add_nested(name.module(), stem, &mut pointer, element, depth);
                pointers.shift_remove(&pointer.name);
                pointers.insert(pointer.name.clone(), Arc::new(pointer));
            }
        }
        let ancestors = above(base.id, &base.ancestors);
        let view = ObjectType { id, name: name.clone(), pointers, ancestors, ..base.clone() };
        self.add_view_row(&view, base.id, expr);
        view
    }

    fn add_view_row(&mut self, view: &ObjectType, base: Uuid, expr: Option<&str>) {
        view.pointers.values().for_each(|pointer| self.add_pointer(pointer, Some(view.id)));
        let (expr, of) = (expr.map(Arc::from), view.clone());
        self.row("schema::ObjectType", view.id, view.name.as_arc().clone(), false, move |row| {
            row.texts::<&str>("computed_fields", &[])
                .texts::<&str>("inherited_fields", &[])
                .flag("abstract", false)
                .flag("from_alias", true)
                .some_text("expr", expr.as_ref())
                .links("bases", ordered([base]))
                .links("ancestors", ordered(of.ancestors.iter().copied()))
                .links("pointers", owned(of.pointers.values(), |it| it.id, |it| it.owned))
        });
    }

    /// The pointer that an element of a shape makes: a computed one, or one whose targets have a shape.
    fn shape_pointer(&self, base: &ObjectType, view: Uuid, element: &ShapeElement) -> Option<Pointer> {
        let ShapeTarget::Path(path) = &element.target else { return None };
        let of_base = base.pointer(&path.name.text).cloned();
        let computed = element.value.as_ref().map(|(_, value)| Expression::of(value.clone()));
        let mut pointer = match (&of_base, &computed) {
            (Some(pointer), None) if element.elements.is_some() => seen_through(pointer, view),
            (_, Some(_)) => {
                let kind = PointerKind::Property;
                Pointer::bare(crate::identity::derived(view, &path.name.text), path.name.text.clone(), kind)
            }
            _ => return None,
        };
        pointer.source = Some(view);
        pointer.owned = true;
        if let Some(computed) = &computed {
            let ty = match computed.tree().is_ok_and(is_untyped_backlink) {
                true => self.schema.object_type_named("std::BaseObject").map(|ty| TypeRef::Object(ty.id)),
                false => type_of(self.schema, computed, Some(TypeRef::Object(base.id))),
            };
            pointer.kind =
                if ty.as_ref().is_some_and(TypeRef::is_object) { PointerKind::Link } else { pointer.kind };
            let many = element.cardinality == Some(syntax::ast::Cardinality::Multi);
            pointer.inferred = ty.map(|ty| Inferred {
                ty,
                cardinality: if many { Cardinality::Many } else { Cardinality::One },
                required: element.required.unwrap_or(false),
            });
            pointer.computed = Some(computed.clone());
        }
        Some(pointer)
    }

    /// A shape over the targets of a pointer makes a type of its own, which the pointer then has for its target.
    fn add_nested(
        &mut self,
        module: &str,
        stem: &str,
        pointer: &mut Pointer,
        element: &ShapeElement,
        depth: usize,
    ) {
        let (Some(elements), Some(TypeRef::Object(target))) = (&element.elements, pointer.target()) else {
            return;
        };
        let Some(target) = self.schema.object_type(*target).cloned().filter(|_| depth < MAX_DEPTH) else {
            return;
        };
        let local = format!("{stem}__{}", pointer.name);
        let nested = QName::new(module, &local);
        let view = self.add_object_view(&nested, &target, None, elements, &local, depth + 1);
        pointer.target = Some(TypeRef::Object(view.id));
    }
}

/// A pointer as a view has it: nothing is enforced there.
fn seen_through(pointer: &Pointer, view: Uuid) -> Pointer {
    let mut pointer = pointer.inherited_by(view);
    let bare = |pointer: &mut Pointer| {
        pointer.constraints.clear();
        pointer.rewrites.clear();
        pointer.indexes.clear();
    };
    bare(&mut pointer);
    pointer.properties.values_mut().for_each(|property| bare(Arc::make_mut(property)));
    pointer
}

fn above(base: Uuid, ancestors: &[Uuid]) -> Vec<Uuid> {
    std::iter::once(base).chain(ancestors.iter().copied()).collect()
}

fn view_id(name: &str) -> Uuid {
    crate::identity::derived_id(&format!("view {name}"))
}

/// Whether an expression ends in `.<name` with no `[is T]` after it: that may lead to anything.
fn is_untyped_backlink(expr: &Expr) -> bool {
    let ExprKind::Path(path) = &expr.kind else { return false };
    matches!(path.steps.last().map(|step| &step.kind), Some(PathStepKind::Backlink(_)))
}

/// Whether only some of the elements of an expression come out, by their number.
fn is_cut(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Query(query) => match &query.kind {
            QueryKind::Select(select) => select.limit.is_some() || select.offset.is_some(),
            _ => false,
        },
        ExprKind::Path(path) if path.steps.is_empty() => match &path.root {
            PathRoot::Expr(inner) => is_cut(inner),
            _ => false,
        },
        _ => false,
    }
}

/// The shape that the elements of an expression come out with.
fn outer_shape(expr: &Expr) -> Option<&[ShapeElement]> {
    match &expr.kind {
        ExprKind::Shape { subject: Some(_), elements } => Some(elements),
        ExprKind::Query(query) => match &query.kind {
            QueryKind::Select(select) => outer_shape(&select.result),
            QueryKind::For(query) => outer_shape(&query.body),
            _ => None,
        },
        ExprKind::Path(path) if path.steps.is_empty() => match &path.root {
            PathRoot::Expr(inner) => outer_shape(inner),
            _ => None,
        },
        _ => None,
    }
}
