//! What grows while one statement is compiled: variables, parameters, globals, warnings.

use std::collections::BTreeMap;
use std::sync::Arc;

use diag::{Diagnostic, Result};
use ir::{Cardinality, Expr, Kind, Type, VarId};
use schema::Schema;
use uuid::Uuid;

use crate::derived::Derived;
use crate::path::{self, LinkRef};
use crate::{Compiler, Options, errors};

/// How deep expressions may nest, inlined ones included: the evaluator and this crate recurse as deep.
const MAX_DEPTH: u32 = 250;

/// One compilation.
pub(crate) struct Context<'c> {
    pub(crate) compiler: &'c Compiler,
    pub(crate) options: &'c Options,
    pub(crate) params: Vec<ir::Param>,
    /// By their place among all globals of the schema, so that rules compiled before mean the same.
    pub(crate) globals: BTreeMap<usize, ir::Global>,
    pub(crate) warnings: Vec<Diagnostic>,
    /// Functions, aliases, computed pointers and globals whose expressions are being compiled, outermost first.
    pub(crate) definitions: Vec<Uuid>,
    /// Names that the query makes for types.
    pub(crate) derived: Derived,
    variables: Vec<Variable>,
    depth: u32,
}

struct Variable {
    ty: Type,
    cardinality: Cardinality,
    /// The link over which its objects were reached.
    link: Option<LinkRef>,
}

impl<'c> Context<'c> {
    pub(crate) fn new(compiler: &'c Compiler, options: &'c Options) -> Self {
        Context {
            compiler,
            options,
            params: Vec::new(),
            globals: BTreeMap::new(),
            warnings: Vec::new(),
            definitions: Vec::new(),
            derived: Derived::default(),
            variables: Vec::new(),
            depth: 0,
        }
    }

    pub(crate) fn schema(&self) -> &'c Schema {
        self.compiler.schema()
    }

    /// A new variable.
    pub(crate) fn new_var(&mut self, ty: Type, cardinality: Cardinality) -> VarId {
        self.variables.push(Variable { ty, cardinality, link: None });
        VarId(self.variables.len() as u32 - 1)
    }

    /// A new variable that stands for one element of `set`.
    pub(crate) fn element_var(&mut self, set: &Expr) -> VarId {
        let link = path::link_of(self, set);
        self.variables.push(Variable { ty: set.ty.clone(), cardinality: Cardinality::One, link });
        VarId(self.variables.len() as u32 - 1)
    }

    /// The link over which the variable's objects were reached.
    pub(crate) fn link_of_var(&self, var: VarId) -> Option<LinkRef> {
        self.variables.get(var.0 as usize)?.link.clone()
    }

    /// What the variable is bound to.
    pub(crate) fn var(&self, var: VarId) -> Expr {
        match self.variables.get(var.0 as usize) {
            Some(known) => Expr::new(Kind::Var(var), known.ty.clone(), known.cardinality),
            None => Expr::new(Kind::Var(var), Type::Any, Cardinality::Many),
        }
    }

    /// Says that a variable's objects have another shape than was known when it was made.
    pub(crate) fn retype_var(&mut self, var: VarId, ty: Type) {
        if let Some(known) = self.variables.get_mut(var.0 as usize) {
            known.ty = ty;
        }
    }

    pub(crate) fn variable_count(&self) -> u32 {
        self.variables.len() as u32
    }

    pub(crate) fn warn(&mut self, warning: Diagnostic) {
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Runs `inner` one level deeper; too deep a query is an error.
    pub(crate) fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            return Err(errors::too_deep());
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// Runs `inner`, which compiles the expression that defines something. One that leads back to itself is an error.
    pub(crate) fn defining<T>(
        &mut self,
        id: Uuid,
        what: impl FnOnce() -> String,
        inner: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        if self.definitions.contains(&id) {
            return Err(errors::circular_definition(what()));
        }
        self.definitions.push(id);
        let result = self.nested(inner);
        self.definitions.pop();
        result
    }

    pub(crate) fn finish(self, expr: Expr, rules: Arc<ir::RuleBook>) -> Result<ir::Query> {
        let changes = !rules.types.is_empty();
        Ok(ir::Query {
            answer: self.derived.answer(&expr),
            cardinality: expr.cardinality,
            capabilities: if changes { ir::Capabilities::MODIFICATIONS } else { ir::Capabilities::NONE },
            params: crate::expr::ordered_params(self.params)?,
            globals: crate::expr::all_globals(self.compiler, self.globals),
            rules,
            warnings: self.warnings,
            variables: self.variables.len() as u32,
            expr,
        })
    }
}
