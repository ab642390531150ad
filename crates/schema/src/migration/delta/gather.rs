//! Putting branches of commands together again: what can be done in one command is.

use std::collections::{HashMap, HashSet};

use diag::{Diagnostic, ErrorCode};

use super::depend::{Graph, Key, Step};
use super::sort::Cycle;
use super::{Comparison, Kind, OpId, Ops};
use crate::migration::objects::{Class, FullName};

/// A kind of command that others can become part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Whole {
    Create,
    Alter,
    Delete,
    Rename,
    Rebase,
    Owned,
    Other,
}

fn whole(kind: &Kind) -> Whole {
    match kind {
        Kind::Create => Whole::Create,
        Kind::Alter => Whole::Alter,
        Kind::Delete => Whole::Delete,
        Kind::Rename(_) => Whole::Rename,
        Kind::Rebase { .. } => Whole::Rebase,
        Kind::Special(change) if change.field == "owned" => Whole::Owned,
        _ => Whole::Other,
    }
}

type Index = HashMap<(Whole, Class, FullName, bool), OpId>;

/// The tree that is being put together.
struct Tree<'o> {
    ops: &'o mut Ops,
    root: OpId,
    parents: HashMap<OpId, OpId>,
    needs: HashMap<OpId, HashSet<OpId>>,
    /// Where each command stands: places from the root down.
    places: HashMap<OpId, Vec<usize>>,
    /// The last command of a kind with an object; those that only follow from others apart.
    latest: Index,
}

impl Comparison<'_> {
    pub(super) fn gather(&mut self, graph: &Graph, sorted: &[usize]) -> Vec<OpId> {
        let root = self.ops.root();
        let mut tree = Tree {
            ops: &mut self.ops,
            root,
            parents: HashMap::new(),
            needs: HashMap::new(),
            places: HashMap::new(),
            latest: Index::new(),
        };
        let nodes: Vec<_> = sorted.iter().filter_map(|at| graph.get_index(*at)).collect();
        for (_, node) in &nodes {
            let Some(op) = node.way.last() else { continue };
            for pair in node.way.windows(2) {
                tree.parents.insert(pair[1], pair[0]);
            }
            let needed = node.needs.iter().filter_map(|key| graph.get(key)?.way.last().copied());
            tree.needs.entry(*op).or_default().extend(needed);
        }
        for (_, node) in nodes {
            tree.place(&node.way, &node.overloads);
        }
        self.ops.get(root).subs.clone()
    }

    pub(super) fn cycle(&self, graph: &Graph, cycle: &Cycle) -> Diagnostic {
        let lines: Vec<String> =
            cycle.0.iter().map(|key| format!("  {}", self.described(graph, key))).collect();
        let message = format!(
            "cannot produce migration because of a dependency cycle:\n{}",
            lines.join(" depends on\n")
        );
        Diagnostic::new(ErrorCode::SCHEMA_DEFINITION, message)
    }

    fn described(&self, graph: &Graph, key: &Key) -> String {
        let verb = match key.step {
            Step::Create => "create",
            Step::Delete => "drop",
            Step::Rename => "rename",
            _ => "alter",
        };
        let title = graph.get(key).and_then(|node| node.way.last()).map(|op| self.title_of(*op));
        format!("{verb} {}", title.unwrap_or_default())
    }

    fn title_of(&self, op: OpId) -> String {
        let op = self.ops.get(op);
        let in_new = self.new.find(&op.name).map(|object| (object, self.new));
        let found = in_new.or_else(|| self.old.find(&op.name).map(|object| (object, self.old)));
        let title = found.map(|(object, objects)| {
            super::super::title::titled(object, object.owner.map(|owner| objects.get(owner)))
        });
        title.unwrap_or_else(|| op.name.to_string())
    }
}

impl Tree<'_> {
    fn place(&mut self, way: &[OpId], overloads: &[FullName]) {
        let Some(op) = way.last().copied() else { return };
        let command = self.ops.get(op);
        if matches!(command.kind, Kind::Alter) && command.subs.is_empty() {
            return;
        }
        if self.takes_over(op) || self.follows(op, way, overloads) {
            return;
        }
        // From the command up: is there one for what it stands in?
        for (depth, ancestor) in way[1..way.len().saturating_sub(1)].iter().rev().enumerate() {
            let ancestor = self.ops.get(*ancestor);
            let (kind, class, name) = (whole(&ancestor.kind), ancestor.class, ancestor.name.clone());
            let kinds = if kind == Whole::Create { vec![kind] } else { vec![Whole::Create, kind] };
            if self.joins(op, way, &[name], class, &kinds, way.len() - (depth + 1), false) {
                return;
            }
        }
        self.attach(way, self.root, 1, false);
    }

    /// What only follows from a command about what it overloads becomes part of that.
    fn follows(&mut self, op: OpId, way: &[OpId], overloads: &[FullName]) -> bool {
        let command = self.ops.get(op);
        let (kind, class) = (whole(&command.kind), command.class);
        let is_object = !matches!(command.kind, Kind::Create | Kind::Field(_) | Kind::Root);
        is_object && !overloads.is_empty() && self.joins(op, way, overloads, class, &[kind], 1, true)
    }

    #[allow(clippy::too_many_arguments, reason = "what is joined, to what, and how")]
    fn joins(
        &mut self,
        op: OpId,
        way: &[OpId],
        candidates: &[FullName],
        class: Class,
        kinds: &[Whole],
        start: usize,
        implied: bool,
    ) -> bool {
        for name in candidates {
            for kind in kinds {
                let of = |implied: bool| self.latest.get(&(*kind, class, name.clone(), implied)).copied();
                let found = of(false).or_else(|| if implied { of(true) } else { None });
                if let Some(parent) = found
                    && self.fits(op, parent, !implied)
                {
                    self.attach(way, parent, start, implied);
                    return true;
                }
            }
        }
        false
    }

    /// Whether a command can become part of another without being run before what it waits for.
    fn fits(&self, op: OpId, parent: OpId, if_sure: bool) -> bool {
        let command = self.ops.get(op);
        if if_sure
            && !matches!(command.kind, Kind::Field(_))
            && command.confidence.is_some_and(|sure| sure < 1.0)
        {
            return false;
        }
        let Some(target) = self.places.get(&parent) else { return false };
        let needs = self.needs.get(&op).into_iter().flatten();
        needs.filter_map(|need| self.places.get(need)).all(|place| {
            let head = place.get(..target.len()).unwrap_or(place);
            head <= target.as_slice()
        })
    }

    fn attach(&mut self, way: &[OpId], parent: OpId, start: usize, implied: bool) {
        let top = way[start];
        let mut place = self.places.get(&parent).filter(|_| parent != self.root).cloned().unwrap_or_default();
        place.push(self.ops.inner_count(parent));
        if let Some(before) = self.parents.get(&top).copied() {
            self.ops.remove(before, top);
        }
        self.ops.add(parent, top);
        self.parents.insert(top, parent);
        for (at, op) in way.iter().enumerate().skip(start) {
            let command = self.ops.get(*op);
            if !matches!(command.kind, Kind::Field(_)) {
                let key = (whole(&command.kind), command.class, command.name.clone(), implied);
                self.latest.insert(key, *op);
            }
            let below = match self.places.get(op) {
                Some(place) => place.get(start..).unwrap_or_default().to_vec(),
                None => vec![0; at - start],
            };
            let mut own = place.clone();
            own.extend(below);
            self.places.insert(*op, own);
        }
    }

    /// A drop, or an alteration of nothing but fields, takes over an earlier alteration of the same object.
    fn takes_over(&mut self, op: OpId) -> bool {
        let command = self.ops.get(op);
        let plain = matches!(command.kind, Kind::Alter) && self.ops.inner_count(op) == 0;
        if !matches!(command.kind, Kind::Delete) && !plain {
            return false;
        }
        let (kind, class, name) = (whole(&command.kind), command.class, command.name.clone());
        let key = (Whole::Alter, class, name.clone(), false);
        let Some(earlier) = self.latest.get(&key).copied() else { return false };
        let parent_of = |op: &OpId| self.parents.get(op).copied().unwrap_or(self.root);
        let is_root = |op: OpId| matches!(self.ops.get(op).kind, Kind::Root);
        let (parent, earlier_parent) = (parent_of(&op), parent_of(&earlier));
        let renames = |sub: &OpId| matches!(self.ops.get(*sub).kind, Kind::Rename(_));
        if !self.fits(op, earlier, false)
            || is_root(parent) != is_root(earlier_parent)
            || self.ops.get(earlier).subs.iter().any(renames)
        {
            return false;
        }
        let mut subs = self.ops.get(earlier).subs.clone();
        subs.iter().for_each(|sub| _ = self.parents.insert(*sub, op));
        subs.extend(self.ops.get(op).subs.clone());
        self.ops.get_mut(op).subs = subs;
        let siblings = &mut self.ops.get_mut(earlier_parent).subs;
        siblings.iter_mut().filter(|sub| **sub == earlier).for_each(|sub| *sub = op);
        self.latest.insert(key, op);
        self.latest.insert((kind, class, name, false), op);
        let place = self.places.get(&earlier).cloned().unwrap_or_default();
        self.places.insert(op, place);
        self.parents.insert(op, earlier_parent);
        true
    }
}
