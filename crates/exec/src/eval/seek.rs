//! Objects by id and over indexes.

use std::collections::HashSet;

use diag::{Diagnostic, ErrorCode, Result};
use value::{State, Uuid, Value};

use super::{Flow, Run, Sink};
use crate::plan::node::{ById, NameRef, Seek, SeekBy, Types};
use crate::store::Home;

impl<'a> Run<'a> {
    pub(super) fn by_id(&mut self, by_id: &'a ById, sink: &mut Sink<'_, 'a>) -> Result<Flow> {
        self.each(&by_id.ids, &mut |run, value| {
            let Value::Uuid(id) = value else { return Ok(Flow::Continue(())) };
            match run.find(id, &by_id.types)? {
                Some(object) => sink(run, object),
                None if by_id.strict => Err(no_such_object(&by_id.types, id)),
                None => Ok(Flow::Continue(())),
            }
        })
    }

    /// The object of this id, if it is of one of these types.
    fn find(&mut self, id: Uuid, types: &Types) -> Result<Option<Value>> {
        let found = self.store.row(State::Base, id)?;
        let member = found.and_then(|found| types.find(found.home, found.row.type_id()).copied());
        Ok(member.map(|member| self.object(id, member.id, State::Base, None)))
    }

    pub(super) fn seek(&mut self, seek: &'a Seek, sink: &mut Sink<'_, 'a>) -> Result<Flow> {
        let keys = self.eval(&seek.key)?;
        let mut seen = HashSet::new();
        let several = keys.len() > 1 || matches!(seek.by, SeekBy::Link(_));
        for key in keys.as_slice() {
            for object in self.hits(seek, key)? {
                let fresh = !several || seen.insert(object.clone());
                if fresh && sink(self, object)?.is_break() {
                    return Ok(Flow::Break(()));
                }
            }
        }
        Ok(Flow::Continue(()))
    }

    fn hits(&mut self, seek: &'a Seek, key: &Value) -> Result<Vec<Value>> {
        self.budget.step()?;
        match (seek.by, key) {
            (SeekBy::Id, Value::Uuid(id)) => Ok(self.find(*id, &seek.types)?.into_iter().collect()),
            (SeekBy::Id, _) => Ok(Vec::new()),
            (SeekBy::Exclusive(index), key) => {
                let key = std::slice::from_ref(key);
                let hits = self.store.read(State::Base, |snapshot| {
                    snapshot.lookup(index, key)?.collect::<storage::Result<Vec<_>>>()
                })?;
                Ok(self.hit_objects(&seek.types, Home::Data, &hits))
            }
            (SeekBy::Link(name), Value::Object(target)) => self.linking_to(&seek.types, name, target.id),
            (SeekBy::Link(_), _) => Ok(Vec::new()),
        }
    }

    fn linking_to(&mut self, types: &Types, name: NameRef, target: Uuid) -> Result<Vec<Value>> {
        let mut objects = Vec::new();
        for home in [Home::Data, Home::Catalog] {
            if !types.members.iter().any(|member| member.home() == home) {
                continue;
            }
            let references = self.store.read_home(home, State::Base, |snapshot| {
                snapshot.backlinks(target, name.of(home))?.collect::<storage::Result<Vec<_>>>()
            })?;
            objects.extend(self.hit_objects(types, home, &references));
        }
        Ok(objects)
    }

    fn hit_objects(&self, types: &Types, home: Home, references: &[storage::Reference]) -> Vec<Value> {
        let member = |reference: &storage::Reference| {
            let member = types.find(home, reference.type_id)?;
            Some(self.object(reference.id, member.id, State::Base, None))
        };
        references.iter().filter_map(member).collect()
    }
}

fn no_such_object(types: &Types, id: Uuid) -> Diagnostic {
    Diagnostic::new(
        ErrorCode::CARDINALITY_VIOLATION,
        format!("'{}' with id '{id}' does not exist", types.label),
    )
}
