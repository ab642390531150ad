//! Every object against its type: what it has is what the type knows, kept where the type keeps it.

use std::collections::HashMap;

use diag::Result;
use ir::{StoredPointer, Type, TypeRules};
use schema::{Pointer, TypeRef};
use storage::{Link, Name, Row};
use value::{Uuid, Value};

use super::{Check, values};
use crate::errors::stored;

/// What a type says of one of its pointers.
struct Held<'a> {
    rule: &'a StoredPointer,
    ty: Type,
    /// The types that a link may lead to.
    targets: Vec<Uuid>,
    /// The types of the link properties.
    properties: HashMap<Name, Type>,
}

impl Held<'_> {
    /// Kept apart from the object's row.
    fn is_apart(&self) -> bool {
        self.rule.is_multi || !self.rule.link_properties.is_empty()
    }
}

/// The pointers of one type.
type Pointers<'a> = HashMap<Name, Held<'a>>;

impl Check<'_> {
    /// Looks at the objects of all types that have any.
    pub(super) fn objects(&mut self) -> Result<()> {
        let data = self.data;
        for symbol in stored(data.types())? {
            let id = data.symbols().type_uuid(symbol);
            let Some(rules) = self.book.types.get(&id).cloned() else {
                self.report(
                    None,
                    None,
                    format!("there are objects of a type that the schema does not have ({id})"),
                );
                continue;
            };
            let pointers = self.pointers(&rules);
            for row in stored(data.scan(symbol))? {
                self.object(&rules, &pointers, &stored(row)?)?;
            }
        }
        Ok(())
    }

    fn pointers<'r>(&self, rules: &'r TypeRules) -> Pointers<'r> {
        let symbols = self.data.symbols();
        let Some(ty) = self.compiler.schema().object_type(rules.type_id) else { return Pointers::new() };
        let held = rules.pointers.iter().filter_map(|rule| {
            let pointer = ty.pointer(&rule.name)?;
            let properties = pointer.properties.values().filter(|property| !property.is_computed());
            let properties = properties.filter_map(|it| Some((symbols.name(&it.name), self.type_of(it)?)));
            let targets = match pointer.target.as_ref()? {
                TypeRef::Object(id) => vec![*id],
                TypeRef::Union(ids) => ids.to_vec(),
                _ => Vec::new(),
            };
            let held = Held { rule, ty: self.type_of(pointer)?, targets, properties: properties.collect() };
            Some((symbols.name(&rule.name), held))
        });
        held.collect()
    }

    fn type_of(&self, pointer: &Pointer) -> Option<Type> {
        pointer.target.as_ref().map(|target| self.compiler.type_of(target))
    }

    fn object(&mut self, rules: &TypeRules, pointers: &Pointers<'_>, row: &Row) -> Result<()> {
        let mut report = Reports::default();
        let text = |name| self.data.symbols().text(name);
        // What is not readable was found before.
        for (name, value) in row.values().filter_map(storage::Result::ok) {
            match pointers.get(&name).filter(|held| !held.is_apart()) {
                None => report.add(format!("has a value of '{}', which its row does not have", text(name))),
                Some(held) => self.in_row(held, row, name, &value, &mut report)?,
            }
        }
        let id = row.id();
        for name in stored(self.data.names_apart(id))? {
            match pointers.get(&name).filter(|held| held.is_apart()) {
                None => report.add(format!("has values of '{}', which are not kept apart", text(name))),
                Some(held) if held.rule.is_link => {
                    let links = stored(self.data.links(id, name))?;
                    self.links(held, &links, &mut report)?;
                }
                Some(held) => self.values(held, id, name, &mut report)?,
            }
        }
        report.0.into_iter().for_each(|message| self.report(Some(&rules.name), Some(id), message));
        Ok(())
    }

    fn in_row(
        &self,
        held: &Held<'_>,
        row: &Row,
        name: Name,
        value: &Value,
        report: &mut Reports,
    ) -> Result<()> {
        match (held.rule.is_link, stored(row.link(name))?) {
            (true, Some(target)) => self.target(held, target, report),
            (false, None) => {
                self.value(&held.rule.title, &held.ty, value, report);
                Ok(())
            }
            (true, None) => {
                report.add(format!("{} is a value", held.rule.title));
                Ok(())
            }
            (false, Some(_)) => {
                report.add(format!("{} leads to an object", held.rule.title));
                Ok(())
            }
        }
    }

    fn links(&self, held: &Held<'_>, links: &[Link], report: &mut Reports) -> Result<()> {
        if links.len() > 1 && !held.rule.is_multi {
            report.add(format!("{} is single and has {} objects", held.rule.title, links.len()));
        }
        for link in links {
            self.target(held, link.target(), report)?;
            for (name, value) in link.properties().filter_map(storage::Result::ok) {
                let text = self.data.symbols().text(name);
                match held.properties.get(&name) {
                    None => report
                        .add(format!("{} has a property '{text}', which it does not have", held.rule.title)),
                    Some(ty) => {
                        let title = format!("property '{text}' of {}", held.rule.title);
                        self.value(&title, ty, &value, report);
                    }
                }
            }
        }
        Ok(())
    }

    fn values(&self, held: &Held<'_>, id: Uuid, name: Name, report: &mut Reports) -> Result<()> {
        if !held.rule.is_multi {
            report.add(format!("{} is single and has several values", held.rule.title));
        }
        for value in stored(self.data.values(id, name))?.filter_map(storage::Result::ok) {
            self.value(&held.rule.title, &held.ty, &value, report);
        }
        Ok(())
    }

    fn value(&self, title: &str, ty: &Type, value: &Value, report: &mut Reports) {
        if !values::fits(ty, value) {
            report.add(format!("{title} is not of type '{ty}': {value:?}"));
        }
    }

    /// A link leads to an object of its type. That it leads anywhere was looked at before.
    fn target(&self, held: &Held<'_>, target: Uuid, report: &mut Reports) -> Result<()> {
        let Some(symbol) = stored(self.data.type_of(target))? else { return Ok(()) };
        let found = self.data.symbols().type_uuid(symbol);
        let schema = self.compiler.schema();
        if !held.targets.iter().any(|expected| schema.is_below(found, *expected)) {
            let name = schema.object_type(found).map_or_else(|| found.to_string(), |ty| ty.name.to_string());
            report.add(format!("{} leads to a '{name}'", held.rule.title));
        }
        Ok(())
    }
}

/// What is wrong with one object.
#[derive(Default)]
struct Reports(Vec<String>);

impl Reports {
    fn add(&mut self, message: String) {
        self.0.push(message);
    }
}
