//! Literals and keywords of a declaration, read into the schema's own terms.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use syntax::ast::{
    self, DeletePolicy, DeleteSide, Expr, ExprKind, Literal, PathRoot, PathStepKind, TypeArgValue, TypeExpr,
    TypeKind,
};

use super::{Decl, Field, Setting, definition_error};
use crate::model::*;
use crate::{did_you_mean, suggestions};

pub(crate) fn string(value: &Expr) -> Result<Arc<str>> {
    match &value.kind {
        ExprKind::Literal(Literal::Str(text)) => Ok(text.clone()),
        // A template: what is interpolated is named in braces.
        ExprKind::Interpolation { head, parts } => {
            let mut text = head.replace('{', "{{");
            for (part, after) in parts {
                let name = syntax::print_expr(part, syntax::Style::COMPACT);
                text.push_str(&format!("{{{name}}}{}", after.replace('{', "{{")));
            }
            Ok(text.into())
        }
        ExprKind::Binary { op: ast::BinaryOp::Concat, left, right } => {
            Ok(format!("{}{}", string(left)?, string(right)?).into())
        }
        _ => Err(definition_error("expected a string literal", value.span)),
    }
}

/// `<uuid>'…'`, or the text alone.
pub(super) fn uuid(value: &Expr) -> Result<value::Uuid> {
    let literal = match &value.kind {
        ExprKind::Cast { operand, .. } => operand,
        _ => value,
    };
    let id = string(literal)?;
    id.parse().map_err(|_| definition_error("expected the text of a uuid", value.span))
}

/// The value of an annotation.
pub(crate) fn annotation(value: &Expr) -> Result<Arc<str>> {
    let other = match &value.kind {
        ExprKind::Literal(Literal::Str(_)) => None,
        ExprKind::Literal(Literal::Int(_)) => Some("std::int64"),
        ExprKind::Literal(Literal::Float(_)) => Some("std::float64"),
        ExprKind::Literal(Literal::BigInt(_)) => Some("std::bigint"),
        ExprKind::Literal(Literal::Decimal(_)) => Some("std::decimal"),
        ExprKind::Literal(Literal::Bool(_)) => Some("std::bool"),
        ExprKind::Literal(Literal::Bytes(_)) => Some("std::bytes"),
        _ => None,
    };
    match other {
        Some(other) => {
            let message = format!("annotation values must be 'std::str', got scalar type '{other}'");
            Err(Diagnostic::new(ErrorCode::INVALID_VALUE, message).at(value.span))
        }
        None => string(value),
    }
}

/// The names in a set of names, or the one that stands alone.
pub fn set_of_names(value: &Expr) -> Option<Vec<&ast::Name>> {
    match &value.kind {
        ExprKind::Set(items) => {
            let each: Option<Vec<_>> = items.iter().map(set_of_names).collect();
            Some(each?.into_iter().flatten().collect())
        }
        ExprKind::Path(path) if path.steps.is_empty() => match &path.root {
            PathRoot::Name(name) => Some(vec![name]),
            PathRoot::Expr(inner) => set_of_names(inner),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn boolean(value: &Expr) -> Result<bool> {
    match &value.kind {
        ExprKind::Literal(Literal::Bool(value)) => Ok(*value),
        _ => Err(definition_error("expected a boolean literal", value.span)),
    }
}

/// `'Stable'`, `schema::Volatility.Stable` or `Volatility.Stable`: the label.
fn enum_label(value: &Expr) -> Result<Arc<str>> {
    match &value.kind {
        ExprKind::Literal(Literal::Str(text)) => Ok(text.clone()),
        ExprKind::Path(path) => match (&path.root, path.steps.last().map(|step| &step.kind)) {
            (PathRoot::Name(_), Some(PathStepKind::Pointer(label))) => Ok(label.text.clone()),
            _ => Err(definition_error("expected a label of an enum", value.span)),
        },
        _ => Err(definition_error("expected a label of an enum", value.span)),
    }
}

/// When a splat shows a pointer.
pub(super) fn splat_strategy(value: &Expr) -> Result<Arc<str>> {
    let word = enum_label(value)?;
    match ["Default", "Explicit", "Implicit"].into_iter().find(|it| *it == &*word) {
        Some(label) => Ok(label.into()),
        None => Err(definition_error(format!("invalid splat strategy '{word}'"), value.span)),
    }
}

/// A volatility by its label, in any letter case.
pub(super) fn volatility(value: &Expr) -> Result<Volatility> {
    let word = enum_label(value)?;
    match &*word.to_lowercase() {
        "immutable" => Ok(Volatility::Immutable),
        "stable" => Ok(Volatility::Stable),
        "volatile" => Ok(Volatility::Volatile),
        "modifying" => Ok(Volatility::Modifying),
        _ => {
            let members = ["Immutable", "Stable", "Volatile", "Modifying"];
            let error = definition_error(format!("invalid volatility '{word}'"), value.span);
            Err(match did_you_mean(&suggestions(&word, members)) {
                Some(hint) => error.hint(hint),
                None => error,
            })
        }
    }
}

pub(super) fn enum_members(args: &[ast::TypeArg]) -> Result<Vec<Arc<str>>> {
    let mut members: Vec<Arc<str>> = Vec::new();
    for arg in args {
        let member = type_arg(arg);
        if members.contains(&member) {
            let message = "enums cannot contain duplicate values";
            return Err(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message).at(arg.span));
        }
        members.push(member);
    }
    if members.is_empty() {
        return Err(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, "enums must have at least one value"));
    }
    Ok(members)
}

/// The text of a label of an enum or of the argument of a parameterised type.
pub(super) fn type_arg(arg: &ast::TypeArg) -> Arc<str> {
    match &arg.value {
        TypeArgValue::Type(TypeExpr { kind: TypeKind::Name(name), .. }) => name.name.clone(),
        TypeArgValue::Literal(Literal::Str(text) | Literal::Int(text)) => text.clone(),
        _ => "".into(),
    }
}

pub(crate) fn cardinality(written: ast::Cardinality) -> Cardinality {
    match written {
        ast::Cardinality::Single => Cardinality::One,
        ast::Cardinality::Multi => Cardinality::Many,
    }
}

pub(super) fn type_mod(written: ast::TypeModifier) -> TypeMod {
    match written {
        ast::TypeModifier::Singleton => TypeMod::Singleton,
        ast::TypeModifier::Optional => TypeMod::Optional,
        ast::TypeModifier::SetOf => TypeMod::SetOf,
    }
}

pub(crate) fn rewrite_name(kind: ast::RewriteKind) -> &'static str {
    match kind {
        ast::RewriteKind::Insert => "insert",
        ast::RewriteKind::Update => "update",
    }
}

pub(crate) fn trigger_kind(written: &ast::TriggerKind) -> TriggerKind {
    match written {
        ast::TriggerKind::Insert => TriggerKind::Insert,
        ast::TriggerKind::Update => TriggerKind::Update,
        ast::TriggerKind::Delete => TriggerKind::Delete,
    }
}

pub(crate) fn trigger_scope(written: ast::TriggerScope) -> TriggerScope {
    match written {
        ast::TriggerScope::Each => TriggerScope::Each,
        ast::TriggerScope::All => TriggerScope::All,
    }
}

/// Without duplicates, in the order in which Gel prints them.
pub(crate) fn access_kinds(written: &[ast::AccessKind]) -> Vec<AccessKind> {
    let mut kinds: Vec<AccessKind> = written.iter().map(access_kind).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

pub(super) fn access_kind(written: &ast::AccessKind) -> AccessKind {
    match written {
        ast::AccessKind::Select => AccessKind::Select,
        ast::AccessKind::UpdateRead => AccessKind::UpdateRead,
        ast::AccessKind::UpdateWrite => AccessKind::UpdateWrite,
        ast::AccessKind::Insert => AccessKind::Insert,
        ast::AccessKind::Delete => AccessKind::Delete,
    }
}

/// Records what a link does on deletion. A policy that belongs to the other side does not parse.
pub(crate) fn set_delete_policy(decl: &mut Decl, side: DeleteSide, policy: DeletePolicy) {
    match side {
        DeleteSide::Target => {
            let action = match policy {
                DeletePolicy::Allow => TargetDelete::Allow,
                DeletePolicy::DeleteSource => TargetDelete::DeleteSource,
                DeletePolicy::DeferredRestrict => TargetDelete::DeferredRestrict,
                _ => TargetDelete::Restrict,
            };
            decl.set(Field::OnTargetDelete, Setting::OnTarget(action));
        }
        DeleteSide::Source => {
            let action = match policy {
                DeletePolicy::DeleteTarget => SourceDelete::DeleteTarget,
                DeletePolicy::DeleteTargetIfOrphan => SourceDelete::DeleteTargetIfOrphan,
                _ => SourceDelete::Allow,
            };
            decl.set(Field::OnSourceDelete, Setting::OnSource(action));
        }
    }
}
