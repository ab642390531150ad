//! Objects by id and over indexes.

use std::collections::HashSet;

use diag::{Diagnostic, ErrorCode, Result};
use storage::Name;
use value::{State, Uuid, Value};

use super::{Flow, Run, Sink};
use crate::plan::node::{ById, Seek, SeekBy, TypeRef, Types};

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
        let member = self.store.type_among(State::Base, id, types, true)?;
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
                Ok(self.hit_objects(&seek.types, &hits))
            }
            (SeekBy::Link(name), Value::Object(target)) => {
                let sources = self.linking_to(&seek.types, name, &seek.label, target.id, State::Base)?;
                Ok(sources.into_iter().map(|it| self.object(it.id, it.type_id, State::Base, None)).collect())
            }
            (SeekBy::Name, Value::Str(name)) => Ok(self.named(&seek.types, name)),
            (SeekBy::Link(_) | SeekBy::Name, _) => Ok(Vec::new()),
        }
    }

    fn named(&self, types: &Types, name: &str) -> Vec<Value> {
        let Some(catalog) = self.store.catalog() else { return Vec::new() };
        let of_type = |member: &TypeRef| {
            let ids = catalog.named(member.id, name).into_iter();
            ids.map(|id| self.object(id, member.id, State::Base, None)).collect::<Vec<_>>()
        };
        types.members.iter().flat_map(of_type).collect()
    }

    /// The objects of some types whose link leads to `target`.
    pub(super) fn linking_to(
        &self,
        types: &Types,
        name: Name,
        label: &str,
        target: Uuid,
        state: State,
    ) -> Result<Vec<Source>> {
        let mut sources = Vec::new();
        if types.any_stored() {
            let references = self.store.read(state, |snapshot| {
                snapshot.backlinks(target, name)?.collect::<storage::Result<Vec<_>>>()
            })?;
            let source = |reference: storage::Reference| {
                Some(Source { id: reference.id, type_id: types.find(reference.type_id)?.id })
            };
            sources.extend(references.into_iter().filter_map(source));
        }
        if let Some(catalog) = self.store.catalog() {
            for member in types.members.iter().filter(|member| member.is_virtual) {
                let ids = catalog.sources(member.id, label, target);
                sources.extend(ids.into_iter().map(|id| Source { id, type_id: member.id }));
            }
        }
        Ok(sources)
    }

    fn hit_objects(&self, types: &Types, references: &[storage::Reference]) -> Vec<Value> {
        let member = |reference: &storage::Reference| {
            let member = types.find(reference.type_id)?;
            Some(self.object(reference.id, member.id, State::Base, None))
        };
        references.iter().filter_map(member).collect()
    }
}

/// An object at the near end of a link.
pub(super) struct Source {
    pub(super) id: Uuid,
    pub(super) type_id: Uuid,
}

fn no_such_object(types: &Types, id: Uuid) -> Diagnostic {
    Diagnostic::new(
        ErrorCode::CARDINALITY_VIOLATION,
        format!("'{}' with id '{id}' does not exist", types.label),
    )
}
