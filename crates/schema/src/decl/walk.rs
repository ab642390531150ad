//! Walking over the names in an expression, with an eye to which are bound inside it.

use std::sync::Arc;

use diag::Span;
use syntax::ast::{
    Alias, AliasKind, Expr, ExprKind, Group, Insert, Name, Path, PathRoot, PathStepKind, Query, QueryKind,
    Select, ShapeElement, ShapeTarget, SortExpr, TypeArgValue, TypeExpr, TypeKind,
};

use crate::Scope;

/// Room on the stack for one level of an expression, and by how much it grows where there is none, in bytes.
pub(crate) const ROOM: usize = 128 << 10;
pub(crate) const GROWTH: usize = 2 << 20;

/// As what a name is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameUse {
    /// At the start of a path: a type or an alias.
    Path,
    /// In a type expression, or as what is inserted.
    Type,
    Function,
    Global,
}

/// Told each name that nothing inside the expression binds, and the scope it stands in. It may replace the name.
pub(crate) type Visit<'v> = dyn FnMut(NameUse, &mut Name, &Scope) + 'v;

/// Walks over an expression. Module aliases of WITH blocks are taken out on the way: they are in the scope told.
pub(crate) struct NameWalk<'v, 'f> {
    scope: Scope,
    locals: Vec<Arc<str>>,
    visit: &'v mut Visit<'f>,
    changes_data: bool,
    parameter: Option<Span>,
}

impl<'v, 'f> NameWalk<'v, 'f> {
    pub(crate) fn new(scope: Scope, locals: Vec<Arc<str>>, visit: &'v mut Visit<'f>) -> Self {
        NameWalk { scope, locals, visit, changes_data: false, parameter: None }
    }

    /// Whether a statement that changes data was passed.
    pub(crate) fn changes_data(&self) -> bool {
        self.changes_data
    }

    /// Where a parameter of a query, `$name`, stands.
    pub(crate) fn parameter(&self) -> Option<Span> {
        self.parameter
    }

    fn name(&mut self, used: NameUse, name: &mut Name) {
        (self.visit)(used, name, &self.scope);
    }

    /// Runs `walk` and forgets the names and module aliases that it bound.
    fn block(&mut self, walk: impl FnOnce(&mut Self)) {
        let (bound, scope) = (self.locals.len(), self.scope.clone());
        walk(self);
        self.locals.truncate(bound);
        self.scope = scope;
    }

    pub(crate) fn expr(&mut self, expr: &mut Expr) {
        stacker::maybe_grow(ROOM, GROWTH, || self.expr_kind(expr));
    }

    fn expr_kind(&mut self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Path(path) => self.path(path),
            ExprKind::Literal(_) | ExprKind::Placeholder(_) => {}
            ExprKind::Param(_) => _ = self.parameter.get_or_insert(expr.span),
            ExprKind::Interpolation { parts, .. } => parts.iter_mut().for_each(|(part, _)| self.expr(part)),
            ExprKind::Global(name) => self.name(NameUse::Global, name),
            ExprKind::Set(items) | ExprKind::Tuple(items) | ExprKind::Array(items) => {
                items.iter_mut().for_each(|item| self.expr(item));
            }
            ExprKind::NamedTuple(items) => items.iter_mut().for_each(|item| self.expr(&mut item.value)),
            ExprKind::Call(call) => {
                // A parameter cannot be called: the name is left for the compiler to say so.
                if !call.name.as_bare().is_some_and(|bare| self.locals.contains(bare)) {
                    self.name(NameUse::Function, &mut call.name);
                }
                call.args.iter_mut().for_each(|arg| self.expr(arg));
                call.named_args.iter_mut().for_each(|arg| self.expr(&mut arg.value));
            }
            ExprKind::Binary { left, right, .. } => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Unary { operand, .. } | ExprKind::Detached(operand) => self.expr(operand),
            ExprKind::IfElse { condition, then, otherwise, .. } => {
                self.expr(then);
                self.expr(condition);
                self.expr(otherwise);
            }
            ExprKind::Is { operand, ty, .. } | ExprKind::Cast { operand, ty, .. } => {
                self.ty(ty);
                self.expr(operand);
            }
            ExprKind::Introspect(ty) => self.ty(ty),
            ExprKind::Index { operand, index } => {
                self.expr(operand);
                self.expr(index);
            }
            ExprKind::Slice { operand, start, end } => {
                self.expr(operand);
                start.iter_mut().chain(end).for_each(|bound| self.expr(bound));
            }
            ExprKind::Shape { subject, elements } => {
                subject.iter_mut().for_each(|subject| self.expr(subject));
                self.shape(elements);
            }
            ExprKind::Query(query) => self.query(query),
        }
    }

    fn path(&mut self, path: &mut Path) {
        match &mut path.root {
            PathRoot::Name(name) => {
                let is_local = name.as_bare().is_some_and(|bare| self.locals.contains(bare));
                if !is_local {
                    self.name(NameUse::Path, name);
                }
            }
            PathRoot::Expr(expr) => self.expr(expr),
            PathRoot::Anchor(_) | PathRoot::Subject => {}
        }
        for step in &mut path.steps {
            if let PathStepKind::TypeIntersection(ty) = &mut step.kind {
                self.ty(ty);
            }
        }
    }

    pub(crate) fn ty(&mut self, ty: &mut TypeExpr) {
        match &mut ty.kind {
            TypeKind::Name(name) => self.name(NameUse::Type, name),
            TypeKind::Generic { args, .. } => {
                for arg in args {
                    if let TypeArgValue::Type(ty) = &mut arg.value {
                        self.ty(ty);
                    }
                }
            }
            TypeKind::TypeOf(expr) => self.expr(expr),
            TypeKind::Union(a, b) | TypeKind::Intersection(a, b) => {
                self.ty(a);
                self.ty(b);
            }
        }
    }

    fn shape(&mut self, elements: &mut [ShapeElement]) {
        for element in elements {
            match &mut element.target {
                ShapeTarget::Path(path) => {
                    path.intersection.iter_mut().for_each(|ty| self.ty(ty));
                    for step in &mut path.then {
                        if let PathStepKind::TypeIntersection(ty) = &mut step.kind {
                            self.ty(ty);
                        }
                    }
                }
                ShapeTarget::Splat { ty, intersection, .. } => {
                    ty.iter_mut().chain(intersection).for_each(|ty| self.ty(ty));
                }
            }
            element.value.iter_mut().for_each(|(_, value)| self.expr(value));
            element.elements.iter_mut().for_each(|elements| self.shape(elements));
            self.modifiers(
                &mut element.filter,
                &mut element.order_by,
                &mut element.offset,
                &mut element.limit,
            );
        }
    }

    fn modifiers(
        &mut self,
        filter: &mut Option<Expr>,
        order_by: &mut [SortExpr],
        offset: &mut Option<Expr>,
        limit: &mut Option<Expr>,
    ) {
        filter.iter_mut().for_each(|filter| self.expr(filter));
        order_by.iter_mut().for_each(|key| self.expr(&mut key.expr));
        offset.iter_mut().chain(limit).for_each(|bound| self.expr(bound));
    }

    pub(crate) fn query(&mut self, query: &mut Query) {
        self.block(|walk| {
            query.aliases.iter_mut().for_each(|alias| walk.alias(alias));
            query.aliases.retain(|alias| !matches!(alias.kind, AliasKind::Module { .. }));
            walk.statement(&mut query.kind);
        });
    }

    fn alias(&mut self, alias: &mut Alias) {
        match &mut alias.kind {
            AliasKind::Expr { name, value } => {
                self.expr(value);
                self.locals.push(name.text.clone());
            }
            AliasKind::Module { name: Some(name), module } => {
                self.scope.aliases.push((name.text.clone(), module.clone()));
            }
            AliasKind::Module { name: None, module } => self.scope.module = module.clone(),
        }
    }

    fn statement(&mut self, kind: &mut QueryKind) {
        self.changes_data |=
            matches!(kind, QueryKind::Insert(_) | QueryKind::Update(_) | QueryKind::Delete(_));
        match kind {
            QueryKind::Select(select) => self.select(select),
            QueryKind::Insert(insert) => self.insert(insert),
            QueryKind::Update(update) => {
                self.expr(&mut update.subject);
                update.filter.iter_mut().for_each(|filter| self.expr(filter));
                self.shape(&mut update.elements);
            }
            QueryKind::Delete(delete) => {
                self.expr(&mut delete.subject);
                let (filter, order_by) = (&mut delete.filter, &mut delete.order_by);
                self.modifiers(filter, order_by, &mut delete.offset, &mut delete.limit);
            }
            QueryKind::For(query) => {
                self.expr(&mut query.iterator);
                self.locals.push(query.variable.text.clone());
                self.expr(&mut query.body);
            }
            QueryKind::Group(group) => self.group(group),
        }
    }

    fn select(&mut self, select: &mut Select) {
        self.expr(&mut select.result);
        self.locals.extend(select.alias.iter().map(|alias| alias.text.clone()));
        self.modifiers(&mut select.filter, &mut select.order_by, &mut select.offset, &mut select.limit);
    }

    fn insert(&mut self, insert: &mut Insert) {
        self.name(NameUse::Type, &mut insert.subject);
        self.shape(&mut insert.elements);
        if let Some(conflict) = &mut insert.unless_conflict {
            conflict.on.iter_mut().chain(&mut conflict.otherwise).for_each(|expr| self.expr(expr));
        }
    }

    fn group(&mut self, group: &mut Group) {
        self.expr(&mut group.subject);
        self.locals.extend(group.alias.iter().map(|alias| alias.text.clone()));
        group.using.iter_mut().for_each(|alias| self.alias(alias));
    }
}
