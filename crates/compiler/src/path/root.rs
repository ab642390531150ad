//! Where paths start.

use diag::{Result, Span};
use ir::{Cardinality, Expr, Kind};
use schema::Named;
use syntax::ast;
use uuid::Uuid;
use value::{EnumValue, Value};

use super::{alias, check_interpretation};
use crate::context::Context;
use crate::errors;
use crate::expr::compile as expr;
use crate::rules;
use crate::scope::{PathId, PathKey, Root, Scope};

/// A root that was found: its identity and, as soon as it is needed, its value.
pub(super) struct Start {
    /// Where the root itself is written.
    span: Span,
    pub(super) root: Root,
    /// The steps that `.x` has before its own.
    pub(super) keys: Vec<PathKey>,
    value: Origin,
}

enum Origin {
    Ready(Expr),
    Type(Uuid),
    Alias(std::sync::Arc<schema::Alias>),
}

impl Start {
    /// The longest bound beginning of the path, or else the root itself: how many of the written steps it covers, and
    /// what it gives.
    pub(super) fn begin(
        self,
        cx: &mut Context<'_>,
        scope: &Scope,
        full: &PathId,
        span: Span,
    ) -> Result<(usize, Expr)> {
        if let Some((covered, var)) = scope.bound_prefix(full)
            && covered >= self.keys.len()
        {
            if scope.is_out_of_reach(full) {
                return Err(errors::correlated(super::print(cx, &PathId::root(full.root.clone())), span));
            }
            return Ok((covered - self.keys.len(), cx.var(var)));
        }
        check_interpretation(cx, scope, full, span)?;
        let expr = match self.value {
            Origin::Ready(expr) => expr,
            Origin::Type(id) => {
                if scope.site.inserting == Some(id) {
                    return Err(errors::self_referencing_insert(cx.compiler.object(id), self.span));
                }
                scan(cx, scope, id)?
            }
            Origin::Alias(it) if cx.is_defining(it.id) => {
                return Err(errors::self_reference(&it.name, self.span));
            }
            Origin::Alias(it) => alias(cx, scope, &it)?,
        };
        Ok((0, expr))
    }
}

/// The place of the anchor that a path begins with.
fn span_of_anchor(anchor: ast::Anchor, path: Span) -> Span {
    Span { end: path.start + anchor.text().len() as u32, ..path }
}

/// What a root stands for.
pub(super) fn resolve(
    cx: &mut Context<'_>,
    scope: &Scope,
    root: &ast::PathRoot,
    span: Span,
) -> Result<Start> {
    match root {
        ast::PathRoot::Name(name) => named(cx, scope, name),
        ast::PathRoot::Anchor(anchor) => {
            let var = scope.anchor(*anchor);
            let var =
                var.ok_or_else(|| errors::anchor_not_here(anchor.text(), span_of_anchor(*anchor, span)))?;
            Ok(variable(cx, scope, var, span))
        }
        ast::PathRoot::Expr(inner) => {
            let value = expr(cx, scope, inner)?;
            let var = cx.new_var(value.ty.clone(), value.cardinality);
            Ok(Start { span, root: Root::Var(var), keys: Vec::new(), value: Origin::Ready(value) })
        }
        ast::PathRoot::Subject => {
            let subject = scope.subject.as_ref().ok_or_else(|| errors::no_subject(span))?;
            Ok(variable(cx, scope, subject.var, span))
        }
    }
}

/// A variable under the path it was bound to.
fn variable(cx: &Context<'_>, scope: &Scope, var: ir::VarId, span: Span) -> Start {
    let path = scope.path_of(var).cloned().unwrap_or(PathId::root(Root::Var(var)));
    Start { span, root: path.root, keys: path.steps, value: Origin::Ready(cx.var(var)) }
}

fn named(cx: &mut Context<'_>, scope: &Scope, name: &ast::Name) -> Result<Start> {
    if let Some(binding) = name.as_bare().and_then(|bare| scope.name(bare)) {
        let value = Origin::Ready(binding.value.clone());
        return Ok(Start { span: name.span, root: binding.root.clone(), keys: Vec::new(), value });
    }
    match cx.schema().lookup(&scope.modules, name) {
        Some(Named::Object(it)) => Ok(Start {
            span: name.span,
            root: Root::Schema(it.id),
            keys: Vec::new(),
            value: Origin::Type(it.id),
        }),
        Some(Named::Alias(it)) => Ok(Start {
            span: name.span,
            root: Root::Schema(it.id),
            keys: Vec::new(),
            value: Origin::Alias(it.clone()),
        }),
        Some(Named::Scalar(it)) if it.is_enum() => {
            let example = it.enum_values.as_ref().and_then(|members| members.first());
            Err(errors::bare_enum(&it.name, example.map(|it| &**it), name.span))
        }
        _ => Err(unknown(cx, scope, name)),
    }
}

pub(crate) fn unknown(cx: &Context<'_>, scope: &Scope, name: &ast::Name) -> diag::Diagnostic {
    let asked = scope.modules.qualify(name);
    if is_of_alias(cx, &asked) {
        return errors::alias_helper(&asked, name.span);
    }
    let is_object = |it: &&str| {
        let found = |module: &str| cx.schema().named(&format!("{module}::{it}"));
        let named = found(asked.module()).or_else(|| found("std"));
        matches!(named, Some(Named::Object(_) | Named::Alias(_)))
    };
    let close: Vec<&str> =
        cx.schema().type_suggestions(&scope.modules, name).into_iter().filter(is_object).collect();
    errors::no_such_object(&asked, &close, name.span)
}

/// Whether a name is that of a type of a shape in an alias or a global: `__Alias__link`. Introspection shows them, queries do
/// not start from them.
fn is_of_alias(cx: &Context<'_>, name: &schema::QName) -> bool {
    let Some(rest) = name.local().strip_prefix("__") else { return false };
    let owner = rest.split("__").next().unwrap_or(rest);
    let owner = cx.schema().named(schema::QName::new(name.module(), owner).as_str());
    matches!(owner, Some(Named::Alias(_) | Named::Global(_)))
}

/// The identity of a root, without its value.
pub(super) fn identify(cx: &Context<'_>, scope: &Scope, root: &ast::PathRoot) -> Option<PathId> {
    match root {
        ast::PathRoot::Name(name) => {
            if let Some(binding) = name.as_bare().and_then(|bare| scope.name(bare)) {
                return Some(PathId::root(binding.root.clone()));
            }
            match cx.schema().lookup(&scope.modules, name)? {
                Named::Object(it) => Some(PathId::root(Root::Schema(it.id))),
                Named::Alias(it) => Some(PathId::root(Root::Schema(it.id))),
                _ => None,
            }
        }
        ast::PathRoot::Anchor(anchor) => {
            let var = scope.anchor(*anchor)?;
            Some(scope.path_of(var).cloned().unwrap_or(PathId::root(Root::Var(var))))
        }
        ast::PathRoot::Subject => scope.subject.as_ref().map(|subject| subject.path.clone()),
        ast::PathRoot::Expr(_) => None,
    }
}

/// `Color.Red`, where `Color` is an enum.
pub(super) fn enum_member(
    cx: &Context<'_>,
    scope: &Scope,
    root: &ast::PathRoot,
    steps: &[&ast::PathStep],
) -> Result<Option<Expr>> {
    let (ast::PathRoot::Name(name), Some(step)) = (root, steps.first()) else { return Ok(None) };
    if name.as_bare().is_some_and(|bare| scope.name(bare).is_some()) {
        return Ok(None);
    }
    let Some(Named::Scalar(scalar)) = cx.schema().lookup(&scope.modules, name) else { return Ok(None) };
    let (Some(members), ast::PathStepKind::Pointer(member)) = (&scalar.enum_values, &step.kind) else {
        return Ok(None);
    };
    if let Some(next) = steps.get(1) {
        return Err(errors::property_of_primitive(&scalar.name, next.span));
    }
    let Some(ordinal) = members.iter().position(|it| *it == member.text) else {
        return Err(errors::no_such_member(&member.text, &scalar.name, members.iter(), step.span));
    };
    let value = Value::Enum(EnumValue { ordinal: ordinal as u32, name: member.text.clone() });
    let ty = ir::Type::Scalar(cx.compiler.scalar(scalar.id));
    Ok(Some(Expr::new(Kind::Const(value), ty, Cardinality::One)))
}

/// All objects of a type that the session may see.
pub(crate) fn scan(cx: &mut Context<'_>, scope: &Scope, id: Uuid) -> Result<Expr> {
    let ty = cx.compiler.object(id);
    let types = cx.compiler.concrete(id);
    let all = |types: Vec<Uuid>| Expr::new(Kind::Scan { types: types.into() }, ty.clone(), Cardinality::Many);
    rules::visible(cx, scope, types, all)
}
