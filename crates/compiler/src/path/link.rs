//! Over which link objects were reached.

use std::sync::Arc;

use ir::{Direction, Expr, Kind, Type};

use super::{Found, find};
use crate::context::Context;

/// A link and how messages name its source.
#[derive(Clone, Debug)]
pub(crate) struct LinkRef {
    pub(crate) source: Arc<str>,
    pub(crate) link: Arc<schema::Pointer>,
}

/// The link over which the objects of `expr` were reached, whose properties they carry.
pub(crate) fn link_of(cx: &Context<'_>, expr: &Expr) -> Option<LinkRef> {
    match &expr.kind {
        Kind::Var(var) => cx.link_of_var(*var),
        Kind::Pointer { source, pointer } if pointer.is_link => {
            let holder = if pointer.direction == Direction::Forward { &source.ty } else { &expr.ty };
            stored_link(cx, holder, &pointer.name)
        }
        Kind::Filter { source, .. }
        | Kind::OrderBy { source, .. }
        | Kind::Slice { source, .. }
        | Kind::Narrow { source, .. }
        | Kind::Distinct(source)
        | Kind::Shape { source: Some(source), .. } => link_of(cx, source),
        Kind::For { body, .. } | Kind::Let { body, .. } => link_of(cx, body),
        Kind::ShapeField { source, index } => {
            let Type::Object(object) = &source.ty else { return None };
            let element = object.shape.as_ref()?.elements.get(*index)?;
            stored_link(cx, &source.ty, &element.name)
        }
        Kind::Call { arguments, .. } => arguments.first().and_then(|it| match &it.value.ty {
            Type::Object(_) => link_of(cx, &it.value),
            _ => None,
        }),
        _ => None,
    }
}

fn stored_link(cx: &Context<'_>, holder: &Type, name: &str) -> Option<LinkRef> {
    let Type::Object(object) = holder else { return None };
    let (owner, link) = match find(cx, object.id, name)? {
        Found::One(owner, link) => (owner, link),
        Found::Several(members) => members.into_iter().next()?,
    };
    let source: Arc<str> = cx.compiler.object(owner).to_string().into();
    (link.is_link() && !link.is_computed()).then_some(LinkRef { source, link })
}
