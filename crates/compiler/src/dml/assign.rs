//! One assignment of an INSERT or UPDATE.

use std::sync::Arc;

use diag::Result;
use ir::{Assignment, AssignmentOp, Expr, Type};
use syntax::ast;
use uuid::Uuid;

use crate::context::Context;
use crate::expr::{self, is_determined};
use crate::names::describe_type;
use crate::path::{self, Found, LinkRef, SchemaExpr, compile_schema_expr, find};
use crate::scope::{Scope, ShapeOf};
use crate::shape::link_property_assignments;
use crate::{cast, errors, infer};

/// The statement that assigns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Statement {
    Insert,
    Update,
}

/// The assignments that a shape makes to objects of type `owner`.
pub(super) fn assignments(
    cx: &mut Context<'_>,
    scope: &Scope,
    owner: Uuid,
    elements: &[&ast::ShapeElement],
    statement: Statement,
) -> Result<Vec<Assignment>> {
    let mut made: Vec<Assignment> = Vec::new();
    for element in elements {
        let assignment = assignment(cx, scope, owner, element, statement)?;
        if made.iter().any(|it| it.pointer == assignment.pointer) {
            let kind = if assignment.is_link { "link" } else { "property" };
            let what = format!("{kind} '{}'", assignment.pointer);
            return Err(errors::computed_assigned(what, cx.compiler.object(owner), element.span));
        }
        made.push(assignment);
    }
    Ok(made)
}

fn assignment(
    cx: &mut Context<'_>,
    scope: &Scope,
    owner: Uuid,
    element: &ast::ShapeElement,
    statement: Statement,
) -> Result<Assignment> {
    let ast::ShapeTarget::Path(path) = &element.target else {
        return Err(errors::value_wanted(element.span));
    };
    let Some((op, value)) = &element.value else {
        return Err(errors::value_wanted(path.span));
    };
    let pointer = pointer(cx, owner, &path.name.text)?;
    check_pointer(cx, owner, &pointer, statement, element, value)?;
    let op = match op {
        ast::ShapeOp::Assign => AssignmentOp::Set,
        ast::ShapeOp::Append => AssignmentOp::Add,
        ast::ShapeOp::Subtract => AssignmentOp::Remove,
    };
    let place = if pointer.is_link() {
        let source = cx.compiler.object(owner).to_string().into();
        ShapeOf::Assigned(LinkRef { source, link: pointer.clone() })
    } else {
        ShapeOf::Set
    };
    let value = expr::compile(cx, &scope.clone().shape_of(place), value)?;
    let value = fitted(cx, owner, &pointer, value)?;
    if pointer.protected {
        let what = format!("{} '{}'", path::kind_of(&pointer), pointer.name);
        return Err(errors::protected_assigned(what, value.span.unwrap_or(element.span)));
    }
    check_cardinality(cx, &pointer, op, &value).map_err(|error| error.at_if_unknown(Some(element.span)))?;
    finish(cx, scope, &pointer, op, value)
}

/// The assignment of a value that fits.
pub(super) fn finish(
    cx: &mut Context<'_>,
    scope: &Scope,
    pointer: &schema::Pointer,
    op: AssignmentOp,
    value: Expr,
) -> Result<Assignment> {
    let link_properties = link_property_assignments(&value.ty);
    let mut link_defaults = Vec::new();
    for property in pointer.properties.values() {
        let set = link_properties.iter().any(|it| it.name == property.name);
        if let Some(expression) = property.default.as_ref().filter(|_| !set) {
            let it = SchemaExpr { expression, module: "default", subject: None };
            let default = compile_schema_expr(cx, scope, it, |scope| scope)?;
            let default = cast::assign(cx, default, &path::pointer_type(cx, property));
            link_defaults.push((property.name.clone(), default));
        }
    }
    Ok(Assignment {
        pointer: pointer.name.clone(),
        is_link: pointer.is_link(),
        is_multi: pointer.is_multi(),
        op,
        value,
        link_properties,
        link_defaults,
    })
}

fn pointer(cx: &Context<'_>, owner: Uuid, name: &str) -> Result<Arc<schema::Pointer>> {
    match find(cx, owner, name) {
        Some(Found::One(_, pointer)) => Ok(pointer),
        Some(Found::Several(members)) => {
            members.into_iter().next().map(|(_, it)| it).ok_or_else(|| unknown(cx, owner, name))
        }
        None => Err(unknown(cx, owner, name)),
    }
}

fn unknown(cx: &Context<'_>, owner: Uuid, name: &str) -> diag::Diagnostic {
    match cx.compiler.object(owner) {
        Type::Object(object) => path::unknown_pointer(cx, &object, name),
        other => errors::no_such_pointer(other, name, []),
    }
}

fn check_pointer(
    cx: &Context<'_>,
    owner: Uuid,
    pointer: &schema::Pointer,
    statement: Statement,
    element: &ast::ShapeElement,
    value: &ast::Expr,
) -> Result<()> {
    let what = format!("{} '{}'", path::kind_of(pointer), pointer.name);
    if pointer.is_computed() {
        return Err(errors::computed_assigned(what, cx.compiler.object(owner), element.span));
    }
    let is_id = &*pointer.name == "id";
    match statement {
        Statement::Update if pointer.readonly || is_id => {
            Err(errors::readonly_updated(what, Some(value.span)))
        }
        Statement::Insert if is_id && !cx.options.allow_user_specified_id => {
            Err(errors::id_assigned(Some(element.span)))
        }
        _ => Ok(()),
    }
}

/// The value as one of the pointer's type.
pub(super) fn fitted(
    cx: &mut Context<'_>,
    owner: Uuid,
    pointer: &schema::Pointer,
    value: Expr,
) -> Result<Expr> {
    let declared = path::pointer_type(cx, pointer);
    let value = if is_determined(&value.ty) { value } else { cast::retype(value, &declared) };
    if cast::is_assignable(cx, &value.ty, &declared) {
        return Ok(cast::assign(cx, value, &declared));
    }
    let what = format!("{} '{}'", path::kind_of(pointer), pointer.name);
    let holder = describe_type(&cx.compiler.object(owner));
    Err(errors::assigned_type(pointer.is_link(), what, holder, &value.ty, declared))
}

fn check_cardinality(
    cx: &Context<'_>,
    pointer: &schema::Pointer,
    op: AssignmentOp,
    value: &Expr,
) -> Result<()> {
    let what = format!("{} '{}'", path::kind_of(pointer), pointer.name);
    let grows = op == AssignmentOp::Add || value.cardinality.is_multi();
    if !pointer.is_multi() && grows && op != AssignmentOp::Remove {
        return Err(errors::possibly_many(what));
    }
    if pointer.is_link() && op != AssignmentOp::Remove && infer::may_repeat(cx, value) {
        return Err(errors::possibly_not_distinct(what));
    }
    Ok(())
}
