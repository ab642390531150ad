//! Rewrites.

use ir::{Cardinality, Operation, Rewrite, TupleType, Type};
use schema::{ObjectType, RewriteKind};
use syntax::ast;

use crate::cast;
use crate::context::Context;
use crate::path::{SchemaExpr, compile_schema_expr, pointer_type};
use crate::scope::Scope;

/// Whether a rewrite of this kind gives the pointer its value.
pub(crate) fn has_rewrite(pointer: &schema::Pointer, kind: RewriteKind) -> bool {
    pointer.rewrites.iter().any(|it| it.kind == kind)
}

/// The rewrites of a type, pointer by pointer.
pub(super) fn of_type(cx: &mut Context<'_>, ty: &ObjectType) -> diag::Result<Vec<Rewrite>> {
    let mut found = Vec::new();
    for pointer in ty.pointers.values() {
        for rewrite in &pointer.rewrites {
            found.push(compile(cx, ty, pointer, rewrite)?);
        }
    }
    Ok(found)
}

fn compile(
    cx: &mut Context<'_>,
    ty: &ObjectType,
    pointer: &schema::Pointer,
    rewrite: &schema::Rewrite,
) -> diag::Result<Rewrite> {
    let object = cx.compiler.object(ty.id);
    let subject = cx.new_var(object.clone(), Cardinality::One);
    let old = cx.new_var(object, Cardinality::One);
    let specified_names: Vec<_> =
        ty.pointers.values().filter(|it| !it.is_computed()).map(|it| it.name.clone()).collect();
    let bools = specified_names.iter().map(|_| cx.compiler.std_scalar("std::bool")).collect();
    let flags = Type::Tuple(TupleType { names: specified_names.clone(), elements: bools }.into());
    let specified = cx.new_var(flags, Cardinality::One);
    let it = SchemaExpr {
        expression: &rewrite.expr,
        module: ty.name.module(),
        subject: Some((subject, &[ty.id])),
    };
    let on_update = rewrite.kind == RewriteKind::Update;
    let outer = Scope::new(schema::Scope::default());
    let value = compile_schema_expr(cx, &outer, it, |scope| {
        let scope = scope.with_anchor(ast::Anchor::Specified, specified);
        if on_update { scope.with_anchor(ast::Anchor::Old, old) } else { scope }
    })?;
    let value = cast::assign(cx, value, &pointer_type(cx, pointer));
    let on = if on_update { Operation::Update } else { Operation::Insert };
    Ok(Rewrite { on, pointer: pointer.name.clone(), subject, old, specified, specified_names, value })
}
