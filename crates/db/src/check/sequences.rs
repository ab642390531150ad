//! Sequences against the numbers that objects have of them: what was given is not given again.

use std::collections::BTreeMap;

use diag::Result;
use exec::last_of_sequence;
use schema::{Pointer, TypeRef};
use value::{Uuid, Value};

use super::Check;
use crate::errors::stored;

impl Check<'_> {
    pub(super) fn sequences(&mut self) -> Result<()> {
        for (scalar, highest) in self.highest_numbers()? {
            let last = last_of_sequence(self.data, scalar)?;
            if last < highest {
                let name = self.compiler.schema().scalar_type(scalar).map(|ty| ty.name.to_string());
                let name = name.unwrap_or_default();
                self.report(
                    None,
                    None,
                    format!("sequence '{name}' is at {last}, and an object has {highest}"),
                );
            }
        }
        Ok(())
    }

    /// By the sequence.
    fn highest_numbers(&self) -> Result<BTreeMap<Uuid, i64>> {
        let (schema, symbols) = (self.compiler.schema(), self.data.symbols());
        let mut highest = BTreeMap::new();
        for (type_id, rules) in &self.book.types {
            let Some(ty) = schema.object_type(*type_id) else { continue };
            let pointers = rules.pointers.iter().filter_map(|rule| ty.pointer(&rule.name));
            let numbered: Vec<_> = pointers
                .filter_map(|pointer| Some((symbols.name(&pointer.name), self.sequence_of(pointer)?)))
                .collect();
            if numbered.is_empty() {
                continue;
            }
            for row in stored(self.data.scan(symbols.type_id(*type_id)))? {
                let row = stored(row)?;
                for (name, scalar) in &numbered {
                    if let Ok(Some(Value::Int64(number))) = row.get(*name) {
                        let highest = highest.entry(*scalar).or_insert(number);
                        *highest = number.max(*highest);
                    }
                }
            }
        }
        Ok(highest)
    }

    fn sequence_of(&self, pointer: &Pointer) -> Option<Uuid> {
        let Some(TypeRef::Scalar(scalar)) = pointer.target else { return None };
        let schema = self.compiler.schema();
        let sequence = schema.scalar_type_named("std::sequence")?.id;
        schema.scalar_type(scalar)?.ancestors.contains(&sequence).then_some(scalar)
    }
}
