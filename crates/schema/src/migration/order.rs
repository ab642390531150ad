//! The order of commands: what is needed comes first, what needs something is gone before it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use syntax::ast::{Action, Definition, ObjectKind};

use crate::Schema;
use crate::decl::Decl;
use crate::describe::{Form, shell};
use crate::uses::{all_names_in, names_in};

/// Classes in the order in which their objects are taken up.
pub(super) fn class_order(class: ObjectKind) -> u8 {
    match class {
        ObjectKind::Extension => 0,
        ObjectKind::Future => 1,
        ObjectKind::Module => 2,
        ObjectKind::Alias => 3,
        ObjectKind::Annotation => 4,
        ObjectKind::Constraint => 5,
        ObjectKind::Function => 6,
        ObjectKind::Global => 7,
        ObjectKind::Index => 8,
        ObjectKind::Link => 9,
        ObjectKind::Permission => 10,
        ObjectKind::Property => 11,
        ObjectKind::ScalarType => 12,
        _ => 13,
    }
}

/// Whether one thing has to wait for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// It need not.
    No,
    /// It had better, unless the other waits for it.
    Rather,
    /// It cannot be done before.
    Must,
}

/// Sorts `items` so that each stands after those that it waits for, as far as that is possible; otherwise the order stays.
pub(super) fn sorted<T>(items: Vec<T>, waits: impl Fn(&T, &T) -> Wait) -> Vec<T> {
    let count = items.len();
    let (mut must, mut rather) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for (a, b) in (0..count).flat_map(|a| (0..count).map(move |b| (a, b))).filter(|(a, b)| a != b) {
        match waits(&items[a], &items[b]) {
            Wait::Must => must[a].push(b),
            Wait::Rather => rather[a].push(b),
            Wait::No => {}
        }
    }
    // A wish that closes a circle with what is settled already is passed over.
    let mut all = must;
    for (at, rather) in rather.into_iter().enumerate() {
        for other in rather {
            if !reaches(other, at, &all) {
                all[at].push(other);
            }
        }
    }
    let mut order = Vec::new();
    let mut seen = vec![false; count];
    for start in 0..count {
        visit(start, &all, &mut seen, &mut order);
    }
    let mut slots: Vec<Option<T>> = items.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| slots[at].take()).collect()
}

/// Whether edges lead from one to the other.
fn reaches(from: usize, to: usize, edges: &[Vec<usize>]) -> bool {
    let mut seen = vec![false; edges.len()];
    let mut order = Vec::new();
    visit(from, edges, &mut seen, &mut order);
    order.contains(&to)
}

/// Depth first, without recursion: chains of declarations can be long.
fn visit(start: usize, edges: &[Vec<usize>], seen: &mut [bool], order: &mut Vec<usize>) {
    if std::mem::replace(&mut seen[start], true) {
        return;
    }
    let mut stack = vec![(start, 0)];
    while let Some((at, next)) = stack.pop() {
        match edges[at].get(next) {
            Some(needed) => {
                stack.push((at, next + 1));
                if !std::mem::replace(&mut seen[*needed], true) {
                    stack.push((*needed, 0));
                }
            }
            None => order.push(at),
        }
    }
}

/// The parts of new declarations in the order in which they can be created: a declaration, or where declarations need one
/// another, first one without what it needs of the others and later the rest of it.
pub(super) struct Creation<'d> {
    pub(super) decl: &'d Decl,
    /// Keys of the children that this part creates; the declaration itself too where `whole` or first.
    pub(super) children: Option<HashSet<Arc<str>>>,
    pub(super) first: bool,
}

/// `pending` are new declarations; names not among them are there already.
pub(super) fn creations<'d>(pending: Vec<&'d Decl>) -> Vec<Creation<'d>> {
    let mut waiting: HashMap<Arc<str>, usize> = HashMap::new();
    for decl in &pending {
        *waiting.entry(decl.name.clone()).or_default() += 1;
    }
    let new: New<'_> = pending.iter().map(|decl| (decl.name.clone(), *decl)).collect();
    let set = |names: Vec<String>| -> HashSet<String> { names.into_iter().collect() };
    let named: Vec<(&Decl, HashSet<String>, HashSet<String>)> =
        pending.into_iter().map(|decl| (decl, set(names_in(decl)), set(all_names_in(decl)))).collect();
    // What stands in the block of a declaration can be added to it later.
    let waits = |(_, own, all): &(_, HashSet<String>, HashSet<String>), (other, ..): &(&Decl, _, _)| {
        if own.contains(&*other.name) {
            Wait::Must
        } else if all.contains(&*other.name) {
            Wait::Rather
        } else {
            Wait::No
        }
    };
    let in_order = sorted(named, waits);
    let mut parts: Vec<Creation<'d>> = Vec::new();
    let mut rest: Vec<(&'d Decl, HashSet<Arc<str>>)> = Vec::new();
    for (decl, ..) in in_order {
        if let Some(count) = waiting.get_mut(&decl.name) {
            *count -= 1;
        }
        let is_there =
            |name: &String| **name == *decl.name || waiting.get(&**name).is_none_or(|count| *count == 0);
        let ready: HashSet<Arc<str>> = decl
            .children
            .iter()
            .filter(|child| needs_of(child, decl, &new).iter().all(is_there))
            .map(|child| child.key())
            .collect();
        let late: HashSet<Arc<str>> =
            decl.children.iter().map(|child| child.key()).filter(|key| !ready.contains(key)).collect();
        let children = (!late.is_empty()).then_some(ready);
        parts.push(Creation { decl, children, first: true });
        if !late.is_empty() {
            rest.push((decl, late));
        }
        flush(&mut rest, &waiting, &new, &mut parts);
    }
    for (decl, late) in rest {
        parts.push(Creation { decl, children: Some(late), first: false });
    }
    parts
}

/// The new declarations by name.
type New<'d> = HashMap<Arc<str>, &'d Decl>;

/// The names that must be there before a child of `owner` can be created: its own, and what a new base needs for the
/// child that this one alters.
fn needs_of(child: &Decl, owner: &Decl, new: &New<'_>) -> Vec<String> {
    let mut names = all_names_in(child);
    for base in owner.bases().iter().filter_map(|base| new.get(base)) {
        let inherited = base.children.iter().filter(|it| it.class == child.class && it.name == child.name);
        names.extend(inherited.flat_map(|it| needs_of(it, base, new)));
    }
    names
}

/// Adds what was late, once all of it can be created.
fn flush<'d>(
    rest: &mut Vec<(&'d Decl, HashSet<Arc<str>>)>,
    waiting: &HashMap<Arc<str>, usize>,
    new: &New<'d>,
    parts: &mut Vec<Creation<'d>>,
) {
    rest.retain(|(decl, late)| {
        let children = decl.children.iter().filter(|child| late.contains(&child.key()));
        let is_there = |name: &String| waiting.get(&**name).is_none_or(|count| *count == 0);
        let ready = children.flat_map(|child| needs_of(child, decl, new)).all(|name| is_there(&name));
        if ready {
            parts.push(Creation { decl, children: Some(late.clone()), first: false });
        }
        !ready
    });
}

impl Creation<'_> {
    /// The definition that creates this part.
    pub(super) fn definition(&self, form: &Form<'_>) -> Definition {
        let mut part = self.decl.clone();
        if let Some(children) = &self.children {
            part.children.retain(|child| children.contains(&child.key()));
        }
        let whole = form.definition(&part);
        if self.first {
            return whole;
        }
        let mut def = shell(self.decl, Action::Alter, form.name(self.decl, &[]));
        let is_child =
            |command: &syntax::ast::Command| matches!(command.kind, syntax::ast::CommandKind::Definition(_));
        def.commands = whole.commands.into_iter().filter(is_child).collect();
        def
    }
}

/// The commands that create all of a schema's declarations but its modules and extensions.
pub(super) fn creating_commands(schema: &Schema) -> Vec<Definition> {
    let skipped = [ObjectKind::Module, ObjectKind::Extension, ObjectKind::Future];
    let mut decls: Vec<&Decl> =
        schema.declared().iter().filter(|decl| !skipped.contains(&decl.class)).collect();
    decls.sort_by(|a, b| (class_order(a.class), &a.name).cmp(&(class_order(b.class), &b.name)));
    let form = Form { schema, sdl: false, module: None };
    creations(decls).iter().map(|part| part.definition(&form)).collect()
}
