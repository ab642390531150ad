//! Following the paths in an expression, as far as that goes without compiling it.
//!
//! The compiler knows better what an expression means. This serves where only the pointers it passes matter: to rename
//! one, to see what depends on one, and to tell a link from a property before anything is compiled.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use syntax::ast::{
    AliasKind, Anchor, BinaryOp, Expr, ExprKind, Ident, Literal, Name, Path, PathRoot, PathStep,
    PathStepKind, Query, QueryKind, ShapeElement, ShapeTarget, TypeExpr, UnaryOp,
};
use value::Uuid;

use crate::decl::{GROWTH, ROOM};
use crate::layer::Named;
use crate::model::Pointer;
use crate::{Expression, Schema, Scope, TypeRef};

/// Computed pointers that lead through more of their kind than this are not followed.
const MAX_DEPTH: usize = 12;

/// What a path passes on its way.
#[derive(Clone, Debug)]
pub(crate) enum Passed {
    /// A pointer of a type.
    Pointer { owner: Uuid },
    /// A property of a link.
    LinkProperty { link: Uuid },
}

/// Told each pointer that is passed, with its name where it stands.
pub(crate) type OnPass<'p> = dyn FnMut(&Passed, &mut Ident) + 'p;

pub(crate) struct Trace<'s, 'p, 'f> {
    schema: &'s Schema,
    /// What a leading `.` and the anchors start from.
    subject: Option<TypeRef>,
    /// The link whose properties a leading `@` names.
    link: Option<Arc<Pointer>>,
    locals: Vec<(Arc<str>, Option<TypeRef>)>,
    on_pass: &'p mut OnPass<'f>,
    depth: usize,
    known: Known,
}

/// The types of computed pointers, aliases and globals that were followed; none of one that is being followed.
type Known = Rc<RefCell<HashMap<Uuid, Option<TypeRef>>>>;

/// The type of an expression about `subject`; `None` where it cannot be told.
pub(crate) fn type_of(schema: &Schema, expression: &Expression, subject: Option<TypeRef>) -> Option<TypeRef> {
    let mut ignore = |_: &Passed, _: &mut Ident| {};
    let mut tree = expression.tree().ok()?.clone();
    Trace::new(schema, subject, None, &mut ignore).expr(&mut tree)
}

impl<'s, 'p, 'f> Trace<'s, 'p, 'f> {
    pub(crate) fn new(
        schema: &'s Schema,
        subject: Option<TypeRef>,
        link: Option<Arc<Pointer>>,
        on_pass: &'p mut OnPass<'f>,
    ) -> Self {
        Trace { schema, subject, link, locals: Vec::new(), on_pass, depth: 0, known: Known::default() }
    }

    /// Binds names, such as the parameters of a function.
    pub(crate) fn bind(&mut self, name: Arc<str>, ty: Option<TypeRef>) {
        self.locals.push((name, ty));
    }

    /// The type of the expression that defines `id`. Each is followed once: many may mention it.
    fn followed(&self, id: Uuid, expression: &Expression, subject: Option<TypeRef>) -> Option<TypeRef> {
        if let Some(known) = self.known.borrow().get(&id) {
            return known.clone();
        }
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.known.borrow_mut().insert(id, None);
        let mut tree = expression.tree().ok()?.clone();
        let mut ignore = |_: &Passed, _: &mut Ident| {};
        let inner = Trace::new(self.schema, subject, None, &mut ignore);
        let found = Trace { depth: self.depth + 1, known: self.known.clone(), ..inner }.expr(&mut tree);
        self.known.borrow_mut().insert(id, found.clone());
        found
    }

    fn scalar(&self, name: &str) -> Option<TypeRef> {
        self.schema.scalar_type_named(name).map(|ty| TypeRef::Scalar(ty.id))
    }

    pub(crate) fn expr(&mut self, expr: &mut Expr) -> Option<TypeRef> {
        stacker::maybe_grow(ROOM, GROWTH, || self.expr_kind(expr))
    }

    fn expr_kind(&mut self, expr: &mut Expr) -> Option<TypeRef> {
        match &mut expr.kind {
            ExprKind::Path(path) => self.path(path),
            ExprKind::Literal(literal) => self.scalar(literal_type(literal)),
            ExprKind::Param(_) | ExprKind::Placeholder(_) => None,
            ExprKind::Interpolation { parts, .. } => {
                parts.iter_mut().for_each(|(part, _)| _ = self.expr(part));
                self.scalar("std::str")
            }
            ExprKind::Global(name) => self.global(name),
            ExprKind::Set(items) => self.all(items).into_iter().flatten().next(),
            ExprKind::Tuple(items) => {
                let types = self.all(items).into_iter();
                let element = |ty: Option<TypeRef>| Some(crate::TupleElement { name: None, ty: ty? });
                Some(TypeRef::Tuple(types.map(element).collect::<Option<_>>()?))
            }
            ExprKind::NamedTuple(items) => {
                let mut elements = Vec::new();
                for item in items {
                    let ty = self.expr(&mut item.value);
                    elements
                        .push(ty.map(|ty| crate::TupleElement { name: Some(item.name.text.clone()), ty }));
                }
                Some(TypeRef::Tuple(elements.into_iter().collect::<Option<_>>()?))
            }
            ExprKind::Array(items) => {
                let of = self.all(items).into_iter().flatten().next()?;
                Some(TypeRef::Array(of.into()))
            }
            ExprKind::Call(call) => {
                let mut args = self.all(&mut call.args);
                for arg in &mut call.named_args {
                    args.push(self.expr(&mut arg.value));
                }
                self.call(&call.name, &args)
            }
            ExprKind::Binary { op, left, right } => {
                let (left, right) = (self.expr(left), self.expr(right));
                self.binary(*op, left, right)
            }
            ExprKind::Unary { op, operand } => {
                let ty = self.expr(operand);
                match op {
                    UnaryOp::Not | UnaryOp::Exists => self.scalar("std::bool"),
                    _ => ty,
                }
            }
            ExprKind::IfElse { condition, then, otherwise, .. } => {
                self.expr(condition);
                let (then, otherwise) = (self.expr(then), self.expr(otherwise));
                then.or(otherwise)
            }
            ExprKind::Is { operand, .. } => {
                self.expr(operand);
                self.scalar("std::bool")
            }
            ExprKind::Cast { operand, ty, .. } => {
                self.expr(operand);
                self.ty(ty)
            }
            ExprKind::Introspect(_) => self.object("schema::Type"),
            ExprKind::Detached(operand) => self.expr(operand),
            ExprKind::Index { operand, index } => {
                self.expr(index);
                match self.expr(operand)? {
                    TypeRef::Array(of) => Some(TypeRef::clone(&of)),
                    other => Some(other),
                }
            }
            ExprKind::Slice { operand, start, end } => {
                start.iter_mut().chain(end).for_each(|bound| _ = self.expr(bound));
                self.expr(operand)
            }
            ExprKind::Shape { subject, elements } => {
                let ty = match subject {
                    Some(subject) => self.expr(subject),
                    None => self.object("std::FreeObject"),
                };
                self.about(ty.clone(), |trace| trace.shape(elements));
                ty
            }
            ExprKind::Query(query) => self.query(query),
        }
    }

    fn all(&mut self, items: &mut [Expr]) -> Vec<Option<TypeRef>> {
        items.iter_mut().map(|item| self.expr(item)).collect()
    }

    /// Runs `walk` with another subject.
    fn about<T>(&mut self, subject: Option<TypeRef>, walk: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.subject, subject);
        let result = walk(self);
        self.subject = before;
        result
    }

    fn object(&self, name: &str) -> Option<TypeRef> {
        self.schema.object_type_named(name).map(|ty| TypeRef::Object(ty.id))
    }

    fn global(&self, name: &Name) -> Option<TypeRef> {
        match self.schema.named(&name.to_string())? {
            Named::Global(global) => match (&global.target, &global.inferred, &global.computed) {
                (Some(ty), ..) => Some(ty.clone()),
                (_, Some(inferred), _) => Some(inferred.ty.clone()),
                (_, _, Some(computed)) => self.followed(global.id, computed, None),
                _ => None,
            },
            Named::Permission(_) => self.scalar("std::bool"),
            _ => None,
        }
    }

    fn call(&self, name: &Name, args: &[Option<TypeRef>]) -> Option<TypeRef> {
        let overloads = self.schema.functions_named(&name.to_string());
        let fits = |overload: &&Arc<crate::Function>| {
            overload.params.len() >= args.len()
                && overload.params.iter().zip(args).all(|(param, arg)| match arg {
                    Some(arg) => {
                        self.schema.is_polymorphic(&param.ty)
                            || self.schema.implicit_cast_distance(arg, &param.ty).is_some()
                    }
                    None => true,
                })
        };
        let overload = overloads.iter().find(fits).or(overloads.first())?;
        match &overload.returns {
            TypeRef::AnyType => match (args.first()?.clone()?, &overload.params.first()?.ty) {
                (TypeRef::Array(of), TypeRef::Array(_)) => Some(TypeRef::clone(&of)),
                (ty, _) => Some(ty),
            },
            TypeRef::Array(of) if **of == TypeRef::AnyType => {
                Some(TypeRef::Array(args.first()?.clone()?.into()))
            }
            ty if self.schema.is_polymorphic(ty) => args.first()?.clone(),
            ty => Some(ty.clone()),
        }
    }

    fn binary(&self, op: BinaryOp, left: Option<TypeRef>, right: Option<TypeRef>) -> Option<TypeRef> {
        match op {
            BinaryOp::Coalesce | BinaryOp::Union | BinaryOp::Except | BinaryOp::Intersect => left.or(right),
            BinaryOp::Concat
            | BinaryOp::Add
            | BinaryOp::Sub
            | BinaryOp::Mul
            | BinaryOp::Div
            | BinaryOp::FloorDiv
            | BinaryOp::Mod
            | BinaryOp::Pow => match (&left, &right) {
                (Some(a), Some(b)) => self.schema.common_type(a, b).or(left),
                _ => left.or(right),
            },
            _ => self.scalar("std::bool"),
        }
    }

    /// The type that a type expression with full names means.
    fn ty(&self, ty: &TypeExpr) -> Option<TypeRef> {
        self.schema.resolve_type(&Scope::default(), ty).ok()
    }

    // -- paths ------------------------------------------------------------------

    fn path(&mut self, path: &mut Path) -> Option<TypeRef> {
        let mut ty = match &mut path.root {
            PathRoot::Name(name) => self.root(name),
            PathRoot::Anchor(Anchor::Specified | Anchor::Default) => None,
            PathRoot::Anchor(_) | PathRoot::Subject => self.subject.clone(),
            PathRoot::Expr(expr) => self.expr(expr),
        };
        let mut link = self.link.clone();
        for step in &mut path.steps {
            ty = self.step(ty, &mut link, step);
        }
        ty
    }

    fn root(&self, name: &Name) -> Option<TypeRef> {
        let local = self.locals.iter().rev().find(|(local, _)| name.as_bare() == Some(local));
        if let Some((_, ty)) = local {
            return ty.clone();
        }
        match self.schema.named(&name.to_string())? {
            Named::Object(ty) => Some(TypeRef::Object(ty.id)),
            Named::Scalar(ty) => Some(TypeRef::Scalar(ty.id)),
            Named::Alias(alias) => match &alias.inferred {
                Some(inferred) => Some(inferred.ty.clone()),
                None => self.followed(alias.id, &alias.expr, None),
            },
            _ => None,
        }
    }

    fn step(
        &mut self,
        ty: Option<TypeRef>,
        link: &mut Option<Arc<Pointer>>,
        step: &mut PathStep,
    ) -> Option<TypeRef> {
        match &mut step.kind {
            PathStepKind::TypeIntersection(ty) => self.ty(ty),
            PathStepKind::LinkProperty(name) => {
                let of = link.clone()?;
                (self.on_pass)(&Passed::LinkProperty { link: of.id }, name);
                of.properties.get(&name.text)?.target().cloned()
            }
            PathStepKind::Backlink(name) => {
                let sources: Vec<(Uuid, Arc<Pointer>)> = self.schema.links_named(&name.text).to_vec();
                for (owner, _) in &sources {
                    (self.on_pass)(&Passed::Pointer { owner: *owner }, name);
                }
                *link = sources.first().map(|(_, pointer)| pointer.clone());
                Some(self.schema.union_of(sources.into_iter().map(|(owner, _)| owner).collect()))
            }
            PathStepKind::Pointer(name) => match ty? {
                TypeRef::Object(owner) => self.follow(owner, link, name),
                TypeRef::Union(owners) => {
                    let types: Vec<_> = owners.iter().map(|owner| self.follow(*owner, link, name)).collect();
                    types.into_iter().flatten().next()
                }
                TypeRef::Tuple(elements) => {
                    let by_name = elements.iter().find(|element| element.name.as_ref() == Some(&name.text));
                    let by_index = || elements.get(name.text.parse::<usize>().ok()?);
                    by_name.or_else(by_index).map(|element| element.ty.clone())
                }
                // A member of an enum.
                scalar @ TypeRef::Scalar(_) => Some(scalar),
                _ => None,
            },
        }
    }

    fn follow(&mut self, owner: Uuid, link: &mut Option<Arc<Pointer>>, name: &mut Ident) -> Option<TypeRef> {
        let pointer = self.schema.object_type(owner)?.pointer(&name.text)?.clone();
        (self.on_pass)(&Passed::Pointer { owner }, name);
        let ty = match (pointer.target(), &pointer.computed) {
            (Some(ty), _) => Some(ty.clone()),
            (None, Some(computed)) => self.followed(pointer.id, computed, Some(TypeRef::Object(owner))),
            _ => None,
        };
        *link = Some(pointer);
        ty
    }

    // -- shapes and statements ----------------------------------------------------

    /// The elements of a shape over the current subject.
    fn shape(&mut self, elements: &mut [ShapeElement]) {
        for element in elements {
            let mut link = None;
            let target = match &mut element.target {
                ShapeTarget::Path(path) => {
                    let owner = path.intersection.as_ref().map_or(self.subject.clone(), |ty| self.ty(ty));
                    match (path.link_property, owner) {
                        (true, _) => {
                            if let Some(of) = &self.link {
                                (self.on_pass)(&Passed::LinkProperty { link: of.id }, &mut path.name);
                            }
                            None
                        }
                        (false, Some(TypeRef::Object(owner))) => {
                            self.follow(owner, &mut link, &mut path.name)
                        }
                        _ => None,
                    }
                }
                ShapeTarget::Splat { .. } => None,
            };
            let value = element.value.as_mut().map(|(_, value)| self.expr(value));
            let outer = std::mem::replace(&mut self.link, link);
            self.about(target.or(value.flatten()), |trace| {
                element.elements.iter_mut().for_each(|elements| trace.shape(elements));
                element.filter.iter_mut().for_each(|filter| _ = trace.expr(filter));
                element.order_by.iter_mut().for_each(|key| _ = trace.expr(&mut key.expr));
            });
            self.link = outer;
            element.offset.iter_mut().chain(&mut element.limit).for_each(|bound| _ = self.expr(bound));
        }
    }

    pub(crate) fn query(&mut self, query: &mut Query) -> Option<TypeRef> {
        let bound = self.locals.len();
        for alias in &mut query.aliases {
            if let AliasKind::Expr { name, value } = &mut alias.kind {
                let ty = self.expr(value);
                self.bind(name.text.clone(), ty);
            }
        }
        let ty = self.statement(&mut query.kind);
        self.locals.truncate(bound);
        ty
    }

    fn statement(&mut self, kind: &mut QueryKind) -> Option<TypeRef> {
        match kind {
            QueryKind::Select(select) => {
                let ty = self.expr(&mut select.result);
                if let Some(alias) = &select.alias {
                    self.bind(alias.text.clone(), ty.clone());
                }
                self.about(ty.clone(), |trace| {
                    select.filter.iter_mut().for_each(|filter| _ = trace.expr(filter));
                    select.order_by.iter_mut().for_each(|key| _ = trace.expr(&mut key.expr));
                });
                select.offset.iter_mut().chain(&mut select.limit).for_each(|bound| _ = self.expr(bound));
                ty
            }
            QueryKind::Insert(insert) => {
                let ty = self.object(&insert.subject.to_string());
                self.about(ty.clone(), |trace| {
                    trace.shape(&mut insert.elements);
                    if let Some(conflict) = &mut insert.unless_conflict {
                        conflict
                            .on
                            .iter_mut()
                            .chain(&mut conflict.otherwise)
                            .for_each(|it| _ = trace.expr(it));
                    }
                });
                ty
            }
            QueryKind::Update(update) => {
                let ty = self.expr(&mut update.subject);
                self.about(ty.clone(), |trace| {
                    update.filter.iter_mut().for_each(|filter| _ = trace.expr(filter));
                    trace.shape(&mut update.elements);
                });
                ty
            }
            QueryKind::Delete(delete) => {
                let ty = self.expr(&mut delete.subject);
                self.about(ty.clone(), |trace| {
                    delete.filter.iter_mut().for_each(|filter| _ = trace.expr(filter));
                    delete.order_by.iter_mut().for_each(|key| _ = trace.expr(&mut key.expr));
                });
                ty
            }
            QueryKind::For(query) => {
                let ty = self.expr(&mut query.iterator);
                self.bind(query.variable.text.clone(), ty);
                self.expr(&mut query.body)
            }
            QueryKind::Group(group) => {
                self.expr(&mut group.subject);
                self.object("std::FreeObject")
            }
        }
    }
}

fn literal_type(literal: &Literal) -> &'static str {
    match literal {
        Literal::Str(_) => "std::str",
        Literal::Bytes(_) => "std::bytes",
        Literal::Int(_) => "std::int64",
        Literal::Float(_) => "std::float64",
        Literal::BigInt(_) => "std::bigint",
        Literal::Decimal(_) => "std::decimal",
        Literal::Bool(_) => "std::bool",
    }
}
