//! Scans, properties, links and shapes.

use std::collections::HashSet;
use std::sync::Arc;

use diag::Result;
use value::{Field, LinkRow, Object, State, Uuid, Value};

use super::{Flow, Run, Set, Sink, object};
use crate::catalog::Linked;
use crate::plan::node::{Link, Property, Shape, TypeRef, Types};
use crate::store::storage_error;

impl<'a> Run<'a> {
    pub(super) fn scan(&mut self, types: &'a Types, sink: &mut Sink<'_, 'a>) -> Result<Flow> {
        for member in types.members.iter() {
            for id in self.virtual_objects(member) {
                self.budget.step()?;
                if sink(self, self.object(id, member.id, State::Base, None))?.is_break() {
                    return Ok(Flow::Break(()));
                }
            }
            let snapshot = self.store.base().clone();
            for row in snapshot.scan(member.symbol).map_err(storage_error)? {
                self.budget.step()?;
                let row = row.map_err(storage_error)?;
                let object = self.object(row.id(), member.id, State::Base, None);
                self.store.remember(row);
                if sink(self, object)?.is_break() {
                    return Ok(Flow::Break(()));
                }
            }
        }
        Ok(Flow::Continue(()))
    }

    /// How many objects of these types there are.
    pub(super) fn count_rows(&mut self, types: &Types) -> Result<usize> {
        let mut count = 0;
        for member in types.members.iter() {
            count += self.virtual_objects(member).len();
            for row in self.store.base().scan(member.symbol).map_err(storage_error)? {
                self.budget.step()?;
                row.map_err(storage_error)?;
                count += 1;
            }
        }
        Ok(count)
    }

    /// The objects of a type that live in the catalog.
    fn virtual_objects(&self, member: &TypeRef) -> Vec<Uuid> {
        let catalog = self.store.catalog().filter(|_| member.is_virtual);
        catalog.map(|catalog| catalog.objects(member.id)).unwrap_or_default()
    }

    pub(super) fn property(&mut self, property: &'a Property, value: &Value) -> Result<Set> {
        let object = object(value)?;
        if let Some(catalog) = self.store.catalog_of(object.id) {
            return Ok(catalog.values(object.id, &property.label).into());
        }
        let Some(row) = self.store.row(object.state, object.id)? else { return Ok(Set::Empty) };
        if !property.is_multi {
            return Ok(row.get(property.name).map_err(storage_error)?.into());
        }
        let values = self.store.read(object.state, |snapshot| {
            snapshot.values(object.id, property.name)?.collect::<storage::Result<Vec<_>>>()
        })?;
        Ok(values.into())
    }

    /// The objects at the other end of a link of one object.
    pub(super) fn targets(&mut self, link: &'a Link, value: &Value) -> Result<Set> {
        let object = object(value)?;
        if link.backward {
            return self.sources(link, object);
        }
        if let Some(catalog) = self.store.catalog_of(object.id) {
            return self.catalog_links(link, object, catalog.links(object.id, &link.label));
        }
        let Some(row) = self.store.row(object.state, object.id)? else { return Ok(Set::Empty) };
        let single = if link.is_multi { None } else { row.link(link.name).map_err(storage_error)? };
        match single {
            Some(target) => Ok(self.target(link, object.state, target, None)?.into()),
            None if link.is_multi || link.has_properties => self.apart(link, object),
            None => Ok(Set::Empty),
        }
    }

    /// Links that are kept apart from the row.
    fn apart(&mut self, link: &'a Link, source: &Object) -> Result<Set> {
        let links = self.store.read(source.state, |snapshot| snapshot.links(source.id, link.name))?;
        let mut set = Set::Empty;
        for found in links {
            self.budget.step()?;
            let with_properties = link.has_properties && self.plan.reads_link_properties;
            let row = with_properties.then(|| self.link_row(source.id, &found)).transpose()?;
            if let Some(target) = self.target(link, source.state, found.target(), row)? {
                set.push(target);
            }
        }
        Ok(set)
    }

    /// Links of an object of the catalog.
    fn catalog_links(&mut self, link: &'a Link, source: &Object, links: Vec<Linked>) -> Result<Set> {
        let mut set = Set::Empty;
        for (id, properties) in links {
            self.budget.step()?;
            let row = LinkRow { source: source.id, properties };
            if let Some(target) = self.target(link, source.state, id, Some(Arc::new(row)))? {
                set.push(target);
            }
        }
        Ok(set)
    }

    pub(crate) fn link_row(&self, source: Uuid, link: &storage::Link) -> Result<Arc<LinkRow>> {
        let symbols = self.store.base().symbols();
        let properties = link.properties().map(|property| {
            let (name, value) = property.map_err(storage_error)?;
            Ok((symbols.text(name), value))
        });
        Ok(Arc::new(LinkRow { source, properties: properties.collect::<Result<_>>()? }))
    }

    /// The object of this id, unless it is gone or of another type.
    fn target(
        &mut self,
        link: &'a Link,
        state: State,
        id: Uuid,
        row: Option<Arc<LinkRow>>,
    ) -> Result<Option<Value>> {
        let member = self.store.type_among(state, id, &link.targets, link.fetch)?;
        Ok(member.map(|member| self.object(id, member.id, state, row)))
    }

    /// The objects that link to `target`. One that is being written has only the links from before.
    fn sources(&mut self, link: &'a Link, target: &Object) -> Result<Set> {
        let state = if target.state == State::New { State::Base } else { target.state };
        let mut set = Set::Empty;
        for source in self.linking_to(&link.targets, link.name, &link.label, target.id, state)? {
            self.budget.step()?;
            let row = self.backlink_row(link, state, source.id, target.id)?;
            set.push(self.object(source.id, source.type_id, state, row));
        }
        Ok(set)
    }

    fn backlink_row(
        &self,
        link: &Link,
        state: State,
        source: Uuid,
        target: Uuid,
    ) -> Result<Option<Arc<LinkRow>>> {
        if !link.has_properties || !self.plan.reads_link_properties {
            return Ok(None);
        }
        if let Some(catalog) = self.store.catalog_of(source) {
            let links = catalog.links(source, &link.label).into_iter();
            let mut rows = links.filter(|(id, _)| *id == target);
            return Ok(rows.next().map(|(_, properties)| Arc::new(LinkRow { source, properties })));
        }
        let found = self.store.read(state, |snapshot| snapshot.link(source, link.name, target))?;
        found.map(|found| self.link_row(source, &found)).transpose()
    }

    pub(super) fn distinct_targets(&mut self, link: &'a Link) -> Result<Set> {
        let mut set = Set::Empty;
        let _ = self.each_distinct(link, &mut |run, value| {
            set.push(value);
            run.budget.size(set.len())?;
            Ok(Flow::Continue(()))
        })?;
        Ok(set)
    }

    pub(super) fn each_distinct(&mut self, link: &'a Link, sink: &mut Sink<'_, 'a>) -> Result<Flow> {
        let mut seen = HashSet::new();
        self.each(&link.source, &mut |run, value| {
            for target in run.targets(link, &value)?.into_vec() {
                if seen.insert(object(&target)?.id) && sink(run, target)?.is_break() {
                    return Ok(Flow::Break(()));
                }
            }
            Ok(Flow::Continue(()))
        })
    }

    pub(super) fn type_of(&mut self, value: &Value) -> Result<Set> {
        let object = object(value)?;
        let Some(catalog) = self.store.catalog() else { return Ok(Set::Empty) };
        let type_id = catalog.type_of(object.type_id);
        Ok(type_id.map(|type_id| self.object(object.type_id, type_id, State::Base, None)).into())
    }

    /// An object with the elements of a shape computed.
    pub(super) fn shaped(&mut self, shape: &'a Shape, value: Value) -> Result<Set> {
        let object = object(&value)?.clone();
        let fields = self.with(shape.slot, value, |run| run.fields(shape))?;
        let (id, type_id, link, state) = (object.id, object.type_id, object.link.clone(), object.state);
        Ok(Set::One(Value::Object(Arc::new(Object { id, type_id, fields, link, state }))))
    }

    pub(super) fn free_object(&mut self, shape: &'a Shape) -> Result<Set> {
        let fields = self.fields(shape)?;
        let (id, type_id) = (Uuid::nil(), Uuid::nil());
        Ok(Set::One(Value::Object(Arc::new(Object { id, type_id, fields, link: None, state: State::Base }))))
    }

    fn fields(&mut self, shape: &'a Shape) -> Result<Arc<[Field]>> {
        let mut fields = Vec::with_capacity(shape.elements.len());
        for element in &shape.elements {
            let set = self.eval(&element.value)?;
            fields.push(if element.multi {
                Field::Multi(set.into_vec().into())
            } else {
                Field::Single(set.first())
            });
        }
        Ok(fields.into())
    }
}
