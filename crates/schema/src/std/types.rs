//! Scalar and object types of the standard library.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;
use value::Uuid;

use super::Loader;
use super::names::{annotation_id, constraint_id};
use super::text::{lines, parse_type};
use crate::identity::{derived, derived_id};
use crate::layer::Named;
use crate::linearize::linearize;
use crate::model::*;
use crate::{Expression, QName, TypeRef};

/// The first line of a type: `id [abstract] name [extending bases] [enum<members>]`.
struct Header {
    id: Uuid,
    is_abstract: bool,
    name: &'static str,
    bases: Vec<&'static str>,
    members: Option<&'static str>,
}

impl Header {
    fn parse(line: &'static str) -> Option<Header> {
        let (id, rest) = line.split_once(' ')?;
        let (is_abstract, rest) = match rest.strip_prefix("abstract ") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let (rest, members) = match rest.split_once(" enum<") {
            Some((rest, members)) => (rest, Some(members.strip_suffix('>')?)),
            None => (rest, None),
        };
        let (name, bases) = rest.split_once(" extending ").unwrap_or((rest, ""));
        let bases = bases.split(", ").filter(|base| !base.is_empty()).collect();
        Some(Header { id: Uuid::parse_str(id).ok()?, is_abstract, name, bases, members })
    }
}

/// Headers in an order in which bases come before what extends them.
fn bases_first<T>(mut waiting: Vec<(Header, T)>) -> Vec<(Header, T)> {
    let mut ordered: Vec<(Header, T)> = Vec::new();
    while !waiting.is_empty() {
        let before = waiting.len();
        let known: HashMap<&str, ()> = ordered.iter().map(|(header, _)| (header.name, ())).collect();
        let (ready, rest): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|(header, _)| header.bases.iter().all(|base| known.contains_key(base)));
        ordered.extend(ready);
        waiting = rest;
        if waiting.len() == before {
            break;
        }
    }
    ordered
}

impl Loader {
    fn ids_of(&self, names: &[&str]) -> Option<Vec<Uuid>> {
        let id = |name: &&str| match self.types.get(name)? {
            TypeRef::Scalar(id) | TypeRef::Object(id) => Some(*id),
            _ => None,
        };
        names.iter().map(id).collect()
    }

    fn ancestors_of(&self, bases: &[Uuid]) -> Option<Vec<Uuid>> {
        let of = |id: Uuid| match self.layer.ids.get(&id).and_then(|name| self.layer.names.get(name)) {
            Some(Named::Object(ty)) => ty.ancestors.as_slice(),
            Some(Named::Scalar(ty)) => ty.ancestors.as_slice(),
            _ => &[],
        };
        linearize(bases, of)
    }

    pub(super) fn load_scalars(&mut self, file: &'static str) {
        let mut headers = Vec::new();
        for line in lines(file) {
            match Header::parse(line) {
                Some(mut header) => {
                    if header.members.is_some() {
                        header.bases = vec!["std::anyenum"];
                    }
                    self.types.insert(header.name, TypeRef::Scalar(header.id));
                    headers.push((header, line));
                }
                None => self.problems.push(line.to_owned()),
            }
        }
        for (header, line) in bases_first(headers) {
            if self.add_scalar(header).is_none() {
                self.problems.push(line.to_owned());
            }
        }
    }

    fn add_scalar(&mut self, header: Header) -> Option<()> {
        let bases = self.ids_of(&header.bases)?;
        let name = QName::parse(header.name);
        // A sequence is abstract too, yet what extends it has the representation of its base.
        let above = bases.iter().find_map(|base| match self.layer.names.get(self.layer.ids.get(base)?)? {
            Named::Scalar(ty) => ty.base,
            _ => None,
        });
        let base = if header.is_abstract { above } else { above.or(Some(header.id)) };
        let members = header.members.map(|members| members.split(", ").map(Arc::from).collect());
        let ty = ScalarType {
            id: header.id,
            name: name.clone(),
            is_abstract: header.is_abstract,
            builtin: true,
            ancestors: self.ancestors_of(&bases)?,
            bases,
            base,
            enum_values: members,
            args: Vec::new(),
            default: None,
            constraints: Vec::new(),
            annotations: Vec::new(),
        };
        self.layer.insert(name, Named::Scalar(Arc::new(ty)));
        Some(())
    }

    pub(super) fn load_object_types(&mut self, file: &'static str) {
        let mut types: Vec<(Header, Vec<&'static str>)> = Vec::new();
        for line in lines(file) {
            match (line.strip_prefix("  "), types.last_mut()) {
                (Some(pointer), Some((_, pointers))) => pointers.push(pointer),
                _ => match Header::parse(line) {
                    Some(header) => {
                        self.types.insert(header.name, TypeRef::Object(header.id));
                        types.push((header, Vec::new()));
                    }
                    None => self.problems.push(line.to_owned()),
                },
            }
        }
        for (header, pointers) in bases_first(types) {
            let name = header.name;
            if self.add_object_type(header, &pointers).is_none() {
                self.problems.push(name.to_owned());
            }
        }
    }

    fn add_object_type(&mut self, header: Header, lines: &[&'static str]) -> Option<()> {
        let bases = self.ids_of(&header.bases)?;
        let mut pointers = self.inherited_pointers(header.id, &bases);
        let mut ancestors = self.ancestors_of(&bases)?;
        let mut last: Option<Arc<str>> = None;
        for line in lines {
            match line.trim_start().split_once(' ')? {
                ("property", property) if line.starts_with(' ') => {
                    let link = pointers.get_mut(last.as_ref()?)?;
                    let property = self.parse_link_property(link.id, property)?;
                    Arc::make_mut(link).properties.insert(property.name.clone(), Arc::new(property));
                }
                ("annotation", annotation) => {
                    let pointer = pointers.get_mut(last.as_ref()?)?;
                    Arc::make_mut(pointer).annotations.push(parse_annotation(annotation)?);
                }
                ("without", names) => {
                    names.split(", ").for_each(|name| _ = pointers.shift_remove(name));
                }
                ("ancestors", names) => {
                    ancestors = self.ids_of(&names.split(", ").collect::<Vec<_>>())?;
                }
                _ => {
                    let pointer = self.parse_pointer(header.id, line, &pointers)?;
                    last = Some(pointer.name.clone());
                    pointers.insert(pointer.name.clone(), Arc::new(pointer));
                }
            }
        }
        let name = QName::parse(header.name);
        let ty = ObjectType {
            id: header.id,
            name: name.clone(),
            is_abstract: header.is_abstract,
            builtin: true,
            ancestors,
            bases,
            pointers,
            constraints: Vec::new(),
            indexes: Vec::new(),
            policies: Vec::new(),
            triggers: Vec::new(),
            annotations: Vec::new(),
        };
        self.layer.insert(name, Named::Object(Arc::new(ty)));
        Some(())
    }

    fn inherited_pointers(&self, id: Uuid, bases: &[Uuid]) -> IndexMap<Arc<str>, Arc<Pointer>> {
        let mut pointers: IndexMap<Arc<str>, Arc<Pointer>> = IndexMap::new();
        for base in bases {
            let Some(Named::Object(base)) =
                self.layer.ids.get(base).and_then(|name| self.layer.names.get(name))
            else {
                continue;
            };
            for pointer in base.pointers.values() {
                match pointers.get_mut(&pointer.name) {
                    Some(there) => Arc::make_mut(there).bases.push(pointer.id),
                    None => {
                        let mut inherited = pointer.inherited_by(id);
                        inherited.annotations.iter_mut().for_each(|it| it.owned = false);
                        inherited.constraints =
                            pointer.constraints.iter().map(|it| inherit(it, id, inherited.id)).collect();
                        pointers.insert(pointer.name.clone(), Arc::new(inherited));
                    }
                }
            }
        }
        pointers
    }

    /// `[words] kind name: type [on target delete …] [extending …] [:= expr | default expr]`
    fn parse_pointer(
        &self,
        source: Uuid,
        line: &'static str,
        inherited: &IndexMap<Arc<str>, Arc<Pointer>>,
    ) -> Option<Pointer> {
        let (head, rest) = line.split_once(": ")?;
        let mut words: Vec<&str> = head.split(' ').collect();
        let name = words.pop()?;
        let kind = match words.pop()? {
            "link" => PointerKind::Link,
            "property" => PointerKind::Property,
            _ => return None,
        };
        let (rest, computed) = split_tail(rest, " := ");
        let (rest, default) = split_tail(rest, " default ");
        let (rest, base) = split_tail(rest, " extending ");
        let (ty, on_target_delete) = split_tail(rest, " on target delete ");
        let mut pointer = Pointer::bare(pointer_id(source, name), name.into(), kind);
        pointer.source = Some(source);
        pointer.owned = true;
        pointer.target = Some(parse_type(ty, &self.types)?);
        let many = words.contains(&"multi");
        pointer.cardinality = Some(if many { Cardinality::Many } else { Cardinality::One });
        pointer.required = Some(words.contains(&"required"));
        pointer.readonly = words.contains(&"readonly");
        pointer.protected = words.contains(&"protected");
        pointer.secret = words.contains(&"secret");
        if words.contains(&"exclusive") {
            pointer.constraints = vec![Arc::new(exclusive(source, pointer.id))];
        }
        pointer.computed = computed.map(Expression::from_text);
        pointer.default = default.map(Expression::from_text);
        if let Some(word) = on_target_delete {
            let deferred = word == "deferredrestrict";
            pointer.on_target_delete =
                if deferred { TargetDelete::DeferredRestrict } else { TargetDelete::Allow };
        }
        if let Some(parent) = inherited.get(name) {
            pointer.bases = parent.bases.clone();
            pointer.properties = parent.properties.clone();
        }
        for name in base.iter().flat_map(|base| base.split(", ")) {
            pointer.bases.push(derived_id(&format!("abstract {name}")));
            for property in reference_properties(name) {
                let property = self.parse_link_property(pointer.id, property)?;
                pointer.properties.insert(property.name.clone(), Arc::new(property));
            }
        }
        Some(pointer)
    }

    /// `name: type`
    pub(super) fn parse_link_property(&self, link: Uuid, text: &str) -> Option<Pointer> {
        let (name, ty) = text.split_once(": ")?;
        let mut property = Pointer::bare(pointer_id(link, name), name.into(), PointerKind::Property);
        property.source = Some(link);
        property.owned = true;
        property.target = Some(parse_type(ty, &self.types)?);
        property.cardinality = Some(Cardinality::One);
        property.required = Some(false);
        Some(property)
    }
}

/// `name value`
fn parse_annotation(text: &str) -> Option<AnnotationValue> {
    let (name, value) = text.split_once(' ')?;
    Some(AnnotationValue {
        annotation: annotation_id(name),
        name: QName::parse(name),
        value: value.into(),
        owned: true,
    })
}

/// `std::exclusive` on a pointer.
pub(crate) fn exclusive(source: Uuid, pointer: Uuid) -> Constraint {
    let id = derived(pointer, "std::exclusive");
    Constraint {
        id,
        name: QName::parse("std::exclusive"),
        abstract_id: constraint_id("std::exclusive"),
        kind: ConstraintKind::Exclusive,
        subject: ConstraintSubject::Pointer { source, pointer },
        args: Vec::new(),
        subject_expr: None,
        except: None,
        expr: Some(Expression::from_text("std::_is_exclusive(__subject__)")),
        delegated: false,
        errmessage: "{__subject__} violates exclusivity constraint".into(),
        owned: true,
        bases: Vec::new(),
        origins: vec![id],
        annotations: Vec::new(),
    }
}

/// The constraint on a pointer that only inherits it.
fn inherit(constraint: &Constraint, source: Uuid, pointer: Uuid) -> Arc<Constraint> {
    Arc::new(Constraint {
        id: derived(pointer, constraint.name.as_str()),
        subject: ConstraintSubject::Pointer { source, pointer },
        owned: false,
        bases: vec![constraint.id],
        ..constraint.clone()
    })
}

/// The properties that the library's abstract links bring.
fn reference_properties(link: &str) -> &'static [&'static str] {
    match link {
        "schema::reference" => &["owned: std::bool", "is_owned: std::bool"],
        "schema::ordered" => &["index: std::int64"],
        _ => &[],
    }
}

fn split_tail(text: &'static str, separator: &str) -> (&'static str, Option<&'static str>) {
    match text.split_once(separator) {
        Some((head, tail)) => (head, Some(tail)),
        None => (text, None),
    }
}

/// The id of a pointer of a standard type; one that a type only inherits has its id in the same way.
fn pointer_id(source: Uuid, name: &str) -> Uuid {
    derived(source, name)
}
