//! Random transactions against a model in plain collections.

use std::collections::BTreeMap;
use std::fmt::Write;

use proptest::prelude::*;
use storage::{Branch, Draft, Savepoint, Snapshot, Store, Transaction};
use uuid::Uuid;
use value::Value;

const TYPES: u8 = 2;
const OBJECTS: u8 = 6;
const INDEXED: &str = "p0";

#[derive(Clone, Debug)]
enum Op {
    Insert { id: u8, type_id: u8 },
    Delete { id: u8 },
    DeleteAll { type_id: u8 },
    Set { id: u8, property: u8, value: Option<i64> },
    Link { id: u8, target: Option<u8> },
    AddLink { id: u8, target: u8, note: i64 },
    RemoveLink { id: u8, target: u8 },
    ClearLinks { id: u8 },
    AddValue { id: u8, value: i64 },
    ClearValues { id: u8 },
    Meta { value: Option<u8> },
    Save,
    Rollback,
    Keep,
    Commit,
    Abort,
    Reopen,
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let id = || 0..OBJECTS;
    let number = || 0..4i64;
    let op = prop_oneof![
        12 => (id(), 0..TYPES).prop_map(|(id, type_id)| Op::Insert { id, type_id }),
        3 => id().prop_map(|id| Op::Delete { id }),
        1 => (0..TYPES).prop_map(|type_id| Op::DeleteAll { type_id }),
        8 => (id(), 0..2u8, prop::option::of(number()))
            .prop_map(|(id, property, value)| Op::Set { id, property, value }),
        5 => (id(), prop::option::of(id())).prop_map(|(id, target)| Op::Link { id, target }),
        8 => (id(), id(), number()).prop_map(|(id, target, note)| Op::AddLink { id, target, note }),
        3 => (id(), id()).prop_map(|(id, target)| Op::RemoveLink { id, target }),
        1 => id().prop_map(|id| Op::ClearLinks { id }),
        6 => (id(), number()).prop_map(|(id, value)| Op::AddValue { id, value }),
        1 => id().prop_map(|id| Op::ClearValues { id }),
        1 => prop::option::of(0..3u8).prop_map(|value| Op::Meta { value }),
        3 => Just(Op::Save),
        3 => Just(Op::Rollback),
        2 => Just(Op::Keep),
        3 => Just(Op::Commit),
        1 => Just(Op::Abort),
        1 => Just(Op::Reopen),
    ];
    prop::collection::vec(op, 1..80)
}

#[derive(Clone, Default)]
struct Model {
    /// By age.
    objects: BTreeMap<u64, Object>,
    meta: Option<u8>,
}

#[derive(Clone, Default)]
struct Object {
    id: u8,
    type_id: u8,
    properties: BTreeMap<u8, i64>,
    link: Option<u8>,
    links: Vec<(u8, i64)>,
    values: Vec<i64>,
}

impl Model {
    fn get(&mut self, id: u8) -> Option<&mut Object> {
        self.objects.values_mut().find(|object| object.id == id)
    }

    fn apply(&mut self, op: &Op, age: u64) {
        match op.clone() {
            Op::Insert { id, type_id } if self.get(id).is_none() => {
                self.objects.insert(age, Object { id, type_id, ..Object::default() });
            }
            Op::Delete { id } => self.objects.retain(|_, object| object.id != id),
            Op::DeleteAll { type_id } => self.objects.retain(|_, object| object.type_id != type_id),
            Op::Meta { value } => self.meta = value,
            Op::Set { id, .. }
            | Op::Link { id, .. }
            | Op::AddLink { id, .. }
            | Op::RemoveLink { id, .. }
            | Op::ClearLinks { id }
            | Op::AddValue { id, .. }
            | Op::ClearValues { id } => self.get(id).into_iter().for_each(|object| object.apply(op)),
            _ => {}
        }
    }

    fn describe(&self) -> String {
        let mut text = format!("meta {:?}\n", self.meta);
        let by_type = |type_id| self.objects.values().filter(move |object| object.type_id == type_id);
        let objects: Vec<_> = (0..TYPES).flat_map(by_type).collect();
        for object in &objects {
            let Object { id, type_id, properties, link, links, values } = object;
            writeln!(text, "{id} is {type_id}: {properties:?} {link:?} {links:?} {values:?}").unwrap();
        }
        let ids = |found: &dyn Fn(&Object) -> bool| -> Vec<u8> {
            objects.iter().filter(|object| found(object)).map(|object| object.id).collect()
        };
        for target in 0..OBJECTS {
            let single = ids(&|object| object.link == Some(target));
            let multi = ids(&|object| object.links.iter().any(|(id, _)| *id == target));
            writeln!(text, "to {target}: {single:?} {multi:?}").unwrap();
        }
        for value in 0..4 {
            let found = ids(&|object| object.properties.get(&0) == Some(&value));
            writeln!(text, "at {value}: {found:?}").unwrap();
        }
        text
    }
}

impl Object {
    fn apply(&mut self, op: &Op) {
        match op {
            Op::Set { property, value: Some(value), .. } => drop(self.properties.insert(*property, *value)),
            Op::Set { property, value: None, .. } => drop(self.properties.remove(property)),
            Op::Link { target, .. } => self.link = *target,
            Op::AddLink { target, note, .. } => match self.links.iter_mut().find(|(id, _)| id == target) {
                Some(link) => link.1 = *note,
                None => self.links.push((*target, *note)),
            },
            Op::RemoveLink { target, .. } => self.links.retain(|(id, _)| id != target),
            Op::ClearLinks { .. } => self.links.clear(),
            Op::AddValue { value, .. } => self.values.push(*value),
            Op::ClearValues { .. } => self.values.clear(),
            _ => {}
        }
    }
}

fn uuid(id: u8) -> Uuid {
    // Not in the order of the numbers, so that order by id and order by age differ.
    Uuid::from_u128(u128::from(id.wrapping_mul(151)) << 64)
}

fn number(id: Uuid) -> u8 {
    (0..OBJECTS).find(|number| uuid(*number) == id).unwrap()
}

fn int(value: Value) -> i64 {
    let Value::Int64(value) = value else { panic!("{value:?} is no int64") };
    value
}

fn type_uuid(type_id: u8) -> Uuid {
    Uuid::from_u128(1000 + u128::from(type_id))
}

fn index_uuid() -> Uuid {
    Uuid::from_u128(2000)
}

fn apply(transaction: &mut Transaction, op: &Op) -> storage::Result<()> {
    let before = transaction.snapshot();
    let symbols = before.symbols();
    let row = |id: u8| before.row(uuid(id)).unwrap();
    match op.clone() {
        Op::Insert { id, type_id } if row(id).is_none() => {
            transaction.insert(symbols.type_id(type_uuid(type_id)), uuid(id), &Draft::new())?;
        }
        Op::Delete { id } => {
            reindex(transaction, &before, id, None)?;
            assert_eq!(transaction.delete(uuid(id))?, row(id).is_some());
        }
        Op::DeleteAll { type_id } => {
            let type_id = symbols.type_id(type_uuid(type_id));
            for row in before.scan(type_id)? {
                reindex(transaction, &before, number(row?.id()), None)?;
            }
            transaction.delete_all(type_id)?;
        }
        Op::Set { id, property, value } => {
            if let Some(row) = row(id) {
                let name = symbols.name(&format!("p{property}"));
                let mut draft = row.draft()?;
                match value {
                    Some(value) => draft.set(name, &Value::from(value))?,
                    None => draft.unset(name),
                }
                transaction.update(uuid(id), &draft)?;
                if property == 0 {
                    reindex(transaction, &before, id, value)?;
                }
            }
        }
        Op::Link { id, target } => {
            if let Some(row) = row(id) {
                let mut draft = row.draft()?;
                draft.unset(symbols.name("link"));
                if let Some(target) = target {
                    draft.link(symbols.name("link"), uuid(target));
                }
                transaction.update(uuid(id), &draft)?;
            }
        }
        Op::AddLink { id, target, note } if row(id).is_some() => {
            let mut properties = Draft::new();
            properties.set(symbols.name("note"), &Value::from(note))?;
            transaction.add_link(uuid(id), symbols.name("links"), uuid(target), &properties)?;
        }
        Op::RemoveLink { id, target } => {
            transaction.remove_link(uuid(id), symbols.name("links"), uuid(target))?;
        }
        Op::ClearLinks { id } if row(id).is_some() => {
            transaction.clear_links(uuid(id), symbols.name("links"))?;
        }
        Op::AddValue { id, value } if row(id).is_some() => {
            transaction.add_value(uuid(id), symbols.name("values"), &Value::from(value))?;
        }
        Op::ClearValues { id } => transaction.clear_values(uuid(id), symbols.name("values"))?,
        Op::Meta { value } => transaction.set_meta("meta", value.as_ref().map(std::slice::from_ref))?,
        _ => {}
    }
    Ok(())
}

fn reindex(
    transaction: &mut Transaction,
    before: &Snapshot,
    id: u8,
    value: Option<i64>,
) -> storage::Result<()> {
    let symbols = before.symbols();
    let index = symbols.index(index_uuid());
    let Some(row) = before.row(uuid(id))? else {
        return Ok(());
    };
    if let Some(old) = row.get(symbols.name(INDEXED))? {
        transaction.index_remove(index, &[old], uuid(id))?;
    }
    match value {
        Some(value) => transaction.index_insert(index, &[Value::from(value)], uuid(id)),
        None => Ok(()),
    }
}

fn describe(state: &Snapshot) -> String {
    let symbols = state.symbols();
    let meta = state.meta("meta").unwrap().map(|bytes| bytes[0]);
    let mut text = format!("meta {meta:?}\n");
    for type_id in 0..TYPES {
        for row in state.scan(symbols.type_id(type_uuid(type_id))).unwrap() {
            let row = row.unwrap();
            let id = number(row.id());
            assert_eq!(state.type_of(row.id()).unwrap(), Some(row.type_id()));
            assert_eq!(state.row(row.id()).unwrap().unwrap().id(), row.id());
            let property = |property: u8| {
                let value = row.get(symbols.name(&format!("p{property}"))).unwrap()?;
                Some((property, int(value)))
            };
            let properties: BTreeMap<_, _> = (0..2).filter_map(property).collect();
            let link = row.link(symbols.name("link")).unwrap().map(number);
            let links: Vec<_> = state
                .links(row.id(), symbols.name("links"))
                .unwrap()
                .iter()
                .map(|link| {
                    let note = link.property(symbols.name("note")).unwrap().unwrap();
                    (number(link.target()), int(note))
                })
                .collect();
            let values: Vec<_> = state
                .values(row.id(), symbols.name("values"))
                .unwrap()
                .map(|value| int(value.unwrap()))
                .collect();
            writeln!(text, "{id} is {type_id}: {properties:?} {link:?} {links:?} {values:?}").unwrap();
        }
    }
    for target in 0..OBJECTS {
        let over = |name| -> Vec<_> {
            let backlinks = state.backlinks(uuid(target), symbols.name(name)).unwrap();
            backlinks.map(|source| number(source.unwrap().id)).collect()
        };
        writeln!(text, "to {target}: {:?} {:?}", over("link"), over("links")).unwrap();
    }
    for value in 0..4i64 {
        let hits = state.lookup(symbols.index(index_uuid()), &[Value::from(value)]).unwrap();
        let found: Vec<_> = hits.map(|hit| number(hit.unwrap().id)).collect();
        writeln!(text, "at {value}: {found:?}").unwrap();
    }
    text
}

/// Backlinks and index hits come by type in the order of the types' symbols: here, of their numbers.
fn numbered(branch: Branch) -> Branch {
    for type_id in 0..TYPES {
        branch.symbols().type_id(type_uuid(type_id));
    }
    branch
}

/// The store under test and what should be in it.
struct Run {
    folder: tempfile::TempDir,
    branch: Branch,
    transaction: Transaction,
    saved: Vec<(Savepoint, Model)>,
    kept: Vec<(Snapshot, String)>,
    committed: Model,
    current: Model,
}

impl Run {
    fn new() -> Run {
        let folder = tempfile::tempdir().unwrap();
        let branch = numbered(Store::open(folder.path()).unwrap().create_branch("main").unwrap());
        let transaction = branch.begin();
        let (committed, current) = Default::default();
        Run { folder, branch, transaction, saved: Vec::new(), kept: Vec::new(), committed, current }
    }

    fn step(mut self, op: &Op, age: u64) -> Run {
        match op {
            Op::Save => self.saved.push((self.transaction.savepoint(), self.current.clone())),
            Op::Rollback => {
                if let Some((savepoint, model)) = self.saved.pop() {
                    self.transaction.rollback_to(&savepoint);
                    self.current = model;
                }
            }
            Op::Keep => self.kept.push((self.transaction.snapshot(), self.current.describe())),
            Op::Commit => {
                self = self.restart(|transaction| transaction.commit().unwrap());
                self.committed = self.current.clone();
            }
            Op::Abort => {
                self = self.restart(drop);
                self.current = self.committed.clone();
            }
            Op::Reopen => {
                let Run { folder, branch, transaction, committed, .. } = self;
                drop((branch, transaction, self.saved, self.kept));
                let branch = numbered(Store::open(folder.path()).unwrap().branch("main").unwrap());
                let (transaction, current) = (branch.begin(), committed.clone());
                self = Run {
                    folder,
                    branch,
                    transaction,
                    saved: Vec::new(),
                    kept: Vec::new(),
                    committed,
                    current,
                };
            }
            op => {
                apply(&mut self.transaction, op).unwrap();
                self.current.apply(op, age);
            }
        }
        assert_eq!(describe(self.transaction.now()), self.current.describe(), "after {op:?}");
        self
    }

    fn restart(mut self, end: impl FnOnce(Transaction)) -> Run {
        end(self.transaction);
        self.saved.clear();
        self.transaction = self.branch.begin();
        self
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_state_is_the_model_s(ops in ops()) {
        let mut run = Run::new();
        for (age, op) in ops.iter().enumerate() {
            run = run.step(op, age as u64);
        }
        for (snapshot, expected) in &run.kept {
            prop_assert_eq!(&describe(snapshot), expected);
        }
        prop_assert_eq!(describe(&run.branch.read()), run.committed.describe());
    }
}
