//! One element of a shape.

use std::sync::Arc;

use diag::{Result, Span};
use ir::{Cardinality, Element, ElementKind, Expr, Kind, ObjectType, ShapeElement, Type};
use syntax::ast;
use uuid::Uuid;

use super::{Subject, shows};
use crate::context::Context;
use crate::expr::{self, ClauseSubject, Clauses, is_determined};
use crate::names::describe_type;
use crate::path::{self, Found, LinkRef, find, link_of};
use crate::scope::{NoDml, PathId, PathKey, Root, Scope, ShapeOf};
use crate::{cast, errors, infer};

/// The element: its value reads the shape's variable.
pub(super) fn compile(
    cx: &mut Context<'_>,
    scope: &Scope,
    subject: &Subject<'_>,
    element: &ast::ShapeElement,
) -> Result<Element> {
    let ast::ShapeTarget::Path(path) = &element.target else {
        return Err(diag::Diagnostic::unsupported("this splat").at(element.span));
    };
    match (&element.value, path.link_property) {
        (Some((_, value)), false) => computed(cx, scope, subject, element, path, value),
        (Some((_, value)), true) => assigned_property(cx, scope, subject, path, value),
        (None, true) => shown_property(cx, scope, subject, path),
        (None, false) => pointer(cx, scope, subject, element, path),
    }
}

/// `property 'name'`, `link 'home'`, as messages say.
pub(super) fn describe(element: &Element) -> String {
    let kind = if element.element.kind == ElementKind::Link { "link" } else { "property" };
    format!("{kind} '{}'", element.element.name)
}

// -- a pointer of the type ----------------------------------------------------

fn pointer(
    cx: &mut Context<'_>,
    scope: &Scope,
    subject: &Subject<'_>,
    element: &ast::ShapeElement,
    path: &ast::ShapePath,
) -> Result<Element> {
    let (source, base) = polymorphic(cx, scope, subject, path)?;
    let mut value = path::step_to(cx, scope, source, &path.name.text, element.span)?;
    let plain =
        !matches!(value.kind, Kind::ShapeField { .. }) && is_stored(cx, &value, &path.name.text, subject);
    let mut key = base.then(PathKey::Pointer(path.name.text.clone()));
    for step in &path.then {
        if let ast::PathStepKind::TypeIntersection(ty) = &step.kind {
            value = path::intersect(cx, scope, value, ty, step.span)?;
            key = key.then(PathKey::Is(format!("{:?}", ty.span)));
        }
    }
    let own = value.cardinality;
    let kind = kind_of(&value.ty);
    if let Some(elements) = &element.elements {
        let link = declared_link(cx, subject, &path.name.text).or_else(|| link_of(cx, &value));
        value = super::of(cx, scope, value, Some(key.clone()), (link, super::Purpose::Show), elements)?;
    }
    let clauses = clauses_of(element);
    if clauses.any() {
        let source = ClauseSubject { source: value, path: Some(key), alias: None };
        value = expr::clauses_under_shape(cx, scope, source, clauses)?;
    }
    let narrowed = clauses.any() || !path.then.is_empty();
    let cardinality = cardinality_of_narrowed(&path.name.text, kind, own, &value, narrowed)
        .map_err(|error| error.at_if_unknown(Some(element.span)))?;
    // What only some of the objects have is no pointer of their type.
    let only_here = path.intersection.is_some() && existing(cx, subject.object, &path.name.text).is_none();
    let computed = !plain || narrowed || only_here || has_computed(&value.ty);
    check_base(cx, subject, path, kind, cardinality)?;
    Ok(finish(cx, subject, path.name.text.clone(), kind, cardinality, computed, value))
}

/// The link that the type has under this name; a computed one has no properties to name, but for its own.
fn declared_link(cx: &Context<'_>, subject: &Subject<'_>, name: &str) -> Option<LinkRef> {
    let (owner, link) = existing(cx, subject.object, name)?;
    let source = cx.compiler.object(owner).to_string().into();
    Some(LinkRef { source, link })
}

/// Whether the pointer is stored, so that a path may read it again.
fn is_stored(cx: &Context<'_>, value: &Expr, name: &str, subject: &Subject<'_>) -> bool {
    matches!(value.kind, Kind::Pointer { .. } | Kind::TypeOf { .. })
        || existing(cx, subject.object, name).is_some_and(|(_, pointer)| !pointer.is_computed())
}

/// The objects whose pointer is shown: those of `[is T]` where the element says so.
fn polymorphic(
    cx: &mut Context<'_>,
    scope: &Scope,
    subject: &Subject<'_>,
    path: &ast::ShapePath,
) -> Result<(Expr, PathId)> {
    let var = cx.var(subject.var);
    let base = subject.path.clone().unwrap_or(PathId::root(Root::Var(subject.var)));
    match &path.intersection {
        Some(ty) => {
            let narrowed = path::intersect(cx, scope, var, ty, ty.span)?;
            Ok((narrowed, base.then(PathKey::Is(format!("{:?}", ty.span)))))
        }
        None => Ok((var, base)),
    }
}

pub(super) fn clauses_of(element: &ast::ShapeElement) -> Clauses<'_> {
    Clauses {
        filter: element.filter.as_ref(),
        order_by: &element.order_by,
        offset: element.offset.as_ref(),
        limit: element.limit.as_ref(),
    }
}

fn kind_of(ty: &Type) -> ElementKind {
    if matches!(ty, Type::Object(_)) { ElementKind::Link } else { ElementKind::Property }
}

/// Clauses leave a pointer as multi as it is; a required one must stay so.
fn cardinality_of_narrowed(
    name: &str,
    kind: ElementKind,
    own: Cardinality,
    value: &Expr,
    narrowed: bool,
) -> Result<Cardinality> {
    if narrowed && own.is_required() && !value.cardinality.is_required() {
        return Err(errors::possibly_empty(format!("computed {} '{name}'", word(kind))));
    }
    Ok(Cardinality::from_bounds(value.cardinality.is_required(), own.is_multi()))
}

fn word(kind: ElementKind) -> &'static str {
    if kind == ElementKind::Link { "link" } else { "property" }
}

/// `[is T].name` must not give less than the type itself promises under that name.
fn check_base(
    cx: &Context<'_>,
    subject: &Subject<'_>,
    path: &ast::ShapePath,
    kind: ElementKind,
    cardinality: Cardinality,
) -> Result<()> {
    if path.intersection.is_none() {
        return Ok(());
    }
    let promised =
        existing(cx, subject.object, &path.name.text).is_some_and(|(_, pointer)| pointer.is_required());
    if promised && !cardinality.is_required() && &*path.name.text != "id" {
        return Err(errors::possibly_empty(format!("computed {} '{}'", word(kind), path.name.text)));
    }
    Ok(())
}

/// Whether an object type's shape shows more than stored pointers.
fn has_computed(ty: &Type) -> bool {
    let Type::Object(object) = ty else { return false };
    object.shape.iter().flat_map(|shape| &shape.elements).any(|element| element.computed && !element.implicit)
}

// -- a computed element -------------------------------------------------------

fn computed(
    cx: &mut Context<'_>,
    scope: &Scope,
    subject: &Subject<'_>,
    element: &ast::ShapeElement,
    path: &ast::ShapePath,
    value: &ast::Expr,
) -> Result<Element> {
    if &*path.name.text == "id" && !subject.object.id.is_nil() {
        return Err(errors::shape_redefines_id(element.span));
    }
    let mut inner = scope.clone().shape_of(ShapeOf::Pointer);
    if !subject.object.id.is_nil() {
        inner = inner.forbidding_dml(NoDml::ShapeComputed);
    }
    let mut result = expr::compile(cx, &inner, value)?;
    let known = existing(cx, subject.object, &path.name.text);
    if let Some((_, pointer)) = &known
        && !is_determined(&result.ty)
    {
        result = cast::retype(result, &path::pointer_type(cx, pointer));
    }
    if !is_determined(&result.ty) {
        return Err(errors::untyped_empty(value.span));
    }
    if let Some((owner, pointer)) = &known {
        check_redefinition(cx, *owner, pointer, &result)?;
        check_qualifiers(cx, *owner, pointer, element, value.span)?;
    }
    let kind = kind_of(&result.ty);
    let declared = Declared::of(element, known.as_ref().map(|(_, pointer)| &**pointer));
    let what = format!("computed {} '{}'", word(kind), path.name.text);
    let cardinality = declared
        .bounds(result.cardinality, &what)
        .map_err(|error| error.at_if_unknown(Some(element.span)))?;
    if kind == ElementKind::Link && !subject.assigns && infer::may_repeat(cx, &result) {
        return Err(errors::possibly_not_distinct(what).at(element.span));
    }
    Ok(finish(cx, subject, path.name.text.clone(), kind, cardinality, true, result))
}

/// What the element or the pointer it stands for declares.
struct Declared {
    required: Option<bool>,
    multi: Option<bool>,
    /// The pointer redefined promises a value.
    must_exist: bool,
}

impl Declared {
    fn of(element: &ast::ShapeElement, pointer: Option<&schema::Pointer>) -> Declared {
        let written = element.cardinality.map(|it| it == ast::Cardinality::Multi);
        let of_pointer = pointer.and_then(|it| it.cardinality).map(|it| it == schema::Cardinality::Many);
        Declared {
            required: element.required,
            multi: written.or(of_pointer),
            must_exist: element.required == Some(true) || pointer.is_some_and(schema::Pointer::is_required),
        }
    }

    fn bounds(&self, found: Cardinality, what: &str) -> Result<Cardinality> {
        if self.must_exist && !found.is_required() {
            return Err(errors::possibly_empty(what));
        }
        if self.multi == Some(false) && found.is_multi() {
            return Err(errors::possibly_many(what));
        }
        let required = self.required.unwrap_or(found.is_required()) && found.is_required();
        Ok(Cardinality::from_bounds(required, self.multi.unwrap_or(found.is_multi())))
    }
}

/// The pointer that a type already has under this name.
fn existing(cx: &Context<'_>, object: &ObjectType, name: &str) -> Option<(Uuid, Arc<schema::Pointer>)> {
    if object.id.is_nil() {
        return None;
    }
    match find(cx, object.id, name)? {
        Found::One(owner, pointer) => Some((owner, pointer)),
        Found::Several(members) => members.into_iter().next(),
    }
}

fn check_redefinition(cx: &Context<'_>, owner: Uuid, pointer: &schema::Pointer, value: &Expr) -> Result<()> {
    let declared = path::pointer_type(cx, pointer);
    let fits = !is_determined(&declared)
        || cx.compiler.is_subtype(&value.ty, &declared)
        || cast::is_implicit(cx, &value.ty, &declared);
    if fits {
        return Ok(());
    }
    let what = format!(
        "{} '{}' of object type '{}'",
        path::kind_of(pointer),
        pointer.name,
        cx.compiler.object(owner)
    );
    Err(errors::redefined(what, describe_type(&declared), describe_type(&value.ty), value.span))
}

/// What the element says of its number must be what the pointer says.
fn check_qualifiers(
    cx: &Context<'_>,
    owner: Uuid,
    pointer: &schema::Pointer,
    element: &ast::ShapeElement,
    span: Span,
) -> Result<()> {
    let what = || format!("{} '{}'", path::kind_of(pointer), pointer.name);
    let base = || describe_type(&cx.compiler.object(owner));
    let multi = pointer.cardinality.map(|it| it == schema::Cardinality::Many);
    let wanted = element.cardinality.map(|it| it == ast::Cardinality::Multi);
    if let (Some(multi), Some(wanted)) = (multi, wanted)
        && multi != wanted
    {
        let is = if multi { "multi" } else { "single" };
        return Err(errors::cardinality_redefined(what(), is, base(), Some(span)));
    }
    match pointer.is_required() && element.required == Some(false) {
        true => Err(errors::optional_redefined(what(), base(), Some(span))),
        false => Ok(()),
    }
}

// -- link properties ----------------------------------------------------------

fn link_for<'a>(subject: &'a Subject<'_>, path: &ast::ShapePath) -> Result<&'a LinkRef> {
    subject.link.as_ref().ok_or_else(|| errors::link_property_at_top(path.name.span))
}

fn property_of(link: &LinkRef, path: &ast::ShapePath, assigns: bool) -> Result<Arc<schema::Pointer>> {
    link.link.properties.get(&path.name.text).cloned().ok_or_else(|| {
        let known = link.link.properties.keys().map(|name| &**name);
        let error = errors::no_such_link_property(&link.link.name, &link.source, &path.name.text, known);
        if assigns { error } else { error.at(path.span) }
    })
}

/// The link property that the shape below made, which the link itself need not have.
fn made_by_a_view(subject: &Subject<'_>, name: &str) -> Option<usize> {
    let shape = subject.object.shape.as_ref().filter(|_| !subject.assigns)?;
    let made = |it: &ShapeElement| it.kind == ElementKind::LinkProperty && it.computed && &*it.name == name;
    shape.elements.iter().position(made)
}

fn shown_property(
    cx: &mut Context<'_>,
    scope: &Scope,
    subject: &Subject<'_>,
    path: &ast::ShapePath,
) -> Result<Element> {
    if let Some(index) = made_by_a_view(subject, &path.name.text) {
        let value = path::read_field(cx.var(subject.var), subject.object, index);
        let (name, cardinality) = (path.name.text.clone(), value.cardinality);
        return Ok(finish(cx, subject, name, ElementKind::LinkProperty, cardinality, true, value));
    }
    let link = link_for(subject, path)?;
    let property = property_of(link, path, false)?;
    let (source, _) = polymorphic(cx, scope, subject, path)?;
    let value = path::read_link_property(cx, scope, source, &property)?;
    let (name, cardinality) = (path.name.text.clone(), value.cardinality);
    let computed = property.is_computed();
    Ok(finish(cx, subject, name, ElementKind::LinkProperty, cardinality, computed, value))
}

fn assigned_property(
    cx: &mut Context<'_>,
    scope: &Scope,
    subject: &Subject<'_>,
    path: &ast::ShapePath,
    value: &ast::Expr,
) -> Result<Element> {
    if subject.link.is_none() && subject.in_computed_link {
        let result = expr::compile(cx, scope, value)?;
        let (name, cardinality) = (path.name.text.clone(), result.cardinality);
        return Ok(finish(cx, subject, name, ElementKind::LinkProperty, cardinality, true, result));
    }
    let link = link_for(subject, path)?;
    let property = property_of(link, path, subject.assigns)?;
    if subject.assigns && property.is_computed() {
        let what = format!("property '{}' of link '{}'", property.name, link.link.name);
        return Err(errors::computed_assigned(what, &link.source, path.span));
    }
    let declared = path::pointer_type(cx, &property);
    let result = expr::compile(cx, scope, value)?;
    if !cast::is_assignable(cx, &result.ty, &declared) {
        let what = format!(
            "property '{}' of link '{}' of object type '{}'",
            property.name, link.link.name, link.source
        );
        let now = describe_type(&result.ty);
        return Err(errors::redefined(what, describe_type(&declared), now, Some(value.span)));
    }
    let result = cast::assign(cx, result, &declared);
    if result.cardinality.is_multi() {
        return Err(errors::possibly_many(format!("property '{}'", property.name)).at(path.span));
    }
    let cardinality = result.cardinality;
    Ok(finish(cx, subject, path.name.text.clone(), ElementKind::LinkProperty, cardinality, true, result))
}

// -- the result ---------------------------------------------------------------

fn finish(
    cx: &mut Context<'_>,
    subject: &Subject<'_>,
    name: Arc<str>,
    kind: ElementKind,
    cardinality: Cardinality,
    computed: bool,
    value: Expr,
) -> Element {
    let value = expr::expose(cx, expr::limit_objects(cx, value));
    let computed = computed || shows_more(&value.ty);
    let element = ShapeElement {
        name,
        kind,
        cardinality,
        ty: value.ty.clone(),
        implicit: false,
        hidden: false,
        computed,
        source: (subject.object.id, subject.object.name.clone()),
    };
    Element { element: Arc::new(element), value }
}

/// Nested shapes with computed elements must be read as they are.
fn shows_more(ty: &Type) -> bool {
    matches!(ty, Type::Object(object) if shows(object)) && has_computed(ty)
}
