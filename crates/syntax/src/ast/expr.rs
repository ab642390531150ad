//! Expressions.

use std::sync::Arc;

use diag::Span;

use super::{Ident, Name, Query, ShapeElement, TypeExpr};

/// An expression.
#[derive(Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands; parentheses around it are not part of it.
    pub span: Span,
}

/// Room on the stack for one level of an expression, and by how much it grows where there is none, in bytes.
const ROOM: usize = 128 << 10;
const GROWTH: usize = 2 << 20;

// Copies and comparisons go as deep as expressions nest, which may be deeper than a thread's stack allows.

impl Clone for Expr {
    fn clone(&self) -> Self {
        stacker::maybe_grow(ROOM, GROWTH, || Expr { kind: self.kind.clone(), span: self.span })
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        stacker::maybe_grow(ROOM, GROWTH, || self.span == other.span && self.kind == other.kind)
    }
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A path or a bare name.
    Path(Path),
    /// A literal.
    Literal(Literal),
    /// `$name`, `$0`.
    Param(Param),
    /// `"text \(expr) text"`.
    Interpolation {
        /// The text before the first expression.
        head: Arc<str>,
        /// The expressions, each with the text after it.
        parts: Vec<(Expr, Arc<str>)>,
    },
    /// `\(name)`: a place that a migration asks to be filled.
    Placeholder(Arc<str>),
    /// `global name`.
    Global(Name),
    /// `{a, b}`.
    Set(Vec<Expr>),
    /// `(a, b)`, `(a,)`, `()`.
    Tuple(Vec<Expr>),
    /// `(a := 1, b := 2)`.
    NamedTuple(Vec<NamedExpr>),
    /// `[a, b]`.
    Array(Vec<Expr>),
    /// `f(x, key := y)`.
    Call(Box<Call>),
    /// Two operands and what stands between them.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// What stands before it.
        left: Box<Expr>,
        /// What stands after it.
        right: Box<Expr>,
    },
    /// One operand after an operator.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// What it applies to.
        operand: Box<Expr>,
    },
    /// `then if condition else otherwise`, `if condition then then else otherwise`.
    IfElse {
        /// The condition.
        condition: Box<Expr>,
        /// The value where it holds.
        then: Box<Expr>,
        /// The value where it does not.
        otherwise: Box<Expr>,
        /// Written as `x if c else y`.
        inline: bool,
    },
    /// `x is T`, `x is not T`.
    Is {
        /// What is asked about.
        operand: Box<Expr>,
        /// `is not`.
        negated: bool,
        /// The type asked for.
        ty: TypeExpr,
    },
    /// `<T>x`, `<optional T>x`, `<required T>x`.
    Cast {
        /// The type to cast to.
        ty: TypeExpr,
        /// What stands before the type.
        modifier: Option<CastModifier>,
        /// What is cast.
        operand: Box<Expr>,
    },
    /// `introspect T`.
    Introspect(TypeExpr),
    /// `detached x`.
    Detached(Box<Expr>),
    /// `x[i]`.
    Index {
        /// What is indexed.
        operand: Box<Expr>,
        /// The position.
        index: Box<Expr>,
    },
    /// `x[i:j]`, either bound may be left out, not both.
    Slice {
        /// What is sliced.
        operand: Box<Expr>,
        /// The first position.
        start: Option<Box<Expr>>,
        /// One past the last position.
        end: Option<Box<Expr>>,
    },
    /// `x { … }`; without a subject, a free object.
    Shape {
        /// What the shape is of.
        subject: Option<Box<Expr>>,
        /// The elements.
        elements: Vec<ShapeElement>,
    },
    /// A statement used as an expression.
    Query(Box<Query>),
}

/// `a := expr` in a named tuple or an argument list.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedExpr {
    /// The name.
    pub name: Ident,
    /// The value.
    pub value: Expr,
}

/// A function call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The function.
    pub name: Name,
    /// Arguments by position.
    pub args: Vec<Expr>,
    /// Arguments by name.
    pub named_args: Vec<NamedExpr>,
}

/// A query parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// What stands after the `$`, backticks kept.
    pub name: Arc<str>,
    /// Its position, where the name is a number.
    pub position: Option<u32>,
}

/// A literal's value. Numbers are kept as text, without `_` and suffix, for whoever knows their range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `'text'`, `r'text'`, `$$text$$`; escapes resolved.
    Str(Arc<str>),
    /// `b'bytes'`; escapes resolved.
    Bytes(Arc<[u8]>),
    /// `12`.
    Int(Arc<str>),
    /// `1.5`, `1e3`.
    Float(Arc<str>),
    /// `12n`, `1e3n`.
    BigInt(Arc<str>),
    /// `1.5n`.
    Decimal(Arc<str>),
    /// `true`, `false`.
    Bool(bool),
}

/// A path: where it starts and the steps from there.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Where it starts.
    pub root: PathRoot,
    /// The steps.
    pub steps: Vec<PathStep>,
}

/// Where a path starts.
#[derive(Clone, Debug, PartialEq)]
pub enum PathRoot {
    /// A type, an alias, a variable.
    Name(Name),
    /// A name that the language itself gives.
    Anchor(Anchor),
    /// Any other expression, usually in parentheses.
    Expr(Box<Expr>),
    /// `.name`: the current subject.
    Subject,
}

/// Names that the language gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// `__source__`
    Source,
    /// `__subject__`
    Subject,
    /// `__new__`
    New,
    /// `__old__`
    Old,
    /// `__specified__`
    Specified,
    /// `__default__`
    Default,
}

impl Anchor {
    /// All of them.
    pub const ALL: [Anchor; 6] =
        [Anchor::Source, Anchor::Subject, Anchor::New, Anchor::Old, Anchor::Specified, Anchor::Default];

    /// As it is written.
    pub fn text(self) -> &'static str {
        match self {
            Anchor::Source => "__source__",
            Anchor::Subject => "__subject__",
            Anchor::New => "__new__",
            Anchor::Old => "__old__",
            Anchor::Specified => "__specified__",
            Anchor::Default => "__default__",
        }
    }
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq)]
pub struct PathStep {
    /// What it is.
    pub kind: PathStepKind,
    /// Where it stands, its `.`, `.<`, `@` included.
    pub span: Span,
}

/// The forms of a step.
#[derive(Clone, Debug, PartialEq)]
pub enum PathStepKind {
    /// `.name`, `.0`.
    Pointer(Ident),
    /// `.<name`.
    Backlink(Ident),
    /// `@name`.
    LinkProperty(Ident),
    /// `[is T]`.
    TypeIntersection(TypeExpr),
}

/// What may stand before the type in a cast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CastModifier {
    /// `<optional T>`
    Optional,
    /// `<required T>`
    Required,
}

/// Operators of one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `not`
    Not,
    /// `exists`
    Exists,
    /// `distinct`
    Distinct,
}

impl UnaryOp {
    /// As it is written, keywords in lower case.
    pub fn text(self) -> &'static str {
        match self {
            UnaryOp::Plus => "+",
            UnaryOp::Minus => "-",
            UnaryOp::Not => "not",
            UnaryOp::Exists => "exists",
            UnaryOp::Distinct => "distinct",
        }
    }
}

/// Operators of two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the text says it
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    Concat,
    Eq,
    Ne,
    OptionalEq,
    OptionalNe,
    Lt,
    Le,
    Gt,
    Ge,
    And,
    Or,
    Like,
    NotLike,
    ILike,
    NotILike,
    In,
    NotIn,
    Coalesce,
    Union,
    Except,
    Intersect,
}

impl BinaryOp {
    /// As it is written, keywords in lower case.
    pub fn text(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::FloorDiv => "//",
            BinaryOp::Mod => "%",
            BinaryOp::Pow => "^",
            BinaryOp::Concat => "++",
            BinaryOp::Eq => "=",
            BinaryOp::Ne => "!=",
            BinaryOp::OptionalEq => "?=",
            BinaryOp::OptionalNe => "?!=",
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Gt => ">",
            BinaryOp::Ge => ">=",
            BinaryOp::And => "and",
            BinaryOp::Or => "or",
            BinaryOp::Like => "like",
            BinaryOp::NotLike => "not like",
            BinaryOp::ILike => "ilike",
            BinaryOp::NotILike => "not ilike",
            BinaryOp::In => "in",
            BinaryOp::NotIn => "not in",
            BinaryOp::Coalesce => "??",
            BinaryOp::Union => "union",
            BinaryOp::Except => "except",
            BinaryOp::Intersect => "intersect",
        }
    }
}
