//! `*` and `**`.

use std::borrow::Cow;
use std::sync::Arc;

use diag::{Result, Span};
use ir::{ElementKind, Type};
use syntax::ast;
use uuid::Uuid;

use super::{Subject, bare};
use crate::context::Context;
use crate::errors;
use crate::expr::object_type_expr;
use crate::names::describe_type;
use crate::path;
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
        if scope.site.parameters.is_some() {
            return Err(errors::splat_in_function(element.span));
        }
        let from =
            source_type(cx, scope, subject, ty.as_ref().or(intersection.as_ref()), intersection.is_some())?;
        let own = ty.is_none() && intersection.is_none();
        for name in computed_fields(subject, *deep).filter(|_| own) {
            if !taken.contains(&name) {
                items.push(Cow::Owned(element_of(&name, None, element.span)));
                taken.push(name);
            }
        }
        for pointer in pointers(cx, from) {
            if taken.contains(&pointer.name) {
                continue;
            }
            let is_link = is_link(cx, scope, subject, from, &pointer)?;
            if !is_link || *deep {
                taken.push(pointer.name.clone());
                items.push(Cow::Owned(spelled_out(&pointer, is_link, intersection.as_ref(), element.span)));
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
        let ours = describe_type(&bare(subject.object));
        return Err(errors::splat_type(ours, describe_type(&given), written.span));
    }
    Ok(wanted.id)
}

/// What the shape below computes: a splat shows it too.
fn computed_fields(subject: &Subject<'_>, deep: bool) -> impl Iterator<Item = Arc<str>> {
    let elements = subject.object.shape.iter().flat_map(|shape| &shape.elements);
    let wanted = elements.filter(move |element| {
        let fits = match element.kind {
            ElementKind::Property => true,
            ElementKind::Link => deep,
            ElementKind::LinkProperty => false,
        };
        element.computed && !element.implicit && fits
    });
    wanted.map(|element| element.name.clone())
}

/// Pointers that a splat may mean. `id` comes first.
fn pointers(cx: &Context<'_>, ty: Uuid) -> Vec<Arc<schema::Pointer>> {
    let mut found: Vec<Arc<schema::Pointer>> = path::all_pointers(cx, ty);
    // What is being computed cannot show itself.
    let is_shown =
        |it: &Arc<schema::Pointer>| &*it.name != "__type__" && !it.secret && !cx.is_being_defined(it.id);
    found.retain(is_shown);
    found.sort_by_key(|pointer| &*pointer.name != "id");
    found
}

/// Whether a pointer points to objects. A computed one that does not say is what its expression gives.
fn is_link(
    cx: &mut Context<'_>,
    scope: &Scope,
    subject: &Subject<'_>,
    from: Uuid,
    pointer: &schema::Pointer,
) -> Result<bool> {
    if let Some(target) = pointer.target() {
        return Ok(target.is_object());
    }
    let object = path::narrow(cx, cx.var(subject.var), cx.compiler.object(from));
    let value = path::step_to(cx, scope, object, &pointer.name, Span::default())?;
    Ok(matches!(value.ty, Type::Object(_)))
}

fn spelled_out(
    pointer: &schema::Pointer,
    is_link: bool,
    intersection: Option<&ast::TypeExpr>,
    span: Span,
) -> ast::ShapeElement {
    let nested = ast::ShapeElement {
        target: ast::ShapeTarget::Splat { deep: false, ty: None, intersection: None },
        ..element_of(&pointer.name, None, span)
    };
    ast::ShapeElement {
        elements: is_link.then(|| vec![nested]),
        ..element_of(&pointer.name, intersection, span)
    }
}

fn element_of(name: &Arc<str>, intersection: Option<&ast::TypeExpr>, span: Span) -> ast::ShapeElement {
    ast::ShapeElement {
        target: ast::ShapeTarget::Path(ast::ShapePath {
            intersection: intersection.cloned(),
            name: ast::Ident { text: name.clone(), span },
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
