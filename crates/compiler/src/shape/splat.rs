//! `*` and `**`.

use std::borrow::Cow;
use std::sync::Arc;

use diag::{Result, Span};
use ir::Type;
use syntax::ast;
use uuid::Uuid;

use super::{Subject, bare};
use crate::context::Context;
use crate::errors;
use crate::expr::object_type_expr;
use crate::names::describe_type;
use crate::scope::Scope;

/// The elements with splats spelled out; a written element takes the place of a splat's of the same name.
pub(super) fn expand<'a>(
    cx: &mut Context<'_>,
    scope: &Scope,
    subject: &Subject<'_>,
    written: &'a [ast::ShapeElement],
) -> Result<Vec<Cow<'a, ast::ShapeElement>>> {
    let mut items: Vec<Cow<'a, ast::ShapeElement>> = Vec::new();
    let mut taken: Vec<Arc<str>> = written.iter().filter_map(name_of).collect();
    for element in written {
        let ast::ShapeTarget::Splat { deep, ty, intersection } = &element.target else {
            items.push(Cow::Borrowed(element));
            continue;
        };
        let from =
            source_type(cx, scope, subject, ty.as_ref().or(intersection.as_ref()), intersection.is_some())?;
        for pointer in pointers(cx, from, *deep) {
            if !taken.contains(&pointer.name) {
                taken.push(pointer.name.clone());
                items.push(Cow::Owned(spelled_out(&pointer, intersection.as_ref(), element.span)));
            }
        }
    }
    Ok(items)
}

fn name_of(element: &ast::ShapeElement) -> Option<Arc<str>> {
    match &element.target {
        ast::ShapeTarget::Path(path) if !path.link_property => Some(path.name.text.clone()),
        _ => None,
    }
}

/// The type whose pointers a splat means.
fn source_type(
    cx: &mut Context<'_>,
    scope: &Scope,
    subject: &Subject<'_>,
    ty: Option<&ast::TypeExpr>,
    is_intersection: bool,
) -> Result<Uuid> {
    let Some(written) = ty else { return Ok(subject.object.id) };
    let given = object_type_expr(cx, scope, written)?;
    let Type::Object(wanted) = &given else { return Ok(subject.object.id) };
    if !is_intersection && !cx.compiler.is_below(subject.object.id, wanted.id) {
        let ours = describe_type(cx, &bare(subject.object));
        return Err(errors::splat_type(ours, describe_type(cx, &given), written.span));
    }
    Ok(wanted.id)
}

/// Properties, computed ones too; with `deep` links as well. `id` comes first.
fn pointers(cx: &Context<'_>, ty: Uuid, deep: bool) -> Vec<Arc<schema::Pointer>> {
    let mut found: Vec<Arc<schema::Pointer>> = crate::path::all_pointers(cx, ty);
    found.retain(|pointer| {
        &*pointer.name != "__type__" && !pointer.secret && (deep || !is_link(cx, ty, pointer))
    });
    found.sort_by_key(|pointer| &*pointer.name != "id");
    found
}

/// A computed pointer that does not say is what its expression gives.
fn is_link(cx: &Context<'_>, _ty: Uuid, pointer: &schema::Pointer) -> bool {
    match pointer.target() {
        Some(target) => target.is_object(),
        None => {
            let _ = cx;
            pointer.is_link()
        }
    }
}

fn spelled_out(
    pointer: &schema::Pointer,
    intersection: Option<&ast::TypeExpr>,
    span: Span,
) -> ast::ShapeElement {
    let is_link = pointer.target().map_or(pointer.is_link(), |target| target.is_object());
    let nested = ast::ShapeElement {
        target: ast::ShapeTarget::Splat { deep: false, ty: None, intersection: None },
        ..element_of(pointer, None, span)
    };
    ast::ShapeElement { elements: is_link.then(|| vec![nested]), ..element_of(pointer, intersection, span) }
}

fn element_of(
    pointer: &schema::Pointer,
    intersection: Option<&ast::TypeExpr>,
    span: Span,
) -> ast::ShapeElement {
    ast::ShapeElement {
        target: ast::ShapeTarget::Path(ast::ShapePath {
            intersection: intersection.cloned(),
            name: ast::Ident { text: pointer.name.clone(), span },
            link_property: false,
            then: Vec::new(),
            span,
        }),
        required: None,
        cardinality: None,
        value: None,
        elements: None,
        filter: None,
        order_by: Vec::new(),
        offset: None,
        limit: None,
        span,
    }
}
