//! A compiled query: the expression and all that running and describing it need.

use std::ops::BitOr;
use std::sync::Arc;

use diag::Diagnostic;

use crate::{Cardinality, Expr, RuleBook, Type};

/// One compiled query statement.
#[derive(Debug)]
pub struct Query {
    pub expr: Expr,
    /// The type of the answer as it is described: that of the expression, under the names that the query gives to types.
    pub answer: Type,
    /// As described: may differ from the expression's when the statement answers nothing.
    pub cardinality: Cardinality,
    pub capabilities: Capabilities,
    pub params: Vec<Param>,
    pub globals: Vec<Global>,
    /// Rules of the types it changes; empty for a read-only query.
    pub rules: Arc<RuleBook>,
    pub warnings: Vec<Warning>,
    /// One more than the largest variable number.
    pub variables: u32,
}

/// A warning that goes out with the answer.
pub type Warning = Diagnostic;

/// A query parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Without the `$`: a name, or a number for a positional one.
    pub name: Arc<str>,
    pub ty: Type,
    pub required: bool,
}

/// A global whose value comes from the session.
#[derive(Clone, Debug)]
pub struct Global {
    /// Fully qualified.
    pub name: Arc<str>,
    pub ty: Type,
    pub cardinality: Cardinality,
    /// Used when the session does not set it.
    pub default: Option<Arc<Expr>>,
}

/// What a statement does, as the protocol's bits say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Capabilities(pub u64);

impl Capabilities {
    pub const NONE: Capabilities = Capabilities(0);
    pub const MODIFICATIONS: Capabilities = Capabilities(1);
    pub const SESSION_CONFIG: Capabilities = Capabilities(2);
    pub const TRANSACTION: Capabilities = Capabilities(4);
    pub const DDL: Capabilities = Capabilities(8);
    pub const PERSISTENT_CONFIG: Capabilities = Capabilities(16);

    /// Whether all of `other` is in here.
    pub fn contains(self, other: Capabilities) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Capabilities {
    type Output = Capabilities;

    fn bitor(self, other: Capabilities) -> Capabilities {
        Capabilities(self.0 | other.0)
    }
}
