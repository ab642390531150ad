//! Plans: a compiled query with its symbols resolved, its functions bound and its access paths chosen.

mod access;
pub(crate) mod change;
mod checks;
mod explain;
pub(crate) mod node;
mod planner;
mod rules;
mod walk;

use std::sync::Arc;

use diag::Result;
use ir::{Assignment, RuleBook, Type, VarId};
use storage::Symbols;

use crate::catalog::Catalog;
use change::{Fill, Rules};
use node::{Checks, Node};
use planner::Planner;

/// A query that is ready to run, any number of times.
#[derive(Debug)]
pub struct Plan {
    pub(crate) root: Node,
    /// Number of places for variables.
    pub(crate) slots: usize,
    /// Number of places for what is evaluated once.
    pub(crate) places: usize,
    pub(crate) params: Vec<Param>,
    pub(crate) globals: Vec<Global>,
    pub(crate) rules: Rules,
    /// Some node reads link properties, so links must carry them.
    pub(crate) reads_link_properties: bool,
    writes: bool,
    ty: Type,
}

/// A parameter, by its place in [`ir::Query::params`].
#[derive(Debug)]
pub(crate) struct Param {
    pub(crate) name: Arc<str>,
    pub(crate) required: bool,
    pub(crate) checks: Option<Checks>,
}

/// A global, by its place in [`ir::Query::globals`].
#[derive(Debug)]
pub(crate) struct Global {
    pub(crate) default: Option<Node>,
    pub(crate) checks: Option<Checks>,
}

impl Plan {
    /// Whether it must run in a transaction.
    pub fn writes(&self) -> bool {
        self.writes
    }

    /// The type of every element of the answer.
    pub fn ty(&self) -> &Type {
        &self.ty
    }
}

/// Makes the plan of a query over a store with these symbols. `catalog` holds the objects of the schema itself; types
/// that it has objects of are read there.
///
/// # Errors
/// `UnsupportedFeatureError` for a function without a body.
pub fn plan(query: &ir::Query, symbols: &Symbols, catalog: Option<&dyn Catalog>) -> Result<Plan> {
    let mut planner = Planner::new(symbols, catalog, &query.rules);
    let root = planner.lower(&query.expr)?;
    let params = query.params.iter().map(|param| planner.param(param)).collect::<Result<_>>()?;
    let globals = query.globals.iter().map(|global| planner.global(global)).collect::<Result<_>>()?;
    let plan = finish(planner, root, &query.rules)?;
    Ok(Plan { params, globals, ty: query.expr.ty.clone(), ..plan })
}

/// A plan that answers nothing and has the rules of some types.
pub(crate) fn plan_rules(book: &RuleBook, symbols: &Symbols) -> Result<Plan> {
    finish(Planner::new(symbols, None, book), Node::Empty, book)
}

/// Like [`plan_rules`], with an assignment to an object that `subject` is bound to.
pub(crate) fn plan_fill(
    book: &RuleBook,
    symbols: &Symbols,
    catalog: &dyn Catalog,
    subject: VarId,
    assignment: &Assignment,
) -> Result<(Plan, Fill)> {
    let mut planner = Planner::new(symbols, Some(catalog), book);
    let fill = planner.fill(subject, assignment)?;
    Ok((finish(planner, Node::Empty, book)?, fill))
}

fn finish(mut planner: Planner<'_>, root: Node, book: &RuleBook) -> Result<Plan> {
    let rules = planner.rules(book)?;
    Ok(Plan {
        root,
        slots: planner.slots(),
        places: planner.places(),
        params: Vec::new(),
        globals: Vec::new(),
        rules,
        reads_link_properties: planner.reads_link_properties,
        writes: planner.writes,
        ty: Type::Any,
    })
}
