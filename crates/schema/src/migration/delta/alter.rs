//! The commands inside of an alteration: fields, bases, names, and what stands in the object.

use super::op::Place;
use super::{Change, Comparison, Kind, Op, OpId};
use crate::migration::objects::{Class, Content, FullName, Object, ObjectId, Value, specs};

impl Comparison<'_> {
    /// The command that makes an object of another.
    pub(super) fn alteration(&mut self, old: ObjectId, new: ObjectId, similarity: f64) -> OpId {
        let (ours, theirs) = (self.old.get(old), self.new.get(new));
        let op = self.ops.make(Op::new(Kind::Alter, ours.class, ours.name.clone()));
        if ours.name != theirs.name {
            self.ops.get_mut(op).new_name = Some(theirs.name.clone());
        }
        for spec in specs(ours.class) {
            match spec.name {
                "name" if ours.name != theirs.name => self.add_rename(op, ours, theirs, similarity),
                "name" | "bases" | "ancestors" => {}
                _ if self.alike(spec, ours, theirs, true) == 1.0 => {}
                field => {
                    let of = |object: &Object| object.field(field).cloned();
                    let change = Change { field, old: of(ours), new: of(theirs), input: None };
                    self.add_change(op, ours, theirs, change);
                }
            }
        }
        self.around.push(op);
        for part in PARTS {
            let of = |object: &Object, all: &dyn Fn(ObjectId) -> Class| -> Vec<ObjectId> {
                object.children.iter().copied().filter(|id| part.contains(&all(*id))).collect()
            };
            let mine = of(ours, &|id| self.old.get(id).class);
            let others = of(theirs, &|id| self.new.get(id).class);
            for sub in self.pair(&mine, &others, Some(similarity)) {
                self.ops.add(op, sub);
            }
        }
        self.around.pop();
        self.add_rebase(op, ours, theirs);
        op
    }

    fn add_rename(&mut self, op: OpId, ours: &Object, theirs: &Object, similarity: f64) {
        let mut rename = Op::new(Kind::Rename(theirs.name.clone()), ours.class, ours.name.clone());
        rename.confidence = Some(similarity);
        rename.new_name = Some(theirs.name.clone());
        rename.implied = ours.implicit_ancestors.iter().any(|name| self.renames.contains_key(name));
        let rename = self.ops.make(rename);
        self.ops.add(op, rename);
        self.renames.insert(ours.name.clone(), theirs.name.clone());
    }

    fn add_rebase(&mut self, op: OpId, ours: &Object, theirs: &Object) {
        let enum_values = |object: &Object| object.field("enum_values").cloned();
        let (before, after) = (enum_values(ours), enum_values(theirs));
        if before.is_some() && after.is_some() && before != after {
            let added = vec![(Vec::new(), Place::Members)];
            self.add_rebase_of(op, ours, &theirs.name, Vec::new(), added);
            return;
        }
        let old_bases: Vec<FullName> = ours.bases.iter().map(|name| self.renamed(name)).collect();
        if ours.class.inherits() && old_bases != theirs.bases {
            let (removed, added) = base_changes(&old_bases, &theirs.bases);
            self.add_rebase_of(op, ours, &theirs.name, removed, added);
        }
    }

    fn add_rebase_of(
        &mut self,
        op: OpId,
        ours: &Object,
        name: &FullName,
        removed: Vec<FullName>,
        added: Vec<(Vec<FullName>, Place)>,
    ) {
        let rebase = Op::new(Kind::Rebase { removed, added }, ours.class, name.clone());
        let rebase = self.ops.make(rebase);
        self.ops.add(op, rebase);
    }

    // -- fields ---------------------------------------------------------------------------

    fn add_change(&mut self, op: OpId, ours: &Object, theirs: &Object, mut change: Change) {
        if change.field == "enum_values" {
            return;
        }
        let special = is_special(ours.class, change.field);
        if special {
            change.input = self.input_for(op, ours, theirs, &change);
        }
        let kind = if special { Kind::Special(change) } else { Kind::Field(change) };
        let sub = self.ops.make(Op::new(kind, ours.class, ours.name.clone()));
        self.ops.add(op, sub);
    }

    /// What a new object says. A required pointer of a type that is there already may need values.
    pub(super) fn add_created_fields(&mut self, op: OpId, id: ObjectId) {
        let object = self.new.get(id);
        let in_alteration =
            self.around.last().is_some_and(|around| matches!(self.ops.get(*around).kind, Kind::Alter));
        let is_required = object.class.is_pointer() && object.flag("required") == Some(true);
        let of_link = object.owner.is_some_and(|owner| self.new.get(owner).class == Class::Link);
        let fills = in_alteration
            && is_required
            && !of_link
            && object.field("default").is_none()
            && object.flag("computable") != Some(true);
        for (field, value) in &object.fields {
            let mut change = Change { field, old: None, new: Some(value.clone()), input: None };
            let kind = match *field == "required" && fills {
                true => {
                    change.input = self.fill_input(object, &change);
                    Kind::Special(change)
                }
                false => Kind::Field(change),
            };
            let sub = self.ops.make(Op::new(kind, object.class, object.name.clone()));
            self.ops.add(op, sub);
        }
    }

    /// `drop owned`, for what goes together with what it overloads.
    pub(super) fn disowned(&mut self, object: &Object) -> OpId {
        let value =
            |flag: bool| Some(Value { content: Content::Flag(flag), inherited: false, computed: false });
        let change = Change { field: "owned", old: value(true), new: value(false), input: None };
        self.ops.make(Op::new(Kind::Special(change), object.class, object.name.clone()))
    }
}

/// The classes whose objects are compared with one another in an owner.
const PARTS: &[&[Class]] = &[
    &[Class::AccessPolicy],
    &[Class::AnnotationValue],
    &[Class::Constraint],
    &[Class::Index],
    &[Class::Link, Class::Property],
    &[Class::Rewrite],
    &[Class::Trigger],
];

/// Whether a change of the field has a command of its own.
fn is_special(class: Class, field: &str) -> bool {
    match field {
        "owned" => class.is_part(),
        "target" => class.is_pointer() || class == Class::Global,
        "cardinality" | "required" => class.is_pointer(),
        _ => false,
    }
}

/// The bases that go, and those that come with their places.
fn base_changes(old: &[FullName], new: &[FullName]) -> (Vec<FullName>, Vec<(Vec<FullName>, Place)>) {
    let removed: Vec<FullName> = old.iter().filter(|name| !new.contains(name)).cloned().collect();
    let common: Vec<&FullName> = old.iter().filter(|name| new.contains(name)).collect();
    let kept: Vec<&FullName> = new.iter().filter(|name| old.contains(name)).collect();
    if common != kept {
        // In another order: all that comes after the common beginning is put there anew.
        let same = old.iter().zip(new).take_while(|(a, b)| a == b).count();
        return (old[same..].to_vec(), vec![(new[same..].to_vec(), Place::Last)]);
    }
    let mut added = Vec::new();
    let mut waiting: Vec<FullName> = Vec::new();
    for name in new {
        if !common.contains(&name) {
            waiting.push(name.clone());
        } else if !waiting.is_empty() {
            added.push((std::mem::take(&mut waiting), Place::Before(name.clone())));
        }
    }
    if !waiting.is_empty() {
        added.push((waiting, Place::Last));
    }
    (removed, added)
}
