//! Scans, properties, links and shapes.

use std::collections::HashSet;
use std::sync::Arc;

use diag::Result;
use value::{Field, LinkRow, Object, State, Uuid, Value};

use super::{Flow, Run, Set, Sink, object};
use crate::plan::node::{Link, Property, Shape, Types};
use crate::store::{Home, storage_error};

impl<'a> Run<'a> {
    pub(super) fn scan(&mut self, types: &'a Types, sink: &mut Sink<'_, 'a>) -> Result<Flow> {
        for member in types.members.iter() {
            let home = member.home();
            let Some(snapshot) = self.store.snapshot(home) else { continue };
            for row in snapshot.scan(member.of(home)).map_err(storage_error)? {
                self.budget.step()?;
                let row = row.map_err(storage_error)?;
                let object = self.object(row.id(), member.id, State::Base, None);
                self.store.remember(home, row);
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
            let home = member.home();
            let Some(snapshot) = self.store.snapshot(home) else { continue };
            for row in snapshot.scan(member.of(home)).map_err(storage_error)? {
                self.budget.step()?;
                row.map_err(storage_error)?;
                count += 1;
            }
        }
        Ok(count)
    }

    pub(super) fn property(&mut self, property: &'a Property, value: &Value) -> Result<Set> {
        let object = object(value)?;
        let Some(found) = self.store.row(object.state, object.id)? else { return Ok(Set::Empty) };
        if !property.is_multi {
            return Ok(found.get(property.name)?.into());
        }
        let name = property.name.of(found.home);
        let values = self.store.read_home(found.home, object.state, |snapshot| {
            snapshot.values(object.id, name)?.collect::<storage::Result<Vec<_>>>()
        })?;
        Ok(values.into())
    }

    /// The objects at the other end of a link of one object.
    pub(super) fn targets(&mut self, link: &'a Link, value: &Value) -> Result<Set> {
        let object = object(value)?;
        if link.backward {
            return self.sources(link, object);
        }
        let Some(found) = self.store.row(object.state, object.id)? else { return Ok(Set::Empty) };
        let single = if link.is_multi { None } else { found.link(link.name)? };
        match single {
            Some(target) => Ok(self.target(link, object.state, target, None)?.into()),
            None if link.is_multi || link.has_properties => self.apart(link, object, found.home),
            None => Ok(Set::Empty),
        }
    }

    /// Links that are kept apart from the row.
    fn apart(&mut self, link: &'a Link, source: &Object, home: Home) -> Result<Set> {
        let name = link.name.of(home);
        let links = self.store.read_home(home, source.state, |snapshot| snapshot.links(source.id, name))?;
        let mut set = Set::Empty;
        for found in links {
            self.budget.step()?;
            let with_properties = link.has_properties && self.plan.reads_link_properties;
            let row = with_properties.then(|| self.link_row(source, home, &found)).transpose()?;
            if let Some(target) = self.target(link, source.state, found.target(), row)? {
                set.push(target);
            }
        }
        Ok(set)
    }

    fn link_row(&self, source: &Object, home: Home, link: &storage::Link) -> Result<Arc<LinkRow>> {
        let mut properties = Vec::new();
        for property in link.properties() {
            let (name, value) = property.map_err(storage_error)?;
            let name =
                self.store.read_home(home, source.state, |snapshot| Ok(snapshot.symbols().text(name)))?;
            properties.push((name, value));
        }
        Ok(Arc::new(LinkRow { source: source.id, properties }))
    }

    /// The object of this id, unless it is gone or of another type.
    fn target(
        &mut self,
        link: &'a Link,
        state: State,
        id: Uuid,
        row: Option<Arc<LinkRow>>,
    ) -> Result<Option<Value>> {
        let member = if link.fetch {
            let found = self.store.row(state, id)?;
            found.and_then(|found| link.targets.find(found.home, found.row.type_id()))
        } else {
            self.store.type_among(state, id, &link.targets)?
        };
        Ok(member.map(|member| self.object(id, member.id, state, row)))
    }

    /// The objects that link to `target`. One that is being written has only the links from before.
    fn sources(&mut self, link: &'a Link, target: &Object) -> Result<Set> {
        let state = if target.state == State::New { State::Base } else { target.state };
        let mut set = Set::Empty;
        for home in [Home::Data, Home::Catalog] {
            if !link.targets.members.iter().any(|member| member.home() == home) {
                continue;
            }
            let name = link.name.of(home);
            let references = self.store.read_home(home, state, |snapshot| {
                snapshot.backlinks(target.id, name)?.collect::<storage::Result<Vec<_>>>()
            })?;
            for reference in references {
                self.budget.step()?;
                if let Some(member) = link.targets.find(home, reference.type_id) {
                    let row = self.backlink_row(link, state, home, reference.id, target.id)?;
                    set.push(self.object(reference.id, member.id, state, row));
                }
            }
        }
        Ok(set)
    }

    fn backlink_row(
        &self,
        link: &Link,
        state: State,
        home: Home,
        source: Uuid,
        target: Uuid,
    ) -> Result<Option<Arc<LinkRow>>> {
        if !link.has_properties || !self.plan.reads_link_properties {
            return Ok(None);
        }
        let name = link.name.of(home);
        let found = self.store.read_home(home, state, |snapshot| snapshot.link(source, name, target))?;
        let object =
            Object { id: source, type_id: Uuid::nil(), fields: self.no_fields.clone(), link: None, state };
        found.map(|found| self.link_row(&object, home, &found)).transpose()
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
        let symbol = catalog.type_of(object.type_id).map_err(storage_error)?;
        let type_id = symbol.map(|symbol| catalog.symbols().type_uuid(symbol));
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
