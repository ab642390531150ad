//! A schema document: what `.gel` files and `start migration to { … }` hold.

use std::sync::Arc;

use diag::Span;

use super::Definition;

/// A schema document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SchemaDocument {
    /// What it declares, in order.
    pub items: Vec<SchemaItem>,
}

/// A module block or a declaration.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant)] // most items are definitions
pub enum SchemaItem {
    /// `module m { … }`
    Module(SchemaModule),
    /// A declaration, in the form of the command that creates it.
    Definition(Definition),
}

/// `module m { … }`; the names inside are as written.
#[derive(Clone, Debug, PartialEq)]
pub struct SchemaModule {
    /// The module's name, joined by `::`, relative to the block around it.
    pub name: Arc<str>,
    /// What stands inside.
    pub items: Vec<SchemaItem>,
    /// Where it stands.
    pub span: Span,
}
