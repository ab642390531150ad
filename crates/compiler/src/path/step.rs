//! The steps of a path.

use std::sync::Arc;

use diag::{Result, Span};
use ir::{Cardinality, Expr, Kind, ObjectType, Type};
use syntax::ast;
use uuid::Uuid;

use super::pointer::{names, stored_cardinality};
use super::{Found, SchemaExpr, compile_schema_expr, computed, find, ir_pointer, link_of, pointer_type};
use crate::context::Context;
use crate::errors;
use crate::expr::{for_each, let_of, object_type_expr, tuple_element};
use crate::names::describe_type;
use crate::rules;
use crate::scope::Scope;

/// One step, other than a backlink. `first`: nothing but a name stands before it.
pub(super) fn follow(
    cx: &mut Context<'_>,
    scope: &Scope,
    source: Expr,
    step: &ast::PathStep,
    first: bool,
) -> Result<Expr> {
    let expr = match &step.kind {
        ast::PathStepKind::Pointer(name) => step_to(cx, scope, source, &name.text, step.span),
        ast::PathStepKind::LinkProperty(name) => {
            link_property(cx, scope, source, &name.text, step.span, first)
        }
        ast::PathStepKind::TypeIntersection(ty) => intersect(cx, scope, source, ty, step.span),
        ast::PathStepKind::Backlink(name) => {
            super::backlink::follow(cx, scope, source, name, None, step.span)
        }
    }?;
    Ok(expr)
}

/// `source.name`.
pub(crate) fn step_to(
    cx: &mut Context<'_>,
    scope: &Scope,
    source: Expr,
    name: &str,
    span: Span,
) -> Result<Expr> {
    match source.ty.clone() {
        Type::Object(object) => object_pointer(cx, scope, source, &object, name, span),
        Type::Tuple(tuple) => {
            let by_name = tuple.names.iter().position(|it| &**it == name);
            let index = by_name.or_else(|| name.parse().ok().filter(|at| *at < tuple.elements.len()));
            let index = index.ok_or_else(|| errors::no_such_element(name, &tuple, span))?;
            let ty = tuple.elements.get(index).cloned().unwrap_or(Type::Any);
            Ok(element_of_alias(&source, index).unwrap_or_else(|| tuple_element(source, index, ty)))
        }
        other => Err(errors::property_of_primitive(other, span)),
    }
}

/// The element of a tuple that an alias stands for.
fn element_of_alias(tuple: &Expr, index: usize) -> Option<Expr> {
    let Kind::Tuple(items) = &tuple.kind else { return None };
    let of_alias = items.iter().all(|item| matches!(item.kind, Kind::Var(_) | Kind::Scan { .. }));
    items.get(index).filter(|_| of_alias).cloned()
}

fn object_pointer(
    cx: &mut Context<'_>,
    scope: &Scope,
    source: Expr,
    object: &ObjectType,
    name: &str,
    span: Span,
) -> Result<Expr> {
    if let Some(index) = computed_field(object, name) {
        return Ok(field(source, object, index));
    }
    if name == "__type__" && !object.id.is_nil() {
        return Ok(type_of(cx, source));
    }
    let found = find(cx, object.id, name);
    if found.as_ref().is_some_and(Found::is_secret) {
        return Err(errors::secret(name, describe_type(&plain(object)), span));
    }
    match found {
        Some(Found::One(owner, pointer)) => one(cx, scope, source, owner, &pointer),
        Some(Found::Several(members)) => several(cx, scope, source, &members),
        None => Err(unknown_pointer(cx, object, name).at(span)),
    }
}

/// That a type has no pointer of this name.
pub(crate) fn unknown_pointer(cx: &Context<'_>, object: &ObjectType, name: &str) -> diag::Diagnostic {
    let declared = names(cx, object.id);
    let shape = object.shape.iter().flat_map(|shape| &shape.elements).map(|element| &element.name);
    let known = declared.iter().chain(shape).map(|name| &**name);
    errors::no_such_pointer(describe_type(&plain(object)), name, known)
}

fn plain(object: &ObjectType) -> Type {
    Type::Object(Arc::new(ObjectType { shape: None, ..object.clone() }))
}

/// The element of the type's shape that must be read instead of the stored pointer of its name.
fn computed_field(object: &ObjectType, name: &str) -> Option<usize> {
    let elements = &object.shape.as_ref()?.elements;
    elements.iter().position(|element| {
        &*element.name == name && element.kind != ir::ElementKind::LinkProperty && element.computed
    })
}

/// An element of the shape that the type of `source` has.
pub(crate) fn field(source: Expr, object: &ObjectType, index: usize) -> Expr {
    let element = object.shape.as_ref().and_then(|shape| shape.elements.get(index));
    let (ty, own) =
        element.map_or((Type::Any, Cardinality::Many), |element| (element.ty.clone(), element.cardinality));
    let cardinality = source.cardinality.product(own);
    let is_link = matches!(ty, Type::Object(_));
    let many = source.cardinality.is_multi();
    let read = Expr::new(Kind::ShapeField { source: Box::new(source), index }, ty.clone(), cardinality);
    // A path through a link is a set, however many objects it passes through.
    match is_link && many && !is_free(&ty) {
        true => Expr::new(Kind::Distinct(Box::new(read)), ty, cardinality),
        false => read,
    }
}

fn is_free(ty: &Type) -> bool {
    matches!(ty, Type::Object(object) if object.id.is_nil())
}

fn type_of(cx: &Context<'_>, source: Expr) -> Expr {
    let cardinality = source.cardinality;
    let ty = cx.compiler.std_object("schema::ObjectType");
    let types = Expr::new(Kind::TypeOf { source: Box::new(source) }, ty.clone(), cardinality);
    match cardinality.is_multi() {
        true => Expr::new(Kind::Distinct(Box::new(types)), ty, cardinality),
        false => types,
    }
}

fn one(
    cx: &mut Context<'_>,
    scope: &Scope,
    source: Expr,
    owner: Uuid,
    pointer: &Arc<schema::Pointer>,
) -> Result<Expr> {
    match &pointer.computed {
        Some(expression) => {
            let many = source.cardinality.is_multi();
            let value = for_each(cx, source, |cx, var| computed(cx, scope, var, owner, pointer, expression))?;
            let distinct = many && matches!(value.ty, Type::Object(_)) && !is_free(&value.ty);
            Ok(if distinct { distinct_of(value) } else { value })
        }
        None => stored(cx, scope, source, owner, pointer),
    }
}

fn distinct_of(value: Expr) -> Expr {
    let (ty, cardinality) = (value.ty.clone(), value.cardinality);
    Expr::new(Kind::Distinct(Box::new(value)), ty, cardinality)
}

fn stored(
    cx: &mut Context<'_>,
    scope: &Scope,
    source: Expr,
    owner: Uuid,
    pointer: &schema::Pointer,
) -> Result<Expr> {
    let read = ir_pointer(cx, owner, pointer);
    let ty = pointer_type(cx, pointer);
    let cardinality = source.cardinality.product(stored_cardinality(pointer));
    read_pointer(cx, scope, source, read, ty, cardinality)
}

/// Reads a stored pointer; targets that access policies hide are left out.
pub(super) fn read_pointer(
    cx: &mut Context<'_>,
    scope: &Scope,
    source: Expr,
    pointer: ir::Pointer,
    ty: Type,
    cardinality: Cardinality,
) -> Result<Expr> {
    let targets = pointer.targets.to_vec();
    let kind = Kind::Pointer { source: Box::new(source), pointer: Arc::new(pointer) };
    let read = Expr::new(kind, ty, cardinality);
    rules::visible_targets(cx, scope, read, &targets)
}

/// A pointer that every member of a union has: read by name where all store it, else member by member.
fn several(
    cx: &mut Context<'_>,
    scope: &Scope,
    source: Expr,
    members: &[(Uuid, Arc<schema::Pointer>)],
) -> Result<Expr> {
    let ty = common_target(cx, members);
    if members.iter().any(|(_, pointer)| pointer.is_computed()) {
        return by_member(cx, scope, source, members, ty);
    }
    let all: Vec<ir::Pointer> =
        members.iter().map(|(owner, pointer)| ir_pointer(cx, *owner, pointer)).collect();
    let required = members.iter().all(|(_, pointer)| pointer.is_required());
    let multi = members.iter().any(|(_, pointer)| pointer.is_multi());
    let mut targets: Vec<Uuid> = all.iter().flat_map(|pointer| pointer.targets.iter().copied()).collect();
    targets.sort();
    targets.dedup();
    let Some(first) = all.into_iter().next() else { return Ok(source) };
    let read = ir::Pointer { is_multi: multi, targets: targets.into(), exclusive: None, ..first };
    let cardinality = source.cardinality.product(Cardinality::from_bounds(required, multi));
    read_pointer(cx, scope, source, read, ty, cardinality)
}

fn common_target(cx: &Context<'_>, members: &[(Uuid, Arc<schema::Pointer>)]) -> Type {
    let mut types = members.iter().map(|(_, pointer)| pointer_type(cx, pointer));
    let first = types.next().unwrap_or(Type::Any);
    types.fold(first, |common, ty| cx.compiler.common_type(&common, &ty).unwrap_or(common))
}

fn by_member(
    cx: &mut Context<'_>,
    scope: &Scope,
    source: Expr,
    members: &[(Uuid, Arc<schema::Pointer>)],
    ty: Type,
) -> Result<Expr> {
    let var = cx.new_var(source.ty.clone(), source.cardinality);
    let mut parts = Vec::new();
    for (owner, pointer) in members {
        let narrowed = narrow(cx, cx.var(var), cx.compiler.object(*owner));
        parts.push(one(cx, scope, narrowed, *owner, pointer)?);
    }
    let required = parts.iter().all(|part| part.cardinality.is_required());
    let multi = source.cardinality.is_multi() || parts.iter().any(|part| part.cardinality.is_multi());
    let union = Expr::new(Kind::Union(parts), ty, Cardinality::from_bounds(required, multi));
    Ok(let_of(var, source, union))
}

fn link_property(
    cx: &mut Context<'_>,
    scope: &Scope,
    source: Expr,
    name: &Arc<str>,
    span: Span,
    first: bool,
) -> Result<Expr> {
    if !matches!(source.ty, Type::Object(_)) {
        return Err(errors::link_property_of_non_link(span));
    }
    let Some(link) = link_of(cx, &source) else {
        let error = if first {
            errors::link_property_off_path(name, span)
        } else {
            errors::link_property_of_non_link(span)
        };
        return Err(error);
    };
    let Some(property) = link.link.properties.get(name) else {
        if let Some(end) = link_end(cx, scope, &source, name) {
            return Ok(end);
        }
        match &**name {
            "target" => return Ok(source),
            "source" => {
                return Err(diag::Diagnostic::unsupported("`@source` outside of a link's rules").at(span));
            }
            _ => {}
        }
        let known = link.link.properties.keys().map(|name| &**name);
        return Err(errors::no_such_link_property(&link.link.name, &link.source, name, known).at(span));
    };
    let property = property.clone();
    read_link_property(cx, scope, source, &property)
}

/// The values of a link property, of objects that were reached over the link.
pub(crate) fn read_link_property(
    cx: &mut Context<'_>,
    scope: &Scope,
    source: Expr,
    property: &schema::Pointer,
) -> Result<Expr> {
    if let Some(expression) = &property.computed {
        return for_each(cx, source, |cx, var| {
            let it = SchemaExpr { expression, module: "default", subject: Some((var, &[])) };
            cx.nested(|cx| compile_schema_expr(cx, scope, it, |scope| scope))
        });
    }
    let cardinality = source.cardinality.product(stored_cardinality(property));
    let ty = pointer_type(cx, property);
    let kind = Kind::LinkProperty { source: Box::new(source), name: property.name.clone() };
    Ok(Expr::new(kind, ty, cardinality))
}

/// `@source` and `@target`, in the rules of a link: the objects that it joins.
fn link_end(cx: &Context<'_>, scope: &Scope, target: &Expr, name: &str) -> Option<Expr> {
    let source = scope.anchor(ast::Anchor::Source)?;
    match (name, &target.kind) {
        ("source", Kind::Var(var)) if *var != source => Some(cx.var(source)),
        ("target", Kind::Var(var)) if *var != source => Some(target.clone()),
        _ => None,
    }
}

/// `source[is T]`.
pub(crate) fn intersect(
    cx: &mut Context<'_>,
    scope: &Scope,
    source: Expr,
    ty: &ast::TypeExpr,
    span: Span,
) -> Result<Expr> {
    if !matches!(source.ty, Type::Object(_)) {
        return Err(errors::intersection_of_non_object(describe_type(&source.ty), span));
    }
    let wanted = object_type_expr(cx, scope, ty)?;
    Ok(narrow(cx, source, wanted))
}

/// The objects of `source` that are of type `wanted`, typed as both. What the shape computed stays readable.
pub(crate) fn narrow(cx: &Context<'_>, source: Expr, wanted: Type) -> Expr {
    let (Type::Object(from), Type::Object(to)) = (&source.ty, &wanted) else { return source };
    if cx.compiler.is_below(from.id, to.id) {
        return source;
    }
    let both = if cx.compiler.is_below(to.id, from.id) {
        wanted.clone()
    } else {
        cx.compiler.intersection(vec![from.id, to.id])
    };
    let Type::Object(both) = both else { return source };
    let ty = Type::Object(Arc::new(ObjectType { shape: from.shape.clone(), ..(*both).clone() }));
    let types = cx.compiler.concrete(both.id).into();
    let cardinality = source.cardinality.optional();
    Expr::new(Kind::Narrow { source: Box::new(source), types }, ty, cardinality)
}
