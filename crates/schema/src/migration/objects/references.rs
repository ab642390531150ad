//! Who refers to whom: by extending it, by standing in it, by its type, in an expression.

use std::collections::HashMap;
use std::sync::Arc;

use syntax::ast::{Ident, Name};
use uuid::Uuid;

use super::collect::{collection_name, full, names_of, types_of};
use super::{Class, FullName, Object, ObjectId, Objects};
use crate::decl::{DeclType, NameUse, NameWalk};
use crate::trace::{Passed, Trace};
use crate::uses::expressions;
use crate::{Expression, Schema, Scope, TypeRef};

/// The objects by what expressions find them under.
struct Finder<'o> {
    objects: &'o Objects,
    schema: &'o Schema,
    /// Pointers by their owner and name.
    pointers: HashMap<(ObjectId, Arc<str>), ObjectId>,
    types: HashMap<Uuid, ObjectId>,
    links: HashMap<Uuid, ObjectId>,
    functions: HashMap<Arc<str>, Vec<ObjectId>>,
}

impl Objects {
    /// Finds out who refers to whom.
    pub(super) fn relate(&mut self, schema: &Schema) {
        let finder = Finder::new(self, schema);
        let mentions: Vec<Vec<ObjectId>> = (0..self.list.len()).map(|id| finder.mentioned_by(id)).collect();
        let uses: Vec<Vec<ObjectId>> =
            mentions.iter().enumerate().map(|(id, mentioned)| finder.uses_of(id, mentioned)).collect();
        let mut referrers: Vec<Vec<ObjectId>> = vec![Vec::new(); self.list.len()];
        let mut descendants: Vec<Vec<ObjectId>> = vec![Vec::new(); self.list.len()];
        for (id, used) in uses.iter().enumerate() {
            for other in used {
                referrers[*other].push(id);
            }
            for ancestor in self.list[id].ancestors.iter().filter_map(|name| self.named(name)) {
                descendants[ancestor].push(id);
            }
        }
        for list in referrers.iter_mut().chain(&mut descendants) {
            list.sort_by(|a, b| self.order(*a).cmp(&self.order(*b)));
            list.dedup();
        }
        for (id, mentioned) in mentions.iter().enumerate() {
            self.list[id].mentions = mentioned.iter().map(|other| self.list[*other].name.clone()).collect();
        }
        self.referrers = referrers;
        self.descendants = descendants;
    }

    fn order(&self, id: ObjectId) -> (Class, &FullName) {
        let object = self.get(id);
        (object.class, &object.name)
    }
}

impl<'o> Finder<'o> {
    fn new(objects: &'o Objects, schema: &'o Schema) -> Finder<'o> {
        let mut finder = Finder {
            objects,
            schema,
            pointers: HashMap::new(),
            types: HashMap::new(),
            links: HashMap::new(),
            functions: HashMap::new(),
        };
        for (id, object) in objects.list.iter().enumerate() {
            match (object.class, object.owner) {
                (Class::Link | Class::Property, Some(owner)) => {
                    finder.pointers.insert((owner, object.decl.name.clone()), id);
                    finder.links.insert(object.decl.id, id);
                }
                (Class::ObjectType, _) => {
                    finder.types.insert(object.decl.id, id);
                }
                (Class::Function, _) => {
                    finder.functions.entry(object.decl.name.clone()).or_default().push(id)
                }
                _ => {}
            }
        }
        finder
    }

    /// What the expressions of an object refer to.
    fn mentioned_by(&self, id: ObjectId) -> Vec<ObjectId> {
        let mut mentioned = Vec::new();
        for setting in self.objects.get(id).decl.settings.values() {
            for expression in expressions(setting) {
                self.add_expression(id, expression, &mut mentioned);
            }
        }
        mentioned.retain(|other| *other != id);
        mentioned
    }

    /// What an object refers to.
    fn uses_of(&self, id: ObjectId, mentioned: &[ObjectId]) -> Vec<ObjectId> {
        let object = self.objects.get(id);
        // The ends of a link keep nothing from going.
        if object.built_in && matches!(&*object.decl.name, "source" | "target") {
            return Vec::new();
        }
        let mut used: Vec<ObjectId> = object.children.clone();
        used.extend(object.owner);
        used.extend(object.bases.iter().chain(&object.ancestors).filter_map(|it| self.objects.named(it)));
        if object.class == Class::AnnotationValue {
            used.extend(self.objects.named(&full(&object.decl.name)));
        }
        for ty in types_of(object) {
            self.add_type(&ty, object.class.is_collection(), &mut used);
        }
        used.extend(mentioned);
        used.retain(|other| *other != id);
        used
    }

    /// `within`: what a collection is made of, not itself.
    fn add_type(&self, ty: &DeclType, within: bool, used: &mut Vec<ObjectId>) {
        let collection = self.objects.named(&collection_name(ty)).filter(|_| !within);
        match collection {
            Some(id) => used.push(id),
            None => used.extend(names_of(ty).iter().filter_map(|name| self.objects.named(&full(name)))),
        }
    }

    fn add_expression(&self, id: ObjectId, expression: &Expression, used: &mut Vec<ObjectId>) {
        let Ok(mut tree) = expression.tree().cloned() else { return };
        let mut names: Vec<(NameUse, Name)> = Vec::new();
        let mut visit = |how: NameUse, name: &mut Name, _: &Scope| names.push((how, name.clone()));
        NameWalk::new(Scope::default(), Vec::new(), &mut visit).expr(&mut tree.clone());
        for (how, name) in names {
            self.add_name(how, &name.to_string(), used);
        }
        let (subject, link) = self.subject_of(id);
        let mut passed: Vec<(Passed, Arc<str>)> = Vec::new();
        let mut on_pass = |pass: &Passed, name: &mut Ident| passed.push((pass.clone(), name.text.clone()));
        let mut trace = Trace::new(self.schema, subject, link, &mut on_pass);
        for param in self.objects.get(id).decl.params() {
            trace.bind(param.name.clone(), self.schema.type_of_decl(&param.ty));
        }
        trace.expr(&mut tree);
        used.extend(passed.iter().filter_map(|(pass, name)| self.pointer(pass, name)));
    }

    fn add_name(&self, how: NameUse, name: &str, used: &mut Vec<ObjectId>) {
        match how {
            NameUse::Function => used.extend(self.functions.get(name).into_iter().flatten()),
            _ => {
                let alias = super::mangled(name);
                let module = full(name).module;
                let alias = FullName { module, local: format!("{alias}@{alias}@alias").into() };
                used.extend(self.objects.named(&full(name)).or(self.objects.named(&alias)));
            }
        }
    }

    fn pointer(&self, pass: &Passed, name: &Arc<str>) -> Option<ObjectId> {
        let owner = match pass {
            Passed::Pointer { owner } => self.types.get(owner)?,
            Passed::LinkProperty { link } => self.links.get(link)?,
        };
        self.pointers.get(&(*owner, name.clone())).copied()
    }

    /// What the expressions of an object are about, and the link whose properties they may name.
    fn subject_of(&self, id: ObjectId) -> (Option<TypeRef>, Option<Arc<crate::Pointer>>) {
        let around = self.objects.around(id);
        let owners: Vec<&Object> = around.iter().map(|id| self.objects.get(*id)).collect();
        let Some(outer) = owners.first() else { return (None, None) };
        let outer_type = match outer.class {
            Class::ObjectType => Some(TypeRef::Object(outer.decl.id)),
            Class::ScalarType => Some(TypeRef::Scalar(outer.decl.id)),
            _ => None,
        };
        let pointer = owners.iter().find(|it| it.class.is_pointer() && it.owner.is_some());
        let resolved =
            pointer.and_then(|it| self.schema.object_type(outer.decl.id)?.pointer(&it.decl.name).cloned());
        match (self.objects.get(id).class, resolved) {
            (Class::Constraint, Some(link)) => (link.target().cloned(), Some(link)),
            (_, link) => (outer_type, link),
        }
    }
}
