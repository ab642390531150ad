//! Rewrites.

use std::sync::Arc;

use diag::Result;
use ir::{Cardinality, Expr, Operation, Rewrite, TupleType, Type, VarId};
use schema::{ObjectType, Pointer, RewriteKind};
use syntax::ast::Anchor;

use super::expression::{Anchored, Reading, compile, scope};
use super::origin::type_and_ancestors;
use crate::cast;
use crate::context::Context;
use crate::path::pointer_type;

/// Whether a rewrite of this kind gives the pointer its value.
pub(crate) fn has_rewrite(pointer: &Pointer, kind: RewriteKind) -> bool {
    pointer.rewrites.iter().any(|it| it.kind == kind)
}

/// The variables of a rewrite and its value, as written.
pub(crate) struct Rewriting {
    pub(crate) subject: VarId,
    pub(crate) old: VarId,
    pub(crate) specified: VarId,
    pub(crate) names: Vec<Arc<str>>,
    pub(crate) value: Expr,
}

/// The rewrites of a type, in the order of its pointers.
pub(super) fn rewrites(cx: &mut Context<'_>, ty: &ObjectType) -> Result<Vec<Rewrite>> {
    let mut compiled = Vec::new();
    for pointer in ty.pointers.values().filter(|it| !it.is_computed()) {
        for rewrite in &pointer.rewrites {
            let it = rewritten(cx, Reading::Run, ty, rewrite)?;
            let wanted = pointer_type(cx, pointer);
            compiled.push(Rewrite {
                on: operation(rewrite.kind),
                pointer: pointer.name.clone(),
                subject: it.subject,
                old: it.old,
                specified: it.specified,
                specified_names: it.names,
                value: cast::assign(cx, it.value, &wanted),
            });
        }
    }
    Ok(compiled)
}

fn operation(kind: RewriteKind) -> Operation {
    match kind {
        RewriteKind::Insert => Operation::Insert,
        RewriteKind::Update => Operation::Update,
    }
}

/// A rewrite of a pointer of `ty`. `__old__` is there on update only.
pub(crate) fn rewritten(
    cx: &mut Context<'_>,
    reading: Reading,
    ty: &ObjectType,
    rewrite: &schema::Rewrite,
) -> Result<Rewriting> {
    let object = cx.compiler.object(ty.id);
    let subject = cx.new_var(object.clone(), Cardinality::One);
    let old = cx.new_var(object, Cardinality::One);
    let names: Vec<Arc<str>> =
        ty.pointers.values().filter(can_be_specified).map(|it| it.name.clone()).collect();
    let specified = cx.new_var(flags(cx, &names), Cardinality::One);
    let types = type_and_ancestors(ty);
    let scope = scope(reading, ty.name.module(), Some(Anchored { var: subject, types: &types }));
    let mut scope = scope.with_anchor(Anchor::Specified, specified);
    if rewrite.kind == RewriteKind::Update {
        scope = scope.with_anchor(Anchor::Old, old);
    }
    let value = compile(cx, &scope, &rewrite.expr)?;
    Ok(Rewriting { subject, old, specified, names, value })
}

fn can_be_specified(pointer: &&Arc<Pointer>) -> bool {
    !pointer.is_computed() && *pointer.name != *"__type__"
}

/// A named tuple of booleans.
fn flags(cx: &Context<'_>, names: &[Arc<str>]) -> Type {
    let elements = names.iter().map(|_| cx.compiler.std_scalar("std::bool")).collect();
    Type::Tuple(Arc::new(TupleType { names: names.to_vec(), elements }))
}
