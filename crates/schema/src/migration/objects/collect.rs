//! Listing the objects of a schema.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;
use syntax::ast::ObjectKind;

use super::fields::Merge;
use super::names::{name_in, top_name};
use super::{Class, Content, FullName, Object, ObjectId, Objects, Value, specs};
use crate::decl::{Decl, DeclType, Field, Setting};
use crate::model::Inferred;
use crate::{Named, QName, Schema};

const TYPE_LINK: &str = "__type__";

/// What stands in an object under one key: declared there, inherited, or both.
#[derive(Default)]
struct Part<'d> {
    own: Option<&'d Decl>,
    above: Vec<ObjectId>,
}

impl Objects {
    /// The objects of a schema.
    pub(crate) fn of(schema: &Schema) -> Objects {
        let mut objects = Objects::default();
        let mut decls: Vec<&Decl> =
            schema.declared().iter().filter(|decl| Class::of(decl.class).is_some()).collect();
        // What is extended comes before what extends it.
        decls.sort_by_cached_key(|decl| depth(schema, decl));
        for decl in decls {
            objects.add_top(schema, decl);
        }
        objects.add_collections(schema);
        objects.relate(schema);
        objects
    }

    fn add_top(&mut self, schema: &Schema, decl: &Decl) {
        let Some(class) = Class::of(decl.class) else { return };
        let bases = bases_of_top(decl);
        let ancestors = ancestors(schema, decl);
        let mut object = blank(class, top_name(decl), decl);
        object.owned = true;
        object.fields = top_fields(schema, class, decl);
        inheritance(&mut object, bases, ancestors);
        let above: Vec<ObjectId> = object.bases.iter().filter_map(|base| self.named(base)).collect();
        let id = self.add(object);
        self.add_parts(schema, id, decl, &above);
    }

    /// Adds what stands in an object: declared in `decl`, or inherited from the objects `above`.
    fn add_parts(&mut self, schema: &Schema, owner: ObjectId, decl: &Decl, above: &[ObjectId]) {
        let mut parts: IndexMap<Arc<str>, Part<'_>> = IndexMap::new();
        for base in above {
            for child in &self.list[*base].children {
                let child_object = &self.list[*child];
                if passes_on(schema, child_object) {
                    parts.entry(child_object.key.clone()).or_default().above.push(*child);
                }
            }
        }
        for child in &decl.children {
            parts.entry(child.key()).or_default().own = Some(child);
        }
        for part in parts.into_values() {
            self.add_part(schema, owner, &part);
        }
        self.add_built_in(owner, above);
        let mut children = std::mem::take(&mut self.list[owner].children);
        children.sort_by(|a, b| self.list[*a].name.cmp(&self.list[*b].name));
        self.list[owner].children = children;
    }

    fn add_part(&mut self, schema: &Schema, owner: ObjectId, part: &Part<'_>) {
        let Some(first) = part.own.or(part.above.first().map(|id| &self.list[*id].decl)) else { return };
        let mut decl = first.clone();
        if part.own.is_none() {
            decl.id = crate::identity::derived(self.list[owner].decl.id, &decl.name);
        }
        if let (ObjectKind::Pointer, Some(above)) = (decl.class, part.above.first()) {
            decl.class = self.list[*above].decl.class;
        }
        let Some(class) = Class::of(decl.class) else { return };
        let mut object = blank(class, name_in(&self.list[owner].name, &decl), &decl);
        object.key = first.key();
        object.owner = Some(owner);
        object.owned = part.own.is_some();
        object.fields = self.part_fields(schema, class, part, &decl);
        let (bases, ancestors) = self.bases_of_part(schema, class, &decl, part);
        let explicit = bases.iter().filter_map(|base| self.named(base));
        let above: Vec<ObjectId> = explicit.collect();
        inheritance(&mut object, bases, ancestors);
        object.implicit_bases = part.above.iter().map(|id| self.list[*id].name.clone()).collect();
        let same = |name: &FullName| super::names::plain(name) == super::names::plain(&object.name);
        object.implicit_ancestors = match class.is_pointer() {
            true => {
                object.ancestors.iter().filter(|it| it.local.contains('@') && same(it)).cloned().collect()
            }
            false => object.ancestors.iter().filter(|it| it.local.contains('@')).cloned().collect(),
        };
        let blank_decl = Decl { children: Vec::new(), ..decl.clone() };
        let id = self.add(object);
        self.list[owner].children.push(id);
        self.add_parts(schema, id, part.own.unwrap_or(&blank_decl), &above);
    }

    fn bases_of_part(
        &self,
        schema: &Schema,
        class: Class,
        decl: &Decl,
        part: &Part<'_>,
    ) -> (Vec<FullName>, Vec<FullName>) {
        let mut bases: Vec<FullName> = part.above.iter().map(|id| self.list[*id].name.clone()).collect();
        let mut ancestors: Vec<FullName> = Vec::new();
        let mut add = |name: FullName| {
            if !ancestors.contains(&name) {
                ancestors.push(name);
            }
        };
        for id in &part.above {
            add(self.list[*id].name.clone());
            self.list[*id].ancestors.iter().cloned().for_each(&mut add);
        }
        let explicit: Vec<Arc<str>> = match (class, part.above.is_empty()) {
            (Class::Constraint | Class::Index, true) => vec![decl.name.clone()],
            (Class::Link | Class::Property, _) if part.own.is_some() => decl.bases().to_vec(),
            _ => Vec::new(),
        };
        for base in explicit {
            let name = full(&base);
            bases.push(name.clone());
            let above = self.find(&name).map(|it| it.ancestors.clone());
            add(name);
            above.unwrap_or_else(|| of_library(schema, &base)).into_iter().for_each(&mut add);
        }
        if bases.is_empty() && class.is_pointer() {
            let root = FullName::new("std", if class == Class::Link { "link" } else { "property" });
            bases.push(root.clone());
            add(root);
        }
        (bases, ancestors)
    }

    fn part_fields(
        &self,
        schema: &Schema,
        class: Class,
        part: &Part<'_>,
        decl: &Decl,
    ) -> std::collections::BTreeMap<&'static str, Value> {
        let mut fields = match part.own {
            Some(own) => own_fields(schema, class, own),
            None => Default::default(),
        };
        let mut above: Vec<&Object> = part.above.iter().map(|id| self.get(*id)).collect();
        let explicit = decl.bases().iter().filter_map(|base| self.find(&full(base)));
        above.extend(explicit.filter(|_| part.own.is_some() && class.is_pointer()));
        for spec in specs(class) {
            let found = inherited(spec.name, spec.merge, spec.default(), &above);
            if let Some(content) = found
                && !fields.contains_key(spec.name)
            {
                fields.insert(spec.name, Value { content, inherited: true, computed: false });
            }
        }
        if class == Class::Constraint && part.above.is_empty() {
            super::fields_of_abstract(schema, decl, &mut fields);
        }
        if class == Class::Constraint {
            if let Some(args) = decl.settings.get(&Field::Args) {
                fields.entry("args").or_insert(Value::own(Content::Setting(args.clone())));
            }
            let of = |name: &str| fields.get(name).map(|it| format!("{:?}", it.content)).unwrap_or_default();
            let parts = [of("expr"), of("args"), of("subjectexpr"), of("params")];
            fields.insert("finalexpr", Value::own(Content::Text(parts.concat().into())));
        }
        if class == Class::AnnotationValue {
            fields.insert("annotation", Value::own(Content::Text(decl.name.clone())));
        }
        let owned = Value::own(Content::Flag(part.own.is_some()));
        fields.insert("owned", owned);
        summaries(&mut fields);
        fields
    }

    /// What every object type and link has without being declared.
    fn add_built_in(&mut self, owner: ObjectId, above: &[ObjectId]) {
        match self.list[owner].class {
            Class::ObjectType => {
                let id = self.add_silent(owner, above, "id", ObjectKind::Property);
                self.add_exclusive(id);
                let link = self.add_silent(owner, above, TYPE_LINK, ObjectKind::Link);
                self.list[link].built_in = false;
                self.add_built_in(link, &[]);
            }
            Class::Link if self.list[owner].owner.is_some() => {
                for end in ["source", "target"] {
                    self.add_silent(owner, above, end, ObjectKind::Property);
                }
            }
            _ => {}
        }
    }

    fn add_silent(&mut self, owner: ObjectId, above: &[ObjectId], name: &str, kind: ObjectKind) -> ObjectId {
        let mut decl = Decl::new(kind, name, None);
        decl.id = crate::identity::derived(self.list[owner].decl.id, name);
        let class = if kind == ObjectKind::Link { Class::Link } else { Class::Property };
        let mut object = blank(class, name_in(&self.list[owner].name, &decl), &decl);
        object.owner = Some(owner);
        object.built_in = true;
        let same: Vec<FullName> = above.iter().map(|base| name_in(&self.list[*base].name, &decl)).collect();
        let same: Vec<FullName> = same.into_iter().filter(|it| self.named(it).is_some()).collect();
        let mut ancestors = same.clone();
        for base in &same {
            let further = self.find(base).map(|it| it.ancestors.clone()).unwrap_or_default();
            ancestors.extend(further);
        }
        ancestors.dedup();
        if name == "target"
            && let Some(target) = self.list[owner].field("target")
        {
            let target = Value { inherited: true, ..target.clone() };
            object.fields.insert("target", target);
        }
        inheritance(&mut object, same.clone(), ancestors.clone());
        object.implicit_bases = same;
        object.implicit_ancestors = ancestors;
        let id = self.add(object);
        self.list[owner].children.push(id);
        id
    }

    fn add_exclusive(&mut self, id: ObjectId) {
        let decl = Decl::new(ObjectKind::Constraint, "std::exclusive", None);
        let mut object = blank(Class::Constraint, name_in(&self.list[id].name, &decl), &decl);
        object.owner = Some(id);
        object.built_in = true;
        let child = self.add(object);
        self.list[id].children.push(child);
    }

    // -- collections ----------------------------------------------------------------

    /// Adds the collection types that are made of the user's own types. Each scalar type has an array.
    fn add_collections(&mut self, schema: &Schema) {
        let mut types: Vec<DeclType> = Vec::new();
        for decl in schema.declared().of_class(ObjectKind::ScalarType) {
            types.push(DeclType::Array(DeclType::Name(decl.name.clone()).into()));
        }
        let used: Vec<DeclType> = self.list.iter().flat_map(types_of).collect();
        for ty in used {
            collections_in(&ty, &mut types);
        }
        for ty in types {
            let class = match &ty {
                DeclType::Array(_) => Class::Array,
                DeclType::Range(_) => Class::Range,
                DeclType::MultiRange(_) => Class::MultiRange,
                _ => Class::Tuple,
            };
            let name = collection_name(&ty);
            let is_of_library = class != Class::Tuple && names_of(&ty).iter().all(|it| !self.has(it));
            if self.named(&name).is_some() || is_of_library {
                continue;
            }
            let mut decl = Decl::new(ObjectKind::ScalarType, name.local.clone(), None);
            decl.set(Field::Target, Setting::Type(ty));
            let object = blank(class, name, &decl);
            self.add(object);
        }
    }

    fn has(&self, name: &str) -> bool {
        self.named(&full(name)).is_some()
    }
}

/// Every type that an object itself is declared with.
pub(super) fn types_of(object: &Object) -> Vec<DeclType> {
    let mut types = Vec::new();
    for setting in object.decl.settings.values() {
        match setting {
            Setting::Type(ty) | Setting::Returns(_, ty) => types.push(ty.clone()),
            Setting::Params(params) => types.extend(params.iter().map(|param| param.ty.clone())),
            _ => {}
        }
    }
    types
}

/// The collections that a type is or is made of, the innermost first.
fn collections_in(ty: &DeclType, found: &mut Vec<DeclType>) {
    match ty {
        DeclType::Array(of) | DeclType::Range(of) | DeclType::MultiRange(of) => collections_in(of, found),
        DeclType::Tuple(elements) => elements.iter().for_each(|(_, ty)| collections_in(ty, found)),
        _ => return,
    }
    found.push(ty.clone());
}

pub(super) fn collection_name(ty: &DeclType) -> FullName {
    FullName::new("", &ty.to_string().replace("::", "|"))
}

pub(super) fn names_of(ty: &DeclType) -> Vec<Arc<str>> {
    let mut names = Vec::new();
    ty.clone().each_name(&mut |name| names.push(name.clone()));
    names
}

pub(super) fn full(name: &str) -> FullName {
    let name = QName::parse(name);
    FullName::new(name.module(), name.local())
}

fn blank(class: Class, name: FullName, decl: &Decl) -> Object {
    Object {
        class,
        name,
        key: decl.key(),
        decl: Decl { children: Vec::new(), ..decl.clone() },
        owner: None,
        owned: false,
        built_in: false,
        bases: Vec::new(),
        ancestors: Vec::new(),
        implicit_bases: Vec::new(),
        implicit_ancestors: Vec::new(),
        fields: Default::default(),
        children: Vec::new(),
        mentions: Vec::new(),
    }
}

fn inheritance(object: &mut Object, bases: Vec<FullName>, ancestors: Vec<FullName>) {
    if object.class.inherits() {
        object.fields.insert("bases", Value::own(Content::Names(bases.clone())));
        object.fields.insert("ancestors", Value::own(Content::Names(ancestors.clone())));
    }
    object.bases = bases;
    object.ancestors = ancestors;
}

/// How many steps up a declaration extends others.
fn depth(schema: &Schema, decl: &Decl) -> (usize, usize) {
    match schema.named(&decl.name) {
        Some(Named::Object(ty)) => (2, ty.ancestors.len()),
        Some(Named::Scalar(ty)) => (1, ty.ancestors.len()),
        _ => (0, ancestors(schema, decl).len()),
    }
}

fn bases_of_top(decl: &Decl) -> Vec<FullName> {
    let bases: Vec<FullName> = decl.bases().iter().map(|base| full(base)).collect();
    match (decl.class, bases.is_empty()) {
        (ObjectKind::Type, true) => vec![FullName::new("std", "Object")],
        (ObjectKind::ScalarType, true) => vec![FullName::new("std", "anyenum")],
        _ => bases,
    }
}

/// What a declaration of the top level extends, directly or not, nearest first.
fn ancestors(schema: &Schema, decl: &Decl) -> Vec<FullName> {
    let ids = match schema.named(&decl.name) {
        Some(Named::Object(ty)) => ty.ancestors.clone(),
        Some(Named::Scalar(ty)) => ty.ancestors.clone(),
        _ => return bases_in(schema, decl),
    };
    let name = |id: &uuid::Uuid| {
        Some(match schema.by_id(*id)? {
            Named::Object(it) => full(it.name.as_str()),
            Named::Scalar(it) => full(it.name.as_str()),
            _ => return None,
        })
    };
    ids.iter().filter_map(name).collect()
}

/// The declarations that an abstract link, constraint or annotation extends, up to the top.
fn bases_in(schema: &Schema, decl: &Decl) -> Vec<FullName> {
    let mut found: Vec<FullName> = Vec::new();
    let mut open: Vec<Arc<str>> = decl.bases().to_vec();
    while let Some(base) = open.pop() {
        let name = full(&base);
        if found.contains(&name) {
            continue;
        }
        found.push(name);
        if let Some(above) = schema.declared().named(&base, &[decl.class]) {
            open.extend(above.bases().iter().cloned());
        }
    }
    found
}

fn of_library(schema: &Schema, name: &str) -> Vec<FullName> {
    match schema.named(name) {
        Some(Named::Constraint(it)) => {
            let above = it.ancestors.iter().filter_map(|id| match schema.by_id(*id)? {
                Named::Constraint(it) => Some(full(it.name.as_str())),
                _ => None,
            });
            above.collect()
        }
        _ => Vec::new(),
    }
}

/// Whether what extends the owner of an object has the object too.
fn passes_on(schema: &Schema, object: &Object) -> bool {
    match object.class {
        _ if object.built_in || &*object.decl.name == TYPE_LINK => false,
        Class::AnnotationValue => match schema.named(&object.decl.name) {
            Some(Named::Annotation(annotation)) => annotation.inheritable,
            _ => false,
        },
        _ => true,
    }
}

// -- fields -----------------------------------------------------------------------------

type Fields = std::collections::BTreeMap<&'static str, Value>;

fn top_fields(schema: &Schema, class: Class, decl: &Decl) -> Fields {
    let mut fields = own_fields(schema, class, decl);
    if class == Class::Function {
        if let Some(Setting::Returns(typemod, ty)) = decl.settings.get(&Field::Returns) {
            fields.insert("return_type", Value::own(Content::Setting(Setting::Type(ty.clone()))));
            fields.insert("return_typemod", Value::own(Content::Text(format!("{typemod:?}").into())));
        }
        if !fields.contains_key("volatility") {
            let inferred = schema.functions_named(&decl.name).iter().find(|it| it.id == decl.id);
            let volatility = inferred.map(|it| schema.function_volatility(it));
            let content = Content::Text(format!("{volatility:?}").into());
            fields.insert("volatility", Value { content, inherited: false, computed: true });
        }
    }
    summaries(&mut fields);
    fields
}

fn own_fields(schema: &Schema, class: Class, decl: &Decl) -> Fields {
    let mut fields = Fields::new();
    for spec in specs(class) {
        if let Some(content) = spec.of(decl) {
            fields.insert(spec.name, Value::own(content));
        }
    }
    let computes = class.is_pointer() || class == Class::Global;
    if computes && decl.expr(Field::Computed).is_some() {
        if class.is_pointer() {
            fields.insert("computable", Value::own(Content::Flag(true)));
        }
        if let Some(inferred) = schema.declared().inferred.get(&decl.id) {
            add_inferred(schema, inferred, &mut fields);
        }
    }
    fields
}

/// What the expression of a computed pointer or global was found to give, where its declaration does not say.
fn add_inferred(schema: &Schema, inferred: &Inferred, fields: &mut Fields) {
    let found = [
        ("cardinality", Content::Setting(Setting::Cardinality(inferred.cardinality))),
        ("required", Content::Setting(Setting::Flag(inferred.required))),
        ("target", Content::Text(schema.type_name(&inferred.ty).into())),
    ];
    for (name, content) in found {
        fields.entry(name).or_insert(Value { content, inherited: false, computed: true });
    }
}

/// The fields that name other fields.
fn summaries(fields: &mut Fields) {
    let named = |fields: &Fields, is: &dyn Fn(&Value) -> bool| -> BTreeSet<&'static str> {
        fields.iter().filter(|(_, value)| is(value)).map(|(name, _)| *name).collect()
    };
    let (inherited, computed) = (named(fields, &|it| it.inherited), named(fields, &|it| it.computed));
    for (name, found) in [("inherited_fields", inherited), ("computed_fields", computed)] {
        if !found.is_empty() {
            fields.insert(name, Value::own(Content::Fields(found)));
        }
    }
}

fn inherited(name: &str, merge: Merge, default: Option<Content>, above: &[&Object]) -> Option<Content> {
    let mut values = above.iter().filter_map(|base| base.field(name));
    match merge {
        Merge::Never => None,
        Merge::First => values.next().map(|value| value.content.clone()),
        Merge::WithDefault => {
            let concrete = above.iter().find(|base| base.owner.is_some())?;
            concrete.field(name).map(|value| value.content.clone()).or(default)
        }
        Merge::Any => {
            let mut flags = above.iter().filter_map(|base| base.flag(name));
            let first = flags.next()?;
            Some(Content::Setting(Setting::Flag(first || flags.any(|flag| flag))))
        }
    }
}
