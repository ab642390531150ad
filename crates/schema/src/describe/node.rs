//! Building syntax: the small pieces.

use std::sync::Arc;

use diag::Span;
use syntax::ast::{
    self, Command, CommandKind, Expr, ExprKind, FunctionParam, Ident, Literal, Name, TypeArg, TypeArgValue,
    TypeExpr, TypeKind,
};

use crate::decl::{DeclParam, DeclType};
use crate::model::*;
use crate::{Expression, QName};

pub(crate) const NOWHERE: Span = Span { start: 0, end: 0 };

pub(crate) fn ident(text: impl Into<Arc<str>>) -> Ident {
    Ident { text: text.into(), span: NOWHERE }
}

/// A name that may be full.
pub(crate) fn name(text: &str) -> Name {
    let full = QName::parse(text);
    let module = Some(full.module()).filter(|module| !module.is_empty()).map(Arc::from);
    Name { module, name: full.local().into(), span: NOWHERE }
}

/// A name whose `::` are its own.
pub(crate) fn bare_name(text: &str) -> Name {
    Name { module: None, name: text.into(), span: NOWHERE }
}

pub(crate) fn command(kind: CommandKind) -> Command {
    Command { kind, span: NOWHERE }
}

pub(crate) fn literal(literal: Literal) -> Expr {
    Expr { kind: ExprKind::Literal(literal), span: NOWHERE }
}

pub(crate) fn string(text: &Arc<str>) -> Expr {
    literal(Literal::Str(text.clone()))
}

/// The tree of an expression; one that does not parse, which none in a schema does, is printed as a string.
pub(crate) fn tree(expression: &Expression) -> Expr {
    match expression.tree() {
        Ok(tree) => tree.clone(),
        Err(_) => literal(Literal::Str(expression.text().into())),
    }
}

pub(crate) fn field(name: &str, value: Expr) -> Command {
    command(CommandKind::SetField { name: ident(name), value })
}

pub(crate) fn ty(of: &DeclType) -> TypeExpr {
    let kind = match of {
        DeclType::Name(of) => TypeKind::Name(name(of)),
        DeclType::Applied(of, args) => generic(name(of), args.iter().map(word).collect()),
        DeclType::Tuple(elements) => {
            let element = |(name, of): &(Option<Arc<str>>, DeclType)| {
                arg(name.as_ref().map(|name| ident(name.clone())), TypeArgValue::Type(ty(of)))
            };
            generic(bare_name("tuple"), elements.iter().map(element).collect())
        }
        DeclType::Array(of) => generic(bare_name("array"), vec![arg(None, TypeArgValue::Type(ty(of)))]),
        DeclType::Range(of) => generic(bare_name("range"), vec![arg(None, TypeArgValue::Type(ty(of)))]),
        DeclType::MultiRange(of) => {
            generic(bare_name("multirange"), vec![arg(None, TypeArgValue::Type(ty(of)))])
        }
        DeclType::Union(names) => return union(names),
    };
    TypeExpr { kind, span: NOWHERE }
}

fn union(names: &[Arc<str>]) -> TypeExpr {
    let mut members = names.iter().map(|it| TypeExpr { kind: TypeKind::Name(name(it)), span: NOWHERE });
    let first =
        members.next().unwrap_or(TypeExpr { kind: TypeKind::Name(bare_name("anyobject")), span: NOWHERE });
    members.fold(first, |left, right| TypeExpr {
        kind: TypeKind::Union(Box::new(left), Box::new(right)),
        span: NOWHERE,
    })
}

fn generic(name: Name, args: Vec<TypeArg>) -> TypeKind {
    TypeKind::Generic { name, args }
}

fn arg(name: Option<Ident>, value: TypeArgValue) -> TypeArg {
    TypeArg { name, value, span: NOWHERE }
}

/// An argument that is a number or a label.
fn word(text: &Arc<str>) -> TypeArg {
    match text.parse::<u64>() {
        Ok(_) => arg(None, TypeArgValue::Literal(Literal::Int(text.clone()))),
        Err(_) => label(text),
    }
}

fn label(text: &Arc<str>) -> TypeArg {
    let kind = TypeKind::Name(bare_name(text));
    arg(None, TypeArgValue::Type(TypeExpr { kind, span: NOWHERE }))
}

/// `enum<Red, Green>`
pub(crate) fn enumeration(members: &[Arc<str>]) -> TypeExpr {
    TypeExpr { kind: generic(bare_name("enum"), members.iter().map(label).collect()), span: NOWHERE }
}

pub(crate) fn base(of: &Arc<str>, args: &[Arc<str>]) -> TypeExpr {
    match args.is_empty() {
        true => ty(&DeclType::Name(of.clone())),
        false => ty(&DeclType::Applied(of.clone(), args.to_vec())),
    }
}

pub(crate) fn param(of: &DeclParam) -> FunctionParam {
    FunctionParam {
        name: ident(of.name.clone()),
        kind: match of.kind {
            ParameterKind::Positional => ast::ParamKind::Positional,
            ParameterKind::Variadic => ast::ParamKind::Variadic,
            ParameterKind::NamedOnly => ast::ParamKind::NamedOnly,
        },
        modifier: modifier(of.typemod),
        ty: ty(&of.ty),
        default: of.default.as_ref().map(tree),
        span: NOWHERE,
    }
}

pub(crate) fn modifier(of: TypeMod) -> ast::TypeModifier {
    match of {
        TypeMod::Singleton => ast::TypeModifier::Singleton,
        TypeMod::Optional => ast::TypeModifier::Optional,
        TypeMod::SetOf => ast::TypeModifier::SetOf,
    }
}

pub(crate) fn cardinality(of: Cardinality) -> ast::Cardinality {
    match of {
        Cardinality::One => ast::Cardinality::Single,
        Cardinality::Many => ast::Cardinality::Multi,
    }
}

pub(crate) fn target_delete(of: TargetDelete) -> ast::DeletePolicy {
    match of {
        TargetDelete::Restrict => ast::DeletePolicy::Restrict,
        TargetDelete::DeleteSource => ast::DeletePolicy::DeleteSource,
        TargetDelete::Allow => ast::DeletePolicy::Allow,
        TargetDelete::DeferredRestrict => ast::DeletePolicy::DeferredRestrict,
    }
}

pub(crate) fn source_delete(of: SourceDelete) -> ast::DeletePolicy {
    match of {
        SourceDelete::Allow => ast::DeletePolicy::Allow,
        SourceDelete::DeleteTarget => ast::DeletePolicy::DeleteTarget,
        SourceDelete::DeleteTargetIfOrphan => ast::DeletePolicy::DeleteTargetIfOrphan,
    }
}

pub(crate) fn access_kind(of: &AccessKind) -> ast::AccessKind {
    match of {
        AccessKind::Select => ast::AccessKind::Select,
        AccessKind::UpdateRead => ast::AccessKind::UpdateRead,
        AccessKind::UpdateWrite => ast::AccessKind::UpdateWrite,
        AccessKind::Delete => ast::AccessKind::Delete,
        AccessKind::Insert => ast::AccessKind::Insert,
    }
}

pub(crate) fn trigger_kind(of: &TriggerKind) -> ast::TriggerKind {
    match of {
        TriggerKind::Update => ast::TriggerKind::Update,
        TriggerKind::Delete => ast::TriggerKind::Delete,
        TriggerKind::Insert => ast::TriggerKind::Insert,
    }
}

pub(crate) fn trigger_scope(of: TriggerScope) -> ast::TriggerScope {
    match of {
        TriggerScope::Each => ast::TriggerScope::Each,
        TriggerScope::All => ast::TriggerScope::All,
    }
}

pub(crate) fn volatility(of: Volatility) -> &'static str {
    match of {
        Volatility::Immutable => "Immutable",
        Volatility::Stable => "Stable",
        Volatility::Volatile => "Volatile",
        Volatility::Modifying => "Modifying",
    }
}
