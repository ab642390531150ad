//! Giving a declaration another name wherever it is referred to.

use std::sync::Arc;

use syntax::ast::{Name, ObjectKind};

use super::{Decl, DeclParam, Declared, NameUse, NameWalk, Setting};
use crate::{Expression, QName, Scope};

/// Replaces the full name `from` by `to` in everything that refers to a thing of this class.
pub(crate) fn rename_references(declared: &mut Declared, class: ObjectKind, from: &str, to: &Arc<str>) {
    let old = std::mem::take(&mut declared.items);
    for decl in old.into_values() {
        let mut decl = Arc::unwrap_or_clone(decl);
        Renaming { class, from, to }.decl(&mut decl);
        declared.insert(decl);
    }
}

/// An expression with other names in it, where there are others for those that it has.
pub(crate) fn with_names(expression: &Expression, other: &dyn Fn(&str) -> Option<Arc<str>>) -> Expression {
    let Ok(mut tree) = expression.tree().cloned() else { return expression.clone() };
    let mut changed = false;
    let mut visit = |_: NameUse, name: &mut Name, _: &Scope| {
        if let Some(to) = other(&name.to_string()) {
            let to = QName::parse(&to);
            (name.module, name.name) = (Some(to.module().into()), to.local().into());
            changed = true;
        }
    };
    NameWalk::new(Scope::default(), Vec::new(), &mut visit).expr(&mut tree);
    if changed { Expression::of(tree) } else { expression.clone() }
}

struct Renaming<'a> {
    class: ObjectKind,
    from: &'a str,
    to: &'a Arc<str>,
}

impl Renaming<'_> {
    fn decl(&self, decl: &mut Decl) {
        let refers = match decl.class {
            ObjectKind::AnnotationValue => self.class == ObjectKind::Annotation,
            other => other == self.class,
        };
        if refers && *decl.name == *self.from {
            decl.name = self.to.clone();
        }
        for (field, setting) in &mut decl.settings {
            match setting {
                Setting::Texts(names)
                    if matches!(field, super::Field::Bases | super::Field::RequiredPermissions) =>
                {
                    names.iter_mut().for_each(|name| self.name(name));
                }
                Setting::Expr(expr) => self.expr(expr),
                Setting::Exprs(exprs) => exprs.iter_mut().for_each(|expr| self.expr(expr)),
                Setting::NamedExprs(exprs) => exprs.iter_mut().for_each(|(_, expr)| self.expr(expr)),
                Setting::Type(ty) | Setting::Returns(_, ty) => ty.each_name(&mut |name| self.name(name)),
                Setting::Params(params) => params.iter_mut().for_each(|param| self.param(param)),
                _ => {}
            }
        }
        decl.children.iter_mut().for_each(|child| self.decl(child));
    }

    fn param(&self, param: &mut DeclParam) {
        param.ty.each_name(&mut |name| self.name(name));
        param.default.iter_mut().for_each(|default| self.expr(default));
    }

    fn name(&self, name: &mut Arc<str>) {
        if **name == *self.from {
            *name = self.to.clone();
        }
    }

    fn expr(&self, expr: &mut Expression) {
        let Ok(mut tree) = expr.tree().cloned() else { return };
        let mut changed = false;
        let to = QName::parse(self.to);
        let mut visit = |used: NameUse, name: &mut Name, _: &Scope| {
            if self.is_used_as(used) && name.to_string() == self.from {
                (name.module, name.name) = (Some(to.module().into()), to.local().into());
                changed = true;
            }
        };
        NameWalk::new(Scope::default(), Vec::new(), &mut visit).expr(&mut tree);
        if changed {
            *expr = Expression::of(tree);
        }
    }

    fn is_used_as(&self, used: NameUse) -> bool {
        match used {
            NameUse::Path | NameUse::Type => {
                matches!(self.class, ObjectKind::Type | ObjectKind::ScalarType | ObjectKind::Alias)
            }
            NameUse::Function => self.class == ObjectKind::Function,
            NameUse::Global => matches!(self.class, ObjectKind::Global | ObjectKind::Permission),
        }
    }
}
