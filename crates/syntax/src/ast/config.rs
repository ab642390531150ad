//! `configure` statements.

use super::{Expr, Name, ShapeElement};

/// `configure scope …`
#[derive(Clone, Debug, PartialEq)]
pub struct Configure {
    /// Whose configuration.
    pub scope: ConfigureScope,
    /// What is done.
    pub kind: ConfigureKind,
}

/// Whose configuration is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConfigureScope {
    /// `configure session`
    Session,
    /// `configure current branch`, `configure current database`
    Branch,
    /// `configure instance`, `configure system`
    Instance,
    /// `set global name := …`, `reset global name`
    Global,
}

/// What is done with a configuration.
#[derive(Clone, Debug, PartialEq)]
pub enum ConfigureKind {
    /// `set name := value`
    Set {
        /// The setting.
        name: Name,
        /// Its new value.
        value: Expr,
    },
    /// `insert Type { … }`
    Insert {
        /// The type.
        name: Name,
        /// What it is given.
        elements: Vec<ShapeElement>,
    },
    /// `reset name [filter …]`
    Reset {
        /// The setting or the type.
        name: Name,
        /// Which objects.
        filter: Option<Expr>,
    },
}
