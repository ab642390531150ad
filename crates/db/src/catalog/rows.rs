//! Rows of the schema into the store.

use diag::Result;
use schema::{Content, Row, Schema, Target};
use storage::{Draft, Name, Transaction};
use value::Uuid;

use crate::errors::stored;

/// Where rows go, and what says how their pointers are kept.
pub(super) struct Rows<'a> {
    pub(super) schema: &'a Schema,
    pub(super) data: &'a mut Transaction,
}

impl Rows<'_> {
    /// Inserts rows: first all objects, then what is kept apart from them.
    pub(super) fn insert<'r>(&mut self, rows: impl Iterator<Item = &'r Row> + Clone) -> Result<()> {
        for row in rows.clone() {
            self.object(row)?;
        }
        for row in rows {
            self.apart(row)?;
        }
        Ok(())
    }

    fn object(&mut self, row: &Row) -> Result<()> {
        let mut draft = Draft::new();
        for (pointer, content) in &row.pointers {
            let name = self.name(pointer);
            match content {
                Content::Value(value) => stored(draft.set(name, value))?,
                Content::Link(target) if !self.is_apart(row.type_id, pointer) => draft.link(name, *target),
                Content::Link(_) | Content::Values(_) | Content::Links(_) => {}
            }
        }
        let ty = self.data.now().symbols().type_id(row.type_id);
        stored(self.data.insert(ty, row.id, &draft))
    }

    fn apart(&mut self, row: &Row) -> Result<()> {
        for (pointer, content) in &row.pointers {
            let name = self.name(pointer);
            match content {
                Content::Values(values) => stored(self.data.set_values(row.id, name, values))?,
                Content::Links(targets) => {
                    targets.iter().try_for_each(|target| self.link(row.id, name, target))?
                }
                Content::Link(target) if self.is_apart(row.type_id, pointer) => {
                    stored(self.data.add_link(row.id, name, *target, &Draft::new())).map(drop)?;
                }
                Content::Value(_) | Content::Link(_) => {}
            }
        }
        Ok(())
    }

    fn link(&mut self, source: Uuid, name: Name, target: &Target) -> Result<()> {
        let mut properties = Draft::new();
        for (property, value) in &target.properties {
            let property = self.name(property);
            stored(properties.set(property, value))?;
        }
        stored(self.data.add_link(source, name, target.id, &properties)).map(drop)
    }

    fn name(&self, name: &str) -> Name {
        self.data.now().symbols().name(name)
    }

    /// Whether a single link is kept apart from the object, because it may have properties.
    fn is_apart(&self, type_id: Uuid, pointer: &str) -> bool {
        let pointer = self.schema.object_type(type_id).and_then(|ty| ty.pointer(pointer));
        pointer.is_some_and(|pointer| pointer.properties.values().any(|property| !property.is_computed()))
    }
}
