//! What must hold of a link or a property: against what it inherits, and by itself.

use std::sync::Arc;

use diag::{Diagnostic, ErrorCode, Result};
use syntax::ast::ObjectKind;

use super::pointer::kind_title;
use super::{Resolver, located};
use crate::TypeRef;
use crate::decl::{Decl, Field, class_title, title_in, verbose_name};
use crate::model::*;

impl Resolver<'_> {
    pub(super) fn check_redeclared(
        &self,
        own: &Decl,
        source: &Decl,
        inherited: &[Arc<Pointer>],
    ) -> Result<()> {
        if !self.strict || own.overloaded || inherited.is_empty() {
            return Ok(());
        }
        let ancestors: Vec<String> = inherited.iter().filter_map(|it| self.source_name(it)).collect();
        let message = format!(
            "{} must be declared using the `overloaded` keyword because it is defined in the following ancestor(s): {}",
            verbose_name(own, Some(source)),
            ancestors.join(", ")
        );
        Err(located(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message), own.span))
    }

    fn source_name(&self, pointer: &Pointer) -> Option<String> {
        self.object(pointer.source?).map(|ty| ty.name.to_string())
    }

    /// Everything about a pointer of an object type.
    pub(super) fn check_pointer(
        &self,
        pointer: &Pointer,
        own: Option<&Decl>,
        source: &Decl,
        inherited: &[Arc<Pointer>],
    ) -> Result<()> {
        let span = own.and_then(|own| own.span).or(source.span);
        let check = self
            .check_targets(pointer, own, source, inherited)
            .and_then(|()| self.check_cardinality(pointer, own, source, inherited))
            .and_then(|()| self.check_required(pointer, source, inherited))
            .and_then(|()| self.check_readonly(pointer, own, source, inherited))
            .and_then(|()| self.check_lineage(pointer, own, source, inherited));
        check.map_err(|error| located(error, span))?;
        match own {
            Some(own) => self.check_own(pointer, own, source).map_err(|error| located(error, own.span)),
            None => Ok(()),
        }
    }

    // -- against what is inherited ------------------------------------------------

    /// The narrowest type of all, if there is one.
    fn check_targets(
        &self,
        pointer: &Pointer,
        own: Option<&Decl>,
        source: &Decl,
        inherited: &[Arc<Pointer>],
    ) -> Result<()> {
        let mut narrowest: Option<(&TypeRef, &Pointer)> = None;
        for parent in inherited {
            let Some(ty) = &parent.target else { continue };
            narrowest = match narrowest {
                Some((known, from)) if self.is_below(ty, known) => {
                    Some((ty, if ty == known { from } else { parent }))
                }
                Some((known, from)) if self.is_below(known, ty) => Some((known, from)),
                Some((known, from)) => {
                    let message = format!("inherited {} has a type conflict", title(pointer, source));
                    let details = format!(
                        "{} and as {} in parent {}",
                        self.defined(known, from),
                        self.type_title(ty),
                        self.owner(parent)
                    );
                    return Err(Diagnostic::new(ErrorCode::SCHEMA, message).details(details));
                }
                None => Some((ty, parent)),
            };
        }
        let Some((known, from)) = narrowest else { return Ok(()) };
        let Some(ty) = own.and_then(|own| own.ty(Field::Target)).and(pointer.target.as_ref()) else {
            return Ok(());
        };
        if from.kind == pointer.kind && self.is_below(ty, known) {
            return Ok(());
        }
        let message = format!("cannot redefine {} as {}", title(pointer, source), self.type_title(ty));
        Err(Diagnostic::new(ErrorCode::SCHEMA, message).details(self.defined(known, from)))
    }

    /// "property 'p' is defined as scalar type 'std::str' in parent object type 'default::A'"
    fn defined(&self, ty: &TypeRef, from: &Pointer) -> String {
        let kind = kind_title(from.kind);
        format!("{kind} '{}' is defined as {} in parent {}", from.name, self.type_title(ty), self.owner(from))
    }

    fn owner(&self, pointer: &Pointer) -> String {
        format!("object type '{}'", self.source_name(pointer).unwrap_or_default())
    }

    fn inherited_title(&self, pointer: &Pointer) -> String {
        format!("{} '{}' of {}", kind_title(pointer.kind), pointer.name, self.owner(pointer))
    }

    fn check_cardinality(
        &self,
        pointer: &Pointer,
        own: Option<&Decl>,
        source: &Decl,
        inherited: &[Arc<Pointer>],
    ) -> Result<()> {
        let explicit = own.is_some_and(|own| own.settings.contains_key(&Field::Cardinality));
        let stated = inherited.iter().filter_map(|it| Some((it.cardinality?, self.inherited_title(it))));
        let own = pointer.cardinality.filter(|_| explicit).map(|it| (it, title(pointer, source)));
        let mut all = own.into_iter().chain(stated);
        let Some((first, from)) = all.next() else { return Ok(()) };
        let Some((other, in_other)) = all.find(|(it, _)| *it != first) else { return Ok(()) };
        let message = format!(
            "cannot redefine the cardinality of {}: it is defined as '{}' in {from} and is defined as '{}' in {in_other}.",
            title(pointer, source),
            word(first),
            word(other)
        );
        Err(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message))
    }

    fn check_required(&self, pointer: &Pointer, source: &Decl, inherited: &[Arc<Pointer>]) -> Result<()> {
        let above = inherited.iter().find(|parent| parent.required == Some(true));
        let Some(parent) = above.filter(|_| pointer.required == Some(false)) else { return Ok(()) };
        let message = format!(
            "cannot make {} optional: its parent {} is defined as required",
            title(pointer, source),
            self.inherited_title(parent)
        );
        Err(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message))
    }

    fn check_readonly(
        &self,
        pointer: &Pointer,
        own: Option<&Decl>,
        source: &Decl,
        inherited: &[Arc<Pointer>],
    ) -> Result<()> {
        let own = own.and_then(|own| own.flag(Field::Readonly)).map(|it| (it, title(pointer, source)));
        let above = inherited.iter().map(|it| (it.readonly, self.inherited_title(it)));
        same_readonly(&title(pointer, source), own.into_iter().chain(above))
    }

    /// What is computed stands alone: it redeclares nothing, and nothing redeclares it.
    fn check_lineage(
        &self,
        pointer: &Pointer,
        own: Option<&Decl>,
        source: &Decl,
        inherited: &[Arc<Pointer>],
    ) -> Result<()> {
        let what = kind_title(pointer.kind);
        let title = title(pointer, source);
        let fail = |rest: String| {
            let message = format!("it is illegal for the {rest}");
            Err(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message))
        };
        if pointer.is_computed() && own.is_some_and(|own| !own.bases().is_empty()) {
            return fail(format!("computed {title} to extend an abstract {what}"));
        }
        let declared = self.declared_above(inherited);
        let computed = declared.iter().filter(|it| it.is_computed()).count();
        if pointer.is_computed() && own.is_some() && !declared.is_empty() {
            return fail(format!("computed {title} to overload an existing {what}"));
        }
        match (own.is_some(), computed) {
            (_, 0) => Ok(()),
            (false, 1) if declared.len() == 1 => Ok(()),
            (false, many) if many == declared.len() => {
                fail(format!("{title} to extend more than one computed {what}"))
            }
            _ => fail(format!("{title} to extend both a computed and a non-computed {what}")),
        }
    }

    /// The declarations that a pointer goes back to, each once.
    fn declared_above(&self, inherited: &[Arc<Pointer>]) -> Vec<Arc<Pointer>> {
        let mut found: Vec<Arc<Pointer>> = Vec::new();
        let mut waiting: Vec<Arc<Pointer>> = inherited.to_vec();
        let mut seen = Vec::new();
        while let Some(pointer) = waiting.pop() {
            if seen.contains(&pointer.id) {
                continue;
            }
            seen.push(pointer.id);
            if pointer.owned {
                found.push(pointer.clone());
            }
            let owner = pointer.source.and_then(|id| self.object(id));
            let bases = owner.iter().flat_map(|ty| ty.bases.iter()).filter_map(|id| self.object(*id));
            waiting.extend(bases.filter_map(|ty| ty.pointer(&pointer.name).cloned()));
        }
        found
    }

    // -- by itself ----------------------------------------------------------------

    fn check_own(&self, pointer: &Pointer, own: &Decl, source: &Decl) -> Result<()> {
        let title = || verbose_name(own, Some(source));
        let fail = |code: ErrorCode, message: String| Err(Diagnostic::new(code, message));
        if pointer.computed.is_none() && pointer.target.is_none() {
            return fail(ErrorCode::SCHEMA_DEFINITION, format!("missing target type in {}", title()));
        }
        if pointer.computed.is_some() && pointer.default.is_some() {
            let message = format!("default value is not allowed on computed {}", title());
            return fail(ErrorCode::SCHEMA_DEFINITION, message);
        }
        if let Some(target) = own.ty(Field::Target).and(pointer.target.as_ref()) {
            match pointer.kind {
                PointerKind::Link => self.check_link_target(&pointer.name, target)?,
                PointerKind::Property => self.check_property_target(target)?,
            }
        }
        if pointer.is_link()
            && pointer.required == Some(true)
            && pointer.on_target_delete == TargetDelete::DeferredRestrict
        {
            let message = "required links may not use `on target delete deferred restrict`";
            return fail(ErrorCode::INVALID_LINK_TARGET, message.to_owned());
        }
        if pointer.kind == PointerKind::Property {
            check_property_block(own)?;
        }
        check_rewrites(pointer, own, &title())
    }

    fn check_link_target(&self, name: &str, target: &TypeRef) -> Result<()> {
        let message = match target {
            TypeRef::Object(id) if self.name_of(*id) == "std::FreeObject" => {
                format!("{} is not a valid link target", self.type_title(target))
            }
            _ if target.is_object() => return Ok(()),
            _ => format!("invalid link target type, expected object type, got {}", self.type_title(target)),
        };
        let error = Diagnostic::new(ErrorCode::INVALID_LINK_TARGET, message);
        Err(match target {
            TypeRef::Array(of) => {
                error.hint(format!("did you mean 'multi link {name} -> {}'?", self.type_text(of)))
            }
            _ => error,
        })
    }

    fn check_property_target(&self, target: &TypeRef) -> Result<()> {
        let fail = |message: String| Err(Diagnostic::new(ErrorCode::INVALID_PROPERTY_TARGET, message));
        if self.is_generic(target) {
            return fail(format!("invalid property type: {} is a generic type", self.type_title(target)));
        }
        if holds_objects(target) {
            return fail(format!(
                "invalid property type: expected a scalar type, or a scalar collection, got {}",
                self.type_title(target)
            ));
        }
        if nests_arrays(target, false) {
            return Err(Diagnostic::new(ErrorCode::UNSUPPORTED_FEATURE, "nested arrays are not supported"));
        }
        Ok(())
    }

    pub(super) fn check_link_property(
        &self,
        property: &Pointer,
        own: &Decl,
        around: &[Decl],
        links_above: &[Arc<Pointer>],
    ) -> Result<()> {
        let check = || {
            if property.is_multi() {
                let message = "multi properties aren't supported for links";
                return Err(Diagnostic::new(ErrorCode::INVALID_PROPERTY_DEFINITION, message));
            }
            if let Some(target) = own.ty(Field::Target).and(property.target.as_ref()) {
                self.check_property_target(target)?;
            }
            let title = title_in(own, around);
            let flag = own.flag(Field::Readonly).map(|it| (it, title.clone()));
            let above = links_above.iter().filter_map(|link| {
                let readonly = link.properties.get(&own.name)?.readonly;
                Some((readonly, format!("property '{}' of {}", own.name, self.link_title(link))))
            });
            same_readonly(&title, flag.into_iter().chain(above))
        };
        check().map_err(|error| located(error, own.span))
    }

    fn link_title(&self, link: &Pointer) -> String {
        match link.source {
            Some(_) => self.inherited_title(link),
            None => format!("abstract link '{}'", link.name),
        }
    }
}

/// `link 'home' of object type 'default::User'`
fn title(pointer: &Pointer, source: &Decl) -> String {
    format!("{} '{}' of {}", kind_title(pointer.kind), pointer.name, verbose_name(source, None))
}

fn word(cardinality: Cardinality) -> &'static str {
    match cardinality {
        Cardinality::One => "single",
        Cardinality::Many => "multi",
    }
}

/// All that say something about `readonly` say the same.
fn same_readonly(title: &str, mut said: impl Iterator<Item = (bool, String)>) -> Result<()> {
    let capital = |flag: bool| if flag { "True" } else { "False" };
    let Some((first, from)) = said.next() else { return Ok(()) };
    let Some((other, in_other)) = said.find(|(it, _)| *it != first) else { return Ok(()) };
    let message = format!(
        "cannot redefine the readonly flag of {title}: it is defined as {} in {from} and as {} in {in_other}.",
        capital(first),
        capital(other)
    );
    Err(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message))
}

fn holds_objects(ty: &TypeRef) -> bool {
    match ty {
        TypeRef::Array(of) | TypeRef::Range(of) | TypeRef::MultiRange(of) => holds_objects(of),
        TypeRef::Tuple(elements) => elements.iter().any(|element| holds_objects(&element.ty)),
        other => other.is_object(),
    }
}

fn nests_arrays(ty: &TypeRef, inside: bool) -> bool {
    match ty {
        TypeRef::Array(of) => inside || nests_arrays(of, true),
        TypeRef::Tuple(elements) => elements.iter().any(|element| nests_arrays(&element.ty, false)),
        _ => false,
    }
}

/// Only links have properties and look at deletions.
fn check_property_block(own: &Decl) -> Result<()> {
    let hint =
        |what: &str| format!("{what} can only be placed on links, whose target types are object types.");
    let (what, hint) = if own.pointers().next().is_some() {
        ("a link property", hint("Link properties"))
    } else if own.settings.contains_key(&Field::OnTargetDelete)
        || own.settings.contains_key(&Field::OnSourceDelete)
    {
        ("a deletion policy", hint("Deletion policies"))
    } else {
        return Ok(());
    };
    let message = format!("cannot place {what} on a property");
    Err(Diagnostic::new(ErrorCode::INVALID_DEFINITION, message).hint(hint))
}

fn check_rewrites(pointer: &Pointer, own: &Decl, title: &str) -> Result<()> {
    if own.children_of(ObjectKind::Rewrite).next().is_none() {
        return Ok(());
    }
    let why = if pointer.is_multi() {
        "it is multi"
    } else if !pointer.properties.is_empty() {
        "it has link properties"
    } else {
        return Ok(());
    };
    let message = format!("cannot specify a rewrite for {title} because {why}");
    let error = Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message);
    Err(error.hint("this is a temporary implementation restriction"))
}

/// An abstract link or property has no values, so no default.
pub(super) fn check_abstract(decl: &Decl) -> Result<()> {
    if decl.expr(Field::Default).is_none() {
        return Ok(());
    }
    let message = format!("'default' is not a valid field for an abstract {}", class_title(decl.class));
    Err(located(Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message), decl.span))
}
