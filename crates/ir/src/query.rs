//! A compiled query: the expression and all that running and describing it need.

use std::collections::BTreeSet;
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
    /// Permissions without which it may not run, by full name: those that the functions it calls ask for.
    pub permissions: BTreeSet<Arc<str>>,
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

/// What a statement does. Clients know the lower half of the bits; the others say what only some roles may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Capabilities(pub u64);

impl Capabilities {
    pub const NONE: Capabilities = Capabilities(0);
    pub const MODIFICATIONS: Capabilities = Capabilities(1);
    pub const SESSION_CONFIG: Capabilities = Capabilities(2);
    pub const TRANSACTION: Capabilities = Capabilities(4);
    pub const DDL: Capabilities = Capabilities(8);
    pub const PERSISTENT_CONFIG: Capabilities = Capabilities(16);
    /// Changes what belongs to no branch: roles, and branches themselves.
    pub const GLOBAL_DDL: Capabilities = Capabilities(1 << 58);
    pub const BRANCH_CONFIG: Capabilities = Capabilities(1 << 59);
    pub const INSTANCE_CONFIG: Capabilities = Capabilities(1 << 60);
    pub const DESCRIBE: Capabilities = Capabilities(1 << 61);
    pub const ANALYZE: Capabilities = Capabilities(1 << 62);
    pub const ADMINISTER: Capabilities = Capabilities(1 << 63);

    /// Each that there is, in the order in which one that is missing is reported, with what needs it.
    const TITLES: [(Capabilities, &str); 11] = [
        (Capabilities::MODIFICATIONS, "data modification queries"),
        (Capabilities::SESSION_CONFIG, "session configuration queries"),
        (Capabilities::TRANSACTION, "transaction control commands"),
        (Capabilities::DDL, "DDL commands"),
        (Capabilities::PERSISTENT_CONFIG, "configuration commands"),
        (Capabilities::GLOBAL_DDL, "instance-wide DDL commands"),
        (Capabilities::BRANCH_CONFIG, "database branch configuration commands"),
        (Capabilities::INSTANCE_CONFIG, "instance configuration commands"),
        (Capabilities::DESCRIBE, "DESCRIBE commands"),
        (Capabilities::ANALYZE, "ANALYZE commands"),
        (Capabilities::ADMINISTER, "ADMINISTER commands"),
    ];

    /// Of these, what changes something that is stored.
    pub fn writing(self) -> Capabilities {
        Capabilities(self.0 & (1 | 8 | 16))
    }

    /// The bits that clients know.
    pub fn on_the_wire(self) -> Capabilities {
        Capabilities(self.0 & u64::from(u32::MAX))
    }

    /// What the first is called that is in here and not among those that are allowed.
    pub fn denied(self, allowed: Capabilities) -> Option<&'static str> {
        let is_denied = |one: Capabilities| self.contains(one) && !allowed.contains(one);
        Self::TITLES.iter().find(|(one, _)| is_denied(*one)).map(|(_, title)| *title)
    }

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
