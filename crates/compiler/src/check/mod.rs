//! Whether every expression of a schema means something, and what it gives: asked when a migration or DDL commits.

mod computed;
mod constraint;
mod function;
mod index;
mod rule;
mod value;
mod volatility;

use std::collections::HashMap;

use diag::{Diagnostic, Result, Span};
use ir::{Cardinality, Expr, Type};
use schema::{Expression, Inferred, ObjectType, Schema};
use uuid::Uuid;

use crate::context::Context;
use crate::{Compiler, Options, errors};

/// Finds where a schema object was declared, in the text that is being applied.
pub type Locate<'a> = &'a dyn Fn(Uuid) -> Option<Span>;

/// Compiles every expression that the user's part of the schema declares.
///
/// Gives what computed pointers, aliases and globals were found to be, by their ids. Errors are Gel's; their places are
/// in the text in which the expression, or else the object that `locate` finds, was declared.
pub fn check(schema: &Schema, locate: Locate<'_>) -> Result<HashMap<Uuid, Inferred>> {
    let compiler = Compiler::new(schema.clone());
    let options = Options::default();
    let mut checker = Checker { compiler: &compiler, options: &options, locate, inferred: HashMap::new() };
    checker.computed()?;
    checker.functions()?;
    checker.scalars()?;
    for ty in schema.object_types().filter(|ty| !ty.builtin) {
        checker.object_type(ty)?;
    }
    Ok(checker.inferred)
}

struct Checker<'a> {
    compiler: &'a Compiler,
    options: &'a Options,
    locate: Locate<'a>,
    inferred: HashMap<Uuid, Inferred>,
}

impl<'a> Checker<'a> {
    fn schema(&self) -> &'a Schema {
        self.compiler.schema()
    }

    fn context(&self) -> Context<'a> {
        Context::new(self.compiler, self.options)
    }

    /// The error, at the declaration of this object if it has no place of its own.
    fn at(&self, error: Diagnostic, id: Uuid) -> Diagnostic {
        match error.span {
            Some(_) => error,
            None => error.at_if_unknown((self.locate)(id)),
        }
    }

    fn object_type(&mut self, ty: &ObjectType) -> Result<()> {
        for pointer in ty.pointers.values().filter(|it| it.owned && !it.is_computed()) {
            self.default_of(ty, pointer)?;
            self.rewrites(ty, pointer)?;
            for property in pointer.properties.values().filter(|it| it.owned) {
                self.default_of(ty, property)?;
            }
        }
        self.constraints(ty)?;
        self.policies(ty)?;
        self.triggers(ty)?;
        self.indexes(ty)
    }
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
