//! UNLESS CONFLICT.

use std::sync::Arc;

use diag::{Result, Span};
use ir::{Cardinality, Conflict};
use schema::{Constraint, ObjectType};
use syntax::ast;

use super::insert;
use crate::context::Context;
use crate::expr;
use crate::infer;
use crate::path::{exclusives_of, unknown_pointer};
use crate::scope::{PathId, Root, Scope};
use crate::{cast, errors};

/// The clause, and how many objects the INSERT gives with it.
pub(super) fn compile(
    cx: &mut Context<'_>,
    scope: &Scope,
    ty: &ObjectType,
    it: &ast::UnlessConflict,
    statement: Span,
) -> Result<(Conflict, Cardinality)> {
    let Some(on) = &it.on else {
        return Ok((Conflict { on: Vec::new(), otherwise: None }, Cardinality::AtMostOne));
    };
    let constraint = constraint(cx, ty, on, statement)?;
    let indexes = constraint.origins.clone();
    let Some(otherwise) = &it.otherwise else {
        return Ok((Conflict { on: indexes, otherwise: None }, Cardinality::AtMostOne));
    };
    if !constraint.origins.contains(&constraint.id) {
        return Err(errors::conflict_else_of_parent(&ty.name, on.span));
    }
    let var = cx.new_var(insert::type_of(cx, ty), Cardinality::One);
    let mut inner = scope.clone().with_bound(PathId::root(Root::Schema(ty.id)), var);
    inner.site.inserting = None;
    inner.site.conflicting = Some(ty.id);
    let value = expr::compile(cx, &inner, otherwise)?;
    let value =
        if expr::is_determined(&value.ty) { value } else { cast::retype(value, &insert::type_of(cx, ty)) };
    if !matches!(value.ty, ir::Type::Object(_)) {
        return Err(errors::no_common_type());
    }
    let cardinality = Cardinality::One.product(value.cardinality);
    Ok((Conflict { on: indexes, otherwise: Some((var, value)) }, cardinality))
}

/// A pointer without its dot names nothing.
fn check_bare_name(cx: &Context<'_>, ty: &ObjectType, on: &ast::Expr) -> Result<()> {
    let ast::ExprKind::Path(path) = &on.kind else { return Ok(()) };
    let ast::PathRoot::Name(name) = &path.root else { return Ok(()) };
    let dotted = format!(".{name}");
    let close: &[&str] = if ty.pointer(&name.name).is_some() { &[&dotted] } else { &[] };
    Err(errors::no_such_object(Scope::new(cx.options.modules.clone()).modules.qualify(name), close, on.span))
}

/// The exclusive constraint on exactly these pointers.
fn constraint(cx: &Context<'_>, ty: &ObjectType, on: &ast::Expr, statement: Span) -> Result<Arc<Constraint>> {
    check_bare_name(cx, ty, on)?;
    let Some(names) = infer::path_names(on) else {
        return Err(errors::conflict_not_pointer(on.span));
    };
    for name in &names {
        if ty.pointer(name).is_none() {
            let ir::Type::Object(object) = cx.compiler.object(ty.id) else { continue };
            return Err(unknown_pointer(cx, &object, name).at(on.span));
        }
    }
    if names == ["id"] {
        return Err(errors::conflict_on_id(statement));
    }
    match exclusives_of(cx, ty, &names).as_slice() {
        [one] => Ok(one.clone()),
        _ => Err(errors::conflict_not_exclusive(on.span)),
    }
}
