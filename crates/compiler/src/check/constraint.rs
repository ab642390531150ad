//! Constraints.

use std::ops::ControlFlow;

use diag::Result;
use ir::{Cardinality, Expr, Kind, VarId};
use schema::{Constraint, ConstraintKind, ObjectType, ScalarType, Volatility};

use super::place::{Place, check_sets};
use super::{Checked, Checker, is_bool, of_object};
use crate::context::Context;
use crate::names::describe_type;
use crate::rules::{
    Constrained, Reading, constrained, constraint_except, constraint_holds, constraint_keys,
    constraint_subject, not_circular, scalar_holds, scalar_subject,
};
use crate::{errors, infer};

impl Checker<'_> {
    pub(super) fn constraints(&self, ty: &ObjectType) -> Checked {
        for (on, constraint) in constrained(ty).into_iter().filter(|(_, it)| it.owned) {
            let what = || {
                format!("expression of constraint '{}' of {}", constraint.name, constraint_subject(ty, on))
            };
            of_object(constraint.id, what, self.constraint(ty, on, constraint))?;
        }
        Ok(())
    }

    fn constraint(&self, ty: &ObjectType, on: Constrained<'_>, constraint: &Constraint) -> Result<()> {
        let mut cx = self.context();
        let object = cx.new_var(self.compiler.object(ty.id), Cardinality::One);
        let keys = constraint_keys(&mut cx, Reading::Check, ty, object, (on, constraint))?;
        let except = constraint_except(&mut cx, Reading::Check, ty, object, (on, constraint))?;
        for part in std::iter::once(&keys).chain(&except) {
            check_reach(on, part, object)?;
        }
        let has_multi = infer::any(&keys, &mut |it| it.cardinality.is_multi());
        check_sets(&Place::Constraint, &cx, has_multi)?;
        self.check_immutable(&cx, &keys)?;
        if constraint.kind == ConstraintKind::Check {
            let holds = constraint_holds(&mut cx, Reading::Check, ty, object, (on, constraint))?;
            check_sets(&Place::Constraint, &cx, has_multi)?;
            self.check_condition(&cx, constraint, &holds)?;
        }
        Ok(())
    }

    fn check_condition(&self, cx: &Context<'_>, constraint: &Constraint, holds: &Expr) -> Result<()> {
        if !is_bool(&holds.ty) {
            return Err(errors::constraint_not_bool(&constraint.name, describe_type(&holds.ty)));
        }
        self.check_immutable(cx, holds)
    }

    /// How far a constraint reaches was looked at before: what it reads of the object is as good as a value.
    fn check_immutable(&self, cx: &Context<'_>, value: &Expr) -> Result<()> {
        let reads_store =
            |it: &Expr| matches!(it.kind, Kind::Scan { .. } | Kind::ById { .. } | Kind::Global(_));
        let calls = infer::any(value, &mut |it| match &it.kind {
            Kind::Call { function, .. } => {
                infer::call_volatility(self.schema(), function) != Volatility::Immutable
            }
            _ => reads_store(it),
        });
        match calls || cx.declared_volatility != Volatility::Immutable {
            true => Err(errors::constraint_not_immutable()),
            false => Ok(()),
        }
    }

    pub(super) fn scalars(&self) -> Checked {
        for ty in self.schema().scalar_types().filter(|ty| !ty.builtin) {
            for constraint in ty.constraints.iter().filter(|it| it.owned) {
                let what =
                    || format!("expression of constraint '{}' of {}", constraint.name, scalar_subject(ty));
                of_object(constraint.id, what, self.scalar(ty, constraint))?;
            }
        }
        Ok(())
    }

    fn scalar(&self, ty: &ScalarType, constraint: &Constraint) -> Result<()> {
        let compiler = self.compiler.constraining(ty.id);
        let mut cx = Context::new(&compiler, self.options);
        let subject = cx.new_var(ir::Type::Scalar(self.compiler.scalar(ty.id)), Cardinality::One);
        let holds = scalar_holds(&mut cx, Reading::Check, subject, ty, constraint)?;
        self.check_condition(&cx, constraint, &holds)?;
        not_circular(ty, &compiler)(holds).map(drop)
    }
}

/// A constraint on an object may read its own pointers, and if one of them is multi, no other; one on a link may not read
/// what the link points at.
fn check_reach(on: Constrained<'_>, keys: &Expr, object: VarId) -> Result<()> {
    let on_link = matches!(on, Constrained::Pointer(pointer) if pointer.is_link());
    if !on_link && !matches!(on, Constrained::Object) {
        return Ok(());
    }
    let (mut too_far, mut multi, mut names) = (false, false, Vec::new());
    let _ = keys.walk(&mut |it| {
        if let Kind::Pointer { source, pointer } = &it.kind {
            let own = matches!(source.kind, Kind::Var(var) if var == object);
            let is_id = &*pointer.name == "id";
            let further = !own && !is_id && (on_link || reads_pointer(source));
            too_far |= pointer.direction == ir::Direction::Backward || further;
            if own {
                multi |= pointer.is_multi;
                names.push(pointer.name.clone());
            }
        }
        ControlFlow::Continue(())
    });
    names.sort();
    names.dedup();
    match (too_far, multi && names.len() > 1) {
        (true, _) if on_link => Err(errors::link_constraint_reads_target()),
        (true, _) => Err(errors::constraint_too_far()),
        (_, true) => Err(errors::constraint_mixes_multi()),
        _ => Ok(()),
    }
}

fn reads_pointer(expr: &Expr) -> bool {
    crate::infer::any(expr, &mut |it| matches!(it.kind, Kind::Pointer { .. } | Kind::TypeOf { .. }))
}
