//! Shapes: what is computed for each object of a set.

mod assigned;
mod element;
mod implicit;
mod splat;

use std::collections::HashSet;
use std::sync::Arc;

use diag::{Result, Span};
use ir::{Cardinality, Element, ElementKind, Expr, Kind, ObjectType, Shape, ShapeElement, Type, VarId};
use syntax::ast;
use uuid::Uuid;

use crate::context::Context;
use crate::names::describe_type;
use crate::path::{self, LinkRef, link_of};
use crate::scope::{PathId, Scope, ShapeOf};
use crate::types::FREE_OBJECT;
use crate::{errors, expr};

/// The objects that a shape is of, as its elements see them.
pub(crate) struct Subject<'a> {
    pub(crate) object: &'a ObjectType,
    pub(crate) var: VarId,
    pub(crate) path: Option<PathId>,
    /// The link whose properties the shape may name.
    pub(crate) link: Option<LinkRef>,
    /// The shape sets link properties, it does not show them.
    pub(crate) assigns: bool,
    /// The objects are the value of a computed link, which has the properties that the shape makes.
    pub(crate) in_computed_link: bool,
}

/// What a shape is made for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Show,
    /// Its objects are the value of a computed link.
    ComputeLink,
    /// Its objects are assigned to a link.
    Assign,
}

/// `subject { … }`, or a free object.
pub(crate) fn compile(
    cx: &mut Context<'_>,
    scope: &Scope,
    subject: Option<&ast::Expr>,
    elements: &[ast::ShapeElement],
    span: Span,
) -> Result<Expr> {
    let Some(subject) = subject else {
        return free_object(cx, scope, elements);
    };
    if matches!(subject.kind, ast::ExprKind::Param(_)) {
        return Err(errors::shape_of_param(subject.span));
    }
    let place = scope.site.shape_of.clone();
    let source = expr::compile(cx, &scope.clone().shape_of(ShapeOf::Set), subject)?;
    let path = path::id(cx, scope, subject);
    let link = match &place {
        ShapeOf::Set => None,
        ShapeOf::Pointer => link_of(cx, &source),
        ShapeOf::Assigned(link) => Some(link.clone()),
    };
    let purpose = match place {
        ShapeOf::Set => Purpose::Show,
        ShapeOf::Pointer => Purpose::ComputeLink,
        ShapeOf::Assigned(_) => Purpose::Assign,
    };
    if !matches!(source.ty, Type::Object(_)) {
        return Err(errors::shape_of(describe_type(&source.ty)).at(span));
    }
    of(cx, scope, source, path, (link, purpose), elements)
}

/// A shape of objects already compiled.
pub(crate) fn of(
    cx: &mut Context<'_>,
    scope: &Scope,
    source: Expr,
    path: Option<PathId>,
    (link, purpose): (Option<LinkRef>, Purpose),
    elements: &[ast::ShapeElement],
) -> Result<Expr> {
    let Type::Object(object) = source.ty.clone() else {
        return Err(errors::shape_of(describe_type(&source.ty)));
    };
    let var = cx.element_var(&source);
    cx.derived.shape(var);
    let (assigns, in_computed_link) = (purpose == Purpose::Assign, purpose == Purpose::ComputeLink);
    let subject = Subject { object: &object, var, path, link, assigns, in_computed_link };
    let elements = build(cx, scope, &subject, elements)?;
    Ok(shape_of(source, var, &object, elements))
}

/// `{ a := 1 }`.
fn free_object(cx: &mut Context<'_>, scope: &Scope, elements: &[ast::ShapeElement]) -> Result<Expr> {
    let object = ObjectType { id: Uuid::nil(), name: FREE_OBJECT.into(), shape: None };
    let var = cx.new_var(Type::Object(Arc::new(object.clone())), Cardinality::One);
    let subject =
        Subject { object: &object, var, path: None, link: None, assigns: false, in_computed_link: false };
    let elements = build(cx, scope, &subject, elements)?;
    let ty = shaped(&object, &elements);
    Ok(Expr::new(Kind::Shape { source: None, var, elements }, ty, Cardinality::One))
}

/// The objects of `source` with these elements.
pub(crate) fn shape_of(source: Expr, var: VarId, object: &ObjectType, elements: Vec<Element>) -> Expr {
    let ty = shaped(object, &elements);
    let cardinality = source.cardinality;
    Expr::new(Kind::Shape { source: Some(Box::new(source)), var, elements }, ty, cardinality)
}

fn shaped(object: &ObjectType, elements: &[Element]) -> Type {
    let elements = elements.iter().map(|element| copy(&element.element)).collect();
    Type::Object(Arc::new(ObjectType { shape: Some(Arc::new(Shape { elements })), ..object.clone() }))
}

/// The elements: written ones and those of splats in order, link properties last, then what is implicit.
fn build(
    cx: &mut Context<'_>,
    scope: &Scope,
    subject: &Subject<'_>,
    written: &[ast::ShapeElement],
) -> Result<Vec<Element>> {
    let inner = scope.clone().shape_of(ShapeOf::Set).with_subject(subject.path.clone(), subject.var);
    let items = splat::expand(cx, &inner, subject, written)?;
    let mut found: Vec<Element> = Vec::new();
    let mut seen: HashSet<(Arc<str>, bool)> = HashSet::new();
    for item in &items {
        // A level of shapes takes as much stack as two of other expressions.
        let built = cx.nested(|cx| element::compile(cx, &inner, subject, item))?;
        let is_property = built.element.kind == ElementKind::LinkProperty;
        if !seen.insert((built.element.name.clone(), is_property)) {
            let what = element::describe(&built);
            return Err(errors::duplicate_element(what, describe_type(&bare(subject.object)), item.span));
        }
        found.push(built);
    }
    let (properties, mut elements): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|element| element.element.kind == ElementKind::LinkProperty);
    elements.extend(properties);
    implicit::complete(cx, &inner, subject, elements)
}

/// The object type without a shape.
pub(crate) fn bare(object: &ObjectType) -> Type {
    Type::Object(Arc::new(ObjectType { shape: None, ..object.clone() }))
}

/// The element, no longer shown.
pub(crate) fn hidden(element: &ShapeElement) -> ShapeElement {
    ShapeElement { hidden: true, ..copy(element) }
}

/// Shape elements are shared, not cloned; a changed one starts as a copy.
pub(crate) fn copy(element: &ShapeElement) -> ShapeElement {
    ShapeElement {
        name: element.name.clone(),
        kind: element.kind,
        cardinality: element.cardinality,
        ty: element.ty.clone(),
        implicit: element.implicit,
        hidden: element.hidden,
        computed: element.computed,
        source: element.source.clone(),
    }
}

/// Whether a shape shows anything.
pub(crate) fn shows(object: &ObjectType) -> bool {
    object.shape.as_ref().is_some_and(|shape| shape.elements.iter().any(|element| !element.hidden))
}

/// Whether values of the type are objects that show something.
pub(crate) fn shows_something(ty: &Type) -> bool {
    matches!(ty, Type::Object(object) if shows(object))
}

pub(crate) use assigned::link_property_assignments;
pub(crate) use implicit::identity_shape;
