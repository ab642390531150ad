//! What redeclared pointers keep when that from which they inherit goes.

use std::sync::Arc;

use syntax::ast::ObjectKind;
use value::Uuid;

use super::Edit;
use super::inherited::with_descendants;
use crate::Schema;
use crate::decl::{Decl, Declared, Field};

impl Edit<'_> {
    /// A pointer was dropped: those that redeclare it, and inherit it from nowhere else, are on their own now.
    pub(super) fn keep_from_dropped(&mut self, owner: Uuid, around: &[Decl], dropped: &Decl) {
        for heir in self.heirs_of(owner) {
            let below = self.below.clone();
            let declared = self.declared.clone();
            let still =
                |decl: &Decl| ancestors(&below, &declared, decl).iter().any(|it| it.has(around, dropped));
            self.hand_down(heir, around, dropped, &|decl| !still(decl));
        }
    }

    /// The types that have a dropped pointer no more lose its values.
    pub(super) fn wish_dropped(&mut self, schema: &Schema, owner: Uuid, dropped: &Decl) {
        for id in with_descendants(schema, owner) {
            let Some(decl) = self.declared.iter().find(|decl| decl.id == id) else { continue };
            let above = ancestors(&self.below, &self.declared, decl);
            let stays = decl.child(&dropped.key()).is_some() || above.iter().any(|it| it.has(&[], dropped));
            if !stays {
                self.wishes.drop(id, &dropped.name);
            }
        }
    }

    /// A pointer says nothing of its own any more: what it handed down stays with those that redeclare it first.
    pub(super) fn keep_from_disowned(&mut self, owner: Uuid, around: &[Decl], dropped: &Decl) {
        let below = self.below.clone();
        let declared = self.declared.clone();
        let heirs = self.heirs_of(owner);
        let redeclares = |it: &Ancestor<'_>| heirs.contains(&it.id()) && it.has(around, dropped);
        for heir in heirs.iter().copied() {
            let first = |decl: &Decl| !ancestors(&below, &declared, decl).iter().any(redeclares);
            self.hand_down(heir, around, dropped, &first);
        }
    }

    /// Types extend less than they did `before`: pointers that they redeclare keep what came from the lost bases.
    pub(super) fn keep_from_lost_bases(&mut self, before: &Declared) {
        let below = self.below.clone();
        let mut kept = Vec::new();
        for decl in self.declared.of_class(ObjectKind::Type) {
            let Some(was) = before.iter().find(|it| it.id == decl.id) else { continue };
            let now = ancestors(&below, &self.declared, decl);
            let then = ancestors(&below, before, was);
            let lost: Vec<&Ancestor> = then.iter().filter(|it| !now.contains(it)).collect();
            if lost.is_empty() {
                continue;
            }
            let mut decl = decl.clone();
            for pointer in decl.children.iter_mut().filter(|child| child.is_pointer()) {
                if now.iter().any(|it| it.has(&[], pointer)) {
                    continue;
                }
                for from in lost.iter().filter_map(|it| it.pointer(pointer)).collect::<Vec<_>>() {
                    take_over(from, pointer);
                }
            }
            kept.push(decl);
        }
        for decl in kept {
            self.declared.insert(decl);
        }
        self.touch();
    }

    /// The declared types that extend another.
    fn heirs_of(&self, owner: Uuid) -> Vec<Uuid> {
        self.before.descendants(owner).to_vec()
    }

    /// Gives the redeclaration in one type what it does not say itself, where `wanted` says so of the type.
    fn hand_down(&mut self, heir: Uuid, around: &[Decl], from: &Decl, wanted: &dyn Fn(&Decl) -> bool) {
        let Some((key, decl)) = self.declared.items.iter().find(|(_, decl)| decl.id == heir) else { return };
        if !wanted(decl) {
            return;
        }
        let (key, mut decl) = (key.clone(), Decl::clone(decl));
        // Below the owner the way is the same: the link, for a property of one.
        let way: Vec<Arc<str>> = around.iter().skip(1).map(Decl::key).collect();
        if let Some(own) = child_at(&mut decl, &way, &from.key()) {
            take_over(from, own);
            self.declared.items.insert(key, Arc::new(decl));
            self.touch();
        }
    }
}

fn child_at<'d>(decl: &'d mut Decl, way: &[Arc<str>], key: &str) -> Option<&'d mut Decl> {
    let mut decl = decl;
    for outer in way {
        decl = decl.children.iter_mut().find(|child| child.key() == *outer)?;
    }
    decl.children.iter_mut().find(|child| *child.key() == *key)
}

/// What `own` says nothing about it says as `from` did.
fn take_over(from: &Decl, own: &mut Decl) {
    let has_target = own.settings.contains_key(&Field::Target) || own.settings.contains_key(&Field::Computed);
    for (field, setting) in &from.settings {
        if !(has_target && matches!(field, Field::Target | Field::Computed)) {
            own.settings.entry(*field).or_insert_with(|| setting.clone());
        }
    }
    for child in from.children.iter().filter(|child| child.is_pointer()) {
        let key = child.key();
        if let Some(twin) = own.children.iter_mut().find(|it| it.key() == key) {
            take_over(child, twin);
        }
    }
}

/// A type above another: declared, or of the standard library.
enum Ancestor<'a> {
    Declared(&'a Decl),
    Builtin(&'a crate::ObjectType),
}

impl PartialEq for Ancestor<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl<'a> Ancestor<'a> {
    fn id(&self) -> Uuid {
        match self {
            Ancestor::Declared(decl) => decl.id,
            Ancestor::Builtin(ty) => ty.id,
        }
    }

    fn pointer(&self, pointer: &Decl) -> Option<&'a Decl> {
        match self {
            Ancestor::Declared(decl) => decl.child(&pointer.key()),
            Ancestor::Builtin(_) => None,
        }
    }

    /// Whether it has the pointer, or the property of a link.
    fn has(&self, around: &[Decl], pointer: &Decl) -> bool {
        match self {
            Ancestor::Declared(decl) => {
                let mut at = Some(*decl);
                for outer in around.iter().skip(1) {
                    at = at.and_then(|decl| decl.child(&outer.key()));
                }
                at.is_some_and(|decl| decl.child(&pointer.key()).is_some())
            }
            Ancestor::Builtin(ty) => around.len() < 2 && ty.pointer(&pointer.name).is_some(),
        }
    }
}

/// What a type extends, directly and not, nearest first.
fn ancestors<'a>(below: &'a Schema, declared: &'a Declared, decl: &Decl) -> Vec<Ancestor<'a>> {
    let mut found: Vec<Ancestor<'a>> = Vec::new();
    let mut names: Vec<Arc<str>> = decl.bases().to_vec();
    let mut at = 0;
    while let Some(name) = names.get(at).cloned() {
        at += 1;
        if let Some(base) = declared.named(&name, &[ObjectKind::Type]) {
            names.extend(base.bases().iter().filter(|it| !names.contains(it)).cloned().collect::<Vec<_>>());
            found.push(Ancestor::Declared(base));
        } else if let Some(ty) = below.object_type_named(&name) {
            found.push(Ancestor::Builtin(ty));
        }
    }
    found
}
