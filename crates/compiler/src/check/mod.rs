//! Whether every expression of a schema means something, and what it gives: asked when a migration or DDL commits.

mod computed;
mod constraint;
mod function;
mod index;
mod place;
mod rule;
mod value;
mod volatility;

use diag::{Diagnostic, Result, Span};
use ir::{Cardinality, Expr, Type};
use schema::{Expression, Inferred, ObjectType, Schema};
use uuid::Uuid;

use crate::context::Context;
use crate::{Compiler, Options, errors};

/// An expression of a schema that means nothing, or not what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The schema object that has the expression.
    pub object: Uuid,
    /// What it is: `expression of property 'total' of object type 'default::Order'`.
    pub what: String,
    /// What is wrong with it. It has a place, in the text in which the expression was declared, unless the mistake is the
    /// whole object's.
    pub error: Diagnostic,
}

/// Compiles every expression that the user's part of a schema declares.
///
/// Gives the schema with what its computed pointers, aliases and globals were found to be; without that, queries do not
/// know it either.
///
/// # Errors
/// The first expression that means nothing, or not what it should.
pub fn check(schema: &Schema) -> Result<Schema, Box<Mistake>> {
    let schema = computed::infer(schema)?;
    let compiler = Compiler::new(schema.clone());
    let checker = Checker { compiler: &compiler, options: &Options::default() };
    checker.globals()?;
    checker.functions()?;
    checker.scalars()?;
    for ty in schema.object_types().filter(|ty| !ty.builtin) {
        checker.object_type(ty)?;
    }
    Ok(schema)
}

/// What checking one thing comes to.
type Checked = Result<(), Box<Mistake>>;

struct Checker<'a> {
    compiler: &'a Compiler,
    options: &'a Options,
}

impl<'a> Checker<'a> {
    fn schema(&self) -> &'a Schema {
        self.compiler.schema()
    }

    fn context(&self) -> Context<'a> {
        Context::new(self.compiler, self.options)
    }

    fn object_type(&self, ty: &ObjectType) -> Checked {
        for pointer in ty.pointers.values().filter(|it| it.owned && !it.is_computed()) {
            self.default(ty, pointer)?;
            self.rewrites(ty, pointer)?;
            for property in pointer.properties.values().filter(|it| it.owned) {
                self.link_property_default(ty, pointer, property)?;
            }
        }
        self.constraints(ty)?;
        self.policies(ty)?;
        self.triggers(ty)?;
        self.indexes(ty)
    }
}

/// The outcome as that of an object: a mistake says whose it is.
fn of_object<T>(object: Uuid, what: impl FnOnce() -> String, outcome: Result<T>) -> Result<T, Box<Mistake>> {
    outcome.map_err(|error| Box::new(Mistake { object, what: what(), error }))
}

/// What an expression was found to give.
fn inferred(compiler: &Compiler, value: &Expr) -> Inferred {
    Inferred {
        ty: compiler.type_ref(&value.ty),
        cardinality: schema_cardinality(value.cardinality),
        required: value.cardinality.is_required(),
    }
}

fn schema_cardinality(cardinality: Cardinality) -> schema::Cardinality {
    if cardinality.is_multi() { schema::Cardinality::Many } else { schema::Cardinality::One }
}

/// Where an expression stands in the text it was declared in.
fn span_of(expression: &Expression) -> Option<Span> {
    expression.tree().ok().map(|tree| tree.span)
}

/// An expression whose type nothing determines is no use in a schema.
fn determined(value: Expr, expression: &Expression) -> Result<Expr> {
    match (crate::expr::is_determined(&value.ty), expression.tree()) {
        (false, Ok(tree)) => Err(errors::untyped_empty(tree.span)),
        _ => Ok(value),
    }
}

fn is_bool(ty: &Type) -> bool {
    matches!(ty, Type::Scalar(scalar) if scalar.base == ir::Scalar::Bool)
}
