//! What each command waits for.
//!
//! The order in which commands and their needs are noted counts: where nothing else decides, it is the order in which they
//! are run.

use std::collections::HashMap;

use indexmap::{IndexMap, IndexSet};

use super::scatter::Branches;
use super::{Comparison, Kind, OpId};
use crate::migration::objects::{Class, Content, FullName, Object, ObjectId, Objects};

/// What kind of step is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    Create,
    Alter,
    Rename,
    Rebase,
    Delete,
    SetOwned,
    DropOwned,
    Field,
}

/// A step with an object, and for a field its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) step: Step,
    pub(super) name: FullName,
    pub(super) field: &'static str,
}

fn key(step: Step, name: &FullName) -> Key {
    Key { step, name: name.clone(), field: "" }
}

/// A command with what it waits for.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// The way to the command; empty where nothing is done, only waited for.
    pub(super) way: Vec<OpId>,
    pub(super) needs: IndexSet<Key>,
    /// What it had better wait for.
    pub(super) wishes: IndexSet<Key>,
    /// What it overloads: where a command about that has the same effect, this one goes with it.
    pub(super) overloads: Vec<FullName>,
}

/// All commands with what they wait for.
pub(super) type Graph = IndexMap<Key, Node>;

/// A graph that is being made.
struct Tracer<'c, 's> {
    comparison: &'c Comparison<'s>,
    owners: &'c HashMap<FullName, FullName>,
    /// Old names by new ones.
    old_names: HashMap<FullName, FullName>,
    new_names: HashMap<FullName, FullName>,
    graph: Graph,
}

impl Comparison<'_> {
    pub(super) fn dependencies(&self, branches: &Branches) -> Graph {
        let mut new_names = HashMap::new();
        for op in branches.ways.keys() {
            if let Kind::Rename(to) = &self.ops.get(*op).kind {
                new_names.insert(self.ops.get(*op).name.clone(), to.clone());
            }
        }
        let old_names = new_names.iter().map(|(old, new)| (new.clone(), old.clone())).collect();
        let mut tracer =
            Tracer { comparison: self, owners: &branches.owners, old_names, new_names, graph: Graph::new() };
        for (op, way) in &branches.ways {
            let command = self.ops.get(*op);
            if !matches!(command.kind, Kind::Alter) || !command.subs.is_empty() {
                tracer.trace(*op, way);
            }
        }
        let mut graph = tracer.graph;
        graph.retain(|_, node| !node.way.is_empty());
        let all: IndexSet<Key> = graph.keys().cloned().collect();
        for node in graph.values_mut() {
            node.needs.retain(|key| all.contains(key));
            node.wishes.retain(|key| all.contains(key));
        }
        graph
    }
}

impl Tracer<'_, '_> {
    fn old(&self) -> &Objects {
        self.comparison.old
    }

    fn target(&self) -> &Objects {
        self.comparison.new
    }

    fn node(&mut self, key: Key) -> &mut Node {
        self.graph.entry(key).or_default()
    }

    /// Makes one step wait for another.
    fn wait(&mut self, who: Key, what: Key) {
        self.node(who).needs.insert(what);
    }

    fn old_name(&self, name: &FullName) -> FullName {
        self.old_names.get(name).unwrap_or(name).clone()
    }

    fn trace(&mut self, op: OpId, way: &[OpId]) {
        let command = self.comparison.ops.get(op).clone();
        let mut needs = IndexSet::new();
        let mut overloads = Vec::new();
        let own = match &command.kind {
            Kind::Root => return,
            Kind::Delete => {
                self.trace_going(Step::Delete, &command.name, &mut needs, &mut overloads);
                key(Step::Delete, &command.name)
            }
            Kind::Special(change) if change.field == "owned" => {
                let is_owned = change.new.as_ref().and_then(|it| it.content.flag()).unwrap_or(false);
                let step = if is_owned { Step::SetOwned } else { Step::DropOwned };
                self.trace_going(step, &command.name, &mut needs, &mut overloads);
                key(step, &command.name)
            }
            Kind::Special(change) | Kind::Field(change) => {
                let own = Key { step: Step::Field, name: command.name.clone(), field: change.field };
                self.trace_field(&own, change, &mut needs);
                own
            }
            Kind::Create | Kind::Alter | Kind::Rename(_) | Kind::Rebase { .. } => {
                let step = match command.kind {
                    Kind::Create => Step::Create,
                    Kind::Alter => Step::Alter,
                    Kind::Rename(_) => Step::Rename,
                    _ => Step::Rebase,
                };
                self.trace_coming(step, op, &command.name, &mut needs, &mut overloads);
                key(step, &command.name)
            }
        };
        let overloads = overloads.iter().map(|name| self.old_name(name)).collect();
        let node = self.node(own);
        node.way = way.to_vec();
        node.needs.extend(needs);
        node.overloads = overloads;
    }

    /// The objects that keep others waiting: those that refer to an object, what stays in its owner standing for that.
    fn referrers(&self, objects: &Objects, id: ObjectId) -> Vec<ObjectId> {
        let mut found: Vec<ObjectId> = Vec::new();
        for referrer in objects.referrers(id) {
            let owner = self.owners.get(&objects.get(*referrer).name);
            let stands_for = owner.and_then(|name| objects.named(name)).filter(|owner| *owner != id);
            found.push(stands_for.unwrap_or(*referrer));
        }
        found.sort_by(|a, b| {
            let order = |id: &ObjectId| (objects.get(*id).class, &objects.get(*id).name);
            order(a).cmp(&order(b))
        });
        found.dedup();
        found
    }

    // -- what goes ------------------------------------------------------------------------

    fn trace_going(
        &mut self,
        step: Step,
        name: &FullName,
        needs: &mut IndexSet<Key>,
        overloads: &mut Vec<FullName>,
    ) {
        let Some(id) = self.old().named(name) else { return };
        let object = self.old().get(id).clone();
        for referrer in self.referrers(self.old(), id) {
            self.trace_referrer_of_going(step, id, &object, referrer, needs);
        }
        if object.class.is_part() && object.owner.is_some() {
            self.trace_part_going(step, &object, needs, overloads);
        }
        if step == Step::DropOwned {
            needs.insert(key(Step::Alter, name));
        }
    }

    fn trace_referrer_of_going(
        &mut self,
        step: Step,
        id: ObjectId,
        object: &Object,
        referrer: ObjectId,
        needs: &mut IndexSet<Key>,
    ) {
        let other = self.old().get(referrer).clone();
        let own = key(step, &object.name);
        if object.owner == Some(referrer) || other.implicit_ancestors.contains(&object.name) {
            // What stands in something goes before it; what inherits goes with what it inherits.
            self.wait(key(Step::Delete, &other.name), own);
        } else if other.owner != Some(id) {
            needs.insert(key(Step::Delete, &other.name));
            if other.class != Class::Alias {
                needs.insert(key(Step::Alter, &other.name));
            }
            if other.class == object.class {
                needs.insert(key(Step::Rebase, &other.name));
            }
            for ancestor in &object.implicit_ancestors {
                self.wait(key(Step::Delete, ancestor), key(Step::Delete, &other.name));
            }
        }
    }

    fn trace_part_going(
        &mut self,
        step: Step,
        object: &Object,
        needs: &mut IndexSet<Key>,
        overloads: &mut Vec<FullName>,
    ) {
        let own = key(step, &object.name);
        if step == Step::Delete
            && let Some(again) = self.target().find(&object.name).cloned()
        {
            // What comes again because it is inherited is gone before.
            for ancestor in &again.implicit_ancestors {
                self.wait(key(Step::Create, ancestor), own.clone());
            }
        }
        let Some(owner) = object.owner else { return };
        let owner = self.old_name(&self.old().get(owner).name);
        if step == Step::Delete {
            self.wait(key(Step::DropOwned, &owner), own.clone());
        }
        if matches!(step, Step::SetOwned | Step::Delete) {
            self.wait(key(Step::Rebase, &owner), own.clone());
        } else {
            needs.insert(key(Step::Rebase, &owner));
        }
        for ancestor in &object.implicit_ancestors {
            overloads.push(ancestor.clone());
            if step != Step::Delete {
                self.wait(key(Step::Delete, ancestor), own.clone());
            }
            if step == Step::SetOwned {
                self.wait(key(Step::Rebase, ancestor), own.clone());
            }
        }
    }

    // -- fields that are set by themselves --------------------------------------------------

    fn trace_field(&mut self, own: &Key, change: &super::Change, needs: &mut IndexSet<Key>) {
        let name_of = |content: &Content| match content.ty()? {
            crate::decl::DeclType::Name(name) => {
                let name = crate::QName::parse(name);
                Some(FullName::new(name.module(), name.local()))
            }
            other => Some(FullName::new("", &other.to_string().replace("::", "|"))),
        };
        let of = |value: &Option<crate::migration::objects::Value>| {
            value.as_ref().and_then(|value| name_of(&value.content))
        };
        let (before, after) = (of(&change.old), of(&change.new));
        if let Some(name) = &after {
            needs.insert(key(Step::Create, name));
            needs.insert(key(Step::Alter, name));
            if let Some(old) = self.old_names.get(name) {
                needs.insert(key(Step::Rename, old));
            }
            let below = self.target().named(name).map(|id| self.target().descendants(id).to_vec());
            for id in below.unwrap_or_default() {
                needs.insert(key(Step::Rebase, &self.target().get(id).name));
            }
        }
        needs.insert(key(Step::Create, &own.name));
        needs.insert(key(Step::Alter, &own.name));
        if let Some(name) = before
            && Some(&name) != after.as_ref()
        {
            self.wait(key(Step::Delete, &name), own.clone());
        }
    }

    // -- what comes, changes, gets other names or bases -------------------------------------

    fn trace_coming(
        &mut self,
        step: Step,
        op: OpId,
        name: &FullName,
        needs: &mut IndexSet<Key>,
        overloads: &mut Vec<FullName>,
    ) {
        let now = self.new_names.get(name).unwrap_or(name);
        let Some(id) = self.target().named(now) else { return };
        let object = self.target().get(id).clone();
        if step == Step::Rename
            && let Some(before) = self.old().named(name)
        {
            for referrer in self.referrers(self.old(), before) {
                needs.insert(key(Step::Delete, &self.old().get(referrer).name));
            }
        }
        for referrer in self.referrers(self.target(), id) {
            self.trace_referrer(step, referrer, id, name, needs);
        }
        if step == Step::Create {
            needs.insert(key(Step::Delete, name));
            needs.insert(key(Step::Rename, name));
            self.wait_for_overloads_of_function(&object, needs);
        }
        if step == Step::Alter {
            for before in [Step::Create, Step::Rename, Step::Rebase] {
                needs.insert(key(before, name));
            }
        }
        if let (true, Some(owner)) = (object.class.is_part(), object.owner) {
            self.trace_part_coming(step, op, name, &object, owner, needs, overloads);
        }
    }

    fn wait_for_overloads_of_function(&self, object: &Object, needs: &mut IndexSet<Key>) {
        if object.class == Class::Function {
            let same = |it: &&Object| it.class == Class::Function && it.decl.name == object.decl.name;
            let old = self.old().top().map(|id| self.old().get(id)).filter(same);
            needs.extend(old.map(|it| key(Step::Delete, &it.name)));
        }
    }

    fn trace_referrer(
        &mut self,
        step: Step,
        referrer: ObjectId,
        id: ObjectId,
        name: &FullName,
        needs: &mut IndexSet<Key>,
    ) {
        let other = self.target().get(referrer).clone();
        let other_name = self.old_name(&other.name);
        if other.owner == Some(id) || self.target().get(id).owner == Some(referrer) {
            if matches!(step, Step::Create | Step::Alter) {
                needs.insert(key(Step::Rename, &other_name));
            }
            return;
        }
        let before = [Step::Create, Step::Alter, Step::Rename];
        for who in [Step::Create, Step::Alter, Step::Rebase] {
            before.iter().for_each(|step| self.wait(key(who, &other_name), key(*step, name)));
        }
        before.iter().for_each(|step| self.wait(key(Step::Rename, &other_name), key(*step, name)));
        if other.class.is_pointer() {
            self.wish_for_owners(&other, name);
        }
    }

    /// A type had better be made once with all its pointers: it and what extends it wait for what the pointers refer to.
    fn wish_for_owners(&mut self, pointer: &Object, name: &FullName) {
        let Some(mut owner) = pointer.owner else { return };
        if self.target().get(owner).class.is_pointer()
            && let Some(outer) = self.target().get(owner).owner
        {
            owner = outer;
        }
        let mut all = self.target().descendants(owner).to_vec();
        all.push(owner);
        for id in all {
            let waiting = self.target().get(id).name.clone();
            for who in [Step::Create, Step::Alter] {
                let wishes = &mut self.node(key(who, &waiting)).wishes;
                for step in [Step::Create, Step::Alter, Step::Rename] {
                    wishes.insert(key(step, name));
                }
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "one step of one walk")]
    fn trace_part_coming(
        &mut self,
        step: Step,
        op: OpId,
        name: &FullName,
        object: &Object,
        owner: ObjectId,
        needs: &mut IndexSet<Key>,
        overloads: &mut Vec<FullName>,
    ) {
        let owner_name = self.old_name(&self.target().get(owner).name);
        needs.insert(key(Step::Create, &owner_name));
        if step == Step::Rename || self.fills(op) {
            self.wait(key(Step::Rebase, &owner_name), key(step, name));
        } else {
            needs.insert(key(Step::Rebase, &owner_name));
        }
        let of_pointer = self.target().get(owner).class.is_pointer();
        if object.class == Class::Constraint && of_pointer {
            // Whether a pointer is exclusive decides how many elements an expression has that refers to it.
            for referrer in self.referrers(self.target(), owner) {
                self.trace_referrer(step, referrer, owner, name, needs);
            }
        }
        if !object.owned {
            overloads.extend(object.implicit_ancestors.iter().cloned());
            let before = self.old().find(&self.old_name(name));
            if let (true, Some(before)) = (step != Step::Create, before) {
                overloads.extend(before.implicit_ancestors.iter().cloned());
            }
        }
    }

    /// Whether a creation asks for the values of objects that are there already.
    fn fills(&self, op: OpId) -> bool {
        let ops = &self.comparison.ops;
        ops.change_of(op, "required").is_some_and(|change| change.input.is_some())
            && matches!(ops.get(op).kind, Kind::Create)
    }
}
