//! Constraints, abstract and on something, and how they are inherited.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result, Span};
use syntax::ast::{self, ObjectKind};
use value::Uuid;

use super::order::bases_first;
use super::{Resolver, derived, located};
use crate::decl::{Decl, DeclParam, Field};
use crate::layer::Named;
use crate::model::*;
use crate::{Expression, QName};

const DEFAULT_MESSAGE: &str = "invalid {__subject__}";

impl Resolver<'_> {
    pub(super) fn add_abstract_constraints(&mut self) -> Result<()> {
        for decl in bases_first(self.declared, ObjectKind::Constraint, |_| true)? {
            let constraint = self.abstract_constraint(decl)?;
            self.insert(&decl.name, Named::Constraint(Arc::new(constraint)));
        }
        Ok(())
    }

    fn abstract_constraint(&self, decl: &Decl) -> Result<AbstractConstraint> {
        let mut bases = self.base_ids(decl)?;
        if bases.is_empty() {
            bases.extend(self.named("std::constraint").map(Named::id));
        }
        let ancestors = self.ancestors(decl, &bases)?;
        let above: Vec<Arc<AbstractConstraint>> =
            ancestors.iter().filter_map(|id| self.abstract_constraint_by_id(*id)).collect();
        let params = self.params(decl.params(), decl.id, decl.span)?;
        self.check_params(decl, &above, &params)?;
        let inherited_params = || above.iter().find(|it| !it.params.is_empty()).map(|it| it.params.clone());
        let inherited =
            |of: fn(&AbstractConstraint) -> &Option<Expression>| above.iter().find_map(|it| of(it).clone());
        let annotations: Vec<&[AnnotationValue]> = above.iter().map(|it| &*it.annotations).collect();
        Ok(AbstractConstraint {
            id: decl.id,
            name: QName::parse(&decl.name),
            builtin: self.declared.builtin,
            params: if params.is_empty() { inherited_params().unwrap_or_default() } else { params },
            expr: decl.expr(Field::Using).cloned().or_else(|| inherited(|it| &it.expr)),
            subject_expr: decl.expr(Field::On).cloned().or_else(|| inherited(|it| &it.subject_expr)),
            errmessage: decl
                .text(Field::Errmessage)
                .cloned()
                .or_else(|| above.iter().find_map(|it| it.errmessage.clone())),
            annotations: self.annotations(Some(decl), &annotations)?,
            bases,
            ancestors,
        })
    }

    fn abstract_constraint_by_id(&self, id: Uuid) -> Option<Arc<AbstractConstraint>> {
        match self.by_id(id)? {
            Named::Constraint(it) => Some(it.clone()),
            _ => None,
        }
    }

    pub(super) fn params(
        &self,
        params: &[DeclParam],
        owner: Uuid,
        span: Option<Span>,
    ) -> Result<Vec<Parameter>> {
        let param = |param: &DeclParam| {
            let ty = self.ty(&param.ty, span)?;
            Ok(Parameter {
                id: derived(owner, &param.name),
                name: param.name.clone(),
                kind: param.kind,
                typemod: param.typemod,
                ty: if param.kind == ParameterKind::Variadic { crate::TypeRef::Array(ty.into()) } else { ty },
                default: param.default.clone(),
            })
        };
        params.iter().map(param).collect()
    }

    /// The constraints of a subject: those it inherits, then its own. One that is declared again where it is inherited
    /// is both.
    pub(super) fn constraints(
        &self,
        subject: ConstraintSubject,
        decl: Option<&Decl>,
        inherited: &[&[Arc<Constraint>]],
    ) -> Result<Vec<Arc<Constraint>>> {
        let mut constraints = inherit(subject, inherited);
        for child in decl.iter().flat_map(|decl| decl.children_of(ObjectKind::Constraint)) {
            let own = self.constraint(subject, child)?;
            match constraints.iter_mut().find(|it| identity(it) == identity(&own)) {
                Some(there) => {
                    let same =
                        inherited.iter().copied().flatten().filter(|it| identity(it) == identity(&own));
                    self.check_delegated(child, same.map(|it| &**it))?;
                    redeclare(there, own, child);
                }
                None => constraints.push(own),
            }
        }
        Ok(constraints.into_iter().map(Arc::new).collect())
    }

    fn constraint(&self, subject: ConstraintSubject, decl: &Decl) -> Result<Constraint> {
        let Some(Named::Constraint(of)) = self.named(&decl.name) else {
            let message = format!("constraint '{}' does not exist", decl.name);
            return Err(located(Diagnostic::new(ErrorCode::INVALID_REFERENCE, message), decl.span));
        };
        let is_exclusive = |name: &QName| name.as_str() == "std::exclusive";
        let is_exclusive_id =
            |id: &Uuid| matches!(self.by_id(*id), Some(Named::Constraint(it)) if is_exclusive(&it.name));
        let exclusive = is_exclusive(&of.name) || of.ancestors.iter().any(is_exclusive_id);
        if exclusive && matches!(subject, ConstraintSubject::Scalar(_)) {
            let message = format!("abstract constraint '{}' may not be used on scalar types", of.name);
            let error = Diagnostic::new(ErrorCode::INVALID_CONSTRAINT_DEFINITION, message);
            return Err(located(error, decl.span));
        }
        self.check_subject(of, subject, decl)?;
        Ok(Constraint {
            id: decl.id,
            name: of.name.clone(),
            abstract_id: of.id,
            kind: if exclusive { ConstraintKind::Exclusive } else { ConstraintKind::Check },
            subject,
            args: bind_args(&of.params, decl.exprs(Field::Args))?,
            subject_expr: decl.expr(Field::On).or(of.subject_expr.as_ref()).cloned(),
            except: decl.expr(Field::Except).cloned(),
            expr: of.expr.clone(),
            delegated: decl.is(Field::Delegated),
            errmessage: decl
                .text(Field::Errmessage)
                .or(of.errmessage.as_ref())
                .cloned()
                .unwrap_or_else(|| DEFAULT_MESSAGE.into()),
            owned: true,
            bases: Vec::new(),
            origins: vec![decl.id],
            annotations: self.annotations(Some(decl), &[&of.annotations])?,
        })
    }
}

/// What tells a constraint from others on the same subject.
fn identity(constraint: &Constraint) -> (Uuid, Vec<&str>, Option<&str>, Option<&str>) {
    (
        constraint.abstract_id,
        constraint.args.iter().map(|arg| arg.value.text()).collect(),
        constraint.subject_expr.as_ref().map(Expression::text),
        constraint.except.as_ref().map(Expression::text),
    )
}

/// Copies what is inherited, equal ones from several bases as one. A delegated constraint begins to hold here.
fn inherit(subject: ConstraintSubject, inherited: &[&[Arc<Constraint>]]) -> Vec<Constraint> {
    let mut constraints: Vec<Constraint> = Vec::new();
    for parent in inherited.iter().copied().flatten() {
        let origins = if parent.delegated { Vec::new() } else { parent.origins.clone() };
        match constraints.iter_mut().find(|it| identity(it) == identity(parent)) {
            Some(there) => {
                there.bases.push(parent.id);
                there.origins.extend(origins);
            }
            None => constraints.push(Constraint {
                id: derived(subject_id(subject), &format!("{:?}", identity(parent))),
                subject,
                owned: false,
                delegated: false,
                bases: vec![parent.id],
                origins,
                ..Constraint::clone(parent)
            }),
        }
    }
    for constraint in &mut constraints {
        constraint.origins.dedup();
        if constraint.origins.is_empty() {
            constraint.origins.push(constraint.id);
        }
    }
    constraints
}

fn redeclare(there: &mut Constraint, own: Constraint, decl: &Decl) {
    let inherited_message = there.errmessage.clone();
    let (bases, origins) = (std::mem::take(&mut there.bases), std::mem::take(&mut there.origins));
    // Where enforcement began here, it is by the identity that the redeclaration has.
    let origins = origins.into_iter().map(|id| if id == there.id { own.id } else { id }).collect();
    *there = Constraint { bases, origins, ..own };
    if decl.text(Field::Errmessage).is_none() {
        there.errmessage = inherited_message;
    }
}

fn subject_id(subject: ConstraintSubject) -> Uuid {
    match subject {
        ConstraintSubject::Scalar(id) | ConstraintSubject::Object(id) => id,
        ConstraintSubject::Pointer { pointer, .. } => pointer,
    }
}

/// Gives each parameter its argument; those of a variadic parameter become one array. A parameter that is left without
/// is reported when the constraint is compiled.
fn bind_args(params: &[Parameter], args: &[Expression]) -> Result<Vec<ConstraintArg>> {
    let mut rest = args.iter();
    let mut bound = Vec::new();
    for param in params {
        if param.kind == ParameterKind::Variadic {
            let values: Vec<Expression> = rest.by_ref().cloned().collect();
            if !values.is_empty() {
                bound.push(ConstraintArg { name: param.name.clone(), value: array(&values)? });
            }
        } else if let Some(value) = rest.next() {
            bound.push(ConstraintArg { name: param.name.clone(), value: value.clone() });
        }
    }
    match rest.next() {
        None => Ok(bound),
        Some(extra) => {
            let message = format!("Expected {} arguments, but found {}", params.len(), args.len());
            let error = Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message).at(extra.tree()?.span);
            Err(error.details("Did you mean to use ON (...) for specifying the subject?"))
        }
    }
}

fn array(values: &[Expression]) -> Result<Expression> {
    let items = values.iter().map(|value| value.tree().cloned()).collect::<Result<Vec<_>>>()?;
    let span = items.first().map(|item| item.span).unwrap_or_default();
    Ok(Expression::of(ast::Expr { kind: ast::ExprKind::Array(items), span }))
}
