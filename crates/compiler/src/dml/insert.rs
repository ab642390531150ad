//! INSERT.

use std::sync::Arc;

use diag::{Result, Span};
use ir::{Assignment, AssignmentOp, Cardinality, Expr, Insert, Kind, Type};
use schema::{Named, ObjectType};
use syntax::ast;

use super::assign::{self, Statement};
use super::{check_allowed, conflict, is_closed};
use crate::context::Context;
use crate::path::{self, LinkRef, SchemaExpr, compile_schema_expr};
use crate::scope::{Scope, ShapeOf};
use crate::{errors, rules, shape};

pub(crate) fn insert(cx: &mut Context<'_>, scope: &Scope, it: &ast::Insert, span: Span) -> Result<Expr> {
    cx.derived.count_shape();
    check_allowed(scope, "INSERT", span)?;
    let ty = subject(cx, scope, &it.subject)?;
    let place = scope.site.shape_of.clone();
    if scope.site.conflicting == Some(ty.id) {
        return Err(errors::self_referencing_insert(&ty.name, it.subject.span));
    }
    let inner = scope.clone().inside_insert(ty.id).shape_of(ShapeOf::Set);
    let (properties, own): (Vec<_>, Vec<_>) =
        it.elements.iter().partition(|element| is_link_property(element));
    let mut assignments = assign::assignments(cx, &inner, ty.id, &own, Statement::Insert)?;
    let specified = assignments.iter().map(|it| it.pointer.clone()).collect();
    add_defaults(cx, scope, &ty, &mut assignments)?;
    check_required(&ty, &assignments, span)?;
    let conflict =
        it.unless_conflict.as_deref().map(|it| conflict::compile(cx, scope, &ty, it, span)).transpose()?;
    let (cardinality, conflict) = match conflict {
        None => (Cardinality::One, None),
        Some((conflict, cardinality)) => (cardinality, Some(conflict)),
    };
    let insert = Insert { type_id: ty.id, assignments, specified, conflict };
    let result = Expr::new(Kind::Insert(Box::new(insert)), cx.compiler.object(ty.id), cardinality);
    with_link_properties(cx, scope, result, place, &properties)
}

/// `@since := 7` in the shape of an inserted object: the link to it gets the property.
fn with_link_properties(
    cx: &mut Context<'_>,
    scope: &Scope,
    inserted: Expr,
    place: ShapeOf,
    properties: &[&ast::ShapeElement],
) -> Result<Expr> {
    let Some(first) = properties.first() else { return Ok(inserted) };
    let link: Option<LinkRef> = match place {
        ShapeOf::Assigned(link) => Some(link),
        _ => return Err(errors::link_property_at_top(name_span(first))),
    };
    let elements: Vec<ast::ShapeElement> = properties.iter().map(|element| (*element).clone()).collect();
    shape::of(cx, scope, inserted, None, (link, shape::Purpose::Assign), &elements)
}

fn name_span(element: &ast::ShapeElement) -> Span {
    match &element.target {
        ast::ShapeTarget::Path(path) => path.name.span,
        ast::ShapeTarget::Splat { .. } => element.span,
    }
}

fn is_link_property(element: &ast::ShapeElement) -> bool {
    matches!(&element.target, ast::ShapeTarget::Path(path) if path.link_property)
}

/// The type inserted: a concrete one that users may change.
fn subject(cx: &Context<'_>, scope: &Scope, name: &ast::Name) -> Result<Arc<ObjectType>> {
    match cx.schema().lookup(&scope.modules, name) {
        Some(Named::Object(ty)) if ty.is_abstract => Err(errors::insert_into_abstract(&ty.name, name.span)),
        Some(Named::Object(ty)) if is_closed(cx, ty) => {
            Err(errors::change_of_std_type("insert", &ty.name, name.span))
        }
        Some(Named::Object(ty)) => Ok(ty.clone()),
        Some(Named::Alias(alias)) => Err(errors::insert_into_alias(&alias.name, name.span)),
        _ => Err(path::unknown(cx, scope, name)),
    }
}

/// Defaults of the pointers that the query does not assign.
fn add_defaults(
    cx: &mut Context<'_>,
    scope: &Scope,
    ty: &ObjectType,
    assignments: &mut Vec<Assignment>,
) -> Result<()> {
    for pointer in ty.pointers.values() {
        let assigned = assignments.iter().any(|it| it.pointer == pointer.name);
        if assigned || pointer.is_computed() || &*pointer.name == "id" {
            continue;
        }
        if let Some(value) = default(cx, scope, ty, pointer)? {
            assignments.push(assign::finish(cx, scope, pointer, AssignmentOp::Set, value)?);
        }
    }
    Ok(())
}

fn default(
    cx: &mut Context<'_>,
    scope: &Scope,
    ty: &ObjectType,
    pointer: &schema::Pointer,
) -> Result<Option<Expr>> {
    let of_type = || match pointer.target() {
        Some(schema::TypeRef::Scalar(id)) => cx.schema().scalar_type(*id)?.default.clone(),
        _ => None,
    };
    let Some(expression) = pointer.default.clone().or_else(of_type) else {
        return Ok(rules::sequence_default(cx, pointer));
    };
    let it = SchemaExpr { expression: &expression, module: ty.name.module(), subject: None };
    let title = || format!("{} of object type '{}'", rules::pointer_title(pointer), ty.name);
    let circular = |met: &str, _: &str| errors::default_cycle(met);
    let value = cx.entering(pointer.id, scope, title, circular, |cx| {
        compile_schema_expr(cx, scope, it, |scope| scope)
    })?;
    Ok(Some(assign::fitted(cx, ty.id, pointer, value)?))
}

/// Errors where a required pointer gets no value from anywhere.
fn check_required(ty: &ObjectType, assignments: &[Assignment], span: Span) -> Result<()> {
    for pointer in ty.pointers.values() {
        let given = assignments.iter().any(|it| it.pointer == pointer.name)
            || rules::has_rewrite(pointer, schema::RewriteKind::Insert)
            || matches!(&*pointer.name, "id" | "__type__");
        if pointer.is_required() && !pointer.is_computed() && !given {
            let what = format!("{} '{}'", path::kind_of(pointer), pointer.name);
            return Err(errors::missing_required(what, &ty.name, span));
        }
    }
    Ok(())
}

/// The type of an inserted object, for a union with what ELSE gives.
pub(super) fn type_of(cx: &Context<'_>, ty: &ObjectType) -> Type {
    cx.compiler.object(ty.id)
}
