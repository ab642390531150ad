//! Comparing two schemas, one top-level declaration after another.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use syntax::Style;
use syntax::ast::{Action, CommandKind, Definition, ObjectKind};
use value::Uuid;

use super::commands::{Change, Verb, must_recreate, verb_words};
use super::order::{Wait, class_order, creations, sorted};
use super::similarity::{RENAMED, similarity};
use super::title::{class_word, friendly, identifier};
use super::{Difference, Proposal, UserInput};
use crate::decl::{Decl, DeclType, Field};
use crate::describe::{Form, node as build};
use crate::uses::all_names_in;
use crate::{Named, Schema, TypeRef};

/// A step at the top level.
struct Op {
    def: Definition,
    verb: Verb,
    /// What prompts speak of, outermost first.
    subject: Vec<Decl>,
    confidence: f64,
    unsafe_: bool,
    inputs: Vec<UserInput>,
    /// What it makes or changes, by full name.
    makes: Option<Arc<str>>,
    /// What it takes away.
    drops: Option<Arc<str>>,
    /// Names that it needs.
    needs: Vec<String>,
    /// Names that it stops needing.
    frees: Vec<String>,
    /// What it alters or drops.
    touches: Vec<Decl>,
    /// Declarations that use a pointer it drops.
    after: Vec<Uuid>,
    /// Dropping what ties declarations together that all go: what is computed first (1), then what is stored (2).
    untie: u8,
}

impl Difference<'_> {
    pub(super) fn proposals(mut self) -> Vec<Proposal> {
        let ops = self.ops();
        let proposals = ops.into_iter().map(Op::proposal);
        let rejected = self.rejected;
        proposals.filter(|proposal| !rejected.contains(&proposal.prompt_id)).collect()
    }

    fn ops(&mut self) -> Vec<Op> {
        let (current, target) = (self.current.declared(), self.target.declared());
        let mut gone: Vec<&Decl> = Vec::new();
        let mut ops: Vec<Op> = Vec::new();
        let mut kept: Vec<(&Decl, &Decl)> = Vec::new();
        let mut fresh: Vec<&Decl> = Vec::new();
        for (key, old) in &current.items {
            match target.get(key) {
                Some(new) if old.same_as(new) => {}
                Some(new) if must_recreate(old, new) => {
                    gone.push(old);
                    fresh.push(new);
                }
                Some(new) => kept.push((old, new)),
                None => gone.push(old),
            }
        }
        fresh
            .extend(target.items.iter().filter(|(key, _)| current.get(key).is_none()).map(|(_, new)| &**new));
        for (old, new) in self.renames(&gone, &fresh) {
            gone.retain(|it| it.key() != old.key());
            fresh.retain(|it| it.key() != new.key());
            ops.push(self.rename_op(old, new));
        }
        let by_class =
            |a: &&Decl, b: &&Decl| (class_order(a.class), &a.name).cmp(&(class_order(b.class), &b.name));
        // Extensions keep their order, which is that of their needs, and go in the opposite one.
        fresh.sort_by(|a, b| match (a.class, b.class) {
            (ObjectKind::Extension, ObjectKind::Extension) => std::cmp::Ordering::Equal,
            _ => by_class(a, b),
        });
        gone.reverse();
        gone.sort_by(|a, b| match (a.class, b.class) {
            (ObjectKind::Extension, ObjectKind::Extension) => std::cmp::Ordering::Equal,
            _ => by_class(a, b),
        });
        kept.sort_by(|(a, _), (b, _)| by_class(a, b));
        ops.extend(self.create_ops(fresh.clone(), &gone));
        let mut lost = HashSet::new();
        for (old, new) in kept {
            let users = self.users_of_dropped(old, new);
            ops.extend(self.alter_op(old, new, &users));
            lost.extend(users);
        }
        let knots = Knots::of(&gone, lost);
        for old in &gone {
            let mut left = Decl::clone(old);
            for stage in [1, 2] {
                let ties = self.ties(&left, &knots, stage);
                ops.extend(self.untie_op(old, &ties, &knots, stage));
                left.children.retain(|child| !ties.iter().any(|tie| tie.id == child.id));
            }
            ops.push(self.drop_op(old, &left, &fresh));
        }
        ops.sort_by_cached_key(|op| (op.rank(), op.sort_name()));
        sorted(ops, Op::waits_for)
    }

    // -- what was renamed -------------------------------------------------------------

    /// Pairs that are alike enough, the most alike first; each declaration is in one pair at most.
    fn renames<'d>(&self, gone: &[&'d Decl], fresh: &[&'d Decl]) -> Vec<(&'d Decl, &'d Decl)> {
        let mut pairs: Vec<(f64, &Decl, &Decl)> = Vec::new();
        for old in gone {
            for new in fresh.iter().filter(|new| new.class == old.class && can_rename(new.class)) {
                let score = similarity(old, new, false);
                if score >= RENAMED && old.name != new.name && !self.is_rejected_top(old, new) {
                    pairs.push((score, old, new));
                }
            }
        }
        pairs.sort_by(|(a, ..), (b, ..)| b.total_cmp(a));
        let mut taken: Vec<Arc<str>> = Vec::new();
        let mut renames = Vec::new();
        for (_, old, new) in pairs {
            if !taken.contains(&old.name) && !taken.contains(&new.name) {
                taken.extend([old.name.clone(), new.name.clone()]);
                renames.push((old, new));
            }
        }
        renames
    }

    fn is_rejected_top(&self, old: &Decl, new: &Decl) -> bool {
        self.rejected.contains(&rename_id(old, &[], &identifier_name(new)))
    }

    /// Whether the user said that this is no rename.
    pub(super) fn is_rejected_rename(&self, old: &Decl, new: &Decl) -> bool {
        let start = format!("Rename{} ", class_word(old.class));
        let mentions = |id: &String| {
            id.starts_with(&start)
                && id.contains(&format!("__|{}@", old.name))
                && id.contains(" TO ")
                && id.contains(&format!("__|{}@", new.name))
        };
        self.rejected.iter().any(mentions)
    }

    fn rename_op(&self, old: &Decl, new: &Decl) -> Op {
        let to = match old.class {
            ObjectKind::Module => build::bare_name(&new.name),
            _ => build::name(&new.name),
        };
        let def = self.altering(old, &[], vec![build::command(CommandKind::Rename(to))]);
        // What it goes on to mention under its new name is not free to go yet.
        let mut frees = all_names_in(old);
        let needs = all_names_in(new);
        frees.retain(|name| !needs.contains(name));
        Op {
            confidence: similarity(old, new, false),
            frees,
            makes: Some(new.name.clone()),
            drops: Some(old.name.clone()),
            ..Op::new(def, Verb::Rename(new.name.clone()), vec![old.clone()])
        }
    }

    // -- what is new, gone, other -------------------------------------------------------

    fn create_ops(&self, fresh: Vec<&Decl>, gone: &[&Decl]) -> Vec<Op> {
        let form = Form { schema: self.target, sdl: false, module: None };
        let mut ops = Vec::new();
        for part in creations(fresh) {
            let def = part.definition(&form);
            let verb = if part.first { Verb::Create } else { Verb::Alter };
            let needs = match &part.children {
                None => all_names_in(part.decl),
                Some(children) => {
                    let children = part.decl.children.iter().filter(|child| children.contains(&child.key()));
                    let mut needs: Vec<String> = children.flat_map(all_names_in).collect();
                    needs.extend(part.decl.bases().iter().map(|base| base.to_string()));
                    needs
                }
            };
            let mut op = Op::new(def, verb, vec![part.decl.clone()]);
            op.makes = Some(part.decl.name.clone());
            op.needs = needs;
            op.confidence = self.unlikeness(part.decl, gone);
            if !part.first {
                op.needs.push(part.decl.name.to_string());
            }
            ops.push(op);
        }
        ops
    }

    /// How sure it is that this is new and no other one renamed.
    fn unlikeness(&self, decl: &Decl, others: &[&Decl]) -> f64 {
        let alike = others.iter().filter(|it| it.class == decl.class && !self.is_rejected_either(it, decl));
        let most = alike.map(|it| similarity(it, decl, false)).fold(0.0, f64::max);
        1.0 - most
    }

    fn is_rejected_either(&self, a: &Decl, b: &Decl) -> bool {
        self.is_rejected_top(a, b) || self.is_rejected_top(b, a)
    }

    /// `users`: what uses pointers that it loses.
    fn alter_op(&mut self, old: &Decl, new: &Decl, users: &[Uuid]) -> Option<Op> {
        let renames = self.first_rename(old, new);
        let changes = match renames {
            Some(rename) => vec![rename],
            None => self.changes(old, new, &[]),
        };
        if changes.is_empty() {
            return None;
        }
        let confidence = match changes.as_slice() {
            [Change { verb: Verb::Rename(_), subject, .. }] => self.rename_confidence(subject, new),
            _ => 1.0,
        };
        let change = self.wrap_top(old, changes);
        let CommandKind::Definition(def) = change.command.kind else { return None };
        let (mut needs, mut frees) = (all_names_in(new), all_names_in(old));
        let before = frees.clone();
        frees.retain(|name| !needs.contains(name));
        needs.retain(|name| !before.contains(name));
        Some(Op {
            def,
            verb: change.verb,
            subject: change.subject,
            confidence,
            unsafe_: change.unsafe_,
            inputs: change.inputs,
            makes: Some(old.name.clone()),
            drops: None,
            needs,
            frees,
            touches: vec![old.clone()],
            after: users.to_vec(),
            untie: 0,
        })
    }

    /// A pointer that was renamed is proposed by itself, before all else that changed in the type.
    fn first_rename(&mut self, old: &Decl, new: &Decl) -> Option<Change> {
        let is_rename = |change: &Change| matches!(change.verb, Verb::Rename(_));
        let placeholders = self.placeholders.clone();
        let found = self.changes(old, new, &[]).into_iter().find(is_rename);
        self.placeholders = placeholders;
        found
    }

    fn rename_confidence(&self, subject: &[Decl], new: &Decl) -> f64 {
        let Some(was) = subject.last() else { return 1.0 };
        let mut found = 0.0f64;
        let mut open = vec![new];
        while let Some(decl) = open.pop() {
            if decl.class == was.class {
                found = found.max(similarity(was, decl, false));
            }
            open.extend(decl.children.iter());
        }
        found.min(1.0)
    }

    fn wrap_top(&self, old: &Decl, changes: Vec<Change>) -> Change {
        self.wrap(old, &[], changes)
    }

    /// What ties a declaration to others that all go: at the first stage what is computed, at the second, but for the
    /// declaration that is last by name, what is stored. What uses it in the same declaration goes with it.
    fn ties(&self, old: &Decl, knots: &Knots, stage: u8) -> Vec<Decl> {
        let tied = knots.with(old);
        let is_stored = |child: &Decl| child.is_pointer() && child.expr(Field::Computed).is_none();
        let is_tie = |child: &Decl| {
            if stage == 1 && !is_stored(child) && knots.lost.iter().any(|user| child.holds(*user)) {
                return true;
            }
            let mut names = all_names_in(child).into_iter();
            match (is_stored(child), stage) {
                (false, 1) => names.any(|name| tied.iter().any(|it| **it == *name)),
                (true, 2) => names.any(|name| tied.iter().any(|it| **it == *name && *it > old.name)),
                _ => false,
            }
        };
        let mut ties: Vec<&Decl> = old.children.iter().filter(|child| is_tie(child)).collect();
        let mut at = 0;
        while let Some(tie) = ties.get(at).copied() {
            let users = if tie.is_pointer() {
                self.current.users_of_pointer(old.id, &tie.name, tie.id)
            } else {
                Vec::new()
            };
            let more = old.children.iter().filter(|child| users.iter().any(|user| child.holds(user.id)));
            let more: Vec<&Decl> = more.filter(|child| !ties.iter().any(|it| it.id == child.id)).collect();
            ties.extend(more);
            at += 1;
        }
        ties.into_iter().cloned().collect()
    }

    fn untie_op(&self, old: &Decl, ties: &[Decl], knots: &Knots, stage: u8) -> Option<Op> {
        let drop = |child: &Decl| build::command(CommandKind::Definition(self.dropping(child, &[old])));
        let def = self.altering(old, &[], ties.iter().map(drop).collect());
        let (verb, subject) = match ties {
            [] => return None,
            [only] => (Verb::Drop, vec![old.clone(), only.clone()]),
            _ => (Verb::Alter, vec![old.clone()]),
        };
        let frees = knots.with(old).iter().map(|name| name.to_string()).collect();
        let touches = ties.to_vec();
        Some(Op { unsafe_: true, frees, untie: stage, touches, ..Op::new(def, verb, subject) })
    }

    /// The declarations that use the pointers which a type loses.
    fn users_of_dropped(&self, old: &Decl, new: &Decl) -> Vec<Uuid> {
        let gone = old.pointers().filter(|child| new.child(&child.key()).is_none());
        let users = gone.flat_map(|child| self.current.users_of_pointer(old.id, &child.name, child.id));
        users.map(|user| user.id).filter(|id| !old.holds(*id)).collect()
    }

    /// `left`: what is left of it when it goes.
    fn drop_op(&self, old: &Decl, left: &Decl, fresh: &[&Decl]) -> Op {
        let def = self.dropping(old, &[]);
        let loses_data = matches!(old.class, ObjectKind::Type | ObjectKind::Extension);
        Op {
            unsafe_: loses_data,
            confidence: self.unlikeness(old, fresh),
            drops: Some(old.name.clone()),
            frees: all_names_in(left),
            touches: vec![left.clone()],
            ..Op::new(def, Verb::Drop, vec![old.clone()])
        }
    }
}

/// Declarations that need one another, directly or not, among those that go.
struct Knots {
    members: HashMap<Arc<str>, Vec<Arc<str>>>,
    /// What uses pointers that something else loses.
    lost: HashSet<Uuid>,
}

impl Knots {
    fn of(gone: &[&Decl], lost: HashSet<Uuid>) -> Knots {
        let names: Vec<HashSet<String>> =
            gone.iter().map(|decl| all_names_in(decl).into_iter().collect()).collect();
        let next = |from: usize| {
            (0..gone.len()).filter(move |to| *to != from).filter({
                let names = &names;
                move |to| names[from].contains(&*gone[*to].name)
            })
        };
        let edges: Vec<Vec<usize>> = (0..gone.len()).map(|from| next(from).collect()).collect();
        let reached: Vec<HashSet<usize>> = (0..gone.len()).map(|from| reach(from, &edges)).collect();
        let tied = |at: usize| {
            let others = reached[at].iter().filter(|other| **other != at && reached[**other].contains(&at));
            others.map(|other| gone[*other].name.clone()).collect::<Vec<_>>()
        };
        Knots { members: (0..gone.len()).map(|at| (gone[at].name.clone(), tied(at))).collect(), lost }
    }

    /// The names of the others in the knot of a declaration.
    fn with(&self, decl: &Decl) -> &[Arc<str>] {
        self.members.get(&decl.name).map_or(&[], Vec::as_slice)
    }
}

fn reach(from: usize, edges: &[Vec<usize>]) -> HashSet<usize> {
    let mut reached: HashSet<usize> = HashSet::new();
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        for to in edges.get(at).into_iter().flatten() {
            if reached.insert(*to) {
                open.push(*to);
            }
        }
    }
    reached
}

/// Modules, extensions and the like come and go.
fn can_rename(class: ObjectKind) -> bool {
    !matches!(class, ObjectKind::Module | ObjectKind::Extension | ObjectKind::Future | ObjectKind::Function)
}

impl Op {
    fn new(def: Definition, verb: Verb, subject: Vec<Decl>) -> Op {
        Op {
            def,
            verb,
            subject,
            confidence: 1.0,
            unsafe_: false,
            inputs: Vec::new(),
            makes: None,
            drops: None,
            needs: Vec::new(),
            frees: Vec::new(),
            touches: Vec::new(),
            after: Vec::new(),
            untie: 0,
        }
    }

    /// Extensions and modules come first and go last.
    fn rank(&self) -> (u8, u8) {
        let class = self.subject.first().map_or(13, |decl| class_order(decl.class));
        let is_drop = self.verb == Verb::Drop && self.subject.len() == 1;

        match class {
            0 | 2 if is_drop => (9, 9 - class),
            0..=2 => (0, class),
            _ => (2, class),
        }
    }

    /// Extensions stay in the order in which they were found.
    fn sort_name(&self) -> Option<Arc<str>> {
        let subject = self.subject.first().filter(|decl| decl.class != ObjectKind::Extension);
        subject.map(|decl| decl.name.clone())
    }

    /// Whether `other` has to happen first. What is there already and only changes is rather waited for.
    fn waits_for(&self, other: &Op) -> Wait {
        let needed = |name: &Arc<str>| self.needs.iter().any(|it| **it == **name);
        let made = other.makes.as_ref().filter(|_| other.drops.is_none() || self.drops.is_none());
        let is_new = other.def.action == Action::Create || other.is_rename();
        let is_drop = self.def.action == Action::Drop;
        let freed = |name: &Arc<str>| is_drop && other.frees.iter().any(|it| **it == **name);
        let drops_freed = self.drops.as_ref().is_some_and(freed);
        // What takes the place of something waits until it is gone.
        let comes = self.def.action == Action::Create || self.is_rename();
        let replaces = comes && other.def.action == Action::Drop && self.makes == other.drops;
        let unties_before = self.untie > other.untie && other.untie > 0;
        let drops_what_it_uses =
            self.after.iter().any(|user| other.touches.iter().any(|decl| decl.holds(*user)));
        let within = |name: &Arc<str>| {
            self.drops.as_ref().is_some_and(|outer| name.starts_with(&format!("{outer}::")))
        };
        let empties_module =
            is_drop && self.def.object == ObjectKind::Module && other.drops.as_ref().is_some_and(within);
        let must = empties_module
            || is_new && made.is_some_and(needed)
            || drops_freed
            || replaces
            || unties_before
            || drops_what_it_uses;
        match must {
            true => Wait::Must,
            false if made.is_some_and(needed) => Wait::Rather,
            false => Wait::No,
        }
    }

    fn is_rename(&self) -> bool {
        matches!(self.verb, Verb::Rename(_)) && self.subject.len() == 1
    }

    fn statement(&self) -> String {
        let text = syntax::print_definition(&self.def, Style::DDL);
        // Gel leaves room for the place of the new base.
        let room = if self.verb == Verb::Rebase { " " } else { "" };
        format!("{text}{room};")
    }

    fn proposal(self) -> Proposal {
        let (subject, around) =
            self.subject.split_last().map_or((None, &[][..]), |(last, rest)| (Some(last), rest));
        let around: Vec<&Decl> = around.iter().collect();
        let title = subject.map(|subject| friendly(subject, &around)).unwrap_or_default();
        let words = match &self.verb {
            Verb::Rename(to) => format!("rename {title} to '{to}'"),
            verb => verb_words(verb, &title),
        };
        Proposal {
            statements: vec![self.statement()],
            confidence: self.confidence,
            prompt: format!("did you {words}?"),
            prompt_id: subject.map(|subject| prompt_id(&self.verb, subject, &around)).unwrap_or_default(),
            data_safe: !self.unsafe_,
            required_user_input: self.inputs,
        }
    }
}

fn prompt_id(verb: &Verb, subject: &Decl, around: &[&Decl]) -> String {
    let class = class_word(subject.class);
    let name = identifier(subject, around);
    match verb {
        Verb::Create => format!("Create{class} {name}"),
        Verb::Alter => format!("Alter{class} {name}"),
        Verb::Drop => format!("Delete{class} {name}"),
        Verb::SetRequired(_) => format!("Alter{class}LowerCardinality {name}"),
        Verb::SetCardinality(_) => format!("Alter{class}UpperCardinality {name}"),
        Verb::SetType => format!("Set{class}Type {name}"),
        Verb::Rebase => format!("Rebase{class} {name}"),
        Verb::Rename(to) => {
            let mut renamed = subject.clone();
            renamed.name = to.clone();
            let new = identifier(&renamed, around);
            rename_id(subject, around, new.rsplit(' ').next().unwrap_or(&new))
        }
    }
}

fn rename_id(old: &Decl, around: &[&Decl], new_name: &str) -> String {
    format!("Rename{} {} TO {new_name}", class_word(old.class), identifier(old, around))
}

fn identifier_name(decl: &Decl) -> String {
    let full = identifier(decl, &[]);
    full.rsplit(' ').next().unwrap_or(&full).to_owned()
}

impl Schema {
    /// The type that a declared one stands for here.
    pub(super) fn type_of_decl(&self, ty: &DeclType) -> Option<TypeRef> {
        match ty {
            DeclType::Name(name) | DeclType::Applied(name, _) => match self.named(name)? {
                Named::Scalar(it) => Some(TypeRef::Scalar(it.id)),
                Named::Object(it) => Some(TypeRef::Object(it.id)),
                _ => None,
            },
            DeclType::Array(of) => Some(TypeRef::Array(self.type_of_decl(of)?.into())),
            DeclType::Range(of) => Some(TypeRef::Range(self.type_of_decl(of)?.into())),
            DeclType::MultiRange(of) => Some(TypeRef::MultiRange(self.type_of_decl(of)?.into())),
            DeclType::Tuple(elements) => {
                let element = |(name, ty): &(Option<Arc<str>>, DeclType)| {
                    Some(crate::TupleElement { name: name.clone(), ty: self.type_of_decl(ty)? })
                };
                Some(TypeRef::Tuple(elements.iter().map(element).collect::<Option<_>>()?))
            }
            DeclType::Union(names) => {
                let id = |name: &Arc<str>| self.object_type_named(name).map(|ty| ty.id);
                Some(TypeRef::Union(names.iter().map(id).collect::<Option<_>>()?))
            }
        }
    }
}
