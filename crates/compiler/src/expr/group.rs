//! GROUP.

use diag::{Diagnostic, Result};
use ir::Expr;
use syntax::ast;

use crate::context::Context;
use crate::scope::Scope;

pub(super) fn compile(_cx: &mut Context<'_>, _scope: &Scope, it: &ast::Group) -> Result<Expr> {
    Err(Diagnostic::unsupported("GROUP").at(it.subject.span))
}
