//! Statements that read and change data.

use std::sync::Arc;

use diag::Span;

use super::{Expr, Ident, Name, ShapeElement};

/// A statement that reads or changes data, at top level or nested.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The `with` block.
    pub aliases: Vec<Alias>,
    /// The statement after it.
    pub kind: QueryKind,
    /// Where it stands, the `with` block included.
    pub span: Span,
}

/// The forms of a data statement.
#[derive(Clone, Debug, PartialEq)]
pub enum QueryKind {
    /// `select …`. A top-level `if … then … else …` is read as `select` of it.
    Select(Select),
    /// `insert …`
    Insert(Insert),
    /// `update …`
    Update(Update),
    /// `delete …`
    Delete(Delete),
    /// `for …`
    For(For),
    /// `group …`
    Group(Group),
}

/// One item of a `with` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Alias {
    /// What it gives.
    pub kind: AliasKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a `with` item.
#[derive(Clone, Debug, PartialEq)]
pub enum AliasKind {
    /// `name := expr`
    Expr {
        /// The name.
        name: Ident,
        /// What it stands for.
        value: Expr,
    },
    /// `module m`, `name as module m`
    Module {
        /// The name; without one, the default module changes.
        name: Option<Ident>,
        /// The module, joined by `::`.
        module: Arc<str>,
    },
}

/// `select [alias :=] result filter … order by … offset … limit …`
#[derive(Clone, Debug, PartialEq)]
pub struct Select {
    /// `x :=` before the result.
    pub alias: Option<Ident>,
    /// What is selected.
    pub result: Expr,
    /// `filter`
    pub filter: Option<Expr>,
    /// `order by`
    pub order_by: Vec<SortExpr>,
    /// `offset`
    pub offset: Option<Expr>,
    /// `limit`
    pub limit: Option<Expr>,
}

/// One item of `order by`.
#[derive(Clone, Debug, PartialEq)]
pub struct SortExpr {
    /// What is compared.
    pub expr: Expr,
    /// `asc`, also where nothing is said, or `desc`.
    pub direction: Direction,
    /// `empty first`, `empty last`.
    pub empty: Option<EmptyOrder>,
    /// Where it stands.
    pub span: Span,
}

/// Which way a sort goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// `asc`
    Asc,
    /// `desc`
    Desc,
}

/// Where empty values go in a sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EmptyOrder {
    /// `empty first`
    First,
    /// `empty last`
    Last,
}

/// `insert T { … } unless conflict …`
#[derive(Clone, Debug, PartialEq)]
pub struct Insert {
    /// The type to insert.
    pub subject: Name,
    /// What it is given.
    pub elements: Vec<ShapeElement>,
    /// `unless conflict`
    pub unless_conflict: Option<Box<UnlessConflict>>,
}

/// `unless conflict [on expr [else expr]]`
#[derive(Clone, Debug, PartialEq)]
pub struct UnlessConflict {
    /// What must not conflict.
    pub on: Option<Expr>,
    /// The value on conflict.
    pub otherwise: Option<Expr>,
    /// Where it stands.
    pub span: Span,
}

/// `update subject filter … set { … }`
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// What is updated.
    pub subject: Expr,
    /// `filter`
    pub filter: Option<Expr>,
    /// The `set` shape.
    pub elements: Vec<ShapeElement>,
}

/// `delete subject filter … order by … offset … limit …`
#[derive(Clone, Debug, PartialEq)]
pub struct Delete {
    /// What is deleted.
    pub subject: Expr,
    /// `filter`
    pub filter: Option<Expr>,
    /// `order by`
    pub order_by: Vec<SortExpr>,
    /// `offset`
    pub offset: Option<Expr>,
    /// `limit`
    pub limit: Option<Expr>,
}

/// `for [optional] x in iterator union body`
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    /// `for optional`
    pub optional: bool,
    /// The variable.
    pub variable: Ident,
    /// What it runs over.
    pub iterator: Expr,
    /// What is collected.
    pub body: Expr,
}

/// `group [alias :=] subject using … by …`
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// `x :=` before the subject.
    pub alias: Option<Ident>,
    /// What is grouped.
    pub subject: Expr,
    /// `using name := expr, …`
    pub using: Vec<Alias>,
    /// `by …`
    pub by: Vec<GroupingElement>,
}

/// One element of `by`.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupingElement {
    /// What it is.
    pub kind: GroupingElementKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a grouping element.
#[derive(Clone, Debug, PartialEq)]
pub enum GroupingElementKind {
    /// `name`, `.name`, `(a, b)`.
    Simple(GroupingAtom),
    /// `{a, (b, c)}`.
    Sets(Vec<GroupingElement>),
    /// `cube(a, b)`
    Cube(Vec<GroupingAtom>),
    /// `rollup(a, b)`
    Rollup(Vec<GroupingAtom>),
}

/// What a grouping is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum GroupingAtom {
    /// A name from `using`.
    Name(Ident),
    /// `.name`: a pointer of the subject.
    Pointer(Ident),
    /// `@name`: a link property of the subject.
    LinkProperty(Ident),
    /// `(a, b)`: several as one.
    List(Vec<GroupingAtom>),
}
