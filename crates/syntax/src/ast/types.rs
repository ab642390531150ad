//! Type expressions.

use diag::Span;

use super::{Expr, Ident, Literal, Name};

/// A type as written.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeExpr {
    /// What it is.
    pub kind: TypeKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a type expression.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// `User`, `std::int64`, `anytype`, `anytuple`, `anyobject`.
    Name(Name),
    /// `array<str>`, `tuple<a: str, b: int64>`, `range<int64>`, `enum<Red, Green>`, `vector<3>`.
    Generic {
        /// What stands before the `<`.
        name: Name,
        /// What stands between the angle brackets.
        args: Vec<TypeArg>,
    },
    /// `typeof expr`.
    TypeOf(Box<Expr>),
    /// `A | B`.
    Union(Box<TypeExpr>, Box<TypeExpr>),
    /// `A & B`.
    Intersection(Box<TypeExpr>, Box<TypeExpr>),
}

/// One argument of a generic type.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeArg {
    /// The element name of a named tuple.
    pub name: Option<Ident>,
    /// The argument itself.
    pub value: TypeArgValue,
    /// Where it stands, the name included.
    pub span: Span,
}

/// What an argument of a generic type may be.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeArgValue {
    /// A type. The labels of `enum<Red, Green>` are read as types too.
    Type(TypeExpr),
    /// A string label of an enum or the dimension of a vector.
    Literal(Literal),
}
