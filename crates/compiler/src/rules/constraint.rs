//! Constraints on objects, their pointers and the properties of their links.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use diag::{Result, Span};
use ir::{Cardinality, Constraint, ConstraintKind, Direction, Expr, Kind, VarId};
use schema::{ObjectType, Pointer, Schema};
use syntax::ast::Anchor;
use uuid::Uuid;

use super::expression::{Anchored, Reading, compile, scope};
use super::message::{constraint_subject, details, message, title};
use super::origin::{lineage, type_and_ancestors};
use crate::context::Context;
use crate::errors;
use crate::expr::for_each;
use crate::path::{pointer_type, step_to};
use crate::scope::{Binding, NoDml, Root, Scope};

/// What of an object a constraint is on.
#[derive(Clone, Copy)]
pub(crate) enum Constrained<'a> {
    /// The object as a whole.
    Object,
    /// A property or link.
    Pointer(&'a Arc<Pointer>),
    /// A property of a link.
    LinkProperty(&'a Arc<Pointer>, &'a Arc<Pointer>),
}

/// The constraints that hold for objects of a type.
pub(super) fn constraints(cx: &mut Context<'_>, ty: &ObjectType) -> Result<Vec<Constraint>> {
    let object = cx.new_var(cx.compiler.object(ty.id), Cardinality::One);
    let mut compiled = Vec::new();
    for (on, constraint) in constrained(ty) {
        if !constraint.delegated {
            let site = Site { reading: Reading::Run, ty, object, on, constraint };
            compiled.extend(site.compile(cx)?);
        }
    }
    Ok(compiled)
}

/// The constraints of a type and what they are on: those of pointers first. That ids are unique needs no rule.
pub(crate) fn constrained(ty: &ObjectType) -> Vec<(Constrained<'_>, &Arc<schema::Constraint>)> {
    let mut all = Vec::new();
    for pointer in ty.pointers.values().filter(|it| !it.is_computed() && *it.name != *"id") {
        all.extend(pointer.constraints.iter().map(|it| (Constrained::Pointer(pointer), it)));
        for property in pointer.properties.values().filter(|it| !it.is_computed()) {
            all.extend(
                property.constraints.iter().map(|it| (Constrained::LinkProperty(pointer, property), it)),
            );
        }
    }
    all.extend(ty.constraints.iter().map(|it| (Constrained::Object, it)));
    all
}

/// A constraint where it stands.
struct Site<'a> {
    reading: Reading,
    ty: &'a ObjectType,
    object: VarId,
    on: Constrained<'a>,
    constraint: &'a schema::Constraint,
}

/// What must not be false for any value that the constraint is on, for the object that `object` stands for.
pub(crate) fn constraint_holds(
    cx: &mut Context<'_>,
    reading: Reading,
    ty: &ObjectType,
    object: VarId,
    (on, constraint): (Constrained<'_>, &schema::Constraint),
) -> Result<Expr> {
    Site { reading, ty, object, on, constraint }.check(cx)
}

/// The values no two objects may share.
pub(crate) fn constraint_keys(
    cx: &mut Context<'_>,
    reading: Reading,
    ty: &ObjectType,
    object: VarId,
    (on, constraint): (Constrained<'_>, &schema::Constraint),
) -> Result<Expr> {
    Site { reading, ty, object, on, constraint }.subjects(cx)
}

impl Site<'_> {
    /// One constraint; an exclusive one for each index that it is enforced by.
    fn compile(&self, cx: &mut Context<'_>) -> Result<Vec<Constraint>> {
        let except = self.except(cx)?;
        let details: Arc<str> = details(self.constraint, &constraint_subject(self.ty, self.on)).into();
        let kinds = match self.constraint.kind {
            schema::ConstraintKind::Check => vec![ConstraintKind::Check(self.check(cx)?)],
            schema::ConstraintKind::Exclusive => {
                let keys = self.subjects(cx)?;
                let index = |index: &Uuid| ConstraintKind::Exclusive {
                    index: *index,
                    keys: keys.clone(),
                    shared_details: self.details_of(cx.schema(), *index).unwrap_or_else(|| details.clone()),
                };
                self.constraint.origins.iter().map(index).collect()
            }
        };
        let message: Arc<str> = message(self.constraint, &title(self.ty, self.on)).into();
        let compiled = kinds.into_iter().map(|kind| Constraint {
            subject: self.object,
            pointers: pointers_read(&kind, except.as_ref()),
            kind,
            except: except.clone(),
            message: message.clone(),
            details: details.clone(),
        });
        Ok(compiled.collect())
    }

    /// What a violation of the constraint is called at the type where it begins as `origin`.
    fn details_of(&self, schema: &Schema, origin: Uuid) -> Option<Arc<str>> {
        lineage(schema, self.ty).find_map(|ty| {
            let (on, _) = constrained(ty).into_iter().find(|(_, constraint)| constraint.id == origin)?;
            Some(details(self.constraint, &constraint_subject(ty, on)).into())
        })
    }

    fn check(&self, cx: &mut Context<'_>) -> Result<Expr> {
        let subjects = self.subjects(cx)?;
        let link = self.link();
        for_each(cx, subjects, |cx, var| {
            let subject = Anchored { var, types: &[] };
            let scope = self.scope(subject, link);
            holds(cx, &scope, self.constraint)
        })
    }

    /// What is constrained: the values of the pointer, or what the constraint says in their place.
    fn subjects(&self, cx: &mut Context<'_>) -> Result<Expr> {
        let values = self.values(cx)?;
        let Some(expression) = &self.constraint.subject_expr else { return Ok(values) };
        self.for_values(cx, values, expression)
    }

    fn except(&self, cx: &mut Context<'_>) -> Result<Option<Expr>> {
        let Some(expression) = &self.constraint.except else { return Ok(None) };
        let values = self.values(cx)?;
        self.for_values(cx, values, expression).map(Some)
    }

    fn for_values(
        &self,
        cx: &mut Context<'_>,
        values: Expr,
        expression: &schema::Expression,
    ) -> Result<Expr> {
        let types = match self.on {
            Constrained::Object => type_and_ancestors(self.ty),
            Constrained::Pointer(_) | Constrained::LinkProperty(..) => Vec::new(),
        };
        let link = self.link();
        for_each(cx, values, |cx, var| {
            let scope = self.scope(Anchored { var, types: &types }, link);
            compile(cx, &scope, expression)
        })
    }

    /// The values that the constraint stands beside.
    fn values(&self, cx: &mut Context<'_>) -> Result<Expr> {
        let object = cx.var(self.object);
        let scope = self.scope(Anchored { var: self.object, types: &[] }, None);
        match self.on {
            Constrained::Object => Ok(object),
            Constrained::Pointer(pointer) => step_to(cx, &scope, object, &pointer.name, Span::default()),
            Constrained::LinkProperty(link, property) => {
                let source = step_to(cx, &scope, object, &link.name, Span::default())?;
                let cardinality = source.cardinality.optional();
                let kind = Kind::LinkProperty { source: Box::new(source), name: property.name.clone() };
                Ok(Expr::new(kind, pointer_type(cx, property), cardinality))
            }
        }
    }

    /// The object that `@source` means, in a constraint on a link.
    fn link(&self) -> Option<VarId> {
        matches!(self.on, Constrained::Pointer(pointer) if pointer.is_link()).then_some(self.object)
    }

    /// Constraints hold for what access policies hide, too.
    fn scope(&self, subject: Anchored<'_>, source: Option<VarId>) -> Scope {
        let mut scope = scope(self.reading, self.ty.name.module(), Some(subject));
        scope.site.no_policies = true;
        let scope = scope.forbidding_dml(NoDml::SchemaComputed);
        match source {
            Some(source) => scope.with_anchor(Anchor::Source, source),
            None => scope,
        }
    }
}

/// The condition of the constraint, in terms of the scope's subject and the arguments.
pub(super) fn holds(cx: &mut Context<'_>, scope: &Scope, constraint: &schema::Constraint) -> Result<Expr> {
    let Some(expression) = &constraint.expr else {
        return Err(errors::constraint_without_expression(&constraint.name));
    };
    let mut inner = scope.clone();
    for argument in &constraint.args {
        let value = compile(cx, &scope.clone().without_subject(), &argument.value)?;
        let var = cx.new_var(value.ty.clone(), value.cardinality);
        inner = inner.with_name(argument.name.clone(), Binding { root: Root::Var(var), value });
    }
    // Names in it are full; a bare one can only be a parameter.
    inner.modules = schema::Scope::in_module("");
    compile(cx, &inner, expression)
}

/// Names of the object's pointers that the constraint reads; none where it reads more than the object.
fn pointers_read(kind: &ConstraintKind, except: Option<&Expr>) -> Vec<Arc<str>> {
    let (ConstraintKind::Check(value) | ConstraintKind::Exclusive { keys: value, .. }) = kind;
    let mut names = BTreeSet::new();
    let flow = std::iter::once(value).chain(except).try_for_each(|expr| {
        expr.walk(&mut |it| match &it.kind {
            Kind::Pointer { pointer, .. } if pointer.direction == Direction::Forward => {
                names.insert(pointer.name.clone());
                ControlFlow::Continue(())
            }
            Kind::Pointer { .. } | Kind::Scan { .. } | Kind::ById { .. } => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        })
    });
    if flow.is_break() { Vec::new() } else { names.into_iter().collect() }
}
