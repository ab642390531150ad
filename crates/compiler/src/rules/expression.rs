//! The expressions of rules: what they may name.

use diag::Result;
use ir::{Expr, VarId};
use schema::Expression;
use syntax::ast::Anchor;
use uuid::Uuid;

use crate::context::Context;
use crate::expr::{compile as expr, without_place};
use crate::scope::{PathId, Root, Scope};

/// For what a schema expression is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// To run: what it says has no place in the query's text.
    Run,
    /// To find mistakes in it: errors keep their place in the text in which it was declared.
    Check,
}

/// The object or value that a rule is about, and the types by whose names the rule may call it.
#[derive(Clone, Copy)]
pub(crate) struct Anchored<'a> {
    pub(crate) var: VarId,
    pub(crate) types: &'a [Uuid],
}

/// The scope of a rule declared in `module`. Nothing of the place of use is seen.
pub(crate) fn scope(reading: Reading, module: &str, subject: Option<Anchored<'_>>) -> Scope {
    let mut scope = Scope::new(schema::Scope::in_module(module));
    scope.site.from_schema = reading == Reading::Run;
    let Some(Anchored { var, types }) = subject else { return scope };
    for ty in types {
        scope = scope.with_bound(PathId::root(Root::Schema(*ty)), var);
    }
    scope.with_anchor(Anchor::Source, var).with_anchor(Anchor::Subject, var).with_subject(None, var)
}

/// Compiles the expression of a rule in its scope.
pub(crate) fn compile(cx: &mut Context<'_>, scope: &Scope, expression: &Expression) -> Result<Expr> {
    let result = cx.nested(|cx| expr(cx, scope, expression.tree()?));
    if scope.site.from_schema { result.map_err(without_place) } else { result }
}
