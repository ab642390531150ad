//! Expressions as the schema keeps them.

use std::fmt;
use std::sync::{Arc, OnceLock};

use diag::{Result, Span};
use syntax::{Style, ast};

/// An EdgeQL expression inside the schema: uncompiled, with every name in it fully qualified. Cheap to clone.
#[derive(Clone)]
pub struct Expression(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    text: Arc<str>,
    tree: OnceLock<Result<ast::Expr>>,
    place: Option<Span>,
}

impl Expression {
    /// The expression that `text` writes; parsed when it is first asked for.
    pub fn from_text(text: impl Into<Arc<str>>) -> Self {
        Expression(Arc::new(Inner { text: text.into(), tree: OnceLock::new(), place: None }))
    }

    /// A parsed expression and its text as Gel prints it.
    pub fn new(tree: ast::Expr, text: impl Into<Arc<str>>) -> Self {
        Expression(Arc::new(Inner { text: text.into(), tree: OnceLock::from(Ok(tree)), place: None }))
    }

    /// A parsed expression whose names are full.
    pub(crate) fn of(tree: ast::Expr) -> Self {
        let text = syntax::print_expr(&tree, Style::COMPACT);
        Expression::new(tree, text)
    }

    /// The same expression, in a clause that stands at `place`.
    pub(crate) fn within(self, place: Span) -> Self {
        let Inner { text, tree, .. } = Arc::unwrap_or_clone(self.0);
        Expression(Arc::new(Inner { text, tree, place: Some(place) }))
    }

    /// Where the clause stands that the expression is in (`default := …`), in the text that declared it; none where it is
    /// in no clause of its own.
    pub fn place(&self) -> Option<Span> {
        self.0.place
    }

    /// As Gel prints it: `std::datetime_current()`.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// The syntax tree. Its spans are those of the text it was declared in.
    ///
    /// Errors where the text does not parse, which only that of a broken standard library file does.
    pub fn tree(&self) -> Result<&ast::Expr> {
        self.0.tree.get_or_init(|| parse(&self.0.text)).as_ref().map_err(Clone::clone)
    }
}

fn parse(text: &str) -> Result<ast::Expr> {
    syntax::parse_expr(text)
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for Expression {}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({})", self.0.text)
    }
}
