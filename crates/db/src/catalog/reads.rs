//! Which objects a query reads that are not the branch's data.

use std::ops::ControlFlow;

use ir::Kind;
use schema::Schema;
use value::Uuid;

/// Which objects a query reads that are not the branch's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reads {
    /// None.
    Data,
    /// Those of the schema.
    Schema,
    /// Those of the schema, the server and its configuration.
    System,
}

impl Reads {
    /// Of a query over a schema.
    pub(crate) fn of(query: &ir::Query, schema: &Schema) -> Reads {
        let is_of_schema = |id: Uuid| schema.object_type(id).is_some_and(|ty| ty.name.module() == "schema");
        let mut reads = Reads::Data;
        let _ = query.expr.walk(&mut |expr| {
            match &expr.kind {
                Kind::TypeOf { .. } if reads == Reads::Data => reads = Reads::Schema,
                Kind::Scan { types } | Kind::ById { types, .. } => match types.first() {
                    Some(id) if is_of_system(schema, *id) => reads = Reads::System,
                    Some(id) if reads == Reads::Data && is_of_schema(*id) => reads = Reads::Schema,
                    _ => {}
                },
                _ => {}
            }
            ControlFlow::<()>::Continue(())
        });
        reads
    }
}

/// Whether objects of a type are the server's: what is configured, and what the module `sys` has.
pub(super) fn is_of_system(schema: &Schema, object_type: Uuid) -> bool {
    let config = schema.object_type_named("cfg::ConfigObject");
    config.is_some_and(|config| schema.is_below(object_type, config.id))
        || schema.object_type(object_type).is_some_and(|ty| ty.name.module() == "sys")
}
