//! What is created, altered and dropped inside a declaration.

use diag::{Diagnostic, ErrorCode, Result, Span};
use syntax::ast::{Definition, ObjectKind, Spec};
use value::Uuid;

use super::alter::only_resets;
use super::inherited::parents;
use super::wishes::Place;
use super::{Dropped, Edit};
use crate::decl::{Decl, Field, PLAIN_INDEX, class_title, rewrite_name, span_of, title_in, verbose_name};
use crate::uses::User;

impl Edit<'_> {
    pub(super) fn create_child(&mut self, place: &[Uuid], def: &Definition) -> Result<()> {
        self.change(place, |edit, decl, around| {
            let children = {
                let names = edit.names();
                edit.declarer(&names).declare(def)?
            };
            for child in children {
                if decl.child(&child.key()).is_some() {
                    let message = format!("{} already exists", title_below(&child, decl, around));
                    return Err(Diagnostic::new(ErrorCode::SCHEMA, message));
                }
                let outer: Vec<&Decl> = around.iter().chain([&*decl]).collect();
                if let (Some(fill), Some(place)) = (child.fill.clone(), Place::inside(&outer, &child.name)) {
                    edit.wishes.fill(place, fill);
                }
                decl.children.push(child);
            }
            Ok(())
        })
    }

    /// The declarations that a definition inside another is about, as far as their keys go.
    fn stubs(&self, def: &Definition) -> Result<Vec<Decl>> {
        let names = self.names();
        let declarer = self.declarer(&names);
        if let Spec::Rewrite { kinds, .. } = &def.spec {
            let stub = |kind: &_| Decl::new(ObjectKind::Rewrite, rewrite_name(*kind), Some(def.span));
            return Ok(kinds.iter().map(stub).collect());
        }
        let mut stub = Decl::new(def.object, declarer.name_of(def)?, Some(def.span));
        declarer.set_spec(&mut stub, def)?;
        Ok(vec![stub])
    }

    pub(super) fn alter_child(&mut self, place: &[Uuid], def: &Definition) -> Result<()> {
        for stub in self.stubs(def)? {
            let Some((decl, around)) = self.at(place) else { continue };
            let there = decl.child(&stub.key()).map(|child| child.id);
            let around: Vec<Decl> = around.into_iter().chain([decl]).map(Decl::without_children).collect();
            let child = match there {
                Some(id) => id,
                None => {
                    self.check_inherited(&around, &stub)?;
                    if only_resets(def) {
                        continue;
                    }
                    self.overload(place, &stub)?
                }
            };
            let mut inner = place.to_vec();
            inner.push(child);
            self.change(&inner, |_, child, _| {
                child.span = Some(span_of(def));
                Ok(())
            })?;
            self.alter_at(&inner, def)?;
        }
        Ok(())
    }

    /// A declaration of its own over something inherited, which says nothing yet.
    fn overload(&mut self, place: &[Uuid], stub: &Decl) -> Result<Uuid> {
        let child =
            Decl { settings: stub.settings.clone(), ..Decl::new(stub.class, stub.name.clone(), None) };
        let id = child.id;
        self.change(place, |_, decl, _| {
            decl.children.push(child);
            Ok(())
        })?;
        Ok(id)
    }

    fn check_inherited(&mut self, around: &[Decl], stub: &Decl) -> Result<()> {
        let schema = self.current();
        let inherited = !parents(&schema, around, stub).is_empty();
        // What the standard library's types hand down is declared nowhere.
        let special = stub.is_pointer() && matches!(&*stub.name, "id" | "__type__");
        let message = match stub.class {
            ObjectKind::AccessPolicy | ObjectKind::Trigger if inherited => {
                let class = class_title(stub.class);
                format!("cannot alter the definition of inherited {class} {}", stub.name)
            }
            _ if inherited || special => return Ok(()),
            _ => return Err(missing(around, stub)),
        };
        Err(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message).at_if_unknown(stub.span))
    }

    pub(super) fn drop_child(&mut self, place: &[Uuid], def: &Definition) -> Result<()> {
        for stub in self.stubs(def)? {
            let Some((decl, around)) = self.at(place) else { continue };
            let there = decl.child(&stub.key()).cloned();
            let around: Vec<Decl> = around.into_iter().chain([decl]).map(Decl::without_children).collect();
            let schema = self.current();
            let from = parents(&schema, &around, &stub);
            if !from.is_empty() {
                return Err(inherited_drop(&around, &stub, &from));
            }
            let Some(child) = there else { return Err(missing(&around, &stub)) };
            if let (true, [owner]) = (child.is_pointer(), around.as_slice()) {
                let users = schema.users_of_pointer(owner.id, &child.name, child.id);
                self.note_dropped(owner, &child, users);
            }
            self.change(place, |_, decl, _| {
                decl.children.retain(|it| it.id != child.id);
                Ok(())
            })?;
            if let (true, [owner, ..]) = (child.is_pointer(), around.as_slice()) {
                self.keep_from_dropped(owner.id, &around, &child);
                if around.len() == 1 {
                    self.wish_dropped(&schema, owner.id, &child);
                }
            }
        }
        Ok(())
    }

    /// A pointer of a type is dropped: what passes it must go or change in the same command.
    pub(super) fn note_dropped(&mut self, owner: &Decl, pointer: &Decl, users: Vec<User>) {
        let title = verbose_name(pointer, Some(owner));
        let owner = verbose_name(owner, None);
        self.dropped.push(Dropped { title, name: pointer.name.clone(), users, owner: Some(owner) });
    }

    // -- drop owned ---------------------------------------------------------------

    /// `drop owned` leaves what is inherited, so something must be.
    pub(super) fn check_disowned(&mut self, place: &[Uuid], span: Span) -> Result<()> {
        let Some((decl, around)) = self.at(place) else { return Ok(()) };
        let (decl, around) = (decl.clone(), owned(&around));
        if !parents(&self.current(), &around, &decl).is_empty() {
            return Ok(());
        }
        let message = format!(
            "cannot drop owned {}, as it is not inherited, use DROP {} instead",
            title_in(&decl, &around),
            class_title(decl.class).to_uppercase()
        );
        Err(Diagnostic::new(ErrorCode::INVALID_DEFINITION, message).at(span))
    }

    pub(super) fn disown(&mut self, place: &[Uuid]) -> Result<()> {
        let Some((decl, around)) = self.at(place) else { return Ok(()) };
        let (child, around) = (decl.clone(), owned(&around));
        let Some((_, parent)) = place.split_last() else { return Ok(()) };
        self.change(parent, |_, decl, _| {
            decl.children.retain(|it| it.id != child.id);
            Ok(())
        })?;
        if let (true, [owner, ..]) = (child.is_pointer(), around.as_slice()) {
            self.keep_from_disowned(owner.id, &around, &child);
        }
        Ok(())
    }
}

fn owned(around: &[&Decl]) -> Vec<Decl> {
    around.iter().map(|decl| decl.without_children()).collect()
}

fn title_below(child: &Decl, decl: &Decl, around: &[Decl]) -> String {
    let mut around = around.to_vec();
    around.push(decl.without_children());
    title_in(child, &around)
}

fn inherited_drop(around: &[Decl], stub: &Decl, from: &[String]) -> Diagnostic {
    let title = title_in(stub, around);
    Diagnostic::new(ErrorCode::SCHEMA, format!("cannot drop inherited {title}"))
        .details(format!("{title} is inherited from:\n- {}", from.join("\n- ")))
        .at_if_unknown(stub.span)
}

/// "… does not exist", of what a command is about.
fn missing(around: &[Decl], stub: &Decl) -> Diagnostic {
    let outside = around.split_last().map(|(outer, outside)| title_in(outer, outside)).unwrap_or_default();
    let message = match stub.class {
        _ if stub.is_pointer() => format!("{} '{}' does not exist", class_title(stub.class), stub.name),
        ObjectKind::Index => {
            let on = stub.expr(Field::On).map(|on| on.text()).unwrap_or_default();
            let name = if &*stub.name == PLAIN_INDEX { String::new() } else { format!("'{}' ", stub.name) };
            let on = if on.starts_with('(') { on.to_owned() } else { format!("({on})") };
            format!("index {name}on {on} does not exist on {outside}")
        }
        _ => format!("{} does not exist", title_in(stub, around)),
    };
    Diagnostic::new(ErrorCode::INVALID_REFERENCE, message).at_if_unknown(stub.span)
}
