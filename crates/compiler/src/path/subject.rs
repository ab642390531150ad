//! How a clause or shape sees its subject.

use ir::{Expr, Kind, VarId};
use syntax::ast;

use crate::context::Context;
use crate::scope::{Binding, PathId, PathKey, Root, Scope};

/// The subject of a clause: the path it is, the alias it was given.
pub(crate) struct Subject<'a> {
    pub(crate) path: Option<PathId>,
    pub(crate) alias: Option<&'a ast::Ident>,
}

/// The objects whose property a subject is, when nothing binds them yet: `Author` of `Author.name`. In clauses they are
/// bound together with the value.
pub(crate) struct Owner<'e> {
    pub(crate) path: PathId,
    pub(crate) set: Expr,
    read: &'e Expr,
}

impl Subject<'_> {
    /// The scope in which the subject's path, its alias and `.x` mean one element.
    pub(crate) fn bind(&self, cx: &mut Context<'_>, scope: Scope, var: VarId) -> Scope {
        let scope = match self.alias {
            Some(alias) => {
                let ty = cx.var(var).ty;
                cx.derived.alias(var, &alias.text, &ty);
                let binding = Binding { root: Root::Var(var), value: cx.var(var) };
                scope.with_bound(PathId::root(Root::Var(var)), var).with_name(alias.text.clone(), binding)
            }
            None => scope,
        };
        scope.with_subject(self.path.clone(), var)
    }

    /// The objects whose property this subject is, unless they are bound already.
    pub(crate) fn unbound_owner<'e>(&self, scope: &Scope, source: &'e Expr) -> Option<Owner<'e>> {
        let path = self.path.as_ref()?;
        if matches!(source.ty, ir::Type::Object(_)) || matches!(path.steps.last(), Some(PathKey::Is(_))) {
            return None;
        }
        let owner = path.parent()?;
        if scope.bound_prefix(&owner).is_some() {
            return None;
        }
        let set = match &source.kind {
            Kind::Pointer { source, .. }
            | Kind::LinkProperty { source, .. }
            | Kind::ShapeField { source, .. }
            | Kind::TupleElement { source, .. } => (**source).clone(),
            Kind::For { iterator, optional: false, .. } => (**iterator).clone(),
            _ => return None,
        };
        Some(Owner { path: owner, set, read: source })
    }
}

impl Owner<'_> {
    /// A variable for one of the objects.
    pub(crate) fn variable(&self, cx: &mut Context<'_>) -> VarId {
        match &self.read.kind {
            Kind::For { var, .. } => *var,
            _ => cx.element_var(&self.set),
        }
    }

    /// The property of one of the objects.
    pub(crate) fn value(&self, object: Expr) -> Expr {
        let object = Box::new(object);
        let kind = match &self.read.kind {
            Kind::Pointer { pointer, .. } => Kind::Pointer { source: object, pointer: pointer.clone() },
            Kind::LinkProperty { name, .. } => Kind::LinkProperty { source: object, name: name.clone() },
            Kind::ShapeField { index, .. } => Kind::ShapeField { source: object, index: *index },
            Kind::TupleElement { index, .. } => Kind::TupleElement { source: object, index: *index },
            Kind::For { body, .. } => return (**body).clone(),
            other => other.clone(),
        };
        Expr { kind, ..self.read.clone() }
    }
}
