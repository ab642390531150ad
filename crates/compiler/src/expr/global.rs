//! Globals.

use std::sync::Arc;

use diag::{Result, Span};
use ir::{Cardinality, Expr, Kind};
use syntax::ast;

use crate::context::Context;
use crate::path::{SchemaExpr, compile_schema_expr};
use crate::scope::Scope;
use crate::{cast, errors};

/// `global name`: a computed one is its expression, a settable one the session's value.
pub(super) fn compile(cx: &mut Context<'_>, scope: &Scope, name: &ast::Name, span: Span) -> Result<Expr> {
    let Some(global) = cx.schema().lookup_global(&scope.modules, name) else {
        return Err(errors::no_such_global(scope.modules.qualify(name), span));
    };
    match &global.computed {
        Some(expression) => {
            let it = SchemaExpr { expression, module: global.name.module(), subject: None };
            let value = cx.nested(|cx| compile_schema_expr(cx, scope, it, |scope| scope))?;
            let multi =
                global.cardinality.map_or(value.cardinality.is_multi(), |it| it == schema::Cardinality::Many);
            let required = global.required.unwrap_or(false) || value.cardinality.is_required();
            let ty = super::hide_shape(&value.ty);
            Ok(Expr { ty, cardinality: Cardinality::from_bounds(required, multi), ..value })
        }
        None => settable(cx, scope, global),
    }
}

fn settable(cx: &mut Context<'_>, scope: &Scope, global: &schema::Global) -> Result<Expr> {
    let ty = global.target.as_ref().map_or(ir::Type::Any, |target| cx.compiler.type_of(target));
    let cardinality = Cardinality::from_bounds(
        global.required == Some(true),
        global.cardinality == Some(schema::Cardinality::Many),
    );
    let name = global.name.as_arc().clone();
    let index = match cx.globals.iter().position(|it| it.name == name) {
        Some(index) => index,
        None => {
            let default = default(cx, scope, global, &ty)?;
            cx.globals.push(ir::Global { name, ty: ty.clone(), cardinality, default });
            cx.globals.len() - 1
        }
    };
    Ok(Expr::new(Kind::Global(index), ty, cardinality))
}

fn default(
    cx: &mut Context<'_>,
    scope: &Scope,
    global: &schema::Global,
    ty: &ir::Type,
) -> Result<Option<Arc<Expr>>> {
    let Some(expression) = &global.default else { return Ok(None) };
    let it = SchemaExpr { expression, module: global.name.module(), subject: None };
    let value = cx.nested(|cx| compile_schema_expr(cx, scope, it, |scope| scope))?;
    Ok(Some(Arc::new(cast::assign(cx, value, ty))))
}
