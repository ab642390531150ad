//! Values that the server makes by itself.

use ir::{Argument, ArgumentMode, Cardinality, Expr, Kind};
use schema::TypeRef;
use value::Value;

use crate::context::Context;
use crate::path::pointer_type;

/// The next value of a pointer whose type is a sequence.
pub(crate) fn sequence_default(cx: &Context<'_>, pointer: &schema::Pointer) -> Option<Expr> {
    let Some(TypeRef::Scalar(id)) = pointer.target() else { return None };
    let sequence = cx.schema().scalar_type_named("std::sequence")?.id;
    if !cx.schema().is_below(*id, sequence) || *id == sequence {
        return None;
    }
    let class = cx.compiler.std_object("schema::ScalarType");
    let uuid = cx.compiler.std_scalar("std::uuid");
    let ids = Box::new(Expr::new(Kind::Const(Value::Uuid(*id)), uuid, Cardinality::One));
    let types = cx.schema().object_type_named("schema::ScalarType").map(|ty| ty.id).into_iter().collect();
    let scalar = Expr::new(Kind::ById { types, ids, strict: false }, class, Cardinality::One);
    let arguments = vec![Argument { value: scalar, mode: ArgumentMode::Singleton }];
    let function = "std::sequence_next(schema::ScalarType)".into();
    let next =
        Expr::new(Kind::Call { function, arguments }, cx.compiler.std_scalar("std::int64"), Cardinality::One);
    Some(Expr::new(Kind::Cast { source: Box::new(next) }, pointer_type(cx, pointer), Cardinality::One))
}
