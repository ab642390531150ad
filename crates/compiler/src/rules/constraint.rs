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
use crate::path::{read_link_property, step_to};
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
    for pointer in ty.pointers.values().filter(|it| *it.name != *"id") {
        all.extend(pointer.constraints.iter().map(|it| (Constrained::Pointer(pointer), it)));
        for property in pointer.properties.values() {
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

/// Where the constraint does not apply.
pub(crate) fn constraint_except(
    cx: &mut Context<'_>,
    reading: Reading,
    ty: &ObjectType,
    object: VarId,
    (on, constraint): (Constrained<'_>, &schema::Constraint),
) -> Result<Option<Expr>> {
    Site { reading, ty, object, on, constraint }.except(cx)
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
        let link = self.link();
        self.for_each_subject(cx, |cx, var| {
            let subject = Anchored { var, types: &[] };
            let scope = self.scope(subject, link);
            holds(cx, &scope, self.constraint)
        })
    }

    /// `body` for each of what is constrained, as [`Site::subjects`] says.
    fn for_each_subject(
        &self,
        cx: &mut Context<'_>,
        body: impl FnOnce(&mut Context<'_>, VarId) -> Result<Expr>,
    ) -> Result<Expr> {
        if self.constraint.subject_expr.is_none() {
            return self.for_values(cx, body);
        }
        let subjects = self.subjects(cx)?;
        for_each(cx, subjects, body)
    }

    /// What is constrained: the values of the pointer, or what the constraint says in their place.
    fn subjects(&self, cx: &mut Context<'_>) -> Result<Expr> {
        match &self.constraint.subject_expr {
            Some(expression) => self.of_values(cx, expression),
            None => self.for_values(cx, |cx, var| Ok(cx.var(var))),
        }
    }

    fn except(&self, cx: &mut Context<'_>) -> Result<Option<Expr>> {
        let expression = self.constraint.except.as_ref();
        expression.map(|expression| self.of_values(cx, expression)).transpose()
    }

    /// What an expression gives for each value that the constraint stands beside.
    fn of_values(&self, cx: &mut Context<'_>, expression: &schema::Expression) -> Result<Expr> {
        let types = match self.on {
            Constrained::Object => type_and_ancestors(self.ty),
            Constrained::Pointer(_) | Constrained::LinkProperty(..) => Vec::new(),
        };
        let link = self.link();
        self.for_values(cx, |cx, var| {
            let scope = self.scope(Anchored { var, types: &types }, link);
            compile(cx, &scope, expression)
        })
    }

    /// `body` for each value that the constraint stands beside. A single pointer without a value counts as one that is
    /// empty, and so does a property that a link does not have.
    fn for_values(
        &self,
        cx: &mut Context<'_>,
        body: impl FnOnce(&mut Context<'_>, VarId) -> Result<Expr>,
    ) -> Result<Expr> {
        let object = cx.var(self.object);
        let scope = self.scope(Anchored { var: self.object, types: &[] }, None);
        match self.on {
            Constrained::Object => body(cx, self.object),
            Constrained::Pointer(pointer) => {
                let values = step_to(cx, &scope, object, &pointer.name, Span::default())?;
                for_each_or_none(cx, values, body)
            }
            Constrained::LinkProperty(link, property) => {
                let links = step_to(cx, &scope, object, &link.name, Span::default())?;
                for_each(cx, links, |cx, var| {
                    let target = cx.var(var);
                    let value = read_link_property(cx, &scope, target, property)?;
                    for_each_or_none(cx, value, body)
                })
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
        scope.site.no_globals = Some("constraint");
        let scope = scope.forbidding_dml(NoDml::in_schema());
        match source {
            Some(source) => scope.with_anchor(Anchor::Source, source),
            None => scope,
        }
    }
}

/// `body` for each value; where there is at most one, once even if there is none.
fn for_each_or_none(
    cx: &mut Context<'_>,
    values: Expr,
    body: impl FnOnce(&mut Context<'_>, VarId) -> Result<Expr>,
) -> Result<Expr> {
    if values.cardinality != Cardinality::AtMostOne {
        return for_each(cx, values, body);
    }
    let var = cx.element_var(&values);
    cx.may_be_empty(var);
    let body = body(cx, var)?;
    let (ty, cardinality) = (body.ty.clone(), body.cardinality);
    let kind = Kind::For { var, iterator: Box::new(values), body: Box::new(body), optional: true };
    Ok(Expr::new(kind, ty, cardinality))
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
