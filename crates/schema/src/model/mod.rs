//! What a resolved schema holds: one type for each class of schema object.

mod annotation;
mod callable;
mod constraint;
mod index;
mod named;
mod object_type;
mod pointer;
mod rule;
mod scalar_type;

pub use annotation::{Annotation, AnnotationValue};
pub use callable::{
    Cast, CastKind, Function, Operator, OperatorKind, Parameter, ParameterKind, TypeMod, Volatility,
};
pub use constraint::{AbstractConstraint, Constraint, ConstraintArg, ConstraintKind, ConstraintSubject};
pub use index::{AbstractIndex, Index};
pub use named::{Alias, Extension, Future, Global, Inferred, Migration, Module, Permission};
pub use object_type::ObjectType;
pub use pointer::{Cardinality, Pointer, PointerKind, SourceDelete, TargetDelete};
pub use rule::{AccessKind, AccessPolicy, Rewrite, RewriteKind, Trigger, TriggerKind, TriggerScope};
pub use scalar_type::ScalarType;
