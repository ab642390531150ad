//! Globals.

use std::collections::BTreeMap;
use std::sync::Arc;

use diag::{Result, Span};
use ir::{Cardinality, Expr, Kind};
use schema::{Named, Schema, TypeRef};
use syntax::ast;

use crate::context::Context;
use crate::path::{SchemaExpr, compile_schema_expr};
use crate::scope::Scope;
use crate::{Compiler, cast, errors};

/// The globals whose values come from outside of queries: those that a session may set, then one for each permission, which
/// is whether the session's role has it; both in order of their names.
pub(crate) fn given_globals(schema: &Schema) -> Arc<[Arc<schema::Global>]> {
    let (mut globals, mut permissions) = (Vec::new(), Vec::new());
    for (_, named) in schema.all_named() {
        match named {
            Named::Global(global) if global.computed.is_none() => globals.push(global.clone()),
            Named::Permission(permission) => permissions.push(Arc::new(as_global(schema, permission))),
            _ => {}
        }
    }
    globals.sort_by(|a, b| a.name.cmp(&b.name));
    permissions.sort_by(|a, b| a.name.cmp(&b.name));
    globals.append(&mut permissions);
    globals.into()
}

fn as_global(schema: &Schema, permission: &schema::Permission) -> schema::Global {
    schema::Global {
        id: permission.id,
        name: permission.name.clone(),
        builtin: permission.builtin,
        target: schema.scalar_type_named("std::bool").map(|ty| TypeRef::Scalar(ty.id)),
        cardinality: Some(schema::Cardinality::One),
        required: Some(true),
        default: None,
        computed: None,
        inferred: None,
        annotations: Vec::new(),
    }
}

/// `global name`: a computed one is its expression, any other the value that comes from outside.
pub(super) fn compile(cx: &mut Context<'_>, scope: &Scope, name: &ast::Name, span: Span) -> Result<Expr> {
    let global = match cx.schema().lookup(&scope.modules, name) {
        Some(Named::Global(global)) => global,
        Some(Named::Permission(permission)) => {
            return given(cx, scope, &as_global(cx.schema(), permission), span);
        }
        _ => return Err(errors::no_such_global(scope.modules.qualify(name), span)),
    };
    if let Some(place) = scope.site.no_globals {
        return Err(errors::global_not_here(place, span));
    }
    cx.declares(schema::Volatility::Stable);
    match &global.computed {
        Some(expression) => {
            let it = SchemaExpr { expression, module: global.name.module(), subject: None };
            let what = || format!("global '{}'", global.name);
            let value =
                cx.defining(global.id, scope, what, |cx| compile_schema_expr(cx, scope, it, |scope| scope))?;
            let multi =
                global.cardinality.map_or(value.cardinality.is_multi(), |it| it == schema::Cardinality::Many);
            let required = global.required.unwrap_or(false) || value.cardinality.is_required();
            let ty = super::hide_shape(&value.ty);
            Ok(Expr { ty, cardinality: Cardinality::from_bounds(required, multi), ..value })
        }
        None => given(cx, scope, global, span),
    }
}

fn given(cx: &mut Context<'_>, scope: &Scope, global: &schema::Global, span: Span) -> Result<Expr> {
    let place = cx.compiler.given_globals.iter().position(|it| it.id == global.id);
    let Some(index) = place else { return Err(errors::no_such_global(&global.name, span)) };
    let mut read = described(cx.compiler, global);
    let (ty, cardinality) = (read.ty.clone(), read.cardinality);
    if !cx.globals.contains_key(&index) {
        read.default = default(cx, scope, global, &ty)?;
        cx.globals.insert(index, read);
    }
    Ok(Expr::new(Kind::Global(index), ty, cardinality))
}

/// A global of which the default is left out.
fn described(compiler: &Compiler, global: &schema::Global) -> ir::Global {
    let multi = global.cardinality == Some(schema::Cardinality::Many);
    ir::Global {
        name: global.name.as_arc().clone(),
        ty: global.target.as_ref().map_or(ir::Type::Any, |target| compiler.type_of(target)),
        cardinality: Cardinality::from_bounds(global.required == Some(true), multi),
        default: None,
    }
}

/// The globals of a query by number, up to the last that it reads.
pub(crate) fn all_globals(compiler: &Compiler, mut read: BTreeMap<usize, ir::Global>) -> Vec<ir::Global> {
    let count = read.keys().next_back().map_or(0, |last| last + 1);
    let numbered = compiler.given_globals.iter().take(count).enumerate();
    numbered
        .map(|(index, global)| read.remove(&index).unwrap_or_else(|| described(compiler, global)))
        .collect()
}

fn default(
    cx: &mut Context<'_>,
    scope: &Scope,
    global: &schema::Global,
    ty: &ir::Type,
) -> Result<Option<Arc<Expr>>> {
    let Some(expression) = &global.default else { return Ok(None) };
    let it = SchemaExpr { expression, module: global.name.module(), subject: None };
    let title = || format!("global '{}'", global.name);
    let value =
        cx.defining(global.id, scope, title, |cx| compile_schema_expr(cx, scope, it, |scope| scope))?;
    Ok(Some(Arc::new(cast::assign(cx, value, ty))))
}
