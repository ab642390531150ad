//! What must hold when data is read or changed: constraints, access policies, rewrites, triggers, deletion.

mod book;
mod constraint;
mod expression;
mod incoming;
mod message;
mod origin;
mod policy;
mod readable;
mod rewrite;
mod scalar;
mod sequence;
mod trigger;

pub(crate) use book::{Compiled, rule_book, stored_pointer};
pub(crate) use constraint::{Constrained, constrained, constraint_except, constraint_holds, constraint_keys};
pub(crate) use expression::{Anchored, Reading, compile as rule_expr, scope as rule_scope};

pub(crate) use message::{constraint_subject, pointer_title, scalar_subject};
pub(crate) use readable::{visible, visible_by_id, visible_targets};
pub(crate) use rewrite::{has_rewrite, rewritten};
pub(crate) use scalar::{not_circular, scalar_checks, scalar_holds};
pub(crate) use sequence::sequence_default;
pub(crate) use trigger::{operation as trigger_operation, triggered};
