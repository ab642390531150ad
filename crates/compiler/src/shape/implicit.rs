//! What a shape has without being asked: `id` for the client, and fields of the shape below that stay readable.

use std::sync::Arc;

use diag::{Result, Span};
use ir::{Cardinality, Element, ElementKind, Expr, Kind, ObjectType, ShapeElement};

use super::{Subject, copy, shape_of};
use crate::OutputFormat;
use crate::context::Context;
use crate::path::step_to;
use crate::scope::Scope;

/// The elements, with the implicit ones before them and the hidden ones after them.
pub(super) fn complete(
    cx: &mut Context<'_>,
    scope: &Scope,
    subject: &Subject<'_>,
    written: Vec<Element>,
) -> Result<Vec<Element>> {
    let mut elements =
        if subject.object.id.is_nil() { Vec::new() } else { implicit(cx, scope, subject, &written)? };
    let carried = carried(cx, subject, &written);
    elements.extend(written);
    elements.extend(carried);
    Ok(elements)
}

fn implicit(
    cx: &mut Context<'_>,
    scope: &Scope,
    subject: &Subject<'_>,
    written: &[Element],
) -> Result<Vec<Element>> {
    let shown = |name: &str| written.iter().any(|it| &*it.element.name == name);
    let binary = cx.options.output == OutputFormat::Binary;
    let mut elements = Vec::new();
    if cx.options.implicit_type_ids && binary && !shown("__tid__") {
        elements.push(type_field(cx, scope, subject, "__tid__", "id")?);
    }
    if cx.options.implicit_type_names && binary && !shown("__tname__") {
        elements.push(type_field(cx, scope, subject, "__tname__", "name")?);
    }
    let wanted = written.is_empty() || (binary && !cx.options.explicit_object_ids);
    if wanted && !shown("id") {
        elements.push(id_field(cx, scope, subject)?);
    }
    Ok(elements)
}

fn id_field(cx: &mut Context<'_>, scope: &Scope, subject: &Subject<'_>) -> Result<Element> {
    let value = step_to(cx, scope, cx.var(subject.var), "id", Span::default())?;
    Ok(implicit_element(subject.object, "id", value))
}

fn type_field(
    cx: &mut Context<'_>,
    scope: &Scope,
    subject: &Subject<'_>,
    name: &str,
    of_type: &str,
) -> Result<Element> {
    let ty = step_to(cx, scope, cx.var(subject.var), "__type__", Span::default())?;
    let value = step_to(cx, scope, ty, of_type, Span::default())?;
    Ok(implicit_element(subject.object, name, value))
}

fn implicit_element(object: &ObjectType, name: &str, value: Expr) -> Element {
    let element = ShapeElement {
        name: name.into(),
        kind: ElementKind::Property,
        cardinality: Cardinality::One,
        ty: value.ty.clone(),
        implicit: true,
        hidden: false,
        computed: name != "id",
        source: (object.id, object.name.clone()),
    };
    Element { element: Arc::new(element), value }
}

/// Fields that the source's own shape computed and this one does not name: paths may still ask for them.
fn carried(cx: &Context<'_>, subject: &Subject<'_>, written: &[Element]) -> Vec<Element> {
    let Some(below) = &subject.object.shape else { return Vec::new() };
    let mut carried = Vec::new();
    for (index, element) in below.elements.iter().enumerate() {
        let named =
            written.iter().any(|it| it.element.name == element.name && it.element.kind == element.kind);
        if !element.computed || element.implicit || named {
            continue;
        }
        let source = Box::new(cx.var(subject.var));
        let value = Expr::new(Kind::ShapeField { source, index }, element.ty.clone(), element.cardinality);
        let element = Arc::new(ShapeElement { hidden: true, ..copy(element) });
        carried.push(Element { element, value });
    }
    carried
}

/// Objects that no shape was asked for, as they are shown: with what is implicit, and `id` in any case.
pub(crate) fn identity_shape(cx: &mut Context<'_>, source: Expr, object: &ObjectType) -> Result<Expr> {
    let scope = Scope::new(schema::Scope::default());
    let var = cx.element_var(&source);
    cx.derived.shape(var);
    let subject = Subject { object, var, path: None, link: None, assigns: false, in_computed_link: false };
    let elements = complete(cx, &scope, &subject, Vec::new())?;
    Ok(shape_of(source, var, object, elements))
}
