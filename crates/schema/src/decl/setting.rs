//! The fields of a declaration and their values.

use std::sync::Arc;

use super::DeclType;
use crate::Expression;
use crate::model::{
    AccessKind, Cardinality, ParameterKind, SourceDelete, TargetDelete, TriggerKind, TriggerScope, TypeMod,
    Volatility,
};

/// What a declaration may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Field {
    Abstract,
    Delegated,
    Inheritable,
    /// What it extends, by full name.
    Bases,
    /// Members of an enum.
    Members,
    /// Arguments of a parameterised base: `vector<3>`.
    TypeArgs,
    Target,
    Computed,
    Required,
    Cardinality,
    Default,
    OnSourceDelete,
    OnTargetDelete,
    Protected,
    Readonly,
    Secret,
    /// When a splat shows a pointer: `Default`, `Explicit`, `Implicit`.
    SplatStrategy,
    /// Of a constraint, by position.
    Args,
    /// Of an index, by name.
    NamedArgs,
    On,
    Except,
    Deferred,
    Errmessage,
    Params,
    Returns,
    Volatility,
    /// A policy allows; it denies where false.
    Allow,
    AccessKinds,
    TriggerKinds,
    TriggerScope,
    When,
    /// The expression of an alias, a constraint, a function, a policy, a trigger, a rewrite.
    Using,
    /// The text of an annotation.
    Value,
    /// Of an extension.
    Version,
    /// Permissions that a function asks for, by full name.
    RequiredPermissions,
    /// Any other field of a function, such as `is_inlined`.
    Inlined,
}

/// What a field says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Setting {
    Flag(bool),
    Text(Arc<str>),
    Texts(Vec<Arc<str>>),
    Expr(Expression),
    Exprs(Vec<Expression>),
    NamedExprs(Vec<(Arc<str>, Expression)>),
    Type(DeclType),
    Cardinality(Cardinality),
    OnTarget(TargetDelete),
    OnSource(SourceDelete),
    Params(Vec<DeclParam>),
    Returns(TypeMod, DeclType),
    Volatility(Volatility),
    AccessKinds(Vec<AccessKind>),
    TriggerKinds(Vec<TriggerKind>),
    TriggerScope(TriggerScope),
}

impl Setting {
    /// As it stands in the key of a declaration.
    pub(crate) fn identity(&self) -> String {
        match self {
            Setting::Expr(expr) => expr.text().to_owned(),
            Setting::Exprs(exprs) => exprs.iter().map(Expression::text).collect::<Vec<_>>().join(", "),
            Setting::NamedExprs(exprs) => {
                exprs.iter().map(|(name, expr)| format!("{name} := {} ", expr.text())).collect()
            }
            other => format!("{other:?}"),
        }
    }
}

/// A parameter of a function or of an abstract constraint.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DeclParam {
    pub(crate) name: Arc<str>,
    pub(crate) kind: ParameterKind,
    pub(crate) typemod: TypeMod,
    pub(crate) ty: DeclType,
    pub(crate) default: Option<Expression>,
}

impl DeclParam {
    /// The parameters as they stand in a function's signature: named-only ones by name, wherever they are written.
    pub(crate) fn signature(params: &[DeclParam]) -> String {
        let is_named = |param: &&DeclParam| param.kind == ParameterKind::NamedOnly;
        let mut named: Vec<&DeclParam> = params.iter().filter(is_named).collect();
        named.sort_by(|a, b| a.name.cmp(&b.name));
        let all = params.iter().filter(|param| !is_named(param)).chain(named);
        all.map(DeclParam::identity).collect::<Vec<_>>().join(", ")
    }

    /// Its part of a function's signature: `variadic array<std::str>`, `named only n: optional std::int64`. The type of
    /// a variadic parameter is written without the array.
    pub(crate) fn identity(&self) -> String {
        let mode = match self.typemod {
            TypeMod::Singleton => "",
            TypeMod::Optional => "optional ",
            TypeMod::SetOf => "set of ",
        };
        match self.kind {
            ParameterKind::Positional => format!("{mode}{}", self.ty),
            ParameterKind::Variadic => format!("variadic {mode}array<{}>", self.ty),
            ParameterKind::NamedOnly => format!("named only {}: {mode}{}", self.name, self.ty),
        }
    }
}
