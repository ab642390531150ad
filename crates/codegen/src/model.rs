//! What will be printed: every decision is taken here, before any text exists.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::facts::{Limits, PointerFacts};
use crate::settings::Settings;

pub use crate::scalars::Scalar;

/// Everything that one run generates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// In order of path.
    pub queries: Vec<Arc<Query>>,
    /// Result types that several queries share, by the folder that holds them, then by name.
    pub shared: BTreeMap<Vec<String>, BTreeMap<String, Struct>>,
    /// Enums and user-defined scalars, by schema module, then by Rust name.
    pub schema: BTreeMap<String, BTreeMap<String, SchemaType>>,
    /// Object types whose pointers have limits, by schema name; then by pointer.
    pub limits: BTreeMap<String, BTreeMap<String, Limits>>,
    /// Globals of the schema that code may set.
    pub globals: Vec<Global>,
    /// What the project decides for all queries.
    pub settings: Settings,
    /// Hashes of the texts that Rust sources name through the macros.
    pub called: BTreeSet<String>,
}

/// A global of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Global {
    /// With its module.
    pub name: String,
    /// Its name in Rust.
    pub ident: String,
    /// The type of its value.
    pub ty: RustType,
}

/// One query and the function that it becomes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Query {
    /// Path of its file as messages show it.
    pub source: String,
    /// Path of its file within the query folder, without the extension.
    pub name: String,
    /// The folders, as Rust modules.
    pub folder: Vec<String>,
    /// Rust name of the function and of its module.
    pub function: String,
    /// Documentation, a line each.
    pub docs: Vec<String>,
    /// Why it should not be used any more.
    pub deprecated: Option<String>,
    /// Tags for the registry.
    pub tags: Vec<String>,
    /// More derives for its structs.
    pub derives: Vec<String>,
    /// The text that is sent.
    pub text: String,
    /// SHA-256 of the text, in hexadecimal.
    pub hash: String,
    /// How many values it answers.
    pub cardinality: Cardinality,
    /// What running it would do, as bits of the protocol's capabilities.
    pub capabilities: u64,
    /// In the order of the server.
    pub params: Vec<Param>,
    /// Rust name of the struct that holds the arguments.
    pub params_name: String,
    /// What one value of the answer is; `None` for a command without an answer.
    pub result: Option<RustType>,
    /// The types that only this query uses, outermost first.
    pub structs: Vec<Struct>,
}

/// How many values a query answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cardinality {
    /// Nothing at all.
    NoResult,
    /// None or one.
    AtMostOne,
    /// Exactly one.
    One,
    /// Any number.
    Many,
    /// One or more.
    AtLeastOne,
}

/// One argument.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Param {
    /// Its name in the query, without the `$`.
    pub name: String,
    /// Its name in Rust.
    pub ident: String,
    /// The type of its value.
    pub ty: RustType,
    /// It may be left out.
    pub optional: bool,
    /// What the schema says of the pointer that it is for.
    pub facts: PointerFacts,
}

/// A Rust type, decided.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RustType {
    /// A scalar that every server has.
    Scalar(Scalar),
    /// An enum or user-defined scalar: its schema module and Rust name.
    Schema {
        /// `default`, or `billing::invoices`.
        module: String,
        /// Its name in Rust.
        ident: String,
        /// Cheap to copy.
        copy: bool,
    },
    /// A struct of the query's own module, by name.
    Local(String),
    /// A struct that several queries share: its folder and name.
    Shared(Vec<String>, String),
    /// `Vec`.
    Array(Box<RustType>),
    /// A tuple without names.
    Tuple(Vec<RustType>),
    /// `runtime::Range`.
    Range(Box<RustType>),
    /// `runtime::MultiRange`.
    MultiRange(Box<RustType>),
    /// A type that the query's file names in place of the one that would be chosen.
    Custom(String),
}

/// A struct for an object shape or a named tuple.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Struct {
    /// Its name in Rust.
    pub name: String,
    /// Documentation, a line each.
    pub docs: Vec<String>,
    /// What it stands for on the wire.
    pub kind: StructKind,
    /// In the order of the wire.
    pub fields: Vec<Field>,
    /// The enum that rows of this struct become, where the query tells their types apart.
    pub variants: Option<Variants>,
}

impl Struct {
    /// The Rust names that it takes in its module.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        let cases = self.variants.iter().flat_map(|all| all.cases.iter().map(|case| &case.struct_name));
        [&self.name].into_iter().chain(self.variants.iter().map(|all| &all.name)).chain(cases)
    }
}

/// An enum with a case for each object type that a row may be of; the row itself is the case for all others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Variants {
    /// Its name in Rust.
    pub name: String,
    /// Documentation, a line each.
    pub docs: Vec<String>,
    /// Where a row says its type.
    pub tag: Tag,
    /// In order of the types' names.
    pub cases: Vec<Variant>,
}

/// Where a row says its type: a field of the struct, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tag {
    /// The field is the name.
    Name(usize),
    /// The field is `__type__`, an object with nothing but the name.
    TypeObject(usize),
}

impl Tag {
    /// The place of the field.
    pub fn field(self) -> usize {
        match self {
            Tag::Name(field) | Tag::TypeObject(field) => field,
        }
    }
}

/// What is known of rows of one object type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Variant {
    /// The type's name in the schema, with the module.
    pub type_name: String,
    /// The case's name in Rust.
    pub ident: String,
    /// The Rust name of the struct in it.
    pub struct_name: String,
    /// Those of the row's fields that rows of this type have.
    pub fields: Vec<VariantField>,
}

/// A field of the row, as rows of one type have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VariantField {
    /// Its place in the row.
    pub index: usize,
    /// The schema promises a value, although the row as a whole does not.
    pub required: bool,
}

/// What a struct stands for on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StructKind {
    /// An object, free or of a type.
    Object,
    /// A named tuple, which may also be an argument.
    NamedTuple,
}

/// A field of a struct.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// Its name in JSON: that of the pointer, with `@` before a link property.
    pub name: String,
    /// Its name in Rust.
    pub ident: String,
    /// The type of one value.
    pub ty: RustType,
    /// How many values.
    pub multiplicity: Multiplicity,
    /// What the schema says of the pointer.
    pub facts: PointerFacts,
}

/// How many values a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Multiplicity {
    /// Always one.
    Required,
    /// None or one.
    Optional,
    /// Any number.
    Multi,
    /// One or more.
    NonEmpty,
}

/// A type that the schema names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SchemaType {
    /// An enum: the name in the schema, and each member with its Rust name.
    Enum {
        /// With its module.
        name: String,
        /// Schema name and Rust name, in the order of the declaration.
        members: Vec<(String, String)>,
    },
    /// A scalar that extends another: the name in the schema and the base.
    Newtype {
        /// With its module.
        name: String,
        /// The scalar below.
        base: Scalar,
        /// What the schema says of it.
        facts: PointerFacts,
    },
}

impl SchemaType {
    /// Its name in the schema, with the module.
    pub fn name(&self) -> &str {
        match self {
            SchemaType::Enum { name, .. } | SchemaType::Newtype { name, .. } => name,
        }
    }
}
