//! The public face: a schema version and what was compiled of it.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use diag::{Diagnostic, Result};
use schema::{Named, Schema};
use syntax::ast;
use uuid::Uuid;

use crate::context::Context;
use crate::types::Compound;
use crate::{Options, dml, expr, rules};

/// Compiles statements against one version of a schema. Thread-safe; what it learns of the schema it keeps.
#[derive(Debug)]
pub struct Compiler {
    schema: Schema,
    /// Those that a session may set, by name: their order numbers them in every query.
    pub(crate) settable_globals: Vec<Arc<schema::Global>>,
    pub(crate) scalars: RwLock<HashMap<Uuid, Arc<ir::ScalarType>>>,
    pub(crate) compounds: RwLock<HashMap<Uuid, Arc<Compound>>>,
    pub(crate) rules: RwLock<HashMap<(Uuid, bool), Arc<crate::rules::Compiled>>>,
}

impl Compiler {
    /// A compiler for this version of a schema.
    pub fn new(schema: Schema) -> Self {
        Compiler {
            settable_globals: settable_globals(&schema),
            schema,
            scalars: RwLock::default(),
            compounds: RwLock::default(),
            rules: RwLock::default(),
        }
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
        let expr = expr::top_level(&mut cx, query)?;
        let changed = dml::changed_types(&cx, &expr);
        let rules = rules::rule_book(&mut cx, changed)?;
        cx.finish(expr, rules)
    }
}

fn settable_globals(schema: &Schema) -> Vec<Arc<schema::Global>> {
    let settable = schema.all_named().filter_map(|(_, named)| match named {
        Named::Global(global) if global.computed.is_none() => Some(global.clone()),
        _ => None,
    });
    let mut globals: Vec<_> = settable.collect();
    globals.sort_by(|a, b| a.name.cmp(&b.name));
    globals
}

/// Compiles one statement against a schema, keeping nothing.
pub fn compile(statement: &ast::Statement, schema: &Schema, options: &Options) -> Result<ir::Query> {
    Compiler::new(schema.clone()).compile(statement, options)
}
