//! Schemas with what their expressions were found to give.

use diag::Result;
use schema::Schema;

/// The schema with what its expressions give; an error where one means nothing.
pub(crate) fn checked(schema: &Schema) -> Result<Schema> {
    compiler::check(schema).map_err(|mistake| {
        let place = schema.places().get(&mistake.object).copied();
        mistake.error.at_if_unknown(place)
    })
}

/// The same of a schema on the way to another, which may mention what only a later step brings.
pub(crate) fn on_the_way(schema: &Schema) -> Schema {
    checked(schema).unwrap_or_else(|_| schema.clone())
}
