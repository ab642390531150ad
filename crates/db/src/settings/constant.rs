//! Values of expressions that read nothing.

use std::sync::OnceLock;

use compiler::{Compiler, Options};
use diag::Result;
use exec::{Context, Data, Input, Limits};
use storage::Snapshot;
use syntax::ast::{Expr, ExprKind, Query, QueryKind, Select};
use value::Value;

use crate::errors::stored;

/// The values of an expression that reads nothing, cast to a type.
pub(crate) fn constant(compiler: &Compiler, value: &Expr, type_name: &str) -> Result<Vec<Value>> {
    let nothing = nothing()?;
    let value = cast(value, type_name)?;
    let query = compiler.compile_query(&select(&value), &Options::default())?;
    let plan = exec::plan(&query, nothing.symbols(), None)?;
    let context = Context {
        statement_time: 0,
        transaction_time: 0,
        branch: "",
        configuration: &(),
        limits: Limits::default(),
    };
    exec::execute(&plan, Data::Read(nothing.clone()), None, Input::default(), &context)
}

/// Data in which nothing is.
fn nothing() -> Result<&'static Snapshot> {
    static NOTHING: OnceLock<Snapshot> = OnceLock::new();
    if let Some(nothing) = NOTHING.get() {
        return Ok(nothing);
    }
    let nothing = stored(stored(storage::Store::memory())?.create_branch("nothing"))?.read();
    Ok(NOTHING.get_or_init(|| nothing))
}

/// `select value`.
pub(crate) fn select(value: &Expr) -> Query {
    let select = Select {
        alias: None,
        result: value.clone(),
        filter: None,
        order_by: Vec::new(),
        offset: None,
        limit: None,
    };
    Query { aliases: Vec::new(), kind: QueryKind::Select(select), span: value.span }
}

/// `<type_name>value`.
pub(crate) fn cast(value: &Expr, type_name: &str) -> Result<Expr> {
    let ty = syntax::parse_type(type_name)?;
    Ok(Expr {
        kind: ExprKind::Cast { ty, modifier: None, operand: Box::new(value.clone()) },
        span: value.span,
    })
}
