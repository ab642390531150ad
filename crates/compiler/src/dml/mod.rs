//! INSERT, UPDATE and DELETE.

mod assign;
mod conflict;
mod delete;
mod insert;
mod update;

pub(crate) use delete::delete;
pub(crate) use insert::insert;
pub(crate) use update::update;

use std::ops::ControlFlow;

use diag::{Result, Span};
use ir::{Expr, Kind, Type};
use uuid::Uuid;

use crate::context::Context;
use crate::errors;
use crate::scope::Scope;

/// Errors where data may not be modified.
fn check_allowed(scope: &Scope, statement: &str, span: Span) -> Result<()> {
    match &scope.site.no_dml {
        Some(why) => Err(errors::dml_not_here(statement, why, span)),
        None => Ok(()),
    }
}

/// The objects that UPDATE or DELETE is about: of a type that users may change.
fn check_subject(cx: &Context<'_>, subject: &Expr, verb: &str, done: &str, span: Span) -> Result<()> {
    let Type::Object(object) = &subject.ty else {
        return Err(errors::change_of_non_object(verb, span));
    };
    if object.id.is_nil() {
        return Err(errors::change_of_free_object(done, span));
    }
    match cx.schema().object_type(object.id) {
        Some(ty) if is_closed(cx, ty) => Err(errors::change_of_std_type(verb, &ty.name, span)),
        _ => Ok(()),
    }
}

/// Types whose objects the server itself keeps: those of the standard library, and configuration. What else an extension
/// brings is for users to change.
fn is_closed(cx: &Context<'_>, ty: &schema::ObjectType) -> bool {
    if !ty.builtin || matches!(ty.name.as_str(), "std::Object" | "std::BaseObject") {
        return false;
    }
    let config = cx.schema().object_type_named("cfg::ConfigObject");
    match config.is_some_and(|config| cx.schema().is_below(ty.id, config.id)) {
        true => !cx.options.config_objects,
        false => !ty.name.module().starts_with("ext::"),
    }
}

/// Concrete types that an expression inserts, updates or deletes.
pub(crate) fn changed_types(cx: &Context<'_>, expr: &Expr) -> Vec<Uuid> {
    let mut found = Vec::new();
    let _ = expr.walk(&mut |it| {
        match &it.kind {
            Kind::Insert(insert) => found.push(insert.type_id),
            Kind::Update(update) => found.extend(concrete_of(cx, &update.subject)),
            Kind::Delete(delete) => found.extend(concrete_of(cx, &delete.subject)),
            _ => {}
        }
        ControlFlow::Continue(())
    });
    found
}

fn concrete_of(cx: &Context<'_>, subject: &Expr) -> Vec<Uuid> {
    match &subject.ty {
        Type::Object(object) => cx.compiler.concrete(object.id),
        _ => Vec::new(),
    }
}
