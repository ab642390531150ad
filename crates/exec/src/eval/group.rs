//! GROUP.

use std::collections::HashMap;
use std::sync::Arc;

use diag::Result;
use smallvec::SmallVec;
use value::{Field, Object, State, Uuid, Value};

use super::{Binding, Flow, Run, Set};
use crate::plan::node::Group;

type Key = SmallVec<[Option<Value>; 2]>;

impl<'a> Run<'a> {
    pub(super) fn group(&mut self, group: &'a Group) -> Result<Set> {
        let mut rows: Vec<(Key, Value)> = Vec::new();
        let _ = self.each(&group.source, &mut |run, value| {
            let key = run.with(group.slot, value.clone(), |run| run.group_key(group))?;
            rows.push((key, value));
            run.budget.size(rows.len())?;
            Ok(Flow::Continue(()))
        })?;
        let mut groups = Vec::new();
        for set in &group.sets {
            groups.extend(grouped(group, set, &rows));
        }
        Ok(groups.into())
    }

    /// The value of each key; later keys see earlier ones.
    fn group_key(&mut self, group: &'a Group) -> Result<Key> {
        let mut key = Key::new();
        for part in &group.keys {
            let value = self.one(&part.value)?;
            self.set_slot(part.slot, Binding::Set(value.clone().into()));
            key.push(value);
        }
        Ok(key)
    }
}

/// The groups of one grouping set, in the order in which their keys appear. A grouping set without keys has one group,
/// even of nothing.
fn grouped(group: &Group, set: &[usize], rows: &[(Key, Value)]) -> Vec<Value> {
    let mut places = HashMap::new();
    let mut groups: Vec<(Key, Vec<Value>)> = Vec::new();
    if set.is_empty() {
        places.insert(Key::from_elem(None, group.keys.len()), 0);
        groups.push((Key::from_elem(None, group.keys.len()), Vec::new()));
    }
    for (key, value) in rows {
        let part = |(index, value): (usize, &Option<Value>)| value.clone().filter(|_| set.contains(&index));
        let key: Key = key.iter().enumerate().map(part).collect();
        let place = *places.entry(key).or_insert_with_key(|key| {
            groups.push((key.clone(), Vec::new()));
            groups.len() - 1
        });
        if let Some((_, elements)) = groups.get_mut(place) {
            elements.push(value.clone());
        }
    }
    groups.into_iter().map(|(key, elements)| group_object(group, set, &key, elements)).collect()
}

fn group_object(group: &Group, set: &[usize], key: &Key, elements: Vec<Value>) -> Value {
    let shown = group.shown.iter().map(|index| Field::Single(key.get(*index).cloned().flatten()));
    let names: Vec<Value> =
        set.iter().filter_map(|index| Some(group.keys.get(*index)?.name.clone())).collect();
    free_object(vec![
        Field::Single(Some(free_object(shown.collect()))),
        Field::Multi(names.into()),
        Field::Multi(elements.into()),
    ])
}

fn free_object(fields: Vec<Field>) -> Value {
    let (id, type_id) = (Uuid::nil(), Uuid::nil());
    Value::Object(Arc::new(Object { id, type_id, fields: fields.into(), link: None, state: State::Base }))
}
