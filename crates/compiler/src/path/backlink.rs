//! `.<link[is T]`.

use diag::{Result, Span};
use ir::{Cardinality, Direction, Expr, Type};
use syntax::ast;
use uuid::Uuid;

use super::pointer::exclusive_index;
use super::step::read_pointer;
use crate::context::Context;
use crate::errors;
use crate::expr::object_type_expr;
use crate::names::describe_type;
use crate::scope::Scope;

/// The objects whose link `name` points at `source`; of all types, or of those that `narrowed` says.
pub(super) fn follow(
    cx: &mut Context<'_>,
    scope: &Scope,
    source: Expr,
    name: &ast::Ident,
    narrowed: Option<&ast::TypeExpr>,
    span: Span,
) -> Result<Expr> {
    let Type::Object(object) = source.ty.clone() else {
        return Err(errors::property_of_primitive(&source.ty, span));
    };
    let holders = holders(cx, object.id, &name.text);
    if holders.is_empty() {
        if let Some(link) = computed_link(cx, object.id, &name.text) {
            return Err(errors::backlink_of_computed(&name.text, &link, span));
        }
        return Err(errors::no_such_backlink(&object.name, &name.text, span));
    }
    let ty = match narrowed {
        Some(ty) => object_type_expr(cx, scope, ty)?,
        None => cx.compiler.std_object("std::BaseObject"),
    };
    let Type::Object(wanted) = &ty else {
        return Err(errors::intersection_of_non_object(describe_type(&ty), span));
    };
    let is_wanted = |id: &Uuid| cx.compiler.is_below(*id, wanted.id);
    let holders: Vec<Uuid> = holders.into_iter().filter(|id| is_wanted(id)).collect();
    read(cx, scope, source, name, ty, holders)
}

/// Concrete types that store a link of this name to objects of type `target`.
fn holders(cx: &Context<'_>, target: Uuid, name: &str) -> Vec<Uuid> {
    let targets = cx.compiler.concrete(target);
    let concrete = |id: Uuid| cx.schema().object_type(id).is_some_and(|ty| !ty.is_abstract);
    let links = cx.schema().links_named(name).iter();
    links
        .filter(|(_, link)| targets.iter().any(|target| cx.schema().may_point_to(link, *target)))
        .map(|(holder, _)| *holder)
        .filter(|holder| concrete(*holder))
        .collect()
}

/// What messages call a computed link of this name to objects of type `target`, if there is one.
fn computed_link(cx: &Context<'_>, target: Uuid, name: &str) -> Option<String> {
    let links = cx.schema().object_types().filter_map(|ty| Some((ty, ty.pointer(name)?)));
    let found = links
        .into_iter()
        .find(|(_, link)| link.is_link() && link.is_computed() && cx.schema().may_point_to(link, target));
    found.map(|(ty, _)| format!("link '{name}' of object type '{}'", ty.name))
}

fn read(
    cx: &mut Context<'_>,
    scope: &Scope,
    source: Expr,
    name: &ast::Ident,
    ty: Type,
    holders: Vec<Uuid>,
) -> Result<Expr> {
    let links: Vec<_> = holders
        .iter()
        .filter_map(|id| Some((*id, cx.schema().object_type(*id)?.pointer(&name.text)?.clone())))
        .collect();
    // A constraint on the type does as well for the store, but Gel looks at those of the link.
    let one_at_most = links.iter().all(|(_, link)| cx.schema().exclusive_constraints(link).next().is_some());
    let shared = links
        .iter()
        .map(|(owner, link)| exclusive_index(cx, *owner, link))
        .reduce(|a, b| a.filter(|_| a == b));
    let pointer = ir::Pointer {
        name: name.text.clone(),
        direction: Direction::Backward,
        is_link: true,
        is_multi: links.iter().any(|(_, link)| link.is_multi()),
        has_link_properties: links.iter().any(|(_, link)| !link.properties.is_empty()),
        targets: holders.into(),
        exclusive: shared.flatten(),
    };
    let single = one_at_most && !links.is_empty() && shared.flatten().is_some();
    let cardinality = source.cardinality.product(Cardinality::from_bounds(false, !single));
    read_pointer(cx, scope, source, pointer, ty, cardinality)
}
