//! The public face: a schema version and what was compiled of it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};

use diag::{Diagnostic, Result};
use schema::Schema;
use syntax::ast;
use uuid::Uuid;

use crate::context::Context;
use crate::types::Compound;
use crate::{Options, dml, expr, rules};

/// How many scalar types may have constraints that mention the next one.
const MAX_CONSTRAINED_BY_ONE_ANOTHER: usize = 8;

/// Compiles statements against one version of a schema. Thread-safe; what it learns of the schema it keeps.
#[derive(Debug)]
pub struct Compiler {
    schema: Schema,
    /// Those whose values come from outside of queries: their order numbers them in every query.
    pub(crate) given_globals: Arc<[Arc<schema::Global>]>,
    /// The scalar types whose constraints are compiled here, outermost first.
    constraining: Vec<Uuid>,
    /// Whether one of them was asked for: its constraints would have to hold before they can be checked.
    circular: AtomicBool,
    pub(crate) scalars: RwLock<HashMap<Uuid, Arc<ir::ScalarType>>>,
    pub(crate) compounds: RwLock<HashMap<Uuid, Arc<Compound>>>,
    pub(crate) rules: RwLock<HashMap<(Uuid, bool, bool), Arc<crate::rules::Compiled>>>,
}

impl Compiler {
    /// A compiler for this version of a schema.
    pub fn new(schema: Schema) -> Self {
        let given_globals = expr::given_globals(&schema);
        Compiler::with(schema, given_globals, Vec::new())
    }

    fn with(schema: Schema, given_globals: Arc<[Arc<schema::Global>]>, constraining: Vec<Uuid>) -> Compiler {
        Compiler {
            schema,
            given_globals,
            constraining,
            circular: AtomicBool::new(false),
            scalars: RwLock::default(),
            compounds: RwLock::default(),
            rules: RwLock::default(),
        }
    }

    /// A compiler for the constraints of a scalar type. The scalar types that it makes are its own: one whose constraints
    /// lead back to it is made without them there, and [`Compiler::is_circular`] tells.
    pub(crate) fn constraining(&self, scalar: Uuid) -> Compiler {
        let constraining = self.constraining.iter().copied().chain([scalar]).collect();
        Compiler::with(self.schema.clone(), self.given_globals.clone(), constraining)
    }

    /// Whether the scalar type's constraints cannot be compiled here, because they are being compiled or because too many
    /// others that lead to them are.
    pub(crate) fn meets_again(&self, scalar: Uuid) -> bool {
        let again =
            self.constraining.contains(&scalar) || self.constraining.len() >= MAX_CONSTRAINED_BY_ONE_ANOTHER;
        self.circular.fetch_or(again, Ordering::Relaxed);
        again
    }

    /// Takes over from a compiler for constraints that were needed here whether they lead back.
    pub(crate) fn adopt_circular(&self, inner: &Compiler) {
        self.circular.fetch_or(inner.is_circular(), Ordering::Relaxed);
    }

    /// Whether a scalar type was asked for whose constraints were being compiled.
    pub(crate) fn is_circular(&self) -> bool {
        self.circular.load(Ordering::Relaxed)
    }

    /// The schema it compiles against.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The meaning of a data statement.
    ///
    /// Errors are Gel's, with their place in the statement; other kinds of statements are not the compiler's.
    pub fn compile(&self, statement: &ast::Statement, options: &Options) -> Result<ir::Query> {
        match &statement.kind {
            ast::StatementKind::Query(query) => self.compile_query(query, options),
            _ => Err(Diagnostic::unsupported("compiling this kind of statement").at(statement.span)),
        }
    }

    /// The meaning of a data statement.
    pub fn compile_query(&self, query: &ast::Query, options: &Options) -> Result<ir::Query> {
        let mut cx = Context::new(self, options);
        // What is wrong inside a function that is called has no place in this text but the whole of it.
        let placed = |error: Diagnostic| error.at_if_unknown(Some(query.span));
        let expr = expr::top_level(&mut cx, query).map_err(placed)?;
        let changed = dml::changed_types(&cx, &expr);
        let rules = rules::rule_book(&mut cx, changed)?;
        cx.finish(expr, rules)
    }
}

/// Compiles one statement against a schema, keeping nothing.
pub fn compile(statement: &ast::Statement, schema: &Schema, options: &Options) -> Result<ir::Query> {
    Compiler::new(schema.clone()).compile(statement, options)
}
