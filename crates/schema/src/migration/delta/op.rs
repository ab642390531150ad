//! Commands as a tree that can be taken apart.

use super::super::UserInput;
use super::super::objects::{Class, FullName, Value};

/// A command by its place in [`Ops`].
pub(crate) type OpId = usize;

/// The old and the new value of a field.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) field: &'static str,
    pub(crate) old: Option<Value>,
    pub(crate) new: Option<Value>,
    /// The expression that a person has to give.
    pub(crate) input: Option<UserInput>,
}

impl Change {
    pub(crate) fn is_computed(&self) -> bool {
        self.new.as_ref().is_some_and(|value| value.computed)
    }

    /// Whether the new value comes from what is overloaded.
    pub(crate) fn is_inherited(&self) -> bool {
        self.new.as_ref().is_some_and(|value| value.inherited)
    }
}

/// What a command does.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Root,
    Create,
    Alter,
    Delete,
    Rename(FullName),
    /// Other bases, or other members of an enum.
    Rebase {
        removed: Vec<FullName>,
        added: Vec<(Vec<FullName>, Place)>,
    },
    /// A field that is set like any other.
    Field(Change),
    /// A field whose change does something to data or to what inherits it.
    Special(Change),
}

/// Where new bases go.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Place {
    Last,
    Before(FullName),
    Members,
}

/// One command.
#[derive(Clone, Debug)]
pub(crate) struct Op {
    pub(crate) kind: Kind,
    pub(crate) class: Class,
    /// The object, by its name before.
    pub(crate) name: FullName,
    pub(crate) subs: Vec<OpId>,
    /// How sure it is.
    pub(crate) confidence: Option<f64>,
    /// It stands for a part of a creation.
    pub(crate) creates: bool,
    /// The name afterwards, where that is another.
    pub(crate) new_name: Option<FullName>,
    /// A rename that follows from the rename of what is overloaded.
    pub(crate) implied: bool,
}

impl Op {
    pub(crate) fn new(kind: Kind, class: Class, name: FullName) -> Op {
        let creates = matches!(kind, Kind::Create);
        Op { kind, class, name, subs: Vec::new(), confidence: None, creates, new_name: None, implied: false }
    }

    /// Whether it is about one field.
    pub(crate) fn is_about_field(&self) -> bool {
        matches!(self.kind, Kind::Field(_) | Kind::Special(_))
    }

    /// Whether it creates, alters or deletes an object as a whole.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self.kind, Kind::Create | Kind::Alter | Kind::Delete)
    }

    /// The change of a field, whatever its kind.
    pub(crate) fn change(&self) -> Option<&Change> {
        match &self.kind {
            Kind::Field(change) | Kind::Special(change) => Some(change),
            _ => None,
        }
    }
}

/// All commands.
#[derive(Debug, Default)]
pub(crate) struct Ops {
    list: Vec<Op>,
}

impl Ops {
    pub(crate) fn get(&self, id: OpId) -> &Op {
        &self.list[id]
    }

    pub(crate) fn get_mut(&mut self, id: OpId) -> &mut Op {
        &mut self.list[id]
    }

    pub(crate) fn make(&mut self, op: Op) -> OpId {
        self.list.push(op);
        self.list.len() - 1
    }

    pub(crate) fn root(&mut self) -> OpId {
        self.make(Op::new(Kind::Root, Class::ObjectType, FullName::new("", "")))
    }

    pub(crate) fn add(&mut self, parent: OpId, child: OpId) {
        self.list[parent].subs.push(child);
    }

    pub(crate) fn remove(&mut self, parent: OpId, child: OpId) {
        self.list[parent].subs.retain(|sub| *sub != child);
    }

    /// The commands in a command, in the order in which they are looked at: fields first, then by class and name.
    pub(crate) fn sorted_subs(&self, id: OpId) -> Vec<OpId> {
        let mut subs = self.get(id).subs.clone();
        subs.sort_by(|a, b| self.key(*a).cmp(&self.key(*b)));
        subs
    }

    fn key(&self, id: OpId) -> (bool, Option<&str>, Option<(Class, &FullName)>) {
        let op = self.get(id);
        match &op.kind {
            Kind::Field(change) => (false, Some(change.field), None),
            _ => (true, None, Some((op.class, &op.name))),
        }
    }

    /// How many commands in a command are not about its own fields.
    pub(crate) fn inner_count(&self, id: OpId) -> usize {
        self.get(id).subs.iter().filter(|sub| !self.get(**sub).is_about_field()).count()
    }

    /// The change of a field of an object, as a command in `id`.
    pub(crate) fn change_of(&self, id: OpId, field: &str) -> Option<&Change> {
        let subs = self.get(id).subs.iter();
        subs.filter_map(|sub| self.get(*sub).change()).find(|change| change.field == field)
    }
}
