//! Renaming, with everything that says the old name.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result, Span};
use syntax::ast::{Name, ObjectKind};
use value::Uuid;

use super::Edit;
use super::inherited::{parents, with_descendants};
use super::wishes::Place;
use crate::Schema;
use crate::decl::{Decl, already_exists, rename_references, title_in};
use crate::uses::Renamed;

impl Edit<'_> {
    pub(super) fn rename_at(&mut self, place: &[Uuid], to: &Name, span: Span) -> Result<()> {
        match self.at(place) {
            None => Ok(()),
            Some((decl, around)) if around.is_empty() => {
                let decl = decl.clone();
                self.rename_named(&decl, to, span)
            }
            Some((decl, around)) => {
                let around: Vec<Decl> = around.iter().map(|outer| outer.without_children()).collect();
                let decl = decl.clone();
                self.rename_child(place, &decl, &around, &to.name, span)
            }
        }
    }

    // -- what has a full name -------------------------------------------------------

    fn rename_named(&mut self, decl: &Decl, to: &Name, span: Span) -> Result<()> {
        if decl.class == ObjectKind::Module {
            return Err(Diagnostic::new(ErrorCode::SCHEMA, "renaming modules is not supported"));
        }
        let full = self.scope.qualify(to);
        let name = full.as_arc().clone();
        if name == decl.name {
            return Ok(());
        }
        self.check_module_of(full.module())?;
        self.check_new_name(decl, &name, span)?;
        rename_references(&mut self.declared, decl.class, &decl.name, &name);
        self.touch();
        Ok(())
    }

    fn check_module_of(&self, module: &str) -> Result<()> {
        if self.names().has_module(module) {
            return Ok(());
        }
        let message = format!("module '{module}' is not in this schema");
        Err(Diagnostic::new(ErrorCode::UNKNOWN_MODULE, message))
    }

    fn check_new_name(&self, decl: &Decl, to: &Arc<str>, span: Span) -> Result<()> {
        let fail = |message: String| Err(Diagnostic::new(ErrorCode::SCHEMA, message).at(span));
        let there = self.declared.iter().find(|other| other.name == *to && other.class != ObjectKind::Module);
        if decl.class == ObjectKind::Function {
            if self.declared.of_class(ObjectKind::Function).filter(|it| it.name == decl.name).count() > 1 {
                return fail("renaming an overloaded function is not allowed".to_owned());
            }
            if there.is_some_and(|there| there.class == ObjectKind::Function) {
                return fail(format!(
                    "can not rename function to '{to}' because a function with the same name already exists, and \
                     renaming into an overload is not supported"
                ));
            }
        }
        match there {
            Some(there) => Err(already_exists(there, None)),
            None => Ok(()),
        }
    }

    // -- what stands inside -----------------------------------------------------------

    fn rename_child(
        &mut self,
        place: &[Uuid],
        decl: &Decl,
        around: &[Decl],
        to: &Arc<str>,
        span: Span,
    ) -> Result<()> {
        if decl.name == *to {
            return Ok(());
        }
        let schema = self.current();
        let from = parents(&schema, around, decl);
        if !from.is_empty() {
            let title = title_in(decl, around);
            let verb = if from.len() > 1 { "are" } else { "is" };
            let error =
                Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, format!("cannot rename inherited {title}"));
            let details =
                format!("{title} is inherited from {}, which {verb} not being renamed", from.join(", "));
            return Err(error.details(details).at(span));
        }
        let heirs = heirs(&schema, decl, around);
        self.check_free(&heirs, decl, to)?;
        if decl.is_pointer() {
            self.rename_in_expressions(&schema, decl, around, to);
            let place = Place::inside(around, &decl.name);
            place.into_iter().for_each(|place| self.wishes.rename(place, to));
        }
        self.change(place, |_, decl, _| {
            decl.name = to.clone();
            Ok(())
        })?;
        self.rename_redeclared(&heirs, decl, to);
        Ok(())
    }

    /// Neither the owner nor what inherits from it has something of the new name.
    fn check_free(&self, heirs: &[Uuid], decl: &Decl, to: &Arc<str>) -> Result<()> {
        let renamed = Decl { name: to.clone(), ..decl.without_children() };
        for heir in heirs {
            let found = self.declared.iter().find_map(|it| with_around(it, *heir));
            let Some((owner, mut around)) = found else { continue };
            around.push(owner.without_children());
            if owner.child(&renamed.key()).is_some() {
                let message = format!("{} already exists", title_in(&renamed, &around));
                return Err(Diagnostic::new(ErrorCode::SCHEMA, message));
            }
        }
        Ok(())
    }

    /// Expressions that pass the pointer name it anew.
    fn rename_in_expressions(&mut self, schema: &Schema, decl: &Decl, around: &[Decl], to: &Arc<str>) {
        let Some(owner) = around.last() else { return };
        let renamed = match owner.class {
            ObjectKind::Type => Renamed::Pointer(owner.id),
            _ => Renamed::LinkProperty(links_of(schema, owner).into_iter().map(|link| link.id).collect()),
        };
        let changes = schema.renamed_pointer(&renamed, &decl.name, to);
        for (id, field, setting) in changes {
            for decl in self.declared.items.values_mut().filter(|decl| decl.holds(id)) {
                Arc::make_mut(decl).replace_setting(id, field, &setting);
            }
        }
        self.touch();
    }

    /// What is said anew about the renamed thing where it is inherited goes on being about it.
    fn rename_redeclared(&mut self, heirs: &[Uuid], decl: &Decl, to: &Arc<str>) {
        let key = decl.key();
        for top in self.declared.items.values_mut() {
            for heir in heirs.iter().filter(|id| top.holds(**id)).copied().collect::<Vec<_>>() {
                rename_in(Arc::make_mut(top), heir, &key, to);
            }
        }
        self.touch();
    }
}

fn rename_in(decl: &mut Decl, owner: Uuid, key: &str, to: &Arc<str>) {
    if decl.id == owner {
        let twins = decl.children.iter_mut().filter(|child| *child.key() == *key);
        twins.for_each(|child| child.name = to.clone());
    }
    decl.children.iter_mut().for_each(|child| rename_in(child, owner, key, to));
}

/// The owner and what inherits from it, by id.
fn heirs(schema: &Schema, decl: &Decl, around: &[Decl]) -> Vec<Uuid> {
    match around {
        [owner] if owner.class == ObjectKind::Type => with_descendants(schema, owner.id),
        [.., link] if decl.is_pointer() => links_of(schema, link).into_iter().map(|link| link.id).collect(),
        [.., owner] => vec![owner.id],
        [] => Vec::new(),
    }
}

/// A link, abstract or of a type, and those that inherit from it.
fn links_of(schema: &Schema, link: &Decl) -> Vec<Arc<crate::Pointer>> {
    schema.pointers_from(link.id)
}

fn with_around(decl: &Decl, id: Uuid) -> Option<(&Decl, Vec<Decl>)> {
    if decl.id == id {
        return Some((decl, Vec::new()));
    }
    let (found, mut around) = decl.children.iter().find_map(|child| with_around(child, id))?;
    around.insert(0, decl.without_children());
    Some((found, around))
}
