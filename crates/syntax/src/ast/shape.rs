//! Shapes: what stands between the braces after an expression.

use diag::Span;

use super::{Expr, Ident, PathStep, SortExpr, TypeExpr};

/// One element of a shape.
#[derive(Clone, Debug, PartialEq)]
pub struct ShapeElement {
    /// What it names.
    pub target: ShapeTarget,
    /// `required` (true), `optional` (false).
    pub required: Option<bool>,
    /// `single`, `multi`.
    pub cardinality: Option<Cardinality>,
    /// `:=`, `+=`, `-=` and the expression after it.
    pub value: Option<(ShapeOp, Expr)>,
    /// The nested shape.
    pub elements: Option<Vec<ShapeElement>>,
    /// `filter expr`.
    pub filter: Option<Expr>,
    /// `order by …`.
    pub order_by: Vec<SortExpr>,
    /// `offset expr`.
    pub offset: Option<Expr>,
    /// `limit expr`.
    pub limit: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// What a shape element names.
#[derive(Clone, Debug, PartialEq)]
pub enum ShapeTarget {
    /// A pointer.
    Path(ShapePath),
    /// `*`, `**`, `T.*`, `T.**`, `[is T].*`, `[is T].**`.
    Splat {
        /// Two levels, `**`.
        deep: bool,
        /// The type before the dot.
        ty: Option<TypeExpr>,
        /// The type in `[is T]`.
        intersection: Option<TypeExpr>,
    },
}

/// The path of a shape element: `name`, `[is T].name`, `@prop`, `[is T]@prop`.
#[derive(Clone, Debug, PartialEq)]
pub struct ShapePath {
    /// The `[is T]` before the name.
    pub intersection: Option<TypeExpr>,
    /// The pointer's name.
    pub name: Ident,
    /// Written with `@`.
    pub link_property: bool,
    /// The `[is T]` after the name: `friends[is User]: {…}`.
    pub then: Vec<PathStep>,
    /// Where it stands.
    pub span: Span,
}

/// What is done with a pointer in a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ShapeOp {
    /// `:=`
    Assign,
    /// `+=`
    Append,
    /// `-=`
    Subtract,
}

impl ShapeOp {
    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            ShapeOp::Assign => ":=",
            ShapeOp::Append => "+=",
            ShapeOp::Subtract => "-=",
        }
    }
}

/// How many values a pointer may have at most, as declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cardinality {
    /// `single`
    Single,
    /// `multi`
    Multi,
}
