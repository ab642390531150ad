//! Choosing access paths: a filter over a scan becomes an index lookup where one of its conditions allows.

use std::sync::Arc;

use diag::Result;
use ir::{Argument, Direction, Expr, Kind, Pointer, Scalar, Type, VarId};
use smallvec::SmallVec;
use value::Uuid;

use crate::plan::node::{Filter, Join, Node, Seek, SeekBy, Slot};
use crate::plan::planner::{Planner, mark_fetch};
use crate::plan::walk::{constant, constant_but_for, mentions, modifies};

/// Operators that the planner looks into: their keys begin so.
const EQUALS: &str = "std::=(";
const AND: &str = "std::AND(";

/// A condition that an index answers: which pointer of the subject, and the key that it must equal.
struct Candidate<'e> {
    pointer: &'e Arc<Pointer>,
    key: &'e Expr,
    rank: u8,
}

impl Planner<'_> {
    pub(crate) fn filter(&mut self, source: &Expr, var: VarId, condition: &Expr) -> Result<Node> {
        let mut conditions = SmallVec::<[&Expr; 4]>::new();
        conjuncts(condition, &mut conditions);
        let slot = self.bind(var);
        let seek = scanned(source).and_then(|types| best(&conditions, var, self.are_virtual(types)));
        let source = if let Some((index, candidate)) = seek {
            conditions.remove(index);
            self.seek(source, &candidate)?
        } else if let Some((index, key, probe)) = self.joinable(source, &conditions, var) {
            conditions.remove(index);
            self.join(source, slot, key, probe)?
        } else {
            self.lower(source)?
        };
        if conditions.is_empty() {
            return Ok(source);
        }
        self.filtered(source, slot, &conditions)
    }

    fn filtered(&mut self, source: Node, slot: Slot, conditions: &[&Expr]) -> Result<Node> {
        let conditions =
            conditions.iter().map(|condition| self.repeated(condition)).collect::<Result<_>>()?;
        Ok(Node::Filter(Box::new(Filter { source: mark_fetch(source), slot, conditions })))
    }

    /// A condition of a filter that runs repeatedly, over a source that never changes, which says that something of the
    /// element equals something else: its place, and the two sides.
    fn joinable<'e>(
        &self,
        source: &Expr,
        conditions: &[&'e Expr],
        var: VarId,
    ) -> Option<(usize, &'e Expr, &'e Expr)> {
        if !self.repeats() || !constant(source) {
            return None;
        }
        let joins = |key: &Expr, probe: &Expr| {
            mentions(key, var) && constant_but_for(key, var) && !mentions(probe, var) && !modifies(probe)
        };
        conditions.iter().enumerate().find_map(|(index, condition)| {
            let (left, right) = equated(condition)?;
            let sides = if joins(left, right) { Some((left, right)) } else { Some((right, left)) };
            sides.filter(|(key, probe)| joins(key, probe)).map(|(key, probe)| (index, key, probe))
        })
    }

    fn join(&mut self, source: &Expr, slot: Slot, key: &Expr, probe: &Expr) -> Result<Node> {
        let source = mark_fetch(self.unrepeated(|planner| planner.lower(source))?);
        let place = self.place();
        let (key, probe) = (self.repeated(key)?, self.lower(probe)?);
        Ok(Node::Join(Box::new(Join { place, source, slot, key, probe })))
    }

    /// Whether the objects of these types live in the catalog.
    fn are_virtual(&mut self, types: &[Uuid]) -> bool {
        !types.is_empty() && types.iter().all(|id| self.type_ref(*id).is_virtual)
    }

    /// Lowers `source`, which is [`scanned`], with the scan at its bottom replaced by an index lookup.
    fn seek(&mut self, source: &Expr, candidate: &Candidate<'_>) -> Result<Node> {
        match &source.kind {
            Kind::Filter { source, var, condition } => {
                let source = self.seek(source, candidate)?;
                let mut conditions = SmallVec::<[&Expr; 4]>::new();
                conjuncts(condition, &mut conditions);
                let slot = self.bind(*var);
                self.filtered(source, slot, &conditions)
            }
            Kind::Scan { types } => {
                let types = self.types(types, &source.ty);
                let label = candidate.pointer.name.clone();
                let key = self.lower(candidate.key)?;
                let by = self.seek_by(candidate.pointer, !types.any_stored());
                Ok(Node::Seek(Box::new(Seek { types, by, key, label })))
            }
            _ => self.lower(source),
        }
    }

    fn seek_by(&self, pointer: &Pointer, named: bool) -> SeekBy {
        match pointer.exclusive {
            _ if is_id(pointer) => SeekBy::Id,
            Some(index) if !named => SeekBy::Exclusive(self.index(index)),
            _ if pointer.is_link => SeekBy::Link(self.name(&pointer.name)),
            _ => SeekBy::Name,
        }
    }
}

/// The types of a scan, perhaps already filtered.
fn scanned(source: &Expr) -> Option<&[Uuid]> {
    match &source.kind {
        Kind::Scan { types } => Some(types),
        Kind::Filter { source, .. } => scanned(source),
        _ => None,
    }
}

/// The parts of a condition that must all hold. An element of `a and b` is true if and only if one of `a` and one of
/// `b` is, so that holds for sets too.
fn conjuncts<'e>(condition: &'e Expr, parts: &mut SmallVec<[&'e Expr; 4]>) {
    match &condition.kind {
        Kind::Call { function, arguments } if function.starts_with(AND) => {
            arguments.iter().for_each(|argument| conjuncts(&argument.value, parts));
        }
        _ => parts.push(condition),
    }
}

/// The condition that narrows the most. With `named`, the subject is known by its name too.
fn best<'e>(conditions: &[&'e Expr], var: VarId, named: bool) -> Option<(usize, Candidate<'e>)> {
    let candidates = conditions
        .iter()
        .enumerate()
        .filter_map(|(index, condition)| Some((index, candidate(condition, var, named)?)));
    candidates.min_by_key(|(_, candidate)| candidate.rank)
}

fn candidate(condition: &Expr, var: VarId, named: bool) -> Option<Candidate<'_>> {
    let (left, right) = equated(condition)?;
    matching(left, right, var, named).or_else(|| matching(right, left, var, named))
}

/// The two sides of a condition that holds when an element of one equals an element of the other.
fn equated(condition: &Expr) -> Option<(&Expr, &Expr)> {
    match &condition.kind {
        Kind::Call { function, arguments } if function.starts_with(EQUALS) => match arguments.as_slice() {
            [Argument { value: left, .. }, Argument { value: right, .. }] => Some((left, right)),
            _ => None,
        },
        Kind::In { needle, haystack, negated: false } => Some((needle, haystack)),
        _ => None,
    }
}

fn matching<'e>(subject: &'e Expr, key: &'e Expr, var: VarId, named: bool) -> Option<Candidate<'e>> {
    let Kind::Pointer { source, pointer } = &plain(subject).kind else { return None };
    let of_subject = matches!(source.kind, Kind::Var(found) if found == var);
    let usable =
        of_subject && pointer.direction == Direction::Forward && !mentions(key, var) && !modifies(key);
    if !usable || !comparable(&subject.ty, &key.ty) {
        return None;
    }
    let rank = match pointer.exclusive {
        _ if is_id(pointer) => 0,
        _ if named && *pointer.name == *"name" => 1,
        Some(_) if !named => 1,
        _ if pointer.is_link => 2,
        _ => return None,
    };
    Some(Candidate { pointer, key, rank })
}

/// Without casts that change nothing but the name of a type.
fn plain(expr: &Expr) -> &Expr {
    match &expr.kind {
        Kind::Cast { source } if same_base(&source.ty, &expr.ty) => plain(source),
        _ => expr,
    }
}

fn same_base(l: &Type, r: &Type) -> bool {
    matches!((l, r), (Type::Scalar(l), Type::Scalar(r)) if l.base == r.base)
}

/// Whether equal values of the two types have equal index keys.
fn comparable(l: &Type, r: &Type) -> bool {
    match (l, r) {
        (Type::Scalar(l), Type::Scalar(r)) => l.base == r.base || is_integer(l.base) && is_integer(r.base),
        (Type::Object(_), Type::Object(_)) => true,
        _ => false,
    }
}

fn is_integer(scalar: Scalar) -> bool {
    matches!(scalar, Scalar::Int16 | Scalar::Int32 | Scalar::Int64)
}

pub(crate) fn is_id(pointer: &Pointer) -> bool {
    !pointer.is_link && *pointer.name == *"id"
}
