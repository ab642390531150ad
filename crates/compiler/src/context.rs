//! What grows while one statement is compiled: variables, parameters, globals, warnings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use diag::{Diagnostic, Result, Span};
use ir::{Cardinality, Expr, Kind, Type, VarId};
use schema::{Schema, Volatility};
use uuid::Uuid;

use crate::derived::Derived;
use crate::path::{self, LinkRef};
use crate::scope::Scope;
use crate::{Compiler, Options, errors};

/// How deep expressions may nest, inlined ones included: the evaluator and this crate recurse as deep.
const MAX_DEPTH: u32 = 250;

/// How many expressions one compilation may consist of, inlined ones included: computed pointers and functions that
/// mention one another twice and twice again grow beyond any bound.
const MAX_EXPRESSIONS: u32 = 100_000;

/// Room on the stack for one level of nesting, in bytes; a debug build needs most.
const ROOM: usize = 256 << 10;

/// By how much the stack grows where there is none, in bytes.
const GROWTH: usize = 2 << 20;

/// One compilation.
pub(crate) struct Context<'c> {
    pub(crate) compiler: &'c Compiler,
    pub(crate) options: &'c Options,
    pub(crate) params: Vec<ir::Param>,
    /// By their place among all globals of the schema, so that rules compiled before mean the same.
    pub(crate) globals: BTreeMap<usize, ir::Global>,
    /// Permissions that the functions called so far ask for.
    pub(crate) permissions: BTreeSet<Arc<str>>,
    pub(crate) warnings: Vec<Diagnostic>,
    /// Functions, aliases, computed pointers and globals whose expressions are being compiled, outermost first.
    pub(crate) definitions: Vec<Definition>,
    /// Names that the query makes for types.
    pub(crate) derived: Derived,
    variables: Vec<Variable>,
    /// The most volatile that something mentioned says of itself, whatever its expression does: functions, globals.
    pub(crate) declared_volatility: Volatility,
    /// The outermost use of a function or operator on sets; those in the bodies of functions do not count.
    pub(crate) set_operation: Option<SetOperation>,
    /// How many function bodies surround what is being compiled.
    pub(crate) bodies: u32,
    depth: u32,
    expressions: u32,
}

/// A function or operator that takes or gives a set as a whole.
#[derive(Clone, Debug)]
pub(crate) struct SetOperation {
    /// `function 'std::count'`, `operator 'std::IN'`.
    pub(crate) title: String,
    /// It may as well be applied to single values.
    pub(crate) takes_singles: bool,
    pub(crate) span: Span,
}

/// Something whose expression is being compiled. An access policy may lead back to it: policies do not apply inside
/// policies, so that the expression is another there.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) id: Uuid,
    /// What messages call it: `global 'default::me'`.
    pub(crate) title: String,
    /// Access policies do not apply in it.
    pub(crate) no_policies: bool,
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
            permissions: BTreeSet::new(),
            warnings: Vec::new(),
            definitions: Vec::new(),
            derived: Derived::default(),
            variables: Vec::new(),
            declared_volatility: Volatility::Immutable,
            set_operation: None,
            bodies: 0,
            depth: 0,
            expressions: 0,
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

    /// Says that a variable may stand for nothing.
    pub(crate) fn may_be_empty(&mut self, var: VarId) {
        if let Some(known) = self.variables.get_mut(var.0 as usize) {
            known.cardinality = Cardinality::AtMostOne;
        }
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

    /// Notes the use of a function or operator on sets.
    pub(crate) fn uses_set(&mut self, title: impl FnOnce() -> String, takes_singles: bool, span: Span) {
        let is_outer = self.set_operation.as_ref().is_none_or(|known| span.start <= known.span.start);
        if self.bodies == 0 && is_outer {
            self.set_operation = Some(SetOperation { title: title(), takes_singles, span });
        }
    }

    /// Notes how volatile something mentioned says it is.
    pub(crate) fn declares(&mut self, volatility: Volatility) {
        self.declared_volatility = self.declared_volatility.max(volatility);
    }

    /// Runs `inner` one level deeper; too deep or too large a query is an error.
    pub(crate) fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.deeper(1, inner)
    }

    /// Runs `inner` so many levels deeper: what stands side by side in the text may nest in the IR.
    pub(crate) fn deeper<T>(
        &mut self,
        levels: usize,
        inner: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let depth = u32::try_from(levels).ok().and_then(|levels| self.depth.checked_add(levels));
        let Some(depth) = depth.filter(|depth| *depth <= MAX_DEPTH) else { return Err(errors::too_deep()) };
        if self.expressions >= MAX_EXPRESSIONS {
            return Err(errors::too_large());
        }
        self.expressions += 1;
        let outer = std::mem::replace(&mut self.depth, depth);
        let result = stacker::maybe_grow(ROOM, GROWTH, || inner(self));
        self.depth = outer;
        result
    }

    /// Whether its expression is being compiled.
    pub(crate) fn is_being_defined(&self, id: Uuid) -> bool {
        self.definitions.iter().any(|it| it.id == id)
    }

    /// Whether it is this whose expression is being compiled, and not what that mentions.
    pub(crate) fn is_defining(&self, id: Uuid) -> bool {
        matches!(self.definitions.as_slice(), [only] if only.id == id)
    }

    /// Runs `inner`, which compiles the expression that defines something in `scope`. One that leads back to itself is an
    /// error.
    pub(crate) fn defining<T>(
        &mut self,
        id: Uuid,
        scope: &Scope,
        title: impl FnOnce() -> String,
        inner: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        self.entering(id, scope, title, errors::definition_cycle, inner)
    }

    /// Runs `inner`, which compiles an expression that belongs to `id`; `circular` is the error where that leads back, made
    /// of what `id` is called and of what asks for it.
    pub(crate) fn entering<T>(
        &mut self,
        id: Uuid,
        scope: &Scope,
        title: impl FnOnce() -> String,
        circular: impl FnOnce(&str, &str) -> Diagnostic,
        inner: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let no_policies = scope.site.no_policies;
        let met = self.definitions.iter().find(|it| it.id == id && it.no_policies == no_policies);
        if let Some((met, asking)) = met.zip(self.definitions.last()) {
            return Err(circular(&met.title, &asking.title));
        }
        self.definitions.push(Definition { id, title: title(), no_policies });
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
            permissions: self.permissions,
            rules,
            warnings: self.warnings,
            variables: self.variables.len() as u32,
            expr,
        })
    }
}
