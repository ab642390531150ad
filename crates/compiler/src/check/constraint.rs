//! Constraints.

use std::ops::ControlFlow;

use diag::Result;
use ir::{Cardinality, Expr, Kind, VarId};
use schema::{Constraint, ConstraintKind, ObjectType, ScalarType, Volatility};

use super::{Checked, Checker, is_bool, of_object};
use crate::context::Context;
use crate::errors;
use crate::names::describe_type;
use crate::rules::{
    Constrained, Reading, constrained, constraint_holds, constraint_keys, constraint_subject, not_circular,
    scalar_holds, scalar_subject,
};

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
        if let Constrained::Object = on {
            check_reach(&keys, object)?;
        }
        self.check_volatility(&keys)?;
        if constraint.kind == ConstraintKind::Check {
            let holds = constraint_holds(&mut cx, Reading::Check, ty, object, (on, constraint))?;
            self.check_condition(constraint, &holds)?;
        }
        Ok(())
    }

    fn check_condition(&self, constraint: &Constraint, holds: &Expr) -> Result<()> {
        if !is_bool(&holds.ty) {
            return Err(errors::constraint_not_bool(&constraint.name, describe_type(&holds.ty)));
        }
        self.check_volatility(holds)
    }

    fn check_volatility(&self, value: &Expr) -> Result<()> {
        match self.volatility(value) {
            Volatility::Immutable => Ok(()),
            _ => Err(errors::constraint_not_immutable()),
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
        self.check_condition(constraint, &holds)?;
        not_circular(ty, &compiler)(holds).map(drop)
    }
}

/// A constraint on an object may read its own pointers, and if one of them is multi, no other.
fn check_reach(keys: &Expr, object: VarId) -> Result<()> {
    let (mut too_far, mut multi, mut names) = (false, false, Vec::new());
    let _ = keys.walk(&mut |it| {
        if let Kind::Pointer { source, pointer } = &it.kind {
            let own = matches!(source.kind, Kind::Var(var) if var == object);
            let is_id = &*pointer.name == "id";
            too_far |=
                pointer.direction == ir::Direction::Backward || (!own && !is_id && reads_pointer(source));
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
        (true, _) => Err(errors::constraint_too_far()),
        (_, true) => Err(errors::constraint_mixes_multi()),
        _ => Ok(()),
    }
}

fn reads_pointer(expr: &Expr) -> bool {
    crate::infer::any(expr, &mut |it| matches!(it.kind, Kind::Pointer { .. }))
}
