//! Constraints: of scalar types, checked by casts; of objects and pointers, checked by changes.

use std::ops::ControlFlow;
use std::sync::Arc;

use diag::Result;
use ir::{Cardinality, Expr, Kind, ScalarCheck, VarId};
use schema::{ConstraintKind, ObjectType, ScalarType};
use syntax::ast;
use uuid::Uuid;

use crate::context::Context;
use crate::expr::{expose, for_of};
use crate::path::{SchemaExpr, compile_schema_expr, kind_of, step_to};
use crate::scope::Scope;
use crate::{Compiler, Options};

// -- scalar types ---------------------------------------------------------------

/// The constraints of a scalar type. Those that do not compile are reported when the schema is checked.
pub(crate) fn scalar_checks(compiler: &Compiler, scalar: &ScalarType) -> Vec<ScalarCheck> {
    let checks = scalar.constraints.iter().filter(|it| it.kind == ConstraintKind::Check);
    checks.filter_map(|it| scalar_check(compiler, scalar, it).ok()).collect()
}

pub(super) fn scalar_check(
    compiler: &Compiler,
    scalar: &ScalarType,
    constraint: &schema::Constraint,
) -> Result<ScalarCheck> {
    let options = Options::default();
    let mut cx = Context::new(compiler, &options);
    // The value is checked before it is one of the type: inside, it is one of the type below.
    let base = scalar.base.filter(|base| *base != scalar.id).unwrap_or(scalar.id);
    let subject = cx.new_var(compiler.type_of(&schema::TypeRef::Scalar(base)), Cardinality::One);
    let holds = condition(&mut cx, scalar.name.module(), constraint, subject, None)?;
    let message = message(constraint, scalar.name.local());
    let details = format!("violated constraint '{}' on scalar type '{}'", constraint.name, scalar.name);
    Ok(ScalarCheck {
        subject,
        holds,
        variables: cx.variable_count(),
        message: message.into(),
        details: details.into(),
    })
}

// -- objects ----------------------------------------------------------------------

/// The constraints of a concrete type and of its pointers.
pub(super) fn of_type(cx: &mut Context<'_>, ty: &ObjectType) -> Result<Vec<ir::Constraint>> {
    let mut found = Vec::new();
    for pointer in ty.pointers.values().filter(|it| !it.is_computed()) {
        for constraint in pointer.constraints.iter().filter(|it| !it.delegated) {
            for index in indexes(constraint) {
                found.push(on_pointer(cx, ty, pointer, constraint, *index)?);
            }
        }
    }
    for constraint in ty.constraints.iter().filter(|it| !it.delegated) {
        for index in indexes(constraint) {
            found.push(on_object(cx, ty, constraint, *index)?);
        }
    }
    Ok(found)
}

/// The indexes that an exclusive constraint is enforced by; one stands for any other constraint.
fn indexes(constraint: &schema::Constraint) -> &[Uuid] {
    match constraint.kind {
        ConstraintKind::Exclusive => &constraint.origins,
        ConstraintKind::Check => std::slice::from_ref(&constraint.id),
    }
}

fn on_pointer(
    cx: &mut Context<'_>,
    ty: &ObjectType,
    pointer: &schema::Pointer,
    constraint: &schema::Constraint,
    index: Uuid,
) -> Result<ir::Constraint> {
    let subject = cx.new_var(cx.compiler.object(ty.id), Cardinality::One);
    let scope = unfiltered();
    let values = step_to(cx, &scope, cx.var(subject), &pointer.name, Default::default())?;
    let var = cx.element_var(&values);
    let kind = match constraint.kind {
        ConstraintKind::Exclusive => {
            let key = subject_value(cx, ty.name.module(), constraint, var, Some((subject, ty)))?;
            ir::ConstraintKind::Exclusive { index, keys: for_of(var, values, key) }
        }
        ConstraintKind::Check => {
            let holds = condition(cx, ty.name.module(), constraint, var, Some((subject, ty)))?;
            ir::ConstraintKind::Check(for_of(var, values, holds))
        }
    };
    let name = title(&pointer.annotations).unwrap_or_else(|| pointer.name.to_string());
    let place = format!("{} '{}' of object type '{}'", kind_of(pointer), pointer.name, ty.name);
    finish(cx, ty, constraint, subject, kind, &name, &place)
}

fn on_object(
    cx: &mut Context<'_>,
    ty: &ObjectType,
    constraint: &schema::Constraint,
    index: Uuid,
) -> Result<ir::Constraint> {
    let subject = cx.new_var(cx.compiler.object(ty.id), Cardinality::One);
    let kind = match constraint.kind {
        ConstraintKind::Exclusive => {
            let keys = subject_value(cx, ty.name.module(), constraint, subject, Some((subject, ty)))?;
            ir::ConstraintKind::Exclusive { index, keys }
        }
        ConstraintKind::Check => ir::ConstraintKind::Check(condition(
            cx,
            ty.name.module(),
            constraint,
            subject,
            Some((subject, ty)),
        )?),
    };
    let name = title(&ty.annotations).unwrap_or_else(|| ty.name.local().to_owned());
    finish(cx, ty, constraint, subject, kind, &name, &format!("object type '{}'", ty.name))
}

fn finish(
    cx: &mut Context<'_>,
    ty: &ObjectType,
    constraint: &schema::Constraint,
    subject: VarId,
    kind: ir::ConstraintKind,
    name: &str,
    place: &str,
) -> Result<ir::Constraint> {
    let except = match &constraint.except {
        Some(expression) => {
            let it = SchemaExpr { expression, module: ty.name.module(), subject: Some((subject, &[ty.id])) };
            Some(compile_schema_expr(cx, &unfiltered(), it, |scope| scope)?)
        }
        None => None,
    };
    let (ir::ConstraintKind::Exclusive { keys: value, .. } | ir::ConstraintKind::Check(value)) = &kind;
    let mut pointers = pointers_read(value, subject);
    pointers.extend(except.iter().flat_map(|it| pointers_read(it, subject)));
    Ok(ir::Constraint {
        subject,
        except,
        message: message(constraint, name).into(),
        details: format!("violated constraint '{}' on {place}", constraint.name).into(),
        pointers,
        kind,
    })
}

/// A scope in which access policies do not apply: constraints see everything.
fn unfiltered() -> Scope {
    let mut scope = Scope::new(schema::Scope::default());
    scope.site.no_policies = true;
    scope
}

/// What `on (…)` says is constrained, or the subject itself.
fn subject_value(
    cx: &mut Context<'_>,
    module: &str,
    constraint: &schema::Constraint,
    subject: VarId,
    object: Option<(VarId, &ObjectType)>,
) -> Result<Expr> {
    let Some(expression) = &constraint.subject_expr else { return Ok(cx.var(subject)) };
    let types: Vec<_> = object.iter().map(|(_, ty)| ty.id).collect();
    let about = object.map(|(var, _)| (var, types.as_slice()));
    let it = SchemaExpr { expression, module, subject: about };
    let value =
        compile_schema_expr(cx, &unfiltered(), it, |scope| scope.with_anchor(ast::Anchor::Subject, subject))?;
    Ok(expose(cx, value))
}

/// What must not be false of the subject.
fn condition(
    cx: &mut Context<'_>,
    module: &str,
    constraint: &schema::Constraint,
    subject: VarId,
    object: Option<(VarId, &ObjectType)>,
) -> Result<Expr> {
    let value = subject_value(cx, module, constraint, subject, object)?;
    let Some(expression) = &constraint.expr else { return Ok(value) };
    let mut arguments = Vec::new();
    for argument in &constraint.args {
        let it = SchemaExpr { expression: &argument.value, module, subject: None };
        let value = compile_schema_expr(cx, &unfiltered(), it, |scope| scope)?;
        arguments.push((argument.name.clone(), value));
    }
    let var = if matches!(&value.kind, Kind::Var(var) if *var == subject) {
        subject
    } else {
        cx.element_var(&value)
    };
    let it = SchemaExpr { expression, module, subject: None };
    let holds = compile_schema_expr(cx, &unfiltered(), it, |scope| {
        let scope = scope.with_anchor(ast::Anchor::Subject, var);
        arguments.into_iter().fold(scope, |scope, (name, value)| {
            let root = crate::scope::Root::Var(VarId(u32::MAX));
            scope.with_name(name, crate::scope::Binding { root, value })
        })
    })?;
    Ok(if var == subject { holds } else { for_of(var, value, holds) })
}

/// Names of the pointers that an expression reads of the object.
fn pointers_read(expr: &Expr, object: VarId) -> Vec<Arc<str>> {
    let mut found = Vec::new();
    let _ = expr.walk(&mut |it| {
        if let Kind::Pointer { source, pointer } = &it.kind
            && matches!(source.kind, Kind::Var(var) if var == object)
            && !found.contains(&pointer.name)
        {
            found.push(pointer.name.clone());
        }
        ControlFlow::Continue(())
    });
    found
}

fn title(annotations: &[schema::AnnotationValue]) -> Option<String> {
    let title = annotations.iter().find(|it| it.name.as_str() == "std::title");
    title.map(|it| it.value.to_string())
}

/// The message, with the subject's name and the arguments put in.
fn message(constraint: &schema::Constraint, subject: &str) -> String {
    let text = constraint.errmessage.replace("{__subject__}", subject);
    constraint
        .args
        .iter()
        .fold(text, |text, argument| text.replace(&format!("{{{}}}", argument.name), argument.value.text()))
}
