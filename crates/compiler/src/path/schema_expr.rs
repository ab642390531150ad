//! Expressions of the schema, compiled where they are used.

use diag::Result;
use ir::{Cardinality, Expr, Kind, VarId};
use schema::Expression;
use syntax::ast;
use uuid::Uuid;

use super::{kind_of, link_of};
use crate::context::Context;
use crate::expr::{compile, without_place};
use crate::scope::{NoDml, PathId, Root, Scope};

/// Where a schema expression stands: its module and, for one about an object, the object and its declared types.
pub(crate) struct SchemaExpr<'a> {
    pub(crate) expression: &'a Expression,
    pub(crate) module: &'a str,
    pub(crate) subject: Option<(VarId, &'a [Uuid])>,
}

/// Compiles a schema expression. Nothing of the place of use is seen but the subject; access policies apply as there.
pub(crate) fn compile_schema_expr(
    cx: &mut Context<'_>,
    scope: &Scope,
    it: SchemaExpr<'_>,
    extend: impl FnOnce(Scope) -> Scope,
) -> Result<Expr> {
    let tree = it.expression.tree()?;
    let mut inner = Scope::new(schema::Scope::in_module(it.module));
    inner.site.from_schema = true;
    inner.site.no_policies = scope.site.no_policies;
    if let Some((var, types)) = it.subject {
        for ty in types {
            inner = inner.with_bound(PathId::root(Root::Schema(*ty)), var);
        }
        inner = inner.with_anchor(ast::Anchor::Source, var).with_anchor(ast::Anchor::Subject, var);
        inner = inner.with_subject(None, var);
    }
    compile(cx, &extend(inner), tree).map_err(without_place)
}

/// A schema alias: its value, with what shows of its shape hidden.
pub(crate) fn alias(cx: &mut Context<'_>, scope: &Scope, alias: &schema::Alias) -> Result<Expr> {
    let it = SchemaExpr { expression: &alias.expr, module: alias.name.module(), subject: None };
    let what = || format!("alias '{}'", alias.name);
    let mut value = cx.defining(alias.id, scope, what, |cx| {
        compile_schema_expr(cx, scope, it, |scope| scope.forbidding_dml(NoDml::in_schema()))
    })?;
    value.ty = crate::expr::hide_shape(&value.ty);
    Ok(value)
}

/// A computed pointer of the object that `source` stands for.
pub(crate) fn computed(
    cx: &mut Context<'_>,
    scope: &Scope,
    source: VarId,
    owner: Uuid,
    pointer: &schema::Pointer,
    expression: &Expression,
) -> Result<Expr> {
    let types = declaring_types(cx, owner, pointer);
    let module = cx.schema().object_type(owner).map_or("default", |ty| ty.name.module());
    let it = SchemaExpr { expression, module, subject: Some((source, &types)) };
    let holder = cx.compiler.object(owner);
    let what = || format!("{} '{}' of object type '{holder}'", kind_of(pointer), pointer.name);
    if pointer.is_link() {
        cx.derived.count_shape();
    }
    let value = cx.defining(pointer.id, scope, what, |cx| {
        compile_schema_expr(cx, scope, it, |scope| scope.forbidding_dml(NoDml::in_schema()))
    })?;
    Ok(declared(cx, pointer, value))
}

/// The type that has the pointer and its ancestors that have it too: by any of their names the expression may mean the
/// object.
fn declaring_types(cx: &Context<'_>, owner: Uuid, pointer: &schema::Pointer) -> Vec<Uuid> {
    let has =
        |id: &&Uuid| cx.schema().object_type(**id).is_some_and(|ty| ty.pointer(&pointer.name).is_some());
    std::iter::once(owner).chain(cx.schema().ancestors(owner).iter().filter(has).copied()).collect()
}

/// A computed link does not carry the properties of the links it goes over; bounds are as declared.
fn declared(cx: &Context<'_>, pointer: &schema::Pointer, value: Expr) -> Expr {
    let required = pointer.required.unwrap_or(false) || value.cardinality.is_required();
    let multi =
        pointer.cardinality.map_or(value.cardinality.is_multi(), |it| it == schema::Cardinality::Many);
    let cardinality = Cardinality::from_bounds(required, multi);
    let ty = crate::expr::hide_shape(&value.ty);
    let mut value = Expr { ty: ty.clone(), ..value };
    if link_of(cx, &value).is_some() {
        value = Expr::new(Kind::Union(vec![value]), ty, cardinality);
    }
    value.cardinality = cardinality;
    value
}
