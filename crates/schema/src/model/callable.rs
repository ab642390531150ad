//! Functions, operators and casts.

use std::sync::Arc;

use value::Uuid;

use super::AnnotationValue;
use crate::{Expression, QName, TypeRef};

/// One overload of a function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Stable identity.
    pub id: Uuid,
    /// Shared by all overloads.
    pub name: QName,
    /// The signature: `std::len(std::str)`. `exec` binds the bodies of standard functions to it.
    pub key: Arc<str>,
    /// Of the standard library or an extension.
    pub builtin: bool,
    /// In declared order.
    pub params: Vec<Parameter>,
    /// Type of the result.
    pub returns: TypeRef,
    /// How many elements the result has.
    pub return_mod: TypeMod,
    /// What the result depends on; `None` where the declaration leaves it to be inferred from the body.
    pub volatility: Option<Volatility>,
    /// The result has at least one element where the argument has.
    pub preserves_optionality: bool,
    /// EdgeQL body; `None` for one whose body is code.
    pub body: Option<Expression>,
    /// Permissions without which it may not be called.
    pub required_permissions: Vec<QName>,
    /// Annotations.
    pub annotations: Vec<AnnotationValue>,
}

/// One overload of an operator.
#[derive(Clone, Debug)]
pub struct Operator {
    /// Stable identity.
    pub id: Uuid,
    /// Shared by all overloads: `std::+`.
    pub name: QName,
    /// The signature: `std::+(std::int64, std::int64)`. `exec` binds bodies to it.
    pub key: Arc<str>,
    /// Where its operands stand.
    pub kind: OperatorKind,
    /// The operands.
    pub params: Vec<Parameter>,
    /// Type of the result.
    pub returns: TypeRef,
    /// How many elements the result has.
    pub return_mod: TypeMod,
    /// What the result depends on.
    pub volatility: Volatility,
    /// Only a pattern for others, never called.
    pub is_abstract: bool,
    /// For collections it is applied to the elements in turn, as in array comparison.
    pub recursive: bool,
    /// The operator that takes the operands in the other order.
    pub commutator: Option<QName>,
    /// The operator that gives the opposite truth value.
    pub negator: Option<QName>,
    /// `std::NOT IN` is one of `std::IN`.
    pub derivative_of: Option<QName>,
    /// Annotations.
    pub annotations: Vec<AnnotationValue>,
}

/// Where an operator's operands stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OperatorKind {
    /// `a + b`.
    Infix,
    /// `-a`.
    Prefix,
    /// `a IS NULL`.
    Postfix,
    /// `a IF b ELSE c`.
    Ternary,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Stable identity.
    pub id: Uuid,
    /// Its name.
    pub name: Arc<str>,
    /// How it is passed.
    pub kind: ParameterKind,
    /// How it takes its set.
    pub typemod: TypeMod,
    /// Its type; an array for a variadic one.
    pub ty: TypeRef,
    /// Used where the call gives no argument.
    pub default: Option<Expression>,
}

/// How a parameter is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParameterKind {
    /// By position.
    Positional,
    /// All remaining positional arguments.
    Variadic,
    /// By name.
    NamedOnly,
}

/// How a parameter takes, or a function gives, a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TypeMod {
    /// One element.
    #[default]
    Singleton,
    /// One element or none.
    Optional,
    /// Any number.
    SetOf,
}

/// What a result depends on, from least to most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Volatility {
    /// The arguments alone.
    #[default]
    Immutable,
    /// And the data and the session.
    Stable,
    /// And the moment of the call.
    Volatile,
    /// It changes data.
    Modifying,
}

/// A cast between two types.
#[derive(Clone, Debug)]
pub struct Cast {
    /// Stable identity.
    pub id: Uuid,
    /// From.
    pub from: TypeRef,
    /// To.
    pub to: TypeRef,
    /// Where it happens by itself.
    pub kind: CastKind,
    /// What the result depends on.
    pub volatility: Volatility,
}

/// Where a cast happens by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CastKind {
    /// Only where it is written.
    Explicit,
    /// In assignments.
    Assignment,
    /// Everywhere.
    Implicit,
}
